//! What the reports promise.

mod tasks;
