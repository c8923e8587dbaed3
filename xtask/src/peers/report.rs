//! What the runs of a peer came to, as it is committed.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use benches::Task;
use benches::cost::{Cost, SurfaceCost};
use benches::run::Transcript;
use benches::tokens::Tokenizer;
use benches::trace::Policy;
use serde::Serialize;
use serde_json::json;

use super::systems::Peer;
use crate::workspace;

/// The results of a peer.
#[derive(Debug, Serialize)]
pub(super) struct Results {
    peer: &'static str,
    title: &'static str,
    packages: &'static [&'static str],
    date: String,
    command: String,
    assumptions: &'static [&'static str],
    tokenizer: &'static str,
    /// What its tools cost.
    pub(super) surface: SurfaceCost,
    /// Every run, in the order of the tasks.
    pub(super) runs: Vec<Run>,
}

/// One task under one policy.
#[derive(Debug, Serialize)]
pub(super) struct Run {
    pub(super) task: String,
    pub(super) policy: &'static str,
    pub(super) done: bool,
    /// Why the task was not done; what was assumed where it was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cost: Option<Cost>,
}

impl Results {
    /// Results of no run yet.
    pub(super) fn new(
        peer: &Peer,
        date: String,
        surface: SurfaceCost,
        tokenizer: &Tokenizer,
    ) -> Self {
        Self {
            peer: peer.name,
            title: peer.title,
            packages: peer.package.packages(),
            date,
            command: format!("cargo xtask peers {}", peer.name),
            assumptions: peer.assumptions,
            tokenizer: tokenizer.name,
            surface,
            runs: Vec::new(),
        }
    }

    /// Writes the results to their file.
    pub(super) fn save(&self) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        write(&folder().join("results").join(format!("{}.json", self.peer)), &text)
    }

    /// A line that says how it went.
    pub(super) fn summary(&self) -> String {
        let mut line = format!("{}: surface {}", self.peer, self.surface.tools);
        for policy in Policy::ALL {
            let runs = self.runs.iter().filter(|run| run.policy == policy.name());
            let done: Vec<&Run> = runs.clone().filter(|run| run.done).collect();
            let unique: usize =
                done.iter().filter_map(|run| run.cost).map(|cost| cost.unique).sum();
            let _ = write!(
                line,
                "; {} {} of {} done, {unique} unique",
                policy.name(),
                done.len(),
                runs.count()
            );
        }
        line
    }
}

impl Run {
    /// A task that is out of a peer's reach.
    pub(super) fn cannot(task: &Task, policy: Policy, notes: Vec<String>) -> Self {
        Self { task: task.id.clone(), policy: policy.name(), done: false, notes, cost: None }
    }

    /// A run that came to its end, with what is missing to success.
    pub(super) fn ended(
        task: &Task,
        policy: Policy,
        cost: Cost,
        missing: Vec<String>,
        notes: Vec<String>,
    ) -> Self {
        let done = missing.is_empty();
        let notes = missing.into_iter().chain(notes).collect();
        Self { task: task.id.clone(), policy: policy.name(), done, notes, cost: Some(cost) }
    }

    /// A line that says how it went.
    pub(super) fn says(&self) -> String {
        let cost = self.cost.map_or_else(String::new, |cost| {
            format!(
                "{} unique tokens, {} turns, {} API calls",
                cost.unique, cost.turns, cost.api_calls
            )
        });
        let done = if self.done { "done" } else { "not done" };
        format!("{done}; {cost}; {}", self.notes.join("; "))
    }
}

/// The transcripts of a peer: one line of JSON a call, its answer cut short.
#[derive(Debug, Default)]
pub(super) struct Transcripts(String);

impl Transcripts {
    /// Adds a run.
    pub(super) fn add(
        &mut self,
        task: &str,
        policy: Policy,
        transcript: &Transcript,
        tokenizer: &Tokenizer,
    ) {
        for (turn, exchanges) in transcript.turns.iter().enumerate() {
            for exchange in exchanges {
                let text = exchange.answer.texts.join("\n");
                let mut line = json!({
                    "task": task,
                    "policy": policy.name(),
                    "turn": turn + 1,
                    "tool": exchange.tool,
                    "arguments": exchange.arguments,
                    "error": exchange.answer.is_error,
                    "answer_tokens": tokenizer.count(&text),
                });
                let shown: String = text.chars().take(N_SHOWN_CHARS).collect();
                if shown.len() < text.len() {
                    line["answer_bytes"] = text.len().into();
                    line["answer_begins"] = shown.into();
                } else {
                    line["answer"] = shown.into();
                }
                let _ = writeln!(self.0, "{line}");
            }
        }
    }

    /// The lines.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Writes the transcripts of a peer to their file, where there are any.
    pub(super) fn save(&self, peer: &Peer) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        write(&folder().join(peer.name).join("transcripts.jsonl"), &self.0)
    }
}

fn write(path: &PathBuf, text: &str) -> Result<()> {
    let context = || format!("failed to write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(context)?;
    }
    fs::write(path, text).with_context(context)
}

fn folder() -> PathBuf {
    workspace::root().join("benches/peers")
}

/// How much of an answer a transcript repeats.
const N_SHOWN_CHARS: usize = 200;
