//! Every key of the configuration file and every option of the command line stands in `docs/access.md`,
//! and what is written of commands is so.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::blocks::read;
use super::links::markdown_files;
use crate::access::Config;
use crate::netbox::xtask;
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
fn every_option_is_described() {
    let Some(program) = example("netbox_server") else {
        return crate::skipped("the example netbox_server is not built");
    };
    let page = words(&code(&read("docs/access.md")));
    for option in options(&help(&program, &[])) {
        let is_usual = ["--help", "--version"].contains(&option.as_str());
        assert!(is_usual || page.contains(&option), "docs/access.md does not say {option}");
    }
}

/// What is written of the server and of `cargo xtask` names commands and options that there are.
#[test]
fn every_command_that_is_written_of_is_there() {
    let (Some(server), Some(xtask)) = (example("netbox_server"), xtask()) else {
        return crate::skipped("the example netbox_server is not built");
    };
    for (program, name) in [(&server, "netbox_server "), (&xtask, "cargo xtask ")] {
        let known = known(program);
        for file in markdown_files() {
            let code = code(&read(&file));
            let commands = code.lines().filter_map(|line| Some(line.split_once(name)?.1));
            for command in commands {
                let first = command.split_whitespace().next().unwrap_or_default();
                let is_chore = first.chars().all(|c| c.is_ascii_lowercase());
                if name == "cargo xtask " && is_chore {
                    assert!(known.contains(first), "{file}: there is no chore {first}");
                }
                for option in options(command) {
                    assert!(known.contains(&option), "{file}: there is no {option}: {command}");
                }
            }
        }
    }
}

/// The commands of a program, theirs, and the options of all of them.
fn known(program: &Path) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let mut commands: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(command) = commands.pop() {
        let arguments: Vec<_> = command.iter().map(String::as_str).collect();
        let help = help(program, &arguments);
        known.extend(options(&help));
        let Some((_, below)) = help.split_once("Commands:\n") else { continue };
        for line in below.lines().take_while(|line| line.starts_with("  ")) {
            // What goes on with a description stands further in.
            let name = line.trim_start_matches("  ").split(' ').next().unwrap_or_default();
            if !name.is_empty() && name != "help" {
                known.insert(name.to_owned());
                commands.push([command.clone(), vec![name.to_owned()]].concat());
            }
        }
    }
    known
}

fn help(program: &Path, command: &[&str]) -> String {
    let output = Command::new(program).args(command).arg("--help").output();
    String::from_utf8(output.expect("the program starts").stdout).expect("a text")
}

/// The code of a page, in its blocks and in its lines: each piece is a line.
fn code(page: &str) -> String {
    let mut is_inside = false;
    let mut code = String::new();
    for line in page.replace("\\\n", " ").lines() {
        if line.starts_with("```") {
            is_inside = !is_inside;
        } else if is_inside {
            code += &format!("{line}\n");
        } else {
            code.extend(line.split('`').skip(1).step_by(2).flat_map(|piece| [piece, "\n"]));
        }
    }
    code
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
