use http::HeaderName;
use http::header::InvalidHeaderName;

/// Names an argument that clients repeat in a header, so that a gateway need not read the body
/// (2026-07-28, Transports, "Custom Headers from Tool Parameters").
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MirroredArgument {
    /// The header, `mcp-param-..`.
    pub header: HeaderName,
    /// The way to the argument: the names of properties, outermost first.
    pub path: Vec<String>,
}

impl MirroredArgument {
    /// Creates the mirror of the argument at `path`, whose schema has `x-mcp-header: name`.
    ///
    /// # Errors
    ///
    /// [`InvalidHeaderName`] if `name` cannot be part of a header's name.
    pub fn new<P: Into<String>>(
        name: &str,
        path: impl IntoIterator<Item = P>,
    ) -> Result<Self, InvalidHeaderName> {
        let header = HeaderName::try_from(format!("mcp-param-{name}"))?;
        Ok(Self { header, path: path.into_iter().map(Into::into).collect() })
    }
}
