//! Where answers may be sent.
//!
//! An address is `https`, or `http` on loopback. It is compared to the letter, but on loopback the
//! port is the client's to choose (RFC 8252, section 7.3), for `localhost` too, since clients list
//! it without a port and use one.

use std::fmt;

use url::{Host, Url};

use super::issuer::is_loopback;

/// An address that answers may be sent to.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct RedirectUri {
    text: String,
    url: Url,
}

impl RedirectUri {
    /// Reads an address, or says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.len() > MAX_BYTES {
            return Err("the redirect URI is too long");
        }
        // The parser would drop or mend these, and browsers mend them in their own ways.
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>`".contains(&byte);
        if !text.bytes().all(is_plain) {
            return Err("the redirect URI holds characters that must be escaped");
        }
        let url = Url::parse(text).map_err(|_| "the redirect URI is no address")?;
        if text.contains('#') {
            return Err("the redirect URI has a fragment");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the redirect URI holds a user name");
        }
        let Some(host) = url.host() else { return Err("the redirect URI has no host") };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            "http" => return Err("the redirect URI must be https, or on loopback"),
            _ => return Err("the redirect URI must be https, or http on loopback"),
        }
        Ok(Self { text: text.to_owned(), url })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.url.scheme() == "http" && self.url.host().is_some_and(|host| is_loopback(&host))
    }

    /// The host, as people are shown it: in the letters that decide where it leads.
    pub(super) fn host(&self) -> String {
        self.url.host().map(|host| host.to_string()).unwrap_or_default()
    }

    /// Whether a client that registered `registered` may use this address.
    pub(super) fn matches(&self, registered: &str) -> bool {
        if self.text == registered {
            return true;
        }
        let Ok(registered) = Self::parse(registered) else { return false };
        let parts = |uri: &Self| {
            let url = uri.url.clone();
            (
                url.host().map(|host| host.to_owned()),
                url.path().to_owned(),
                url.query().map(str::to_owned),
            )
        };
        self.is_loopback() && registered.is_loopback() && parts(self) == parts(&registered)
    }

    /// The address with these parameters behind those that it has already.
    pub(super) fn with(&self, parameters: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        let separator = match self.text.find('?') {
            None => "?",
            Some(at) if at + 1 == self.text.len() || self.text.ends_with('&') => "",
            Some(_) => "&",
        };
        format!("{}{separator}{}", self.text, query.finish())
    }

    /// What a page must allow in `form-action`: Chromium follows the answer to a form to no address
    /// that the policy does not name, port included. Clients often send the browser on to a page of theirs, so `https` is allowed whole.
    pub(super) fn form_action(&self) -> String {
        if !self.is_loopback() {
            return "https:".to_owned();
        }
        match self.url.host() {
            // A policy cannot name an address of this version.
            Some(Host::Ipv6(_)) | None => "https: http:".to_owned(),
            Some(_) => format!("https: {}", self.url.origin().ascii_serialization()),
        }
    }
}

impl fmt::Debug for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

const MAX_BYTES: usize = 2048;

/// A host that answers may be sent to: a name, `*.` and a name, `loopback`, or `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HostPattern {
    Any,
    Loopback,
    Exactly(String),
    Below(String),
}

