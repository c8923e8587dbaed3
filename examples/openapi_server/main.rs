//! Any API with an OpenAPI document, for MCP clients: a document, a policy file, an address.
//!
//! ```text
//! API_TOKEN=... openapi_server --document shop.json --policy shop.toml --url https://shop.example \
//!     --header "Authorization: Token {API_TOKEN}"
//! ```
//!
//! It listens on loopback and takes one token, which it prints. `--list` only says what the document
//! compiles to, for writing a policy. `docs/another-api.md` is the way from a document to this.

use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use axum::Router;
use bytes::Bytes;
use clap::Parser;
use dispatch_core::backend::{HttpBackend, HttpBackendOptions};
use dispatch_core::compile::compile;
use dispatch_core::policy::Policy;
use dispatch_core::{Backend, Catalog, Dispatcher, Document, Tier};
use http::Request;
use http::header::{HeaderName, HeaderValue};
use mcp_protocol::auth::ScopeSet;
use mcp_protocol::http::McpService;
use oauth::resource_server::{AccessLayer, ResourceMetadata};
use oauth::{NewToken, OsEntropy, StaticTokenRules, StaticTokens, UnixTime, Verifiers};
use tokio::net::TcpListener;
use tower::{Layer as _, ServiceBuilder};

/// Any API with an OpenAPI document, for MCP clients.
#[derive(Debug, Parser)]
struct Options {
    /// The API's OpenAPI document, JSON or YAML.
    #[arg(long, value_name = "FILE")]
    document: PathBuf,

    /// What the document does not say, and where it is wrong.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// Say what the document compiles to, and end.
    #[arg(long)]
    list: bool,

    /// Where the API is.
    #[arg(long, required_unless_present = "list")]
    url: Option<String>,

    /// A header of every request, such as `Authorization: Token {API_TOKEN}`; what stands in braces
    /// is a variable of the environment, since everyone on the machine can read arguments.
    #[arg(long)]
    header: Vec<String>,

    /// How much clients may do: read, write or admin.
    #[arg(long, default_value = "read", value_parser = tier)]
    scope: Tier,

    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8082")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: failed to {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let catalog = catalog(&options.document, options.policy.as_deref())?;
    let Some(url) = options.url.as_ref().filter(|_| !options.list) else {
        print!("{}", catalog.listing());
        return Ok(());
    };
    let headers: Vec<(HeaderName, HeaderValue)> =
        options.header.iter().map(|header| read_header(header)).collect::<Result<_, _>>()?;
    let with_headers = move |mut request: Request<Bytes>| {
        request.headers_mut().extend(headers.iter().cloned());
        request
    };
    let backend = HttpBackend::new(url, HttpBackendOptions::default())?;
    let backend = ServiceBuilder::new().map_request(with_headers).service(backend);

    let listener = TcpListener::bind(options.listen).await?;
    let endpoint = format!("http://{}/mcp", listener.local_addr()?);
    println!("listening on {endpoint}");
    let (token, router) = protected(Dispatcher::new(catalog, backend), options.scope, &endpoint)?;
    println!("access token, scope {}, shown this once:\n  {token}", options.scope);
    axum::serve(listener, router).await?;
    Ok(())
}

/// The document under the policy.
fn catalog(document: &Path, policy: Option<&Path>) -> Result<Catalog, Box<dyn Error>> {
    let policy = match policy {
        Some(path) => Policy::from_toml(&String::from_utf8(read(path)?)?)?,
        None => Policy::default(),
    };
    let compiled = compile(&Document::parse(&read(document)?)?, &policy)?;
    for remark in &compiled.diagnostics {
        eprintln!("{remark}");
    }
    Ok(compiled.catalog)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("read {}: {error}", path.display()))
}

/// The endpoint behind one token that is made now.
fn protected(
    dispatcher: Dispatcher<impl Backend>,
    scope: Tier,
    endpoint: &str,
) -> Result<(String, Router), Box<dyn Error>> {
    let mut tokens = StaticTokens::new(StaticTokenRules::default());
    let new = NewToken::new("made at start", ScopeSet::from([scope.as_str()]));
    let token = tokens.issue(new, UnixTime::now(), &OsEntropy)?.1;
    let metadata = ResourceMetadata::new(endpoint)?;
    let layer = AccessLayer::new(Verifiers::new().then(tokens), metadata);
    let service = layer.layer(McpService::new(dispatcher).with_path("/mcp"));
    Ok((token.expose().to_owned(), Router::new().fallback_service(service)))
}

/// A header, with the variables of the environment that it names.
fn read_header(text: &str) -> Result<(HeaderName, HeaderValue), Box<dyn Error>> {
    let (name, value) = text.split_once(':').ok_or("read --header: a header is `Name: value`")?;
    let (mut full, mut rest) = (String::new(), value.trim());
    while let Some((before, variable, after)) = braced(rest) {
        let secret =
            std::env::var(variable).map_err(|_| format!("read --header: {variable} is not set"))?;
        full += before;
        full += secret.trim();
        rest = after;
    }
    full += rest;
    let mut value = HeaderValue::from_str(&full)?;
    value.set_sensitive(true);
    Ok((name.trim().parse()?, value))
}

fn braced(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (variable, after) = rest.split_once('}')?;
    Some((before, variable, after))
}

fn tier(name: &str) -> Result<Tier, String> {
    let tier = Tier::ALL.into_iter().find(|tier| tier.as_str() == name);
    tier.ok_or_else(|| "expected read, write or admin".to_owned())
}
