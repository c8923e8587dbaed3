//! What NetBox says of a credential itself: tokens are objects that their users may look at, unless
//! NetBox is configured otherwise.

use dispatch_core::Backend;
use http::{Method, StatusCode};
use oauth::authorization_server::Unavailable;
use serde::Deserialize;

use super::NetBoxAccounts;
use super::ask::{read, unexpected};
use super::who::User;
use crate::Credential;
use crate::credential::refused::refused_token;

#[derive(Deserialize)]
struct Tokens {
    results: Vec<Token>,
}

/// A token, as NetBox lists it.
#[derive(Deserialize)]
struct Token {
    display: String,
    user: User,
    write_enabled: bool,
}

impl<B: Backend> NetBoxAccounts<B> {
    /// Whether a credential only reads. Where NetBox does not say so it may write, as far as it is
    /// told here; NetBox refuses what it may not.
    pub(super) async fn only_reads(&self, credential: &Credential) -> Result<bool, Unavailable> {
        let tokens = self.own_tokens(credential).await?.unwrap_or_default();
        Ok(!tokens.is_empty() && tokens.iter().all(|token| !token.write_enabled))
    }

    /// Whose a credential is, by whose token it is; `None` if NetBox does not take it.
    pub(super) async fn owner_of(
        &self,
        credential: &Credential,
    ) -> Result<Option<User>, Unavailable> {
        let Some(tokens) = self.own_tokens(credential).await? else { return Ok(None) };
        let mut users = tokens.into_iter().map(|token| token.user);
        let user = users.next().filter(|user| users.all(|other| other.id == user.id));
        user.map(Some).ok_or_else(|| Unavailable::new("ask this NetBox whose a token is"))
    }

    /// The tokens that this credential may be, of those that it sees: a secret is never a part of a
    /// URL. `None` if NetBox does not take it.
    async fn own_tokens(&self, credential: &Credential) -> Result<Option<Vec<Token>>, Unavailable> {
        let target = match credential.key() {
            Some(key) if key.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                format!("{TOKENS}&key={key}")
            }
            _ => format!("{TOKENS}&limit=1000"),
        };
        let answer = self.ask(Method::GET, &target, Some(credential), None).await?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => {
                return Ok(refused_token(&answer).is_none().then(Vec::new));
            }
            _ => return Err(unexpected(&answer, TOKENS)),
        }
        let mut tokens = read::<Tokens>(&answer, TOKENS)?.results;
        match credential.key() {
            Some(key) => tokens.retain(|token| token.display == key),
            None => {
                // NetBox shows six characters of a version 1 token.
                let token = credential.expose();
                let shown = token.get(token.len() - 6..).unwrap_or(token);
                tokens.retain(|token| token.display.ends_with(shown));
            }
        }
        Ok(Some(tokens))
    }
}

const TOKENS: &str = "/api/users/tokens/?fields=id,display,user,write_enabled";
