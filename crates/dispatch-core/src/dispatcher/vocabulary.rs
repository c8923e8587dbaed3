//! What is said of fields whose words are rows of a list of the API: its custom fields, its tags.
//!
//! The list is read when help asks about the field, when the API refused a value of it, or when a
//! write is only told of; with the caller's own access, and it is not kept: what is told is what
//! there is.

use std::collections::BTreeMap;

use mcp_protocol::tool::RequestContext;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Dispatcher;
use super::snapshot::Snapshot;
use super::understand::Asked;
use crate::access::Standing;
use crate::backend::Backend;
use crate::catalog::{Operation, Resource, Style, Vocabulary};
use crate::check::{Arguments, QueryArgument, QueryValue};
use crate::help::{self, HelpRequest};
use crate::names::{self, Wanted};
use crate::plan::{List, ListLimits, Outcome, Position};
use crate::request::Caller;
use crate::resolve::Resolved;
use crate::shape;

mod refused;

/// The lists of the API as one caller may read them.
pub(super) struct Words<'a, B> {
    pub(super) dispatcher: &'a Dispatcher<B>,
    pub(super) asked: Asked<'a>,
    pub(super) snapshot: &'a Snapshot,
    pub(super) cx: &'a RequestContext,
}

impl<B: Backend> Words<'_, B> {
    /// The words of the field that help is asked about, where these are rows of a list.
    pub(super) async fn in_help(&self, request: &HelpRequest) -> Option<String> {
        let catalog = self.asked.catalog;
        let (id, field) = help::field_of(catalog, self.asked.access, request)?;
        let vocabulary = catalog.parts().vocabularies.get(&field)?;
        let told = self.told(catalog.resource(id), vocabulary).await;
        Some(told.unwrap_or_else(|why| format!("what there is cannot be told: {why}")))
    }

    /// The words of a field of a resource, a row each.
    async fn of(&self, about: &Resource, vocabulary: &Vocabulary) -> Result<Vec<Value>, String> {
        self.rows(&vocabulary.list, query(self.asked, about, vocabulary)).await
    }

    /// The words of a field of a resource, a line each.
    async fn told(&self, about: &Resource, vocabulary: &Vocabulary) -> Result<String, String> {
        let rows = self.of(about, vocabulary).await?;
        if rows.is_empty() {
            return Ok(format!("there is none for {}", about.name));
        }
        let choices = self.choices(vocabulary, &rows).await;
        let mut lines: Vec<String> =
            rows.iter().take(MAX_ROWS).map(|row| line(vocabulary, row, &choices)).collect();
        if rows.len() > MAX_ROWS {
            let (list, more) = (&vocabulary.list, rows.len() - MAX_ROWS);
            lines.push(format!("{more} more: resource={list} action=list"));
        }
        Ok(lines.join("\n"))
    }

    /// The choices of each row that has some, by the id of what holds them.
    async fn choices(&self, vocabulary: &Vocabulary, rows: &[Value]) -> BTreeMap<String, String> {
        let Some(choices) = &vocabulary.choices else { return BTreeMap::new() };
        let mut ids: Vec<String> =
            rows.iter().filter_map(|row| text(&row[&choices.field]["id"])).collect();
        ids.sort();
        ids.dedup();
        ids.truncate(MAX_ROWS);
        if ids.is_empty() {
            return BTreeMap::new();
        }
        let query = vec![("id".to_owned(), ids)];
        let rows = self.rows(&choices.list, query).await.unwrap_or_default();
        let pair = |row: &Value| {
            let mut values: Vec<String> = Vec::new();
            for name in &choices.values {
                let found = row.get(name)?;
                let single = text(found).map(|name| format!("({name})"));
                values.extend(single);
                let of_list = found.as_array().into_iter().flatten();
                let of_list = of_list.filter_map(|it| text(it).or_else(|| text(it.get(0)?)));
                values.extend(of_list.map(|value| shape::word(&value).into_owned()));
            }
            let more = values.len().saturating_sub(MAX_CHOICES);
            values.truncate(MAX_CHOICES);
            let more = if more > 0 { format!("|… {more} more") } else { String::new() };
            Some((text(&row["id"])?, format!("{}{more}", values.join("|"))))
        };
        rows.iter().filter_map(pair).collect()
    }

    /// The rows of a list that the caller may read.
    async fn rows(
        &self,
        list: &str,
        query: Vec<(String, Vec<String>)>,
    ) -> Result<Vec<Value>, String> {
        let Self { dispatcher, asked, snapshot, cx } = *self;
        let caller = Dispatcher::<B>::caller(&asked, cx);
        let (resource, mut list) = reading(asked, &caller, dispatcher.options.list, list, query)?;
        let limits = dispatcher.options.limits;
        values(resource, dispatcher.execute(&mut list, limits, snapshot, cx).await)
    }
}

/// Plans to read the rows of a list that the caller may read.
pub(super) fn reading<'a>(
    asked: Asked<'a>,
    caller: &Caller,
    limits: ListLimits,
    list: &str,
    query: Vec<(String, Vec<String>)>,
) -> Result<(&'a Resource, List<'a>), String> {
    let resource = names::resource(asked.catalog, list);
    let resource = resource.ok_or_else(|| format!("there is no {list}"))?;
    let operation = readable(asked, resource)?;
    let argument = |(name, values): (String, Vec<String>)| {
        let known = operation.query.iter().find(|known| known.name == name);
        let style = known.map_or(Style::Repeated, |known| known.style);
        QueryArgument { name, style, value: QueryValue::List(values) }
    };
    let query = query.into_iter().map(argument).collect();
    let arguments = Arguments { query, ..Arguments::default() };
    let wanted = Some(limits.max_rows);
    let from = Position::default();
    let list = List::new(operation, arguments, caller.clone(), limits, wanted, from);
    list.map(|list| (resource, list)).map_err(|error| error.to_string())
}

