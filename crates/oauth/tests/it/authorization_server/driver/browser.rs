//! A person's browser, and the application that sends it here.

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::Full;
use serde_json::Value;
use url::Url;

use super::{
    CALLBACK, ISSUER, RESOURCE, VERIFIER, World, authorize_path, challenge, encoded, form_request,
    path_of,
};

/// An answer.
#[derive(Debug)]
pub(in crate::authorization_server) struct Reply {
    pub(in crate::authorization_server) status: StatusCode,
    pub(in crate::authorization_server) headers: HeaderMap,
    pub(in crate::authorization_server) body: String,
    /// What is told the log.
    pub(in crate::authorization_server) left: Option<String>,
}

impl Reply {
    #[track_caller]
    pub(in crate::authorization_server) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub(in crate::authorization_server) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(in crate::authorization_server) fn location(&self) -> Option<Url> {
        Url::parse(self.header("location")).ok()
    }

    /// A parameter of the address that the browser is sent to.
    pub(in crate::authorization_server) fn param(&self, name: &str) -> Option<String> {
        let location = self.location()?;
        location.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// The value of a hidden field.
    pub(in crate::authorization_server) fn hidden(&self, name: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    }

    /// Asserts that it is an error of the protocol.
    #[track_caller]
    pub(in crate::authorization_server) fn is_error(&self, status: u16, error: &str) {
        assert_eq!((self.status.as_u16(), self.json()["error"].as_str()), (status, Some(error)));
    }

    /// Asserts that it is a page for the person, who is sent nowhere.
    #[track_caller]
    pub(in crate::authorization_server) fn is_page(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert!(self.location().is_none() && self.body.starts_with("<!DOCTYPE html>"));
    }
}

/// A client application that asks.
#[derive(Clone, Debug)]
pub(in crate::authorization_server) struct App {
    pub(in crate::authorization_server) client_id: String,
    pub(in crate::authorization_server) redirect_uri: String,
    pub(in crate::authorization_server) resource: String,
}

impl Default for App {
    fn default() -> Self {
        Self::new("app", CALLBACK)
    }
}

impl App {
    pub(in crate::authorization_server) fn new(client_id: &str, redirect_uri: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            resource: RESOURCE.to_owned(),
        }
    }

    /// The parameters of a request that is right.
    pub(in crate::authorization_server) fn request(&self, scope: &str) -> Vec<(String, String)> {
        [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("state", "the state"),
            ("scope", scope),
            ("code_challenge", &challenge(VERIFIER)),
            ("code_challenge_method", "S256"),
            ("resource", &self.resource),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}

/// A person's browser.
pub(in crate::authorization_server) struct Browser<'w> {
    pub(in crate::authorization_server) world: &'w World,
    pub(in crate::authorization_server) cookie: Option<String>,
}

impl<'w> Browser<'w> {
    pub(in crate::authorization_server) const fn new(world: &'w World) -> Self {
        Self { world, cookie: None }
    }

    pub(in crate::authorization_server) async fn get(&mut self, url: &str) -> Reply {
        self.send(Request::get(path_of(url)), Full::default()).await
    }

    pub(in crate::authorization_server) async fn post(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
    ) -> Reply {
        let request = form_request(path).header("origin", ISSUER);
        self.send(request, encoded(form)).await
    }

    async fn send(&mut self, request: http::request::Builder, body: Full<Bytes>) -> Reply {
        let request = match &self.cookie {
            Some(cookie) => request.header("cookie", format!("other=1; {cookie}")),
            None => request,
        };
        let reply = self.world.send(request.body(body).unwrap()).await;
        if let Some(cookie) = reply.headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = Some(cookie.to_owned());
        }
        reply
    }

    /// Opens the address of an authorization request.
    pub(in crate::authorization_server) async fn authorize(
        &mut self,
        request: &[(String, String)],
    ) -> Reply {
        self.get(&authorize_path(request)).await
    }

    /// Follows to the page that the answer leads to.
    pub(in crate::authorization_server) async fn follow(&mut self, reply: &Reply) -> Reply {
        let to = reply.location().unwrap_or_else(|| panic!("leads nowhere: {}", reply.body));
        assert_eq!(to.origin().ascii_serialization(), ISSUER);
        self.get(to.as_str()).await
    }

    /// Follows to our page, which may send the browser on.
    pub(in crate::authorization_server) async fn follow_anywhere(
        &mut self,
        reply: &Reply,
    ) -> Reply {
        self.get(reply.header("location")).await
    }

    /// Fills in the sign-in page.
    pub(in crate::authorization_server) async fn sign_in(
        &mut self,
        page: &Reply,
        person: &str,
    ) -> Reply {
        self.sign_in_with(page, person, "password").await
    }

    pub(in crate::authorization_server) async fn sign_in_with(
        &mut self,
        page: &Reply,
        person: &str,
        password: &str,
    ) -> Reply {
        let way = page.hidden("way").unwrap();
        self.sign_in_by(page, &way, person, password).await
    }

    pub(in crate::authorization_server) async fn sign_in_by(
        &mut self,
        page: &Reply,
        way: &str,
        person: &str,
        password: &str,
    ) -> Reply {
        let csrf = page.hidden("csrf").unwrap();
        let request = page.hidden("request").unwrap_or_default();
        let mut form = vec![
            ("csrf", csrf.as_str()),
            ("way", way),
            ("field-name", person),
            ("field-password", password),
        ];
        if !request.is_empty() {
            form.push(("request", request.as_str()));
        }
        self.post("/oauth/sign-in", &form).await
    }

    /// Answers the consent page.
    pub(in crate::authorization_server) async fn decide(
        &mut self,
        page: &Reply,
        decision: &str,
        scope: &str,
    ) -> Reply {
        let (csrf, request) = (page.hidden("csrf").unwrap(), page.hidden("request").unwrap());
        let form = [
            ("csrf", csrf.as_str()),
            ("request", request.as_str()),
            ("decision", decision),
            ("scope", scope),
        ];
        self.post("/oauth/consent", &form).await
    }

    /// Opens the request of an application and signs in; gives the consent page.
    pub(in crate::authorization_server) async fn consent_page(
        &mut self,
        app: &App,
        person: &str,
        scope: &str,
    ) -> Reply {
        let sent = self.authorize(&app.request(scope)).await;
        let page = self.follow(&sent).await;
        if page.body.contains("name=\"decision\"") {
            return page;
        }
        let sent = self.sign_in(&page, person).await;
        self.follow(&sent).await
    }

    /// Goes all the way, and grants the highest of these scopes.
    pub(in crate::authorization_server) async fn approve(
        &mut self,
        app: &App,
        person: &str,
        scope: &str,
    ) -> Reply {
        let page = self.consent_page(app, person, scope).await;
        let highest = ["admin", "write", "read"].into_iter().find(|known| {
            let field = format!("name=\"scope\" value=\"{known}\"");
            // One that stands alone is not to be chosen.
            page.body.contains(&format!("{field} checked"))
                || page.body.contains(&format!("type=\"hidden\" {field}"))
        });
        let reply = self.decide(&page, "allow", highest.expect("a scope is chosen")).await;
        assert!(reply.param("code").is_some(), "{} {:?}", reply.body, reply.headers);
        reply
    }
}
