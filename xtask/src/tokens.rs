//! `cargo xtask tokens`: what the surface of a document and its help cost, in tokens of o200k_base.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use dispatch_core::access::Access;
use dispatch_core::help::{HelpRequest, Helper};
use dispatch_core::surface::{Level, Surface, SurfaceOptions, Tools};
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
    /// Shows the tools and the instructions that are counted, in place of their numbers.
    #[arg(long)]
    show: bool,
    /// Shows the help of these in place of a report, each below its tokens.
    #[arg(long, value_delimiter = ',')]
    help_of: Vec<String>,
}

/// Runs the chore.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let catalog = match &arguments.document {
        Some(document) => catalog::compiled(document, arguments.policy.as_deref())?.catalog,
        None => netbox_adapter::bundled_catalog()
            .map_err(|error| anyhow::anyhow!("failed to {error}"))?,
    };
    let counter = Counter::new()?;
    if arguments.show {
        return show(&catalog);
    }
    if !arguments.help_of.is_empty() {
        let helper = Helper::new(&catalog, Access::up_to(Tier::Admin));
        for name in &arguments.help_of {
            let request = HelpRequest { resources: vec![name.clone()], ..HelpRequest::default() };
            let answer = helper.help(&request);
            println!("--- {}\n{}", counter.count(&answer.text), answer.text);
        }
        return Ok(());
    }
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
    for (label, tier, options) in surfaces() {
        let SurfaceCost { tools, n_tools, instructions } =
            counter.surface(catalog, tier, &options)?;
        text += &format!(
            "{label:<8} {tier:<5} {n_tools:>2} tools {tools:>5} + instructions {instructions:>3} = {:>5}\n",
            tools + instructions,
        );
    }
    text +=
        &format!("what create takes, of every resource: {} tokens\n", counter.signatures(catalog)?);
    let (longest, resource) = &help[help.len() - 1];
    text += &format!(
        "help of {} resources: median {} tokens, at most {longest} ({resource})\n",
        help.len(),
        help[help.len() / 2].0,
    );
    Ok(text)
}

/// The surfaces that are counted.
fn surfaces() -> Vec<(&'static str, Tier, SurfaceOptions)> {
    let options = SurfaceOptions::default();
    let names = Tier::ALL.map(|tier| ("names", tier, options));
    let admin = [
        ("required", Tier::Admin, options.with_level(Level::Required)),
        ("full", Tier::Admin, options.with_level(Level::Full)),
        ("split", Tier::Admin, options.with_split(true)),
    ];
    let one = options.with_tools(Tools::One);
    let named = Tier::ALL.map(|tier| ("one", tier, one));
    let bare = Tier::ALL.map(|tier| ("one bare", tier, one.with_level(Level::Bare)));
    names.into_iter().chain(admin).chain(named).chain(bare).collect()
}

/// Prints every surface that is counted.
fn show(catalog: &Catalog) -> Result<()> {
    for (label, tier, options) in surfaces() {
        let Surface { tools, instructions, .. } =
            Surface::new(catalog, Access::up_to(tier), &options);
        let tools = str::from_utf8(&tools).context("failed to read the tools")?;
        println!("# {label}, {tier}\n{tools}\n{instructions}\n");
    }
    Ok(())
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
    fn surface(
        &self,
        catalog: &Catalog,
        tier: Tier,
        options: &SurfaceOptions,
    ) -> Result<SurfaceCost> {
        let surface = Surface::new(catalog, Access::up_to(tier), options);
        let tools = str::from_utf8(&surface.tools).context("failed to read the tools")?;
        Ok(SurfaceCost {
            tools: self.count(&format!("{{\"tools\":{tools}}}")),
            n_tools: surface.n_tools,
            instructions: self.count(&surface.instructions),
        })
    }

    /// What the full level costs beyond the names: the signature of every `create`.
    fn signatures(&self, catalog: &Catalog) -> Result<usize> {
        let tools = |level| {
            let options = SurfaceOptions::default().with_level(level);
            self.surface(catalog, Tier::Admin, &options).map(|cost| cost.tools)
        };
        Ok(tools(Level::Full)? - tools(Level::Names)?)
    }

    /// The cost of the help of each resource at tier admin, the least first.
    fn help(&self, catalog: &Catalog) -> Result<Vec<(usize, String)>> {
        let helper = Helper::new(catalog, Access::up_to(Tier::Admin));
        let cost = |name: &String| {
            let resources = vec![name.clone()];
            let request = HelpRequest { resources, ..HelpRequest::default() };
            let answer = helper.help(&request);
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
    use dispatch_core::surface::{Level, SurfaceOptions};

    use super::{Counter, report, surfaces};

    /// The budgets of NetBox 4.7.0, with `batch` and `find`: every resource and special action is
    /// named, and an agent can afford it.
    #[test]
    fn the_surfaces_of_netbox_are_within_their_budgets() {
        let catalog = netbox_adapter::bundled_catalog().unwrap();
        let counter = Counter::new().unwrap();
        for (label, tier, options) in surfaces() {
            let cost = counter.surface(&catalog, tier, &options).unwrap();
            let sum = cost.tools + cost.instructions;
            // With the hints that clients ask for, reading and splitting keep theirs without the
            // instructions.
            let (n_tokens, most) = match (label, tier) {
                ("names", Tier::Read) => (cost.tools, 1_050),
                ("names", _) => (sum, 1_150),
                ("required", _) => (sum, 2_100),
                ("split", _) => (cost.tools, 1_300),
                ("one", _) => (sum, 650),
                ("one bare", _) => (sum, 230),
                _ => (sum, 7_800),
            };
            assert!(n_tokens <= most, "{label}, {tier}: {n_tokens} of {most}");
        }
        let signatures = counter.signatures(&catalog).unwrap();
        assert!(signatures <= 6_500, "what create takes costs {signatures}");
    }

    /// A budget is estimated without a tokenizer, kept, and most of it is used.
    #[test]
    fn a_budget_for_signatures_is_kept() {
        let catalog = netbox_adapter::bundled_catalog().unwrap();
        let counter = Counter::new().unwrap();
        let tools = |level, budget| {
            let options = SurfaceOptions::default().with_level(level).with_budget(budget);
            counter.surface(&catalog, Tier::Admin, &options).unwrap().tools
        };
        for level in [Level::Names, Level::Required] {
            let without = tools(level, 0);
            for budget in [50, 150, 300, 700, 1_500, 3_000, 6_000] {
                let spent = tools(level, budget) - without;
                println!("{level:?}: {spent} of {budget}");
                assert!(spent <= budget, "{level:?}: {spent} of {budget}");
                let is_used = budget < 300 || level == Level::Required || spent * 10 >= budget * 7;
                assert!(is_used, "{level:?}: only {spent} of {budget}");
            }
        }
    }

    #[test]
    fn the_help_of_netbox_is_within_its_budget_and_the_readme_says_what_it_costs() {
        let catalog = netbox_adapter::bundled_catalog().unwrap();
        let counter = Counter::new().unwrap();
        let help = counter.help(&catalog).unwrap();
        let (longest, resource) = &help[help.len() - 1];
        let median = help[help.len() / 2].0;
        assert!(median <= 150, "the median is {median}");
        assert!(*longest <= 600, "{resource} costs {longest}");

        let report = report(&catalog, &counter, &help).unwrap();
        let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
        let readme = std::fs::read_to_string(readme).unwrap();
        assert!(readme.contains(&report), "the README must say:\n{report}");
    }
}
