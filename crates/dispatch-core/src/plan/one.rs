//! One request, one answer.

use bytes::Bytes;
use http::Request;

use super::{Arrived, Outcome, Plan, Step};
use crate::backend::{BackendError, BackendErrorKind};

/// Sends one request and is done with its answer.
#[derive(Debug)]
pub struct One {
    request: Option<Request<Bytes>>,
}

impl One {
    /// Plans to send this request.
    #[must_use]
    pub const fn new(request: Request<Bytes>) -> Self {
        Self::of(Some(request))
    }

    pub(super) const fn of(request: Option<Request<Bytes>>) -> Self {
        Self { request }
    }
}

impl Plan for One {
    type Output = Outcome;

    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Outcome> {
        if let Some(request) = self.request.take() {
            return Step::Send(vec![request]);
        }
        Step::Done(match arrived.into_iter().next() {
            Some(Ok(response)) => Outcome::Answer(response),
            Some(Err(error)) => Outcome::Failed(error),
            None => Outcome::Failed(BackendError::new(
                BackendErrorKind::EffectUnknown,
                "no answer was delivered",
            )),
        })
    }

    fn give_up(&mut self, error: BackendError) -> Outcome {
        Outcome::Failed(error)
    }
}
