//! `docs/netbox.md` on the real NetBox, from nothing to a connected agent, as a new user goes through
//! it. What is made there has the guide's names, and is deleted before and after.

use serde_json::{Value, json};

use super::blocks::Guide;
use super::shell::{Shell, is_private};
use crate::access::browser::{App, Person, Reply, World, bearer};
use crate::access::real::{NetBox, PASSWORD, with_netbox};
use crate::netbox::xtask;

/// Where in NetBox the objects are that the guide makes, and the site of this test.
const MADE: [&str; 7] = [
    "/api/dcim/sites/?slug=guide",
    "/api/users/users/?username=mcp-read",
    "/api/users/users/?username=mcp-write",
    "/api/users/permissions/?name=mcp%20reads",
    "/api/users/permissions/?name=engineers%20write",
    "/api/users/groups/?name=mcp%20readers",
    "/api/users/groups/?name=network%20engineers",
];

/// A user with the guide in one hand.
struct Reader {
    guide: Guide,
    shell: Shell,
    netbox: NetBox,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_leads_from_nothing_to_a_connected_agent() {
    with_netbox(|netbox| async move {
        let Some(mut shell) = shell(&netbox) else { return };
        shell.replace("https://netbox.example.com", netbox.url());
        netbox.clear(&MADE).await;
        shell.run("export RUST_LOG=debug");
        let mut reader = Reader { guide: Guide::open("docs/netbox.md"), shell, netbox };
        reader.make_a_user_that_reads();
        let token = reader.connect().await;
        reader.read_and_write().await;
        reader.sign_in(&token).await;
        reader.come_from_elsewhere().await;
        reader.see_what_there_is();
        reader.find_no_secret_in_the_log();
        reader.guide.finish("netbox");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_readme_leads_to_a_real_netbox() {
    with_netbox(|netbox| async move {
        let Some(mut shell) = shell(&netbox) else { return };
        shell.replace("NETBOX_TOKEN=...", &format!("NETBOX_TOKEN={}", netbox.admin()));
        shell.replace("https://netbox.example.org", netbox.url());
        let mut guide = Guide::open("README.md");
        shell.run(guide.take("Two commands", "NETBOX_TOKEN=..."));
        let token = format!("Bearer {}", shell.token_of_server());
        let world = World::new(&shell.endpoint());
        is_done(&world.list_sites(Some(&token)).await);
        assert!(shell.read("server.said").contains("access token, scope read,"));
        guide.finish("readme on netbox");
    })
    .await;
}

fn shell(netbox: &NetBox) -> Option<Shell> {
    Shell::start(&[("XTASK", &xtask()?), ("MCP_DISPATCH_NETBOX_DIR", netbox.folder())])
}

impl Reader {
    #[track_caller]
    fn run(&mut self, section: &str, begins: &str) -> String {
        self.shell.run(self.guide.take(section, begins))
    }

    /// Sections 1 and 2.
    fn make_a_user_that_reads(&mut self) {
        self.run("1. The program", "cargo build");
        self.run("1. The program", "NETBOX=");
        self.run("2. A service user that reads", "api() {");
        assert!(is_private(&self.shell.path("read-token")));
        let answers = self.shell.run(
            "with_it() {
                curl --silent --output answer --write-out '%{http_code} ' \\
                    --header \"Authorization: Bearer $(cat read-token)\" \"$@\"
             }
             with_it $NETBOX/api/dcim/devices/
             with_it $NETBOX/api/users/users/
             with_it $NETBOX/api/dcim/sites/ --json '{\"name\": \"guide\", \"slug\": \"guide\"}'",
        );
        assert_eq!(answers, "200 403 403");
    }

    /// Section 3. Answers with the token that stays.
    async fn connect(&mut self) -> String {
        let section = "3. Connect";
        self.run(section, "netbox_server --netbox-url");
        let token = self.shell.token_of_server();
        let paste = self.guide.take(section, "claude mcp add").replace("mcpd_...", &token);
        let (paste, said) = (self.shell.here(&paste), self.shell.read("server.said"));
        assert!(said.contains(paste.trim()), "no {paste} in {said}");
        self.shell.set("TOKEN", &token);
        let answers = self.run(section, "curl");
        assert!(answers.starts_with(r#"{"status":"ok"}"#), "{answers}");
        assert!(answers.ends_with(r#""isError":false}}"#), "{answers}");

        self.shell.write("netbox.toml", self.guide.take(section, "[netbox]"));
        let said = self.run(section, "netbox_server --config");
        let (token, listed) = said.split_once('\n').expect("a token and a list");
        assert!(listed.contains("laptop") && !listed.contains(token), "{said}");
        let token = format!("Bearer {token}");
        is_done(&self.world().list_sites(Some(&token)).await);
        token
    }

    /// Section 4.
    async fn read_and_write(&mut self) {
        let section = "4. Two tokens: reading and writing";
        self.run(section, "WRITERS=");
        assert!(is_private(&self.shell.path("write-token")));
        self.add_to_file(section, "[upstream]");
        let said = self.run(section, "netbox_server");
        let tokens: Vec<_> = said.lines().map(|token| format!("Bearer {token}")).collect();
        let [reader, writer] = tokens.as_slice() else { panic!("{said}") };

        let world = self.world();
        is_done(&world.list_sites(Some(reader)).await);
        is_refused(&world.create_site(Some(reader), "guide").await, "unknown action");
        is_done(&world.list_sites(Some(writer)).await);
        is_done(&world.create_site(Some(writer), "guide").await);
        assert_eq!(self.netbox.author_of_site("guide").await, "mcp-write");
        let users = json!({ "resource": "user", "action": "list" });
        is_refused(&world.call_tool(Some(writer), "users", users).await, "unknown tool");
    }

    /// Section 5.
    async fn sign_in(&mut self, static_token: &str) {
        let section = "5. Everybody as themselves";
        self.run(section, "netbox_server key");
        assert!(is_private(&self.shell.path("access-key")));
        self.shell.write("netbox.toml", self.guide.take(section, "[netbox]"));
        self.run(section, "netbox_server --config");

        let world = self.world();
        world.get("/.well-known/oauth-protected-resource/api/mcp").await.is(200);
        let (ada, bob) = (
            self.netbox.user("ada", &["view", "add"]).await,
            self.netbox.user("bob", &["view", "add"]).await,
        );
        self.shell.run(&format!(
            "api users/users/{}/ --request PATCH --data \"{{\\\"groups\\\": [$WRITERS]}}\"",
            ada.id
        ));
        let app = App::register(&world).await;
        for (user, granted) in [(&ada, "read write"), (&bob, "read")] {
            let mut person = Person::of_netbox(&user.name, PASSWORD);
            let tokens = app.tokens(&mut person, "read write").await;
            assert_eq!(tokens["scope"], granted, "{}", user.name);
            is_done(&world.list_sites(Some(&bearer(&tokens))).await);
            let made = world.create_site(Some(&bearer(&tokens)), &user.site("home")).await;
            assert_eq!(is_error(&made), granted == "read", "{made:?}");
        }
        assert_eq!(self.netbox.author_of_site(&ada.site("home")).await, ada.name);
        is_done(&world.list_sites(Some(static_token)).await);
        is_refused(&world.create_site(Some(static_token), "guide-2").await, "unknown action");
    }

    /// Section 6.
    async fn come_from_elsewhere(&mut self) {
        let section = "6. From elsewhere";
        let before = self.shell.read("netbox.toml");
        self.add_to_file(section, "listen");
        self.shell.run("netbox_server --config netbox.toml");
        let metadata = self.world().get("/.well-known/oauth-authorization-server").await;
        assert_eq!(metadata.is(200).json()["issuer"], "https://mcp.example.com");

        self.shell.write("netbox.toml", &before);
        self.add_to_file(section, "trusted_hops");
        self.shell.run("netbox_server --config netbox.toml");
        let issuer = self.run(section, "curl");
        assert_eq!(issuer, "\"https://blue.trycloudflare.com\"");
    }

    /// Section 8.
    fn see_what_there_is(&mut self) {
        let said = self.run("8. Upgrades", "curl");
        assert!(said.contains(" operations, 0 dropped; "), "{said}");
    }

    /// Section 9.
    fn find_no_secret_in_the_log(&self) {
        let log = self.shell.read("server.log");
        assert!(log.contains("DEBUG"), "{log}");
        let token = |file: &str| self.shell.read(file).trim().replace('.', " ");
        let files = ["read-token", "write-token", "access-key"].map(token).join(" ");
        let secrets = files.split(' ').filter(|part| !part.starts_with("nbt_"));
        // And what this server gives to clients and browsers, which begins so.
        let ours = [PASSWORD, "mcpd_", "mcpa_", "mcpr_", "mcpc_", "mcps_"];
        for secret in secrets.chain(ours) {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
    }

    /// Puts the keys of a block into the configuration, in place of those of the same name.
    fn add_to_file(&mut self, section: &str, begins: &str) {
        let mut file: toml::Table =
            self.shell.read("netbox.toml").parse().expect("a configuration");
        let more: toml::Table =
            self.guide.take(section, begins).parse().expect("a part of a configuration");
        file.extend(more);
        self.shell.write("netbox.toml", &file.to_string());
    }

    fn world(&self) -> World {
        World::new(&self.shell.endpoint())
    }
}

/// Whether a call of a tool was answered with an error.
#[track_caller]
fn is_error(reply: &Reply) -> bool {
    let answer: Value = reply.is(200).json();
    answer["result"]["isError"].as_bool().unwrap_or_else(|| panic!("no result: {reply:?}"))
}

#[track_caller]
fn is_done(reply: &Reply) {
    assert!(!is_error(reply), "{reply:?}");
}

#[track_caller]
fn is_refused(reply: &Reply, why: &str) {
    assert!(reply.is(200).body.contains(why), "{reply:?}");
}
