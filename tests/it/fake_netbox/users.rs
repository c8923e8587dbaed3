//! The users of a fake: they prove a password, and call with a token that is made for them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode, Uri};
use serde_json::{Value, json};

/// The users, and the tokens that were made for them.
#[derive(Default)]
pub(super) struct Users {
    by_name: BTreeMap<String, User>,
    /// The tokens by their ids, each with the name of its user.
    pub(super) tokens: BTreeMap<u64, (String, String)>,
}

/// A user, who may do this with sites.
pub(super) struct User {
    pub(super) id: u64,
    pub(super) password: String,
    pub(super) actions: Vec<&'static str>,
}

impl Users {
    pub(super) fn add(&mut self, name: &str, user: User) {
        self.by_name.insert(name.to_owned(), user);
    }

    /// Whose token stands in this header.
    pub(super) fn caller(&self, who: &str) -> Option<&str> {
        let mut tokens = self.tokens.values();
        let found = tokens.find(|(token, _)| who.strip_prefix("Bearer ") == Some(token));
        found.map(|(_, name)| name.as_str())
    }

    /// What is answered here that is about users.
    pub(super) fn answer(
        &mut self,
        method: &Method,
        uri: &Uri,
        who: &str,
        body: &Bytes,
    ) -> Option<Response> {
        let path = uri.path();
        if path == "/api/users/tokens/provision/" {
            return Some(self.provision(body));
        }
        if !who.starts_with("Bearer ") {
            return None;
        }
        let Some(name) = self.caller(who).map(str::to_owned) else {
            return Some(refused("Invalid v2 token"));
        };
        let User { id, actions, .. } = &self.by_name[&name];
        let user = json!({ "id": id, "username": name });
        let may_add = actions.contains(&"add");
        Some(match (path, method.as_str()) {
            ("/api/authentication-check/", _) => {
                let permission =
                    json!({ "enabled": true, "object_types": ["dcim.site"], "actions": actions });
                let mut user = user;
                user["permissions"] = json!([permission]);
                answered(StatusCode::OK, &user)
            }
            ("/api/core/object-types/", _) => {
                let site = json!({
                    "app_label": "dcim", "model": "site", "rest_api_endpoint": "/api/dcim/sites/",
                });
                answered(StatusCode::OK, &json!({ "next": null, "results": [site] }))
            }
            ("/api/users/tokens/", _) => {
                let of_user = self.tokens.values().filter(|(_, of)| *of == name);
                let shown = of_user.map(|(token, _)| {
                    let key = token.trim_start_matches("nbt_").split('.').next();
                    json!({ "display": key, "user": user, "write_enabled": true })
                });
                answered(StatusCode::OK, &json!({ "results": shown.collect::<Value>() }))
            }
            (_, "DELETE") => {
                let id =
                    path.trim_end_matches('/').rsplit('/').next().and_then(|id| id.parse().ok());
                id.and_then(|id: u64| self.tokens.remove(&id));
                StatusCode::NO_CONTENT.into_response()
            }
            ("/api/users/users/", _) => refused(DENIED),
            (_, "OPTIONS") => {
                let actions = if may_add { json!({ "POST": {} }) } else { json!({}) };
                answered(StatusCode::OK, &json!({ "actions": actions }))
            }
            (_, "POST") if !may_add => refused(DENIED),
            _ => return None,
        })
    }

    fn provision(&mut self, body: &Bytes) -> Response {
        static N_MADE: AtomicU64 = AtomicU64::new(1);
        let asked: Value = serde_json::from_slice(body).unwrap_or_default();
        let name = asked["username"].as_str().unwrap_or_default();
        let user =
            self.by_name.get(name).filter(|user| asked["password"] == user.password.as_str());
        let Some(user) = user else { return refused("Invalid username/password") };
        let made = N_MADE.fetch_add(1, Ordering::Relaxed);
        let (key, token) = (format!("key{made}"), "a-secret");
        self.tokens.insert(made, (format!("nbt_{key}.{token}"), name.to_owned()));
        let user = json!({ "id": user.id, "username": name });
        let made = json!({ "id": made, "user": user, "version": 2, "key": key, "token": token });
        answered(StatusCode::CREATED, &made)
    }
}

fn answered(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn refused(detail: &str) -> Response {
    answered(StatusCode::FORBIDDEN, &json!({ "detail": detail }))
}

const DENIED: &str = "You do not have permission to perform this action.";
