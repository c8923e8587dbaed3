//! The PostgreSQL store: what it holds outlives a server, and several servers share it.

use std::env;
use std::process;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use super::Config;
use super::balancer::Balancer;
use super::browser::{App, Person, World, bearer};
use super::commands::run;
use crate::server::{Server, example, free_address};

/// The address of an empty schema, in the database for tests.
async fn schema() -> Option<String> {
    let Ok(url) = env::var("MCP_DISPATCH_POSTGRES") else {
        crate::skipped("no PostgreSQL: MCP_DISPATCH_POSTGRES is not set");
        return None;
    };
    let name = format!("server_{}", process::id());
    let mut connection = PgConnection::connect(&url).await.expect("the database answers");
    let sql = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
    connection.execute(AssertSqlSafe(sql)).await.expect("a schema is made");
    connection.close().await.expect("the connection ends");
    Some(format!("{url}?options[search_path]={name}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_share_what_outlives_them() {
    let Some(url) = schema().await else { return };
    if example("netbox_server").is_none() {
        return crate::skipped("the example netbox_server is not built");
    }
    let balancer = Balancer::listen().await;
    let config = Config::new(&format!(
        r#"
public_url = "{}"

[access]
people = "local_users"
store = {{ postgres = {{ file = "FOLDER/database" }} }}
unregistered_clients = {{ redirect_hosts = ["loopback"], max_scope = "write", dynamic_registration = true }}
"#,
        balancer.url
    ));
    std::fs::write(config.file("database"), url).expect("the file is written");
    run(&config, &["user", "add", "ada", "--scope", "write"], "correct horse battery\n");
    let start = || {
        let address = free_address();
        let arguments = ["--config", &config.path(), "--listen", &address];
        let replica = Server::start_on(&arguments, &[]).expect("it is built");
        balancer.add(&address);
        replica
    };

    // Each request meets another replica: a flow that one began, the other ends.
    let replicas = [start(), start()];
    let world = World::new(&format!("{}/api/mcp", balancer.url));
    let app = App::register(&world).await;
    let mut ada = Person::new("ada", "correct horse battery");
    let tokens = app.tokens(&mut ada, "read write").await;
    for slug in ["romulus", "remus"] {
        world.create_site(Some(&bearer(&tokens)), slug).await.is(200);
    }
    let made = run(&config, &["token", "create", "--scope", "read", "--name", "ci"], "");
    let made = format!("Bearer {made}");

    // Whoever comes after them knows the client, the tokens and the person.
    drop(replicas);
    balancer.forget();
    let _replicas = [start(), start()];
    for token in [&made, &bearer(&tokens)] {
        for _ in 0..2 {
            world.list_sites(Some(token)).await.is(200);
        }
    }
    let fresh = app.refresh(&tokens).await.is(200).json();
    let again = app.ask(&mut ada, "read").await;
    app.redeem(&again.param("code")).await.is(200);

    // What one takes back, the other takes no more, at once.
    let token = fresh["refresh_token"].as_str().expect("a refresh token");
    app.post("revocation_endpoint", &[("token", token)]).await.is(200);
    for _ in 0..2 {
        world.list_sites(Some(&bearer(&fresh))).await.is(401);
    }
    app.refresh(&fresh).await.is(400);
}
