use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use async_trait::async_trait;

use super::AuthInfo;

/// Lets an answer that lasts ask whether its caller would still be let in.
///
/// An access layer that can tell puts it into the request's extensions, beside the [`AuthInfo`]. A
/// transport asks while a client listens, and not on the way of a call.
#[derive(Clone)]
pub struct Standing(Arc<dyn Recheck>);

/// Tells whether a caller would still be let in.
#[async_trait]
pub trait Recheck: Send + Sync + 'static {
    /// Whether the request that made this caller would make the same of it now, whenever the token
    /// ends. What cannot be told now counts as a yes.
    ///
    /// # Cancel safety
    ///
    /// A check that is dropped must leave nothing behind: the client may have gone away.
    async fn still_makes(&self, caller: &AuthInfo) -> bool;
}

impl Standing {
    /// Asks `recheck`.
    pub fn new(recheck: impl Recheck) -> Self {
        Self(Arc::new(recheck))
    }

    /// Whether this caller would still be let in, as the one they were.
    pub async fn holds(&self, caller: &AuthInfo) -> bool {
        self.0.still_makes(caller).await
    }
}

impl Debug for Standing {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Standing(..)")
    }
}
