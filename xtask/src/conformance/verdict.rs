//! What the suite found, scenario by scenario, and what it is expected to find.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The verdicts on all scenarios of all wires.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Verdicts(BTreeMap<Scenario, Verdict>);

/// A scenario on the wire of one revision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Scenario {
    wire: String,
    name: String,
}

/// What became of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// Every check that was made succeeded.
    Pass,
    /// No check was made.
    Skipped,
    /// These checks failed, or warned.
    Fails(BTreeSet<String>),
}

#[derive(Deserialize)]
struct Check {
    id: String,
    status: String,
}

impl Verdicts {
    /// Reads the reviewed list: wire, scenario, verdict and, unless it is `pass`, the reason and the
    /// checks that fail.
    pub(super) fn parse(list: &str) -> Result<Self> {
        let mut verdicts = Self::default();
        for line in list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let mut words = line.split_whitespace();
            let (Some(wire), Some(name), Some(verdict)) =
                (words.next(), words.next(), words.next())
            else {
                bail!("`{line}` lacks a wire, a scenario or a verdict");
            };
            let reason = words.next();
            let checks: BTreeSet<String> = words.map(str::to_owned).collect();
            let verdict = match (verdict, reason) {
                ("pass", None) => Verdict::Pass,
                ("skipped", Some(_)) if checks.is_empty() => Verdict::Skipped,
                ("fails", Some(_)) if !checks.is_empty() => Verdict::Fails(checks),
                _ => bail!("`{line}` is no `pass`, `skipped REASON` or `fails REASON CHECK..`"),
            };
            let scenario = Scenario { wire: wire.to_owned(), name: name.to_owned() };
            if verdicts.0.insert(scenario, verdict).is_some() {
                bail!("`{line}` is listed twice");
            }
        }
        Ok(verdicts)
    }

    /// Adds what the suite wrote into `folder`.
    pub(super) fn read(&mut self, wire: &str, folder: &Path) -> Result<()> {
        let entries = fs::read_dir(folder)
            .with_context(|| format!("failed to read results in {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let file_name = entry.file_name();
            let file_name = file_name.to_string_lossy();
            let Some(name) = scenario_of(&file_name) else { continue };
            let file = entry.path().join("checks.json");
            let text = fs::read_to_string(&file)
                .with_context(|| format!("failed to read {}", file.display()))?;
            let checks: Vec<Check> = serde_json::from_str(&text)
                .with_context(|| format!("failed to understand {}", file.display()))?;
            let scenario = Scenario { wire: wire.to_owned(), name: name.to_owned() };
            self.0.insert(scenario, Verdict::of(checks));
        }
        Ok(())
    }

    /// Counts the scenarios, and those that pass.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.0.len(), self.0.values().filter(|verdict| **verdict == Verdict::Pass).count())
    }

    /// Says how `found` differs from what is expected, a line for each difference.
    pub(super) fn differences(&self, found: &Self) -> Vec<String> {
        let scenarios: BTreeSet<&Scenario> = self.0.keys().chain(found.0.keys()).collect();
        let said = |verdict: Option<&Verdict>, none: &str| {
            verdict.map_or_else(|| none.to_owned(), ToString::to_string)
        };
        scenarios
            .into_iter()
            .map(|scenario| (scenario, self.0.get(scenario), found.0.get(scenario)))
            .filter(|(_, expected, found)| expected != found)
            .map(|(scenario, expected, found)| {
                let expected = said(expected, "not listed");
                let found = said(found, "not run");
                format!("{} {}: {found}, expected: {expected}", scenario.wire, scenario.name)
            })
            .collect()
    }
}

impl Verdict {
    fn of(checks: Vec<Check>) -> Self {
        let succeeded = checks.iter().any(|check| check.status == "SUCCESS");
        let failed: BTreeSet<String> = checks
            .into_iter()
            .filter(|check| matches!(check.status.as_str(), "FAILURE" | "WARNING"))
            .map(|check| check.id)
            .collect();
        match (failed.is_empty(), succeeded) {
            (false, _) => Self::Fails(failed),
            (true, true) => Self::Pass,
            (true, false) => Self::Skipped,
        }
    }
}

impl Display for Verdict {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => f.write_str("pass"),
            Self::Skipped => f.write_str("skipped"),
            Self::Fails(checks) => {
                f.write_str("fails")?;
                checks.iter().try_for_each(|check| write!(f, " {check}"))
            }
        }
    }
}

/// Takes the name out of `server-NAME-2026-11-22T09-17-29-586Z`, or `authorization-server-NAME-...`.
fn scenario_of(folder: &str) -> Option<&str> {
    let folder = folder.strip_prefix("authorization-").unwrap_or(folder);
    let name_and_time = folder.strip_prefix("server-")?;
    let end = name_and_time.len().checked_sub("-2026-11-22T09-17-29-586Z".len())?;
    name_and_time.get(..end)
}

#[cfg(test)]
mod tests {
    use super::{Verdicts, scenario_of};

    #[test]
    fn a_difference_either_way_is_told() {
        let expected = "w a pass\nw b fails reason x y\nw c skipped reason\n# no\n";
        let expected = Verdicts::parse(expected).expect("a list");
        assert!(expected.differences(&expected).is_empty());
        let found = Verdicts::parse("w a fails r z\nw b pass\nw d pass\n").expect("a list");
        assert_eq!(
            expected.differences(&found),
            [
                "w a: fails z, expected: pass",
                "w b: pass, expected: fails x y",
                "w c: not run, expected: skipped",
                "w d: pass, expected: not listed",
            ]
        );
    }

    #[test]
    fn a_list_gives_reasons() {
        assert!(Verdicts::parse("w a fails reason").is_err());
        assert!(Verdicts::parse("w a skipped").is_err());
        assert!(Verdicts::parse("w a pass\nw a pass").is_err());
    }

    #[test]
    fn the_scenario_is_in_the_name_of_the_folder() {
        let folder = "server-server-stateless-2026-11-22T09-17-29-586Z";
        assert_eq!(scenario_of(folder), Some("server-stateless"));
        assert_eq!(scenario_of("other"), None);
    }
}
