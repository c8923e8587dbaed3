//! Streamable HTTP as a tower service.
