//! What the tasks cost with this project.

use anyhow::{Context as _, Result};
use dispatch_core::DispatcherOptions;
use serde_json::Value;

use super::{RunRow, TaskRow};
use crate::cost::Cost;
use crate::grade::grade;
use crate::ours;
use crate::run::{Exchange, Transcript, run};
use crate::sandbox::Fresh;
use crate::task::Task;
use crate::tokens::Tokenizer;
use crate::trace::{Policy, Trace, Turn};

/// What the tasks cost, and what was said.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Measured {
    /// A row for each task.
    pub rows: Vec<TaskRow>,
    /// Every call with its answer, long ones cut short.
    pub transcripts: String,
}

/// Runs every trace of this project, each over a fresh sandbox.
///
/// # Errors
///
/// Where a file cannot be read, or a server cannot be talked to.
pub async fn ours(options: &DispatcherOptions) -> Result<Measured> {
    let encodings = [Tokenizer::o200k()?, Tokenizer::cl100k()?];
    let mut measured = Measured::default();
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
                let style_name = style.as_deref().unwrap_or("the usual style");
                measured.transcripts +=
                    &format!("# {}, {style_name}, {}\n\n", task.id, policy.name());
                measured.transcripts += &written(&transcript);
                let [cost, cl100k] = encodings
                    .each_ref()
                    .map(|encoding| Cost::of(&transcript, fresh.n_requests(), encoding));
                runs.push(RunRow {
                    style: style.clone(),
                    policy: policy.name().to_owned(),
                    cost,
                    unique_cl100k: cl100k.unique,
                    create_help: create_help(&transcript, &encodings[0]),
                    missing: grade(&task, &transcript, &fresh),
                });
            }
        }
        measured.rows.push(TaskRow {
            floor: encodings[0].count(&task.floor()),
            tier: task.tier.to_string(),
            kind: task.kind,
            task: task.id,
            runs,
        });
    }
    Ok(measured)
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

/// What is spent on help that asks for nothing but what `create` takes.
fn create_help(transcript: &Transcript, encoding: &Tokenizer) -> usize {
    let asks = |exchange: &&Exchange| {
        let arguments: Value = serde_json::from_str(&exchange.arguments).unwrap_or_default();
        let resources = arguments["resource"].as_str().unwrap_or_default();
        arguments["action"] == "help" && resources.split(',').all(|it| it.ends_with(".create"))
    };
    let helps = transcript.turns.iter().flatten().filter(asks);
    helps
        .map(|exchange| {
            let answer: usize = exchange.answer.texts.iter().map(|it| encoding.count(it)).sum();
            answer + encoding.count(&exchange.written())
        })
        .sum()
}

/// A transcript for readers: the turns, and in them each call with its answer.
fn written(transcript: &Transcript) -> String {
    let mut text = String::new();
    for (turn, exchanges) in (1..).zip(&transcript.turns) {
        for exchange in exchanges {
            let answer = exchange.answer.texts.join("\n");
            let cut = answer.char_indices().nth(LONGEST_ANSWER).map(|(place, _)| place);
            let shown = &answer[..cut.unwrap_or(answer.len())];
            let rest = if cut.is_some() { " ..." } else { "" };
            text += &format!("{turn}> {} {}\n{shown}{rest}\n\n", exchange.tool, exchange.arguments);
        }
    }
    text
}

/// How many characters of an answer a transcript shows.
const LONGEST_ANSWER: usize = 1_200;
