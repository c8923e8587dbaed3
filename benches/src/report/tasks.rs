//! What the tasks cost with this project.

use anyhow::{Context as _, Result};
use dispatch_core::DispatcherOptions;

use super::{RunRow, TaskRow};
use crate::cost::Cost;
use crate::grade::grade;
use crate::ours;
use crate::run::{Transcript, run};
use crate::sandbox::Fresh;
use crate::task::Task;
use crate::tokens::Tokenizer;
use crate::trace::{Policy, Trace, Turn};

/// Runs every trace of this project, each over a fresh sandbox.
///
/// # Errors
///
/// Where a file cannot be read, or a server cannot be talked to.
pub async fn ours(options: &DispatcherOptions) -> Result<Vec<TaskRow>> {
    let encodings = [Tokenizer::o200k()?, Tokenizer::cl100k()?];
    let mut rows = Vec::new();
    for task in Task::all()? {
        let mut runs = Vec::new();
        for (style, trace) in Trace::all_of(ours::NAME, &task.id)? {
            if trace.needs.is_some() {
                continue;
            }
            for policy in Policy::ALL {
                let turns = trace.turns(policy);
                if turns.is_empty() {
                    continue;
                }
                let played = play(&task, turns, options).await;
                let (transcript, fresh) =
                    played.with_context(|| format!("failed to run {}", task.id))?;
                let [cost, cl100k] = encodings
                    .each_ref()
                    .map(|encoding| Cost::of(&transcript, fresh.n_requests(), encoding));
                runs.push(RunRow {
                    style: style.clone(),
                    policy: policy.name().to_owned(),
                    cost,
                    unique_cl100k: cl100k.unique,
                    missing: grade(&task, &transcript, &fresh),
                });
            }
        }
        rows.push(TaskRow {
            floor: encodings[0].count(&task.floor()),
            tier: task.tier.to_string(),
            kind: task.kind,
            task: task.id,
            runs,
        });
    }
    Ok(rows)
}

/// Plays the turns of a trace against a server of this project.
///
/// # Errors
///
/// Where the sandbox cannot be made, or the server cannot be talked to.
pub async fn play(
    task: &Task,
    turns: &[Turn],
    options: &DispatcherOptions,
) -> Result<(Transcript, Fresh)> {
    let fresh = Fresh::new(task.seed)?;
    let mut connection = ours::connect(&fresh, task.tier, options)?;
    let transcript = run(&mut connection, task, turns).await?;
    Ok((transcript, fresh))
}
