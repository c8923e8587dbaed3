//! Guides whose commands need no NetBox, run by a shell as they stand.

use serde_json::json;

use super::blocks::Guide;
use super::listed::COMPILED;
use super::shell::Shell;
use crate::access::browser::{App, Person, World, bearer};
use crate::fake_netbox::FakeNetBox;

#[tokio::test(flavor = "multi_thread")]
async fn the_readme_leads_to_a_sandbox() {
    let Some(mut shell) = Shell::start(&[]) else { return };
    let mut guide = Guide::open("README.md");
    let section = "Two commands";
    shell.run(guide.take(section, "cargo run --release --example netbox_server\n"));
    let said = shell.read("server.said");
    assert!(said.contains("claude mcp add --transport http netbox"), "{said}");
    World::new(&shell.endpoint()).list_sites(None).await.is(200);
    let config = "cargo run --release --example netbox_server -- --config";
    shell.run(guide.take(section, config));
    World::new(&shell.endpoint()).list_sites(None).await.is(401);
    guide.finish("readme");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_access_out_signs_in() {
    let Some(mut shell) = Shell::start(&[]) else { return };
    let mut guide = Guide::open("docs/access.md");
    shell.run(guide.take("Try it", "cargo run"));
    let said: Vec<_> = shell.read("server.said").lines().map(str::to_owned).collect();
    let world = World::new(&shell.endpoint());
    let mut operator = Person::operator(&said);
    let tokens = App::register(&world).await.tokens(&mut operator, "read write").await;
    assert_eq!(tokens["scope"], "read write");
    world.create_site(Some(&bearer(&tokens)), "ams").await.is(200);
    guide.finish("access");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_netboxes_are_served_by_path_and_by_prefix() {
    let Some(mut shell) = Shell::start(&[]) else { return };
    let (lab, prod) = (
        FakeNetBox::start("in the lab", &["sites"]),
        FakeNetBox::start("in production", &["sites"]),
    );
    let secrets = shell.path("prod-").display().to_string();
    shell.replace("https://netbox-lab.example.com", &lab.url);
    shell.replace("https://netbox.example.com", &prod.url);
    shell.replace("/run/secrets/prod-", &secrets);
    shell.replace("LAB_TOKEN=...", &format!("LAB_TOKEN={NETBOX_TOKEN}"));
    shell.write("prod-read", NETBOX_TOKEN);
    shell.write("prod-write", NETBOX_TOKEN);
    let cache = shell.path("cache-of-fakes").display().to_string();
    shell.set("XDG_CACHE_HOME", &cache);
    // The document of these is another than NetBox's.
    let policy = "title = \"A fake\"\nbase_path = \"/api\"\ngroup_by = \"path\"\n";
    shell.write("policy.toml", policy);
    let with_policy = |toml: &str| format!("{toml}\n[surface]\npolicy_file = \"policy.toml\"\n");

    let mut guide = Guide::open("docs/several-netboxes.md");
    shell.write("several.toml", &with_policy(guide.take("By path", "path = ")));
    says_as_shown(&mut shell, guide.take("By path", "$ LAB_TOKEN=..."));
    let token = shell.run(guide.take("Static tokens", "netbox_server --config several.toml"));
    let token = format!("Bearer {token}");
    let at = |netbox: &str| World::new(&format!("http://{}/mcp/{netbox}", shell.address));
    at("lab").list_sites(Some(&token)).await.is(401);
    at("prod").list_sites(Some(&token)).await.is(200);

    shell.write("several.toml", &with_policy(guide.take("By prefix", "path = ")));
    says_as_shown(&mut shell, guide.take("By prefix", "$ LAB_TOKEN=..."));
    let token = format!("Bearer {}", shell.token_of_server());
    let world = World::new(&format!("http://{}/mcp", shell.address));
    for (tool, text) in [("lab_dcim", "in the lab"), ("prod_dcim", "in production")] {
        let sites = json!({ "resource": "site", "action": "list" });
        let listed = world.call_tool(Some(&token), tool, sites).await;
        assert!(listed.is(200).body.contains(text), "{listed:?}");
    }
    guide.finish("several");
}

/// Runs the first line of a block, a command that starts a server, and checks that the server begins
/// with what the other lines show.
#[track_caller]
fn says_as_shown(shell: &mut Shell, block: &str) {
    let (command, shown) = block.split_once('\n').expect("a command and what it prints");
    shell.run(command.strip_prefix("$ ").expect("a prompt"));
    let (shown, said) = (shell.here(shown), shell.read("server.said"));
    assert!(said.starts_with(&shown), "shown:\n{shown}\nsaid:\n{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_api_is_listed_and_served() {
    let Some(mut shell) = Shell::start(&[]) else { return };
    let document = include_str!("../fixtures/nautobot-3.2.7.json");
    shell.write("nautobot.json", document);
    let mut guide = Guide::open("docs/another-api.md");
    let listed = shell.run(guide.take(COMPILED, "cargo run"));
    for line in guide.take(COMPILED, "dcim location").lines() {
        assert!(listed.contains(line), "no {line}: {listed}");
    }

    // What is shown of the policy stands in the whole of it, entry for entry.
    let of_guide: toml::Table = guide.take("3. The policy", "title").parse().expect("a policy");
    let whole: toml::Table =
        include_str!("../../../examples/openapi_server/nautobot.toml").parse().expect("a policy");
    is_part(&toml::Value::Table(of_guide), &toml::Value::Table(whole));

    shell.run(guide.take("4. Serve it", "export API_TOKEN"));
    let token = format!("Bearer {}", shell.token_of_server());
    let world = World::new(&format!("http://{}/mcp", shell.address));
    let tools = world.rpc(Some(&token), "tools/list", json!({})).await;
    assert!(tools.is(200).body.contains("\"dcim\""), "{tools:?}");
    guide.finish("another api");
}

#[track_caller]
fn is_part(part: &toml::Value, whole: &toml::Value) {
    match (part, whole) {
        (toml::Value::Table(part), toml::Value::Table(whole)) => {
            for (key, value) in part {
                is_part(value, whole.get(key).unwrap_or_else(|| panic!("no {key} in {whole}")));
            }
        }
        (toml::Value::Array(part), toml::Value::Array(whole)) => {
            for value in part {
                assert!(whole.contains(value), "no {value} in {whole:?}");
            }
        }
        _ => assert_eq!(part, whole),
    }
}

const NETBOX_TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";
