//! Documents: what is read of them, and what is said about them.

mod mutations;
mod oracle;
mod real;
#[cfg(feature = "yaml")]
mod yaml;
