//! A token for each tier.

use dispatch_core::request::UpstreamContext;
use dispatch_core::{BackendError, BackendErrorKind, Tier};

use super::Credential;
use crate::Error;

/// A token for each tier: a call runs with the token of the scope that its caller was granted, so
/// that two connections to one endpoint see and change what NetBox allows two tokens.
///
/// All requests of a call go with one token: a write finds what its own token sees. What is above
/// the highest token cannot be had
/// ([`DispatcherOptions::highest_tier`](dispatch_core::DispatcherOptions::highest_tier)).
#[derive(Clone, Debug)]
pub struct TierCredentials {
    read: Credential,
    write: Option<Credential>,
    admin: Option<Credential>,
}

impl TierCredentials {
    /// The tokens of the tiers.
    ///
    /// # Errors
    ///
    /// Fails if a tier between two tiers is missing: nobody could be granted it.
    pub fn new(
        read: Credential,
        write: Option<Credential>,
        admin: Option<Credential>,
    ) -> Result<Self, Error> {
        if admin.is_some() && write.is_none() {
            return Err(Error::Credential {
                from: "the tokens by tier".to_owned(),
                why: "there is one for admin and none for write, which admin includes; give the \
                      same for both if that is meant"
                    .to_owned(),
            });
        }
        Ok(Self { read, write, admin })
    }

    /// The highest tier that has a token.
    #[must_use]
    pub const fn highest_tier(&self) -> Tier {
        match (&self.write, &self.admin) {
            (_, Some(_)) => Tier::Admin,
            (Some(_), None) => Tier::Write,
            (None, None) => Tier::Read,
        }
    }

    /// The token of a call; that of the lowest tier for what the server itself asks.
    pub(super) fn of(
        &self,
        context: Option<&UpstreamContext>,
    ) -> Result<&Credential, BackendError> {
        let Some(context) = context else { return Ok(&self.read) };
        let tier = context.granted.map(|granted| granted.min(self.highest_tier()));
        let token = match tier.filter(|tier| *tier >= context.tier) {
            Some(Tier::Read) => Some(&self.read),
            Some(Tier::Write) => self.write.as_ref(),
            Some(Tier::Admin) => self.admin.as_ref(),
            None => None,
        };
        token.ok_or_else(|| {
            let message = format!("this server has no NetBox token for the scope {}", context.tier);
            BackendError::new(BackendErrorKind::NotReady, message)
        })
    }
}
