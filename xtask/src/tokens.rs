//! `cargo xtask tokens`: what the surface of a document and its help cost, in tokens of o200k_base.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use dispatch_core::access::Access;
use dispatch_core::help::{HelpRequest, help};
use dispatch_core::surface::{Surface, SurfaceOptions};
use dispatch_core::{Catalog, Tier};
use tiktoken_rs::CoreBPE;

use crate::catalog;

/// Counts the tokens of tools, instructions and help.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The OpenAPI document, JSON; NetBox 4.7.0 where there is none.
    document: Option<PathBuf>,
    /// A policy in place of NetBox's; `none` for an empty one.
    #[arg(long)]
    policy: Option<String>,
    /// Lists the help of every resource, the longest last.
    #[arg(long)]
    list: bool,
}

/// Runs the chore.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let catalog = match &arguments.document {
        Some(document) => catalog::compiled(document, arguments.policy.as_deref())?.catalog,
        None => netbox_adapter::bundled_catalog()
            .map_err(|error| anyhow::anyhow!("failed to {error}"))?,
    };
    let counter = Counter::new()?;
    let help = counter.help(&catalog)?;
    if arguments.list {
        help.iter().for_each(|(n_tokens, resource)| println!("{n_tokens:>6} {resource}"));
    }
    print!("{}", report(&catalog, &counter, &help)?);
    Ok(())
}

/// The report, which the README repeats.
fn report(catalog: &Catalog, counter: &Counter, help: &[(usize, String)]) -> Result<String> {
    let mut text = format!("{} {}, tokens of o200k_base\n", catalog.title(), catalog.version());
    for tier in Tier::ALL {
        let cost = counter.surface(catalog, tier)?;
        text += &format!(
            "{tier:<5} surface: {} tokens in {} tools, instructions {}\n",
            cost.tools, cost.n_tools, cost.instructions
        );
    }
    let (longest, resource) = &help[help.len() - 1];
    text += &format!(
        "help of {} resources: median {} tokens, at most {longest} ({resource})\n",
        help.len(),
        help[help.len() / 2].0,
    );
    Ok(text)
}

/// What a surface costs.
struct SurfaceCost {
    tools: usize,
    n_tools: usize,
    instructions: usize,
}

struct Counter(CoreBPE);

impl Counter {
    fn new() -> Result<Self> {
        Ok(Self(tiktoken_rs::o200k_base().context("failed to load o200k_base")?))
    }

    fn count(&self, text: &str) -> usize {
        self.0.encode_ordinary(text).len()
    }

    /// The cost of the result of `tools/list` as it is sent, and of the instructions.
    fn surface(&self, catalog: &Catalog, tier: Tier) -> Result<SurfaceCost> {
        let surface = Surface::new(catalog, Access::up_to(tier), &SurfaceOptions::default());
        let tools = str::from_utf8(&surface.tools).context("failed to read the tools")?;
        Ok(SurfaceCost {
            tools: self.count(&format!("{{\"tools\":{tools}}}")),
            n_tools: surface.n_tools,
            instructions: self.count(&surface.instructions),
        })
    }

    /// The cost of the help of each resource at tier admin, the least first.
    fn help(&self, catalog: &Catalog) -> Result<Vec<(usize, String)>> {
        let cost = |name: &String| {
            let resources = vec![name.clone()];
            let request = HelpRequest { resources, ..HelpRequest::default() };
            let answer = help(catalog, Access::up_to(Tier::Admin), &request);
            (self.count(&answer.text), name.clone())
        };
        let mut costs: Vec<_> = catalog.resources().iter().map(|it| cost(&it.name)).collect();
        ensure!(!costs.is_empty(), "failed to find a resource in the document");
        costs.sort();
        Ok(costs)
    }
}

#[cfg(test)]
mod tests {
    use dispatch_core::Tier;

    use super::{Counter, report};

    /// The budget of NetBox 4.7.0: every resource is named, and an agent can afford it.
    #[test]
    fn the_surface_of_netbox_is_within_its_budget() {
        let catalog = netbox_adapter::bundled_catalog().unwrap();
        let counter = Counter::new().unwrap();
        let cost = counter.surface(&catalog, Tier::Admin).unwrap();
        assert_eq!(cost.n_tools, 10);
        assert!(cost.tools <= 950, "tools cost {}", cost.tools);
        assert!(cost.instructions <= 200, "instructions cost {}", cost.instructions);
    }

    #[test]
    fn the_help_of_netbox_is_within_its_budget_and_the_readme_says_what_it_costs() {
        let catalog = netbox_adapter::bundled_catalog().unwrap();
        let counter = Counter::new().unwrap();
        let help = counter.help(&catalog).unwrap();
        let (longest, resource) = &help[help.len() - 1];
        let median = help[help.len() / 2].0;
        assert!(median <= 200, "the median is {median}");
        assert!(*longest <= 700, "{resource} costs {longest}");

        let report = report(&catalog, &counter, &help).unwrap();
        let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
        let readme = std::fs::read_to_string(readme).unwrap();
        assert!(readme.contains(&report), "the README must say:\n{report}");
    }
}
