//! The report: what surfaces and whole tasks cost, as tables, data and a chart.

use serde::{Deserialize, Serialize};

use crate::cost::Cost;

pub mod chart;
mod committed;
pub mod forms;
pub mod levels;
pub mod markdown;
pub mod peers;
pub mod surfaces;
pub mod systems;
pub mod tasks;

pub use committed::Committed;

/// Everything that is measured. Equal code and documents give equal bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(default)]
pub struct Report {
    /// What documents and their tools cost before the first call.
    pub surfaces: Vec<DocumentRow>,
    /// What the tasks cost with this project.
    pub tasks: Vec<TaskRow>,
    /// What they cost with the other forms of its tools.
    pub forms: Vec<FormRow>,
    /// What all of them cost together, at each level of detail of the surface.
    pub levels: Vec<LevelRow>,
}

/// What the tasks cost with a form of the tools.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FormRow {
    /// The form.
    pub form: String,
    /// Tools and instructions at tier admin.
    pub surface: usize,
    /// A row for each task.
    pub tasks: Vec<TaskRow>,
}

/// What the tasks that succeed under every policy cost together at a level of the surface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LevelRow {
    /// The level.
    pub level: String,
    /// Tools and instructions at tier admin.
    pub surface: usize,
    /// Unique tokens under each policy, in the order of the policies.
    pub unique: Vec<usize>,
    /// Cumulative tokens under each policy.
    pub cumulative: Vec<usize>,
    /// Unique tokens of the cautious policy, where no help is asked for on what the surface shows:
    /// at the full level, what `create` takes.
    pub unique_without_help: usize,
}

/// A document and the ways of serving it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DocumentRow {
    /// Its title and version.
    pub document: String,
    /// How many operations it has.
    pub n_operations: usize,
    /// The ways, the dearest first.
    pub approaches: Vec<ApproachRow>,
}

/// A way of serving a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApproachRow {
    /// What it is called.
    pub approach: String,
    /// How many tools an agent loads.
    pub n_tools: usize,
    /// Tokens of o200k_base.
    pub tokens: usize,
    /// Tokens of cl100k_base.
    pub tokens_cl100k: usize,
}

/// A task and what it costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskRow {
    /// The task.
    pub task: String,
    /// Its kind.
    pub kind: String,
    /// The tier of its connection.
    pub tier: String,
    /// Its information floor, in tokens of o200k_base.
    pub floor: usize,
    /// The runs.
    pub runs: Vec<RunRow>,
}

/// A run of a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunRow {
    /// The style, where it is not the usual one.
    pub style: Option<String>,
    /// The policy.
    pub policy: String,
    /// What it costs, in tokens of o200k_base.
    pub cost: Cost,
    /// Unique tokens of cl100k_base.
    pub unique_cl100k: usize,
    /// Tokens of help that asks for nothing but what `create` takes.
    #[serde(default)]
    pub create_help: usize,
    /// What was missing to success; nothing where it succeeded.
    pub missing: Vec<String>,
}

impl TaskRow {
    /// The run of the usual style under a policy.
    #[must_use]
    pub fn run(&self, policy: &str) -> Option<&RunRow> {
        self.runs.iter().find(|run| run.style.is_none() && run.policy == policy)
    }
}
