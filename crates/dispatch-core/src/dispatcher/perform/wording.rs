//! The words of a write that is only told of, such as fields that the users of an API made up: read
//! as the caller may, and the values that would be written against them.
//!
//! What cannot be read is not known to be wrong, and nothing is said of it.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::super::vocabulary;
use super::{Context, Performance, Stage};
use crate::backend::BackendError;
use crate::catalog::{Form, Resource, ResourceId, Vocabulary};
use crate::check::{Word, has_stand_in, is_no_value};
use crate::names::{Found, Lookup, Sources, Wanted};
use crate::plan::{Arrived, List, Outcome, Plan, Step};
use crate::shape;
use crate::suggest;

/// Reads the words of one field, and what their values need.
#[derive(Debug)]
pub(super) struct Wording<'a> {
    context: Context<'a>,
    resource: &'a Resource,
    action: &'a str,
    field: &'a str,
    vocabulary: &'a Vocabulary,
    /// Which of the vocabularies it is.
    place: usize,
    items: Vec<Item>,
    /// The objects that the call is about.
    present: Vec<Option<Box<RawValue>>>,
    words: Vec<Word>,
    faults: Vec<String>,
    /// Whether a word is none, so that those that there are should be told.
    has_unknown: bool,
    stage: Reading<'a>,
}

#[derive(Debug)]
enum Reading<'a> {
    Words(&'a Resource, Box<List<'a>>),
    Choices(&'a Resource, Box<List<'a>>),
    Objects(Box<Lookup<'a>>),
}

/// One object that would be written.
#[derive(Debug)]
struct Item {
    /// Where its words stand: `items[0].custom_fields`.
    place: String,
    given: Option<Map<String, Value>>,
    /// What it has, where it is there already.
    has: Option<Map<String, Value>>,
    is_new: bool,
}

/// What is said of the words of a call.
#[derive(Debug)]
pub(super) struct Worded {
    place: usize,
    present: Vec<Option<Box<RawValue>>>,
    refusal: Option<String>,
    defaults: Vec<String>,
}

impl<'a> Performance<'a> {
    /// Goes on from what the call is about to the words that it gives, where there are rules.
    pub(super) fn read_words(&mut self, outcome: Outcome) -> Step<Outcome> {
        let Outcome::Rehearsed(present) = outcome else { return Step::Done(outcome) };
        let is_told = self.options.dry_run && self.n_unexpected.is_none() && self.stale.is_none();
        if !is_told {
            return Step::Done(Outcome::Rehearsed(present));
        }
        self.read_words_from(0, present)
    }

    fn read_words_from(
        &mut self,
        place: usize,
        present: Vec<Option<Box<RawValue>>>,
    ) -> Step<Outcome> {
        match self.wording(place, present) {
            Ok(wording) => self.enter(Stage::Words(Box::new(wording))),
            Err(present) => Step::Done(Outcome::Rehearsed(present)),
        }
    }

