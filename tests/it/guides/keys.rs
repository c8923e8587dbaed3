//! Every key of the configuration file and every option of the command line stands in `docs/access.md`.

use std::collections::BTreeSet;
use std::process::Command;

use super::blocks::{blocks, read};
use super::links::markdown_files;
use crate::access::Config;
use crate::server::{example, refused};

/// The tables of the file, each with a key that it does not have.
const TABLES: [&str; 14] = [
    "unknown = 1",
    "[netbox]\nunknown = 1",
    "[upstream]\nunknown = 1",
    "[upstream.tokens]\nunknown = 1",
    "[surface]\nunknown = 1",
    "[access]\nunknown = 1",
    "[access.lifetimes]\nunknown = 1",
    "[access.store]\nunknown = 1",
    "[access.key]\nunknown = 1",
    "[access.unregistered_clients]\nunknown = 1",
    "[access.openid]\nunknown = 1",
    "[[access.clients]]\nunknown = 1",
    "[[access.external_issuers]]\nunknown = 1",
    "[[access.external_issuers]]\nintrospection = { unknown = 1 }",
];

#[test]
fn every_key_is_described() {
    let words = words(&code(&read("docs/access.md")));
    for table in TABLES {
        let config = Config::new(table);
        let Some(said) = refused(&["--config", &config.path()]) else { return };
        let (_, known) =
            said.split_once(", expected ").unwrap_or_else(|| panic!("{table}: {said}"));
        let known = known.lines().next().unwrap_or_default();
        let known: Vec<_> = known.split('`').skip(1).step_by(2).collect();
        assert!(!known.is_empty(), "{table}: {said}");
        for key in known {
            assert!(words.contains(key), "docs/access.md does not say {key} of\n{table}");
        }
    }
}

#[test]
fn every_option_is_described_and_every_one_described_is_there() {
    let Some(program) = example("netbox_server") else {
        return crate::skipped("the example netbox_server is not built");
    };
    let help = |command: &[&str]| {
        let output = Command::new(&program).args(command).arg("--help").output();
        String::from_utf8(output.expect("the example starts").stdout).expect("a text")
    };
    let of_server = help(&[]);
    let page = words(&code(&read("docs/access.md")));
    for option in options(&of_server) {
        let is_usual = ["--help", "--version"].contains(&option.as_str());
        assert!(is_usual || page.contains(&option), "docs/access.md does not say {option}");
    }

    let mut known = options(&of_server);
    for group in ["token", "user", "client"] {
        let commands = help(&[group]);
        let (_, commands) = commands.split_once("Commands:").expect("commands");
        let (commands, _) = commands.split_once("Options:").expect("options");
        for command in commands.lines().filter_map(|line| line.split_whitespace().next()) {
            known.extend(options(&help(&[group, command])));
        }
    }
    for file in markdown_files() {
        let shown = blocks(&file).into_iter().filter(|block| block.language != "text");
        let lines: Vec<_> = shown.flat_map(|block| commands(&block.text)).collect();
        let inline = read(&file);
        let inline = inline.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
        let inline = inline.filter(|code| code.starts_with("netbox_server "));
        for command in lines.into_iter().chain(inline.map(str::to_owned)) {
            for option in options(&command) {
                assert!(known.contains(&option), "{file}: there is no {option}: {command}");
            }
        }
    }
}

/// The code of a page, in its blocks and in its lines.
fn code(page: &str) -> String {
    let mut is_inside = false;
    let mut code = String::new();
    for line in page.lines() {
        if line.starts_with("```") {
            is_inside = !is_inside;
        } else if is_inside {
            code += line;
        } else {
            line.split('`').skip(1).step_by(2).for_each(|piece| code = format!("{code}{piece} "));
        }
        code.push('\n');
    }
    code
}

/// What a block starts the server with.
fn commands(block: &str) -> Vec<String> {
    let whole = block.replace("\\\n", " ");
    let starts = |line: &&str| line.contains("netbox_server ") && !line.starts_with("cargo build");
    let after = |line: &str| line.rsplit("netbox_server ").next().unwrap_or_default().to_owned();
    whole.lines().filter(starts).map(after).collect()
}

/// The long options that a text names.
fn options(text: &str) -> BTreeSet<String> {
    words(text).into_iter().filter(|word| word.starts_with("--") && word.len() > 2).collect()
}

/// The words of a text, such as keys and options are.
fn words(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    text.split(|c| !is_part(c)).map(str::to_owned).collect()
}
