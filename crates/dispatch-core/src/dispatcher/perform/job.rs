//! A bulk write that the API does in the background: it is sent, and its job looked at until that
//! has ended.
//!
//! A job says what the write would have been answered with, and so the write is answered with it.
//! Where the call ends before its job, it is said how to look at that.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::jobs::{Jobs, at};
use crate::backend::{BackendError, BackendErrorKind};
use crate::call::Members;
use crate::plan::{After, Arrived, Outcome, Plan, Step};

/// Sends a bulk write and waits for its job.
#[derive(Debug)]
pub(super) struct Job<'a> {
    jobs: Jobs<'a>,
    stage: Stage,
    /// How long it may be waited for.
    most: Duration,
}

#[derive(Debug)]
enum Stage {
    /// It is yet to be sent.
    Unsent(Request<Bytes>),
    Sent,
    Taken(Taken),
}

/// A job, as it was last seen.
#[derive(Debug)]
struct Taken {
    key: String,
    status: String,
    waited: Duration,
    /// How many looks in a row saw nothing.
    n_failures: usize,
}

impl<'a> Job<'a> {
    pub(super) fn new(jobs: Jobs<'a>, request: Request<Bytes>, most: Duration) -> Self {
        Self { jobs, stage: Stage::Unsent(request), most }
    }

    /// Where it stands, if the API took the write.
    pub(super) fn told(&self) -> Option<String> {
        match &self.stage {
            Stage::Taken(job) => {
                Some(format!("{} {} {}", self.jobs.resource.name, job.key, job.status))
            }
            Stage::Unsent(_) | Stage::Sent => None,
        }
    }

    /// Takes what the API answered to the write.
    fn taken(&mut self, answer: Option<Arrived>) -> Step<Outcome> {
        let response = match answer {
            Some(Ok(response)) if response.status() == StatusCode::ACCEPTED => response,
            Some(Ok(response)) => return Step::Done(Outcome::Answer(response)),
            Some(Err(error)) => return Step::Done(Outcome::Failed(error)),
            None => return unknown("no answer was delivered"),
        };
        let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        let key = match at(&body, &self.jobs.background.key) {
            Value::String(key) => key.clone(),
            Value::Number(key) => key.to_string(),
            _ => return unknown("the API took it for later and named no job"),
        };
        let job = Taken { key, status: "taken".to_owned(), waited: Duration::ZERO, n_failures: 0 };
        self.look(job)
    }

    /// Takes what the API answered to a look.
    fn looked(&mut self, mut job: Taken, answer: Option<Arrived>) -> Step<Outcome> {
        let response = match answer {
            Some(Ok(response)) if response.status().is_success() => response,
            Some(Ok(response)) if is_passing(response.status()) => {
                return self.unseen(job, &format!("the API answered {}", response.status()));
            }
            Some(Ok(response)) => {
                let Taken { key, .. } = &job;
                let name = &self.jobs.resource.name;
                return unknown(&format!(
                    "the API took it as {name} {key} and does not show that ({})",
                    response.status()
                ));
            }
            Some(Err(error)) => return self.unseen(job, error.message()),
            None => return self.unseen(job, "no answer was delivered"),
        };
        let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        let background = self.jobs.background;
        let Some(status) = at(&body, &background.status).as_str() else {
            return self.unseen(job, "the API did not say how it stands");
        };
        if background.ended.iter().any(|ended| ended == status) {
            return self.ended(&job.key, response.body(), &body);
        }
        status.clone_into(&mut job.status);
        job.n_failures = 0;
        let is_waiting = background.waiting.iter().any(|waiting| waiting == status);
        let waited = job.waited.as_secs();
        if is_waiting && job.waited >= LONGEST_PENDING {
            return self.leave(&job, &format!("nobody has begun it in {waited} s"));
        }
        if job.waited >= self.most {
            return self.leave(&job, &format!("it has not ended in {waited} s"));
        }
        self.look(job)
    }

