use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

/// Is one block of a result (2026-07-28, Tools, "Tool Result").
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Content {
    /// Text.
    #[non_exhaustive]
    Text {
        /// The text.
        text: String,
    },
    /// A picture.
    #[non_exhaustive]
    Image {
        /// The bytes, in base64.
        data: String,
        /// The media type.
        #[serde(rename = "mimeType")]
        mime_type: String,
    },
    /// A sound.
    #[non_exhaustive]
    Audio {
        /// The bytes, in base64.
        data: String,
        /// The media type.
        #[serde(rename = "mimeType")]
        mime_type: String,
    },
    /// A resource, with its contents.
    #[non_exhaustive]
    Resource {
        /// The resource.
        resource: ResourceContents,
    },
    /// A resource to be fetched; before 2025-06-18 it is sent as a text naming it.
    ResourceLink(ResourceLink),
}

impl Content {
    /// Creates a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// Creates a picture from its bytes.
    pub fn image(bytes: &[u8], mime_type: impl Into<String>) -> Self {
        let data = STANDARD.encode(bytes);
        Self::Image { data, mime_type: mime_type.into() }
    }

    /// Creates a sound from its bytes.
    pub fn audio(bytes: &[u8], mime_type: impl Into<String>) -> Self {
        let data = STANDARD.encode(bytes);
        Self::Audio { data, mime_type: mime_type.into() }
    }

    /// Creates an embedded resource.
    pub fn resource(resource: ResourceContents) -> Self {
        Self::Resource { resource }
    }

    /// Estimates the serialized length.
    pub(crate) fn size_hint(&self) -> usize {
        let payload = match self {
            Self::Text { text } => text.len() + text.len() / 16,
            Self::Image { data, .. } | Self::Audio { data, .. } => data.len(),
            Self::Resource { resource } => {
                resource.text.as_ref().or(resource.blob.as_ref()).map_or(0, String::len)
            }
            Self::ResourceLink(_) => 256,
        };
        payload + 96
    }
}

/// Is a resource with its contents (2026-07-28, Schema, `ResourceContents`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ResourceContents {
    /// The URI.
    pub uri: String,
    /// The media type.
    #[serde(rename = "mimeType", skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob: Option<String>,
}

impl ResourceContents {
    /// Creates a resource that is text.
    pub fn text(uri: impl Into<String>, text: impl Into<String>) -> Self {
        Self { uri: uri.into(), mime_type: None, text: Some(text.into()), blob: None }
    }

    /// Creates a resource that is bytes.
    pub fn blob(uri: impl Into<String>, bytes: &[u8]) -> Self {
        let blob = Some(STANDARD.encode(bytes));
        Self { uri: uri.into(), mime_type: None, text: None, blob }
    }

    /// Sets the media type.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }
}

/// Points at a resource (2025-06-18, Tools, "Resource Links").
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ResourceLink {
    /// The URI.
    pub uri: String,
    /// The name for programs.
    pub name: String,
    /// The name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The media type.
    #[serde(rename = "mimeType", skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

impl ResourceLink {
    /// Creates a link.
    pub fn new(uri: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            name: name.into(),
            title: None,
            description: None,
            mime_type: None,
            size: None,
        }
    }
}
