//! Which tools were called, how often, and what that cost.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use tiktoken_rs::CoreBPE;

use super::agent::{Agent, Called};
use super::build::{Build, Style};

/// What was called in each build.
pub(super) struct Report {
    encoding: CoreBPE,
    text: String,
}

/// What one tool was called for.
#[derive(Default)]
struct Tool {
    n_calls: usize,
    n_refused: usize,
    n_sent: usize,
    n_answered: usize,
}

impl Report {
    /// A report of nothing yet.
    pub(super) fn new() -> Self {
        let encoding = tiktoken_rs::o200k_base().expect("the vocabulary");
        let text = "# What was called\n\nWritten by `cargo xtask walkthrough`, on the sandbox. \
                    Tokens are those of o200k_base: of the tool's name and its arguments as they \
                    were sent, and of the text of the answers.\n";
        Self { encoding, text: text.to_owned() }
    }

    /// Adds what an agent called.
    pub(super) fn add(&mut self, build: &Build, style: Style, agent: &Agent) {
        let mut tools: BTreeMap<&str, Tool> = BTreeMap::new();
        let mut actions: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for called in &agent.calls {
            let tool = tools.entry(&called.tool).or_default();
            tool.n_calls += 1;
            tool.n_refused += usize::from(called.answer.is_error);
            tool.n_sent += self.count(&called.tool) + self.count(&called.arguments.to_string());
            tool.n_answered += self.count(&called.answer.text);
            for (action, n_objects) in actions_of(called) {
                let seen = actions.entry(action).or_default();
                seen.0 += 1;
                seen.1 += n_objects;
            }
        }
        let text = &mut self.text;
        // Writing to a text does not fail.
        let _ = write!(text, "\n## {}, {}\n\n", build.name, style.name());
        text.push_str("| tool | calls | refused | tokens sent | tokens answered |\n");
        text.push_str("|---|---:|---:|---:|---:|\n");
        let mut all = Tool::default();
        for (name, tool) in &tools {
            let Tool { n_calls, n_refused, n_sent, n_answered } = tool;
            let _ =
                writeln!(text, "| {name} | {n_calls} | {n_refused} | {n_sent} | {n_answered} |");
            all.n_calls += n_calls;
            all.n_refused += n_refused;
            all.n_sent += n_sent;
            all.n_answered += n_answered;
        }
        let Tool { n_calls, n_refused, n_sent, n_answered } = all;
        let _ = writeln!(text, "| all | {n_calls} | {n_refused} | {n_sent} | {n_answered} |");
        text.push_str("\n| resource and action | times | objects |\n|---|---:|---:|\n");
        for (action, (n_times, n_objects)) in actions {
            let _ = writeln!(text, "| {action} | {n_times} | {n_objects} |");
        }
    }

    /// The report.
    pub(super) fn markdown(self) -> String {
        self.text
    }

    fn count(&self, text: &str) -> usize {
        self.encoding.encode_ordinary(text).len()
    }
}

/// The actions of a call, each with the number of objects that it names.
fn actions_of(called: &Called) -> Vec<(String, usize)> {
    let name = |call: &Value| {
        let part = |key: &str| call[key].as_str().unwrap_or("-").to_owned();
        format!("{} {}", part("resource"), part("action"))
    };
    match called.arguments["steps"].as_array() {
        None => vec![(name(&called.arguments), 1)],
        Some(steps) => {
            // The first row of a step is its header.
            let n_rows = |step: &Value| step["each"].as_array().map_or(1, |rows| rows.len() - 1);
            steps.iter().map(|step| (name(step), n_rows(step))).collect()
        }
    }
}
