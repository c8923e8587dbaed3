use http::Request;

use super::{Allowed, Refused};

#[track_caller]
fn check(host: Option<&str>, origin: Option<&str>, expected: Result<(), Refused>) {
    let mut allowed = Allowed::default();
    allowed.add_url("https://mcp.example.com/api/mcp").expect("a URL");
    allowed.add_host("inside:8080").expect("a host");
    allowed.add_host("*.tunnel.example").expect("a host");
    allowed.add_origin("https://app.example.com:8443").expect("an origin");
    let mut request = Request::builder().uri("/mcp");
    if let Some(host) = host {
        request = request.header("host", host);
    }
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    let (parts, ()) = request.body(()).expect("a request").into_parts();
    assert_eq!(allowed.check(&parts), expected, "{host:?} {origin:?}");
}

#[test]
fn loopback_and_what_was_added_is_answered() {
    check(None, None, Ok(()));
    check(Some("localhost"), None, Ok(()));
    check(Some("LOCALHOST:3000"), Some("http://localhost:6274"), Ok(()));
    check(Some("127.0.0.1:80"), Some("https://127.0.0.1"), Ok(()));
    check(Some("[::1]:8080"), Some("http://[::1]:9"), Ok(()));
    check(Some("mcp.example.com"), Some("https://mcp.example.com"), Ok(()));
    check(Some("Mcp.Example.com:443"), Some("https://mcp.example.com:443"), Ok(()));
    check(Some("inside:8080"), Some("https://app.example.com:8443"), Ok(()));
    check(Some("Blue.tunnel.example:443"), None, Ok(()));
    check(Some("a.b.tunnel.example"), None, Ok(()));
}

#[test]
fn other_hosts_are_refused() {
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "inside:8081"]
    {
        check(Some(host), None, Err(Refused::Host));
    }
    for host in ["tunnel.example", ".tunnel.example", "xtunnel.example", "a.tunnel.example.evil"] {
        check(Some(host), None, Err(Refused::Host));
    }
    for host in ["", "a b", "user@localhost", "localhost:notaport", "128.0.0.1", "0.0.0.0"] {
        check(Some(host), None, Err(Refused::Host));
    }
}

#[test]
fn other_origins_are_refused() {
    for origin in [
        "http://evil.example",
        "http://localhost.evil.example",
        "http://mcp.example.com",
        "https://mcp.example.com:444",
        "https://app.example.com",
        "null",
        "",
        "localhost",
        "file://localhost",
        "https://localhost@evil.example",
    ] {
        check(Some("localhost"), Some(origin), Err(Refused::Origin));
    }
}

#[test]
fn the_host_of_http2_counts_too() {
    let request = Request::builder().uri("http://evil.example/mcp").header("host", "localhost");
    let (parts, ()) = request.body(()).expect("a request").into_parts();
    assert_eq!(Allowed::default().check(&parts), Err(Refused::Host));
}

#[test]
fn settings_are_checked() {
    let mut allowed = Allowed::default();
    assert_eq!(
        allowed.add_url("mcp.example.com").map_err(|error| error.to_string()),
        Err("`mcp.example.com` is no absolute http URL".to_owned())
    );
    assert!(allowed.add_origin("ftp://example.com").is_err());
    for host in ["https://example.com", "*", "*.", "*example.com", "a.*.example.com"] {
        assert!(allowed.add_host(host).is_err(), "{host}");
    }
}
