//! `cargo bench --bench token_compression`: what surfaces and whole tasks cost in tokens.
//!
//! It takes no time into account and writes equal files for equal code and documents: a table to
//! the terminal, and in `benches/results` the report as Markdown, its numbers as JSON and the chart
//! of the README. Documents are taken from where `cargo xtask documents` puts them; the rows of
//! those that are not there stay as they were committed.

use anyhow::Result;
use benches::report::{Committed, forms, markdown, surfaces, tasks};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut committed = Committed::read()?;
    committed.report.surfaces = surfaces::measure(&committed.report.surfaces)?;
    committed.set_tasks(tasks::ours().await?)?;
    committed.write()?;

    let Committed { report, peers, .. } = &committed;
    print!("{}", markdown::surfaces(&report.surfaces));
    println!("\n{}", markdown::tasks(&report.tasks, peers));
    println!("{}", markdown::sums(&report.tasks));
    println!("{}", forms::sums(report));
    println!("{}", forms::against(report, peers));
    println!("{}", markdown::levels(&report.levels));
    println!("{}", markdown::against(&report.tasks, peers));
    Ok(())
}
