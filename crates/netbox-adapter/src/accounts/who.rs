//! Who a credential belongs to.

use dispatch_core::Backend;
use http::{Method, StatusCode};
use oauth::authorization_server::Unavailable;
use oauth::resource_owner::Account;
use serde::Deserialize;

use super::NetBoxAccounts;
use super::ask::{read, unexpected};
use crate::Credential;
use crate::credential::refused::refused_token;

/// A user, as NetBox describes one.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) username: String,
    #[serde(default)]
    groups: Vec<Group>,
}

#[derive(Clone, Debug, Deserialize)]
struct Group {
    name: String,
}

impl<B: Backend> NetBoxAccounts<B> {
    /// Says whose a credential is; `None` if NetBox does not take it.
    pub(super) async fn who(
        &self,
        credential: &Credential,
    ) -> Result<Option<Account>, Unavailable> {
        let answer = self.ask(Method::GET, WHO, Some(credential), None).await?;
        let user: User = match answer.status() {
            StatusCode::OK => read(&answer, WHO)?,
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => return Ok(None),
            // NetBox before 4.5 cannot be asked.
            StatusCode::NOT_FOUND => match self.owner_of(credential).await? {
                Some(user) => return self.account_before_4_5(user, credential).await.map(Some),
                None => return Ok(None),
            },
            _ => return Err(unexpected(&answer, WHO)),
        };
        let only_reads = self.only_reads(credential).await?;
        Ok(Some(user.account().with_only_reads(only_reads)))
    }

    /// The account of a user whom NetBox named otherwise, with the groups if the user may see them.
    pub(super) async fn account_before_4_5(
        &self,
        user: User,
        credential: &Credential,
    ) -> Result<Account, Unavailable> {
        let path = format!("/api/users/users/{}/", user.id);
        let answer = self.ask(Method::GET, &path, Some(credential), None).await?;
        let seen = match answer.status() {
            StatusCode::OK => read(&answer, &path)?,
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND if refused_token(&answer).is_none() => {
                user
            }
            _ => return Err(unexpected(&answer, &path)),
        };
        let only_reads = self.only_reads(credential).await?;
        Ok(seen.account().with_only_reads(only_reads))
    }
}

impl User {
    pub(super) fn account(self) -> Account {
        let groups = self.groups.into_iter().map(|group| group.name);
        Account::new(self.id.to_string(), self.username).with_groups(groups)
    }
}

/// Where NetBox says who asks, since 4.5.
const WHO: &str = "/api/authentication-check/";
