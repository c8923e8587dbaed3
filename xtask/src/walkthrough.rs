//! The inventory of the walkthrough's two networks, and what was called to build them: written again
//! by the test that holds them.

use anyhow::Result;

use crate::cargo_test::Outcome;
use crate::command;

/// Builds both networks on the sandbox, and writes `docs/walkthrough`.
pub(crate) fn run() -> Result<()> {
    let mut build = command::cargo();
    command::run(build.args(["build", "--locked", "--package", "examples", "--examples"]))?;
    let mut test = command::cargo();
    test.args(["test", "--locked", "--package", "mcp-dispatch", "--all-features", "--test", "it"]);
    test.args(["--", "--exact", "walkthrough::both_styles_build_the_same_on_the_sandbox"]);
    test.env("MCP_DISPATCH_REQUIRE", "1").env("UPDATE_WALKTHROUGH", "1");
    Outcome::of(&mut test)?.verdict_on_one()
}
