//! Signatures: what `create` takes, beside the name of a resource.
//!
//! A signature in parentheses has the fields that a new one must have, without its name and slug; one
//! in braces has every field, in the notation of [`signature`](crate::signature). Both say less than
//! is checked, never more: no limits and no null.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::Level;
use crate::access::Access;
use crate::catalog::{Catalog, ResourceId};
use crate::help::room::estimated_tokens;
use crate::resolve;
use crate::signature::arguments::{Argument, Arguments};
use crate::signature::{Notation, named};

/// What `create` takes, for every resource that a caller may create.
pub(super) struct Signatures<'a> {
    catalog: &'a Catalog,
    fields: BTreeMap<ResourceId, Vec<Argument>>,
    required: BTreeMap<ResourceId, Vec<Argument>>,
    /// The optional fields that most signatures have, as they are written.
    shared: Vec<String>,
}

impl<'a> Signatures<'a> {
    pub(super) fn new(catalog: &'a Catalog, access: Access) -> Self {
        let all = Notation::short(catalog, access).with_choices(MOST_CHOICES, SHOWN_CHOICES);
        let few = Notation::short(catalog, access).with_choices(FEW_CHOICES, FEW_SHOWN);
        let mut fields = BTreeMap::new();
        let mut required = BTreeMap::new();
        for (id, _) in (0..).map(ResourceId).zip(catalog.resources()) {
            let mut actions = resolve::actions(catalog, access, id);
            let Some(create) = actions.find(|it| it.action.name == "create") else { continue };
            let arguments = |notation| -> Vec<Argument> {
                Arguments::of(notation, &create).single().cloned().collect()
            };
            fields.insert(id, arguments(all));
            let is_said = |it: &Argument| it.required && it.name != "name" && it.name != "slug";
            required.insert(id, arguments(few).into_iter().filter(is_said).collect());
        }
        let shared = shared(&fields);
        Self { catalog, fields, required, shared }
    }

    /// The signatures of a level, and whole ones beyond it while they fit into a budget of tokens;
    /// and what an agent has to know to read them.
    pub(super) fn chosen(
        &self,
        level: Level,
        budget: usize,
    ) -> (BTreeMap<ResourceId, String>, String) {
        let mut chosen: BTreeMap<ResourceId, String> = match level {
            Level::Bare | Level::Names => BTreeMap::new(),
            Level::Required => self.all(|id| self.needed(id)),
            Level::Full => self.all(|id| self.whole(id)),
        };
        let mut legend = match level {
            Level::Bare | Level::Names => String::new(),
            Level::Required => NEEDED.to_owned(),
            Level::Full => self.legend_of_whole(),
        };
        if level < Level::Full {
            let mut left = budget.saturating_sub(estimated(&self.legend_of_whole()));
            let mut any = false;
            for (id, text) in self.by_priority() {
                let known = chosen.get(&id).map_or(0, |known| estimated_tokens(known));
                let cost = estimated(&text).saturating_sub(known);
                if cost <= left {
                    left -= cost;
                    any = true;
                    chosen.insert(id, text);
                }
            }
            if any {
                legend.push_str(&self.legend_of_whole());
            }
        }
        if chosen.is_empty() {
            legend.clear();
        }
        (chosen, legend)
    }

    fn all(&self, write: impl Fn(ResourceId) -> String) -> BTreeMap<ResourceId, String> {
        let written = self.fields.keys().map(|id| (*id, write(*id)));
        written.filter(|(_, text)| !text.is_empty()).collect()
    }

    /// The whole signatures, those of the greatest weight first, then the shortest.
    fn by_priority(&self) -> Vec<(ResourceId, String)> {
        let mut all: Vec<(ResourceId, String)> =
            self.all(|id| self.whole(id)).into_iter().collect();
        all.sort_by_key(|(id, text)| {
            (std::cmp::Reverse(self.catalog.resource(*id).weight), estimated_tokens(text), *id)
        });
        all
    }

    fn needed(&self, id: ResourceId) -> String {
        let texts: Vec<String> = self.required[&id].iter().map(|it| short(it, false)).collect();
        if texts.is_empty() { String::new() } else { format!("({})", texts.join(" ")) }
    }

    fn whole(&self, id: ResourceId) -> String {
        let all: Vec<String> = self.fields[&id].iter().map(|it| short(it, true)).collect();
        let (common, mut own): (Vec<String>, Vec<String>) =
            all.into_iter().partition(|text| self.shared.contains(text));
        let missing: Vec<String> = self
            .shared
            .iter()
            .filter(|it| !common.contains(it))
            .map(|it| format!("-{}", name(it)))
            .collect();
        if missing.len() < common.len() {
            own.push(format!("+{}", missing.concat()));
        } else {
            own.extend(common);
        }
        format!("{{{}}}", own.join(" "))
    }

    fn legend_of_whole(&self) -> String {
        let shared = match self.shared.is_empty() {
            true => String::new(),
            false => format!("; + is {}", self.shared.join(" ")),
        };
        format!("{WHOLE}{shared}}}")
    }
}

/// The optional fields that half of the signatures have alike, in the order they first stand in.
fn shared(fields: &BTreeMap<ResourceId, Vec<Argument>>) -> Vec<String> {
    let mut counted: IndexMap<String, usize> = IndexMap::new();
    for argument in fields.values().flatten().filter(|it| !it.required) {
        *counted.entry(short(argument, true)).or_default() += 1;
    }
    let is_shared = |n: usize| n * 2 >= fields.len() && n >= FEW;
    counted.into_iter().filter(|(_, n)| is_shared(*n)).map(|(text, _)| text).collect()
}

/// Writes a field: a string needs no type, and a reference no name where its resource has the same.
fn short(argument: &Argument, marked: bool) -> String {
    let mark = if marked && argument.required { "!" } else { "" };
    let Argument { name, ty, .. } = argument;
    match ty.strip_prefix("->") {
        _ if ty == "str" => format!("{name}{mark}"),
        Some(target) if target == name => format!("->{name}{mark}"),
        Some(_) => format!("{name}{mark}{ty}"),
        None => named(name, marked && argument.required, ty),
    }
}

/// The name of a field as [`short`] wrote it.
fn name(text: &str) -> &str {
    let text = text.strip_prefix("->").unwrap_or(text);
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// Estimates the tokens of a text from above, so that a budget is kept.
fn estimated(text: &str) -> usize {
    let n_tokens = estimated_tokens(text);
    n_tokens + n_tokens.div_ceil(MARGIN)
}

/// One in so many tokens is added to an estimate that has to be kept. For the signatures of a large
/// API, o200k_base gives a token for 3.0 to 3.5 bytes; counting words and signs is closer than that.
const MARGIN: usize = 5;

const NEEDED: &str =
    "(what create needs beside name and slug; no type: str; ->site: site->site; …5: 5 more)";
const WHOLE: &str =
    "{all that create takes; ! required; no type: str; ->site: site->site; …5: 5 more";

/// Up to how many choices an enumeration is written whole, and how many stand for a longer one.
const MOST_CHOICES: usize = 12;
const SHOWN_CHOICES: usize = 3;
const FEW_CHOICES: usize = 4;
const FEW_SHOWN: usize = 2;

/// Fields that fewer signatures share are written in each.
const FEW: usize = 6;
