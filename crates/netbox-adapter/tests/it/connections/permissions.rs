//! What NetBox does not let a user do is not offered: on a running NetBox, whose users have
//! permissions of their own, by a group, with constraints, or all of them.

use std::time::Duration;

use dispatch_core::PermissionOptions;
use dispatch_core::permissions::Unanswered;
use http::Method;
use oauth::resource_owner::ScopeOfGroups;
use serde_json::{Value, json};

use super::endpoint::{Endpoint, Offered};
use super::person::Person;
use super::users::{PASSWORD, User};
use crate::netbox::with_netbox;

/// Longer than any of these tests.
const LONG: Duration = Duration::from_secs(3600);

fn offered(ttl: Duration) -> Offered {
    Offered { options: PermissionOptions::default().with_ttl(ttl), sees_groups: false }
}

async fn connect(endpoint: &Endpoint, user: &User) -> String {
    Person::new(endpoint).connect_with_password(&user.name, PASSWORD, "admin").await
}

/// The tools that are offered.
async fn tools(endpoint: &Endpoint, token: &str) -> Vec<Value> {
    let text = endpoint.tools(token).await;
    let answer: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
    answer["result"]["tools"].as_array().unwrap_or_else(|| panic!("{text}")).clone()
}

/// The description of a tool, if it is offered.
async fn described(endpoint: &Endpoint, token: &str, tool: &str) -> Option<String> {
    let tool = tools(endpoint, token).await.into_iter().find(|it| it["name"] == tool)?;
    Some(tool["description"].as_str().expect("a text").to_owned())
}

/// What help says of a resource, without what it shares with others.
async fn help(endpoint: &Endpoint, token: &str, tool: &str, resource: &str) -> String {
    endpoint.call(token, tool, resource, "help", json!({})).await.text
}

/// The actions that a resource is said to have.
async fn actions(endpoint: &Endpoint, token: &str, tool: &str, resource: &str) -> String {
    let said = endpoint.call(token, tool, resource, "none-of-them", json!({})).await.text;
    said.split_once("it has ").map_or(said.clone(), |(_, actions)| actions.to_owned())
}

#[tokio::test]
async fn who_may_look_at_devices_is_offered_that() {
    with_netbox(|netbox| async move {
        let ada = User::without_permissions(&netbox, "ada").await;
        ada.may(&netbox, &["view"], &["dcim.device", "dcim.site"]).await;
        let endpoint = Endpoint::with_permissions(&netbox, offered(LONG)).await;
        let token = connect(&endpoint, &ada).await;

        let dcim = described(&endpoint, &token, "dcim").await.expect("she may see devices");
        assert!(dcim.ends_with("\nsite device connecteddevice"), "{dcim}");
        assert_eq!(described(&endpoint, &token, "ipam").await, None);
        assert_eq!(described(&endpoint, &token, "circuits").await, None);
        assert_eq!(actions(&endpoint, &token, "dcim", "device").await, "list, get");
        let said = help(&endpoint, &token, "dcim", "device").await;
        assert!(!said.contains("create:") && !said.contains("delete"), "{said}");
        endpoint.call(&token, "dcim", "device", "list", json!({})).await.is_done();

        // What is hidden is refused in the words for what never was, and NetBox does not see it.
        for action in ["create", "delete", "bulk_update"] {
            let refused = endpoint.call(&token, "dcim", "device", action, json!({"id": 1})).await;
            refused.is_refused(&format!("unknown action \"{action}\" of device; it has list, get"));
        }
        let rack = endpoint.call(&token, "dcim", "rack", "list", json!({})).await;
        rack.is_refused("unknown resource \"rack\" in dcim");
    })
    .await;
}

#[tokio::test]
async fn each_action_is_offered_that_is_permitted_and_no_other() {
    with_netbox(|netbox| async move {
        let ada = User::without_permissions(&netbox, "ada").await;
        ada.may(&netbox, &["view", "add", "change"], &["dcim.region"]).await;
        let bob = User::new(&netbox, "bob", &["view", "add"]).await;
        let endpoint = Endpoint::with_permissions(&netbox, offered(LONG)).await;
        let of_ada = connect(&endpoint, &ada).await;
        let of_bob = connect(&endpoint, &bob).await;

        let may =
            "list, get, create, update, replace, bulk_create, bulk_update, bulk_replace, ensure";
        assert_eq!(actions(&endpoint, &of_ada, "dcim", "region").await, may);
        let region = json!({"name": ada.name, "slug": ada.name});
        endpoint.call(&of_ada, "dcim", "region", "create", region).await.is_done();
        let list = netbox.get(&format!("/api/dcim/regions/?slug={}", ada.name)).await;
        let id = list["results"][0]["id"].as_i64().expect("it was made");
        netbox.keep("/api/dcim/regions/", id);
        let delete = json!({"id": id});
        let refused = endpoint.call(&of_ada, "dcim", "region", "delete", delete).await;
        refused.is_refused("unknown action \"delete\"");

        // Constraints are NetBox's to decide, object by object.
        assert_eq!(
            actions(&endpoint, &of_bob, "dcim", "site").await,
            "list, get, create, bulk_create"
        );
        let outside = endpoint.call(&of_bob, "dcim", "site", "create", ada.site("home")).await;
        outside.is_refused("You do not have permission to perform this action.");
    })
    .await;
}

