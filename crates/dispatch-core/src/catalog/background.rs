//! Bulk writes that an API does in the background.

use serde::{Deserialize, Serialize};

/// How an API does a bulk write in the background: it answers at once with a job, which says later
/// what the write is answered with.
///
/// Places in an answer are dotted paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Background {
    /// The query parameter that asks for it. A write whose operation has none is never in the
    /// background.
    pub parameter: String,
    /// From how many objects on a write is done in the background.
    pub from_rows: usize,
    /// Up to how many objects it is, so that its job ends before the API ends it.
    pub most_rows: usize,
    /// How many jobs may wait before it.
    pub most_waiting: u64,
    /// The resource that jobs are.
    pub resource: String,
    /// Where the answer that takes a write has the key of its job.
    pub key: String,
    /// Where a job says how it stands.
    pub status: String,
    /// The filter of the list of jobs by that.
    pub filter: String,
    /// What it says while nobody has begun with it.
    pub waiting: Vec<String>,
    /// What it says once it has ended, well or not.
    pub ended: Vec<String>,
    /// Where it has the status of the answer to the write.
    pub answer_status: String,
    /// Where it has the body of that answer.
    pub answer: String,
    /// Where it says why there is no such answer.
    pub error: String,
    /// How it is known whether anybody does jobs.
    pub workers: Workers,
}

/// How it is known whether anybody does jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Workers {
    /// The resource that says it, which is read without parameters.
    pub resource: String,
    /// Where that says how many do.
    pub count: String,
}
