//! Which level of the surface is the cheapest over the tasks.
//!
//! A level changes what an agent loads, and nothing that is answered. What the tasks cost at a level
//! is therefore what they cost at the default one, with the other surface in place of that one in
//! each turn that reads it. A level that names no resource changes what an agent does, and is
//! measured.

use anyhow::{Context as _, Result};
use dispatch_core::Tier;
use dispatch_core::surface::{Level, SurfaceOptions};

use super::surfaces::cost;
use super::{LevelRow, RunRow, TaskRow};
use crate::ours;
use crate::tokens::Tokenizer;
use crate::trace::Policy;

/// Reckons what the tasks cost at each level.
///
/// # Errors
///
/// Where the catalog cannot be loaded.
pub fn levels(rows: &[TaskRow]) -> Result<Vec<LevelRow>> {
    let (catalog, encoding) = (ours::catalog()?, Tokenizer::o200k()?);
    let mut levels = Vec::new();
    for level in Level::ALL.into_iter().filter(|level| *level >= Level::Names) {
        let options = SurfaceOptions::default().with_level(level);
        let mut surfaces = Vec::new();
        for tier in Tier::ALL {
            let (_, cost) = cost(&catalog, tier, &options, &encoding)?;
            surfaces.push((tier.to_string(), cost.tools + cost.instructions));
        }
        let surface = |tier: &str| surfaces.iter().find(|(name, _)| name == tier).map(|it| it.1);
        let sum = |policy: Policy, of: fn(&RunRow, usize) -> usize| {
            let runs = rows.iter().filter(|row| is_whole(row)).map(|row| {
                let run = row.run(policy.name())?;
                Some(of(run, surface(&row.tier)?))
            });
            runs.sum::<Option<usize>>().context("a run has no tier")
        };
        let sums =
            |of| Policy::ALL.into_iter().map(|policy| sum(policy, of)).collect::<Result<_>>();
        levels.push(LevelRow {
            level: level.as_str().to_owned(),
            surface: surface("admin").context("there is no tier admin")?,
            unique: sums(unique)?,
            cumulative: sums(cumulative)?,
            unique_without_help: match level {
                Level::Full => {
                    sum(Policy::Cautious, |run, surface| unique(run, surface) - run.create_help)?
                }
                _ => sum(Policy::Cautious, unique)?,
            },
        });
    }
    Ok(levels)
}

/// The level at which the tasks cost the least over all policies, where a cautious agent asks for no
/// help on what the surface shows.
#[must_use]
pub fn cheapest(rows: &[LevelRow]) -> Option<&LevelRow> {
    let cost = |row: &&LevelRow| {
        let [oracle, cautious, stumbling] = row.unique.as_slice() else { return usize::MAX };
        oracle + stumbling + cautious.min(&row.unique_without_help)
    };
    rows.iter().min_by_key(cost)
}

/// Whether a task succeeds under every policy.
fn is_whole(row: &TaskRow) -> bool {
    Policy::ALL
        .iter()
        .all(|policy| row.run(policy.name()).is_some_and(|run| run.missing.is_empty()))
}

fn unique(run: &RunRow, surface: usize) -> usize {
    run.cost.output + run.cost.results + surface
}

fn cumulative(run: &RunRow, surface: usize) -> usize {
    let n_readings = run.cost.turns + 1;
    run.cost.cumulative - n_readings * (run.cost.tools + run.cost.instructions)
        + n_readings * surface
}
