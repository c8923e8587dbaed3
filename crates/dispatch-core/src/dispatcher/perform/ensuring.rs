//! A call that ensures an object: it is looked for, then created, changed or left.

use http::StatusCode;
use serde_json::Value;

use super::super::ensure;
use super::super::named;
use super::{Context, Performance, Rehearsal, Stage};
use crate::check::{Arguments, BodyArgument, has_stand_in};
use crate::names::{Found, Lookup, Sources, Wanted};
use crate::plan::{Outcome, Step};
use crate::resolve::Resolved;
use crate::shape::{self, Text};

/// The creation of an object that was not there when it was ensured. Where it is refused, somebody
/// may have created it in between, and it is looked for once more.
#[derive(Debug)]
pub(super) struct Creation<'a> {
    ensure: Resolved<'a>,
    arguments: Arguments,
    refusal: Option<Outcome>,
}

impl<'a> Performance<'a> {
    /// Looks up whether there is an object of the natural key that is ensured.
    pub(super) fn find(&self) -> Result<Stage<'a>, String> {
        let Context { asked, caller, settings, .. } = self.context;
        let (catalog, access, limits) = (asked.catalog, asked.access, settings.list);
        let value = ensure::key(self.resolved.resource, &self.arguments)?;
        if self.options.dry_run && has_stand_in(&value) {
            return Ok(self.unfindable());
        }
        let place = self.resolved.action.name.clone();
        let wanted = vec![Wanted { resource: self.resolved.id, value, place }];
        let lookup = Lookup::new(Sources { catalog, access, caller, limits }, wanted)?;
        Ok(Stage::Ensure(Box::new(lookup.optional())))
    }

    /// Tells of an object that cannot be looked for, since its key is not known yet.
    fn unfindable(&self) -> Stage<'a> {
        Stage::Rehearsal(Box::new(Rehearsal::Known(Vec::new())))
    }

    /// Goes on with the object that is ensured: creates it, changes it or leaves it.
    pub(super) fn ensure(&mut self, found: Result<Vec<Found>, String>) -> Step<Outcome> {
        let Resolved { resource, action, operation, .. } = self.resolved;
        let found = match found {
            Ok(found) => found.into_iter().next(),
            Err(text) => {
                let text = format!("{} {} not done:\n{text}", resource.name, action.name);
                return Step::Done(Outcome::NotSent(text));
            }
        };
        let catalog = self.context.asked.catalog;
        let found = found.filter(|found| !found.id.is_null());
        let name = if let Some(found) = &found {
            let row: Value = serde_json::from_str(found.row.get()).unwrap_or_default();
            let (named, arguments) = (&self.named, &self.arguments);
            let Some(fields) = ensure::differing(catalog, operation, named, arguments, &row) else {
                self.is_unchanged = true;
                return Step::Done(named::as_answer(found));
            };
            self.arguments.body = Some(BodyArgument::Fields(fields));
            self.present = Some(found.row.clone());
            "update"
        } else {
            if let Some(refusal) = self.creation.as_mut().and_then(|it| it.refusal.take()) {
                self.resolve("create");
                return Step::Done(refusal);
            }
            let (ensure, arguments) = (self.resolved, self.arguments.clone());
            self.creation = Some(Creation { ensure, arguments, refusal: None });
            "create"
        };
        if !self.resolve(name) {
            return Step::Done(Outcome::NotSent(format!("{} has no {name}", resource.name)));
        }
        let id = self.resolved.operation.path_parameters.first();
        if let (Some(found), Some(id)) = (found, id) {
            let text = found.id.as_str().map_or_else(|| found.id.to_string(), str::to_owned);
            self.arguments.path = vec![(id.name.clone(), text)];
        }
        match self.send() {
            Ok(stage) => self.enter(stage),
            Err(text) => Step::Done(Outcome::NotSent(text)),
        }
    }

    /// Goes on as another action of the resource; says whether there is one.
    fn resolve(&mut self, name: &str) -> bool {
        let Some(action) = self.resolved.resource.action(name) else { return false };
        let operation = self.context.asked.catalog.operation(action.operation);
        self.resolved = Resolved { action, operation, ..self.resolved };
        true
    }

    /// Looks once more for an object whose creation was refused.
    pub(super) fn look_again(&mut self, refusal: Outcome) -> Step<Outcome> {
        let is_refused = matches!(&refusal, Outcome::Answer(it) if is_taken(it.status()));
        match self.creation.as_mut().filter(|it| is_refused && it.refusal.is_none()) {
            Some(creation) => {
                self.resolved = creation.ensure;
                self.arguments = creation.arguments.clone();
                creation.refusal = Some(refusal);
                match self.find() {
                    Ok(stage) => self.enter(stage),
                    Err(text) => Step::Done(Outcome::NotSent(text)),
                }
            }
            None => Step::Done(refusal),
        }
    }

    /// Says that an object is already as it should be.
    pub(super) fn unchanged(&self, row: &[u8]) -> Text {
        let row: Value = serde_json::from_slice(row).unwrap_or_default();
        let resource = self.resolved.resource;
        let id = row.get("id").map(|id| format!(" {id}")).unwrap_or_default();
        let fields = resource.keys.iter().filter_map(|key| key.single());
        let mut names = fields.filter_map(|field| row.get(&field.name)?.as_str());
        let name = names.next_back().or_else(|| row.get("name")?.as_str());
        let name = name.map(|name| format!(" {}", shape::cell(name))).unwrap_or_default();
        Text::ok(format!("unchanged {}{id}{name}", resource.name))
    }
}

/// Whether an API that answers so may have refused an object because there is one like it.
fn is_taken(status: StatusCode) -> bool {
    let taken = [StatusCode::BAD_REQUEST, StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY];
    taken.contains(&status)
}
