//! HTTP: accept, serve, and end cleanly.

use std::convert::Infallible;
use std::time::Duration;

use anyhow::{Context as _, Result};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use mcp_protocol::http::McpService;
use tokio::net::TcpListener;

use crate::access::{Access, Served, keep_house};
use crate::config::Config;
use crate::options::Options;
use crate::upstream::Upstream;
use crate::{HEALTH_PATH, Server, Settings, banner, catalog};

/// Serves until Ctrl-C or SIGTERM, then lets what is under way end.
pub(crate) async fn serve(
    server: Server,
    upstream: Upstream,
    access: Access,
    settings: &Settings,
    options: &Options,
    config: &Config,
) -> Result<()> {
    access.check(settings)?;
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("failed to listen on {}", settings.listen))?;
    let settings = Settings { listen: listener.local_addr()?, ..settings.clone() };
    let mcp = service(&server, &settings, config)?;
    let Served { protected, server: people } = access.protect(mcp, &settings, config)?;
    banner::listening(&settings, &upstream, &access);

    let accepting = accept(listener, protected);
    let starting = async {
        catalog::load(&server, &upstream, options, config).await?;
        banner::ready(&server, &settings, &access, &config.surface.options(options));
        std::future::pending::<Result<Infallible>>().await
    };
    tokio::select! {
        ended = accepting => ended,
        failed = starting => failed.map(|never| match never {}),
        never = keep_house(people) => match never {},
    }
}

fn service(server: &Server, settings: &Settings, config: &Config) -> Result<McpService<Server>> {
    let mut mcp =
        McpService::new(server.clone()).with_path(&settings.path).with_health_path(HEALTH_PATH);
    if let Some(url) = &settings.public_url {
        mcp = mcp.with_public_url(url).with_context(|| format!("public_url = {url:?}"))?;
    }
    if !config.allowed_hosts.is_empty() {
        mcp = mcp.with_allowed_hosts(&config.allowed_hosts).context("allowed_hosts")?;
    }
    if !config.allowed_origins.is_empty() {
        mcp = mcp.with_allowed_origins(&config.allowed_origins).context("allowed_origins")?;
    }
    Ok(mcp)
}

/// Accepts connections until the process is told to end.
async fn accept(listener: TcpListener, service: crate::access::Protected) -> Result<()> {
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
