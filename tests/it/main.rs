//! Tests of the whole: how the crates are cut, and what they do together.

mod layering;
mod words;
