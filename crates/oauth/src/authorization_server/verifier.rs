//! Our own access tokens, as a resource server checks them.

use async_trait::async_trait;
use mcp_protocol::auth::AuthInfo;

use super::AuthorizationServer;
use super::core::{Core, Formats};
use super::introspect::subject_of;
use super::refusal::Refusal as Refused;
use crate::scope::intersection;
use crate::store::{Grant, IssuedAccessToken};
use crate::time::UnixTime;
use crate::token::{AccessToken, Form};
use crate::unavailable::Unavailable;
use crate::verifier::{Refusal, Verdict, Verifier};

/// Checks the access tokens of an [`AuthorizationServer`] for one resource.
///
/// Every check asks the store, so that what is revoked is refused at once, and what is narrowed is
/// narrow at once, on every replica.
#[derive(Clone, Debug)]
pub struct IssuedTokens {
    server: AuthorizationServer,
    resource: String,
}

impl IssuedTokens {
    pub(super) const fn new(server: AuthorizationServer, resource: String) -> Self {
        Self { server, resource }
    }
}

#[async_trait]
impl Verifier for IssuedTokens {
    async fn verify(&self, token: &AccessToken, now: UnixTime) -> Verdict {
        let core = self.server.core();
        match core.formats.access_token.form(token) {
            Form::Other => return Verdict::NotRecognised,
            Form::Damaged => return Verdict::Refused(Refusal::Damaged),
            Form::Whole => {}
        }
        let known = match Formats::hash(&core.formats.access_token, token.expose()) {
            Some(hash) => core.store.access_token(hash).await,
            None => return Verdict::Refused(Refusal::Damaged),
        };
        match known {
            Err(error) => Verdict::Unavailable(Unavailable::new(&error.to_string())),
            Ok(None) => Verdict::Refused(Refusal::Unknown),
            Ok(Some((token, grant))) => self.judge(core, &token, &grant, now).await,
        }
    }
}

impl IssuedTokens {
    async fn judge(
        &self,
        core: &Core,
        token: &IssuedAccessToken,
        grant: &Grant,
        now: UnixTime,
    ) -> Verdict {
        if grant.resource != self.resource {
            return Verdict::Refused(Refusal::OtherAudience);
        }
        if token.expires <= now || !grant.is_live(now) {
            return Verdict::Refused(Refusal::Expired);
        }
        match holder(core, token, grant).await {
            Ok(Some(holder)) => Verdict::Accepted(holder),
            Ok(None) => Verdict::Refused(Refusal::Unknown),
            Err(refused) => Verdict::Unavailable(cause(refused)),
        }
    }
}

/// Why it cannot be told who holds a token.
fn cause(refused: Refused) -> Unavailable {
    match refused {
        Refused::Unavailable(cause) => cause,
        Refused::Person(error) => {
            Unavailable::new(&format!("look up the client of a token: {}", error.text))
        }
        Refused::Client(_) | Refused::TooMany(_) => Unavailable::new("look up who holds a token"),
    }
}

/// Describes who holds a token: what it grants now, and what its holder could get by asking again.
async fn holder(
    core: &Core,
    token: &IssuedAccessToken,
    grant: &Grant,
) -> Result<Option<AuthInfo>, Refused> {
    let Some(of_client) = core.ceiling_of_client(grant).await? else { return Ok(None) };
    let Some(of_person) = core.ceiling_of_person(grant).await? else { return Ok(None) };
    let most = intersection(&of_client, &of_person);
    let scopes = intersection(&core.expand(&token.scopes), &most);
    if scopes.is_empty() {
        // Whoever may do nothing is not let in to do it.
        return Ok(None);
    }
    // There is nobody to ask for more where a client acts for itself.
    let obtainable = if grant.subject.is_some() { most } else { scopes.clone() };
    let holder = AuthInfo::new(subject_of(grant))
        .with_client_id(grant.client_id.as_str())
        .with_scopes(scopes)
        .with_obtainable(obtainable)
        .with_expires_at(token.expires.as_secs());
    Ok(Some(holder))
}
