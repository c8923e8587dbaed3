//! Whose access it is: the people who sign in, and how they prove who they are.
//!
//! The authorization server asks a [`ResourceOwner`] three things: what to ask a person for, who a
//! person is who answers, and how much a person may grant. [`AutoApprove`] asks nothing, for a
//! laptop; `LocalUsers` (feature `local-users`) keeps names and passwords; `OpenIdProvider` (feature
//! `external-issuers`) sends people to sign in elsewhere; `ApiAccounts` (feature `sealing`) are the
//! accounts of an API, as which calls are then made. [`Realms`] are people of several kinds, each
//! for resources of its own. Whoever has accounts of their own implements the trait: what it gets
//! are the answers to its own questions.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;

use crate::authorization_server::Unavailable;
use crate::secret::Secret;
use crate::store::{SealedCredential, Subject};
use crate::time::UnixTime;

#[cfg(feature = "sealing")]
mod api_accounts;
mod auto_approve;
#[cfg(feature = "local-users")]
mod local_users;
mod nobody;
#[cfg(feature = "external-issuers")]
mod openid;
mod realms;
mod scope_of_groups;
mod visit;

#[cfg(feature = "sealing")]
pub use api_accounts::{Account, AccountApi, ApiAccounts, ApiAccountsOptions, Proof};
pub use auto_approve::AutoApprove;
#[cfg(feature = "local-users")]
pub use local_users::{LocalUsers, Offload, hash_password};
pub use nobody::Nobody;
#[cfg(feature = "external-issuers")]
pub use openid::OpenIdProvider;
pub use realms::{Realm, Realms};
pub use scope_of_groups::ScopeOfGroups;
pub use visit::{BroughtBack, Visit};

/// Tells people apart.
#[async_trait]
pub trait ResourceOwner: Send + Sync {
    /// How a person may sign in. The sign-in page has a form for each.
    fn ways(&self) -> Vec<Way>;

    /// How a person may sign in who is to grant access to this resource: in all these ways, unless
    /// resources have people of their own.
    fn ways_for(&self, resource: &str) -> Vec<Way> {
        let _ = resource;
        self.ways()
    }

    /// Whether this person is one of those who may grant access to this resource, however much:
    /// everybody is, unless resources have people of their own. It is asked where a session is
    /// used and a code is issued, and whenever a token is used.
    fn is_for(&self, subject: &Subject, resource: &str) -> bool {
        let _ = (subject, resource);
        true
    }

    /// Says who answered a form.
    ///
    /// # Errors
    ///
    /// Fails if the answers are wrong, or if it cannot be told now.
    async fn sign_in(&self, attempt: &Attempt) -> Result<Person, SignInError>;

    /// Where to send a person who chose a way that [leads elsewhere](Way::elsewhere).
    ///
    /// # Errors
    ///
    /// Fails if that cannot be told now.
    async fn send_elsewhere(&self, visit: &Visit) -> Result<String, Unavailable> {
        Err(Unavailable::new(&format!("send a person to sign in by {:?}", visit.way)))
    }

    /// Says who comes back from there. That the visit was begun by the same browser, and that
    /// nobody came back from it before, is checked.
    ///
    /// # Errors
    ///
    /// Fails if it is nobody, or if it cannot be told now.
    async fn welcome_back(
        &self,
        visit: &Visit,
        brought: &BroughtBack,
    ) -> Result<Person, SignInError> {
        let _ = brought;
        Err(SignInError::Wrong(format!("Nobody signs in by {:?} here.", visit.way)))
    }

    /// The most that this person may grant now; `None` if there is no such person any more. It is
    /// asked whenever a token is used, so that lowering it narrows tokens that are already issued.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be told now.
    async fn ceiling(&self, subject: &Subject) -> Result<Option<ScopeSet>, Unavailable>;

    /// Is told that this, which was [kept](Person::keep) for a person, is not needed any more: the
    /// person has nothing granted, or signed in again. The server forgets it afterwards.
    ///
    /// # Errors
    ///
    /// Fails if something of it is left; the text says what.
    async fn released(
        &self,
        subject: &Subject,
        kept: &SealedCredential,
    ) -> Result<(), Unavailable> {
        let _ = (subject, kept);
        Ok(())
    }

    /// Who everyone is, where nobody is asked.
    fn everyone(&self) -> Option<Everyone> {
        None
    }
}

#[async_trait]
impl<R: ResourceOwner + ?Sized> ResourceOwner for Arc<R> {
    fn ways(&self) -> Vec<Way> {
        (**self).ways()
    }

    fn ways_for(&self, resource: &str) -> Vec<Way> {
        (**self).ways_for(resource)
    }

