//! The committed results of other systems over the same tasks; `cargo xtask peers` writes them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::cost::{Cost, SurfaceCost};

/// The results of another system.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Peer {
    /// Its short name.
    pub peer: String,
    /// Its name and version.
    pub title: String,
    /// The day of its runs.
    pub date: String,
    /// What ran it.
    pub command: String,
    /// What its tools cost.
    pub surface: SurfaceCost,
    /// Its runs.
    pub runs: Vec<PeerRun>,
}

/// A run of another system.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct PeerRun {
    /// The task.
    pub task: String,
    /// The policy.
    pub policy: String,
    /// Whether it succeeded.
    pub done: bool,
    /// What it costs.
    pub cost: Option<Cost>,
}

impl Peer {
    /// Reads the results of every other system; none where none are committed.
    ///
    /// # Errors
    ///
    /// Where a file cannot be read.
    pub fn all() -> Result<Vec<Self>> {
        let mut peers: Vec<Self> = Vec::new();
        let Ok(entries) = fs::read_dir(folder()) else { return Ok(peers) };
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            let context = || format!("failed to read {}", path.display());
            let text = fs::read_to_string(&path).with_context(context)?;
            peers.push(serde_json::from_str(&text).with_context(context)?);
        }
        peers.sort_by(|a, b| a.peer.cmp(&b.peer));
        Ok(peers)
    }

    /// What a task costs under a policy, where it was completed.
    #[must_use]
    pub fn cost(&self, task: &str, policy: &str) -> Option<&Cost> {
        let mut runs = self.runs.iter();
        let run = runs.find(|run| run.task == task && run.policy == policy && run.done)?;
        run.cost.as_ref()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/results")
}
