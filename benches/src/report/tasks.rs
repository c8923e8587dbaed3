//! What the tasks cost with this project.

use anyhow::{Context as _, Result};
use dispatch_core::surface::Tools;
use dispatch_core::{DispatcherOptions, Tier};
use serde_json::Value;

use super::surfaces::cost;
use super::{FormRow, RunRow, TaskRow};
use crate::cost::Cost;
use crate::grade::grade;
use crate::ours::{self, Form};
use crate::run::{Exchange, Transcript, run};
use crate::sandbox::Fresh;
use crate::task::Task;
use crate::tokens::Tokenizer;
use crate::trace::{Policy, Trace, Turn};

/// What the tasks cost, and what was said.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Measured {
    /// What the tasks cost in each form of the tools, the default first.
    pub forms: Vec<FormRow>,
    /// Every call with its answer, long ones cut short.
    pub transcripts: String,
}

/// Runs every trace of this project in each form of its tools, each over a fresh sandbox.
///
/// # Errors
///
/// Where a file cannot be read, or a server cannot be talked to.
pub async fn ours() -> Result<Measured> {
    let mut measured = Measured::default();
    for form in Form::ALL {
        let row = in_form(form, &mut measured.transcripts).await?;
        measured.forms.push(row);
    }
    Ok(measured)
}

async fn in_form(form: Form, transcripts: &mut String) -> Result<FormRow> {
    let encodings = [Tokenizer::o200k()?, Tokenizer::cl100k()?];
    let options = form.options();
    let (_, surface) = cost(&*ours::catalog()?, Tier::Admin, &options.surface, &encodings[0])?;
    let mut rows = Vec::new();
    for task in Task::all()? {
        let mut runs = Vec::new();
        for (style, trace) in Trace::all_of(ours::NAME, &task.id)? {
            // Another style is compared with the usual one in the default form alone.
            if trace.needs.is_some() || style.is_some() && form != Form::ALL[0] {
                continue;
            }
            for policy in Policy::ALL {
                let turns = form.turns(&task.id, policy, trace.turns(policy))?;
                if turns.is_empty() {
                    continue;
                }
                let played = play(&task, &turns, &options).await;
                let (transcript, fresh) =
                    played.with_context(|| format!("failed to run {}", task.id))?;
                if is_told(form, policy) {
                    let style = style.as_deref().unwrap_or("the usual style");
                    *transcripts += &format!(
                        "# {}, {style}, {}, {}\n\n{}",
                        task.id,
                        form.name(),
                        policy.name(),
                        written(&transcript),
                    );
                }
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
        rows.push(TaskRow {
            floor: encodings[0].count(&task.floor()),
            tier: task.tier.to_string(),
            kind: task.kind,
            task: task.id,
            runs,
        });
    }
    Ok(FormRow { form: form.name(), surface: surface.tools + surface.instructions, tasks: rows })
}

/// Whether the transcripts have the runs in a form: where they differ in more than a tool's name.
fn is_told(form: Form, policy: Policy) -> bool {
    form.tools == Tools::Groups || form == Form::ALL[2] && policy == Policy::Cautious
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
