//! Calls that run side by side.

use std::collections::VecDeque;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::value::RawValue;

use super::super::perform::Performance;
use crate::backend::BackendError;
use crate::plan::{Arrived, Outcome, Plan, Step};
use crate::shape::{self, Text};

/// Runs calls, so many at a time, and gives what came of each, in their order. Once one failed and
/// it `stops`, no further one is begun.
#[derive(Debug)]
pub(super) struct Wave<'a> {
    waiting: VecDeque<(usize, Performance<'a>)>,
    active: Vec<Active<'a>>,
    ended: Vec<Option<Ended>>,
    n_parallel: usize,
    stops: bool,
    has_failed: bool,
}

#[derive(Debug)]
struct Active<'a> {
    index: usize,
    performance: Performance<'a>,
    n_requests: usize,
}

/// What came of one call.
#[derive(Debug)]
pub(super) struct Ended {
    /// What is said of it.
    pub(super) text: Text,
    /// The JSON that the API answered, secrets masked.
    pub(super) answer: Option<Box<RawValue>>,
    /// What is known of what it did.
    pub(super) effect: Effect,
}

/// What is known of what a call did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// What it asked for.
    Done,
    /// Nothing.
    None,
    /// Nothing, as the API refused it; of a bulk request only where that is a transaction.
    Refused,
    /// That is not known.
    Unknown,
}

impl<'a> Wave<'a> {
    pub(super) fn new(calls: Vec<Performance<'a>>, n_parallel: usize, stops: bool) -> Self {
        Self {
            ended: calls.iter().map(|_| None).collect(),
            waiting: calls.into_iter().enumerate().collect(),
            active: Vec::new(),
            n_parallel: n_parallel.max(1),
            stops,
            has_failed: false,
        }
    }

    /// Whether each of the calls ended, in their order.
    pub(super) fn ended(&self) -> impl Iterator<Item = bool> + '_ {
        self.ended.iter().map(Option::is_some)
    }

    /// Where the job stands that a call is done by.
    pub(super) fn job(&self) -> Option<String> {
        self.active.iter().find_map(|it| it.performance.job())
    }

    /// Takes a call one step further.
    fn advance(
        &mut self,
        index: usize,
        mut performance: Performance<'a>,
        arrived: Vec<Arrived>,
        requests: &mut Vec<Request<Bytes>>,
    ) {
        match performance.next(arrived) {
            Step::Send(sent) => {
                let n_requests = sent.len();
                requests.extend(sent);
                self.active.push(Active { index, performance, n_requests });
            }
            Step::Done(outcome) => self.end(index, &performance, outcome),
        }
    }

    fn end(&mut self, index: usize, performance: &Performance<'a>, outcome: Outcome) {
        let ended = Ended::of(performance, outcome);
        self.has_failed |= ended.text.is_error;
        self.ended[index] = Some(ended);
    }
}

impl Plan for Wave<'_> {
    type Output = Vec<Option<Ended>>;

    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Self::Output> {
        let mut arrived = arrived.into_iter();
        let mut requests = Vec::new();
        for Active { index, performance, n_requests } in std::mem::take(&mut self.active) {
            let own = arrived.by_ref().take(n_requests).collect();
            self.advance(index, performance, own, &mut requests);
        }
        while self.active.len() < self.n_parallel && !(self.stops && self.has_failed) {
            let Some((index, performance)) = self.waiting.pop_front() else { break };
            self.advance(index, performance, Vec::new(), &mut requests);
        }
        if self.active.is_empty() {
            return Step::Done(std::mem::take(&mut self.ended));
        }
        Step::Send(requests)
    }

    fn give_up(&mut self, error: BackendError) -> Self::Output {
        for Active { index, mut performance, .. } in std::mem::take(&mut self.active) {
            let outcome = performance.give_up(error.clone());
            self.end(index, &performance, outcome);
        }
        std::mem::take(&mut self.ended)
    }
}

impl Ended {
    fn of(performance: &Performance<'_>, outcome: Outcome) -> Self {
        let effect = known(&outcome);
        let answer = answered(&outcome)
            .and_then(|json| shape::without_secrets(performance.resolved().resource, &json))
            .and_then(|json| RawValue::from_string(json).ok());
        let text = performance.shape(outcome);
        // A success that is no answer of the API's is none.
        let is_done = effect == Effect::Done && !performance.is_done_without_files();
        let is_doubtful = text.is_error && is_done;
        let effect = if is_doubtful { Effect::Unknown } else { effect };
        Self { text, answer, effect }
    }
}

fn known(outcome: &Outcome) -> Effect {
    match outcome {
        Outcome::Rows(_) => Effect::Done,
        Outcome::NotSent(_) | Outcome::Rehearsed(_) => Effect::None,
        Outcome::Failed(error) if error.is_without_effect() => Effect::None,
        Outcome::Failed(_) | Outcome::Running(_) => Effect::Unknown,
        Outcome::Answer(response) if response.status().is_success() => Effect::Done,
        Outcome::Answer(response) if is_in_doubt(response.status()) => Effect::Unknown,
        Outcome::Answer(_) => Effect::Refused,
    }
}

/// Whether an API that answers so may have done what was asked.
fn is_in_doubt(status: StatusCode) -> bool {
    status.is_server_error() || status.is_redirection()
}

/// The JSON of an answer that is a success.
fn answered(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Rows(rows) => {
            let rows: Vec<&str> = rows.rows.iter().map(|row| row.get()).collect();
            Some(format!("[{}]", rows.join(",")))
        }
        Outcome::Answer(response) if response.status().is_success() => {
            String::from_utf8(response.body().to_vec()).ok()
        }
        Outcome::Answer(_)
        | Outcome::Failed(_)
        | Outcome::Running(_)
        | Outcome::NotSent(_)
        | Outcome::Rehearsed(_) => None,
    }
}
