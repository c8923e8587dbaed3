//! Writes that are only told: what they would change of what there is.

use serde_json::Value;

use super::flatten::{self, Cell};
use super::list::{masked, plural};
use super::secrets::{self, Secrets};
use super::written::{agrees, fold, short};
use super::{Sent, Shaper, Text, columns, quote};
use crate::check::{STAND_IN, has_stand_in};

/// A write that is only told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rehearsed<'a> {
    /// The objects that there are of those it is about, in their order.
    pub(crate) present: &'a [Option<Value>],
    /// Its body as the caller wrote it, with the names that were looked up.
    pub(crate) given: Option<&'a Value>,
    /// What would be sent.
    pub(crate) sent: Sent<'a>,
    /// The field by whose value the write can be locked to what there is now.
    pub(crate) lock: Option<&'a str>,
}

/// Tells what a write would do.
pub(super) fn rehearsed(shaper: &Shaper<'_>, rehearsed: Rehearsed<'_>) -> Text {
    let secrets = Secrets::new(&shaper.resource.secrets);
    let hidden = |value: &Value| masked(&secrets, value).into_owned();
    let present: Vec<Option<Value>> =
        rehearsed.present.iter().map(|row| row.as_ref().map(hidden)).collect();
    let (given, body) = (rehearsed.given.map(hidden), rehearsed.sent.body.map(hidden));
    let action = shaper.action.name.as_str();
    let of_many = action.strip_prefix("bulk_");
    let told = Told {
        shaper,
        id: rehearsed.sent.id,
        given: items(given),
        sent: items(body),
        present,
        lock: rehearsed.lock,
    };
    let text = match (of_many.unwrap_or(action), of_many.is_some()) {
        (verb @ ("create" | "ensure"), false) => told.creation(verb),
        ("create", true) => told.creations(),
        ("update" | "replace", false) => told.update(),
        ("update" | "replace", true) => told.updates(),
        ("delete", false) => told.deletion(),
        ("delete", true) => told.deletions(),
        _ => Text::ok(told.other()),
    };
    Text { text: text.text.replace(STAND_IN, ""), ..text }
}

/// Refuses a write of another number of objects than the caller expects.
pub(super) fn miscounted(
    shaper: &Shaper<'_>,
    n_objects: usize,
    expected: Option<u64>,
    present: &[Option<Value>],
) -> String {
    let (resource, action) = (&shaper.resource.name, &shaper.action.name);
    let wrong = expected.map(|it| format!("options.expect is {it}, but ")).unwrap_or_default();
    let names: Vec<String> = present.iter().flatten().map(|row| called(shaper, row)).collect();
    let n_more = n_objects.saturating_sub(names.len());
    let names = match (names.is_empty(), n_more) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", names.join(", ")),
        (false, more) => format!(": {} and {more} more", names.join(", ")),
    };
    let things = if n_objects == 1 { resource } else { plural(shaper.resource) };
    format!(
        "{resource} {action} not sent: {wrong}it is about {n_objects} {things}{names}; if that is \
         meant, send options {{\"expect\":{n_objects}}}"
    )
}

/// What is told of.
struct Told<'a> {
    shaper: &'a Shaper<'a>,
    id: Option<&'a str>,
    given: Vec<Value>,
    sent: Vec<Value>,
    present: Vec<Option<Value>>,
    lock: Option<&'a str>,
}

