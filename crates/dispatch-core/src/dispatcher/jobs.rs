//! The jobs of an API that does bulk writes in the background, as a caller may look at them.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::perform::Context;
use crate::access::Standing;
use crate::catalog::{Background, Operation, Resource};
use crate::check::{Arguments, QueryArgument, QueryValue};
use crate::plan::{Arrived, List, ListLimits, Plan as _, Position, Step};
use crate::request::{self, Caller};
use crate::resolve::{self, Resolved};

/// The jobs that a bulk write can be done by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jobs<'a> {
    pub(super) background: &'a Background,
    /// The resource that they are.
    pub(super) resource: &'a Resource,
    get: &'a Operation,
    list: &'a Operation,
    /// The operation that says how many there are to do them.
    workers: &'a Operation,
    caller: &'a Caller,
}

impl<'a> Jobs<'a> {
    /// The jobs that a bulk write can be done by, if it can and its caller may look at them. What
    /// holds secrets is not put into one, since the API keeps what a job was given.
    pub(super) fn of(context: Context<'a>, bulk: &Resolved<'_>) -> Option<Self> {
        let Context { asked, caller, settings, .. } = context;
        let (catalog, access) = (asked.catalog, asked.access);
        let background = catalog.parts().background.as_ref()?;
        let has_parameter = bulk.operation.query.iter().any(|it| it.name == background.parameter);
        if settings.job_wait.is_none() || !has_parameter || !bulk.resource.secrets.is_empty() {
            return None;
        }
        let id = catalog.resource_spelled(&background.resource, None)?;
        let action = |name| resolve::actions(catalog, access, id).find(|it| it.action.name == name);
        let (get, list) = (action("get")?, action("list")?.operation);
        let workers = catalog.resource_spelled(&background.workers.resource, None)?;
        let workers = catalog.resource(workers).only_read(catalog.operations())?;
        let may = |tier| access.standing(tier) == Standing::Granted;
        let (resource, get) = (get.resource, get.operation);
        let is_granted = [get, list, workers].iter().all(|it| may(it.tier));
        is_granted.then_some(Self { background, resource, get, list, workers, caller })
    }

    /// The requests that ask whether anybody does jobs, and how many wait, which is also whether the
    /// caller may look at them.
    pub(super) fn questions(&self, limits: ListLimits) -> Option<Vec<Request<Bytes>>> {
        let filter = self.list.query.iter().find(|it| it.name == self.background.filter)?;
        let is_waiting = QueryArgument {
            name: filter.name.clone(),
            style: filter.style,
            value: QueryValue::List(self.background.waiting.clone()),
        };
        let waiting = Arguments { query: vec![is_waiting], ..Arguments::default() };
        let (caller, first) = (self.caller.clone(), Position::default());
        let mut waiting = List::new(self.list, waiting, caller, limits, Some(1), first).ok()?;
        let Step::Send(mut requests) = waiting.next(Vec::new()) else { return None };
        requests.push(request::build(self.workers, &Arguments::default(), self.caller).ok()?);
        Some(requests)
    }

    /// Whether the answers to these say that a job is begun soon.
    pub(super) fn are_done(&self, answers: &[Arrived]) -> bool {
        let [Ok(waiting), Ok(workers)] = answers else { return false };
        let count = |answer: &Response<Bytes>, path: &str| {
            let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
            at(&body, path).as_u64().filter(|_| answer.status().is_success())
        };
        let n_workers = count(workers, &self.background.workers.count);
        let n_waiting = self.list.total().and_then(|total| count(waiting, total));
        n_workers > Some(0) && n_waiting.is_some_and(|n| n <= self.background.most_waiting)
    }

    /// Has a write done in the background.
    pub(super) fn ask_for(&self, bulk: &Operation, arguments: &mut Arguments) {
        let parameter = bulk.query.iter().find(|it| it.name == self.background.parameter);
        if let Some(parameter) = parameter {
            arguments.query.push(QueryArgument {
                name: parameter.name.clone(),
                style: parameter.style,
                value: QueryValue::One("true".to_owned()),
            });
        }
    }

    /// The request that looks at a job.
    pub(super) fn look(&self, key: &str) -> Option<Request<Bytes>> {
        let name = self.get.path_parameters.first()?.name.clone();
        let path = vec![(name, key.to_owned())];
        request::build(self.get, &Arguments { path, ..Arguments::default() }, self.caller).ok()
    }

    /// The call by which an agent looks at a job.
    pub(super) fn call(&self, key: &str) -> String {
        let name = self.get.path_parameters.first().map_or("id", |it| it.name.as_str());
        format!("resource={} action=get params={{\"{name}\":{key}}}", self.resource.name)
    }
}

/// What stands at a dotted path.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(value, |value, key| value.get(key).unwrap_or(&Value::Null))
}
