//! `cargo xtask find`: how often `find` leads to what was meant, by benches/find/queries.tsv.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use dispatch_core::access::Access;
use dispatch_core::find::{self, Hit, Index};
use dispatch_core::surface::SurfaceOptions;
use dispatch_core::{Catalog, Tier};

/// Measures how often `find` leads to what was meant.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Lists the queries that are not met by the first three results.
    #[arg(long)]
    misses: bool,
    /// Answers these words in place of measuring.
    words: Vec<String>,
}

/// Runs the chore.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let catalog =
        netbox_adapter::bundled_catalog().map_err(|error| anyhow::anyhow!("failed to {error}"))?;
    let access = Access::up_to(Tier::Admin);
    let index = Index::new(&catalog, access);
    if !arguments.words.is_empty() {
        let (words, options) = (arguments.words.join(" "), SurfaceOptions::default());
        println!("{}", find::answer(&catalog, access, &index, &words, &options));
        return Ok(());
    }
    let measured = Measured::of(&catalog, access, &index)?;
    if arguments.misses {
        measured.misses.iter().for_each(|miss| println!("{miss}"));
    }
    print!("{}", measured.report());
    Ok(())
}

/// What was measured.
struct Measured {
    n_queries: usize,
    /// How many queries are met by the first, the first three and the first five results.
    met: [usize; 3],
    n_tokens: usize,
    most_tokens: usize,
    misses: Vec<String>,
}

impl Measured {
    /// Asks every query. A gold answer with an action is met only where it is the first that the
    /// result singles out.
    fn of(catalog: &Catalog, access: Access, index: &Index) -> Result<Self> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../benches/find/queries.tsv");
        let text = fs::read_to_string(path).with_context(|| format!("failed to read {path}"))?;
        let tokenizer = tiktoken_rs::o200k_base().context("failed to load o200k_base")?;
        let mut measured =
            Self { n_queries: 0, met: [0; 3], n_tokens: 0, most_tokens: 0, misses: Vec::new() };
        for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
            let (query, gold) =
                line.split_once('\t').with_context(|| format!("no tab in {line:?}"))?;
            let hits = index.find(query);
            let place =
                hits.iter().position(|hit| gold.split('|').any(|it| meets(catalog, hit, it)));
            for (met, within) in measured.met.iter_mut().zip(WITHIN) {
                *met += usize::from(place.is_some_and(|place| place < within));
            }
            let answer = find::answer(catalog, access, index, query, &SurfaceOptions::default());
            let n_tokens = tokenizer.encode_ordinary(&answer).len();
            measured.n_queries += 1;
            measured.n_tokens += n_tokens;
            measured.most_tokens = measured.most_tokens.max(n_tokens);
            if place.is_none_or(|place| place >= 3) {
                measured.misses.push(format!("{query} [{gold}]: {}", answer.replace('\n', ", ")));
            }
        }
        ensure!(measured.n_queries > 0, "failed to find a query in {path}");
        Ok(measured)
    }

    fn report(&self) -> String {
        let share = |n: usize| n as f64 / self.n_queries as f64;
        let [first, three, five] = self.met.map(share);
        format!(
            "{} queries: recall@1 {first:.3}, recall@3 {three:.3}, recall@5 {five:.3}; \
             {:.0} tokens an answer, at most {}\n",
            self.n_queries,
            self.n_tokens as f64 / self.n_queries as f64,
            self.most_tokens,
        )
    }
}

/// Whether a result is a gold answer: its resource, and where the answer names an action, that one.
fn meets(catalog: &Catalog, hit: &Hit, gold: &str) -> bool {
    let name = &catalog.resource(hit.resource).name;
    match gold.trim().split_once('.') {
        None => name == gold.trim(),
        Some((resource, action)) => {
            name == resource && hit.actions.first().is_some_and(|it| it == action)
        }
    }
}

const WITHIN: [usize; 3] = [1, 3, 5];

#[cfg(test)]
mod tests {
    use dispatch_core::Tier;
    use dispatch_core::access::Access;
    use dispatch_core::find::Index;

    use super::Measured;

    #[test]
    fn find_leads_to_what_was_meant() {
        let catalog = netbox_adapter::bundled_catalog().unwrap();
        let access = Access::up_to(Tier::Admin);
        let measured = Measured::of(&catalog, access, &Index::new(&catalog, access)).unwrap();
        let least = measured.n_queries * 95;
        assert!(measured.met[1] * 100 >= least, "{}{:#?}", measured.report(), measured.misses);
        assert!(measured.most_tokens <= 75, "{}", measured.report());
    }
}
