//! What users of this crate rely on, from the outside.

mod batch;
mod call;
mod check;
mod compile;
mod dispatch;
mod document;
mod documents;
mod find;
mod help;
mod policy;
mod request;
mod shape;
mod surface;