    /// Plans to read the words of a field, where any can be wrong: of the first one from a place on.
    fn wording(
        &self,
        from: usize,
        present: Vec<Option<Box<RawValue>>>,
    ) -> Result<Wording<'a>, Vec<Option<Box<RawValue>>>> {
        let Context { asked, caller, settings, .. } = self.context;
        let catalog = asked.catalog;
        let action = self.resolved.action;
        let verb = action.name.trim_start_matches("bulk_");
        let body = self.resolved.operation.body.as_ref();
        let ty = body.and_then(|body| match action.form {
            Form::One => body.one,
            Form::Many => body.many,
        });
        let is_one = matches!(verb, "create" | "update" | "replace" | "ensure");
        let Some(ty) = ty.filter(|_| is_one) else { return Err(present) };
        let objects = catalog.types().objects(ty);
        let vocabularies = catalog.parts().vocabularies.iter().enumerate().skip(from);
        for (place, (field, vocabulary)) in vocabularies {
            if !objects.iter().any(|it| it.is_writable(field)) {
                continue;
            }
            let items = self.items_with(field, verb == "create", &present);
            if !items.iter().any(|item| item.is_concerned(vocabulary.rules.is_some())) {
                continue;
            }
            let resource = self.resolved.resource;
            let query = vocabulary::query(asked, resource, vocabulary);
            let reading =
                vocabulary::reading(asked, caller, settings.list, &vocabulary.list, query);
            let Ok((list, reading)) = reading else { continue };
            return Ok(Wording {
                context: self.context,
                resource,
                action: &action.name,
                field,
                vocabulary,
                place,
                items,
                present,
                words: Vec::new(),
                faults: Vec::new(),
                has_unknown: false,
                stage: Reading::Words(list, Box::new(reading)),
            });
        }
        Err(present)
    }

    /// What would be written, as far as it is about a field.
    fn items_with(&self, field: &str, is_new: bool, rows: &[Option<Box<RawValue>>]) -> Vec<Item> {
        let (bodies, is_many) = match &self.sent.body {
            Some(Value::Array(bodies)) => (bodies.as_slice(), true),
            Some(body) => (std::slice::from_ref(body), false),
            None => return Vec::new(),
        };
        let item = |(index, body): (usize, &Value)| {
            let row = rows.get(index).and_then(Option::as_ref).filter(|_| !is_new);
            let row: Option<Value> = row.and_then(|row| serde_json::from_str(row.get()).ok());
            let row = row.unwrap_or_default();
            let place = if is_many { format!("items[{index}].{field}") } else { field.to_owned() };
            let given = body.get(field).and_then(Value::as_object).cloned();
            let has = row.get(field).and_then(Value::as_object).cloned();
            Item { place, given, has, is_new }
        };
        bodies.iter().enumerate().map(item).collect()
    }

    /// Ends a rehearsal with what is said of its words, or goes on to those of another field.
    pub(super) fn worded(&mut self, worded: Worded) -> Step<Outcome> {
        if let Some(refusal) = worded.refusal {
            return Step::Done(Outcome::NotSent(refusal));
        }
        self.defaults.extend(worded.defaults);
        self.read_words_from(worded.place + 1, worded.present)
    }
}

impl Worded {
    /// What is told where nothing more is read.
    pub(super) fn given_up(self) -> Outcome {
        self.refusal.map_or(Outcome::Rehearsed(self.present), Outcome::NotSent)
    }
}

impl Item {
    /// Whether a word may be wrong or missing.
    fn is_concerned(&self, has_rules: bool) -> bool {
        let has_empty = |words: &Map<String, Value>| words.values().any(is_no_value);
        let is_given = self.given.as_ref().is_some_and(|given| !given.is_empty());
        is_given || has_rules && (self.is_new || self.has.as_ref().is_some_and(has_empty))
    }

    /// The value that it would have, where that is known.
    fn value<'v>(&'v self, word: &'v Word) -> Option<&'v Value> {
        let of = |words: &'v Option<Map<String, Value>>| words.as_ref()?.get(&word.name);
        let default = || (self.is_new && self.given.is_none()).then_some(&word.default);
        of(&self.given).or_else(|| of(&self.has)).or_else(default)
    }

    /// Says that a word is missing.
    fn lacks(&self, word: &Word) -> bool {
        match self.value(word) {
            Some(value) => is_no_value(value),
            None => self.is_new,
        }
    }

    /// The words that it is given, each with the value.
    fn given<'v>(&'v self, words: &'v [Word]) -> impl Iterator<Item = (&'v Word, &'v Value)> {
        let given = self.given.iter().flatten();
        given.filter_map(|(name, value)| {
            let word = words.iter().find(|word| word.name == *name)?;
            (!has_stand_in(value)).then_some((word, value))
        })
    }
}

