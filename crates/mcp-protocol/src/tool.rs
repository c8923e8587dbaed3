//! The trait that a tool server implements, and the values it exchanges with the transports.

mod call;
mod changes;
mod composition;
mod content;
mod context;
mod implementation;
mod list;
mod mirrored;
mod prefix;
mod progress;
mod result;
mod server;

pub use call::{ToolCall, ToolEvent, ToolReply, ToolStream};
pub(crate) use changes::Changes;
pub use changes::ListChanges;
pub use composition::{Composition, MountError};
pub use content::{Content, ResourceContents, ResourceLink};
pub use context::{RequestContext, RequestMeta, TraceContext};
pub use implementation::{Icon, Implementation};
pub use list::{CacheScope, ToolList};
pub use mirrored::MirroredArgument;
pub use prefix::ToolPrefix;
pub use progress::{Progress, ProgressSink};
pub use result::CallToolResult;
pub use server::{NotReady, ToolServer};

pub use crate::jsonrpc::ProtocolError;
