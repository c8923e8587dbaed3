//! A person who signs in elsewhere, and comes back.

use std::fmt;

use crate::secret::Secret;
use crate::time::UnixTime;

/// One visit elsewhere: what ties the way back to the way there, and both to one browser.
///
/// All of it follows from a secret of that browser, so that it is the same when the person comes
/// back, on whichever replica, and nobody else knows it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Visit {
    /// The way that was chosen.
    pub way: String,
    /// Where the person comes back to.
    pub redirect_uri: String,
    /// What has to come back with the person (RFC 6749, section 10.12).
    pub state: Secret,
    /// What has to stand in what is signed there (OpenID Connect Core, section 3.1.2.1).
    pub nonce: Secret,
    /// The verifier of the challenge (RFC 7636).
    pub code_verifier: Secret,
    /// When it is.
    pub now: UnixTime,
}

impl Visit {
    /// The same, by what a way is called elsewhere.
    pub(super) fn by(&self, way: &str) -> Self {
        Self { way: way.to_owned(), ..self.clone() }
    }
}

/// What a person brings back: the parameters of an authorization response (RFC 6749, section 4.1.2;
/// RFC 9207).
#[derive(Default)]
#[non_exhaustive]
pub struct BroughtBack {
    /// The code, if all went well.
    pub code: Option<Secret>,
    /// The error, if it did not.
    pub error: Option<String>,
    /// Who says it is the issuer.
    pub issuer: Option<String>,
}

impl fmt::Debug for BroughtBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BroughtBack")
            .field("error", &self.error)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}
