//! The authorization endpoint (RFC 6749, section 4.1.1): a client asks, and the person is sent to
//! the pages. Until it is clear where an answer may go, whatever is wrong is shown to the person.

use http::request::Parts;
use mcp_protocol::auth::ScopeSet;

use super::answer::{self, Answer, ascii};
use super::browser::Browser;
use super::core::Core;
use super::parameters::Parameters;
use super::redirect_uri::RedirectUri;
use super::refusal::{OAuthError, PersonError, Refusal};
use crate::resource_owner::Person;
use crate::store::{Client, Consent, GrantType, PendingAuthorization, Subject};
use crate::token::TokenHash;

impl Core {
    /// Answers `GET /oauth/authorize`.
    pub(super) async fn authorize(&self, parts: &Parts) -> Result<Answer, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        if query.len() > MAX_QUERY_BYTES {
            return Err(mistake("The request of the application is too long.").into());
        }
        let asked =
            Parameters::parse(query.as_bytes()).map_err(|error| mistake(&error.description))?;
        let client_id = asked
            .get("client_id")
            .ok_or_else(|| mistake("The application did not say who it is."))?;
        let client = self.client(client_id).await?.ok_or_else(|| {
            mistake("This server does not know the application. Remove the connection in the application and make it again.")
        })?;
        let redirect_uri = self.redirect_uri(&client, asked.get("redirect_uri"))?;
        // From here on the client itself can be told what is wrong.
        let state = asked.get("state");
        match self.wait_for_person(parts, &client, &redirect_uri, &asked).await {
            Err(Refusal::Client(error)) => {
                Ok(self.error_to_client(redirect_uri.as_str(), state, &error))
            }
            answer => answer,
        }
    }

    async fn wait_for_person(
        &self,
        parts: &Parts,
        client: &Client,
        redirect_uri: &RedirectUri,
        asked: &Parameters,
    ) -> Result<Answer, Refusal> {
        let checked = self.check(client, &self.client_ceiling(client).await?, asked)?;
        let request = self.secret(&self.formats.request)?;
        let browser = self.browser(&parts.headers)?;
        let pending = PendingAuthorization {
            id: request.hash(),
            browser: browser.hash(),
            client_id: client.id.clone(),
            client_origin: client.origin,
            redirect_uri: redirect_uri.as_str().to_owned(),
            redirect_uri_was_sent: asked.get("redirect_uri").is_some(),
            state: asked.get("state").map(str::to_owned),
            scopes: checked.scopes,
            resource: checked.resource,
            code_challenge: checked.code_challenge,
            expires: self.now() + self.options.lifetimes.pending,
        };
        if let Some(everyone) = self.everyone() {
            self.store.put_pending(&pending, MAX_PENDING).await?;
            let answer = self.approve(&pending, &everyone, &pending.scopes).await?;
            return Ok(self.with_cookie(answer, &browser));
        }
        let session = self.session_for(&browser, &pending.resource).await?;
        let may_skip = session.is_some() && !checked.must_sign_in && !checked.must_consent;
        if checked.must_not_ask && !may_skip {
            return Err(OAuthError::other("interaction_required", "a person must be asked").into());
        }
        self.store.put_pending(&pending, MAX_PENDING).await?;
        if let (Some(session), true) = (&session, may_skip)
            && self.is_remembered(&pending, redirect_uri, &session.subject).await?
        {
            let person = Person::new(session.subject.as_str(), session.name.clone());
            return self.approve(&pending, &person, &pending.scopes).await;
        }
        if checked.must_not_ask {
            return Err(OAuthError::other("interaction_required", "a person must be asked").into());
        }
        let page = if session.is_some() && !checked.must_sign_in {
            "/oauth/consent"
        } else {
            "/oauth/sign-in"
        };
        let to = format!("{}?request={}", self.issuer.url_of(page), request.expose());
        Ok(self.with_cookie(answer::see_other(&to), &browser))
    }

    /// Checks everything that the client can be told of.
    fn check(
        &self,
        client: &Client,
        ceiling: &ScopeSet,
        asked: &Parameters,
    ) -> Result<Checked, OAuthError> {
        for name in ["request", "request_uri"] {
            if asked.get(name).is_some() {
                return Err(OAuthError::other("request_not_supported", "send plain parameters"));
            }
        }
        if asked.required("response_type")? != "code" {
            let description = "response_type must be code";
            return Err(OAuthError::other("unsupported_response_type", description));
        }
        if asked.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(OAuthError::invalid_request("response_mode must be query"));
        }
        if asked.get("state").is_some_and(|state| state.len() > MAX_STATE_BYTES) {
            return Err(OAuthError::invalid_request("state is too long"));
        }
        if !client.grant_types.contains(&GrantType::AuthorizationCode) {
            let description = "this client may not use the authorization code grant";
            return Err(OAuthError::unauthorized_client(description));
        }
        // RFC 7636, section 4.2: 43 characters of base64url are what S256 gives. A method that is
        // missing means plain, which is not offered.
        let code_challenge = asked.required("code_challenge")?;
        if asked.get("code_challenge_method") != Some("S256") {
            return Err(OAuthError::invalid_request("code_challenge_method must be S256"));
        }
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if code_challenge.len() != 43 || !code_challenge.bytes().all(is_base64url) {
            return Err(OAuthError::invalid_request(
                "code_challenge is not the SHA-256 of a verifier",
            ));
        }
        let resource = match self.resource(asked.all("resource"))? {
            Some(resource) => resource,
            None => self.resource_of_everybody()?,
        };
        let requested = self.requested_scopes(asked.get("scope"))?;
        let scopes = self.within(&requested, ceiling);
        if scopes.is_empty() {
            return Err(OAuthError::invalid_scope(
                "this client cannot be granted any of these scopes",
            ));
        }
        let prompts: Vec<&str> = asked.get("prompt").unwrap_or_default().split(' ').collect();
        Ok(Checked {
            scopes,
            resource: resource.to_owned(),
            code_challenge: code_challenge.to_owned(),
            must_not_ask: prompts.contains(&"none"),
            must_sign_in: prompts.contains(&"login") || prompts.contains(&"select_account"),
            must_consent: prompts.contains(&"consent"),
        })
    }

    /// Whether this person agreed before to all that is asked.
    async fn is_remembered(
        &self,
        pending: &PendingAuthorization,
        redirect_uri: &RedirectUri,
        subject: &Subject,
    ) -> Result<bool, Refusal> {
        if !self.options.remember_consent || redirect_uri.is_loopback() {
            return Ok(false);
        }
        let consent = self.store.consent(subject, &pending.client_id, &pending.resource).await?;
        Ok(consent.is_some_and(|consent| pending.scopes.is_subset(&consent.scopes)))
    }

    /// Gives the client the code for these scopes, as far as this person can grant them now.
    pub(super) async fn approve(
        &self,
        pending: &PendingAuthorization,
        person: &Person,
        scopes: &ScopeSet,
    ) -> Result<Answer, Refusal> {
        let ceiling = self.person_ceiling(&person.subject, &pending.resource).await?;
        let ceiling = ceiling.unwrap_or_default();
        let scopes = self.within(scopes, &ceiling);
        let scopes = self.within(&scopes, &pending.scopes);
        if scopes.is_empty() {
            return self.refuse(pending, "this person cannot grant any of these scopes").await;
        }
        let now = self.now();
        let secret = self.secret(&self.formats.code)?;
        let expires = now + self.options.lifetimes.code;
        let code = pending.code(secret.hash(), person.subject.clone(), scopes, expires);
        let consent = Consent::to(&code, now);
        let is_there =
            self.store.approve(pending.id, pending.browser, &code, &consent, now).await?;
        if !is_there {
            return Err(answered_before().into());
        }
        let mut parameters = vec![("code", secret.expose())];
        parameters.extend(pending.state.as_deref().map(|state| ("state", state)));
        Ok(self.to_client(&pending.redirect_uri, &parameters))
    }

    /// Tells the client that it gets nothing.
    pub(super) async fn refuse(
        &self,
        pending: &PendingAuthorization,
        why: &'static str,
    ) -> Result<Answer, Refusal> {
        if !self.store.deny(pending.id, pending.browser, self.now()).await? {
            return Err(answered_before().into());
        }
        let error = OAuthError::other("access_denied", why);
        Ok(self.error_to_client(&pending.redirect_uri, pending.state.as_deref(), &error))
    }

    fn error_to_client(&self, to: &str, state: Option<&str>, error: &OAuthError) -> Answer {
        let description = ascii(&error.description);
        let mut parameters = vec![("error", error.code), ("error_description", &description)];
        parameters.extend(
            state.filter(|state| state.len() <= MAX_STATE_BYTES).map(|state| ("state", state)),
        );
        self.to_client(to, &parameters)
    }

    /// Sends an answer to the client, saying whose it is (RFC 9207).
    fn to_client(&self, to: &str, parameters: &[(&str, &str)]) -> Answer {
        let mut parameters = parameters.to_vec();
        parameters.push(("iss", self.issuer.as_str()));
        match RedirectUri::parse(to) {
            Ok(to) => answer::see_other(&to.with(&parameters)),
            Err(why) => answer::refused_page(&mistake(why).into(), &self.options.service_name),
        }
    }

    /// The request of this name, if it is this browser's.
    pub(super) async fn pending(
        &self,
        browser: &Browser,
        name: Option<&str>,
    ) -> Result<PendingAuthorization, Refusal> {
        let pending =
            match name.and_then(|name| super::core::Formats::hash(&self.formats.request, name)) {
                Some(id) => self.store.pending(id, self.now()).await?,
                None => None,
            };
        let is_ours = |pending: &PendingAuthorization| pending.browser == browser.hash();
        Ok(pending.filter(is_ours).ok_or_else(answered_before)?)
    }
}

/// What the client asked for, checked.
#[derive(Debug)]
struct Checked {
    scopes: ScopeSet,
    resource: String,
    code_challenge: String,
    must_not_ask: bool,
    must_sign_in: bool,
    must_consent: bool,
}

/// Whether a verifier is the one that a challenge was made of (RFC 7636, section 4.6).
pub(super) fn fits(verifier: &str, challenge: &str) -> bool {
    use base64::Engine as _;
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(is_unreserved) {
        return false;
    }
    let hash = TokenHash::of(verifier);
    let made = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hash.as_bytes());
    TokenHash::of(&made) == TokenHash::of(challenge)
}

fn mistake(text: &str) -> PersonError {
    PersonError::new("The application made a mistake", text.to_owned())
}

fn answered_before() -> PersonError {
    PersonError::new(
        "This page is not valid any more",
        "It was answered already, took too long, or belongs to another browser. Go back to the \
         application and start again.",
    )
}

const MAX_QUERY_BYTES: usize = 8 * 1024;
const MAX_STATE_BYTES: usize = 2048;
const MAX_PENDING: usize = 10_000;
