//! Calls run as the NetBox user who signed in.

use http::StatusCode;
use oauth::resource_owner::ScopeOfGroups;
use serde_json::{Value, json};

use super::endpoint::Endpoint;
use super::person::Person;
use super::users::{PASSWORD, User};
use crate::netbox::{NetBox, with_netbox};

const ALL: [&str; 4] = ["view", "add", "change", "delete"];

/// The site of this slug, deleted when the test is over.
async fn site(netbox: &NetBox, slug: &str) -> i64 {
    let list = netbox.get(&format!("/api/dcim/sites/?slug={slug}")).await;
    let id = list["results"][0]["id"].as_i64().unwrap_or_else(|| panic!("no {slug}"));
    netbox.keep("/api/dcim/sites/", id);
    id
}

/// Who made an object, by NetBox's change log.
async fn author(netbox: &NetBox, id: i64) -> Value {
    let path = format!(
        "/api/core/object-changes/?changed_object_type=dcim.site&changed_object_id={id}&action=create"
    );
    netbox.get(&path).await["results"][0]["user_name"].clone()
}

#[tokio::test]
async fn each_user_sees_and_changes_what_netbox_allows_them() {
    with_netbox(|netbox| async move {
        let (ada, bob) =
            (User::new(&netbox, "ada", &ALL).await, User::new(&netbox, "bob", &ALL).await);
        let endpoint = Endpoint::with_accounts(&netbox, ScopeOfGroups::everyone("write")).await;
        let ada_token =
            Person::new(&endpoint).connect_with_password(&ada.name, PASSWORD, "write").await;
        let bob_token =
            Person::new(&endpoint).connect_with_password(&bob.name, PASSWORD, "write").await;

        let mut sites = Vec::new();
        for (user, token) in [(&ada, &ada_token), (&bob, &bob_token)] {
            let made = endpoint.call(token, "dcim", "site", "create", user.site("home")).await;
            let id = site(&netbox, &format!("{}-home", user.name)).await;
            made.is_done();
            assert_eq!(author(&netbox, id).await, user.name);
            sites.push(id);
        }
        for (token, own, other) in [(&ada_token, &ada, &bob), (&bob_token, &bob, &ada)] {
            let seen = endpoint.call(token, "dcim", "site", "list", json!({})).await;
            let seen = seen.is_done();
            assert!(seen.contains(&own.name) && !seen.contains(&other.name), "{seen}");
        }
        let change = json!({"id": sites[1], "description": "ada was here"});
        let change = endpoint.call(&ada_token, "dcim", "site", "update", change).await;
        change.is_refused("No Site matches the given query.");
        let outside = endpoint.call(&ada_token, "dcim", "site", "create", bob.site("away")).await;
        outside.is_refused("403");
        let change = json!({"id": sites[0], "description": "ada was here"});
        endpoint.call(&ada_token, "dcim", "site", "update", change).await.is_done();
    })
    .await;
}