#[tokio::test]
async fn what_a_group_permits_is_offered() {
    with_netbox(|netbox| async move {
        let ada = User::without_permissions(&netbox, "ada").await;
        let name = format!("{}-group", netbox.name);
        let group = netbox.make("/api/users/groups/", json!({"name": name})).await;
        let permission = json!({
            "name": name, "object_types": ["dcim.region"], "actions": ["view", "add"],
            "groups": [group],
        });
        netbox.make("/api/users/permissions/", permission).await;
        ada.is_in(&netbox, Some(group)).await;

        // Where the server may see groups, all is known at once.
        let sees_groups = Offered { sees_groups: true, ..offered(LONG) };
        let endpoint = Endpoint::with_permissions(&netbox, sees_groups).await;
        let token = connect(&endpoint, &ada).await;
        let dcim = described(&endpoint, &token, "dcim").await.expect("regions");
        assert!(dcim.ends_with("\nregion connecteddevice"), "{dcim}");
        assert_eq!(described(&endpoint, &token, "ipam").await, None);
        let all = actions(&endpoint, &token, "dcim", "region").await;
        assert_eq!(all, "list, get, create, bulk_create");

        // Where nobody shows what the group permits, each resource is asked about when it is needed;
        // of deleting NetBox says nothing.
        for (unanswered, may) in [
            (Unanswered::Offer, "list, get, create, delete, bulk_create, bulk_delete"),
            (Unanswered::Hide, "list, get, create, bulk_create"),
        ] {
            let options = PermissionOptions::default().with_ttl(LONG).with_unanswered(unanswered);
            let unseen = Offered { options, sees_groups: false };
            let endpoint = Endpoint::with_permissions(&netbox, unseen).await;
            let token = connect(&endpoint, &ada).await;
            let dcim = described(&endpoint, &token, "dcim").await.expect("all of it");
            assert!(dcim.contains("rack") && dcim.contains("region"), "{dcim}");
            help(&endpoint, &token, "dcim", "region").await;
            assert_eq!(actions(&endpoint, &token, "dcim", "region").await, may);
            let said = help(&endpoint, &token, "dcim", "rack").await;
            match unanswered {
                Unanswered::Offer => assert!(!said.contains("create:"), "{said}"),
                Unanswered::Hide => assert!(said.contains("unknown resource"), "{said}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_superuser_is_offered_everything() {
    with_netbox(|netbox| async move {
        let endpoint = Endpoint::with_permissions(&netbox, offered(LONG)).await;
        let answers = [("token", netbox.text("admin_v2"))];
        let mut person = Person::new(&endpoint);
        let token = person.connect("netbox-token", &answers, "admin").await;
        let plain = Endpoint::with_accounts(&netbox, ScopeOfGroups::everyone("admin")).await;
        let mut person = Person::new(&plain);
        let other = person.connect("netbox-token", &answers, "admin").await;
        assert_eq!(tools(&endpoint, &token).await, tools(&plain, &other).await);
        let all = actions(&endpoint, &token, "core", "backgroundqueue").await;
        assert_eq!(all, "list, get");
    })
    .await;
}

#[tokio::test]
async fn a_permission_that_is_taken_away_is_noticed() {
    with_netbox(|netbox| async move {
        let ada = User::without_permissions(&netbox, "ada").await;
        ada.may(&netbox, &["view"], &["dcim.site"]).await;
        let racks = ada.may(&netbox, &["view"], &["dcim.rack"]).await;
        let ttl = Duration::from_secs(2);
        let (brief, long) = (offered(ttl), offered(LONG));
        let brief = Endpoint::with_permissions(&netbox, brief).await;
        let long = Endpoint::with_permissions(&netbox, long).await;
        let (of_brief, of_long) = (connect(&brief, &ada).await, connect(&long, &ada).await);
        for (endpoint, token) in [(&brief, &of_brief), (&long, &of_long)] {
            let dcim = described(endpoint, token, "dcim").await.expect("racks");
            assert!(dcim.contains("rack"), "{dcim}");
        }
        netbox.ask(Method::DELETE, &racks, None).await;

        // By the answer's age, or by the first call that NetBox refuses.
        tokio::time::sleep(ttl).await;
        let dcim = described(&brief, &of_brief, "dcim").await.expect("sites");
        assert!(!dcim.contains("rack"), "{dcim}");
        let dcim = described(&long, &of_long, "dcim").await.expect("still");
        assert!(dcim.contains("rack"), "{dcim}");
        let refused = long.call(&of_long, "dcim", "rack", "list", json!({})).await;
        refused.is_refused("You do not have permission to perform this action.");
        let dcim = described(&long, &of_long, "dcim").await.expect("sites");
        assert!(!dcim.contains("rack"), "{dcim}");
        let refused = long.call(&of_long, "dcim", "rack", "list", json!({})).await;
        refused.is_refused("unknown resource \"rack\"");
    })
    .await;
}
