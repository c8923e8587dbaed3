//! The worked example of the README: its answers are what the server answers.

use std::path::Path;
use std::{env, fs};

use serde_json::Value;

use crate::client::{Client, Era};
use crate::server::Server;

/// Runs every call of the example and compares the answers. `UPDATE_README=1` writes them.
#[tokio::test]
async fn the_worked_example_is_what_the_server_answers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("the README");
    let (before, rest) = readme.split_once(BEGIN).expect("the example begins");
    let (example, after) = rest.split_once(END).expect("the example ends");

    let Some(server) = Server::start(&[], &[]) else { return };
    let client = Client::connect(&server, Era::PerRequest).await;
    let mut written = String::new();
    for call in example.lines().filter_map(|line| line.strip_prefix("> ")) {
        let (tool, arguments) = call.split_once(' ').expect("a tool and its arguments");
        let arguments: Value = serde_json::from_str(arguments).expect("arguments in JSON");
        let answer = client.call(tool, arguments).await;
        written += &format!("> {call}\n{}\n\n", answer.text.trim_end());
    }
    let written = format!("\n```text\n{}\n```\n", written.trim_end());
    if env::var_os("UPDATE_README").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{written}{END}{after}")).expect("the README");
    } else {
        assert_eq!(example, written, "run UPDATE_README=1 cargo test --test it readme");
    }
}

const BEGIN: &str = "<!-- example: written by UPDATE_README=1 cargo test --test it readme -->";
const END: &str = "<!-- end of example -->";
