//! The index of one catalog for one access: phrases that mean a resource or an action, and words
//! that hint at a resource.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{is_empty_word, split, stem};
use crate::access::Access;
use crate::catalog::{Catalog, Form, Resource, ResourceId, Shape, TypeId};
use crate::resolve::{self, Resolved};

/// What `find` searches: see [`find`](crate::find).
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub(super) entries: Vec<Entry>,
    pub(super) phrases: Vec<Phrase>,
    /// The phrases that a word is in.
    pub(super) by_word: BTreeMap<String, Vec<usize>>,
    /// How much a word of a phrase weighs: one that phrases of many resources hold weighs less.
    weights: BTreeMap<String, f32>,
    /// The entries that a word hints at, each with how strongly, and how rare the word is.
    pub(super) hints: BTreeMap<String, Vec<(usize, f32)>>,
}

/// A resource.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: ResourceId,
    /// The names of its actions that the caller may see.
    pub(super) actions: Vec<String>,
    /// How much likelier than others it is meant.
    pub(super) prior: f32,
}

/// Words that mean a resource, or an action of one, when they stand together.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    pub(super) entry: usize,
    /// The place of the action among those of the entry.
    pub(super) action: Option<usize>,
    pub(super) weight: f32,
    pub(super) words: BTreeSet<String>,
}

impl Index {
    /// Indexes what a caller may see.
    #[must_use]
    pub fn new(catalog: &Catalog, access: Access) -> Self {
        let mut index = Self::default();
        let mut hints: BTreeMap<String, BTreeMap<usize, f32>> = BTreeMap::new();
        for (id, resource) in (0..).map(ResourceId).zip(catalog.resources()) {
            let actions: Vec<Resolved<'_>> = resolve::actions(catalog, access, id).collect();
            if actions.is_empty() {
                continue;
            }
            let entry = index.entries.len();
            index.entries.push(Entry {
                id,
                actions: actions.iter().map(|it| it.action.name.clone()).collect(),
                prior: 1.0 + WEIGHT_IN_RANK * resource.weight.min(100) as f32 / 100.0,
            });
            index.name(entry, resource);
            for (place, resolved) in actions.iter().enumerate() {
                index.action(entry, place, resolved);
                let mut hint = |word: &str, strength: f32| {
                    if !is_empty_word(word) && word.len() > 1 {
                        let known = hints.entry(stem(word)).or_default().entry(entry).or_default();
                        *known = known.max(strength);
                    }
                };
                resolved.operation.words.iter().for_each(|word| hint(word, DOCUMENTED));
                fields(catalog, resolved, &mut hint);
            }
            let group = &catalog.group(resource.group).name;
            for word in split(group) {
                hints.entry(stem(&word)).or_default().entry(entry).or_insert(GROUP);
            }
        }
        let n_entries = index.entries.len() as f32;
        for (word, hinted) in hints {
            let rarity = (n_entries / hinted.len() as f32).ln() / n_entries.ln().max(1.0);
            let hinted = hinted.into_iter().map(|(entry, strength)| (entry, strength * rarity));
            index.hints.insert(word, hinted.collect());
        }
        for (word, phrases) in &index.by_word {
            let entries: BTreeSet<usize> =
                phrases.iter().map(|place| index.phrases[*place].entry).collect();
            let weight = 1.0 / (1.0 + COMMON * (entries.len() as f32).ln());
            index.weights.insert(word.clone(), weight);
        }
        index
    }

    /// How much a word of a phrase weighs.
    pub(super) fn weight(&self, word: &str) -> f32 {
        self.weights.get(word).copied().unwrap_or(1.0)
    }

    /// Whether any phrase or hint has a word.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.by_word.contains_key(word) || self.hints.contains_key(word)
    }

    fn name(&mut self, entry: usize, resource: &Resource) {
        let last = resource.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let whole: String = split(&resource.name).concat();
        let names = [resource.name.as_str(), last, &whole].into_iter();
        let given = resource.spellings.iter().map(String::as_str);
        names.chain(given).for_each(|name| self.phrase(entry, None, NAMED, name));
        resource.synonyms.iter().for_each(|it| self.phrase(entry, None, SYNONYM, it));
    }

    /// Adds an action of the resource's own; the usual ones tell resources apart in nothing.
    fn action(&mut self, entry: usize, place: usize, resolved: &Resolved<'_>) {
        let action = resolved.action;
        if USUAL.contains(&action.name.as_str()) || action.form == Form::Many {
            return;
        }
        self.phrase(entry, Some(place), NAMED, &action.name);
        for synonym in &action.synonyms {
            self.phrase(entry, Some(place), SYNONYM, synonym);
        }
    }

    fn phrase(&mut self, entry: usize, action: Option<usize>, weight: f32, text: &str) {
        let mut words: BTreeSet<String> =
            split(text).iter().filter(|word| !is_empty_word(word)).map(|it| stem(it)).collect();
        if words.is_empty() {
            words = split(text).into_iter().collect();
        }
        let is_known = |it: &Phrase| it.action == action && it.words == words;
        let own = self.phrases.iter().rev().take_while(|it| it.entry == entry);
        if words.is_empty() || own.into_iter().any(is_known) {
            return;
        }
        for word in &words {
            self.by_word.entry(word.clone()).or_default().push(self.phrases.len());
        }
        self.phrases.push(Phrase { entry, action, weight, words });
    }
}

/// Hints at a resource by the fields that an action writes or answers, and by their choices.
fn fields(catalog: &Catalog, resolved: &Resolved<'_>, hint: &mut impl FnMut(&str, f32)) {
    let body = resolved.operation.body.as_ref().and_then(|body| body.one.or(body.many));
    let types: [Option<TypeId>; 2] = [body, resolved.operation.answer.kind.object()];
    for ty in types.into_iter().flatten() {
        let Shape::Object(object) = &catalog.types().get(ty).shape else { continue };
        for field in &object.fields {
            split(&field.name).iter().for_each(|word| hint(word, FIELD));
            if let Shape::Enum(values) = &catalog.types().get(field.ty).shape {
                let texts = values.iter().filter_map(|value| value.as_str());
                texts.flat_map(split).for_each(|word| hint(&word, CHOICE));
            }
        }
    }
}

const USUAL: [&str; 6] = ["list", "get", "create", "update", "replace", "delete"];

/// How much a phrase says, by where it comes from.
const NAMED: f32 = 1.0;
const SYNONYM: f32 = 0.9;

/// How strongly a word hints, by where it comes from.
const DOCUMENTED: f32 = 0.4;
const FIELD: f32 = 0.4;
const CHOICE: f32 = 0.3;
const GROUP: f32 = 0.3;

/// How much less a word says that more resources share.
const COMMON: f32 = 0.2;

/// How much likelier a resource of the highest weight is meant than one of none.
const WEIGHT_IN_RANK: f32 = 0.1;
