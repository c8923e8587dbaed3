//! Ways to sign in that lead elsewhere.
//!
//! Nothing is kept while a person is away. What comes back with them says which request it is about
//! and when it is over, under a hash that takes the cookie of the browser to make: in another
//! browser, or changed, it is worth nothing. The nonce and the verifier are made of the same.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::request::Parts;
use serde::{Deserialize, Serialize};

use super::{MAX_ATTEMPTS, Shown, WINDOW};
use crate::authorization_server::answer::{self, Answer};
use crate::authorization_server::browser::Browser;
use crate::authorization_server::core::Core;
use crate::authorization_server::parameters::Parameters;
use crate::authorization_server::refusal::{PersonError, Refusal};
use crate::resource_owner::{BroughtBack, SignInError, Visit, Way};
use crate::secret::Secret;
use crate::time::UnixTime;
use crate::token::TokenHash;

/// What a visit is about.
#[derive(Debug, Serialize, Deserialize)]
struct Ticket {
    /// Which of all visits.
    id: String,
    way: String,
    /// The pending request, by the name that pages carry.
    request: Option<String>,
    expires: UnixTime,
}

impl Core {
    /// Sends a person elsewhere.
    pub(super) async fn leave(
        &self,
        browser: &Browser,
        way: &Way,
        request: Option<&str>,
    ) -> Result<Answer, Refusal> {
        self.bound("sign-in", MAX_ATTEMPTS, WINDOW).await?;
        let ticket = Ticket {
            id: self.random_name()?,
            way: way.id.clone(),
            request: request.map(str::to_owned),
            expires: self.now() + AWAY,
        };
        let ticket_text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&ticket).unwrap_or_default());
        let visit = self.visit(browser, &ticket, &ticket_text);
        let to = self.owner.send_elsewhere(&visit).await?;
        if http::HeaderValue::try_from(&to).is_err() {
            return Err(wrong_way_back().into());
        }
        Ok(answer::see_other(&to))
    }

    /// Answers `GET /oauth/callback`.
    pub(in crate::authorization_server) async fn come_back(
        &self,
        parts: &Parts,
    ) -> Result<Answer, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        let brought = Parameters::parse(query.as_bytes()).map_err(|_| wrong_way_back())?;
        let browser = self.browser(&parts.headers)?;
        let state = brought.get("state").unwrap_or_default();
        let (ticket, visit) = self.ticket(&browser, state).ok_or_else(wrong_way_back)?;
        // Whoever overheard the answer must not bring it again.
        let name = TokenHash::of(&format!("visit\n{state}"));
        if !self.store.first_time(name, ticket.expires, self.now()).await? {
            return Err(wrong_way_back().into());
        }
        let request = ticket.request.as_deref();
        let pending = match request {
            Some(_) => Some(self.pending(&browser, request).await?),
            None => None,
        };
        let brought = BroughtBack {
            code: brought.get("code").map(Secret::new),
            error: brought.get("error").map(str::to_owned),
            issuer: brought.get("iss").map(str::to_owned),
        };
        match self.owner.welcome_back(&visit, &brought).await {
            Ok(person) => self.signed_in(&browser, request, &person).await,
            Err(SignInError::Wrong(text)) => {
                let shown = Shown { request, pending: pending.as_ref(), typed: None };
                self.show_sign_in(&browser, shown, StatusCode::UNAUTHORIZED, Some(text)).await
            }
            Err(SignInError::Unavailable(cause)) => Err(cause.into()),
        }
    }

    fn ticket(&self, browser: &Browser, state: &str) -> Option<(Ticket, Visit)> {
        let (ticket_text, mark) = state.split_once('.')?;
        if TokenHash::of(mark) != TokenHash::of(&browser.mark("state", ticket_text)) {
            return None;
        }
        let ticket = URL_SAFE_NO_PAD.decode(ticket_text).ok()?;
        let ticket: Ticket = serde_json::from_slice(&ticket).ok()?;
        let visit = self.visit(browser, &ticket, ticket_text);
        (self.now() < ticket.expires).then_some((ticket, visit))
    }

    fn visit(&self, browser: &Browser, ticket: &Ticket, ticket_text: &str) -> Visit {
        let made = |purpose| browser.mark(purpose, ticket_text);
        Visit {
            way: ticket.way.clone(),
            redirect_uri: self.issuer.url_of("/oauth/callback"),
            state: Secret::new(format!("{ticket_text}.{}", made("state"))),
            nonce: Secret::new(made("nonce")),
            code_verifier: Secret::new(made("verifier")),
            now: self.now(),
        }
    }
}

fn wrong_way_back() -> PersonError {
    PersonError::new(
        "You are not signed in",
        "This way back was used already, took too long, or belongs to another browser. Go back to \
         the application and start again.",
    )
}

/// How long a person may be away.
const AWAY: Duration = Duration::from_secs(600);
