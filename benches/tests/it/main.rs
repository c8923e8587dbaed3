//! What the reports promise.

mod report;
mod tasks;
