//! HTTP: accept, serve, and end cleanly.

use std::time::Duration;

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use mcp_protocol::tool::ToolServer as _;
use tokio::net::TcpListener;

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
    let Served { protected, server: people } = access.protect(&endpoints, &settings, config)?;
    banner::listening(&settings, &endpoints, access);

    let accepting = accept(listener, protected, &endpoints);
    let running = try_join_all(endpoints.iter().map(|endpoint| endpoint.run(options, access)));
    tokio::select! {
        ended = accepting => ended,
        failed = running => failed.map(drop),
        never = keep_house(people) => match never {},
    }
}

/// Accepts connections until the process is told to end.
async fn accept(
    listener: TcpListener,
    service: crate::access::Protected,
    endpoints: &[Endpoint],
) -> Result<()> {
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
        let service = TowerToHyperService::new(service.clone());
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
    if tokio::time::timeout(LAST_CALLS, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections were still open");
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

/// How long a client may take to send the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait after a connection could not be accepted, such as when files have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long calls under way may still take when the process is told to end.
const LAST_CALLS: Duration = Duration::from_secs(10);
