use std::sync::Arc;

/// What could not be done now, because something that is needed for it does not answer. It stands in
/// the extensions of the answer, which is 503 unless what was asked is done all the same; it is for
/// whoever logs, and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable(Arc<str>);

impl Unavailable {
    /// Says what failed; the text completes "failed to ...".
    #[must_use]
    pub fn new(what: &str) -> Self {
        Self(what.into())
    }

    /// What failed.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.0
    }
}
