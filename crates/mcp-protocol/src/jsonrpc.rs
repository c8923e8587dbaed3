//! JSON-RPC 2.0 over borrowed bytes, as MCP narrows it.
//!
//! An [`Envelope`] is read in one pass and copies nothing: the id and the parameters stay raw
//! JSON. Only when the method is known are that method's own parameters read. Members that occur
//! twice are refused, because two readers of the message could disagree about which one counts.

mod depth;
mod envelope;
mod error;
mod members;
pub(crate) mod write;

pub use depth::MAX_DEPTH;
pub use envelope::{Envelope, EnvelopeError};
pub use error::{ErrorCode, ProtocolError};

pub(crate) use envelope::{ID, is_id};
pub(crate) use members::{MembersError, members, string};
