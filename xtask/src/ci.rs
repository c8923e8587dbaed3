//! What CI runs, and what a developer runs before a push.

mod deny;
mod features;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::cargo_test::Counts;
use crate::conformance;
use crate::npm::Npm;
use crate::steps::seconds;
use crate::{command, test};

/// Runs every check to its end, and fails if one of them failed.
pub(crate) fn run() -> Result<()> {
    let started = Instant::now();
    let mut report = Report::default();
    report.check("format", || command::run(command::cargo().args(["fmt", "--all", "--check"])));
    report.check("lints", || {
        let mut clippy = command::cargo();
        clippy.args(["clippy", "--workspace", "--all-targets", "--all-features", "--locked"]);
        command::run(clippy.args(["--", "-D", "warnings"]))
    });
    let mut counts = Counts::default();
    report.check("tests", || {
        let outcome = test::run_tests(&test::Arguments::default())?;
        counts = outcome.counts;
        outcome.verdict()
    });
    report.check("conformance", || conformance::check(&Npm::install()?));
    report.check("docs", || {
        let mut doc = command::cargo();
        doc.args(["doc", "--workspace", "--no-deps", "--all-features", "--locked"]);
        command::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
    });
    report.check("dependencies", deny::run);
    report.check("features", features::run);

    report.print(started.elapsed());
    println!("{counts}");
    report.verdict()
}

/// The outcome of each check, in the order they ran.
#[derive(Default)]
struct Report {
    checks: Vec<(&'static str, Duration, bool)>,
}

impl Report {
    fn check(&mut self, name: &'static str, check: impl FnOnce() -> Result<()>) {
        println!("\n== {name}");
        let started = Instant::now();
        let outcome = check();
        if let Err(error) = &outcome {
            println!("{name}: {error:#}");
        }
        self.checks.push((name, started.elapsed(), outcome.is_ok()));
    }

    fn print(&self, total: Duration) {
        println!("\n== report");
        for (name, took, passed) in &self.checks {
            println!("{:>8} {name}: {}", seconds(*took), if *passed { "ok" } else { "FAILED" });
        }
        println!("{:>8} in all", seconds(total));
    }

    fn verdict(&self) -> Result<()> {
        let failed: Vec<&str> =
            self.checks.iter().filter(|(.., passed)| !passed).map(|(name, ..)| *name).collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }
}
