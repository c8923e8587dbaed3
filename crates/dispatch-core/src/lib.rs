//! The compiler and the dispatcher: an OpenAPI document becomes a catalog, the catalog becomes a few
//! MCP tools, and a call of a tool becomes HTTP requests and one shaped answer.

pub mod access;
pub mod backend;
pub mod batch;
pub mod call;
pub mod catalog;
pub mod check;
pub mod compile;
pub mod cursor;
pub mod diagnostic;
pub mod dispatcher;
pub mod document;
mod error;
pub mod execute;
pub mod find;
pub mod help;
pub mod lower;
mod names;
pub mod permissions;
pub mod picture;
pub mod plan;
pub mod policy;
pub mod request;
pub mod resolve;
pub mod shape;
pub mod signature;
mod starting;
pub mod suggest;
pub mod surface;
pub mod tier;

pub use backend::{Backend, BackendError, BackendErrorKind, InProcess};
pub use catalog::Catalog;
pub use diagnostic::Diagnostic;
pub use dispatcher::{Dispatcher, DispatcherOptions};
pub use document::Document;
pub use error::{Error, Fault};
pub use lower::{Draft, DraftAnswer, DraftBody, DraftOperation, LowerOptions};
pub use permissions::{PermissionOptions, Permissions};
pub use starting::Starting;
pub use tier::Tier;