    fn is_for(&self, subject: &Subject, resource: &str) -> bool {
        (**self).is_for(subject, resource)
    }

    async fn sign_in(&self, attempt: &Attempt) -> Result<Person, SignInError> {
        (**self).sign_in(attempt).await
    }

    async fn send_elsewhere(&self, visit: &Visit) -> Result<String, Unavailable> {
        (**self).send_elsewhere(visit).await
    }

    async fn welcome_back(
        &self,
        visit: &Visit,
        brought: &BroughtBack,
    ) -> Result<Person, SignInError> {
        (**self).welcome_back(visit, brought).await
    }

    async fn released(
        &self,
        subject: &Subject,
        kept: &SealedCredential,
    ) -> Result<(), Unavailable> {
        (**self).released(subject, kept).await
    }

    async fn ceiling(&self, subject: &Subject) -> Result<Option<ScopeSet>, Unavailable> {
        (**self).ceiling(subject).await
    }

    fn everyone(&self) -> Option<Everyone> {
        (**self).everyone()
    }
}

/// One way to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Way {
    /// What tells it from others in [`Attempt::way`].
    pub id: String,
    /// What it is called on its form.
    pub title: String,
    /// What is asked.
    pub fields: Vec<Field>,
    /// Whether the form asks nothing, and leads to where the person signs in.
    pub leads_elsewhere: bool,
    /// What the person signs in to, where people of several kinds sign in apart.
    pub realm: Option<String>,
}

impl Way {
    /// A way that asks for these.
    pub fn new(
        id: impl Into<String>,
        title: impl Into<String>,
        fields: impl IntoIterator<Item = Field>,
    ) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            fields: fields.into_iter().collect(),
            leads_elsewhere: false,
            realm: None,
        }
    }

    /// A way that leads elsewhere: see [`ResourceOwner::send_elsewhere`].
    pub fn elsewhere(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { leads_elsewhere: true, ..Self::new(id, title, []) }
    }
}

/// One question of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// What tells it from others in [`Attempt::answer`].
    pub name: String,
    /// What it is called on its form.
    pub label: String,
    /// Whether what is typed must not be seen.
    pub is_secret: bool,
    /// What a browser may fill in by itself (HTML, `autocomplete`).
    pub autocomplete: String,
}

impl Field {
    /// A question whose answer is no secret.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            is_secret: false,
            autocomplete: "username".to_owned(),
        }
    }

    /// A question whose answer is a secret.
    pub fn secret(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            is_secret: true,
            autocomplete: "current-password".to_owned(),
            ..Self::text(name, label)
        }
    }
}

/// What a person answered.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The way that was chosen.
    pub way: String,
    /// When.
    pub now: UnixTime,
    answers: BTreeMap<String, Secret>,
}

impl Attempt {
    /// These answers, in this way.
    pub fn new<N: Into<String>>(
        way: impl Into<String>,
        answers: impl IntoIterator<Item = (N, Secret)>,
        now: UnixTime,
    ) -> Self {
        let answers = answers.into_iter().map(|(name, answer)| (name.into(), answer)).collect();
        Self { way: way.into(), now, answers }
    }

    /// The answer to a question; nothing, if there is none.
    #[must_use]
    pub fn answer(&self, field: &str) -> &str {
        self.answers.get(field).map(Secret::expose).unwrap_or_default()
    }
}

/// Someone who is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// The stable name, which tokens carry.
    pub subject: Subject,
    /// What pages call the person.
    pub name: String,
    /// What the store keeps for the person, from the moment that they are signed in.
    pub keep: Option<SealedCredential>,
}

impl Person {
    /// A person, for whom nothing is kept.
    pub fn new(subject: impl Into<String>, name: impl Into<String>) -> Self {
        Self { subject: Subject::new(subject), name: name.into(), keep: None }
    }

    /// Sets what is kept; it replaces what was kept before.
    #[must_use]
    pub fn with_keep(mut self, keep: SealedCredential) -> Self {
        self.keep = Some(keep);
        self
    }
}

/// Whom everyone is taken for who reaches the server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Everyone {
    /// The person.
    pub person: Person,
    /// Whether this is meant on addresses that others reach, too. If it is not, a server with such
    /// an issuer refuses to start.
    pub anywhere: bool,
}

/// Why nobody is signed in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SignInError {
    /// The answers are wrong; this is what the person is told, which should not tell a wrong name
    /// from a wrong password.
    Wrong(String),
    /// It cannot be told now.
    Unavailable(Unavailable),
}

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(text) => f.write_str(text),
            Self::Unavailable(unavailable) => f.write_str(unavailable.what()),
        }
    }
}

impl std::error::Error for SignInError {}
