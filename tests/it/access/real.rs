//! The real NetBox under the eyes of its administrator: users with permissions of their own, and
//! what they made. All of it is deleted when a test is over.

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use super::keys::now;
use crate::netbox::{self, Access};

/// A running NetBox.
#[derive(Clone)]
pub(crate) struct NetBox {
    access: Arc<Access>,
    http: Client,
    /// Part of the name of everything that this test makes.
    name: String,
    /// The paths of what was made, in order.
    made: Arc<Mutex<Vec<String>>>,
}

/// A user who may work on the sites whose slug starts with the user's name.
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
}

/// Runs a test on the running NetBox, where there is one.
pub(crate) async fn with_netbox<F>(test: impl FnOnce(NetBox) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    static N_TESTS: AtomicU32 = AtomicU32::new(0);
    let Some(access) = netbox::access() else { return };
    let number = N_TESTS.fetch_add(1, Ordering::Relaxed);
    // A connection for each request: NetBox closes one that it was not asked on for a while, perhaps
    // as it is asked again.
    let http = Client::builder().no_proxy().pool_max_idle_per_host(0).build();
    let netbox = NetBox {
        access: Arc::new(access),
        http: http.expect("a client"),
        name: format!("access-{:x}-{}-{number}", now() % (1 << 24), std::process::id()),
        made: Arc::default(),
    };
    let outcome = tokio::spawn(test(netbox.clone())).await;
    let made = std::mem::take(&mut *netbox.made.lock().expect("nobody panics in here"));
    for path in made.iter().rev() {
        netbox.delete(path).await;
    }
    if let Err(failed) = outcome {
        resume_unwind(failed.into_panic());
    }
}

impl NetBox {
    /// The start of a configuration file for this NetBox. Catalogs are kept for other tests: NetBox
    /// needs half a minute to write its document.
    pub(crate) fn config(&self) -> String {
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalogs");
        format!("[netbox]\nurl = {:?}\ncache = {cache:?}\n", self.access.url)
    }

    /// Where it is.
    pub(crate) fn url(&self) -> &str {
        &self.access.url
    }

    /// An administrator's token.
    pub(crate) fn admin(&self) -> &str {
        &self.access.admin_v2
    }

    /// The folder of the instance.
    pub(crate) fn folder(&self) -> &Path {
        &self.access.folder
    }

    /// Asks NetBox itself.
    async fn ask(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let url = format!("{}{path}", self.access.url);
        let mut request = self.http.request(method, url).bearer_auth(self.admin());
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("NetBox answers");
        let status = answer.status();
        (status, answer.json().await.unwrap_or_default())
    }

    /// Deletes an object, or those of a list.
    async fn delete(&self, path: &str) {
        let Some((folder, _)) = path.split_once('?') else {
            self.ask(Method::DELETE, path, Value::Null).await;
            return;
        };
        let (_, list) = self.ask(Method::GET, path, Value::Null).await;
        for object in list["results"].as_array().expect("a list") {
            let path = format!("{folder}{}/", object["id"]);
            self.ask(Method::DELETE, &path, Value::Null).await;
        }
    }

    /// Deletes what is in these lists, and does so again when the test is over.
    pub(crate) async fn clear(&self, lists: &[&str]) {
        for list in lists {
            self.delete(list).await;
        }
        for list in lists.iter().rev() {
            self.keep(list);
        }
    }

    async fn make(&self, path: &str, body: Value) -> i64 {
        let (status, made) = self.ask(Method::POST, path, body).await;
        assert_eq!(status, StatusCode::CREATED, "{path}: {made}");
        let id = made["id"].as_i64().expect("an id");
        self.keep(&format!("{path}{id}/"));
        id
    }

    fn keep(&self, path: &str) {
        self.made.lock().expect("nobody panics in here").push(path.to_owned());
    }

    /// Makes a user who may do this with sites of theirs.
    pub(crate) async fn user(&self, name: &str, actions: &[&str]) -> User {
        let name = format!("{}-{name}", self.name);
        let user = json!({ "username": name, "password": PASSWORD });
        let id = self.make("/api/users/users/", user).await;
        let permission = json!({
            "name": name,
            "object_types": ["dcim.site"],
            "actions": actions,
            "constraints": { "slug__startswith": name },
            "users": [id],
        });
        self.make("/api/users/permissions/", permission).await;
        User { id, name }
    }

    /// Has NetBox make a token for a user.
    pub(crate) async fn token(&self, user: &User) -> String {
        let wanted = json!({ "username": user.name, "password": PASSWORD });
        let (status, made) = self.ask(Method::POST, "/api/users/tokens/provision/", wanted).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        let half = |name: &str| made[name].as_str().expect("half a token").to_owned();
        format!("nbt_{}.{}", half("key"), half("token"))
    }

    /// The tokens that a user has.
    pub(crate) async fn tokens(&self, user: &User) -> Vec<Value> {
        let path = format!("/api/users/tokens/?user_id={}", user.id);
        let (_, list) = self.ask(Method::GET, &path, Value::Null).await;
        list["results"].as_array().expect("a list").clone()
    }

    /// Takes the tokens of a user away.
    pub(crate) async fn revoke(&self, user: &User) {
        for token in self.tokens(user).await {
            let path = format!("/api/users/tokens/{}/", token["id"]);
            let (status, _) = self.ask(Method::DELETE, &path, Value::Null).await;
            assert_eq!(status, StatusCode::NO_CONTENT);
        }
    }

    /// The slugs of a user's sites. They are deleted at the end.
    pub(crate) async fn sites(&self, user: &User) -> BTreeSet<String> {
        let path = format!("/api/dcim/sites/?slug__isw={}&limit=1000", user.name);
        let (_, list) = self.ask(Method::GET, &path, Value::Null).await;
        let slug = |site: &Value| {
            let path = format!("/api/dcim/sites/{}/", site["id"]);
            let mut made = self.made.lock().expect("nobody panics in here");
            if !made.contains(&path) {
                made.push(path);
            }
            site["slug"].as_str().expect("a slug").to_owned()
        };
        list["results"].as_array().expect("a list").iter().map(slug).collect()
    }

    /// Who made the site of this slug, by NetBox's change log. It is deleted at the end.
    pub(crate) async fn author_of_site(&self, slug: &str) -> String {
        let (_, list) =
            self.ask(Method::GET, &format!("/api/dcim/sites/?slug={slug}"), Value::Null).await;
        let id = list["results"][0]["id"].as_i64().unwrap_or_else(|| panic!("no {slug}: {list}"));
        self.keep(&format!("/api/dcim/sites/{id}/"));
        let path = format!(
            "/api/core/object-changes/?changed_object_type=dcim.site&changed_object_id={id}\
             &action=create"
        );
        let (_, list) = self.ask(Method::GET, &path, Value::Null).await;
        list["results"][0]["user_name"].as_str().unwrap_or_default().to_owned()
    }
}

impl User {
    /// The slug of a site of theirs.
    pub(crate) fn site(&self, name: &str) -> String {
        format!("{}-{name}", self.name)
    }
}

/// The password of every user.
pub(crate) const PASSWORD: &str = "Correct-Horse-Battery-9";
