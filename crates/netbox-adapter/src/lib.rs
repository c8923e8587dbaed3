//! The NetBox integration: groups, tiers, names, credentials, corrections and the live schema.
