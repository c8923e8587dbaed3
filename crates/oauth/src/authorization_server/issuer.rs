//! The issuer: the one address that everything else follows from (RFC 8414, section 2).

use url::{Host, Url};

use crate::error::Error;
use crate::public_origin::PublicOrigin;

/// The name and address of an authorization server, kept to the letter: clients compare it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Issuer {
    text: String,
    origin: String,
    path: String,
    is_https: bool,
    is_loopback: bool,
}

impl Issuer {
    pub(super) fn new(text: &str) -> Result<Self, Error> {
        let refused = |why| Error::issuer(text, why);
        let url = Url::parse(text).map_err(|_| refused("it is no address"))?;
        let host = url.host().ok_or_else(|| refused("it has no host"))?.to_owned();
        let is_loopback = is_loopback(&host);
        let is_https = url.scheme() == "https";
        if !(is_https || url.scheme() == "http" && is_loopback) {
            return Err(refused("it must be https, or http on loopback"));
        }
        if url.query().is_some() || url.fragment().is_some() || text.contains(['?', '#']) {
            return Err(refused("it has a query or a fragment"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it holds a user name"));
        }
        if text.ends_with('/') {
            return Err(refused("it ends with a slash, which clients do not compare alike"));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        let origin = url.origin().ascii_serialization();
        if format!("{origin}{path}") != text {
            let why = "it is not written as clients write it: in lower case, without the port that \
                       its scheme implies, with its path escaped";
            return Err(refused(why));
        }
        Ok(Self { text: text.to_owned(), origin, path, is_https, is_loopback })
    }

    /// The issuer under another origin.
    pub(super) fn at(&self, public: &PublicOrigin) -> Option<Self> {
        Self::new(&public.rebase(&self.text, &self.origin)?).ok()
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) const fn is_https(&self) -> bool {
        self.is_https
    }

    pub(super) const fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// The path of one of our endpoints.
    pub(super) fn path_of(&self, endpoint: &str) -> String {
        format!("{}{endpoint}", self.path)
    }

    /// The address of one of our endpoints.
    pub(super) fn url_of(&self, endpoint: &str) -> String {
        format!("{}{endpoint}", self.text)
    }

    /// Where clients look for the metadata: RFC 8414, section 3.1, the same with the suffix of
    /// OpenID, and where OpenID itself looks.
    pub(super) fn metadata_paths(&self) -> Vec<String> {
        let path = &self.path;
        let mut paths = vec![
            format!("/.well-known/oauth-authorization-server{path}"),
            format!("/.well-known/openid-configuration{path}"),
        ];
        if !path.is_empty() {
            paths.push(format!("{path}/.well-known/openid-configuration"));
        }
        paths
    }
}

/// Whether a host is this machine (RFC 8252, section 7.3), its name included.
pub(super) fn is_loopback(host: &Host<impl AsRef<str>>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::Issuer;

    #[test]
    fn an_issuer_is_kept_to_the_letter_or_refused() {
        for good in [
            "https://mcp.example",
            "https://mcp.example:8443/t1",
            "http://127.0.0.1:8080",
            "http://localhost:8080/a/b",
            "http://[::1]:8080",
        ] {
            assert_eq!(Issuer::new(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "mcp.example",
            "http://mcp.example",
            "http://127.0.0.1.mcp.example",
            "https://mcp.example/",
            "https://mcp.example?",
            "https://mcp.example/#",
            "https://MCP.example",
            "https://mcp.example:443",
            "https://user@mcp.example",
            "https://mcp.example/a/../b",
            "ftp://mcp.example",
        ] {
            assert!(Issuer::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_path_is_inserted() {
        let paths = Issuer::new("https://mcp.example/t1").unwrap().metadata_paths();
        let expected = [
            "/.well-known/oauth-authorization-server/t1",
            "/.well-known/openid-configuration/t1",
            "/t1/.well-known/openid-configuration",
        ];
        assert_eq!(paths, expected);
        assert_eq!(Issuer::new("https://mcp.example").unwrap().metadata_paths().len(), 2);
    }
}
