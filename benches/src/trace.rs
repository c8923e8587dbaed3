//! Traces: what an agent sends to one system to do a task, under each policy.
//! `benches/traces/README.md` explains the format.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// How well an agent knows what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Policy {
    /// It knows the operations and takes the shortest legal path.
    Oracle,
    /// It asks for help, or searches, before it uses anything.
    Cautious,
    /// It makes one typo, one wrong value and one mix-up of name and id, and corrects each as the
    /// system's answer suggests.
    Stumbling,
}

impl Policy {
    /// Every policy.
    pub const ALL: [Self; 3] = [Self::Oracle, Self::Cautious, Self::Stumbling];

    /// Its name in files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Oracle => "oracle",
            Self::Cautious => "cautious",
            Self::Stumbling => "stumbling",
        }
    }
}

/// What an agent sends to one system to do one task.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Trace {
    /// What the system has to have for it. Nothing runs where this is set.
    pub needs: Option<String>,
    /// What was assumed, for whoever reads the transcript.
    pub note: Option<String>,
    /// The turns under the policy `oracle`.
    #[serde(default)]
    pub oracle: Vec<Turn>,
    /// The turns under the policy `cautious`.
    #[serde(default)]
    pub cautious: Vec<Turn>,
    /// The turns under the policy `stumbling`.
    #[serde(default)]
    pub stumbling: Vec<Turn>,
}

/// One turn of the model: the calls that it sends at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Turn {
    /// The calls.
    pub calls: Vec<Call>,
}

/// A tool call, or one for each row of a table of the task.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Call {
    /// The tool.
    pub tool: String,
    /// Its arguments in JSON. `{{name}}` stands for what was captured under that name, or for the
    /// cell of that column.
    #[serde(default)]
    pub arguments: String,
    /// In place of the arguments: code, which is sent as the argument `code` as it stands.
    pub code: Option<String>,
    /// The table of the task of which each row makes one call.
    pub each: Option<String>,
    /// Of those rows only the ones with this cell in this column.
    #[serde(default)]
    pub only: BTreeMap<String, String>,
    /// Of those rows only the ones without this cell in this column.
    #[serde(default)]
    pub except: BTreeMap<String, String>,
    /// What later calls need of the result: by name, a regular expression with one group, or a
    /// dotted path after `$.` where the result is JSON.
    #[serde(default)]
    pub capture: BTreeMap<String, String>,
}

impl Call {
    /// A call with these arguments.
    #[must_use]
    pub fn new(tool: &str, arguments: String) -> Self {
        Self { tool: tool.to_owned(), arguments, ..Self::default() }
    }
}

impl Trace {
    /// Reads the trace of a system for a task; none where it has none.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read or is no trace.
    pub fn of(system: &str, task: &str) -> Result<Option<Self>> {
        let path = folder().join(system).join(format!("{task}.toml"));
        if !path.exists() {
            return Ok(None);
        }
        let context = || format!("failed to read the trace {}", path.display());
        let text = fs::read_to_string(&path).with_context(context)?;
        toml::from_str(&text).with_context(context).map(Some)
    }

    /// Reads every trace of a system for a task: the usual one, which has no style, and those in
    /// another style, such as one call for each object.
    ///
    /// # Errors
    ///
    /// Where the folder or a file cannot be read, or a file is no trace.
    pub fn all_of(system: &str, task: &str) -> Result<Vec<(Option<String>, Self)>> {
        let folder = folder().join(system);
        let entries = fs::read_dir(&folder);
        let entries = entries.with_context(|| format!("failed to read {}", folder.display()))?;
        let mut names = Vec::new();
        for entry in entries {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        let mut traces = Vec::new();
        for name in names.iter().filter_map(|name| name.strip_suffix(".toml")) {
            let style = match name.strip_prefix(task) {
                Some("") => None,
                Some(style) if style.starts_with('.') => Some(style[1..].to_owned()),
                _ => continue,
            };
            traces.extend(Self::of(system, name)?.map(|trace| (style, trace)));
        }
        Ok(traces)
    }

    /// The turns under a policy; empty where the trace does not have it.
    #[must_use]
    pub fn turns(&self, policy: Policy) -> &[Turn] {
        match policy {
            Policy::Oracle => &self.oracle,
            Policy::Cautious => &self.cautious,
            Policy::Stumbling => &self.stumbling,
        }
    }
}

/// The folder of the traces, a folder for each system.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces")
}