impl Told<'_> {
    fn resource(&self) -> &str {
        &self.shaper.resource.name
    }

    fn creation(&self, verb: &str) -> Text {
        let mut text = format!("would {verb} {}", self.resource());
        if let Some(name) = self.given.first().and_then(name) {
            text.push_str(&format!(" {}", quote::cell(&name)));
        }
        let found = self.resolved();
        if !found.is_empty() {
            text.push_str(&format!(" ({})", found.join(" ")));
        }
        if let Some(row) = self.present.iter().flatten().next() {
            text.push_str(&format!("; but there is {}", called(self.shaper, row)));
        }
        Text::ok(text)
    }

    fn creations(&self) -> Text {
        let names: Vec<String> = self.given.iter().filter_map(name).collect();
        let names = names.iter().map(|name| quote::word(name).into_owned()).collect();
        let mut text = self.headline("create", self.given.len());
        text.push_str(&listed(names));
        let found = self.resolved();
        if !found.is_empty() {
            text.push_str(&format!("\n{}", found.join(" ")));
        }
        let there = self.present.iter().flatten().map(|row| called(self.shaper, row)).collect();
        let there = listed(there);
        if !there.is_empty() {
            text.push_str(&format!("\nthere already{there}"));
        }
        Text::ok(text)
    }

    fn update(&self) -> Text {
        let id = self.id.unwrap_or_default();
        let Some(row) = self.row(0) else {
            return self.absent(id).unwrap_or_else(|| {
                let sent = self.differences(0, None).0.join("\n");
                Text::ok(format!("would update {} {}\n{sent}", self.resource(), quote::word(id)))
            });
        };
        let subject = format!("{} {}", self.resource(), called(self.shaper, row));
        let (differences, same) = self.differences(0, Some(row));
        if differences.is_empty() {
            return Text::ok(format!("would change nothing of {subject}"));
        }
        let mut text = format!("would update {subject}\n{}", differences.join("\n"));
        if !same.is_empty() {
            text.push_str(&format!("\nunchanged: {}", same.join(", ")));
        }
        text.push_str(&self.locked(row));
        Text::ok(text)
    }

    fn updates(&self) -> Text {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        let mut absent = Vec::new();
        for (place, item) in self.sent.iter().enumerate() {
            let row = self.row(place);
            if row.is_none() && self.is_absent(place) {
                absent.push(self.id_of(item));
                continue;
            }
            let called = row.map_or_else(|| self.id_of(item), |row| called(self.shaper, row));
            let differences = self.differences(place, row).0;
            let differences = match differences.is_empty() {
                true => "nothing".to_owned(),
                false => differences.join("; "),
            };
            match groups.iter_mut().find(|(known, _)| *known == differences) {
                Some((_, names)) => names.push(called),
                None => groups.push((differences, vec![called])),
            }
        }
        let mut text = self.headline("update", self.sent.len());
        for (differences, names) in groups {
            text.push_str(&format!("\n{}: {differences}", some(names)));
        }
        if absent.is_empty() {
            return Text::ok(text);
        }
        Text::error(format!("{text}\nnot there: {}", fold(&absent)))
    }

    fn deletion(&self) -> Text {
        let id = self.id.unwrap_or_default();
        let Some(row) = self.row(0) else {
            return self.absent(id).unwrap_or_else(|| {
                Text::ok(format!("would delete {} {}", self.resource(), quote::word(id)))
            });
        };
        let name = called(self.shaper, row);
        let (counted, locked) = (counted(row), self.locked(row));
        Text::ok(format!("would delete {} {name}{counted}{locked}", self.resource()))
    }

    fn deletions(&self) -> Text {
        let (absent, there): (Vec<usize>, Vec<usize>) =
            (0..self.sent.len()).partition(|place| self.is_absent(*place));
        let told = |place: usize| match self.row(place) {
            Some(row) => format!("{}{}", called(self.shaper, row), counted(row)),
            None => self.id_of(&self.sent[place]),
        };
        let mut text = self.headline("delete", self.sent.len());
        text.push_str(&listed(there.into_iter().map(told).collect()));
        if absent.is_empty() {
            return Text::ok(text);
        }
        let absent = absent.into_iter().map(|place| self.id_of(&self.sent[place]));
        Text::error(format!("{text}\nnot there: {}", fold(&absent.collect::<Vec<_>>())))
    }

    /// An action of the API's own, of which nobody else knows what it does.
    fn other(&self) -> String {
        let (resource, action) = (self.resource(), &self.shaper.action.name);
        let id = self.id.map(|id| format!(" {}", quote::word(id))).unwrap_or_default();
        let body = self.sent.first().map(|body| format!(" with {}", quote::json(body)));
        format!(
            "would send {resource} {action}{id}{}; its arguments fit, what it does only the API knows",
            body.unwrap_or_default()
        )
    }

    /// How the write is locked to what there is now.
    fn locked(&self, row: &Value) -> String {
        let stamp = self.lock.and_then(|field| row.get(field)?.as_str());
        stamp.map(|stamp| format!("\nif_match: {}", quote::cell(stamp))).unwrap_or_default()
    }

    fn headline(&self, verb: &str, n_objects: usize) -> String {
        format!("would {verb} {n_objects} {}", plural(self.shaper.resource))
    }

    /// An object as it is, where it was read.
    fn row(&self, place: usize) -> Option<&Value> {
        self.present.get(place)?.as_ref()
    }

    /// Whether there is no such object; one that was not looked for may be there.
    fn is_absent(&self, place: usize) -> bool {
        let is_known = |item: &Value| !has_stand_in(item.get("id").unwrap_or(item));
        self.present.get(place).is_some_and(Option::is_none)
            && self.sent.get(place).is_none_or(is_known)
    }

    /// Says that there is no object of an id, where it was looked for.
    fn absent(&self, id: &str) -> Option<Text> {
        let is_absent = self.present.first().is_some_and(Option::is_none);
        let text = || format!("there is no {} {}", self.resource(), quote::word(id));
        is_absent.then(|| Text::error(text()))
    }

    fn id_of(&self, item: &Value) -> String {
        let id = match item {
            Value::Object(members) => {
                columns::id_key(self.shaper, members).map(|key| &members[key])
            }
            id => Some(id),
        };
        id.and_then(flatten::scalar).unwrap_or_default()
    }

    /// The fields that would be written otherwise than they are, and those that are so already.
    fn differences(&self, place: usize, row: Option<&Value>) -> (Vec<String>, Vec<String>) {
        let (mut differences, mut same) = (Vec::new(), Vec::new());
        let (Some(Value::Object(sent)), given) = (self.sent.get(place), self.given.get(place))
        else {
            return (differences, same);
        };
        let key = columns::id_key(self.shaper, sent);
        for (name, value) in sent.iter().filter(|(name, _)| Some(name.as_str()) != key) {
            let shown = row.and_then(|row| row.get(name));
            let given = given.and_then(|given| given.get(name));
            let name = quote::word(name).into_owned();
            // Of words that users made up, those that are not given stay.
            let words = self.shaper.catalog.parts().vocabularies.get(&name);
            match (words, value, shown) {
                (Some(_), Value::Object(words), Some(Value::Object(shown))) => {
                    for (word, value) in words {
                        let name = format!("{name}.{}", quote::word(word));
                        let given = given.and_then(|given| given.get(word));
                        let value = Compared { name, value, given, shown: shown.get(word) };
                        value.tell(&mut differences, &mut same);
                    }
                }
                _ => Compared { name, value, given, shown }.tell(&mut differences, &mut same),
            }
        }
        (differences, same)
    }

    /// What names stand for, each once.
    fn resolved(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for (given, sent) in self.given.iter().zip(&self.sent) {
            let (Value::Object(given), Value::Object(sent)) = (given, sent) else { continue };
            for (name, sent) in sent {
                let Some(given) = given.get(name).filter(|given| *given != sent) else { continue };
                let pair = format!("{}={}", quote::word(name), written(Some(given), sent));
                if found.len() < MAX_LISTED && !found.contains(&pair) {
                    found.push(pair);
                }
            }
        }
        found
    }
}

