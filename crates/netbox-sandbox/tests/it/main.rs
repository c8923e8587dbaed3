//! Integration tests of the sandbox, over its service interface.

mod client;
mod replay;
