//! How clients prove who they are, and what those that register themselves get.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Request, StatusCode};
use http_body_util::Full;
use oauth::Fault;
use oauth::UnixTime;
use oauth::authorization_server::{AuthorizationServer, Options, UnregisteredClients};
use oauth::resource_owner::AutoApprove;
use oauth::store::{Client, MemoryStore};
use serde_json::json;

use super::driver::{
    Accounts, App, Browser, CALLBACK, ISSUER, RESOURCE, SECRET, World, authorize_path, post_json,
};

async fn with_header(world: &World, authorization: &str, form: &str) -> (u16, String) {
    let request = Request::post("/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", authorization);
    let reply = world.send(request.body(Full::from(form.to_owned())).unwrap()).await;
    (reply.status.as_u16(), reply.json()["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_secret_goes_in_the_header_or_the_body_and_not_in_both() {
    let world = World::new();
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let escaped = SECRET.replace(' ', "+").replace(',', "%2C");
    let form = "grant_type=client_credentials";
    for (authorization, form, status, error) in [
        (basic(&format!("machine:{escaped}")), form, 200, ""),
        (basic(&format!("machine:{escaped}")).replace("Basic", "bAsIc"), form, 200, ""),
        (
            basic(&format!("machine:{escaped}")),
            "grant_type=client_credentials&client_id=machine",
            200,
            "",
        ),
        (basic("machine:wrong"), form, 401, "invalid_client"),
        (basic("machine:"), form, 401, "invalid_client"),
        (basic("nobody:x"), form, 401, "invalid_client"),
        (basic("machine"), form, 401, "invalid_client"),
        (basic(":x"), form, 401, "invalid_client"),
        ("Bearer x".to_owned(), form, 401, "invalid_client"),
        ("Basic %%%".to_owned(), form, 401, "invalid_client"),
        (
            basic(&format!("machine:{escaped}")),
            "grant_type=client_credentials&client_secret=x",
            400,
            "invalid_request",
        ),
        (
            basic(&format!("machine:{escaped}")),
            "grant_type=client_credentials&client_id=app",
            400,
            "invalid_request",
        ),
    ] {
        let found = with_header(&world, &authorization, form).await;
        assert_eq!(found, (status, error.to_owned()), "{authorization} {form}");
    }
    let form =
        [("grant_type", "client_credentials"), ("client_id", "machine"), ("client_secret", SECRET)];
    assert_eq!(world.post("/oauth/token", &form).await.status, StatusCode::OK);
    // A public client has no secret, and a request that comes with one is not its own.
    let form = [("grant_type", "refresh_token"), ("client_id", "app"), ("client_secret", SECRET)];
    world.post("/oauth/token", &form).await.is_error(401, "invalid_client");
}

#[tokio::test]
async fn a_client_that_registers_is_told_what_was_kept() {
    let world = World::open();
    let description = json!({
        "client_name": "Web\u{202e} Client\n",
        "redirect_uris": [CALLBACK, "https://evil.example/cb"],
        "token_endpoint_auth_method": "client_secret_post",
        "logo_uri": "https://app.example/logo.png",
        "contacts": ["x@app.example"],
    });
    let reply = world.send(post_json("/oauth/register", &description)).await.json();
    assert_eq!(reply["client_name"], "Web Client");
    assert_eq!(reply["redirect_uris"], json!([CALLBACK]));
    assert_eq!(reply["grant_types"], json!(["authorization_code"]));
    assert_eq!(reply["client_id_issued_at"], 1_800_000_000);
    assert_eq!(reply["client_secret_expires_at"], 0);
    let app = App::new(reply["client_id"].as_str().unwrap(), CALLBACK);
    let answer = Browser::new(&world).approve(&app, "ada", "read").await;
    let code = answer.param("code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", super::driver::VERIFIER),
        ("client_id", app.client_id.as_str()),
        ("client_secret", reply["client_secret"].as_str().unwrap()),
    ];
    let tokens = world.post("/oauth/token", &form).await.json();
    assert!(tokens["access_token"].is_string());
    assert!(tokens.get("refresh_token").is_none(), "it did not ask for the grant type");

    for (description, error) in [
        (json!([]), "invalid_client_metadata"),
        (json!({"redirect_uris": "x"}), "invalid_client_metadata"),
        (json!({}), "invalid_redirect_uri"),
        (
            json!({"redirect_uris": [CALLBACK], "response_types": ["token"]}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "tls_client_auth"}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "private_key_jwt"}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "private_key_jwt",
                "jwks_uri": "https://127.0.0.1/jwks"}),
            "invalid_client_metadata",
        ),
    ] {
        world.send(post_json("/oauth/register", &description)).await.is_error(400, error);
    }
}

#[tokio::test]
async fn what_the_operator_closes_is_closed_for_those_who_came_before() {
    let open = World::open();
    let description = json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"});
    let reply = open.send(post_json("/oauth/register", &description)).await.json();
    let app = App::new(reply["client_id"].as_str().unwrap(), CALLBACK);
    let code = Browser::new(&open).approve(&app, "ada", "read").await.param("code").unwrap();
    let tokens = open.redeem(&app, &code).await.json();
    let closed = open.restarted(World::options(ISSUER));
    closed.get(&authorize_path(&app.request("read"))).await.is_page(400);
    let access = tokens["access_token"].as_str().unwrap();
    assert!(!matches!(closed.verify(access).await, oauth::Verdict::Accepted(_)));
    // Or only for some hosts.
    let these = UnregisteredClients::new(["other.example"], ["read"])
        .with_dynamic_registration(Default::default());
    let other = open.restarted(World::options(ISSUER).with_unregistered_clients(these));
    other.get(&authorize_path(&app.request("read"))).await.is_page(400);
}

