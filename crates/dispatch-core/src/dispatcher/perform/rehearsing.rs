//! A write that is only told of: what it is about is read, and nothing is sent that writes.

use http::StatusCode;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::super::ensure;
use super::sent::SentValues;
use super::{Context, Performance, Stage, shaper};
use crate::access::Standing;
use crate::backend::BackendError;
use crate::catalog::Form;
use crate::check::{Arguments, has_stand_in};
use crate::names::{Lookup, Sources, Wanted};
use crate::plan::{Arrived, One, Outcome, Plan, Step};
use crate::request;
use crate::shape::{Rehearsed, Sent, Text};
use crate::surface::is_reading;

/// Reads the objects that a call is about.
#[derive(Debug)]
pub(super) enum Rehearsal<'a> {
    /// They are known, or cannot be read.
    Known(Vec<Option<Box<RawValue>>>),
    One(Box<One>),
    /// Some of them, each with its place among all.
    Several {
        lookup: Box<Lookup<'a>>,
        places: Vec<usize>,
        n_objects: usize,
    },
}

impl<'a> Performance<'a> {
    /// Plans to read what the call is about, in place of the call, where it is not to be sent: it is
    /// only to be told of, or it is about another number of objects than the caller expects.
    pub(super) fn rehearse(&mut self, written: &Arguments) -> Result<Option<Stage<'a>>, String> {
        let operation = self.resolved.operation;
        if is_reading(operation) {
            return match self.options.expect {
                Some(_) => Err(self.not_sent("options.expect is for writes")),
                None => Ok(None),
            };
        }
        if let Some(n_objects) = self.miscounted() {
            self.n_unexpected = Some(n_objects);
            return Ok(Some(Stage::Rehearsal(self.objects(written, MAX_NAMED))));
        }
        let is_dry = self.options.dry_run;
        Ok(is_dry.then(|| Stage::Rehearsal(self.objects(written, usize::MAX))))
    }

    /// How many objects the call is about, where that is not what its caller expects. A bulk delete
    /// has to say it.
    fn miscounted(&self) -> Option<usize> {
        let n_objects = match (&self.sent.body, self.resolved.action.form) {
            (Some(Value::Array(items)), Form::Many) => items.len(),
            (_, Form::Many) => return None,
            (_, Form::One) => 1,
        };
        let is_wrong = match self.options.expect {
            Some(expected) => expected != n_objects as u64,
            None => {
                n_objects > 1 && self.resolved.action.name == "bulk_delete" && !self.options.dry_run
            }
        };
        is_wrong.then_some(n_objects)
    }

    /// Plans to read the first of the objects that the call is about.
    fn objects(&self, written: &Arguments, most: usize) -> Box<Rehearsal<'a>> {
        let action = self.resolved.action;
        let rehearsal = match (action.name.trim_start_matches("bulk_"), action.form) {
            ("create", _) if self.creation.is_some() => None,
            ("create", _) => self.several(self.keys(), most),
            (_, Form::Many) => self.several(self.ids(written), most),
            (_, Form::One) => self.one(written),
        };
        Box::new(rehearsal.unwrap_or_else(|| Rehearsal::Known(Vec::new())))
    }

    /// The natural keys of what would be created.
    fn keys(&self) -> Vec<Value> {
        let resource = self.resolved.resource;
        let sent = SentValues::of(self.resolved.operation, &self.arguments);
        let body = sent.body.unwrap_or_default();
        let items = match body {
            Value::Array(items) => items,
            body => vec![body],
        };
        let key = |item: &Value| ensure::key_of(resource, &|name| item.get(name).cloned());
        items.iter().map(|item| key(item).unwrap_or_default()).collect()
    }

    /// The ids of what would be written.
    fn ids(&self, written: &Arguments) -> Vec<Value> {
        let sent = SentValues::of(self.resolved.operation, written);
        let Some(Value::Array(items)) = sent.body else { return Vec::new() };
        let id = |item: Value| match item {
            Value::Object(mut members) => members.remove("id").unwrap_or_default(),
            item => item,
        };
        items.into_iter().map(|item| json!({"id": id(item)})).collect()
    }

    /// Plans to look up objects by their attributes.
    fn several(&self, objects: Vec<Value>, most: usize) -> Option<Rehearsal<'a>> {
        let Context { asked, caller, settings, .. } = self.context;
        let sources =
            Sources { catalog: asked.catalog, access: asked.access, caller, limits: settings.list };
        let n_objects = objects.len().min(most);
        let known = objects.into_iter().take(most).enumerate();
        let known = known.filter(|(_, object)| object.is_object() && !has_stand_in(object));
        let (places, wanted): (Vec<usize>, Vec<Wanted>) = known
            .map(|(place, value)| {
                (place, Wanted { resource: self.resolved.id, value, place: "id".to_owned() })
            })
            .unzip();
        if wanted.is_empty() {
            return None;
        }
        let lookup = Box::new(Lookup::new(sources, wanted).ok()?.optional());
        Some(Rehearsal::Several { lookup, places, n_objects })
    }

    /// Plans to read the one object whose key is in the path.
    fn one(&self, written: &Arguments) -> Option<Rehearsal<'a>> {
        if let Some(row) = self.present.clone().or_else(|| self.named_row()) {
            return Some(Rehearsal::Known(vec![Some(row)]));
        }
        self.read_one(written).map(Rehearsal::One)
    }

    /// Plans to read the object whose key is in the path.
    pub(super) fn read_one(&self, written: &Arguments) -> Option<Box<One>> {
        let Context { asked, caller, .. } = self.context;
        let keys = &self.resolved.operation.path_parameters;
        let get = asked.catalog.operation(self.resolved.resource.action("get")?.operation);
        let is_its =
            get.path_parameters.iter().map(|it| &it.name).eq(keys.iter().map(|it| &it.name));
        let is_known = |(_, value): &(String, String)| !has_stand_in(&Value::from(value.as_str()));
        if !is_its
            || asked.access.standing(get.tier) != Standing::Granted
            || !written.path.iter().all(is_known)
        {
            return None;
        }
        let arguments = Arguments { path: written.path.clone(), ..Arguments::default() };
        let request = request::build(get, &arguments, caller).ok()?;
        Some(Box::new(One::new(request)))
    }

    /// The row in which the name of the object was found that the call is about.
    pub(super) fn named_row(&self) -> Option<Box<RawValue>> {
        let name = self.arguments.names.iter().find(|name| name.is_path)?;
        self.named.row(self.context.asked.catalog, name)
    }

    /// Tells what the call would do, or why it was not sent.
    pub(super) fn rehearsed(&self, present: &[Option<Box<RawValue>>]) -> Text {
        let read = |row: &Option<Box<RawValue>>| serde_json::from_str(row.as_ref()?.get()).ok();
        let present: Vec<Option<Value>> = present.iter().map(read).collect();
        let shaper = shaper(self.context, &self.resolved, &self.options);
        if self.stale.is_some() {
            return self.told_as_stale(present.first().and_then(Option::as_ref));
        }
        if let Some(n_objects) = self.n_unexpected {
            return shaper.miscounted(n_objects, self.options.expect, &present);
        }
        if let Some(unfound) = &self.unfound {
            let (resource, action) = (&self.resolved.resource.name, &self.resolved.action.name);
            return Text::ok(format!(
                "would {action} {resource} if an earlier step makes what it names\n{unfound}"
            ));
        }
        let given = SentValues::of(self.resolved.operation, &self.arguments).body;
        let sent = Sent { items: self.items, ..self.sent.as_sent() };
        let tag = self.context.asked.catalog.parts().entity_tag.as_ref();
        let lock = tag.filter(|_| self.takes_lock()).map(|tag| tag.field.as_str());
        let rehearsed = Rehearsed { present: &present, given: given.as_ref(), sent, lock };
        let mut text = shaper.rehearsed(rehearsed);
        if !self.defaults.is_empty() {
            text.text.push_str(&format!("\nby default: {}", self.defaults.join(", ")));
        }
        if let Some(files) = self.files_told().filter(|_| !text.is_error) {
            text.text.push_str(&format!("\n{files}"));
        }
        text
    }

    /// Ends a rehearsal whose objects could not be read.
    pub(super) fn unread(&mut self, outcome: Outcome) -> Outcome {
        if matches!(outcome, Outcome::Answer(_) | Outcome::Failed(_))
            && let Some(refusal) = self.stale.take()
        {
            return refusal;
        }
        let why = match &outcome {
            Outcome::Answer(response) => response.status().to_string(),
            Outcome::Failed(error) => error.to_string(),
            _ => return outcome,
        };
        Outcome::NotSent(self.not_sent(format_args!("what there is could not be read ({why})")))
    }
}

