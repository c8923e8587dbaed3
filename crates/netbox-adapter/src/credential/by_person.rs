//! The token of the account as which a person signed in.

use dispatch_core::request::UpstreamContext;
use dispatch_core::{BackendError, BackendErrorKind};
use mcp_protocol::auth::AuthInfo;
use oauth::Secret;
use oauth::authorization_server::Unavailable;
use oauth::resource_owner::ApiAccounts;
use oauth::store::Subject;

use super::{Credential, TierCredentials};

/// The token of the account as which a person signed in: a call runs with the permissions that the
/// person has in NetBox, and NetBox's change log names the person.
///
/// A call of nobody who signed in is refused, unless
/// [`with_others`](PersonCredentials::with_others) says what it runs with.
#[derive(Clone, Debug)]
pub struct PersonCredentials {
    accounts: ApiAccounts,
    others: Option<TierCredentials>,
}

impl PersonCredentials {
    /// The tokens of these accounts (see [`NetBoxAccounts`](crate::NetBoxAccounts)).
    #[must_use]
    pub const fn new(accounts: ApiAccounts) -> Self {
        Self { accounts, others: None }
    }

    /// Runs calls of callers who have no account with these tokens: of a static token, of an
    /// anonymous caller. A person who signed in never gets one of them.
    #[must_use]
    pub fn with_others(mut self, others: TierCredentials) -> Self {
        self.others = Some(others);
        self
    }

    /// Whose call it is, if it is that of a person with an account.
    pub(crate) fn person(&self, auth: Option<&AuthInfo>) -> Option<Subject> {
        let subject = Subject::new(auth.filter(|auth| !auth.anonymous)?.subject.as_str());
        self.accounts.is_one(&subject).then_some(subject)
    }

    /// What the call of somebody else runs with.
    pub(super) fn other(
        &self,
        auth: Option<&AuthInfo>,
        context: Option<&UpstreamContext>,
    ) -> Result<&Credential, BackendError> {
        match &self.others {
            Some(others) if auth.is_some() => others.of(context),
            _ => Err(not_ready(
                "calls run as the NetBox user who signed in, and nobody signed in with a NetBox \
                 account here; connect with OAuth",
            )),
        }
    }

    /// What the calls of a person run with.
    pub(super) async fn of(&self, person: &Subject) -> Result<Credential, BackendError> {
        let kept = self.accounts.credential(person).await.map_err(|why| unknown(&why))?;
        let credential = kept.as_ref().and_then(read);
        credential.ok_or_else(|| not_ready(&format!("there is no NetBox token for you; {SIGN_IN}")))
    }

    /// What they run with now that NetBox refused a token: another one, or the same, if NetBox says
    /// that it is good; nothing, if there is none that NetBox takes.
    pub(super) async fn again(&self, person: &Subject) -> Result<Option<Credential>, BackendError> {
        let kept = self.accounts.credential_again(person).await.map_err(|why| unknown(&why))?;
        Ok(kept.as_ref().and_then(read))
    }
}

/// What a person is told whose token NetBox takes no more.
pub(super) const SIGN_IN: &str =
    "sign in again: the next request is answered with 401, which makes the application ask";

fn read(kept: &Secret) -> Option<Credential> {
    Credential::new(kept.expose(), "the store").ok()
}

fn unknown(why: &Unavailable) -> BackendError {
    not_ready(&format!(
        "it cannot be told as which NetBox user this runs (failed to {})",
        why.what()
    ))
}

fn not_ready(message: &str) -> BackendError {
    BackendError::new(BackendErrorKind::NotReady, message)
}
