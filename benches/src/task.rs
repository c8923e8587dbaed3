//! Tasks: what a person asks for, and the answer key. `benches/tasks/README.md` explains the format.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use dispatch_core::Tier;
use serde::Deserialize;

use crate::sandbox::Seed;
use crate::table::Table;

/// A task and its answer key. It knows no system.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Task {
    /// The name of its file without number and ending.
    #[serde(skip)]
    pub id: String,
    /// The number of its file.
    #[serde(skip)]
    pub number: u32,
    /// What kind of task it is, such as `read` or `join`.
    pub kind: String,
    /// The words a person gives the agent.
    pub says: String,
    /// The tier of the connection.
    pub tier: Tier,
    /// What the fresh sandbox holds.
    pub seed: Seed,
    /// What the agent has to have been told: exactly the fields asked for.
    pub answer: Option<Table>,
    /// What will do in its place, where an agent can reckon the answer from it: not in the floor.
    pub or: Option<Table>,
    /// What the agent has to name, where it has nothing else to write: part of the floor only.
    pub names: Option<Table>,
    /// What must not stand in the results of the last turn.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Where the task has to be refused: the agent was told one of these.
    #[serde(default)]
    pub refusal: Vec<String>,
    /// What the sandbox has to hold afterwards, as the tables that the agent writes.
    #[serde(default)]
    pub data: Vec<Data>,
    /// Further checks of the sandbox afterwards.
    #[serde(default)]
    pub state: Vec<State>,
}

/// A table that the agent has to write.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Data {
    /// What traces call it.
    pub name: String,
    /// The list in which each row has to be found.
    pub get: String,
    /// The rows. A column is a field of the list's objects.
    pub rows: Table,
}

/// A value that the sandbox has to answer afterwards.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct State {
    /// What is asked for.
    pub get: String,
    /// The dotted path of the value in the answer, such as `results.0.status.value`.
    pub at: String,
    /// The value.
    pub is: serde_json::Value,
}

impl Task {
    /// Reads every task, in the order of their numbers.
    ///
    /// # Errors
    ///
    /// Where a file cannot be read or is no task.
    pub fn all() -> Result<Vec<Self>> {
        let folder = folder();
        let entries = fs::read_dir(&folder)
            .with_context(|| format!("failed to read {}", folder.display()))?;
        let mut tasks = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                tasks.push(Self::read(&path)?);
            }
        }
        tasks.sort_by_key(|task| task.number);
        ensure!(
            tasks.is_sorted_by(|a, b| a.number < b.number),
            "failed to tell the tasks apart: two have the same number"
        );
        Ok(tasks)
    }

    fn read(path: &Path) -> Result<Self> {
        let context = || format!("failed to read the task {}", path.display());
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let (number, id) = stem.split_once('-').with_context(context)?;
        let mut task: Self = toml::from_str(&fs::read_to_string(path).with_context(context)?)
            .with_context(context)?;
        task.number = number.parse().with_context(context)?;
        task.id = id.to_owned();
        Ok(task)
    }

    /// The information floor: the bare fields of the answer key as tab-separated text, those that
    /// the agent is told and those that it has to write.
    #[must_use]
    pub fn floor(&self) -> String {
        let tables = [&self.answer, &self.names].into_iter().flatten();
        let tables = tables.chain(self.data.iter().map(|data| &data.rows));
        tables.map(Table::text).collect::<Vec<_>>().join("\n")
    }
}

/// The folder of the tasks.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tasks")
}
