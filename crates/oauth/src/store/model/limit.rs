use serde::{Deserialize, Serialize};

use super::{ClientId, Subject};

/// Whom the operator can limit, however they came to be known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Limited {
    /// A client, also one that nobody registered.
    Client(ClientId),
    /// A person, also one whose account is elsewhere.
    Person(Subject),
}