/// The rows that were read, without what is secret in them.
pub(super) fn values(resource: &Resource, outcome: Outcome) -> Result<Vec<Value>, String> {
    match outcome {
        Outcome::Rows(rows) => {
            let value = |row: &RawValue| {
                let text = shape::without_secrets(resource, row.get())?;
                serde_json::from_str(&text).ok()
            };
            Ok(rows.rows.iter().filter_map(|row| value(row)).collect())
        }
        Outcome::Answer(response) => Err(format!("the API answered {}", response.status())),
        Outcome::Failed(error) => Err(error.to_string()),
        Outcome::Running(why) | Outcome::NotSent(why) => Err(why),
        // Only a write is told of before it is done.
        Outcome::Rehearsed(_) => Ok(Vec::new()),
    }
}

/// The filters by which the rows are those of a resource.
pub(super) fn query(
    asked: Asked<'_>,
    about: &Resource,
    vocabulary: &Vocabulary,
) -> Vec<(String, Vec<String>)> {
    let kind = asked.catalog.kind_of(about);
    let query = vocabulary.params.iter();
    query.map(|(name, value)| (name.clone(), vec![value.replace(KIND, &kind)])).collect()
}

/// The words that a list is filtered by, to be looked up before it is asked for, where the caller
/// may.
pub(super) fn of_filters(
    asked: Asked<'_>,
    resolved: &Resolved<'_>,
    arguments: &Arguments,
) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for vocabulary in asked.catalog.parts().vocabularies.values() {
        let Some(prefix) = &vocabulary.filters else { continue };
        let Some(resource) = asked.catalog.resource_spelled(&vocabulary.list, None) else {
            continue;
        };
        if readable(asked, asked.catalog.resource(resource)).is_err() {
            continue;
        }
        for argument in &arguments.query {
            let is_known = resolved.operation.query.iter().any(|it| it.name == argument.name);
            let word = argument.name.strip_prefix(prefix.as_str()).filter(|_| !is_known);
            let Some(word) = word.and_then(|word| word.split("__").next()) else { continue };
            let mut name = Map::new();
            name.insert(vocabulary.name.clone(), Value::from(word));
            if let Some(kinds) = &vocabulary.kinds {
                name.insert(kinds.clone(), Value::from(asked.catalog.kind_of(resolved.resource)));
            }
            let (value, place) = (Value::Object(name), argument.name.clone());
            wanted.push(Wanted { resource, value, place });
        }
    }
    wanted
}

/// A refusal that is about such a field, with where its words are told.
pub(super) fn with_hint(asked: Asked<'_>, resolved: &Resolved<'_>, mut text: String) -> String {
    let fields = asked.catalog.parts().vocabularies.keys();
    // An API may say it in words, and of one: "custom field".
    let in_words = |field: &str| {
        let words = field.replace('_', " ");
        words.contains(' ') && text.to_lowercase().contains(words.trim_end_matches('s'))
    };
    let is_told = |field: &&String| {
        [':', '.'].iter().any(|c| text.contains(&format!("  {field}{c}"))) || in_words(field)
    };
    let about = fields.filter(is_told);
    let hints: Vec<String> = about.map(|field| hint(resolved.resource, field)).collect();
    if resolved.operation.body.is_some() {
        text.push_str(&hints.concat());
    }
    text
}

/// Where the words of a field are told.
pub(super) fn hint(resource: &Resource, field: &str) -> String {
    format!("\nall of them: resource={}.{field} action=help", resource.name)
}

/// The list of a resource, where the caller may read it.
fn readable<'a>(asked: Asked<'a>, resource: &Resource) -> Result<&'a Operation, String> {
    let catalog = asked.catalog;
    let list = resource.action("list").map(|list| catalog.operation(list.operation));
    let is_granted = |it: &&Operation| asked.access.standing(it.tier) == Standing::Granted;
    list.filter(is_granted).ok_or_else(|| format!("you may not list {}", resource.name))
}

/// One word: `env!: select prod|test description="..."`.
fn line(vocabulary: &Vocabulary, row: &Value, choices: &BTreeMap<String, String>) -> String {
    let member = |name: &str| row.get(name).and_then(text);
    let mut line =
        member(&vocabulary.name).map_or_else(String::new, |it| shape::word(&it).into_owned());
    if vocabulary.required.as_ref().is_some_and(|name| row.get(name) == Some(&Value::Bool(true))) {
        line.push('!');
    }
    if let Some(ty) = vocabulary.ty.as_ref().and_then(|name| member(name)) {
        line.push_str(&format!(": {ty}"));
    }
    let held = vocabulary.choices.as_ref().and_then(|it| text(row.get(&it.field)?.get("id")?));
    if let Some(choices) = held.and_then(|id| choices.get(&id)) {
        line.push_str(&format!(" {choices}"));
    }
    for name in &vocabulary.details {
        if let Some(value) = member(name) {
            line.push_str(&format!(" {name}={}", shape::word(&value)));
        }
    }
    line
}

/// A plain value, or the value of a choice, or a list of such, in a line.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("true".to_owned()),
        Value::Object(members) => members.get("value").and_then(text),
        _ => None,
    }
}

/// What stands in a parameter for the kind of objects that is asked about.
const KIND: &str = "{kind}";

/// How many words help tells, and how many choices of each.
const MAX_ROWS: usize = 100;
const MAX_CHOICES: usize = 40;
