//! The NetBox integration: nothing in NetBox is changed, and no plugin is installed.
//!
//! What is NetBox's own stands here and nowhere else in the libraries: a [`policy`] with groups,
//! names, tiers, secrets and the corrections of NetBox's document; the [`credential`] that calls
//! carry; the users of NetBox as the [`accounts`] that people sign in with; the [`live`] schema,
//! taken from the running NetBox and kept on disk by version and plugins; and the [`watch`] over
//! both, for a server that outlives an upgrade.
//!
//! ```
//! let policy = netbox_adapter::policy()?;
//! assert!(policy.groups.contains_key("dcim"));
//! # Ok::<(), dispatch_core::Error>(())
//! ```

pub mod accounts;
pub mod credential;
mod error;
pub mod instance;
pub mod live;
pub mod permissions;
#[cfg(feature = "pictures")]
mod picture;
mod reference_groups;
pub mod store;
pub mod watch;

use dispatch_core::policy::Policy;
use dispatch_core::{Catalog, Error as CoreError};

pub use accounts::NetBoxAccounts;
pub use credential::{
    Credential, CredentialLayer, Credentials, PersonCredentials, TierCredentials,
};
pub use error::Error;
pub use instance::Instance;
pub use live::LiveSchema;
pub use permissions::NetBoxPermissions;
#[cfg(feature = "pictures")]
pub use picture::SvgRasterizer;
pub use reference_groups::reference_groups;
pub use store::CatalogStore;
pub use watch::Watch;

/// The policy for NetBox 4.3 and later, as TOML: a starting point for an operator's own.
pub const POLICY_TOML: &str = include_str!("policy.toml");

/// The policy for NetBox 4.3 and later.
///
/// # Errors
///
/// Never, unless this crate was changed: a test reads it.
pub fn policy() -> Result<Policy, CoreError> {
    Policy::from_toml(POLICY_TOML)
}

/// The catalog of NetBox 4.7.0 under [`policy`], compiled when this crate was made: for where there
/// is no running NetBox to ask, such as a sandbox.
///
/// # Errors
///
/// Never, unless this crate was changed: a test reads it.
pub fn bundled_catalog() -> Result<Catalog, CoreError> {
    Catalog::load(include_bytes!("netbox-4.7.catalog.json"))
}
