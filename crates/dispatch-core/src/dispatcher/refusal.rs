//! Why a call is refused before it is checked.

use mcp_protocol::auth::ScopeChallenge;

use crate::batch::BatchError;
use crate::call::CallError;
use crate::cursor::InvalidCursor;
use crate::resolve::Refusal;

/// Why a call is refused, in words for an agent.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// The arguments cannot be read.
    #[error(transparent)]
    Arguments(#[from] CallError),
    /// The cursor is none.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// Parameters stand beside a cursor and are not its own.
    #[error("the cursor goes on with other parameters than the ones given; send the cursor alone")]
    CursorAndParams,
    /// The resource or the action is unknown to this caller.
    #[error("{0}")]
    Unknown(Refusal),
    /// Several resources are named where one is called.
    #[error("one call works on one resource; `help` takes several")]
    SeveralResources,
    /// A step of a batch names no action, or `help`.
    #[error("action is missing; help is no step of a batch")]
    HelpInBatch,
    /// An action is named and no resource.
    #[error("resource is missing; {hint}")]
    NoResource {
        /// How to go on.
        hint: String,
    },
    /// The words that are looked for are missing.
    #[error("words is missing: what is looked for, such as {{\"words\":\"...\"}}")]
    NoWords,
    /// Another tool is for the action, since reading is split from writing.
    #[error(
        "{action} is called through the tool {tool}, with the same arguments; nothing was sent"
    )]
    OtherTool {
        /// The resource and its action.
        action: String,
        /// The name of the tool.
        tool: String,
    },
    /// The caller may see the action and not call it.
    #[error(
        "{action} needs the scope {}, which this connection does not have; nothing was sent",
        scope.as_deref().unwrap_or(tier)
    )]
    NeedsScope {
        /// The resource and its action.
        action: String,
        /// The scope that the caller can obtain.
        scope: Option<String>,
        /// The name of the tier, for callers who can obtain no scope.
        tier: &'static str,
    },
    /// The caller may see steps of a batch and not run them.
    #[error(
        "batch not sent: {actions} {} {}, which this connection does not have",
        if *is_one { "needs the scope" } else { "need the scopes" },
        scopes.join(" ")
    )]
    NeedsScopes {
        /// The resources and their actions.
        actions: String,
        /// Whether it is only one scope.
        is_one: bool,
        /// The scopes, or the names of the tiers for callers who can obtain no scope.
        scopes: Vec<String>,
        /// Whether all of them can be obtained.
        is_obtainable: bool,
    },
    /// The arguments are no batch, or steps of it are wrong.
    #[error(transparent)]
    Batch(#[from] BatchError),
}

impl Refused {
    /// The scopes that would make the call possible, where the caller can obtain all of them.
    pub(super) fn challenge(self) -> Option<ScopeChallenge> {
        match self {
            Self::NeedsScope { action, scope: Some(scope), .. } => {
                let description = format!("{action} needs the scope {scope}");
                Some(ScopeChallenge::new([scope], description))
            }
            Self::NeedsScopes { actions, scopes, is_obtainable: true, .. } => {
                let description = format!("{actions} need {}", scopes.join(" "));
                Some(ScopeChallenge::new(scopes, description))
            }
            _ => None,
        }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Unknown(refusal)
    }
}
