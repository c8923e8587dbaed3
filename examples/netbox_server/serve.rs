//! HTTP: accept, serve, and end cleanly. And standard input and output.

use std::sync::{Arc, Once};
use std::time::Duration;

use anyhow::{Context as _, Result};
use futures_util::future::{join_all, try_join_all};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use mcp_protocol::http::McpService;
use mcp_protocol::stdio::StdioServer;
use mcp_protocol::tool::ToolServer as _;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::access::{Access, Served, keep_house};
use crate::config::Config;
use crate::endpoint::Endpoint;
use crate::options::Options;
use crate::{Settings, banner};

/// Serves until Ctrl-C or SIGTERM, then lets what is under way end.
pub(crate) async fn serve(
    mut endpoints: Vec<Endpoint>,
    access: &Access,
    settings: &Settings,
    options: &Options,
    config: &Config,
) -> Result<()> {
    access.check(settings, &endpoints)?;
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("failed to listen on {}", settings.listen))?;
    let listen = listener.local_addr()?;
    let settings = Settings { listen, ..settings.clone() };
    for endpoint in &mut endpoints {
        endpoint.settings.listen = listen;
    }
    let served = access.protect(&endpoints, &settings, config)?;
    let people = served.server.clone();
    banner::listening(&settings, &endpoints, access);

    let accepting = accept(listener, served, &endpoints);
    let running = try_join_all(endpoints.iter().map(|endpoint| {
        let first = Once::new();
        endpoint.run(options, move |netbox| {
            banner::ready(netbox, access);
            first.call_once(|| banner::connect(endpoint, access));
        })
    }));
    tokio::select! {
        ended = accepting => ended,
        failed = running => failed.map(drop),
        never = keep_house(people) => match never {},
    }
}

/// Serves one client until its input ends. It gets the tools of every NetBox that is there in time,
/// and is told of the others.
pub(crate) async fn stdio(endpoint: &Endpoint, access: &Access, options: &Options) -> Result<()> {
    let n_ready = Semaphore::new(0);
    let running = endpoint.run(options, |_| n_ready.add_permits(1));
    let serving = async {
        let n_all = u32::try_from(endpoint.netboxes.len()).unwrap_or(u32::MAX);
        let _first = n_ready.acquire().await;
        let _all = tokio::time::timeout(OTHERS, n_ready.acquire_many(n_all - 1)).await;
        let stdio = StdioServer::new(Arc::clone(&endpoint.server));
        let served = stdio.with_auth(access.of_the_process()).serve_process().await;
        served.context("failed to serve standard input and output")
    };
    tokio::select! {
        served = serving => served,
        failed = running => failed,
    }
}

/// Accepts connections until the process is told to end.
async fn accept(listener: TcpListener, served: Served, endpoints: &[Endpoint]) -> Result<()> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(HEADER_TIMEOUT));
    let graceful = GracefulShutdown::new();
    let mut ended = std::pin::pin!(told_to_end());
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
            () = &mut ended => break,
        };
        let service = TowerToHyperService::new(served.protected.clone());
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    for changes in endpoints.iter().filter_map(|endpoint| endpoint.server.list_changes()) {
        changes.end();
    }
    tracing::info!("ending; what is under way has {LAST_CALLS:?}");
    let ending = async {
        graceful.shutdown().await;
        // Those that nobody waits for any more, too.
        join_all(served.services.iter().map(McpService::calls_ended)).await;
    };
    if tokio::time::timeout(LAST_CALLS, ending).await.is_err() {
        tracing::warn!("connections were still open, or calls under way");
    }
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM.
async fn told_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<Option<()>>();
    tokio::select! {
        _ = interrupted => {}
        _ = terminated => {}
    }
}

/// How long a client on standard input and output waits for the rest of several NetBoxes.
const OTHERS: Duration = Duration::from_secs(5);

/// How long a client may take to send the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait after a connection could not be accepted, such as when files have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long calls under way may still take when the process is told to end.
const LAST_CALLS: Duration = Duration::from_secs(10);
