//! Tables as tab-separated text: a header line, then a line for each row.

use anyhow::{Result, ensure};
use serde::Deserialize;

/// A table of texts. Two columns may have the same name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Table {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows, each as long as the header.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table as it was written, without a line break at its end.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = [&self.header].into_iter().chain(&self.rows);
        lines.map(|cells| cells.join("\t")).collect::<Vec<_>>().join("\n")
    }
}

impl TryFrom<String> for Table {
    type Error = anyhow::Error;

    fn try_from(text: String) -> Result<Self> {
        let mut lines = text.trim_matches('\n').lines().map(cells);
        let header = lines.next().unwrap_or_default();
        let rows: Vec<_> = lines.collect();
        for row in &rows {
            ensure!(
                row.len() == header.len(),
                "the row {row:?} has {} cells under a header of {}",
                row.len(),
                header.len()
            );
        }
        Ok(Self { header, rows })
    }
}

fn cells(line: &str) -> Vec<String> {
    line.split('\t').map(str::to_owned).collect()
}
