//! Both builds on a real NetBox, through the real server: one endpoint, one database, two sign-in
//! flows and two users.

use std::collections::BTreeMap;
use std::fs;

use super::agent::Agent;
use super::build::{Build, Style};
use super::check_file;
use super::inventory::{self, Inventory};
use super::read_only;
use super::state::{ENGINEERS, NetBox, PASSWORD, file};
use crate::access::Config;
use crate::access::browser::{App, Person, Proof, World};
use crate::client::Era;
use crate::netbox;
use crate::server::Server;

/// How the server is configured: people sign in with their NetBox accounts, and whoever has none
/// reads with a NetBox token of its own.
const CONFIG: &str = r#"
[netbox]
cache = "CATALOGS"

[upstream]
per_user = true
tokens = { read = { file = "FOLDER/read-token" } }

[access]
people = "accounts"
store = { sqlite = "FOLDER/access.db" }
key = { file = "FOLDER/key" }
scope_of_groups = { "*" = "read", "network engineers" = "write" }

[access.unregistered_clients]
redirect_hosts = ["loopback"]
max_scope = "write"
dynamic_registration = true
"#;

#[tokio::test]
async fn two_users_build_two_networks_in_both_styles() {
    let Some(access) = netbox::alone() else { return };
    // A job that waits in a copy of the database waits for ever when that is put back.
    access.calm().await;
    let Some(netbox) = NetBox::empty(access) else { return };
    // Catalogs are kept for other tests, too: NetBox needs half a minute to write its document.
    let catalogs = concat!(env!("CARGO_TARGET_TMPDIR"), "/catalogs");
    let config = Config::new(&CONFIG.replace("CATALOGS", catalogs));
    fs::write(config.file("read-token"), &netbox.access.reader_v2).expect("a file");
    fs::write(config.file("key"), "bm9ib2R5IG1heSBrbm93IHRoaXMga2V5IGJ1dCB1cyE=").expect("a file");
    let untouched = netbox.chore(&["fingerprint"]);

    for styles in [[Style::OneByOne, Style::Batched], [Style::Batched, Style::OneByOne]] {
        netbox.make_engineers(&["starfleet", "klingon"]).await;
        let arguments = ["--netbox-url", &netbox.access.url, "--config", &config.path()];
        let Some(server) = Server::start(&arguments, &[]) else { return };
        let builds = Build::both();
        let [federation, klingon] = &builds;
        let world = World::new(&server.url);

        // Known by the document at its address. What is read is the copy that the server has of
        // this client's: a test has no public name that a document could be fetched from.
        let document = "https://claude.ai/oauth/claude-code-client-metadata";
        let app = App::registered(&world, document, Proof::None).await;
        let token = sign_in(&app, "starfleet").await;
        let mut starfleet = Agent::connect(&server.url, Some(&token), Era::PerRequest).await;
        starfleet.build(federation, styles[0]).await;

        // Registered by itself, and another person.
        let app = App::register(&world).await;
        let token = sign_in(&app, "klingon").await;
        let mut empire = Agent::connect(&server.url, Some(&token), Era::Handshake).await;
        empire.build(klingon, styles[1]).await;
        inventory::query_back(&mut empire, klingon, styles[1]).await;

        let inventory = Inventory::take(&mut empire).await;
        inventory.check_combined(&builds);
        for build in &builds {
            check_file(&format!("{}.md", build.name), &inventory.markdown(build));
        }
        check_changes(&netbox, &builds).await;
        read_only::check(&netbox, &config, &server, &builds).await;
        assert_eq!(netbox.chore(&["fingerprint"]), untouched, "NetBox itself was changed");

        // The finished state can be kept, and brought back.
        let kept = config.file("finished.dump");
        netbox.chore(&["dump", file(&kept)]);
        netbox.reset();
        if styles[0] == Style::Batched {
            netbox.chore(&["restore", file(&kept)]);
            Inventory::take(&mut empire).await.check_combined(&builds);
        }
    }
}

/// Sends a NetBox user through the pages of sign-in and consent, and gives the access token.
async fn sign_in(app: &App<'_>, name: &str) -> String {
    let mut person = Person::of_netbox(name, PASSWORD);
    let tokens = app.tokens(&mut person, "read write").await;
    assert_eq!(tokens["scope"], "read write", "{ENGINEERS} may write");
    tokens["access_token"].as_str().expect("an access token").to_owned()
}

/// Checks that NetBox's change log has each object with the user whose agent made it.
async fn check_changes(netbox: &NetBox, builds: &[Build; 2]) {
    let mut n_created = BTreeMap::new();
    for change in netbox.changes().await {
        let of = change["changed_object_type"].as_str().expect("a type");
        if of.starts_with("dcim.") || of.starts_with("ipam.") {
            let user = n_created.entry(change["user_name"].as_str().expect("a name").to_owned());
            // The ends of a cable are objects of their own in the log.
            let is_counted = change["action"]["value"] == "create" && of != "dcim.cabletermination";
            *user.or_insert(0) += usize::from(is_counted);
        }
    }
    let expected = [("starfleet", &builds[0]), ("klingon", &builds[1])];
    let expected = expected.map(|(user, build)| (user.to_owned(), build.objects().len()));
    assert_eq!(n_created, BTreeMap::from(expected));
}
