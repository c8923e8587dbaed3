//! The browser of a person: its cookie, and the token that only our pages know.
//!
//! There is one cookie. Before anyone signs in it tells browsers apart and nothing more; when
//! somebody does, it is replaced, so that whoever knew the old one knows nothing. The token of a
//! form is made of the cookie, which no page can read.

use http::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};
use url::Host;

use super::answer::Answer;
use super::core::{Core, Formats};
use super::issuer::is_loopback;
use super::parameters::Parameters;
use super::refusal::{PersonError, Refusal};
use crate::secret::Secret;
use crate::store::{Session, Subject};
use crate::token::TokenHash;

/// A browser, told by its cookie.
#[derive(Debug)]
pub(super) struct Browser {
    cookie: Secret,
    is_new: bool,
}

impl Browser {
    /// The hash that is kept of the cookie.
    pub(super) fn hash(&self) -> TokenHash {
        self.cookie.hash()
    }

    /// What a form of this browser about this must hold.
    pub(super) fn csrf(&self, about: &str) -> String {
        let secret = format!("{}\n{about}", self.cookie.expose());
        TokenHash::of(&secret).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What only this browser's cookie makes of a text, for one purpose. The cookie stands last, so
    /// that nothing can be appended to what is hashed.
    pub(super) fn mark(&self, purpose: &str, text: &str) -> String {
        let secret = format!("{purpose}\n{text}\n{}", self.cookie.expose());
        TokenHash::of(&secret).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether a form was sent by our page, in this browser.
    pub(super) fn is_ours(&self, form: &Parameters, about: &str) -> bool {
        let sent = form.get("csrf").unwrap_or_default();
        TokenHash::of(sent) == TokenHash::of(&self.csrf(about))
    }
}

impl Core {
    /// The browser of a request. One without a cookie of ours gets one with the answer.
    pub(super) fn browser(&self, headers: &HeaderMap) -> Result<Browser, Refusal> {
        let ours = cookies(headers)
            .filter(|(name, _)| *name == self.cookie_name())
            .map(|(_, value)| value)
            .find(|value| Formats::hash(&self.formats.cookie, value).is_some());
        match ours {
            Some(cookie) => Ok(Browser { cookie: Secret::new(cookie), is_new: false }),
            None => self.new_browser(),
        }
    }

    /// A browser with a cookie that nobody knows.
    pub(super) fn new_browser(&self) -> Result<Browser, Refusal> {
        Ok(Browser { cookie: self.secret(&self.formats.cookie)?, is_new: true })
    }

    /// Who is signed in: nobody, if the person is not known any more.
    pub(super) async fn session(&self, browser: &Browser) -> Result<Option<Session>, Refusal> {
        self.session_if(browser, |_| true).await
    }

    /// Who is signed in, if it is one of the people of this resource. Nobody is asked about
    /// others.
    pub(super) async fn session_for(
        &self,
        browser: &Browser,
        resource: &str,
    ) -> Result<Option<Session>, Refusal> {
        self.session_if(browser, |subject| self.owner.is_for(subject, resource)).await
    }

    async fn session_if(
        &self,
        browser: &Browser,
        is_meant: impl Fn(&Subject) -> bool + Send,
    ) -> Result<Option<Session>, Refusal> {
        if browser.is_new {
            return Ok(None);
        }
        let session = self.store.session(browser.hash(), self.now()).await?;
        match session.filter(|session| is_meant(&session.subject)) {
            Some(session) if self.owner.ceiling(&session.subject).await?.is_some() => {
                Ok(Some(session))
            }
            _ => Ok(None),
        }
    }

    /// The answer, with the cookie if the browser does not have it yet.
    pub(super) fn with_cookie(&self, mut answer: Answer, browser: &Browser) -> Answer {
        if browser.is_new {
            let cookie = format!("{}={}", self.cookie_name(), browser.cookie.expose());
            let secure = if self.issuer.is_https() { "; Secure" } else { "" };
            let cookie = format!("{cookie}; Path=/; HttpOnly; SameSite=Lax{secure}");
            // INVARIANT: the name and the secret are letters, digits and underscores.
            let cookie = HeaderValue::try_from(cookie).expect("a cookie is ASCII");
            answer.headers_mut().append(SET_COOKIE, cookie);
        }
        answer
    }

    /// The prefix `__Host-` keeps other hosts of the domain from setting the cookie; it asks for
    /// `https`, so that on loopback the cookie goes without.
    fn cookie_name(&self) -> &'static str {
        if self.issuer.is_https() { "__Host-mcp-session" } else { "mcp-session" }
    }

    /// Refuses what does not come from where our pages are: a form that another page sends, and, on
    /// loopback, a name that someone made lead to this machine (DNS rebinding).
    pub(super) fn check_origin(&self, parts: &Parts, is_page: bool) -> Result<(), Refusal> {
        let refused = |text: &'static str| PersonError::new("This request cannot be trusted", text);
        // Browsers say `null` where a page withholds where it is.
        let origin = parts.headers.get(ORIGIN).map(HeaderValue::as_bytes);
        let is_form = is_page && parts.method == Method::POST;
        if is_form
            && origin.is_some_and(|origin| {
                origin != b"null" && origin != self.issuer.origin().as_bytes()
            })
        {
            return Err(refused("The form was sent by a page of another server.").into());
        }
        if !self.issuer.is_loopback() {
            return Ok(());
        }
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| parts.uri.authority().map(|authority| authority.as_str()));
        let Some(host) = host else { return Ok(()) };
        let authority = host.parse::<http::uri::Authority>().ok();
        let host = authority.and_then(|authority| Host::parse(authority.host()).ok());
        if host.is_some_and(|host| is_loopback(&host)) {
            Ok(())
        } else {
            Err(refused("This server answers only under the name of this computer.").into())
        }
    }
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}
