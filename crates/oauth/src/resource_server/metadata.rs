//! Protected resource metadata (RFC 9728).

use bytes::Bytes;
use http::Uri;
use mcp_protocol::auth::ScopeSet;
use serde::Serialize;

use crate::error::Error;
use crate::public_origin::PublicOrigin;

/// What a client learns of the endpoint before it has a token.
#[derive(Clone, Debug, Serialize)]
pub struct ResourceMetadata {
    resource: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorization_servers: Vec<String>,
    #[serde(skip_serializing_if = "ScopeList::is_empty")]
    scopes_supported: ScopeList,
    bearer_methods_supported: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_documentation: Option<String>,
    #[serde(skip)]
    origin: String,
    #[serde(skip)]
    path: String,
}

#[derive(Clone, Debug, Default)]
struct ScopeList(ScopeSet);

impl ScopeList {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for ScopeList {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter())
    }
}

impl ResourceMetadata {
    /// What stands before the endpoint's own path in the path of its document (RFC 9728, section 3.1).
    pub const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

    /// Describes the endpoint at this address, which must be the one that clients are given, to the
    /// letter: they compare it (RFC 9728, section 3.3).
    ///
    /// # Errors
    ///
    /// Fails if the address is no absolute `http` or `https` address without query and fragment.
    pub fn new(resource: &str) -> Result<Self, Error> {
        let refused = |why| Error::resource(resource, why);
        if resource.contains(['#', '?']) {
            return Err(refused("it has a query or a fragment"));
        }
        let uri: Uri = resource.parse().map_err(|_| refused("it is no address"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(refused("it is not absolute"));
        };
        if !matches!(scheme, "http" | "https") {
            return Err(refused("it is neither http nor https"));
        }
        if authority.as_str().contains('@') {
            return Err(refused("it holds a user name"));
        }
        if !uri.path().bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte)) {
            return Err(refused("its path holds characters that must be escaped"));
        }
        Ok(Self {
            resource: resource.to_owned(),
            authorization_servers: Vec::new(),
            scopes_supported: ScopeList::default(),
            bearer_methods_supported: ["header"],
            resource_name: None,
            resource_documentation: None,
            origin: format!("{scheme}://{authority}"),
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Names an authorization server that issues tokens for this endpoint, by its issuer. Without
    /// one, tokens are handed out by the operator, and clients cannot sign in by themselves.
    #[must_use]
    pub fn with_authorization_server(mut self, issuer: impl Into<String>) -> Self {
        self.authorization_servers.push(issuer.into());
        self
    }

    /// Names the scopes that a client may ask for.
    #[must_use]
    pub fn with_scopes_supported(mut self, scopes: impl Into<ScopeSet>) -> Self {
        self.scopes_supported = ScopeList(scopes.into());
        self
    }

    /// Names the endpoint to its users.
    #[must_use]
    pub fn with_resource_name(mut self, name: impl Into<String>) -> Self {
        self.resource_name = Some(name.into());
        self
    }

    /// Names the page that documents the endpoint.
    #[must_use]
    pub fn with_resource_documentation(mut self, url: impl Into<String>) -> Self {
        self.resource_documentation = Some(url.into());
        self
    }

    /// The document as it is under this origin: of the endpoint, and of authorization servers under
    /// the same origin.
    pub(super) fn at(&self, public: &PublicOrigin) -> Self {
        let rebased =
            |url: &String| public.rebase(url, &self.origin).unwrap_or_else(|| url.clone());
        Self {
            resource: rebased(&self.resource),
            authorization_servers: self.authorization_servers.iter().map(rebased).collect(),
            origin: public.as_str().to_owned(),
            ..self.clone()
        }
    }

    /// The address of the document, as challenges name it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}{}", self.origin, Self::WELL_KNOWN, self.path)
    }

    /// Whether the document stands at this path: with the endpoint's own path behind it (RFC 9728,
    /// section 3.1), and without, where older clients look.
    #[must_use]
    pub fn is_at(&self, path: &str) -> bool {
        path.strip_prefix(Self::WELL_KNOWN).is_some_and(|rest| {
            let rest = rest.trim_end_matches('/');
            rest.is_empty() || rest == self.path
        })
    }

    /// The document.
    #[must_use]
    pub fn to_json(&self) -> Bytes {
        // INVARIANT: every part is plain data, which always serializes.
        Bytes::from(serde_json::to_vec(self).expect("plain data serializes"))
    }
}