#[tokio::test]
async fn one_user_reads_and_writes_side_by_side() {
    with_netbox(|netbox| async move {
        let ada = User::new(&netbox, "ada", &ALL).await;
        let endpoint = Endpoint::with_accounts(&netbox, ScopeOfGroups::everyone("write")).await;
        let read = Person::new(&endpoint).connect_with_password(&ada.name, PASSWORD, "read").await;
        let write =
            Person::new(&endpoint).connect_with_password(&ada.name, PASSWORD, "write").await;
        let refused = endpoint.call(&read, "dcim", "site", "create", ada.site("home")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{refused:?}");
        assert!(refused.challenge.contains("scope=\"write\""), "{refused:?}");
        let made = endpoint.call(&write, "dcim", "site", "create", ada.site("home")).await;
        site(&netbox, &format!("{}-home", ada.name)).await;
        made.is_done();
        let seen = endpoint.call(&read, "dcim", "site", "list", json!({})).await;
        assert!(seen.is_done().contains(&ada.name), "{seen:?}");
        // The second sign-in took the token of the first back.
        let tokens = ada.tokens(&netbox).await;
        assert_eq!(tokens.len(), 1, "{tokens:?}");
        let description = tokens[0]["description"].as_str().unwrap_or_default();
        assert!(description.starts_with(&format!("Made by {}", endpoint.origin)), "{description}");
        assert!(tokens[0]["expires"].is_string(), "{tokens:?}");
    })
    .await;
}

#[tokio::test]
async fn who_is_nobody_of_netbox_is_refused() {
    with_netbox(|netbox| async move {
        let ada = User::new(&netbox, "ada", &ALL).await;
        let endpoint = Endpoint::with_accounts(&netbox, ScopeOfGroups::everyone("write")).await;
        let mut person = Person::new(&endpoint);
        let texts = [
            ("netbox-password", vec![("name", ada.name.as_str()), ("password", "wrong")]),
            ("netbox-password", vec![("name", "nobody at all"), ("password", PASSWORD)]),
            ("netbox-token", vec![("token", "nbt_nosuchtoken1.abc")]),
            ("netbox-token", vec![("token", "not a token")]),
        ];
        for (way, answers) in texts {
            let page = person.sign_in(way, &answers, "write").await;
            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{page:?}");
            assert!(page.body.contains("NetBox"), "{}", page.body);
            let (_, secret) = answers.last().expect("a secret");
            assert!(!page.body.contains(&format!("\"{secret}\"")), "{}", page.body);
        }
        assert!(ada.tokens(&netbox).await.is_empty());
        // Too many of them are not passed on to NetBox.
        let mut last = StatusCode::OK;
        for _ in 0..10 {
            let answers = [("name", ada.name.as_str()), ("password", "wrong")];
            last = person.sign_in("netbox-password", &answers, "write").await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_pasted_in_bounds_what_is_granted() {
    with_netbox(|netbox| async move {
        let ada = User::new(&netbox, "ada", &ALL).await;
        let endpoint = Endpoint::with_accounts(&netbox, ScopeOfGroups::everyone("write")).await;
        for (version, writes) in [(1, true), (1, false), (2, true), (2, false)] {
            let options = json!({"version": version, "write_enabled": writes});
            let token = ada.token(&netbox, options).await;
            let mut person = Person::new(&endpoint);
            let page = person.consent("netbox-token", &[("token", &token)], "write").await;
            assert!(page.offers("read") && page.offers("write") == writes, "{version} {writes}");
            let granted = person.grant(&page, if writes { "write" } else { "read" }).await;
            let access = granted["access_token"].as_str().expect("a token");
            endpoint.call(access, "dcim", "site", "list", json!({})).await.is_done();
            // A token of the person's own stays when it is not needed any more.
            person.take_away().await;
            let called = endpoint.call(access, "dcim", "site", "list", json!({})).await;
            assert_eq!(called.status, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(ada.tokens(&netbox).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn groups_decide_what_can_be_granted() {
    with_netbox(|netbox| async move {
        let ada = User::new(&netbox, "ada", &ALL).await;
        let group = json!({"name": format!("{} engineers", netbox.name)});
        let of_groups =
            ScopeOfGroups::everyone("read").with(group["name"].as_str().unwrap(), "write");
        let group = netbox.make("/api/users/groups/", group).await;
        let endpoint = Endpoint::with_accounts(&netbox, of_groups).await;
        let answers = [("name", ada.name.as_str()), ("password", PASSWORD)];
        let page = Person::new(&endpoint).consent("netbox-password", &answers, "write").await;
        assert!(page.offers("read") && !page.offers("write"), "{}", page.body);

        ada.is_in(&netbox, Some(group)).await;
        let token =
            Person::new(&endpoint).connect_with_password(&ada.name, PASSWORD, "write").await;
        let made = endpoint.call(&token, "dcim", "site", "create", ada.site("home")).await;
        let id = site(&netbox, &format!("{}-home", ada.name)).await;
        made.is_done();

        ada.is_in(&netbox, None).await;
        let change = json!({"id": id, "description": "still here"});
        let refused = endpoint.call(&token, "dcim", "site", "update", change).await;
        assert!(refused.is_error, "{refused:?}");
        let read = endpoint.call(&token, "dcim", "site", "get", json!({"id": id})).await;
        assert!(!read.is_done().contains("still here"), "{read:?}");
    })
    .await;
}