impl Plan for Rehearsal<'_> {
    type Output = Outcome;

    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Outcome> {
        match self {
            Self::Known(rows) => Step::Done(Outcome::Rehearsed(std::mem::take(rows))),
            Self::One(one) => match one.next(arrived) {
                Step::Send(requests) => Step::Send(requests),
                Step::Done(outcome) => Step::Done(read(outcome)),
            },
            Self::Several { lookup, places, n_objects } => match lookup.next(arrived) {
                Step::Send(requests) => Step::Send(requests),
                Step::Done(Ok(found)) => {
                    let mut rows = vec![None; *n_objects];
                    for (place, found) in places.iter().zip(found) {
                        rows[*place] = (!found.id.is_null()).then_some(found.row);
                    }
                    Step::Done(Outcome::Rehearsed(rows))
                }
                // What cannot be read cannot be compared.
                Step::Done(Err(_)) => Step::Done(Outcome::Rehearsed(Vec::new())),
            },
        }
    }

    fn give_up(&mut self, error: BackendError) -> Outcome {
        Outcome::NotSent(error.to_string())
    }
}

/// The object that an answer to a read holds.
fn read(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Answer(response) if response.status().is_success() => {
            let row = serde_json::from_slice(response.body()).ok();
            Outcome::Rehearsed(row.map(Some).into_iter().collect())
        }
        Outcome::Answer(response) if response.status() == StatusCode::NOT_FOUND => {
            Outcome::Rehearsed(vec![None])
        }
        outcome => outcome,
    }
}

/// So many objects are named where there are others than were expected.
const MAX_NAMED: usize = 5;
