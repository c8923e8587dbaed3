//! A small in-process stand-in for NetBox, for a first run, tests and benches. **It is not NetBox.**
//!
//! [`Sandbox`] is a [`tower::Service`] that answers NetBox's REST API as release 4.7 does: its
//! paths, its answers' shapes, its rules and its words of refusal, for the resources that
//! [`covered`] lists. It keeps its objects in memory, needs no runtime and no clock of its own, and
//! reads no OpenAPI document: what it knows of NetBox is a table of its own.
//!
//! ```
//! use bytes::Bytes;
//! use http::Request;
//! use netbox_sandbox::{Sandbox, seed};
//! use tower::ServiceExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::new();
//! seed::small(&sandbox)?;
//!
//! let request = Request::get("/api/dcim/devices/?site=hamburg&brief=true").body(Bytes::new())?;
//! let response = sandbox.oneshot(request).await?;
//!
//! assert_eq!(response.headers()["server"], "netbox-sandbox");
//! let devices: serde_json::Value = serde_json::from_slice(response.body())?;
//! assert_eq!(devices["count"], 3);
//! assert_eq!(devices["results"][0]["name"], "ham-fw-01");
//! # Ok(())
//! # }
//! ```
//!
//! # What it is faithful to
//!
//! Also where NetBox is surprising, since a client must cope with that: unknown filters and unknown
//! fields are ignored, `?fields=` on a write restricts what is written, and all refusals of a token
//! are 403. Recorded requests are replayed against it; `tests/it/fidelity.expected.txt` lists every
//! difference.
//!
//! # What it is not
//!
//! It has no permissions beyond a token's right to write, no background jobs, no rendering of
//! templates, no scripts and no GraphQL. Where it has no rule it answers 501 and names itself; it
//! never makes up a success. Every answer carries `Server: netbox-sandbox`, and `/api/status/` says
//! `"sandbox": true`.

mod apps;
mod auth;
mod bulk;
mod change;
mod choices;
mod clock;
mod coverage;
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
pub mod seed;
mod state;
mod table;
mod unique;
mod write;

pub use auth::Token;
pub use clock::Clock;
pub use coverage::{Coverage, covered};
pub use sandbox::{Builder, Sandbox};

/// The version that `/api/status/` reports. It says that this is no NetBox.
pub const VERSION: &str = "4.7.3-sandbox";

/// The version of the REST API that the sandbox speaks.
pub const API_VERSION: &str = "4.7";
