//! Whatever is sent, an answer comes, and nobody is let in by it.

use http::{Method, Request};
use http_body_util::Full;
use proptest::prelude::*;

use super::driver::{CALLBACK, World};

const PATHS: [&str; 12] = [
    "/oauth/authorize",
    "/oauth/sign-in",
    "/oauth/consent",
    "/oauth/grants",
    "/oauth/sign-out",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/introspect",
    "/oauth/register",
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/",
];

const NAMES: [&str; 18] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "resource",
    "prompt",
    "request",
    "code_challenge",
    "code_challenge_method",
    "grant_type",
    "code",
    "code_verifier",
    "refresh_token",
    "token",
    "csrf",
    "decision",
    "way",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("app".to_owned()),
        Just(CALLBACK.to_owned()),
        Just("code".to_owned()),
        Just("S256".to_owned()),
        Just("authorization_code".to_owned()),
        Just("refresh_token".to_owned()),
        Just("mcpc_0000000000000000000000000000000000000000000_000000".to_owned()),
        any::<String>(),
        "[ -~]{0,60}",
        "https?://[a-z.@:/?#\\[\\]%0-9]{0,30}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn anything_gets_an_answer(
        path in prop::sample::select(PATHS.to_vec()),
        is_post in any::<bool>(),
        parameters in prop::collection::vec((prop::sample::select(NAMES.to_vec()), value()), 0..12),
        raw in prop::collection::vec(any::<u8>(), 0..200),
        use_raw in any::<bool>(),
        cookie in "[ -~]{0,80}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let reply = runtime.block_on(async {
            let world = World::open();
            let encoded = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&parameters)
                .finish();
            let (method, path, body) = match (is_post, use_raw) {
                (false, _) => (Method::GET, format!("{path}?{encoded}"), Vec::new()),
                (true, false) => (Method::POST, path.to_owned(), encoded.into_bytes()),
                (true, true) => (Method::POST, path.to_owned(), raw),
            };
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("cookie", cookie)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Full::from(body))
                .unwrap();
            world.send(request).await
        });
        prop_assert!(reply.param("code").is_none());
        prop_assert!(!reply.body.contains("access_token\":"));
        if let Some(to) = reply.location() {
            let ours = to.as_str().starts_with("https://mcp.example/oauth/");
            prop_assert!(ours || to.as_str().starts_with(CALLBACK), "{}", to);
        }
    }
}
