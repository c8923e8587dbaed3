//! What users of this crate rely on, from the outside.

mod dispatch;
mod document;
mod documents;
mod shape;
