//! The pages in a browser: without scripts, by keyboard, on a phone, light and dark, for screen
//! readers, and under their policy. `tests/clients/pages.mjs` has the checks.

use serde_json::json;

use super::conversation::Conversation;
use super::person::password;
use super::start;

#[test]
fn the_pages_are_fit_for_everyone() {
    let Some((installed, server)) = start() else { return };
    let mut script = Conversation::start(installed.in_browser("pages.mjs"));
    let password = password(&server);
    script.say(&json!({ "base": server.base_url(), "resource": server.url, "password": password }));
    let answer = script.hear_the_end();
    let failed = answer["failed"].as_array().expect("a list");
    let failed: Vec<&str> = failed.iter().filter_map(|text| text.as_str()).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    assert!(answer["n_checks"].as_u64().is_some_and(|n_checks| n_checks > 10));
}
