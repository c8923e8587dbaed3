//! What is sealed of a person.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Proof;
use crate::secret::Secret;

/// What calls are made with, and what the API calls it, if it was made for this.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) credential: Secret,
    pub(super) made: Option<String>,
}

impl Kept {
    pub(super) fn of(proof: &Proof) -> Self {
        Self { credential: proof.credential.clone(), made: proof.made.clone() }
    }

    pub(super) fn read(opened: &Secret) -> Option<Self> {
        let Written { credential, made } = serde_json::from_str(opened.expose()).ok()?;
        let credential = Secret::new(credential);
        Some(Self { credential, made: made.map(Cow::into_owned) })
    }

    pub(super) fn write(&self) -> Secret {
        let credential = Cow::Borrowed(self.credential.expose());
        let written = Written { credential, made: self.made.as_deref().map(Cow::Borrowed) };
        // INVARIANT: two strings are always JSON.
        Secret::new(serde_json::to_string(&written).expect("two strings"))
    }
}

/// The form of what is sealed.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    credential: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made: Option<Cow<'a, str>>,
}
