//! The two networks of the published walkthrough.

use http::Method;
use serde_json::Value;

use super::{SeedError, Seeder};
use crate::Sandbox;

/// Adds the networks of the Federation and of the Klingons: 8 sites, 16 devices and what belongs to
/// them, 123 objects, in the order in which a recorded client made them.
///
/// # Errors
///
/// The first answer that is no success: the sandbox is not empty, or its tokens only read.
pub fn walkthrough(sandbox: &Sandbox) -> Result<(), SeedError> {
    let seeder = Seeder { sandbox };
    for line in REQUESTS.lines() {
        let (path, body) = line.split_once(' ').unwrap_or((line, ""));
        let body: Value = serde_json::from_str(body)
            .map_err(|error| SeedError { path, answer: error.to_string() })?;
        seeder.send(Method::POST, path, &body)?;
    }
    Ok(())
}

/// A path and what is posted there on each line; the ids in them count on the order.
const REQUESTS: &str = include_str!("walkthrough.txt");
