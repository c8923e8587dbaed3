//! Two NetBox tokens behind one endpoint: a call runs with that of the scope it was granted.

use http::StatusCode;
use netbox_adapter::{Credential, TierCredentials};
use serde_json::json;

use super::endpoint::Endpoint;
use super::person::Person;
use super::users::User;
use crate::netbox::with_netbox;

#[tokio::test]
async fn each_scope_runs_with_a_token_of_its_own() {
    with_netbox(|netbox| async move {
        let reader = User::new(&netbox, "reader", &["view"]).await;
        let writer = User::new(&netbox, "writer", &["view", "add", "change"]).await;
        let readers = netbox.make("/api/dcim/sites/", reader.site("one")).await;
        let token = |token: &str| Credential::new(token, "NetBox").expect("a token");
        let read = token(&reader.token(&netbox, json!({"write_enabled": false})).await);
        let write = token(&writer.token(&netbox, json!({"version": 1})).await);
        let tokens = TierCredentials::new(read, Some(write), None).expect("tokens");
        let endpoint = Endpoint::with_tokens(&netbox, tokens).await;
        let mut person = Person::new(&endpoint);

        // The one that reads sees what the reading token sees, and steps up to write.
        let sent = person.ask("read").await;
        let read = person.redeem(&sent).await["access_token"].as_str().expect("it").to_owned();
        let seen = endpoint.call(&read, "dcim", "site", "list", json!({})).await;
        assert!(seen.is_done().contains(&format!("{}-one", reader.name)), "{seen:?}");
        let create = writer.site("two");
        let refused = endpoint.call(&read, "dcim", "site", "create", create.clone()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{refused:?}");
        assert!(refused.challenge.contains("error=\"insufficient_scope\""), "{refused:?}");
        assert!(refused.challenge.contains("scope=\"write\""), "{refused:?}");

        // The one that writes sees and changes what the writing token may, reads included.
        let sent = person.ask("read write").await;
        let write = person.redeem(&sent).await["access_token"].as_str().expect("it").to_owned();
        let made = endpoint.call(&write, "dcim", "site", "create", create).await;
        let two = netbox.get(&format!("/api/dcim/sites/?slug={}-two", writer.name)).await;
        netbox.keep("/api/dcim/sites/", two["results"][0]["id"].as_i64().expect("it was made"));
        made.is_done();
        let seen = endpoint.call(&write, "dcim", "site", "list", json!({})).await;
        assert!(seen.is_done().contains(&format!("{}-two", writer.name)), "{seen:?}");
        assert!(!seen.text.contains(&reader.name), "{seen:?}");
        let seen = endpoint.call(&read, "dcim", "site", "list", json!({})).await;
        assert!(!seen.is_done().contains(&writer.name), "{seen:?}");

        // What NetBox refuses is told in its words.
        let get = endpoint.call(&write, "dcim", "site", "get", json!({"id": readers})).await;
        get.is_refused("404");
        get.is_refused("No Site matches the given query.");
        let outside = reader.site("three");
        let create = endpoint.call(&write, "dcim", "site", "create", outside).await;
        create.is_refused("403");
        let list = endpoint.call(&write, "dcim", "device", "list", json!({})).await;
        list.is_refused("You do not have permission to perform this action.");

        // There is no token for what administrators do, and no such scope either.
        let tools = endpoint.tools(&write).await;
        assert!(tools.contains("site") && !tools.contains("objectpermission"), "{tools}");
        let sent = person.ask("read write admin").await;
        let admin = person.redeem(&sent).await["access_token"].as_str().expect("it").to_owned();
        let hidden =
            endpoint.call(&admin, "users", "user", "create", json!({"username": "x"})).await;
        assert!(hidden.is_error && hidden.challenge.is_empty(), "{hidden:?}");
        assert_eq!(endpoint.tools(&admin).await, tools);
    })
    .await;
}
