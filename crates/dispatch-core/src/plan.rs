//! Plans: what a call does, as a state machine without I/O.
//!
//! A call is seldom one request. A [`Plan`] says which requests come next and what the answers mean;
//! [`execute`](crate::execute) sends them. So every plan can be tested without a network, and all of
//! them are bounded, cancelled and retried by the same rules.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::value::RawValue;

use crate::backend::BackendError;

mod list;
mod one;
mod page;
mod position;

pub use list::{List, ListLimits, Rows, take_paging};
pub use one::One;
pub use position::{InPage, Position};

/// What came back for one request.
pub type Arrived = Result<Response<Bytes>, BackendError>;

/// What a call does.
pub trait Plan: Send {
    /// What comes of it.
    type Output;

    /// Says what comes next. `arrived` holds what came back for the requests of the step before, in
    /// their order; nothing at the first step.
    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Self::Output>;

    /// Says what came of it so far, since it took more than one call may.
    fn give_up(&mut self, error: BackendError) -> Self::Output;
}

/// How long to wait before a request is sent, in its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After(pub Duration);

/// One step of a plan.
#[derive(Debug)]
pub enum Step<T> {
    /// These requests, which do not depend on each other, are to be sent.
    Send(Vec<Request<Bytes>>),
    /// The call is over.
    Done(T),
}

/// What came of a call of one operation.
#[derive(Debug)]
pub enum Outcome {
    /// The API answered, whatever its status.
    Answer(Response<Bytes>),
    /// The API answered with rows of a list.
    Rows(Rows),
    /// A request got no answer.
    Failed(BackendError),
    /// The API took the call and has not ended it; this is where it stands, and how to look.
    Running(String),
    /// The call was refused, in these words, before anything was sent for it.
    NotSent(String),
    /// The call was only to be told of: these are the objects that it is about, as far as there are
    /// any.
    Rehearsed(Vec<Option<Box<RawValue>>>),
}
