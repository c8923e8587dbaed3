//! Nobody is asked.

use std::net::IpAddr;

use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;

use super::{Attempt, Everyone, Person, ResourceOwner, SignInError, Way};
use crate::authorization_server::Unavailable;
use crate::error::Error;
use crate::store::Subject;

/// Takes whoever asks for the owner of the machine, and approves what is asked.
///
/// It is for a laptop: whoever reaches the server gets access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoApprove {
    ceiling: ScopeSet,
    is_for_everyone: bool,
}

impl AutoApprove {
    /// Approves up to these scopes, for a server that listens on `address`.
    ///
    /// # Errors
    ///
    /// Fails unless the address is loopback.
    pub fn on_loopback(address: IpAddr, scopes: impl Into<ScopeSet>) -> Result<Self, Error> {
        if !address.is_loopback() {
            return Err(Error::server(format!(
                "auto_approve would let in everyone who reaches {address}: listen on loopback, or \
                 say i_understand_everyone_gets = \"<scope>\""
            )));
        }
        Ok(Self { ceiling: scopes.into(), is_for_everyone: false })
    }

    /// Gives everyone who reaches the server, wherever it listens, up to these scopes: what
    /// `i_understand_everyone_gets` says in a configuration.
    pub fn i_understand_everyone_gets(scopes: impl Into<ScopeSet>) -> Self {
        Self { ceiling: scopes.into(), is_for_everyone: true }
    }
}

#[async_trait]
impl ResourceOwner for AutoApprove {
    fn ways(&self) -> Vec<Way> {
        Vec::new()
    }

    async fn sign_in(&self, _: &Attempt) -> Result<Person, SignInError> {
        Err(SignInError::Wrong("nobody signs in here".to_owned()))
    }

    async fn ceiling(&self, subject: &Subject) -> Result<Option<ScopeSet>, Unavailable> {
        Ok((subject.as_str() == SUBJECT).then(|| self.ceiling.clone()))
    }

    fn everyone(&self) -> Option<Everyone> {
        let person = Person::new(SUBJECT, "everyone");
        Some(Everyone { person, anywhere: self.is_for_everyone })
    }
}

const SUBJECT: &str = "everyone";
