//! Single objects and tokens: who one is, how NetBox is, the dashboard, a token for a password.

use reqwest::redirect::Policy;
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
    })
    .await;
}

#[tokio::test]
async fn a_dashboard_is_changed_and_forgotten() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        // NetBox makes a dashboard when its user opens its page, and breaks off before that.
        open_page(netbox.text("url"), netbox.password()).await;
        let (id, title) = ("4d3d8ee2-5f0c-4a5c-8a31-27e2b0e6a111", "Of an agent");
        let layout = json!([{"h": 2, "w": 4, "x": 0, "y": 0, "id": id}]);
        let widget =
            json!({"class": "extras.NoteWidget", "title": title, "config": {"content": "x"}});
        for action in ["update", "replace"] {
            let params = json!({"layout": layout, "config": {id: widget}});
            let changed = client.call("extras", "dashboard", action, &params).await;
            assert!(!changed.is_error, "{action}: {}", changed.text);
            let now = client.ask("extras", "dashboard", "get", json!({})).await;
            assert_eq!(now["config"][id]["title"], title, "{now}");
        }
        let gone = client.call("extras", "dashboard", "delete", &json!({})).await;
        assert!(!gone.is_error, "{}", gone.text);
    })
    .await;
}

/// Signs in to NetBox's pages as the administrator, and opens the first.
async fn open_page(url: &str, password: &str) {
    let http = reqwest::Client::builder().no_proxy().redirect(Policy::none());
    let http = http.build().expect("a client");
    let cookies = |answer: &reqwest::Response| -> Vec<String> {
        let set = answer.headers().get_all("set-cookie").iter();
        let set = set.map(|it| it.to_str().expect("a text"));
        set.map(|it| it.split(';').next().unwrap_or_default().to_owned()).collect()
    };
    let login = format!("{url}/login/");
    let page = http.get(&login).send().await.expect("NetBox answers");
    let before = cookies(&page);
    let csrf = before.iter().find_map(|it| it.strip_prefix("csrftoken=")).expect("a csrftoken");
    let form = format!("csrfmiddlewaretoken={csrf}&username=admin&password={password}&next=/");
    let request = http.post(&login).header("cookie", before.join("; ")).header("referer", &login);
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    let answer = request.send().await.expect("NetBox answers");
    let session = cookies(&answer).join("; ");
    assert!(session.contains("sessionid="), "{} {session}", answer.status());
    let home = http.get(url).header("cookie", session).send().await.expect("NetBox answers");
    assert_eq!(home.status(), 200);
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
