//! Links between the Markdown files of this repository, and to its files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::blocks::read;

/// The Markdown files, by their paths from the root.
pub(super) fn markdown_files() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let (path, name) = (entry.path(), entry.file_name());
            let is_ours = name != "target" && name != "node_modules" && !hidden(&path);
            if entry.file_type().expect("a type").is_dir() && is_ours {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                let path = path.strip_prefix(root).expect("it is below the root");
                files.insert(path.to_str().expect("a path in UTF-8").to_owned());
            }
        }
    }
    files
}

fn hidden(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with('.'))
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for file in markdown_files() {
        for link in links(&file) {
            let (target, anchor) = target(&file, &link);
            let is_markdown = target.ends_with(".md");
            let is_there = Path::new(env!("CARGO_MANIFEST_DIR")).join(&target).exists()
                && (anchor.is_empty() || is_markdown && anchors(&target).contains(anchor));
            if !is_there {
                broken.push(format!("{file}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_page_is_reached_from_the_readme() {
    let mut reached = BTreeSet::new();
    let mut pages = vec!["README.md".to_owned()];
    while let Some(page) = pages.pop() {
        let links = links(&page);
        let targets = links.iter().map(|link| target(&page, link).0);
        pages.extend(targets.filter(|it| it.ends_with(".md") && !reached.contains(it)));
        reached.insert(page);
    }
    let files = markdown_files();
    let lost: Vec<_> = files.difference(&reached).collect();
    assert!(lost.is_empty(), "no link leads to {lost:?}");
}

/// Files that are named and not linked: from the root, or from the folder of a crate.
#[test]
fn files_that_are_named_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = fs::read_dir(root.join("crates")).expect("a folder");
    let crates = crates.map(|entry| entry.expect("an entry").path());
    let places: Vec<_> =
        crates.chain(["", "benches", "xtask"].map(|place| root.join(place))).collect();
    let folders = ["crates/", "examples/", "tests/", "docs/", "benches/", "xtask/", "src/"];
    let is_path = |word: &&str| {
        folders.iter().any(|folder| word.starts_with(folder)) && !word.contains("NAME")
    };
    for file in markdown_files() {
        let text = code_of_lines(&read(&file));
        for path in text.split_whitespace().filter(is_path) {
            let is_there = places.iter().any(|place| place.join(path).exists());
            assert!(is_there, "{file}: there is no {path}");
        }
    }
}

/// Whether it names an item: `src/lib.rs` includes the file, and rustdoc checks such links.
fn is_of_rustdoc(file: &str, link: &str) -> bool {
    file == "docs/embedding-access.md" && (link.contains("::") || !link.contains('.'))
}

/// The text without its code.
fn prose(text: &str) -> String {
    pieces(text, 0)
}

/// The code that stands in the lines of a text, and not in blocks.
fn code_of_lines(text: &str) -> String {
    pieces(text, 1)
}

/// Every other piece of the lines that are in no block: code is between backticks.
fn pieces(text: &str, first: usize) -> String {
    let mut is_inside = false;
    let mut found = String::new();
    for line in text.lines() {
        if line.starts_with("```") {
            is_inside = !is_inside;
        } else if !is_inside {
            let pieces = line.split('`').skip(first).step_by(2);
            found.extend(pieces.flat_map(|piece| [piece, " "]));
            found.push('\n');
        }
    }
    found
}

/// The links of a file to files of this repository, as they are written.
fn links(file: &str) -> Vec<String> {
    let prose = prose(&read(file));
    let links = prose.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    let is_ours = |link: &&str| !link.contains("://") && !is_of_rustdoc(file, link);
    links.filter(is_ours).map(str::to_owned).collect()
}

/// The file that a link of another leads to, by its path from the root, and the anchor in it.
fn target<'a>(file: &str, link: &'a str) -> (String, &'a str) {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = Path::new(file).parent().expect("a file has a folder");
    let path = if path.is_empty() { PathBuf::from(file) } else { plain(&folder.join(path)) };
    (path.to_str().expect("a path in UTF-8").to_owned(), anchor)
}

/// A path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// The anchors of the headings of a file, as the hosts of repositories make them.
fn anchors(file: &str) -> BTreeSet<String> {
    let text = read(file);
    let mut is_inside = false;
    let mut anchors = BTreeSet::new();
    for line in text.lines() {
        if line.starts_with("```") {
            is_inside = !is_inside;
        } else if !is_inside && line.starts_with('#') {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
            anchors.insert(title.chars().filter(kept).collect::<String>().replace(' ', "-"));
        }
    }
    anchors
}
