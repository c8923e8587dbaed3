//! Whether who was let in would be let in again.

use std::sync::Arc;

use async_trait::async_trait;
use mcp_protocol::auth::{AuthInfo, Recheck};

use super::layer::Access;
use crate::token::AccessToken;
use crate::verifier::Verdict;

/// The token of a request that was let in, for as long as it is answered.
pub(super) struct Presented {
    pub(super) access: Arc<Access>,
    pub(super) token: AccessToken,
}

#[async_trait]
impl Recheck for Presented {
    async fn still_makes(&self, caller: &AuthInfo) -> bool {
        match self.access.verifier.verify(&self.token, self.access.clock.now()).await {
            Verdict::Accepted(mut now) => {
                now.expires_at = caller.expires_at;
                now == *caller
            }
            // Nobody is turned out because a store or an issuer does not answer.
            Verdict::Unavailable(_) => true,
            Verdict::Refused(_) | Verdict::NotRecognised => false,
        }
    }
}
