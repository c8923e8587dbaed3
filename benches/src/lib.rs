//! What the reports and benchmarks of this package share: tasks, traces, and the program that runs
//! a trace against an MCP server and counts what it costs.
//!
//! A [`Task`] says what a person asks for and how it is told whether it was done; it knows no
//! system. A [`Trace`] says what an agent sends to one system to do it. [`run`](run::run) plays a
//! trace over a [`Connection`] to a real server, in front of a fresh sandbox, and returns a
//! [`Transcript`](run::Transcript): the very bytes that were sent and received.
//! [`Cost`](cost::Cost) counts them, and [`grade`](grade::grade) compares them, and the sandbox
//! afterwards, with the answer key of the task.

pub mod connection;
pub mod cost;
pub mod grade;
pub mod ours;
pub mod report;
pub mod run;
pub mod sandbox;
pub mod table;
pub mod task;
pub mod tokens;
pub mod trace;
pub mod units;

pub use connection::Connection;
pub use task::Task;
pub use trace::{Policy, Trace};
