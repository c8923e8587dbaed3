//! The scheme and host under which a request reached the server, where a proxy stands in front.
//!
//! Without a proxy that is trusted, nothing that a request says changes an address that is given
//! out. With one, [`TrustedProxies`] is a layer before ours, which puts the [`PublicOrigin`] into
//! the request's extensions: then the issuer, the metadata and the challenges of that request are those
//! of the public name, while tokens stay those of the resource as it is configured. So a tunnel may
//! have another name each time.
//!
//! ```
//! use http::HeaderMap;
//! use oauth::TrustedProxies;
//!
//! let proxies = TrustedProxies::new(1, ["*.tunnel.example"]);
//! let mut headers = HeaderMap::new();
//! headers.insert("x-forwarded-proto", "https".parse()?);
//! headers.insert("x-forwarded-host", "blue.tunnel.example".parse()?);
//! let origin = proxies.public_origin(&headers).unwrap();
//! assert_eq!(origin.as_str(), "https://blue.tunnel.example");
//! headers.insert("x-forwarded-host", "evil.example".parse()?);
//! assert_eq!(proxies.public_origin(&headers), None);
//! # Ok::<(), http::header::InvalidHeaderValue>(())
//! ```

use http::HeaderMap;
use http::uri::Authority;

mod layer;

pub use layer::BehindProxies;

/// The scheme and host under which clients reach the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicOrigin(String);

impl PublicOrigin {
    /// The origin, as clients write it: `https://mcp.example`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address that is meant, where `configured` is an address of ours below `origin`.
    pub(crate) fn rebase(&self, configured: &str, origin: &str) -> Option<String> {
        let path = configured.strip_prefix(origin)?;
        let is_below = path.is_empty() || path.starts_with('/');
        is_below.then(|| format!("{}{path}", self.0))
    }
}

/// How many proxies stand in front, and which names they may give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    hops: usize,
    hosts: Vec<String>,
}

impl TrustedProxies {
    /// Believes the header that the last of `hops` proxies wrote, counted from the server, for these
    /// hosts: a name, or `*.` and a domain. With 0, nothing is believed.
    pub fn new<S: Into<String>>(hops: usize, hosts: impl IntoIterator<Item = S>) -> Self {
        let hosts = hosts.into_iter().map(|host| host.into().to_ascii_lowercase()).collect();
        Self { hops, hosts }
    }

    /// The hosts that are allowed, as patterns.
    #[must_use]
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// The origin that the proxies say a request was sent to: over TLS, to a host that is allowed.
    #[must_use]
    pub fn public_origin(&self, headers: &HeaderMap) -> Option<PublicOrigin> {
        let scheme = self.believed(headers, "x-forwarded-proto")?;
        let host = self.believed(headers, "x-forwarded-host")?.to_ascii_lowercase();
        if !scheme.eq_ignore_ascii_case("https") {
            return None;
        }
        let authority: Authority = host.parse().ok()?;
        let is_plain = authority.host().bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
        });
        let is_allowed = self.hosts.iter().any(|pattern| allows(pattern, authority.host()));
        if !is_plain || !is_allowed || authority.as_str().contains('@') {
            return None;
        }
        // Clients leave out the port that the scheme implies.
        let authority = authority.as_str();
        let authority = authority.strip_suffix(":443").unwrap_or(authority);
        Some(PublicOrigin(format!("https://{authority}")))
    }

    /// What the outermost trusted proxy wrote: what stands before it, anyone may have written.
    fn believed<'h>(&self, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        let lines = headers.get_all(name).iter();
        let values: Vec<&str> =
            lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).collect();
        let place = self.hops.checked_sub(1)?;
        // Most proxies replace what they are sent, so that there is one value, whatever their number.
        values.iter().rev().nth(place.min(values.len().checked_sub(1)?)).map(|value| value.trim())
    }
}

fn allows(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        None => pattern == host,
        Some(domain) => {
            let label = host.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.'));
            label.is_some_and(|label| !label.is_empty())
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::TrustedProxies;

    #[track_caller]
    fn check(hops: usize, proto: &str, host: &[&str], expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert("host", "evil.example".parse().unwrap());
        headers.insert("x-forwarded-proto", proto.parse().unwrap());
        for host in host {
            headers.append("x-forwarded-host", host.parse().unwrap());
        }
        let proxies = TrustedProxies::new(hops, ["mcp.example", "*.Tunnel.example"]);
        let origin = proxies.public_origin(&headers);
        assert_eq!(origin.as_ref().map(super::PublicOrigin::as_str), expected);
    }

    #[test]
    fn only_what_a_trusted_proxy_wrote_is_believed() {
        check(0, "https", &["mcp.example"], None);
        check(1, "https", &["mcp.example"], Some("https://mcp.example"));
        check(1, "https", &["MCP.example:443"], Some("https://mcp.example"));
        check(1, "https", &["mcp.example:8443"], Some("https://mcp.example:8443"));
        check(1, "https", &["a.b.tunnel.example"], Some("https://a.b.tunnel.example"));
        // What the client wrote stands before what the proxy wrote.
        check(1, "https", &["evil.example, mcp.example"], Some("https://mcp.example"));
        check(1, "https", &["evil.example", "mcp.example"], Some("https://mcp.example"));
        check(1, "https", &["mcp.example, evil.example"], None);
        check(2, "https", &["evil.example, mcp.example, inner"], Some("https://mcp.example"));
        for host in [
            "evil.example",
            "tunnel.example",
            ".tunnel.example",
            "xtunnel.example",
            "",
            "mcp.example.evil.example",
            "evil@mcp.example",
            "mcp.example/x",
            "mcp.example\"x",
        ] {
            check(1, "https", &[host], None);
        }
        check(1, "http", &["mcp.example"], None);
        check(1, "https", &[], None);
    }
}
