//! The parameters that most reads and most lists of a catalog share, said once.
//!
//! In the help of a resource, `+read` stands for the first, and `+list` for the second, which
//! include the first; the instructions name them all, and the help of a group describes them. So it
//! does what actions take as a rule.

use std::collections::BTreeMap;

use super::usual::Usual;
use super::{Access, Catalog};
use crate::access::Standing;
use crate::catalog::{Action, Operation, Parameter};
use crate::signature::Notation;
use crate::signature::query::{self, Family, Seen};

/// The parameters that most reads and lists share. Finding them looks at every operation, so it is
/// done once for each access; what was found is a copy, which is kept beside the catalog.
#[derive(Clone, Debug, Default)]
pub(crate) struct Common {
    read: Vec<Shared>,
    list: Vec<Shared>,
    /// Families of parameters that most lists take.
    list_prefixes: Vec<Parameter>,
    /// Long sets of lookups among these: in full, and how they are written elsewhere.
    lookups: BTreeMap<String, String>,
    usual: Usual,
}

/// A shared family of parameters.
#[derive(Clone, Debug)]
struct Shared {
    base: Parameter,
    lookups: Vec<(String, Parameter)>,
}

impl Shared {
    fn new(family: &Family<'_>) -> Self {
        let lookup =
            |(name, parameter): &(&str, &Parameter)| ((*name).to_owned(), (*parameter).clone());
        Self { base: family.base.clone(), lookups: family.lookups.iter().map(lookup).collect() }
    }

    fn family(&self) -> Family<'_> {
        let lookups = self.lookups.iter().map(|(name, parameter)| (name.as_str(), parameter));
        Family { base: &self.base, lookups: lookups.collect() }
    }
}

/// What the query of an operation is beside the shared parameters.
pub(super) struct Rest<'a> {
    /// The shared parameters, in short; empty where there are none.
    pub short: String,
    /// The other parameters.
    pub own: Vec<Family<'a>>,
    /// The other families.
    pub prefixes: Vec<&'a Parameter>,
}

impl Common {
    /// Finds what is shared among the operations that the caller may see.
    pub(crate) fn of(catalog: &Catalog, access: Access) -> Self {
        let queries = Self::of_queries(catalog, access);
        let usual = Usual::of(catalog, access, &queries);
        Self { usual, ..queries }
    }

    /// Finds what queries share, and nothing of what else actions take.
    pub(crate) fn of_queries(catalog: &Catalog, access: Access) -> Self {
        let visible = || {
            let faces = catalog.resources().iter().flat_map(|resource| &resource.actions);
            let with_operation = faces.map(|action| (action, catalog.operation(action.operation)));
            with_operation
                .filter(move |(_, operation)| access.standing(operation.tier) != Standing::Hidden)
        };
        let reads = visible().filter(|(_, operation)| operation.method.is_safe());
        let read = shared(reads.map(|(_, operation)| operation));
        let lists = visible().filter(|(action, _)| is_list(action));
        let list = shared(lists.map(|(_, operation)| operation));
        let notation = Notation::brief(catalog, access);
        let lists = || visible().filter(|(action, _)| is_list(action));
        let n_lists = lists().count();
        let lookups = common_lookups(notation, lists().map(|(_, operation)| operation), n_lists);
        let first = lists().find(|(_, operation)| !operation.query_prefixes.is_empty());
        let prefixes = first.map(|(_, it)| it.query_prefixes.as_slice()).unwrap_or_default();
        let is_shared = |prefix: &&Parameter| {
            let has = lists().filter(|(_, it)| has_prefix(it, prefix)).count();
            !list.is_empty() && has * 3 >= n_lists * 2
        };
        let list_prefixes = prefixes.iter().filter(is_shared).cloned().collect();
        Self { read, list, list_prefixes, lookups, usual: Usual::default() }
    }

