//! The authorization server that the suite is run against, and the person who would be asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use axum::Router;
use http::Uri;
use oauth::UnixTime;
use oauth::authorization_server::{
    AuthorizationServer, HttpFetcher, Options, SystemResolver, UnregisteredClients,
};
use oauth::resource_owner::AutoApprove;
use oauth::store::{Client, MemoryStore};

/// An authorization server on loopback, which approves what it is asked; it runs until the program
/// ends.
pub(super) struct Issuer {
    url: String,
}

impl Issuer {
    /// Starts the server.
    pub(super) fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let client = Client::new(CLIENT, "The conformance suite", UnixTime::now())
            .with_redirect_uris(["http://127.0.0.1/callback"])
            .with_max_scopes(["read"]);
        let options = Options::new(&url, format!("{url}/mcp"))
            .with_client(client)
            .with_unregistered_clients(UnregisteredClients::new(["loopback"], ["read"]));
        let everyone = AutoApprove::on_loopback(Ipv4Addr::LOCALHOST.into(), ["read"])?;
        let server = AuthorizationServer::new(options, everyone, Arc::new(MemoryStore::new()))?
            .with_documents(SystemResolver, HttpFetcher::new());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        thread::spawn(move || {
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, Router::new().fallback_service(server)).await
            })
        });
        Ok(Self { url })
    }

    /// Runs the scenarios of one revision, with results in `folder`.
    pub(super) fn put_to_the_test(
        &self,
        mut suite: Command,
        revision: &str,
        folder: &Path,
    ) -> Result<()> {
        let resource = format!("{}/mcp", self.url);
        suite.args(["authorization", "--url", &self.url, "--client-id", CLIENT]);
        suite.args(["--resource", &resource, "--spec-version", revision]);
        suite.args(["--port", &free_port()?.to_string(), "-o"]).arg(folder);
        suite.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut suite = suite.spawn().context("failed to start the conformance suite")?;
        let Some(output) = suite.stdout.take() else {
            bail!("failed to read what the conformance suite prints");
        };
        let authorize = format!("{}/oauth/authorize?", self.url);
        let browsed = BufReader::new(output).lines().try_for_each(|line| {
            let line = line?;
            // It prints the address that a person is to open.
            let Some(at) = line.find(&authorize) else { return Ok(()) };
            let address = line[at..].split_whitespace().next().unwrap_or_default();
            browse(address).with_context(|| format!("failed to open {address}"))
        });
        if browsed.is_err() {
            suite.kill()?;
        }
        // The reviewed list knows what must succeed.
        suite.wait()?;
        browsed
    }
}

/// Opens an address as a browser does, and goes where it leads.
fn browse(address: &str) -> Result<()> {
    let mut next = Some(address.to_owned());
    for _ in 0..MAX_HOPS {
        let Some(address) = next else { return Ok(()) };
        next = get(&address)?;
    }
    bail!("it leads on and on")
}

/// Asks for what is at an address on loopback; returns where that leads.
fn get(address: &str) -> Result<Option<String>> {
    let uri: Uri = address.parse()?;
    let authority = uri.authority().context("it names no host")?.as_str();
    let path = uri.path_and_query().context("it has no path")?;
    let mut stream = connect(authority)?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    let mut locations = headers.filter(|(name, _)| name.eq_ignore_ascii_case("location"));
    Ok(locations.next().map(|(_, to)| to.trim().to_owned()))
}

/// Connects, also to what is about to listen: the suite prints an address just before it does.
fn connect(authority: &str) -> Result<TcpStream> {
    let until = Instant::now() + PATIENCE;
    loop {
        match TcpStream::connect(authority) {
            Err(_) if Instant::now() < until => thread::sleep(Duration::from_millis(50)),
            outcome => return outcome.with_context(|| format!("failed to connect to {authority}")),
        }
    }
}

/// A port for the suite to listen on.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

const CLIENT: &str = "conformance";
const MAX_HOPS: usize = 10;
const PATIENCE: Duration = Duration::from_secs(10);
