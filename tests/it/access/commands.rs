//! The commands, beside a running server on the same store.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::access::Config;
use crate::access::browser::{App, Person, World, bearer};
use crate::fake_netbox::FakeNetBox;
use crate::reload;
use crate::server::{Server, example};

const CONFIG: &str = r#"
[access]
people = "local_users"
store = { sqlite = "FOLDER/access.db" }
unregistered_clients = { redirect_hosts = ["loopback"], max_scope = "write", dynamic_registration = true }
"#;

pub(crate) fn command(config: &Config, arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(example("netbox_server").expect("the example is built"))
        .args(["--config", &config.path()])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example starts");
    // A command that reads nothing may have ended.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    child.wait_with_output().expect("the command ends")
}

/// What a command that succeeds prints.
#[track_caller]
pub(crate) fn run(config: &Config, arguments: &[&str], stdin: &str) -> String {
    let output = command(config, arguments, stdin);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("a text").trim().to_owned()
}

#[tokio::test]
async fn a_static_token_is_made_listed_narrowed_and_revoked() {
    let config = Config::new(CONFIG);
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let world = World::new(&server.url);
    let create = ["token", "create", "--scope", "write", "--name", "ci", "--expires", "90d"];
    let token = format!("Bearer {}", run(&config, &create, ""));
    world.create_site(Some(&token), "romulus").await.is(200);

    let listed = run(&config, &["token", "list"], "");
    assert!(listed.contains("ci") && !listed.contains(&token[7..]), "{listed}");
    let id = listed.lines().nth(1).and_then(|row| row.split(' ').next()).expect("an id").to_owned();
    run(&config, &["token", "scope", &id, "read"], "");
    let refused = world.create_site(Some(&token), "remus").await;
    assert!(refused.is(200).body.contains("\"isError\":true"), "{refused:?}");
    world.list_sites(Some(&token)).await.is(200);

    run(&config, &["token", "revoke", &id], "");
    world.list_sites(Some(&token)).await.is(401);
    assert!(!command(&config, &["token", "revoke", &id], "").status.success());
}

#[tokio::test]
async fn what_an_operator_lowers_narrows_tokens_at_once() {
    let config = Config::new(CONFIG);
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let world = World::new(&server.url);
    run(&config, &["user", "add", "ada", "--scope", "write"], "correct horse battery\n");
    assert!(run(&config, &["user", "list"], "").contains("ada"));
    let mut ada = Person::new("ada", "correct horse battery");
    let app = App::register(&world).await;
    let token = bearer(&app.tokens(&mut ada, "read write").await);
    world.create_site(Some(&token), "romulus").await.is(200);

    let is_narrow = async || {
        let refused = world.create_site(Some(&token), "remus").await;
        assert!(refused.is(200).body.contains("\"isError\":true"), "{refused:?}");
        world.list_sites(Some(&token)).await.is(200);
    };
    run(&config, &["user", "scope", "ada", "read"], "");
    is_narrow().await;
    run(&config, &["user", "scope", "ada", "write"], "");
    run(&config, &["client", "scope", &app.client_id, "read"], "");
    is_narrow().await;
    assert!(run(&config, &["client", "list"], "").contains(&app.client_id));
    run(&config, &["client", "remove", &app.client_id], "");
    world.list_sites(Some(&token)).await.is(401);

    let app = App::register(&world).await;
    let token = bearer(&app.tokens(&mut ada, "read").await);
    run(&config, &["user", "passwd", "ada"], "another horse battery\n");
    world.list_sites(Some(&token)).await.is(200);
    run(&config, &["user", "remove", "ada"], "");
    world.list_sites(Some(&token)).await.is(401);
}

#[tokio::test]
async fn who_listens_does_so_until_their_token_is_revoked_or_narrowed() {
    // The tools of the sandbox never change, so that nobody listens there.
    let netbox = FakeNetBox::start("lab", &["sites"]);
    let config = reload::every_second(CONFIG);
    let Some(server) = reload::start(&netbox, &config) else { return };
    let mut listening = Vec::new();
    for name in ["revoked", "narrowed", "kept"] {
        let token = run(&config, &["token", "create", "--scope", "write", "--name", name], "");
        let stream = reqwest::Client::new()
            .get(&server.url)
            .header("accept", "text/event-stream")
            .header("mcp-protocol-version", "2025-11-25")
            .bearer_auth(token);
        let stream = stream.send().await.expect("an answer");
        assert_eq!(stream.status(), 200);
        listening.push(stream);
    }
    let listed = run(&config, &["token", "list"], "");
    let id = |name| {
        let row = listed.lines().find(|row| row.contains(name)).expect("a row");
        row.split(' ').next().expect("an id").to_owned()
    };
    run(&config, &["token", "revoke", &id("revoked")], "");
    run(&config, &["token", "scope", &id("narrowed"), "read"], "");
    // It is asked every 15 seconds.
    let mut kept = listening.pop().expect("the last one");
    for stream in listening {
        let rest = tokio::time::timeout(Duration::from_secs(20), stream.bytes()).await;
        rest.expect("it ends").expect("it ends well");
    }
    let rest = tokio::time::timeout(Duration::from_secs(1), async {
        while kept.chunk().await.expect("no error").is_some() {}
    });
    assert!(rest.await.is_err(), "it ended");
}

#[test]
fn a_command_that_cannot_be_done_says_why() {
    if example("netbox_server").is_none() {
        return crate::skipped("the example netbox_server is not built");
    }
    let config = Config::new(CONFIG);
    for (arguments, stdin, why) in [
        (&["user", "add", "ada"][..], "short\n", "at least 8 characters"),
        (&["user", "add", "a:b"], "long enough\n", "none of them a colon"),
        (&["user", "add", "ada", "--scope", "all"], "", "the scopes are read, write, admin"),
        (&["user", "passwd", "bob"], "", "there is no user \"bob\""),
        (&["client", "add", "app"], "", "give --redirect-uri"),
        (&["client", "add", "app", "--redirect-uri", "http://a.example/"], "", "must be https"),
        (&["token", "create", "--scope", "read", "--name", "x", "--expires", "soon"], "", "90d"),
    ] {
        let output = command(&config, arguments, stdin);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(why), "{arguments:?}: {said}");
    }
    let config = Config::new("[access]\npeople = \"local_users\"\n");
    let said = String::from_utf8(command(&config, &["user", "list"], "").stderr).unwrap();
    assert!(said.contains("store = { sqlite"), "{said}");
}
