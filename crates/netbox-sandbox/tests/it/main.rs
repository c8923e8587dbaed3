//! Integration tests of the sandbox, over its service interface.

mod auth;
mod bulk;
mod client;
mod hostile;
mod lists;
mod replay;
mod resources;
mod rules;
mod seeds;
