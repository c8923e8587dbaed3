//! A client in another language: a script of `tests/clients`.

use serde::Deserialize;
use serde_json::{Value, from_value, json};

use super::conversation::Conversation;
use super::person::Person;
use super::{Done, OAuthClient, Registration};
use crate::clients::driver::Installed;
use crate::server::Server;

pub(super) struct Script(Conversation);

#[derive(Deserialize)]
struct Said {
    said: String,
    client_id: String,
    tokens: Tokens,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    refresh_token: String,
    scope: String,
}

impl Script {
    /// Starts the script for this server.
    pub(super) fn start(
        installed: &Installed,
        script: &str,
        server: &Server,
        registration: Registration,
        name: &str,
        mode: &Value,
    ) -> Self {
        let mut conversation = Conversation::start(installed.command(script));
        conversation.say(&json!({
            "url": server.url, "client_name": name, "mode": mode,
            "client_metadata_url": registration.document(),
        }));
        Self(conversation)
    }

    /// Does it, and sends the person where the client wants them.
    fn act(&mut self, person: &mut Person, deed: &Value) -> Done {
        let mut answer = self.0.ask(deed);
        while let Some(url) = answer["authorize"].as_str() {
            if person.open(url).is_none() {
                return Done::locked_out();
            }
            answer = self.0.hear();
        }
        let Said { said, client_id, tokens } =
            from_value(answer.clone()).unwrap_or_else(|_| panic!("{answer}"));
        let Tokens { access_token, refresh_token, scope } = tokens;
        Done { said: Some(said), client_id, access_token, refresh_token, scope }
    }
}

impl OAuthClient for Script {
    async fn connect(&mut self, person: &mut Person) -> Done {
        self.act(person, &json!({ "do": "connect" }))
    }

    async fn call(&mut self, person: &mut Person, tool: &str, arguments: Value) -> Done {
        self.act(person, &json!({ "do": "call", "tool": tool, "arguments": arguments }))
    }

    async fn spoil(&mut self) {
        self.0.ask(&json!({ "do": "spoil" }));
    }
}
