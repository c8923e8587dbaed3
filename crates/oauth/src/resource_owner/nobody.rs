//! There is nobody.

use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;

use super::{Attempt, Person, ResourceOwner, SignInError, Way};
use crate::authorization_server::Unavailable;
use crate::store::Subject;

/// No person at all: for a server that only gives tokens to clients that act for themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

#[async_trait]
impl ResourceOwner for Nobody {
    fn ways(&self) -> Vec<Way> {
        Vec::new()
    }

    async fn sign_in(&self, _: &Attempt) -> Result<Person, SignInError> {
        Err(SignInError::Wrong("Nobody signs in here.".to_owned()))
    }

    async fn ceiling(&self, _: &Subject) -> Result<Option<ScopeSet>, Unavailable> {
        Ok(None)
    }
}
