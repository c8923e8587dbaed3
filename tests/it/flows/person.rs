//! A person at a browser.

use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, from_value, json};

use super::conversation::Conversation;
use crate::clients::driver::Installed;
use crate::server::Server;

/// A person who has an account, and who grants what a test wants granted.
pub(super) struct Person {
    browser: Conversation,
    base_url: String,
    password: String,
    /// What they are ready to grant, and how the picture of the page is called.
    ready: Option<(Grant, String)>,
    asked: Option<Asked>,
}

/// What a person grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grant {
    Read,
    Write,
}

/// What a person was asked.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// What the page is called.
    pub(super) heading: String,
    /// Where they will be sent.
    pub(super) host: String,
    /// Whether they are told that any program of this computer may be the client.
    pub(super) warned: bool,
    /// The scopes to choose from.
    pub(super) choices: Vec<String>,
    /// Where they were in the end, which is the client's.
    pub(super) at: String,
    /// Where the client sent them.
    #[serde(default)]
    url: String,
}

impl Asked {
    /// A parameter of what the client asked.
    pub(super) fn parameter(&self, name: &str) -> String {
        let url = Url::parse(&self.url).expect("an address");
        let found = url.query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

impl Person {
    /// Opens a browser.
    pub(super) fn sit_down(installed: &Installed, server: &Server) -> Self {
        Self {
            browser: Conversation::start(installed.in_browser("person.mjs")),
            base_url: server.base_url().to_owned(),
            password: password(server),
            ready: None,
            asked: None,
        }
    }

    /// Makes them grant this when they are asked next, once.
    pub(super) fn will(&mut self, grant: Grant, picture: &str) {
        self.ready = Some((grant, picture.to_owned()));
    }

    /// Follows a client's link, and answers whether they granted anything.
    pub(super) fn open(&mut self, url: &str) -> Option<&Asked> {
        let (grant, picture) = self.ready.take()?;
        let grant = match grant {
            Grant::Read => "read",
            Grant::Write => "write",
        };
        let answer = self.browser.ask(&json!({
            "do": "authorize", "url": url, "grant": grant, "picture": picture,
            "name": "operator", "password": self.password,
        }));
        let asked: Asked = from_value(answer).expect("what the page says");
        Some(self.asked.insert(Asked { url: url.to_owned(), ..asked }))
    }

    /// What they were asked since the last time, if anything.
    pub(super) fn was_asked(&mut self) -> Option<Asked> {
        self.asked.take()
    }

    /// The applications that have access.
    pub(super) fn grants(&mut self, picture: &str) -> Vec<String> {
        let job = json!({ "do": "grants", "url": self.grants_url(), "picture": picture });
        names(self.browser.ask(&job))
    }

    /// Takes access away from an application, and answers which have it still.
    pub(super) fn revoke(&mut self, client: &str) -> Vec<String> {
        let job = json!({ "do": "revoke", "url": self.grants_url(), "client": client });
        names(self.browser.ask(&job))
    }

    fn grants_url(&self) -> String {
        format!("{}/oauth/grants", self.base_url)
    }
}

/// The password of the first user, which the server said at start.
pub(super) fn password(server: &Server) -> String {
    let said = server.said.iter().position(|line| line.starts_with("sign in as operator"));
    server.said[said.expect("the server says how to sign in") + 1].trim().to_owned()
}

fn names(answer: Value) -> Vec<String> {
    from_value(answer).expect("names of applications")
}
