/// The address of the protected-resource metadata (RFC 9728) as the client of one request sees it:
/// behind a proxy with changing names, no other address would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceMetadataUrl(String);

impl ResourceMetadataUrl {
    /// Takes an address as it stands.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
