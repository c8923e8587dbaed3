//! The sign-in page. A person who was sent here by a client goes on to the consent page, any other
//! to the page of grants.

use std::time::Duration;

use http::StatusCode;
use http::request::Parts;

use super::answer::{self, Answer};
use super::browser::Browser;
use super::core::Core;
use super::page::{self, FormSecrets};
use super::parameters::Parameters;
use super::redirect_uri::RedirectUri;
use super::refusal::{PersonError, Refusal};
use crate::resource_owner::{Attempt, Field, Person, SignInError, Way};
use crate::secret::Secret;
use crate::store::{PendingAuthorization, Session};
use crate::token::TokenHash;

mod elsewhere;

impl Core {
    /// Answers `GET /oauth/sign-in`.
    pub(super) async fn sign_in_page(&self, parts: &Parts) -> Result<Answer, Refusal> {
        let asked = Parameters::parse(parts.uri.query().unwrap_or_default().as_bytes())?;
        let browser = self.browser(&parts.headers)?;
        let request = asked.get("request");
        let pending = match request {
            Some(_) => Some(self.pending(&browser, request).await?),
            None => None,
        };
        let shown = Shown { request, pending: pending.as_ref(), typed: None };
        self.show_sign_in(&browser, shown, StatusCode::OK, None).await
    }

    /// Answers `POST /oauth/sign-in`.
    pub(super) async fn sign_in(
        &self,
        parts: &Parts,
        form: &Parameters,
    ) -> Result<Answer, Refusal> {
        let browser = self.browser(&parts.headers)?;
        let request = form.get("request");
        let pending = match request {
            Some(_) => Some(self.pending(&browser, request).await?),
            None => None,
        };
        let shown = Shown { request, pending: pending.as_ref(), typed: Some(form) };
        let again = |status, notice| self.show_sign_in(&browser, shown, status, Some(notice));
        if !browser.is_ours(form, CSRF) {
            let notice = "The page had grown old. Nothing was done: please try again.".to_owned();
            return again(StatusCode::FORBIDDEN, notice).await;
        }
        let ways = self.ways_to(pending.as_ref());
        let way = ways.iter().find(|way| Some(way.id.as_str()) == form.get("way"));
        if let Some(way) = way.filter(|way| way.leads_elsewhere) {
            return self.leave(&browser, way, request).await;
        }
        let attempt = match way {
            Some(way) => self.attempt(way, form).await?,
            None => None,
        };
        let Some(attempt) = attempt else {
            return again(StatusCode::BAD_REQUEST, "Please fill in the form.".to_owned()).await;
        };
        match self.owner.sign_in(&attempt).await {
            Ok(person) => self.signed_in(&browser, request, &person).await,
            Err(SignInError::Wrong(text)) => again(StatusCode::UNAUTHORIZED, text).await,
            Err(SignInError::Unavailable(cause)) => Err(cause.into()),
        }
    }

    /// What was answered, if it answers all that a way asks. Attempts are bounded, for each name
    /// and for all together.
    async fn attempt(&self, way: &Way, form: &Parameters) -> Result<Option<Attempt>, Refusal> {
        let answers: Option<Vec<(String, Secret)>> = way
            .fields
            .iter()
            .map(|field| Some((field.name.clone(), answer_to(form, &field.name)?)))
            .collect();
        let Some(answers) = answers else { return Ok(None) };
        // Who guesses at one name alone keeps nobody else from signing in.
        if let Some(name) = name_of(way, form) {
            self.bound(&counter_of(way, &name), MAX_ATTEMPTS_OF_ONE, WINDOW).await?;
        }
        self.bound("sign-in", MAX_ATTEMPTS, WINDOW).await?;
        Ok(Some(Attempt::new(way.id.clone(), answers, self.now())))
    }

    async fn signed_in(
        &self,
        before: &Browser,
        request: Option<&str>,
        person: &Person,
    ) -> Result<Answer, Refusal> {
        let after = self.new_browser()?;
        let now = self.now();
        let expires = now + self.options.lifetimes.session;
        let session =
            Session::new(after.hash(), person.subject.clone(), person.name.clone(), now, expires);
        let keep = person.keep.as_ref();
        let replaced = self.store.sign_in(before.hash(), &session, keep).await?;
        let to = match request {
            Some(request) => format!("{}?request={request}", self.issuer.url_of("/oauth/consent")),
            None => self.issuer.url_of("/oauth/grants"),
        };
        let released = match replaced {
            Some(replaced) => self.owner.released(&person.subject, &replaced).await,
            None => Ok(()),
        };
        Ok(answer::with_left(self.with_cookie(answer::see_other(&to), &after), released))
    }

