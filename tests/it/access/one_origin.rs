//! NetBox and the endpoint under one name, behind nginx, as docs/netbox.md says: its two blocks are
//! what is run here, with the addresses of this machine.

use std::env;
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Certificate;
use serde_json::json;

use super::Config;
use super::browser::{App, Person, Proof, World, bearer};
use super::real::{PASSWORD, with_netbox};
use crate::server::{Server, free_address};

/// A running nginx, ended when it is dropped.
struct Nginx(Child);

impl Nginx {
    /// Starts it with this server block, and waits until it listens there.
    fn start(program: &PathBuf, folder: &Config, server: &str, address: &str) -> Self {
        let text = format!(
            "daemon off;\nuser root;\npid FOLDER/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n\
             access_log off;\nclient_body_temp_path FOLDER/body;\nproxy_temp_path FOLDER/proxy;\n\
             fastcgi_temp_path FOLDER/fastcgi;\nuwsgi_temp_path FOLDER/uwsgi;\n\
             scgi_temp_path FOLDER/scgi;\n{server}\n}}\n"
        );
        let file = folder.file("nginx.conf");
        let text = text.replace("FOLDER", &folder.file("").display().to_string());
        fs::write(&file, text).expect("the file is written");
        let child = Command::new(program).arg("-e").arg("stderr").arg("-c").arg(file).spawn();
        let mut nginx = Self(child.expect("nginx starts"));
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(address).is_err() {
            let ended = nginx.0.try_wait().expect("it can be waited for");
            assert!(ended.is_none() && Instant::now() < until, "nginx does not listen: {ended:?}");
            thread::sleep(Duration::from_millis(20));
        }
        nginx
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end when it is asked to, and would not when it is killed.
        let pid = self.0.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.0.wait();
    }
}

/// The block of this language, with what is said here in place of the guide's.
fn block(language: &str, replaced: &[(&str, &str)]) -> String {
    let guide = include_str!("../../../docs/netbox.md");
    let (_, section) = guide.split_once("## One origin").expect("the section");
    let (_, block) = section.split_once(&format!("```{language}\n")).expect("a block");
    let mut block = block.split("```").next().unwrap_or_default().to_owned();
    for (of_guide, here) in replaced {
        assert!(block.contains(of_guide), "{of_guide} is not in the block");
        block = block.replace(of_guide, here);
    }
    block
}

/// A certificate of `localhost`, of an authority that only the tests trust.
const CERTIFICATE: &[u8] = include_bytes!("../../../crates/oauth/tests/it/tls/certificate.der");
const KEY: &[u8] = include_bytes!("../../../crates/oauth/tests/it/tls/key.der");
const AUTHORITY: &[u8] = include_bytes!("../../../crates/oauth/tests/it/tls/authority.der");

fn pem(title: &str, der: &[u8]) -> String {
    format!("-----BEGIN {title}-----\n{}\n-----END {title}-----\n", STANDARD.encode(der))
}

