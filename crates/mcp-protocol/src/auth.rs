//! Who is calling: the vocabulary that an access layer and a tool server share.
//!
//! An access layer (an OAuth resource server, an embedder's own login) inserts one [`AuthInfo`]
//! into the `http::Extensions` of the request; the tool server reads it from its
//! [`RequestContext`](crate::tool::RequestContext). Neither needs to know the other.
//!
//! A request that carries no `AuthInfo` came through no access layer at all. What that means (a
//! trusted embedder, a laptop) is the tool server's decision.
//!
//! Where the layer inserts a [`ResourceMetadataUrl`] too, the challenges of that request name it.
//! With a [`Standing`], whoever listens does so only for as long as they would be let in.

mod challenge;
mod info;
mod metadata;
mod scopes;
mod standing;

pub use challenge::ScopeChallenge;
pub use info::AuthInfo;
pub use metadata::ResourceMetadataUrl;
pub use scopes::ScopeSet;
pub use standing::{Recheck, Standing};