impl<'a> Wording<'a> {
    /// Takes the words, and goes on to what their values need.
    fn take_words(&mut self, rows: &[Value]) -> Option<Reading<'a>> {
        let word = |row| Word::of(self.vocabulary, row);
        self.words = rows.iter().filter_map(word).collect();
        self.choices().or_else(|| self.check())
    }

    /// Plans to read the choices of words that are given.
    fn choices(&self) -> Option<Reading<'a>> {
        let Context { asked, caller, settings, .. } = self.context;
        let choices = self.vocabulary.choices.as_ref()?;
        let given = self.items.iter().flat_map(|item| item.given(&self.words));
        let held = given.filter(|(word, _)| word.has_choices());
        let mut ids: Vec<String> = held.filter_map(|(word, _)| word.held_in.clone()).collect();
        ids.sort();
        ids.dedup();
        let query = vec![("id".to_owned(), ids)];
        let is_any = !query[0].1.is_empty();
        let reading = is_any
            .then(|| vocabulary::reading(asked, caller, settings.list, &choices.list, query).ok());
        reading.flatten().map(|(of, list)| Reading::Choices(of, Box::new(list)))
    }

    /// Takes the choices that are all listed; those of a set that the API knows by its name are not.
    fn take_choices(&mut self, rows: &[Value]) {
        let Some(choices) = &self.vocabulary.choices else { return };
        let mut held = BTreeMap::new();
        for row in rows {
            let fields = || choices.values.iter().filter_map(|name| row.get(name));
            let value = |choice: &Value| {
                choice.as_str().or_else(|| choice.get(0)?.as_str()).map(str::to_owned)
            };
            let listed = fields().filter_map(Value::as_array).flatten().filter_map(value);
            if fields().all(|field| field.is_array() || is_no_value(field)) {
                held.insert(row["id"].to_string(), listed.collect::<Vec<_>>());
            }
        }
        for word in &mut self.words {
            word.choices = word.held_in.as_ref().and_then(|id| held.get(id).cloned());
        }
    }

    /// Checks what is given, and goes on to the objects that it refers to.
    fn check(&mut self) -> Option<Reading<'a>> {
        let (mut faults, mut has_unknown) = (Vec::new(), false);
        let names = || self.words.iter().map(|word| word.name.as_str());
        for item in &self.items {
            let place = |name: &str| format!("{}.{}", item.place, shape::word(name));
            for name in item.given.iter().flat_map(Map::keys) {
                if !names().any(|known| known == name) {
                    let question = suggest::did_you_mean(name, names());
                    let about = &self.resource.name;
                    faults.push(format!("{}: there is none for {about}{question}", place(name)));
                    has_unknown = true;
                }
            }
            for (word, value) in item.given(&self.words) {
                let problem = word.problem(value);
                faults.extend(problem.map(|problem| format!("{}: {problem}", place(&word.name))));
            }
            let is_given =
                |word: &Word| item.given.as_ref().is_some_and(|it| it.contains_key(&word.name));
            let required = self.words.iter().filter(|word| word.is_required && !is_given(word));
            for word in required.filter(|word| item.lacks(word)) {
                let why = if item.is_new { "required" } else { "required, and it has none" };
                faults.push(format!("{}: {why}", place(&word.name)));
            }
        }
        (self.faults, self.has_unknown) = (faults, has_unknown);
        if self.faults.is_empty() { self.objects() } else { None }
    }

    /// Plans to look up the objects that are referred to.
    fn objects(&self) -> Option<Reading<'a>> {
        let Context { asked, caller, settings, .. } = self.context;
        let (catalog, access, limits) = (asked.catalog, asked.access, settings.list);
        let mut wanted: Vec<Wanted> = Vec::new();
        for item in &self.items {
            for (word, value) in item.given(&self.words) {
                let Some(resource) = self.referred(word) else { continue };
                for value in word.references(value) {
                    let is_same = |it: &Wanted| it.resource == resource && it.value == value;
                    if !wanted.iter().any(is_same) {
                        let place = format!("{}.{}", item.place, word.name);
                        wanted.push(Wanted { resource, value, place });
                    }
                }
            }
        }
        let sources = Sources { catalog, access, caller, limits };
        let can_be_found = |wanted: &Wanted| Lookup::new(sources, vec![wanted.clone()]).is_ok();
        wanted.retain(can_be_found);
        let lookup = (!wanted.is_empty()).then(|| Lookup::new(sources, wanted).ok());
        lookup.flatten().map(|lookup| Reading::Objects(Box::new(lookup.optional())))
    }

    /// The resource of the objects that a word refers to.
    fn referred(&self, word: &Word) -> Option<ResourceId> {
        let kind = word.refers.as_deref()?;
        let name = kind.rsplit('.').next()?;
        self.context.asked.catalog.resource_spelled(name, None)
    }

    /// Takes the objects that were found; those that are not there would be refused.
    fn take_objects(&mut self, wanted: &[Wanted], found: Vec<Found>) {
        for (wanted, found) in wanted.iter().zip(found) {
            if found.id.is_null() {
                let resource = self.context.asked.catalog.resource(wanted.resource);
                let (place, value) = (&wanted.place, shape::json(&wanted.value));
                let name = &resource.name;
                self.faults.push(format!("{place}: you can see no {name} {value}"));
            }
        }
    }

    /// What is said of all of it.
    fn end(&mut self) -> Worded {
        let mut defaults: Vec<String> = Vec::new();
        for item in self.items.iter().filter(|item| item.is_new) {
            let is_given =
                |word: &Word| item.given.as_ref().is_some_and(|it| it.contains_key(&word.name));
            for word in self.words.iter().filter(|it| !it.default.is_null() && !is_given(it)) {
                let (name, value) = (shape::word(&word.name), shape::json(&word.default));
                let told = format!("{}.{name}={value}", self.field);
                if !defaults.contains(&told) {
                    defaults.push(told);
                }
            }
        }
        let present = std::mem::take(&mut self.present);
        Worded { place: self.place, present, refusal: self.refusal(), defaults }
    }

    fn refusal(&self) -> Option<String> {
        if self.faults.is_empty() {
            return None;
        }
        let (resource, action) = (&self.resource.name, self.action);
        let mut text = format!("{resource} {action} would be refused:");
        for fault in self.faults.iter().take(MAX_FAULTS) {
            text.push_str(&format!("\n{fault}"));
        }
        let n_more = self.faults.len().saturating_sub(MAX_FAULTS);
        if n_more > 0 {
            text.push_str(&format!("\nand {n_more} more"));
        }
        if self.has_unknown {
            text.push_str(&vocabulary::hint(self.resource, self.field));
        }
        Some(text)
    }
}

