//! `cargo xtask catalog`: what a document compiles to.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use dispatch_core::Document;
use dispatch_core::compile::{Compiled, compile};
use dispatch_core::policy::Policy;

/// Compiles a document and lists what it holds.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The OpenAPI document, JSON.
    document: PathBuf,
    /// A policy in place of NetBox's; `none` for an empty one.
    #[arg(long)]
    policy: Option<String>,
    /// Writes the catalog there, in place of listing it.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Lists every operation with its group, resource, action and tier.
    #[arg(long)]
    list: bool,
    /// Lists every diagnostic.
    #[arg(long)]
    diagnostics: bool,
}

/// Runs the chore.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let compiled = compiled(&arguments.document, arguments.policy.as_deref())?;
    if let Some(path) = &arguments.save {
        fs::write(path, compiled.catalog.save())
            .with_context(|| format!("failed to write {}", path.display()))?;
    }
    print!("{}", summary(&compiled));
    if arguments.diagnostics {
        compiled.diagnostics.iter().for_each(|diagnostic| println!("{diagnostic}"));
    }
    if arguments.list {
        print!("{}", compiled.catalog.listing());
    }
    Ok(())
}

/// Compiles the document at a path, under NetBox's policy or another.
pub(crate) fn compiled(document: &PathBuf, policy: Option<&str>) -> Result<Compiled> {
    let bytes =
        fs::read(document).with_context(|| format!("failed to read {}", document.display()))?;
    let policy = match policy {
        None => netbox_adapter::policy(),
        Some("none") => Ok(Policy::default()),
        Some(path) => {
            let text =
                fs::read_to_string(path).with_context(|| format!("failed to read {path}"))?;
            Policy::from_toml(&text)
        }
    };
    let compiled = policy.and_then(|policy| compile(&Document::parse(&bytes)?, &policy));
    compiled.map_err(|error| anyhow!("failed to {error}"))
}

/// How many operations were compiled, and what was remarked, by code.
fn summary(compiled: &Compiled) -> String {
    let catalog = &compiled.catalog;
    let parts = catalog.parts();
    let n_compiled = parts.operations.len() + parts.hidden.len();
    let mut text = format!(
        "{} {}: {} of {} operations, {} dropped; {} groups, {} resources, {} actions, {} types\n",
        catalog.title(),
        catalog.version(),
        n_compiled,
        n_compiled + parts.n_dropped,
        parts.n_dropped,
        parts.groups.len(),
        parts.resources.len(),
        parts.resources.iter().map(|resource| resource.actions.len()).sum::<usize>(),
        parts.types.0.len(),
    );
    for hidden in &parts.hidden {
        let _ = writeln!(text, "hidden by the policy: {hidden}");
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in &compiled.diagnostics {
        *counts.entry(diagnostic.code.as_str()).or_default() += 1;
    }
    for (code, count) in counts {
        let _ = writeln!(text, "{code}: {count}");
    }
    text
}
