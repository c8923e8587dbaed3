//! Batches: from their steps to the requests, and to what is said of every step.

pub(crate) mod background;
mod failures;
mod fixture;
mod limits;
mod parts;
mod random;
mod refusals;
mod rehearsals;
mod running;