    /// The names of what lists share; empty where they share too little.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.list.iter().map(|family| family.base.name.as_str()).collect()
    }

    /// What actions take as a rule.
    pub(super) const fn usual(&self) -> &Usual {
        &self.usual
    }

    /// The sets of lookups that may be written in short.
    pub(super) fn lookups(&self) -> BTreeMap<String, String> {
        self.lookups.clone()
    }

    /// The shared parameters in full, one line each for `+read` and `+list` and their lookups.
    pub(super) fn lines(&self, notation: Notation<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        let prefixes: Vec<&Parameter> = self.list_prefixes.iter().collect();
        for (short, families, prefixes) in
            [("+read", &self.read, &[][..]), ("+list", &self.list, prefixes.as_slice())]
        {
            if families.is_empty() {
                continue;
            }
            lines.push(format!("{short}:"));
            let families: Vec<Family<'_>> = families.iter().map(Shared::family).collect();
            let written = query::lines(notation, &families, prefixes, &[], &Seen::default());
            lines.extend(written.into_iter().map(|line| format!(" {line}")));
        }
        for (full, short) in &self.lookups {
            if lines.iter().all(|line| !line.contains(full.as_str())) {
                lines.push(format!("{}: {}", short.trim_end(), full.trim_end()));
            }
        }
        let usual = self.usual.lines();
        if !usual.is_empty() {
            lines.push("usual:".to_owned());
            lines.extend(usual);
        }
        lines
    }

    /// Takes the shared parameters out of the query of an action.
    pub(super) fn split<'q>(&self, action: &Action, operation: &'q Operation) -> Rest<'q> {
        let (short, shared, shared_prefixes): (_, _, &[Parameter]) = match is_list(action) {
            true => ("+list", &self.list, self.list_prefixes.as_slice()),
            false => ("+read", &self.read, &[]),
        };
        let shared: Vec<Family<'_>> = shared.iter().map(Shared::family).collect();
        let mut own = query::families(&operation.query);
        let mut prefixes: Vec<&Parameter> = operation.query_prefixes.iter().collect();
        let has = |family: &Family<'_>| own.iter().any(|known| known.is_alike(family));
        let missing = shared.iter().filter(|family| !has(family));
        let mut missing: Vec<String> = missing.map(|family| family.base.name.clone()).collect();
        if shared.is_empty() || missing.len() * 2 > shared.len() {
            return Rest { short: String::new(), own, prefixes };
        }
        let missing_prefixes = shared_prefixes.iter().filter(|it| !has_prefix(operation, it));
        missing.extend(missing_prefixes.map(|prefix| format!("{}*", prefix.name)));
        own.retain(|family| shared.iter().all(|known| !known.is_alike(family)));
        prefixes.retain(|own| {
            shared_prefixes.iter().all(|it| (&it.name, it.ty) != (&own.name, own.ty))
        });
        let without = if missing.is_empty() { "" } else { " without " };
        Rest { short: format!("{short}{without}{}", missing.join(" ")), own, prefixes }
    }
}

/// The long sets of lookups that a tenth of the lists have, with their short forms, which differ.
fn common_lookups<'a>(
    notation: Notation<'_>,
    lists: impl Iterator<Item = &'a Operation>,
    n_lists: usize,
) -> BTreeMap<String, String> {
    let mut counted: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for operation in lists {
        let mut seen = BTreeMap::new();
        for family in query::families(&operation.query) {
            if family.lookups.len() >= MANY_LOOKUPS {
                seen.insert(query::lookups(notation, &family), query::short(&family));
            }
        }
        for (full, short) in seen {
            counted.entry(full).or_insert((short, 0)).1 += 1;
        }
    }
    let mut common: Vec<(String, (String, usize))> = counted.into_iter().collect();
    common.retain(|(_, (_, n))| n * 10 >= n_lists && n_lists >= MANY_OPERATIONS);
    common.sort_by_key(|(_, (_, n))| std::cmp::Reverse(*n));
    let mut lookups = BTreeMap::new();
    for (full, (short, _)) in common {
        if lookups.values().all(|known| *known != short) {
            lookups.insert(full, short);
        }
    }
    lookups
}

fn has_prefix(operation: &Operation, prefix: &Parameter) -> bool {
    operation.query_prefixes.iter().any(|it| (&it.name, it.ty) == (&prefix.name, prefix.ty))
}

fn is_list(action: &Action) -> bool {
    action.name == "list"
}

/// The families that two thirds of the operations have, where that is worth a word of its own.
fn shared<'a>(operations: impl Iterator<Item = &'a Operation>) -> Vec<Shared> {
    let mut counted: Vec<(Family<'a>, usize)> = Vec::new();
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut n_operations = 0;
    for operation in operations {
        n_operations += 1;
        for family in query::families(&operation.query) {
            let places = places.entry(&family.base.name).or_default();
            match places.iter().find(|place| counted[**place].0.is_alike(&family)) {
                Some(place) => counted[*place].1 += 1,
                None => {
                    places.push(counted.len());
                    counted.push((family, 1));
                }
            }
        }
    }
    let mut shared = counted;
    shared.retain(|(family, n)| n * 3 >= n_operations * 2 && !family.base.required);
    let is_worth_it = n_operations >= MANY_OPERATIONS && shared.len() >= FEW_PARAMETERS;
    if is_worth_it {
        shared.iter().map(|(family, _)| Shared::new(family)).collect()
    } else {
        Vec::new()
    }
}

/// With fewer operations than this, or fewer shared parameters, nothing is folded.
const MANY_OPERATIONS: usize = 6;
const FEW_PARAMETERS: usize = 3;

/// A set of lookups of this size is worth a short form.
const MANY_LOOKUPS: usize = 4;
