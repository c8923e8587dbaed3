//! Which of our crates may depend on which. `ARCHITECTURE.md` draws the same picture.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

/// Every dependency a library may have on another of our crates, for its tests as well.
const ALLOWED: [(&str, &[&str]); 5] = [
    ("mcp-protocol", &[]),
    ("dispatch-core", &["mcp-protocol"]),
    ("oauth", &["mcp-protocol"]),
    ("netbox-adapter", &["dispatch-core", "mcp-protocol", "oauth"]),
    ("netbox-sandbox", &[]),
];

/// What the facade re-exports; its tests may use anything.
const FACADE: (&str, &[&str]) =
    ("mcp-dispatch", &["dispatch-core", "mcp-protocol", "netbox-adapter", "oauth"]);

/// The packages that nobody depends on, and that may depend on anything.
const TOOLS: [&str; 3] = ["benches", "examples", "xtask"];

#[test]
fn our_crates_depend_on_each_other_as_drawn() {
    let wrong: Vec<String> = edges()
        .into_iter()
        .filter(|edge| !edge.is_allowed())
        .map(|Edge { from, to, kind }| format!("{from} -> {to} ({kind})"))
        .collect();
    assert!(wrong.is_empty(), "edges that nobody drew: {}", wrong.join(", "));
}

#[test]
fn every_package_of_the_workspace_has_its_place() {
    let known: Vec<&str> =
        ALLOWED.iter().chain([&FACADE]).map(|(name, _)| *name).chain(TOOLS).collect();
    let packages = packages();
    let unknown: Vec<&String> =
        packages.keys().filter(|name| !known.contains(&name.as_str())).collect();
    assert!(unknown.is_empty(), "packages that nobody drew: {unknown:?}");
}

#[test]
fn an_undrawn_edge_is_found() {
    #[track_caller]
    fn check(from: &str, to: &str, kind: &str, expected: bool) {
        let edge = Edge { from: from.to_owned(), to: to.to_owned(), kind: kind.to_owned() };
        assert_eq!(edge.is_allowed(), expected, "{from} -> {to} ({kind})");
    }

    check("dispatch-core", "mcp-protocol", "normal", true);
    check("dispatch-core", "oauth", "normal", false);
    check("dispatch-core", "netbox-sandbox", "dev", false);
    check("mcp-protocol", "dispatch-core", "dev", false);
    check("netbox-sandbox", "mcp-protocol", "build", false);
    check("mcp-dispatch", "netbox-sandbox", "normal", false);
    check("mcp-dispatch", "netbox-sandbox", "dev", true);
    check("oauth", "xtask", "build", false);
    check("examples", "netbox-sandbox", "normal", true);
}

/// One of our crates named among the dependencies of another.
struct Edge {
    from: String,
    to: String,
    /// As cargo calls it: `normal`, `build` or `dev`.
    kind: String,
}

impl Edge {
    fn is_allowed(&self) -> bool {
        let Self { from, to, kind } = self;
        let is_tool = TOOLS.contains(&from.as_str());
        let is_facade_test = from == FACADE.0 && kind == "dev";
        let mut drawn = ALLOWED.iter().chain([&FACADE]);
        is_tool
            || is_facade_test
            || drawn.any(|(name, targets)| name == from && targets.contains(&to.as_str()))
    }
}

fn edges() -> Vec<Edge> {
    let packages = packages();
    let mut edges = Vec::new();
    for (from, dependencies) in &packages {
        for dependency in dependencies {
            let name = dependency["name"].as_str().expect("a dependency has a name");
            if packages.contains_key(name) {
                let kind = dependency["kind"].as_str().unwrap_or("normal");
                edges.push(Edge { from: from.clone(), to: name.to_owned(), kind: kind.to_owned() });
            }
        }
    }
    assert!(!edges.is_empty(), "cargo metadata names none of our crates");
    edges
}

/// Returns the packages of the workspace with their declared dependencies.
fn packages() -> BTreeMap<String, Vec<Value>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("cargo metadata lists packages");
    packages
        .iter()
        .map(|package| {
            let name = package["name"].as_str().expect("a package has a name");
            let dependencies = package["dependencies"].as_array().expect("a package lists them");
            (name.to_owned(), dependencies.clone())
        })
        .collect()
}