    /// Looks at the job after a while, which is longer the longer it takes.
    fn look(&mut self, mut job: Taken) -> Step<Outcome> {
        let Some(mut look) = self.jobs.look(&job.key) else {
            return unknown(&format!("the API took it as {}, which cannot be looked at", job.key));
        };
        let wait = (job.waited / 4).clamp(SHORTEST_WAIT, LONGEST_WAIT);
        look.extensions_mut().insert(After(wait));
        job.waited += wait;
        self.stage = Stage::Taken(job);
        Step::Send(vec![look])
    }

    /// Goes on after a look that saw nothing, as often as that may pass.
    fn unseen(&mut self, mut job: Taken, why: &str) -> Step<Outcome> {
        job.n_failures += 1;
        if job.n_failures > MAX_FAILURES { self.leave(&job, why) } else { self.look(job) }
    }

    /// Ends the call, whose job has not ended.
    fn leave(&self, job: &Taken, why: &str) -> Step<Outcome> {
        Step::Done(self.running(job, why))
    }

    fn running(&self, job: &Taken, why: &str) -> Outcome {
        let Taken { key, status, .. } = job;
        let (name, call) = (&self.jobs.resource.name, self.jobs.call(key));
        Outcome::Running(format!(
            "was taken as {name} {key} and had not ended ({status}) when this call did: {why}. What \
             comes of it is not known yet, so do not send it again; look with {call}"
        ))
    }

    /// Gives the answer that a job has, which is the answer to the write.
    fn ended(&self, key: &str, bytes: &Bytes, body: &Value) -> Step<Outcome> {
        let background = self.jobs.background;
        let status = at(body, &background.answer_status).as_u64();
        let status = status.and_then(|it| StatusCode::from_u16(u16::try_from(it).ok()?).ok());
        let Some(status) = status else {
            let (name, status) = (&self.jobs.resource.name, at(body, &background.status));
            let error = at(body, &background.error);
            let error = error.as_str().map_or_else(String::new, |error| format!(": {error}"));
            let status = status.as_str().unwrap_or_default();
            return unknown(&format!("its {name} {key} ended as {status}{error}"));
        };
        let answer = raw(bytes, &background.answer).filter(|answer| answer.get() != "null");
        let answer = answer.map(|answer| Bytes::from(answer.get().to_owned())).unwrap_or_default();
        let mut response = Response::new(answer);
        *response.status_mut() = status;
        let media = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, media);
        Step::Done(Outcome::Answer(response))
    }
}

impl Plan for Job<'_> {
    type Output = Outcome;

    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Outcome> {
        let answer = arrived.into_iter().next();
        match std::mem::replace(&mut self.stage, Stage::Sent) {
            Stage::Unsent(request) => Step::Send(vec![request]),
            Stage::Sent => self.taken(answer),
            Stage::Taken(job) => self.looked(job, answer),
        }
    }

    fn give_up(&mut self, error: BackendError) -> Outcome {
        match &self.stage {
            Stage::Taken(job) => self.running(job, error.message()),
            Stage::Unsent(_) | Stage::Sent => Outcome::Failed(error),
        }
    }
}

/// Ends a write of which it is not known what it did.
fn unknown(why: &str) -> Step<Outcome> {
    Step::Done(Outcome::Failed(BackendError::new(BackendErrorKind::EffectUnknown, why)))
}

/// Whether an API that answers so may answer otherwise the next time.
fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// What stands at a dotted path, as it was written.
fn raw(json: &[u8], path: &str) -> Option<Box<RawValue>> {
    let whole: Box<RawValue> = serde_json::from_slice(json).ok()?;
    path.split('.').try_fold(whole, |value, key| {
        Some(Members::parse(value.get(), "a job").ok()?.get(key)?.to_owned())
    })
}

/// A job is first looked at after so long.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);

/// So long is waited between two looks at the most.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// So long nobody may have begun a job: there may be many before it.
const LONGEST_PENDING: Duration = Duration::from_secs(60);

/// So many looks in a row may see nothing.
const MAX_FAILURES: usize = 5;
