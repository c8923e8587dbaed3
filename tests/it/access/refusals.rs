//! Configurations that contradict themselves, or open more than they say: none of them starts.

use crate::access::Config;
use crate::access::flow::SHIPPED;
use crate::server::refused;

#[track_caller]
fn check(text: &str, why: &str) {
    let config = Config::new(text);
    let Some(said) = refused(&["--config", &config.path()]) else { return };
    assert!(said.contains(why), "{text}\n{said}");
}

/// In `[access]`.
#[track_caller]
fn check_access(text: &str, why: &str) {
    check(&format!("[access]\n{text}\n"), why);
}

#[test]
fn keys_that_nobody_knows_are_refused() {
    check_access("poeple = \"local_users\"", "did you mean `people`?");
    check_access("people = \"everyone\"", "unknown variant `everyone`");
    check_access("store = { sqlight = \"x\" }", "unknown variant `sqlight`");
    check_access("store = { postgres = { evn = \"X\" } }", "unknown field `evn`");
    check_access("lifetimes = { code = \"1h\" }", "unknown field `code`");
    check_access("lifetimes = { access_token = \"soon\" }", "no time such as 30s");
    check("trusted_hop = 1", "did you mean `trusted_hops`?");
}

#[test]
fn a_secret_that_is_written_is_refused_and_not_repeated() {
    let config = Config::new("[access]\npeople = \"accounts\"\nkey = \"c2VjcmV0\"\n");
    let Some(said) = refused(&["--config", &config.path()]) else { return };
    assert!(said.contains("line 3: a secret is named and not written"), "{said}");
    assert!(!said.contains("c2VjcmV0"), "{said}");
}

#[test]
fn what_would_open_more_than_it_says_is_refused() {
    let everyone = "listen = \"0.0.0.0:0\"\npublic_url = \"https://mcp.example\"\n[access]\n\
                    people = \"auto_approve\"";
    check(everyone, "i_understand_everyone_gets");
    let tunnel = "public_url = \"https://mcp.example\"\n[access]\npeople = \"auto_approve\"";
    check(tunnel, "i_understand_everyone_gets");
    check_access("i_understand_everyone_gets = \"read\"", "is for people = \"auto_approve\"");
    check_access("people = \"local_users\"\nanonymous = \"everything\"", "is no scope");
    check_access(
        "people = \"local_users\"\nlifetimes = { access_token = \"365d\" }",
        "a day at most",
    );
    check_access(
        "people = \"local_users\"\nunregistered_clients = { redirect_hosts = [\"loopback\"] }",
        "max_scope",
    );
    check_access(
        "people = \"local_users\"\nunregistered_clients = { max_scope = \"read\" }",
        "redirect_hosts",
    );
}

#[test]
fn what_contradicts_itself_is_refused() {
    check_access("clients = [{ id = \"a\" }]", "people = \"nobody\"");
    check_access("people = \"accounts\"", "for a real NetBox");
    check_access("people = \"openid\"", "[access.openid]");
    check_access("people = \"local_users\"\nclients = [{ id = \"a\" }]", "it can do nothing");
    check_access(
        "people = \"nobody\"\nclients = [{ id = \"a\", acts_for_itself = true, max_scope = \
         \"read\" }]",
        "needs a secret",
    );
    check_access(
        "people = \"nobody\"\nclients = [{ id = \"a\", acts_for_itself = true, max_scope = \
         \"read\", secret = { env = \"MCP_DISPATCH_NO_SUCH_VARIABLE\" } }]",
        "MCP_DISPATCH_NO_SUCH_VARIABLE is not set",
    );
    check("trusted_hops = 1", "needs allowed_hosts");
    check("listen = \"0.0.0.0:0\"\n[access]\npeople = \"local_users\"", "public_url");
    check("public_url = \"http://mcp.example\"\n[access]\npeople = \"local_users\"", "https");
    check("public_url = \"https://a.example/b\"\n[access]\npeople = \"local_users\"", "`path`");
    check("[upstream]\nper_user = true", "for a real NetBox");
    check(
        "[netbox]\nurl = \"http://127.0.0.1:9\"\n[upstream]\nper_user = true\n[access]\npeople = \
         \"accounts\"\nanonymous = \"read\"",
        "no NetBox token for them",
    );
    check(
        "[netbox]\nurl = \"http://127.0.0.1:9\"\n[upstream]\nper_user = true",
        "give both or neither",
    );
}

#[test]
fn the_shipped_file_is_for_the_sandbox() {
    let token = Config::new("0123456789abcdef0123456789abcdef01234567");
    let netbox = ["--netbox-url", "http://127.0.0.1:9", "--netbox-token-file", &token.path()];
    let arguments = [&["--config", SHIPPED], &netbox[..]].concat();
    let Some(said) = refused(&arguments) else { return };
    assert!(said.contains("this file is for the sandbox"), "{said}");
}