#[tokio::test(flavor = "multi_thread")]
async fn netbox_and_the_endpoint_stand_under_one_name() {
    let Some(nginx) = env::var_os("MCP_DISPATCH_NGINX").map(PathBuf::from) else {
        return crate::skipped("no nginx: MCP_DISPATCH_NGINX is not set");
    };
    with_netbox(|netbox| async move {
        let (public, ours) = (free_address(), free_address());
        let port = public.rsplit(':').next().expect("a port");
        let origin = format!("https://localhost:{port}");
        let config = block(
            "toml",
            &[
                ("127.0.0.1:8080", &ours),
                ("https://netbox.example.com", &origin),
                ("[netbox]\nurl = \"http://127.0.0.1:8001\"", &netbox.config()),
                ("netbox-access.db", "FOLDER/access.db"),
            ],
        );
        let config = Config::new(&config);
        let (certificate, key) = (config.file("certificate.pem"), config.file("key.pem"));
        fs::write(&certificate, pem("CERTIFICATE", CERTIFICATE)).expect("the file is written");
        fs::write(&key, pem("PRIVATE KEY", KEY)).expect("the file is written");
        let server = block(
            "nginx",
            &[
                ("listen 443 ssl", &format!("listen {public} ssl")),
                ("server_name netbox.example.com", "server_name localhost"),
                ("/etc/ssl/netbox.example.com.pem", &certificate.display().to_string()),
                ("/etc/ssl/netbox.example.com.key", &key.display().to_string()),
                ("http://127.0.0.1:8080", &format!("http://{ours}")),
                ("http://127.0.0.1:8001", netbox.url()),
            ],
        );
        let access_key = STANDARD.encode([7; 32]);
        let environment = [("NETBOX_TOKEN", netbox.admin()), ("ACCESS_KEY", access_key.as_str())];
        let Some(_server) = Server::start_on(&["--config", &config.path()], &environment) else {
            return;
        };
        let _nginx = Nginx::start(&nginx, &config, &server, &public);
        let new_world = || {
            let authority = Certificate::from_der(AUTHORITY).expect("a certificate");
            let http = reqwest::Client::builder().tls_certs_only([authority]);
            World::with(http, &format!("{origin}/api/mcp"))
        };
        let world = new_world();

        // NetBox is where it was, with what it has below the same paths.
        let page = world.get("/login/").await;
        assert!(page.is(200).body.contains("csrfmiddlewaretoken"), "{page:?}");
        world.get("/api/").await.is(403);
        let there = world.get("/oauth/complete/nobody/").await;
        assert!(there.is(404).body.contains("data-netbox-version"), "{there:?}");
        for path in ["oauth-authorization-server", "openid-configuration"] {
            let metadata = world.get(&format!("/.well-known/{path}")).await;
            assert_eq!(metadata.is(200).json()["issuer"], origin.as_str());
        }
        world.get("/.well-known/oauth-protected-resource").await.is(200);

        // From the endpoint's 401 to a call, as a user of NetBox.
        let ada = netbox.user("ada", &["view", "add"]).await;
        let mut person = Person::of_netbox(&ada.name, PASSWORD);
        let stranger = App::register(&world).await;
        let tokens = stranger.tokens(&mut person, "read write").await;
        assert_eq!(tokens["scope"], "read");
        world.list_sites(Some(&bearer(&tokens))).await.is(200);
        let app = App::registered(&world, "workbench", Proof::None).await;
        let tokens = app.tokens(&mut person, "read").await;
        let site = ada.site("home");
        let refused = world.create_site(Some(&bearer(&tokens)), &site).await;
        let metadata = format!("{origin}/.well-known/oauth-protected-resource/api/mcp");
        assert!(refused.is(403).challenge.contains(&metadata), "{refused:?}");
        let tokens = app.tokens(&mut person, "read write").await;
        let made = world.create_site(Some(&bearer(&tokens)), &site).await;
        assert_eq!(netbox.author_of_site(&site).await, ada.name, "{made:?}");
        let seen = world.list_sites(Some(&bearer(&tokens))).await;
        assert!(seen.is(200).body.contains(&site), "{seen:?}");
        let fresh = app.refresh(&tokens).await.is(200).json();

        // No header of a client's makes another name of it.
        let mut forging = new_world();
        forging.headers = vec![
            ("x-forwarded-host", "evil.example".to_owned()),
            ("x-forwarded-proto", "http".to_owned()),
            ("forwarded", "host=evil.example".to_owned()),
        ];
        let refused = forging.rpc(None, "tools/list", json!({})).await;
        assert!(refused.is(401).challenge.contains(&metadata), "{refused:?}");

        person.take_away(&world, &stranger.client_id).await;
        world.list_sites(Some(&bearer(&fresh))).await.is(200);
        person.take_away(&world, &app.client_id).await;
        world.list_sites(Some(&bearer(&fresh))).await.is(401);
        assert!(netbox.tokens(&ada).await.is_empty());
    })
    .await;
}
