//! What users of this crate rely on, from the outside.

mod call;
mod check;
mod dispatch;
mod document;
mod documents;
mod help;
mod request;
mod shape;
mod surface;
