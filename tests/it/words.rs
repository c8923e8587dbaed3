//! Words that must not stand where they do not belong.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn only_the_integration_knows_the_reference_api() {
    let mut found = Vec::new();
    let libraries = ["crates/mcp-protocol", "crates/dispatch-core", "crates/oauth"];
    let libraries = libraries.map(|folder| (folder, [].as_slice()));
    for (folder, allowed) in libraries.into_iter().chain([("src", IN_THE_FACADE.as_slice())]) {
        for file in files_below(&root().join(folder)) {
            if !is_test(&file) {
                let text = read(&file);
                found.extend(lines_naming_netbox(&text, allowed).map(|line| place(&file, line)));
            }
        }
    }
    assert!(found.is_empty(), "only crates/netbox-* may name NetBox:\n{}", found.join("\n"));
}

#[test]
fn no_file_names_a_place_of_one_machine() {
    let mut found = Vec::new();
    for file in files_below(root()) {
        if file.ends_with(file!()) {
            continue;
        }
        for (number, line) in read(&file).lines().enumerate() {
            if FOREIGN.iter().any(|word| line.contains(word)) {
                found.push(place(&file, (number + 1, line)));
            }
        }
    }
    assert!(found.is_empty(), "these hold on one machine only:\n{}", found.join("\n"));
}

#[test]
fn the_facade_may_re_export_the_integration_and_name_its_feature() {
    #[track_caller]
    fn check(text: &str, n_in_the_facade: usize, n_elsewhere: usize) {
        assert_eq!(lines_naming_netbox(text, &IN_THE_FACADE).count(), n_in_the_facade, "{text}");
        assert_eq!(lines_naming_netbox(text, &[]).count(), n_elsewhere, "{text}");
    }

    check("#[cfg(feature = \"netbox\")]\npub use netbox_adapter;\n", 0, 2);
    check("//! - `netbox`: the reference integration.\n", 0, 1);
    check("//! Made for NetBox.\n", 1, 1);
    check("const NETBOX: u8 = 1;\nlet netbox_url = 2;\n", 2, 2);
    check("fn f() {}\n#[cfg(test)]\nmod tests {\n    // As NetBox does.\n}\n", 0, 0);
}

/// Returns the numbered lines that name NetBox in other than the allowed words, and are not among the
/// tests that end a file.
fn lines_naming_netbox<'a>(
    text: &'a str,
    allowed: &[&str],
) -> impl Iterator<Item = (usize, &'a str)> {
    let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    code.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(|(_, line)| {
        let line = line.to_lowercase();
        let rest = allowed.iter().fold(line, |line, word| line.replace(word, ""));
        rest.contains("netbox")
    })
}

fn is_test(file: &Path) -> bool {
    file.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

fn place(file: &Path, (number, line): (usize, &str)) -> String {
    let file = file.strip_prefix(root()).unwrap_or(file);
    let line: String = line.trim().chars().take(N_SHOWN_CHARACTERS).collect();
    format!("{}:{number}: {line}", file.display())
}

fn read(file: &Path) -> String {
    let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns every file of the repository below a folder, in order.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a folder can be read").path()).collect();
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_ours = !name.starts_with('.') || OUR_HIDDEN_FOLDERS.contains(&name);
        if path.is_symlink() || !is_ours || BUILT.contains(&name) {
            continue;
        }
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// How the facade names the feature and re-exports the crate.
const IN_THE_FACADE: [&str; 3] = ["\"netbox\"", "`netbox`", "netbox_adapter"];
/// Homes of developers, and hosts that a registry's own client knows to find.
const FOREIGN: [&str; 10] = [
    "/root/",
    "/home/",
    "/Users/",
    "/work/",
    "pypi.org",
    "pythonhosted.org",
    "registry.npmjs.org",
    "index.crates.io",
    "static.crates.io",
    "deb.debian.org",
];
const OUR_HIDDEN_FOLDERS: [&str; 3] = [".cargo", ".ci", ".github"];
const BUILT: [&str; 2] = ["target", "node_modules"];
const N_SHOWN_CHARACTERS: usize = 120;