    async fn show_sign_in(
        &self,
        browser: &Browser,
        shown: Shown<'_>,
        status: StatusCode,
        notice: Option<String>,
    ) -> Result<Answer, Refusal> {
        let Shown { request, pending, typed } = shown;
        let client = match pending {
            Some(pending) => self.client(pending.client_id.as_str()).await?,
            None => None,
        };
        let ways = self.ways_to(pending);
        let form_action = self.sign_in_form_action(&ways, pending);
        if ways.is_empty() {
            let text = "This server asks nobody who they are, and has no access to give here.";
            return Err(PersonError::new("Nobody signs in here", text).into());
        }
        let csrf = browser.csrf(CSRF);
        let page = page::sign_in(
            &self.options.service_name,
            client.as_ref().map(|client| client.name.as_str()),
            &ways,
            &self.issuer.url_of("/oauth/sign-in"),
            FormSecrets { csrf: &csrf, request },
            notice.as_deref(),
            |way, field| typed_into(typed?, way, field),
        );
        Ok(self.with_cookie(answer::html(status, page, &form_action), browser))
    }

    /// The ways in, for a request or for none.
    fn ways_to(&self, pending: Option<&PendingAuthorization>) -> Vec<Way> {
        match pending {
            Some(pending) => self.owner.ways_for(&pending.resource),
            None => self.owner.ways(),
        }
    }

    /// Where the answers to the forms of the sign-in page lead: to the client that asked, which may
    /// need no consent, and to where a person signs in.
    fn sign_in_form_action(&self, ways: &[Way], pending: Option<&PendingAuthorization>) -> String {
        if ways.iter().any(|way| way.leads_elsewhere) {
            // On loopback, a provider may be there, too.
            return if self.issuer.is_loopback() { "https: http:" } else { "https:" }.to_owned();
        }
        let redirect_uri =
            pending.and_then(|pending| RedirectUri::parse(&pending.redirect_uri).ok());
        redirect_uri.map(|uri| uri.form_action()).unwrap_or_default()
    }
}

/// What the sign-in page shows beside its forms.
#[derive(Clone, Copy)]
struct Shown<'a> {
    /// The name of the pending request, if it is about one.
    request: Option<&'a str>,
    pending: Option<&'a PendingAuthorization>,
    /// What was sent the time before.
    typed: Option<&'a Parameters>,
}

/// What somebody typed into a field, to be shown again. What is secret is typed again.
fn typed_into<'a>(typed: &'a Parameters, way: &Way, field: &Field) -> Option<&'a str> {
    let is_it = typed.get("way") == Some(way.id.as_str()) && !field.is_secret;
    is_it.then(|| typed.get(&format!("field-{}", field.name))).flatten()
}

/// The name that someone types, which attempts are counted by: in whatever case, since some take it
/// in any.
fn name_of(way: &Way, form: &Parameters) -> Option<String> {
    let field = way.fields.iter().find(|field| !field.is_secret)?;
    form.get(&format!("field-{}", field.name)).map(|name| name.trim().to_lowercase())
}

/// What attempts at a name are counted as. Names share a number of counters, the same ones at every
/// replica, so that names that somebody makes up do not fill the store.
fn counter_of(way: &Way, name: &str) -> String {
    let [high, low, ..] = *TokenHash::of(&format!("{} {name}", way.id)).as_bytes();
    format!("sign-in {}", u16::from_be_bytes([high, low]) % N_COUNTERS)
}

fn answer_to(form: &Parameters, field: &str) -> Option<Secret> {
    form.get(&format!("field-{field}")).map(Secret::new)
}

/// What the form is about.
const CSRF: &str = "sign-in";

const WINDOW: Duration = Duration::from_secs(300);
const MAX_ATTEMPTS_OF_ONE: u32 = 10;
const MAX_ATTEMPTS: u32 = 600;

/// How many counters there are for all names.
const N_COUNTERS: u16 = 4096;
