//! The configurations that the guides show are such as the server reads.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::access::Config;
use crate::server::example;

#[test]
fn what_the_guides_show_is_read() {
    let Some(program) = example("netbox_server") else {
        return crate::skipped("the example netbox_server is not built");
    };
    for (guide, n_expected) in [("netbox.md", 5), ("access.md", 5), ("several-netboxes.md", 2)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(guide);
        let text = fs::read_to_string(path).expect("the guide");
        let shown: Vec<&str> = text
            .split("```toml\n")
            .skip(1)
            .map(|rest| rest.split_once("```").expect("the end of a block").0)
            .collect();
        assert!(shown.len() >= n_expected, "{guide} shows {}", shown.len());
        for shown in shown {
            let config = Config::new(shown);
            // It reads the file, and needs nothing of what the file names.
            let output = Command::new(&program).args(["--config", &config.path(), "key"]).output();
            let output = output.expect("the example starts");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{guide}:\n{shown}\n{said}");
        }
    }
}
