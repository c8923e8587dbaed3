//! Files beside fields that only JSON can hold: the call is sent without them, and they follow in
//! an update of the object that it made or changed.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::super::answer::{Answered, Continuation};
use super::super::note;
use super::super::understand::Asked;
use super::{Context, Performance, Stage, shaper};
use crate::access::Standing;
use crate::call::Members;
use crate::catalog::{Form, Method};
use crate::check::{self, Arguments, BodyArgument, Faults};
use crate::plan::{One, Outcome, Step};
use crate::request;
use crate::resolve::{self, Resolved};
use crate::shape::{self, Sent, Text};

/// Files that are sent by themselves.
#[derive(Debug)]
pub(super) struct Files<'a> {
    update: Resolved<'a>,
    arguments: Arguments,
    /// What came of the call itself.
    first: Option<Outcome>,
    /// Why they are not there, though what came before them is done.
    missing: Option<String>,
}

/// Takes out the files that cannot go with the other fields, where an update can send them by
/// themselves.
///
/// # Errors
///
/// Returns what is wrong with the files.
pub(super) fn apart<'a>(
    asked: Asked<'a>,
    resolved: &Resolved<'a>,
    mut params: Members,
) -> Result<(Members, Option<Files<'a>>), Faults> {
    let Resolved { action, operation, .. } = resolved;
    let names = check::files_beside(asked.catalog, operation, action.form, &params);
    let is_one = matches!(action.name.as_str(), "create" | "update" | "replace");
    if names.is_empty() || !is_one {
        return Ok((params, None));
    }
    let Some((update, key)) = update_with(asked, resolved, &names) else {
        return Ok((params, None));
    };
    let mut files = Members::default();
    files.set(key, some_id());
    for name in names {
        if let Some(file) = params.remove(&name) {
            files.set(name, file);
        }
    }
    let (catalog, access) = (asked.catalog, asked.access);
    let arguments = check::check_known(catalog, access, update.operation, Form::One, files)?;
    Ok((params, Some(Files { update, arguments, first: None, missing: None })))
}

/// The update that takes these files and the parameter of its object, where the caller may make it.
fn update_with<'a>(
    asked: Asked<'a>,
    resolved: &Resolved<'a>,
    names: &[String],
) -> Option<(Resolved<'a>, String)> {
    let mut all = resolve::actions(asked.catalog, asked.access, resolved.id);
    let update = all.find(|it| it.action.name == "update")?;
    let [key] = update.operation.path_parameters.as_slice() else { return None };
    let body = update.operation.body.as_ref()?;
    let takes_all = names.iter().all(|name| body.files.contains(name));
    let is_update = update.operation.method == Method::Patch;
    let is_granted = update.standing == Standing::Granted;
    (takes_all && is_update && is_granted).then(|| (update, key.name.clone()))
}

impl<'a> Performance<'a> {
    /// Goes on to the files, once what they belong to is done.
    pub(super) fn send_files(&mut self, outcome: Outcome) -> Step<Outcome> {
        let is_done = matches!(&outcome, Outcome::Answer(it) if it.status().is_success());
        let Some(files) = self.files.as_mut().filter(|it| is_done && it.first.is_none()) else {
            return self.end(outcome);
        };
        let id = files.id_in(&outcome);
        files.first = Some(outcome);
        let Some(id) = id else { return Step::Done(self.without_files("the API named no object")) };
        files.arguments.path = files
            .update
            .operation
            .path_parameters
            .iter()
            .map(|key| (key.name.clone(), id.clone()))
            .collect();
        let (update, mut arguments) = (files.update, files.arguments.clone());
        let Context { caller, settings, .. } = self.context;
        if settings.notes_changes {
            note::add(self.context, &update, &self.options, &mut arguments);
        }
        match request::build(update.operation, &arguments, caller) {
            Ok(request) if request.body().len() <= settings.max_body_bytes => {
                self.enter(Stage::Files(Box::new(One::new(request))))
            }
            Ok(_) => Step::Done(self.without_files("they are too large")),
            Err(error) => Step::Done(self.without_files(&error.to_string())),
        }
    }

    /// Takes what the API answered to the files.
    pub(super) fn sent_files(&mut self, outcome: Outcome) -> Outcome {
        match &outcome {
            Outcome::Answer(response) if response.status().is_success() => {
                // The files were sent, too.
                if let (Some(files), Some(Value::Object(body))) = (&self.files, &mut self.sent.body)
                {
                    body.extend(files.names().map(|name| (name, Value::from("a file"))));
                }
                outcome
            }
            _ => {
                let Self { context, files, params, options, .. } = &*self;
                let resolved = files.as_ref().map_or(&self.resolved, |files| &files.update);
                let shaper = shaper(*context, resolved, options);
                let continuation = Continuation { asked: &context.asked, params, options };
                let (sent, form) = (Sent::default(), Form::One);
                let answered = Answered { shaper, sent, form, continuation }.shape(outcome);
                self.without_files(&answered.text)
            }
        }
    }

    /// Notes that the files are missing; answers what came of the call before them.
    fn without_files(&mut self, why: &str) -> Outcome {
        let nothing = || Outcome::NotSent(why.to_owned());
        let Some(files) = &mut self.files else { return nothing() };
        files.missing = Some(why.to_owned());
        files.first.take().unwrap_or_else(nothing)
    }

    /// Says that a call is done but for its files, where it is, and how to send them.
    pub(super) fn told_with_files(&self, done: Text) -> Text {
        let Some(files) = &self.files else { return done };
        let Some(why) = &files.missing else { return done };
        let names: Vec<String> = files.names().collect();
        let names = names.join(", ");
        let mut params = Map::new();
        for (name, id) in &files.arguments.path {
            params.insert(
                name.clone(),
                serde_json::from_str(id).unwrap_or_else(|_| id.as_str().into()),
            );
        }
        params.extend(files.names().map(|name| (name, Value::from("…"))));
        let (resource, params) = (&self.resolved.resource.name, shape::json(&params));
        Text::error(format!(
            "{}\nBUT {names} not set: {why}\nto set it: resource={resource} action=update params={params}",
            done.text
        ))
    }

    /// Whether the call is done, though not with its files.
    pub(in crate::dispatcher) fn is_done_without_files(&self) -> bool {
        self.files.as_ref().is_some_and(|files| files.missing.is_some())
    }

    /// The files that would follow, where the call is only told of.
    pub(super) fn files_told(&self) -> Option<String> {
        let names: Vec<String> = self.files.as_ref()?.names().collect();
        Some(format!("then, in an update of it: {}", names.join(", ")))
    }
}

impl Files<'_> {
    fn names(&self) -> impl Iterator<Item = String> {
        let body = match &self.arguments.body {
            Some(BodyArgument::Fields(fields)) => Some(fields),
            _ => None,
        };
        body.into_iter().flat_map(Members::iter).map(|(name, _)| name.to_owned())
    }

    /// The id of the object that an answer shows.
    fn id_in(&self, outcome: &Outcome) -> Option<String> {
        let Outcome::Answer(response) = outcome else { return None };
        let [key] = self.update.operation.path_parameters.as_slice() else { return None };
        let shown: Value = serde_json::from_slice(response.body()).ok()?;
        match shown.get(&key.name)? {
            Value::String(id) => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    }
}

/// What stands for the id of an object that is not made yet.
fn some_id() -> Box<RawValue> {
    let stand_in = serde_json::value::to_raw_value(check::STAND_IN);
    stand_in.unwrap_or_else(|_| RawValue::NULL.to_owned())
}
