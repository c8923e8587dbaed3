//! `[upstream] tokens`: a call runs with the NetBox token of the scope it runs under.

use super::Config;
use super::browser::{App, Person, World, bearer};
use super::real::with_netbox;
use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn each_scope_runs_with_a_netbox_token_of_its_own() {
    with_netbox(|netbox| async move {
        let reader = netbox.user("reader", &["view"]).await;
        let writer = netbox.user("writer", &["view", "add"]).await;
        let (read, write) = (netbox.token(&reader).await, netbox.token(&writer).await);
        let config = Config::new(&format!(
            r#"{}
[upstream]
tokens = {{ read = {{ env = "OF_READ" }}, write = {{ file = "FOLDER/write" }} }}

[access]
people = "local_users"
unregistered_clients = {{ redirect_hosts = ["loopback"], max_scope = "admin", dynamic_registration = true }}
"#,
            netbox.config()
        ));
        std::fs::write(config.file("write"), write).expect("the file is written");
        let environment = [("OF_READ", read.as_str())];
        let Some(server) = Server::start(&["--config", &config.path()], &environment) else {
            return;
        };
        let world = World::new(&server.url);
        let mut person = Person::operator(&server.said);
        let app = App::register(&world).await;
        let read = bearer(&app.tokens(&mut person, "read").await);
        let site = writer.site("home");
        let refused = world.create_site(Some(&read), &site).await;
        assert!(refused.is(403).challenge.contains("scope=\"write\""), "{refused:?}");

        let write = bearer(&app.tokens(&mut person, "read write").await);
        let made = world.create_site(Some(&write), &site).await;
        assert_eq!(netbox.author_of_site(&site).await, writer.name, "{made:?}");
        // The one sees what its token sees, and the other what its own does.
        assert!(world.list_sites(Some(&write)).await.is(200).body.contains(&site));
        assert!(!world.list_sites(Some(&read)).await.is(200).body.contains(&site));
        // NetBox's refusal of what is outside of the token's permissions reaches the agent.
        let refused = world.create_site(Some(&write), &reader.site("home")).await;
        assert!(refused.is(200).body.contains("403"), "{refused:?}");

        // There is no token for what administrators do, and no such scope to be had.
        let granted = app.tokens(&mut person, "read write admin").await;
        let tools = world.rpc(Some(&bearer(&granted)), "tools/list", serde_json::json!({})).await;
        assert!(!tools.is(200).body.contains("objectpermission"), "{tools:?}");
    })
    .await;
}
