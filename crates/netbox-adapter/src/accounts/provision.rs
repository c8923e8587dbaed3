//! Having NetBox make a token for a user name and a password.

use bytes::Bytes;
use dispatch_core::Backend;
use http::{Method, Response, StatusCode};
use oauth::Secret;
use oauth::authorization_server::Unavailable;
use oauth::resource_owner::{Attempt, Proof, SignInError};
use serde::{Deserialize, Serialize};

use super::NetBoxAccounts;
use super::ask::{read, unexpected};
use super::who::User;
use crate::Credential;

/// What NetBox is asked to make.
#[derive(Serialize)]
struct Wanted<'a> {
    username: &'a str,
    password: &'a str,
    description: &'a str,
    expires: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u8>,
}

/// What it made.
#[derive(Deserialize)]
struct Made {
    id: u64,
    user: User,
    /// The token of version 1 before NetBox 4.5, the public half of one of version 2 since.
    key: Option<String>,
    /// The token, or the secret half of one of version 2.
    token: Option<String>,
    version: Option<u8>,
}

impl<B: Backend> NetBoxAccounts<B> {
    pub(super) async fn prove_by_password(&self, attempt: &Attempt) -> Result<Proof, SignInError> {
        let (username, password) = (attempt.answer("name").trim(), attempt.answer("password"));
        let wrong =
            || SignInError::Wrong("NetBox knows no user with this name and password.".to_owned());
        if username.is_empty() || password.is_empty() || username.len() + password.len() > MOST {
            return Err(wrong());
        }
        let description = format!("Made by {} when {username} signed in", self.service);
        let description: String = description.chars().take(DESCRIPTION).collect();
        let expires = (attempt.now + self.token_lifetime).rfc3339();
        let mut wanted =
            Wanted { username, password, description: &description, expires, version: None };
        let mut answer = self.provision(&wanted).await?;
        // A NetBox without peppers makes no token of version 2, and fails in one of these ways.
        if matches!(answer.status(), StatusCode::BAD_REQUEST | StatusCode::INTERNAL_SERVER_ERROR) {
            wanted.version = Some(1);
            answer = self.provision(&wanted).await?;
        }
        match answer.status() {
            StatusCode::CREATED => {}
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(wrong());
            }
            _ => return Err(SignInError::Unavailable(unexpected(&answer, PROVISION))),
        }
        let made: Made = read(&answer, PROVISION).map_err(SignInError::Unavailable)?;
        let made_id = made.id.to_string();
        let credential = made.credential().ok_or_else(|| {
            SignInError::Unavailable(Unavailable::new("read the token that NetBox made"))
        })?;
        let account = self.who(&credential).await.map_err(SignInError::Unavailable)?;
        let account = account.filter(|account| account.id == made.user.id.to_string());
        let account = account.ok_or_else(|| {
            SignInError::Unavailable(Unavailable::new("use the token that NetBox made"))
        })?;
        Ok(Proof::new(account, Secret::new(credential.expose())).with_made(made_id))
    }

    async fn provision(&self, wanted: &Wanted<'_>) -> Result<Response<Bytes>, SignInError> {
        // INVARIANT: strings and a number are always JSON.
        let body = serde_json::to_vec(wanted).expect("strings and a number");
        let answer = self.ask(Method::POST, PROVISION, None, Some(Bytes::from(body))).await;
        answer.map_err(SignInError::Unavailable)
    }
}

impl Made {
    fn credential(&self) -> Option<Credential> {
        let token = match (self.version, &self.key, &self.token) {
            (Some(2), Some(key), Some(secret)) => format!("nbt_{key}.{secret}"),
            (_, _, Some(token)) | (_, Some(token), None) => token.clone(),
            (_, None, None) => return None,
        };
        Credential::new(&token, PROVISION).ok()
    }
}

const PROVISION: &str = "/api/users/tokens/provision/";

/// How many bytes a name and a password have together.
const MOST: usize = 2048;

/// How many characters NetBox takes as the description of a token.
const DESCRIPTION: usize = 200;