impl HostPattern {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let name = |text: &str| match Host::parse(text) {
            Ok(host) if !text.contains('*') => Some(host.to_string()),
            _ => None,
        };
        match text {
            "*" => Some(Self::Any),
            "loopback" => Some(Self::Loopback),
            _ => match text.strip_prefix("*.") {
                Some(below) => name(below).map(Self::Below),
                None => name(text).map(Self::Exactly),
            },
        }
    }

    /// Whether answers may go to this address. No pattern but `loopback` opens loopback, where any
    /// program of the machine may listen.
    pub(super) fn admits(&self, uri: &RedirectUri) -> bool {
        let host = uri.host();
        match self {
            Self::Loopback => uri.is_loopback(),
            _ if uri.is_loopback() => false,
            Self::Any => true,
            Self::Exactly(name) => host == *name,
            Self::Below(name) => host
                .strip_suffix(name.as_str())
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HostPattern, RedirectUri};

    #[track_caller]
    fn check(asked: &str, registered: &str, expected: bool) {
        let asked_uri = RedirectUri::parse(asked).unwrap();
        assert_eq!(asked_uri.matches(registered), expected, "{asked} for {registered}");
    }

    #[test]
    fn loopback_ports_are_free_and_nothing_else_is() {
        check("https://a.example/cb", "https://a.example/cb", true);
        check("https://a.example/cb?x=1", "https://a.example/cb?x=1", true);
        for other in [
            "https://a.example/cb/",
            "https://a.example/cb?",
            "https://a.example/CB",
            "https://a.example:444/cb",
            "https://A.example/cb",
            "https://a.example/%63b",
            "https://a.example/x/../cb",
            "https://b.a.example/cb",
            "https://a.example.evil.example/cb",
        ] {
            check(other, "https://a.example/cb", false);
        }
        for host in ["127.0.0.1", "localhost", "[::1]"] {
            let registered = format!("http://{host}/callback");
            check(&format!("http://{host}:51234/callback"), &registered, true);
            check(&format!("http://{host}/callback"), &format!("http://{host}:1/callback"), true);
            check(&format!("http://{host}:51234/callback/"), &registered, false);
            check(&format!("http://{host}:51234/callback?x"), &registered, false);
            check(&format!("https://{host}:51234/callback"), &registered, false);
        }
        check("http://localhost:1/callback", "http://127.0.0.1/callback", false);
        check("http://127.0.0.1:33418", "http://127.0.0.1/", true);
    }

    #[test]
    fn what_is_no_place_for_an_answer_is_refused() {
        for bad in [
            "",
            "/callback",
            "javascript:alert(1)",
            "data:text/html,x",
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "com.example.app:/cb",
            "http://a.example/cb",
            "http://localhost.evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://localhost@evil.example/cb",
            "https://a.example@evil.example/cb",
            "https://a.example/cb#x",
            "https://a.example/cb#",
            "https://a.example\\@evil.example/cb",
            "https://a.example/\r\nset-cookie:x",
            "https://a.example/\tcb",
            " https://a.example/cb",
            "https://",
            "https://a.example/\u{202e}",
        ] {
            assert!(RedirectUri::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn parameters_go_behind_those_that_are_there() {
        let with =
            |uri: &str| RedirectUri::parse(uri).unwrap().with(&[("code", "a b&c"), ("x", "")]);
        assert_eq!(with("https://a.example"), "https://a.example?code=a+b%26c&x=");
        assert_eq!(with("https://a.example/cb?"), "https://a.example/cb?code=a+b%26c&x=");
        assert_eq!(with("https://a.example/cb?y=1"), "https://a.example/cb?y=1&code=a+b%26c&x=");
    }

    #[test]
    fn hosts_are_matched_by_whole_labels() {
        let admits = |pattern: &str, uri: &str| {
            HostPattern::parse(pattern).unwrap().admits(&RedirectUri::parse(uri).unwrap())
        };
        assert!(admits("claude.ai", "https://claude.ai/cb"));
        assert!(admits("CLAUDE.ai", "https://claude.ai:8443/cb"));
        assert!(!admits("claude.ai", "https://x.claude.ai/cb"));
        assert!(!admits("claude.ai", "https://claude.ai.evil.example/cb"));
        assert!(!admits("claude.ai", "https://notclaude.ai/cb"));
        assert!(admits("*.example.org", "https://a.b.example.org/cb"));
        assert!(!admits("*.example.org", "https://example.org/cb"));
        assert!(!admits("*.example.org", "https://badexample.org/cb"));
        assert!(admits("loopback", "http://localhost:1/cb"));
        assert!(!admits("loopback", "https://localhost/cb"));
        assert!(admits("*", "https://any.example/cb"));
        assert!(!admits("*", "http://127.0.0.1/cb"));
        assert!(!admits("localhost", "http://localhost/cb"));
        assert_eq!(
            HostPattern::parse("b\u{fc}cher.example"),
            HostPattern::parse("xn--bcher-kva.example")
        );
        for bad in ["", "*.", "a*.example", "https://a.example", "a.example/cb", "*.*"] {
            assert_eq!(HostPattern::parse(bad), None, "{bad}");
        }
    }
}
