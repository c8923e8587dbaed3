//! Single objects and tokens: who one is, how NetBox is, the dashboard, a token for a password.

use serde_json::json;

use crate::netbox::{ADMIN, with_netbox};

#[tokio::test]
async fn single_objects_are_read_without_an_id() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let nothing = json!({});
        let answer = client.call("core", "status", "get", &nothing).await;
        assert!(!answer.is_error && answer.text.contains(netbox.version()), "{}", answer.text);
        assert!(answer.text.len() < 900, "{}", answer.text);
        let answer = client.call("core", "whoami", "get", &nothing).await;
        assert!(!answer.is_error && answer.text.contains("admin"), "{}", answer.text);
        let answer = client.call("users", "userconfig", "get", &nothing).await;
        assert!(!answer.is_error, "{}", answer.text);
        let answer = client.call("extras", "dashboard", "get", &nothing).await;
        assert!(!answer.is_error, "{}", answer.text);
        // NetBox makes a dashboard when its user first opens its page, and before that breaks off.
        let config = json!({"layout": [], "config": {}});
        let answer = client.call("extras", "dashboard", "update", &config).await;
        assert!(!answer.is_error || answer.text.contains("user_id"), "{}", answer.text);
    })
    .await;
}

#[tokio::test]
async fn a_token_for_a_password_is_not_shown() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let params = json!({"username": "admin", "password": netbox.password()});
        let token = client.ask("users", "token", "provision", params).await;
        netbox.keep("/api/users/tokens/", token["id"].as_i64().expect("an id"));
        for name in ["key", "token"] {
            let text = token[name].as_str().expect("a text");
            assert!(text.chars().all(|c| !c.is_ascii_alphanumeric()), "{name}: {text}");
        }
        let wrong = json!({"username": "admin", "password": "not-this"});
        let text = client.refused("users", "token", "provision", wrong).await;
        assert!(text.contains("403"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn the_choices_of_a_set_are_listed_by_page() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let choices = json!([["a", "The first"], ["b", "The second"], ["c", "The third"]]);
        let set = json!({"name": netbox.name, "extra_choices": choices});
        netbox.make("/api/extras/custom-field-choice-sets/", set).await;
        let params = json!({"id": netbox.name});
        let answer = client.call("extras", "customfieldchoiceset", "choices", &params).await;
        assert_eq!(
            answer.text,
            "3 of 3 rows of customfieldchoiceset choices\nid\tdisplay\na\tThe first\nb\tThe second\n\
             c\tThe third"
        );
        let params = json!({"id": netbox.name, "limit": 2});
        let answer = client.call("extras", "customfieldchoiceset", "choices", &params).await;
        assert!(answer.text.starts_with("2 of 3 rows"), "{}", answer.text);
    })
    .await;
}
