//! The compiler and the dispatcher: an OpenAPI document becomes a catalog, the catalog becomes a few
//! MCP tools, and a call of a tool becomes HTTP requests and one shaped answer.

pub mod access;
pub mod catalog;
pub mod compile;
pub mod diagnostic;
pub mod document;
mod error;
pub mod help;
pub mod lower;
pub mod policy;
pub mod resolve;
pub mod shape;
pub mod signature;
pub mod suggest;
pub mod surface;
pub mod tier;

pub use catalog::Catalog;
pub use diagnostic::Diagnostic;
pub use document::Document;
pub use error::{Error, Fault};
pub use lower::{Draft, DraftAnswer, DraftBody, DraftOperation, LowerOptions};
pub use tier::Tier;
