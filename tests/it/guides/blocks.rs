//! The blocks of code in the Markdown files of this repository.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::listed::{Fate, LISTED};

/// A block of code.
#[derive(Debug)]
pub(super) struct Block {
    /// The heading that it stands under.
    pub(super) section: String,
    /// What it is written in.
    pub(super) language: String,
    pub(super) text: String,
}

impl Block {
    /// Whether it is the one under this heading that begins so.
    pub(super) fn is(&self, section: &str, begins: &str) -> bool {
        self.section == section && self.text.starts_with(begins)
    }
}

/// A file of this repository.
pub(super) fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The blocks of a file, in order.
pub(super) fn blocks(file: &str) -> Vec<Block> {
    let text = read(file);
    let mut blocks: Vec<Block> = Vec::new();
    let (mut section, mut is_inside) = ("", false);
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(_) if is_inside => is_inside = false,
            Some(language) => {
                is_inside = true;
                let (section, language) = (section.to_owned(), language.to_owned());
                blocks.push(Block { section, language, text: String::new() });
            }
            None if is_inside => {
                let block = blocks.last_mut().expect("a block began");
                block.text += line;
                block.text.push('\n');
            }
            None if line.starts_with('#') => section = line.trim_start_matches('#').trim(),
            None => {}
        }
    }
    assert!(!is_inside, "{file}: a block does not end");
    blocks
}

/// A guide whose blocks are taken one by one, by the test that runs them.
pub(super) struct Guide {
    file: &'static str,
    blocks: Vec<Block>,
    taken: BTreeSet<(String, String)>,
}

impl Guide {
    pub(super) fn open(file: &'static str) -> Self {
        Self { file, blocks: blocks(file), taken: BTreeSet::new() }
    }

    /// The block under this heading that begins so.
    #[track_caller]
    pub(super) fn take(&mut self, section: &str, begins: &str) -> &str {
        let mut found = self.blocks.iter().filter(|block| block.is(section, begins));
        let (Some(block), None) = (found.next(), found.next()) else {
            panic!("{}: not one block of {section} begins with {begins}", self.file)
        };
        self.taken.insert((section.to_owned(), begins.to_owned()));
        &block.text
    }

    /// Checks that this test took what is listed as its own.
    #[track_caller]
    pub(super) fn finish(self, test: &'static str) {
        let of_file = LISTED.iter().filter(|(file, _)| *file == self.file);
        let listed: BTreeSet<_> = of_file
            .flat_map(|(_, blocks)| *blocks)
            .filter(|(.., fate)| *fate == Fate::Run(test))
            .map(|(section, begins, _)| ((*section).to_owned(), (*begins).to_owned()))
            .collect();
        assert_eq!(self.taken, listed, "what {test} runs, and what is listed of {}", self.file);
    }
}
