//! The NetBox integration, as its users rely on it: on the documents of NetBox 4.3 to 4.7, and on a
//! running NetBox.
//!
//! What needs a document or a NetBox that is not at hand prints a line that starts with `SKIPPED:`
//! and passes, unless `MCP_DISPATCH_REQUIRE` is set.

mod actions;
mod catalog;
mod client;
mod connections;
mod corrections;
mod credentials;
mod documents;
mod environment;
mod filters;
mod groups;
mod help;
mod hostile;
mod kinds;
mod live;
mod mistakes;
mod netbox;
mod odd_calls;
mod permissions;
#[cfg(feature = "pictures")]
mod pictures;
mod plugin;
mod raw;
mod recorder;
mod rehearsals;
mod requests;
mod secrets;
mod several;
mod tiers;
mod verbatim;
mod watch;
mod words;
