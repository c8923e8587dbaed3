//! Why a call is refused before it is checked.

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
    /// An action is named and no resource.
    #[error("resource is missing; {hint}")]
    NoResource {
        /// How to go on.
        hint: String,
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
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Unknown(refusal)
    }
}
