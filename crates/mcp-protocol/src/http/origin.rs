//! The protection against DNS rebinding: which `Host` and `Origin` are answered at all
//! (2026-07-28, Transports, "Security Warning").

use std::net::IpAddr;

use http::header::{HOST, ORIGIN};
use http::request::Parts;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderValue, Uri};

/// Says that a text is no URL, host or origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no {1}")]
pub struct InvalidOrigin(String, &'static str);

/// Holds the hosts and origins that are answered beside loopback, which always is.
///
/// Loopback may stay allowed on a public server: a browser that was lured to another host sends
/// that host's name.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowed {
    hosts: Vec<Host>,
    origins: Vec<Origin>,
}

/// Is a host name, with a port if only that port is meant; `*.` stands for one name or more.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Host {
    name: String,
    port: Option<u16>,
}

/// Is an origin (RFC 6454); the port is spelled out.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

impl Allowed {
    /// Allows the host of `url`, and pages of its origin.
    pub(super) fn add_url(&mut self, url: &str) -> Result<(), InvalidOrigin> {
        let origin =
            Origin::parse(url).ok_or_else(|| InvalidOrigin(url.to_owned(), "absolute http URL"))?;
        self.hosts.push(Host { name: origin.host.clone(), port: None });
        self.origins.push(origin);
        Ok(())
    }

    pub(super) fn add_host(&mut self, host: &str) -> Result<(), InvalidOrigin> {
        let parsed = Host::parse(host).filter(|parsed| {
            let stars = parsed.name.matches('*').count();
            stars == 0 || stars == 1 && parsed.name.starts_with("*.") && parsed.name.len() > 2
        });
        let parsed = parsed.ok_or_else(|| InvalidOrigin(host.to_owned(), "host or host:port"))?;
        self.hosts.push(parsed);
        Ok(())
    }

    pub(super) fn add_origin(&mut self, origin: &str) -> Result<(), InvalidOrigin> {
        let parsed = Origin::parse(origin).ok_or_else(|| {
            InvalidOrigin(origin.to_owned(), "origin such as https://example.com")
        })?;
        self.origins.push(parsed);
        Ok(())
    }

    /// Checks where a request says it goes and which page it says it comes from.
    ///
    /// A request without the headers does not come from a browser, and is not what this is about.
    pub(super) fn check(&self, parts: &Parts) -> Result<(), Refused> {
        for host in hosts(parts) {
            if !host.is_some_and(|host| self.allows_host(&host)) {
                return Err(Refused::Host);
            }
        }
        let mut origins = parts.headers.get_all(ORIGIN).iter();
        if origins.any(|origin| !self.allows_origin(origin)) {
            return Err(Refused::Origin);
        }
        Ok(())
    }

    fn allows_host(&self, host: &Host) -> bool {
        is_loopback(&host.name)
            || self.hosts.iter().any(|allowed| {
                allowed.names(host) && (allowed.port.is_none() || allowed.port == host.port)
            })
    }

    fn allows_origin(&self, origin: &HeaderValue) -> bool {
        origin
            .to_str()
            .ok()
            .and_then(Origin::parse)
            .is_some_and(|origin| is_loopback(&origin.host) || self.origins.contains(&origin))
    }
}

/// Says which header was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Host,
    Origin,
}

/// Returns the page that a request comes from.
pub(super) fn origin_of(headers: &HeaderMap) -> Option<&HeaderValue> {
    headers.get(ORIGIN)
}

/// Yields every host that a request names, `None` for one that cannot be read.
fn hosts(parts: &Parts) -> impl Iterator<Item = Option<Host>> {
    let headers = parts.headers.get_all(HOST).iter();
    let headers = headers.map(|host| host.to_str().ok().and_then(Host::parse));
    // HTTP/2 has the host in the URI.
    headers.chain(parts.uri.authority().map(Host::read))
}

impl Host {
    /// Whether `host` has this name, or one below it where this starts with `*.`.
    fn names(&self, host: &Self) -> bool {
        match self.name.strip_prefix('*') {
            None => self.name == host.name,
            Some(domain) => {
                let label = host.name.strip_suffix(domain);
                label.is_some_and(|label| !label.is_empty())
            }
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::read(&text.trim().parse().ok()?)
    }

    /// Reads `name` or `name:port`; nothing else may stand in a `Host` (RFC 9110 §7.2).
    fn read(authority: &Authority) -> Option<Self> {
        let port = authority.port_u16();
        let has_more = authority.as_str().len() > authority.host().len();
        let is_host = !authority.as_str().contains('@') && (port.is_some() || !has_more);
        is_host.then(|| Self { name: authority.host().to_ascii_lowercase(), port })
    }
}

impl Origin {
    fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.trim().parse().ok()?;
        let scheme = uri.scheme()?;
        let default_port = if *scheme == Scheme::HTTPS {
            443
        } else if *scheme == Scheme::HTTP {
            80
        } else {
            return None;
        };
        let host = Host::read(uri.authority()?)?;
        let port = Some(host.port.unwrap_or(default_port));
        Some(Self { scheme: scheme.as_str().to_owned(), host: host.name, port })
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
