//! What an issuer says of itself (RFC 8414; OpenID Connect Discovery 1.0).

use serde::Deserialize;
use url::{Host, Url};

use super::http_client::Unreachable;

/// The metadata of an issuer, as far as it is used.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    issuer: String,
    #[serde(default)]
    pub(super) jwks_uri: Option<String>,
    #[serde(default)]
    pub(super) introspection_endpoint: Option<String>,
    #[serde(default)]
    pub(super) introspection_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) authorization_endpoint: Option<String>,
    #[serde(default)]
    pub(crate) token_endpoint: Option<String>,
    #[cfg(feature = "authorization-server")]
    #[serde(default)]
    pub(crate) token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[cfg(feature = "authorization-server")]
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Reads a document, which must be of this issuer (RFC 8414, section 3.3) and name no address
    /// that could not be trusted.
    pub(super) fn parse(document: &[u8], issuer: &str) -> Result<Self, Unreachable> {
        let wrong = |what: &str| Unreachable::new(format!("use the metadata of {issuer}: {what}"));
        let metadata: Self =
            serde_json::from_slice(document).map_err(|_| wrong("it is no metadata document"))?;
        if metadata.issuer != issuer {
            return Err(wrong("it is of another issuer"));
        }
        let addresses = [
            &metadata.jwks_uri,
            &metadata.introspection_endpoint,
            &metadata.authorization_endpoint,
            &metadata.token_endpoint,
        ];
        if addresses.into_iter().flatten().any(|address| !is_trustworthy(address)) {
            return Err(wrong("it names an address that is not https"));
        }
        Ok(metadata)
    }
}

/// Where the metadata of an issuer may be, in the order in which it is looked for.
pub(super) fn addresses(issuer: &str) -> Vec<String> {
    let Ok(url) = Url::parse(issuer) else { return Vec::new() };
    let origin = url.origin().ascii_serialization();
    let path = url.path().trim_end_matches('/');
    let mut addresses = vec![
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
    ];
    if !path.is_empty() {
        addresses.push(format!("{origin}{path}/.well-known/openid-configuration"));
    }
    addresses
}

/// Whether an answer from this address can be believed: it comes over TLS, or from this machine.
pub(super) fn is_trustworthy(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let is_plain =
        url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    is_plain
        && match (url.scheme(), url.host()) {
            ("https", Some(_)) => true,
            ("http", Some(Host::Domain(name))) => name == "localhost",
            ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
            ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::{Metadata, addresses};

    #[test]
    fn the_metadata_is_looked_for_where_it_may_be() {
        assert_eq!(
            addresses("https://login.example/t1"),
            [
                "https://login.example/.well-known/oauth-authorization-server/t1",
                "https://login.example/.well-known/openid-configuration/t1",
                "https://login.example/t1/.well-known/openid-configuration",
            ]
        );
        assert_eq!(addresses("https://login.example/").len(), 2);
    }

    #[track_caller]
    fn check(document: &str, is_good: bool) {
        let metadata = Metadata::parse(document.as_bytes(), "https://login.example");
        assert_eq!(metadata.is_ok(), is_good, "{document}");
    }

    #[test]
    fn a_document_is_of_its_issuer_and_names_trustworthy_addresses() {
        check(r#"{"issuer":"https://login.example","jwks_uri":"https://keys.example/k"}"#, true);
        check(r#"{"issuer":"https://login.example","jwks_uri":"http://127.0.0.1:1/k"}"#, true);
        check(r#"{"issuer":"https://login.example/"}"#, false);
        check(r#"{"issuer":"https://evil.example"}"#, false);
        check(r#"{"issuer":"https://login.example","jwks_uri":"http://keys.example/k"}"#, false);
        check(
            r#"{"issuer":"https://login.example","jwks_uri":"https://u:p@keys.example/"}"#,
            false,
        );
        check(r#"{"issuer":"https://login.example","token_endpoint":"javascript:x"}"#, false);
        check("[]", false);
        check("<html>", false);
    }
}
