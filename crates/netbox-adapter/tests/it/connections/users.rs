//! Users of NetBox that a test makes, with permissions and tokens of their own.

use http::Method;
use serde_json::{Value, json};

use crate::netbox::NetBox;

/// A user who may work on sites whose slug starts with the user's name.
#[derive(Debug)]
pub(super) struct User {
    pub(super) id: i64,
    pub(super) name: String,
}

/// The password of every user.
pub(super) const PASSWORD: &str = "Correct-Horse-Battery-9";

impl User {
    /// Makes a user who may do this with sites of theirs.
    pub(super) async fn new(netbox: &NetBox, name: &str, actions: &[&str]) -> Self {
        let user = Self::without_permissions(netbox, name).await;
        let permission = json!({
            "name": user.name,
            "object_types": ["dcim.site"],
            "actions": actions,
            "constraints": {"slug__startswith": user.name},
            "users": [user.id],
        });
        netbox.make("/api/users/permissions/", permission).await;
        user
    }

    /// Makes a user who may do nothing.
    pub(super) async fn without_permissions(netbox: &NetBox, name: &str) -> Self {
        let name = format!("{}-{name}", netbox.name);
        let user = json!({"username": name, "password": PASSWORD});
        let id = netbox.make("/api/users/users/", user).await;
        Self { id, name }
    }

    /// Lets the user do this with all objects of these types: the path of the permission.
    pub(super) async fn may(&self, netbox: &NetBox, actions: &[&str], types: &[&str]) -> String {
        let permission = json!({
            "name": self.name, "object_types": types, "actions": actions, "users": [self.id],
        });
        let id = netbox.make("/api/users/permissions/", permission).await;
        format!("/api/users/permissions/{id}/")
    }

    /// Puts the user into this group and no other, or into none.
    pub(super) async fn is_in(&self, netbox: &NetBox, group: Option<i64>) {
        let groups: Vec<i64> = group.into_iter().collect();
        let path = format!("/api/users/users/{}/", self.id);
        let (status, answer) =
            netbox.ask(Method::PATCH, &path, Some(&json!({"groups": groups}))).await;
        assert!(status.is_success(), "{answer}");
    }

    /// A site of theirs.
    pub(super) fn site(&self, name: &str) -> Value {
        let name = format!("{}-{name}", self.name);
        json!({"name": name, "slug": name})
    }

    /// Has NetBox make a token for this user.
    pub(super) async fn token(&self, netbox: &NetBox, options: Value) -> String {
        let mut wanted = json!({"username": self.name, "password": PASSWORD});
        let members = wanted.as_object_mut().expect("an object");
        members.extend(options.as_object().cloned().unwrap_or_default());
        let path = "/api/users/tokens/provision/";
        let (status, made) = netbox.ask(Method::POST, path, Some(&wanted)).await;
        assert!(status.is_success(), "{made}");
        let token = made["token"].as_str().expect("a token");
        match made["key"].as_str() {
            Some(key) => format!("nbt_{key}.{token}"),
            None => token.to_owned(),
        }
    }

    /// The tokens that the user has, as NetBox lists them.
    pub(super) async fn tokens(&self, netbox: &NetBox) -> Vec<Value> {
        let list = netbox.get(&format!("/api/users/tokens/?user_id={}", self.id)).await;
        list["results"].as_array().expect("a list").clone()
    }
}