/// A value that would be written, beside what there is.
struct Compared<'a> {
    name: String,
    value: &'a Value,
    given: Option<&'a Value>,
    shown: Option<&'a Value>,
}

impl Compared<'_> {
    fn tell(self, differences: &mut Vec<String>, same: &mut Vec<String>) {
        let Self { name, value, given, shown } = self;
        let becomes = written(given, value);
        match shown {
            _ if secrets::is_masked(value) => differences.push(format!("{name}: (set)")),
            Some(shown) if agrees(value, shown) => same.push(name),
            Some(shown) => {
                let is = short(&flatten::cell(shown));
                differences.push(format!("{name}: {is} -> {becomes}"));
            }
            None => differences.push(format!("{name}: {becomes}")),
        }
    }
}

/// A value that would be written: by the name that the caller gave, and what was found for it.
fn written(given: Option<&Value>, sent: &Value) -> String {
    let cell = |value: &Value| match flatten::cell(value) {
        Cell::Json(_) => short(&Cell::Json(quote::json(value))),
        cell => short(&cell),
    };
    match given.filter(|given| *given != sent) {
        Some(given) if has_stand_in(given) => cell(given),
        Some(given) => format!("{} ({})", cell(given), cell(sent)),
        None => cell(sent),
    }
}

/// The id and the name of an object.
pub(super) fn called(shaper: &Shaper<'_>, row: &Value) -> String {
    let Some(members) = row.as_object() else { return String::new() };
    let id = columns::id_key(shaper, members).and_then(|key| flatten::scalar(&members[key]));
    let words = [
        id.map(|id| quote::word(&id).into_owned()),
        name(row).map(|name| quote::cell(&name).into_owned()),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn name(value: &Value) -> Option<String> {
    flatten::scalar(flatten::name(value.as_object()?)?.1)
}

/// How many objects an object says that it has: some of them may go with it.
fn counted(row: &Value) -> String {
    let is_some = |(name, n): &(&String, &Value)| {
        name.ends_with("_count") && n.as_u64().is_some_and(|n| n > 0)
    };
    let counts = row.as_object().into_iter().flatten().filter(is_some);
    let counts: Vec<String> =
        counts.map(|(name, n)| format!("{}={n}", quote::word(name))).collect();
    if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(" ")) }
}

/// The first of many, and how many more there are.
fn listed(names: Vec<String>) -> String {
    if names.is_empty() { String::new() } else { format!(": {}", some(names)) }
}

fn some(mut names: Vec<String>) -> String {
    let n_more = names.len().saturating_sub(MAX_LISTED);
    names.truncate(MAX_LISTED);
    let names = names.join(", ");
    if n_more == 0 { names } else { format!("{names} and {n_more} more") }
}

/// The objects of a body: one, or those of a list.
fn items(body: Option<Value>) -> Vec<Value> {
    match body {
        Some(Value::Array(items)) => items,
        Some(Value::Object(members)) => vec![Value::Object(members)],
        Some(_) | None => Vec::new(),
    }
}

/// So many objects are named.
const MAX_LISTED: usize = 20;
