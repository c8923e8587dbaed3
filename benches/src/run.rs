//! Plays a trace against a server and keeps what was sent and received.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use regex::Regex;
use serde_json::{Value, json};

use crate::connection::{Answer, Connection, Surface};
use crate::task::Task;
use crate::trace::{Call, Turn};

/// What was sent and received in a run.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// What the server showed before the first call.
    pub surface: Surface,
    /// The turns, each with the calls that were sent at once.
    pub turns: Vec<Vec<Exchange>>,
    /// Why the trace could not be played to its end.
    pub broke: Option<String>,
}

/// A call and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The tool.
    pub tool: String,
    /// The arguments, as compact JSON.
    pub arguments: String,
    /// The answer.
    pub answer: Answer,
}

impl Exchange {
    /// What the model writes for the call: the name of the tool and the arguments.
    #[must_use]
    pub fn written(&self) -> String {
        format!("{} {}", self.tool, self.arguments)
    }
}

/// Opens a connection and plays the turns of a trace.
///
/// A trace that cannot go on, since a result has not what it needs of it, is a run that failed.
///
/// # Errors
///
/// Where the server cannot be talked to, or the trace is wrong in itself.
pub async fn run(connection: &mut Connection, task: &Task, turns: &[Turn]) -> Result<Transcript> {
    let surface = connection.open().await?;
    play_turns(connection, surface, task, turns).await
}

/// Plays the turns of a trace over a connection that has been opened, and showed this surface.
///
/// # Errors
///
/// Where the server cannot be talked to, or the trace is wrong in itself.
pub async fn play_turns(
    connection: &mut Connection,
    surface: Surface,
    task: &Task,
    turns: &[Turn],
) -> Result<Transcript> {
    let mut transcript = Transcript { surface, turns: Vec::new(), broke: None };
    let mut captured = BTreeMap::new();
    for turn in turns {
        let mut exchanges = Vec::new();
        for call in &turn.calls {
            let played = play(connection, task, call, &mut captured, &mut exchanges).await;
            if let Err(why) = played {
                transcript.broke = Some(format!("{why:#}"));
            }
            if transcript.broke.is_some() {
                break;
            }
        }
        transcript.turns.push(exchanges);
        if transcript.broke.is_some() {
            break;
        }
    }
    Ok(transcript)
}

/// Sends a call, or one for each row of its table.
async fn play(
    connection: &mut Connection,
    task: &Task,
    call: &Call,
    captured: &mut BTreeMap<String, String>,
    exchanges: &mut Vec<Exchange>,
) -> Result<()> {
    let rows = match &call.each {
        None => vec![BTreeMap::new()],
        Some(name) => {
            let data = task.data.iter().find(|data| data.name == *name);
            let table = &data.with_context(|| format!("the task has no data {name}"))?.rows;
            let has = |row: &BTreeMap<String, String>, column: &str, cell: &str| {
                row.get(column).is_some_and(|it| it == cell)
            };
            let rows = table.named_rows();
            let rows =
                rows.filter(|row| call.only.iter().all(|(column, cell)| has(row, column, cell)));
            rows.filter(|row| !call.except.iter().any(|(column, cell)| has(row, column, cell)))
                .collect()
        }
    };
    for row in rows {
        let names = [&row, captured];
        let arguments = match &call.code {
            Some(code) => json!({ "code": code.trim() }),
            None => {
                let arguments = fill(&call.arguments, &names)?;
                serde_json::from_str(&arguments)
                    .with_context(|| format!("these arguments are no JSON: {arguments}"))?
            }
        };
        let answer = connection.call(&call.tool, &arguments).await?;
        let mut found = BTreeMap::new();
        for (name, pattern) in &call.capture {
            let value = capture(pattern, &answer);
            let value = value.with_context(|| {
                let text = answer.parts().collect::<Vec<_>>().join("\n");
                format!("the result has no {pattern} for {name}: {text}")
            });
            found.insert(fill(name, &names)?, value);
        }
        exchanges.push(Exchange {
            tool: call.tool.clone(),
            arguments: arguments.to_string(),
            answer,
        });
        for (name, value) in found {
            captured.insert(name, value?);
        }
    }
    Ok(())
}

/// Puts values in place of `{{name}}`, the innermost first, so that names can be put together.
fn fill(text: &str, names: &[&BTreeMap<String, String>]) -> Result<String> {
    let mut text = text.to_owned();
    while let Some(end) = text.find("}}").filter(|end| text[..*end].contains("{{")) {
        let start = text[..end].rfind("{{").context("a name ends that did not begin")?;
        let name = &text[start + 2..end];
        let Some(value) = names.iter().find_map(|names| names.get(name)) else {
            bail!("nothing was captured as {name}");
        };
        text = format!("{}{value}{}", &text[..start], &text[end + 2..]);
    }
    Ok(text)
}

/// Finds what a pattern names in an answer.
fn capture(pattern: &str, answer: &Answer) -> Option<String> {
    if let Some(path) = pattern.strip_prefix("$.") {
        return answer.parts().find_map(|part| {
            let value: Value = serde_json::from_str(part).ok()?;
            at(&value, path).map(plain)
        });
    }
    let pattern = Regex::new(pattern).ok()?;
    answer.parts().find_map(|part| Some(pattern.captures(part)?.get(1)?.as_str().to_owned()))
}

/// The value at a dotted path, whose numbers are places in lists.
#[must_use]
pub fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => value.get(step),
    })
}

/// A value as text, a string without its quotes.
#[must_use]
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
