//! A small in-process stand-in for NetBox, for a first run, tests and benches. It is not NetBox.

mod apps;
mod auth;
mod bulk;
mod change;
mod choices;
mod clock;
mod custom_fields;
mod delete;
mod filter;
mod input;
mod net;
mod order;
mod page;
mod problem;
mod python;
mod reference;
mod render;
mod reply;
mod request;
mod route;
mod rules;
mod sandbox;
mod state;
mod table;
mod unique;
mod write;

pub use auth::Token;
pub use clock::Clock;
pub use sandbox::{Builder, Sandbox};

/// The version that `/api/status/` reports. It says that this is no NetBox.
pub const VERSION: &str = "4.7.3-sandbox";

/// The version of the REST API that the sandbox speaks.
pub const API_VERSION: &str = "4.7";
