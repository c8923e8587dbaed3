//! Credentials of the API behind the server, presented to the server by mistake.

use crate::token::AccessToken;

/// A kind of credential that is not for this server, told by its form, and what one who presents it
/// is told. It is never passed on.
///
/// ```
/// use oauth::resource_server::ForeignCredential;
///
/// let kinds = [
///     ForeignCredential::scheme("Token", "this is a token of the API; ask for one of this server"),
///     ForeignCredential::prefix("api_", "this is a token of the API; ask for one of this server"),
/// ];
/// # drop(kinds);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignCredential {
    told_by: ToldBy,
    sentence: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ToldBy {
    Scheme(String),
    Prefix(String),
}

impl ForeignCredential {
    /// Credentials sent under this scheme, in any case.
    pub fn scheme(scheme: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { told_by: ToldBy::Scheme(scheme.into()), sentence: sentence.into() }
    }

    /// Tokens that start with this, under any scheme.
    pub fn prefix(prefix: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { told_by: ToldBy::Prefix(prefix.into()), sentence: sentence.into() }
    }

    /// What to say of a credential, if it is of this kind.
    pub(super) fn sentence_for(&self, scheme: &str, token: &AccessToken) -> Option<&str> {
        let is_it = match &self.told_by {
            ToldBy::Scheme(known) => known.eq_ignore_ascii_case(scheme),
            ToldBy::Prefix(known) => token.expose().starts_with(known.as_str()),
        };
        is_it.then_some(self.sentence.as_str())
    }
}
