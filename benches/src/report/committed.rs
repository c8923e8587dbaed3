//! The report as it is committed, in five files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::peers::Peer;
use super::tasks::Measured;
use super::{Report, chart, levels, markdown};

/// The report as it is committed, and the other systems' results.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Committed {
    /// The numbers.
    pub report: Report,
    /// The other systems' results.
    pub peers: Vec<Peer>,
    /// What was said in the runs.
    pub transcripts: String,
    readme: String,
}

impl Committed {
    /// Reads it. Numbers that were never written are empty.
    ///
    /// # Errors
    ///
    /// Where a file cannot be read.
    pub fn read() -> Result<Self> {
        let report = match fs::read_to_string(folder().join(NUMBERS)) {
            Ok(text) => serde_json::from_str(&text).context("failed to read the numbers")?,
            Err(_) => Report::default(),
        };
        let readme = fs::read_to_string(readme()).context("failed to read the README")?;
        let transcripts = fs::read_to_string(folder().join(TRANSCRIPTS)).unwrap_or_default();
        Ok(Self { report, peers: Peer::all()?, transcripts, readme })
    }

    /// Puts the tasks as they were measured in place of those before.
    ///
    /// # Errors
    ///
    /// Where the catalog cannot be loaded.
    pub fn set_tasks(&mut self, measured: Measured) -> Result<()> {
        let mut forms = measured.forms;
        let default = forms.remove(0);
        self.report.levels = levels::levels(&default.tasks)?;
        self.report.tasks = default.tasks;
        self.report.forms = forms;
        self.transcripts = measured.transcripts;
        Ok(())
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// Where a file cannot be written, or the README has no place for it.
    pub fn write(&self) -> Result<()> {
        for (path, text) in self.files()? {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&path, text)
                .with_context(|| format!("failed to write {}", path.display()))?;
        }
        Ok(())
    }

    /// Every file of it, as it should be.
    ///
    /// # Errors
    ///
    /// Where the README has no place for it.
    pub fn files(&self) -> Result<Vec<(PathBuf, String)>> {
        let Self { report, peers, transcripts, readme: text } = self;
        let (before, rest) = text.split_once(BEGIN).context("the README has no place")?;
        let (_, after) = rest.split_once(END).context("the place in the README has no end")?;
        let tables = markdown::readme(report, peers);
        Ok(vec![
            (folder().join(NUMBERS), serde_json::to_string_pretty(report)? + "\n"),
            (folder().join("token_compression.md"), markdown::report(report, peers)),
            (folder().join("token_compression.svg"), chart::chart(report, peers)),
            (folder().join(TRANSCRIPTS), transcripts.clone()),
            (readme(), format!("{before}{BEGIN}\n{tables}{END}{after}")),
        ])
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results")
}

fn readme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")
}

const NUMBERS: &str = "token_compression.json";
const TRANSCRIPTS: &str = "transcripts.txt";
const BEGIN: &str = "<!-- report: written by cargo bench --bench token_compression -->";
const END: &str = "<!-- end of report -->";
