//! What is kept of a person: sealed, and gone when it is not needed or not good any more.

use http::{Method, StatusCode};
use oauth::resource_owner::ScopeOfGroups;
use serde_json::json;

use super::endpoint::Endpoint;
use super::person::Person;
use super::users::{PASSWORD, User};
use crate::netbox::with_netbox;

#[tokio::test]
async fn a_token_that_is_revoked_in_netbox_sends_its_person_to_sign_in() {
    with_netbox(|netbox| async move {
        let ada = User::new(&netbox, "ada", &["view"]).await;
        let endpoint = Endpoint::with_accounts(&netbox, ScopeOfGroups::everyone("write")).await;
        let mut person = Person::new(&endpoint);
        let token = person.connect_with_password(&ada.name, PASSWORD, "read").await;
        endpoint.call(&token, "dcim", "site", "list", json!({})).await.is_done();
        for made in ada.tokens(&netbox).await {
            let path = format!("/api/users/tokens/{}/", made["id"]);
            netbox.ask(Method::DELETE, &path, None).await;
        }
        let called = endpoint.call(&token, "dcim", "site", "list", json!({})).await;
        assert_eq!(called.status, StatusCode::UNAUTHORIZED, "{called:?}");
        assert!(called.challenge.contains("error=\"invalid_token\""), "{called:?}");
        // The session in the browser is over as well: the form comes again, and then all is well.
        let token = person.connect_with_password(&ada.name, PASSWORD, "read").await;
        endpoint.call(&token, "dcim", "site", "list", json!({})).await.is_done();
    })
    .await;
}

#[tokio::test]
async fn the_last_grant_takes_the_token_in_netbox_with_it() {
    with_netbox(|netbox| async move {
        let ada = User::new(&netbox, "ada", &["view"]).await;
        let endpoint = Endpoint::with_accounts(&netbox, ScopeOfGroups::everyone("write")).await;
        let mut person = Person::new(&endpoint);
        let token = person.connect_with_password(&ada.name, PASSWORD, "read").await;
        assert_eq!(ada.tokens(&netbox).await.len(), 1);
        person.take_away().await;
        assert!(ada.tokens(&netbox).await.is_empty());
        let called = endpoint.call(&token, "dcim", "site", "list", json!({})).await;
        assert_eq!(called.status, StatusCode::UNAUTHORIZED, "{called:?}");
    })
    .await;
}

#[tokio::test]
async fn no_token_of_netbox_is_in_the_database() {
    with_netbox(|netbox| async move {
        let ada = User::new(&netbox, "ada", &["view"]).await;
        let endpoint = Endpoint::with_accounts(&netbox, ScopeOfGroups::everyone("write")).await;
        let pasted = ada.token(&netbox, json!({})).await;
        let answers = [("token", pasted.as_str())];
        let token = Person::new(&endpoint).connect("netbox-token", &answers, "read").await;
        endpoint.call(&token, "dcim", "site", "list", json!({})).await.is_done();
        let (_, secret) = pasted.split_once('.').expect("a version 2 token");
        let folder = endpoint.file.parent().expect("a folder");
        let stem = endpoint.file.file_stem().expect("a name").to_string_lossy().into_owned();
        let mut n_files = 0;
        for entry in std::fs::read_dir(folder).expect("the folder") {
            let path = entry.expect("an entry").path();
            if !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&stem)) {
                continue;
            }
            n_files += 1;
            let bytes = std::fs::read(&path).expect("the file");
            for part in [secret, &token, PASSWORD] {
                let found = bytes.windows(part.len()).any(|window| window == part.as_bytes());
                assert!(!found, "{} holds a secret", path.display());
            }
        }
        assert!(n_files > 0, "no file of the store");
    })
    .await;
}
