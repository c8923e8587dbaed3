//! Pictures: what an API draws, as the agent's host can show it.
//!
//! Hosts show PNG, JPEG, GIF and WebP. What an API draws as SVG is drawn by a [`Rasterizer`], which
//! an embedder brings; without one the agent is told how to get the text of it.

use std::fmt::Debug;

use async_trait::async_trait;
use bytes::Bytes;
use mcp_protocol::tool::Content;

/// Draws SVG.
#[async_trait]
pub trait Rasterizer: Debug + Send + Sync {
    /// Draws an SVG document as a PNG. What the document refers to is neither read nor fetched.
    ///
    /// # Errors
    ///
    /// Says why the document cannot be drawn: it is no SVG, too large, or takes too long.
    async fn png(&self, svg: Bytes) -> Result<Vec<u8>, String>;
}

/// A picture as an API answered with it.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub(crate) media: String,
    pub(crate) bytes: Bytes,
}

impl Picture {
    /// The picture as a host can show it; `None` where nobody can draw it.
    ///
    /// # Errors
    ///
    /// Says why it cannot be shown.
    pub(crate) async fn content(
        self,
        rasterizer: Option<&dyn Rasterizer>,
    ) -> Result<Option<Content>, String> {
        let (bytes, media) = match (self.media.as_str(), rasterizer) {
            ("image/svg+xml", Some(rasterizer)) => {
                (rasterizer.png(self.bytes).await?.into(), "image/png")
            }
            (media @ ("image/png" | "image/jpeg" | "image/gif" | "image/webp"), _) => {
                (self.bytes, media)
            }
            _ => return Ok(None),
        };
        if bytes.len() > MAX_BYTES {
            return Err(format!("it has {} bytes, and an answer at most {MAX_BYTES}", bytes.len()));
        }
        Ok(Some(Content::image(&bytes, media)))
    }
}

/// How large a picture may be: hosts refuse larger ones.
const MAX_BYTES: usize = 3 * 1024 * 1024;
