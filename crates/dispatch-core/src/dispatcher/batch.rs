//! A batch as one plan: what its steps mean, how they are run, and what is said of them.
//!
//! Everything that can be known before is known before anything is sent: names, scopes, references,
//! and every value that stands in no reference. Then the steps run in their order, in *groups*: reads
//! that do not need each other together, writes of one kind in one bulk request where the API has
//! one, everything else step by step.
//!
//! *Invariant:* every step is told of exactly once; no write is begun after a failure that stops the
//! batch; what is not known to be done is not said to be done.

mod calls;
mod fold;
mod group;
mod parts;
mod report;
mod run;
mod understood;
mod undo;
mod wave;

pub(super) use parts::parts;
pub(super) use run::Run;
pub(super) use understood::UnderstoodBatch;
