//! A person with a browser, to whom the application `app` comes for access.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::endpoint::{CALLBACK, Endpoint};

/// A person's browser.
#[derive(Debug)]
pub(super) struct Person<'e> {
    endpoint: &'e Endpoint,
    cookie: String,
}

/// A page, or where the browser is sent.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) location: String,
    pub(super) body: String,
}

/// What a person types.
pub(super) type Answers<'a> = [(&'a str, &'a str)];

impl<'e> Person<'e> {
    pub(super) const fn new(endpoint: &'e Endpoint) -> Self {
        Self { endpoint, cookie: String::new() }
    }

    /// Signs in, grants the application a scope, and returns its access token.
    pub(super) async fn connect(
        &mut self,
        way: &str,
        answers: &Answers<'_>,
        scope: &str,
    ) -> String {
        let page = self.consent(way, answers, scope).await;
        self.grant(&page, scope).await["access_token"].as_str().expect("a token").to_owned()
    }

    /// Signs in with a user name and a password; see [`Person::connect`].
    pub(super) async fn connect_with_password(
        &mut self,
        name: &str,
        password: &str,
        scope: &str,
    ) -> String {
        self.connect("netbox-password", &[("name", name), ("password", password)], scope).await
    }

    /// Is sent here by the application, and signs in: the consent page.
    pub(super) async fn consent(&mut self, way: &str, answers: &Answers<'_>, scope: &str) -> Page {
        let page = self.sign_in(way, answers, scope).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        self.get(&page.location).await
    }

    /// Is sent here by the application, and fills in the form: what comes of it.
    pub(super) async fn sign_in(&mut self, way: &str, answers: &Answers<'_>, scope: &str) -> Page {
        let sent = self.ask(scope).await;
        let page = self.get(&sent.location).await;
        let names: Vec<String> = answers.iter().map(|(name, _)| format!("field-{name}")).collect();
        let typed = names.iter().zip(answers).map(|(name, (_, text))| (name.as_str(), *text));
        let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
        let mut form = vec![("csrf", csrf.as_str()), ("request", &request), ("way", way)];
        form.extend(typed);
        self.post("/oauth/sign-in", &form).await
    }

    /// Opens the address that the application sends people to.
    pub(super) async fn ask(&mut self, scope: &str) -> Page {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let query = encoded(&[
            ("response_type", "code"),
            ("client_id", "app"),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        self.get(&format!("{}/oauth/authorize?{query}", self.endpoint.origin)).await
    }

    /// Allows it on the consent page: the tokens.
    pub(super) async fn grant(&mut self, page: &Page, scope: &str) -> Value {
        let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
        let form =
            [("csrf", &*csrf), ("request", &request), ("decision", "allow"), ("scope", scope)];
        let sent = self.post("/oauth/consent", &form).await;
        self.redeem(&sent).await
    }

    /// The tokens for the code that the application was sent.
    pub(super) async fn redeem(&self, sent: &Page) -> Value {
        let code = sent.location.split(['?', '&']).find_map(|pair| pair.strip_prefix("code="));
        let code = code.unwrap_or_else(|| panic!("{sent:?}"));
        let code = percent_decode_str(code).decode_utf8().expect("a code");
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
            ("client_id", "app"),
        ];
        let http = &self.endpoint.http;
        let request = http.post(format!("{}/oauth/token", self.endpoint.origin));
        let request = request.header("content-type", FORM).body(encoded(&form));
        let answer = request.send().await.expect("an answer").text().await.expect("a text");
        serde_json::from_str(&answer).expect("JSON")
    }

    /// Takes away what the application was granted.
    pub(super) async fn take_away(&mut self) -> Page {
        let page = self.get(&format!("{}/oauth/grants", self.endpoint.origin)).await;
        let csrf = page.hidden("csrf");
        self.post("/oauth/grants", &[("csrf", &csrf), ("client_id", "app")]).await
    }

    pub(super) async fn get(&mut self, url: &str) -> Page {
        self.send(self.endpoint.http.get(url)).await
    }

    async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let origin = &self.endpoint.origin;
        let request = self.endpoint.http.post(format!("{origin}{path}")).header(ORIGIN, origin);
        self.send(request.header("content-type", FORM).body(encoded(form))).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Page {
        let answer = request.header(COOKIE, &self.cookie).send().await.expect("an answer");
        let header = |name| answer.headers().get(name).map(|value| value.to_str().expect("ASCII"));
        if let Some(cookie) = header(SET_COOKIE) {
            self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        }
        let location = header(LOCATION).unwrap_or_default().to_owned();
        Page { status: answer.status(), location, body: answer.text().await.expect("a text") }
    }
}

impl Page {
    /// The value of a hidden field.
    #[track_caller]
    pub(super) fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) =
            self.body.split_once(&start).unwrap_or_else(|| panic!("no {name}: {self:?}"));
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// Whether a scope can be chosen.
    pub(super) fn offers(&self, scope: &str) -> bool {
        self.body.contains(&format!("name=\"scope\" value=\"{scope}\""))
    }
}

fn encoded(form: &[(&str, &str)]) -> String {
    let pairs = form
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    pairs.collect::<Vec<_>>().join("&")
}

const FORM: &str = "application/x-www-form-urlencoded";
const VERIFIER: &str = "a-verifier-that-is-as-long-as-one-has-to-be-43";
