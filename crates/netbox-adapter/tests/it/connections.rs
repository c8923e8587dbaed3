//! Connections to one endpoint over HTTP, each with a scope and a NetBox token of its own, on a
//! running NetBox.

mod accounts;
mod endpoint;
mod permissions;
mod person;
mod revoked;
mod tiers;
mod users;
