/// Asks the caller to obtain more scopes before the call can be made.
///
/// A tool server returns it only where the caller can obtain them: the HTTP transport turns it
/// into the step-up answer of the MCP authorization specification ("Scope Challenge Handling"),
/// which makes the client send its user to sign in again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScopeChallenge {
    /// Every scope that the whole call needs, granted ones included.
    pub required: Vec<String>,
    /// One sentence for the user; characters outside printable ASCII do not reach the header.
    pub description: String,
}

impl ScopeChallenge {
    /// Creates a challenge for `required`, explained by `description`.
    pub fn new<S: Into<String>>(
        required: impl IntoIterator<Item = S>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            required: required.into_iter().map(Into::into).collect(),
            description: description.into(),
        }
    }
}
