//! The threat model names tests; each of them exists.

use std::fs;
use std::path::Path;

#[test]
fn every_test_of_the_threat_model_exists() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let model = fs::read_to_string(here.join("../../docs/threat-model.md")).unwrap();
    let mut sources = String::new();
    for folder in ["src", "tests", "../mcp-protocol", "../../tests/it"] {
        read_all(&here.join(folder), &mut sources);
    }
    let rows = model.lines().filter(|line| line.starts_with("| ") && !line.contains("| test |"));
    let mut n_tests = 0;
    for row in rows {
        let tests = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "no test: {row}");
        for test in named {
            assert!(sources.contains(&format!("fn {test}(")), "there is no test {test}");
            n_tests += 1;
        }
    }
    assert!(n_tests > 50);
}

fn read_all(folder: &Path, sources: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