impl Plan for Wording<'_> {
    type Output = Worded;

    fn next(&mut self, mut arrived: Vec<Arrived>) -> Step<Worded> {
        loop {
            let arrived = std::mem::take(&mut arrived);
            let next = match &mut self.stage {
                Reading::Words(of, list) => match list.next(arrived) {
                    Step::Send(requests) => return Step::Send(requests),
                    Step::Done(outcome) => match vocabulary::values(of, outcome) {
                        Ok(rows) => self.take_words(&rows),
                        Err(_) => None,
                    },
                },
                Reading::Choices(of, list) => match list.next(arrived) {
                    Step::Send(requests) => return Step::Send(requests),
                    Step::Done(outcome) => {
                        let rows = vocabulary::values(of, outcome);
                        self.take_choices(&rows.unwrap_or_default());
                        self.check()
                    }
                },
                Reading::Objects(lookup) => match lookup.next(arrived) {
                    Step::Send(requests) => return Step::Send(requests),
                    Step::Done(found) => {
                        let wanted = lookup.wanted().to_vec();
                        self.take_objects(&wanted, found.unwrap_or_default());
                        None
                    }
                },
            };
            match next {
                Some(next) => self.stage = next,
                None => return Step::Done(self.end()),
            }
        }
    }

    fn give_up(&mut self, _: BackendError) -> Worded {
        self.end()
    }
}

/// So many faults of a call's words are told.
const MAX_FAULTS: usize = 10;
