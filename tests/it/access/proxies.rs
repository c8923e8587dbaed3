//! Behind a proxy: what it says of a request counts where it is trusted, and nowhere else.

use crate::access::Config;
use crate::access::browser::{App, Person, World, bearer};
use crate::server::Server;

const ACCESS: &str = r#"
[access]
people = "local_users"
unregistered_clients = { redirect_hosts = ["loopback"], max_scope = "write", dynamic_registration = true }
"#;

fn forwarded(host: &str) -> Vec<(&'static str, String)> {
    vec![("x-forwarded-proto", "https".to_owned()), ("x-forwarded-host", host.to_owned())]
}

#[tokio::test]
async fn addresses_follow_a_trusted_proxy() {
    let config =
        Config::new(&format!("trusted_hops = 1\nallowed_hosts = [\"*.tunnel.example\"]\n{ACCESS}"));
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let mut world = World::new(&server.url);
    let mut person = Person::operator(&server.said);
    let token = {
        let app = App::register(&world).await;
        bearer(&app.tokens(&mut person, "read").await)
    };
    let path = "/.well-known/oauth-authorization-server";
    for (host, issuer) in [
        ("blue.tunnel.example", "https://blue.tunnel.example".to_owned()),
        ("red.tunnel.example", "https://red.tunnel.example".to_owned()),
        ("evil.example", world.origin()),
    ] {
        world.headers = forwarded(host);
        assert_eq!(world.get(path).await.json()["issuer"], issuer, "{host}");
        let refused = world.create_site(Some(&token), "romulus").await;
        let metadata = format!("resource_metadata=\"{issuer}/.well-known/");
        assert!(refused.is(403).challenge.contains(&metadata), "{refused:?}");
        let refused = world.list_sites(None).await;
        assert!(refused.is(401).challenge.contains(&metadata), "{refused:?}");
    }
    // The proxy may pass the name on as the host, too.
    world.headers = forwarded("blue.tunnel.example");
    world.headers.push(("host", "blue.tunnel.example".to_owned()));
    world.list_sites(Some(&token)).await.is(200);
    world.headers = vec![("host", "evil.example".to_owned())];
    world.list_sites(Some(&token)).await.is(403);
}

#[tokio::test]
async fn forged_headers_change_nothing_without_one() {
    let config = Config::new(ACCESS);
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let mut world = World::new(&server.url);
    let path = "/.well-known/oauth-authorization-server";
    let plain = world.get(path).await.body;
    for host in ["blue.tunnel.example", "localhost:1", "evil.example"] {
        world.headers = forwarded(host);
        assert_eq!(world.get(path).await.body, plain);
        world.headers.push(("host", host.to_owned()));
        world.headers.push(("forwarded", format!("host={host};proto=https")));
        let named = world.get(path).await;
        assert!(named.body == plain || named.status.is_client_error(), "{named:?}");
        let refused = world.list_sites(None).await;
        assert!(refused.is(401).challenge.contains(&world.origin()), "{refused:?}");
    }
}
