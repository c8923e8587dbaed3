//! The guides: their commands are run as they stand, their configurations are such as the server reads,
//! and their links lead somewhere.

mod blocks;
mod keys;
mod links;
mod listed;
#[cfg(unix)]
mod netbox;
#[cfg(unix)]
mod sandbox;
mod service;
#[cfg(unix)]
mod shell;

use std::path::Path;
use std::process::Command;

use crate::access::Config;
use crate::server::example;
use blocks::{Block, blocks};
use links::markdown_files;
use listed::{Fate, LISTED};

/// What is shown of `netbox_server`, and is no whole configuration of its own.
const OF_OTHERS: [&str; 3] = ["README.md", "docs/another-api.md", "benches/traces/README.md"];

#[test]
fn what_the_guides_show_is_read() {
    let Some(program) = example("netbox_server") else {
        return crate::skipped("the example netbox_server is not built");
    };
    for file in markdown_files().iter().filter(|file| !OF_OTHERS.contains(&file.as_str())) {
        for Block { text, .. } in blocks(file).iter().filter(|block| block.language == "toml") {
            let config = Config::new(text);
            // It reads the file, and needs nothing of what the file names.
            let output = Command::new(&program).args(["--config", &config.path(), "key"]).output();
            let output = output.expect("the example starts");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{file}:\n{text}\n{said}");
        }
    }
}

/// The languages of blocks that a reader is to use.
const FOR_USE: [&str; 6] = ["sh", "console", "toml", "nginx", "ini", "dockerfile"];

/// A new block of commands or of configuration is run, or listed with a reason why not.
#[test]
fn every_block_is_tested_or_listed() {
    for file in markdown_files() {
        let listed = LISTED.iter().find(|(listed, _)| *listed == file);
        let listed = listed.map_or(&[][..], |(_, blocks)| blocks);
        let shown = blocks(&file);
        for block in &shown {
            let Block { section, language, text } = block;
            assert!(!language.is_empty(), "{file}: say what this block of {section} is:\n{text}");
            let is_listed = listed.iter().any(|(section, begins, _)| block.is(section, begins));
            let is_for_use = FOR_USE.contains(&language.as_str());
            assert!(is_listed || !is_for_use, "{file}: nothing tests this of {section}:\n{text}");
        }
        for (section, begins, fate) in listed {
            let is_there = shown.iter().any(|block| block.is(section, begins));
            assert!(is_there, "{file}: no block of {section} begins with {begins}");
            if let Fate::By(test) = fate {
                let test = Path::new(env!("CARGO_MANIFEST_DIR")).join(test);
                assert!(test.exists(), "{file}: {} is not there", test.display());
            }
        }
    }
    let files = markdown_files();
    let listed = LISTED.iter().map(|(file, _)| *file);
    let gone: Vec<_> = listed.filter(|file| !files.contains(*file)).collect();
    assert!(gone.is_empty(), "{gone:?}");
}