/// The ways in which a client comes to have a name that nobody registered.
async fn unregistered(world: &World, redirect_uri: &str) -> Vec<(&'static str, Option<String>)> {
    let document = "https://app.example/client.json";
    world.internet.host("app.example", &["93.184.216.34"]);
    world.internet.document(
        document,
        &json!({ "client_id": document, "client_name": "X", "redirect_uris": [redirect_uri] }),
    );
    let description = json!({
        "redirect_uris": [redirect_uri], "token_endpoint_auth_method": "none", "scope": "admin",
    });
    let registered = world.send(post_json("/oauth/register", &description)).await;
    let registered = (registered.status == StatusCode::CREATED).then(|| registered.json());
    let registered = registered.map(|told| told["client_id"].as_str().unwrap().to_owned());
    vec![
        ("document", Some(document.to_owned())),
        ("dynamic", registered),
        ("any name", Some("a-fixed-id".to_owned())),
    ]
}

#[tokio::test]
async fn one_policy_holds_for_every_client_that_nobody_registered() {
    let policy = |hosts: &[&str]| {
        UnregisteredClients::new(hosts.iter().copied(), ["read"])
            .with_dynamic_registration(Default::default())
            .with_any_name()
    };
    for (hosts, redirect_uri, is_let_in) in [
        (&["app.example"][..], CALLBACK, true),
        (&["*"], CALLBACK, true),
        (&["loopback"], "http://127.0.0.1:5000/cb", true),
        (&[], CALLBACK, false),
        (&["other.example"], CALLBACK, false),
        (&["*"], "http://localhost:5000/cb", false),
        (&["*"], "app:/cb", false),
        (&["app.example"], "https://app.example.evil.example/cb", false),
        (&["app.example"], "https://evil.example/?app.example", false),
    ] {
        let world = World::with(|options| options.with_unregistered_clients(policy(hosts)));
        for (kind, id) in unregistered(&world, redirect_uri).await {
            // One that is not let in does not even get a name.
            let Some(id) = id else {
                assert!(!is_let_in, "{kind} {redirect_uri}");
                continue;
            };
            let app = App::new(&id, redirect_uri);
            if !is_let_in {
                world.get(&authorize_path(&app.request("read"))).await.is_page(400);
                continue;
            }
            // Whatever it asks for and whoever grants it, there is a most.
            let answer = Browser::new(&world).approve(&app, "root", "admin").await;
            let tokens = world.redeem(&app, &answer.param("code").unwrap()).await.json();
            assert_eq!(tokens["scope"], "read", "{kind} {redirect_uri}");
        }
    }
    // Off unless it is turned on, and each kind by itself.
    let closed = World::new();
    for (kind, id) in unregistered(&closed, CALLBACK).await {
        if let Some(id) = id {
            let app = App::new(&id, CALLBACK);
            closed.get(&authorize_path(&app.request("read"))).await.is_page(400);
        }
        assert!(kind != "dynamic" || closed.internet.n_fetched() == 0);
    }
}

#[test]
fn options_that_would_open_more_than_they_say_are_refused() {
    let now = UnixTime::from_secs(0);
    let new = |options: Options| {
        AuthorizationServer::new(
            options,
            Accounts::default(),
            std::sync::Arc::new(MemoryStore::new()),
        )
    };
    let good = || Options::new(ISSUER, RESOURCE);
    assert!(new(good()).is_ok());
    for bad in [
        Options::new("http://mcp.example", RESOURCE),
        Options::new("https://mcp.example/", RESOURCE),
        Options::new(ISSUER, "mcp"),
        good().with_client(Client::new("x", "x", now).with_max_scopes(["root"])),
        good().with_client(Client::new("x", "x", now).with_redirect_uris(["http://a.example/"])),
        good().with_unregistered_clients(UnregisteredClients::new(["https://a.example"], ["read"])),
        good().with_unregistered_clients(UnregisteredClients::new(["a.example"], ["root"])),
        good().with_token_prefix("Not Good"),
    ] {
        assert_eq!(new(bad.clone()).unwrap_err().fault(), Fault::Configuration, "{bad:?}");
    }
    let loopback = "127.0.0.1".parse().unwrap();
    let laptop = AutoApprove::on_loopback(loopback, ["admin"]).unwrap();
    let store = || std::sync::Arc::new(MemoryStore::new());
    assert!(AuthorizationServer::new(good(), laptop.clone(), store()).is_err());
    let here = Options::new("http://127.0.0.1:8080", "http://127.0.0.1:8080/mcp");
    assert!(AuthorizationServer::new(here, laptop, store()).is_ok());
    for address in ["0.0.0.0", "192.168.1.2", "::"] {
        assert!(AutoApprove::on_loopback(address.parse().unwrap(), ["read"]).is_err());
    }
    let everyone = AutoApprove::i_understand_everyone_gets(["read"]);
    assert!(AuthorizationServer::new(good(), everyone, store()).is_ok());
}
