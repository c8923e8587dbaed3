//! Tables as tab-separated text: a header line, then a line for each row.

use std::collections::BTreeMap;

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

impl Table {
    /// The cells of each row by the names of their columns, where the second of a name is `name.2`.
    pub fn named_rows(&self) -> impl Iterator<Item = BTreeMap<String, String>> {
        let names: Vec<String> = (0..self.header.len()).map(|place| self.name(place)).collect();
        self.rows.iter().map(move |row| names.iter().cloned().zip(row.iter().cloned()).collect())
    }

    fn name(&self, place: usize) -> String {
        let name = &self.header[place];
        match self.header[..place].iter().filter(|other| *other == name).count() {
            0 => name.clone(),
            n_before => format!("{name}.{}", n_before + 1),
        }
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
