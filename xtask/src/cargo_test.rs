//! Running `cargo test`, and what it comes to over all its test programs.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// How a run of `cargo test` ended.
#[derive(Clone, Copy)]
pub(crate) struct Outcome {
    /// The tests of all programs.
    pub(crate) counts: Counts,
    ended_well: bool,
}

/// How many tests there were, by outcome.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    n_passed: u32,
    n_failed: u32,
    n_skipped: u32,
}

impl Outcome {
    /// Runs a test command to its end, passes its output on as it comes, and adds up.
    pub(crate) fn of(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("failed to start cargo test")?;
        let output = child.stdout.take().context("failed to read what cargo test says")?;
        let mut counts = Counts::default();
        for line in BufReader::new(output).split(b'\n') {
            let line = line.context("failed to read what cargo test says")?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            counts += Counts::parse(&line).unwrap_or_default();
        }
        let status = child.wait().context("failed to wait for cargo test")?;
        Ok(Self { counts, ended_well: status.success() })
    }

    /// Fails unless every test ran and passed.
    pub(crate) fn verdict(self) -> Result<()> {
        if !self.ended_well {
            bail!("a test failed, or did not compile");
        }
        let n_skipped = self.counts.n_skipped;
        if n_skipped > 0 {
            bail!("{n_skipped} tests were skipped; here nothing is missing, so none may be");
        }
        Ok(())
    }

    /// Fails unless the one test that was asked for ran and passed.
    pub(crate) fn verdict_on_one(self) -> Result<()> {
        self.verdict()?;
        if self.counts.n_passed != 1 {
            bail!("there is no such test any more");
        }
        Ok(())
    }
}

impl Counts {
    /// Reads the line with which a test program ends.
    fn parse(line: &str) -> Option<Self> {
        let (_, outcomes) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut counts = Self::default();
        for outcome in outcomes.split("; ") {
            let (number, name) = outcome.trim().split_once(' ')?;
            match name {
                "passed" => counts.n_passed = number.parse().ok()?,
                "failed" => counts.n_failed = number.parse().ok()?,
                "ignored" => counts.n_skipped = number.parse().ok()?,
                _ => {}
            }
        }
        Some(counts)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.n_passed += other.n_passed;
        self.n_failed += other.n_failed;
        self.n_skipped += other.n_skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { n_passed, n_failed, n_skipped } = self;
        write!(f, "{n_passed} passed, {n_failed} failed, {n_skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[track_caller]
    fn check(line: &str, expected: Option<(u32, u32, u32)>) {
        let counts = Counts::parse(line);
        assert_eq!(counts.map(|it| (it.n_passed, it.n_failed, it.n_skipped)), expected);
    }

    #[test]
    fn only_the_closing_line_of_a_test_program_counts() {
        check(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.05s",
            Some((12, 0, 1)),
        );
        check(
            "test result: FAILED. 0 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
            Some((0, 2, 0)),
        );
        check("test http::refuses_a_bad_host ... ok", None);
        check("test result: ok", None);
        check("", None);
    }
}
