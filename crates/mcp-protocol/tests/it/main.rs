//! What a peer sees on the wire.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a value that a test writes down reads better without a `&`"
)]

mod toy;
mod wire;

mod access;
mod anything;
mod browsers;
mod cancellation;
mod composition;
mod eras;
mod listening;
mod malformed;
mod methods;
mod prepare;
mod probes;
mod progress;
mod stdio;
mod transcripts;
