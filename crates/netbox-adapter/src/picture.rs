//! Pictures of what NetBox draws: the elevation of a rack, the trace of a cable.
//!
//! NetBox draws SVG for its own pages, which hosts of agents do not show. [`SvgRasterizer`] makes a
//! PNG of it, with a font of its own, so that text is seen on a machine without any; the fonts of
//! the machine are used for letters that it does not have.
//!
//! *Invariant:* a document makes us read no file and fetch nothing, whatever it refers to.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use dispatch_core::picture::Rasterizer;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::roxmltree::{Document, ParsingOptions};
use resvg::usvg::{ImageHrefResolver, Options, Tree};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

mod style;

/// Draws SVG as PNG, on tokio's threads for blocking work.
#[derive(Clone)]
pub struct SvgRasterizer {
    /// The fonts, read for the first picture.
    options: Arc<OnceLock<Options<'static>>>,
    /// How many pictures are drawn at once.
    room: Arc<Semaphore>,
}

impl Default for SvgRasterizer {
    fn default() -> Self {
        Self::new()
    }
}

impl SvgRasterizer {
    /// Creates a rasterizer, which draws two pictures at once.
    #[must_use]
    pub fn new() -> Self {
        Self { options: Arc::default(), room: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Reads the fonts.
    fn options() -> Options<'static> {
        let mut options = Options {
            font_family: FONT.to_owned(),
            // Links to pictures lead nowhere, be they files, addresses or data.
            image_href_resolver: ImageHrefResolver {
                resolve_data: Box::new(|_, _, _| None),
                resolve_string: Box::new(|_, _| None),
            },
            ..Options::default()
        };
        let fonts = options.fontdb_mut();
        fonts.load_font_data(FONT_FILE.to_vec());
        fonts.load_system_fonts();
        fonts.set_sans_serif_family(FONT);
        fonts.set_serif_family(FONT);
        fonts.set_monospace_family(FONT);
        options
    }
}

#[async_trait]
impl Rasterizer for SvgRasterizer {
    async fn png(&self, svg: Bytes) -> Result<Vec<u8>, String> {
        let options = Arc::clone(&self.options);
        let room = Arc::clone(&self.room).acquire_owned().await.map_err(|it| it.to_string())?;
        // The room is given back when the drawing ends, and not when it is no longer waited for.
        let drawing = spawn_blocking(move || {
            let png = draw(&svg, options.get_or_init(Self::options));
            drop(room);
            png
        });
        match timeout(LIMIT, drawing).await {
            Ok(drawn) => drawn.unwrap_or_else(|_| Err("drawing it broke off".to_owned())),
            Err(_) => Err(format!("drawing it takes longer than {} s", LIMIT.as_secs())),
        }
    }
}

impl fmt::Debug for SvgRasterizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SvgRasterizer").finish_non_exhaustive()
    }
}

fn draw(svg: &[u8], options: &Options<'_>) -> Result<Vec<u8>, String> {
    if svg.len() > MAX_BYTES {
        return Err(format!("it has {} bytes, more than {MAX_BYTES}", svg.len()));
    }
    let text = str::from_utf8(svg).map_err(|_| "it is no text".to_owned())?;
    let text = style::plain(text);
    let parsing = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..Default::default() };
    let document = Document::parse_with_options(&text, parsing);
    let document = document.map_err(|error| format!("it is no XML: {error}"))?;
    let tree =
        Tree::from_xmltree(&document, options).map_err(|it| format!("it is no SVG: {it}"))?;
    let size = tree.size();
    let longest = size.width().max(size.height());
    let scale = (BEST_SIDE / longest).clamp(LEAST_SCALE, MOST_SCALE);
    let scaled = size.to_int_size().scale_by(scale);
    let scaled = scaled.filter(|it| {
        let n_pixels = u64::from(it.width()) * u64::from(it.height());
        n_pixels <= MAX_PIXELS && it.width().max(it.height()) <= MAX_SIDE
    });
    let (width, height) = (size.width(), size.height());
    let scaled = scaled.ok_or_else(|| format!("it is {width} by {height}, which is too large"))?;
    let pixels = Pixmap::new(scaled.width(), scaled.height());
    let mut pixels = pixels.ok_or_else(|| "it has no size".to_owned())?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}

/// The font that this crate brings.
const FONT: &str = "DejaVu Sans";
const FONT_FILE: &[u8] = include_bytes!("picture/DejaVuSans-subset.ttf");

/// Hosts show a picture to a model with about this many pixels on its longer side.
const BEST_SIDE: f32 = 1_568.0;

/// A small drawing is made this much larger, and a large one this much smaller.
const MOST_SCALE: f32 = 2.0;
const LEAST_SCALE: f32 = 0.5;

/// No side of a picture has more pixels, and no picture more in all, at four bytes each.
const MAX_SIDE: u32 = 8_000;
const MAX_PIXELS: u64 = 8_000_000;

/// How large a document is drawn: a rack of a hundred units has 40 KB.
const MAX_BYTES: usize = 4 * 1024 * 1024;
const MAX_NODES: u32 = 100_000;

/// How many pictures are drawn at once, and how long one may take.
const AT_ONCE: usize = 2;
const LIMIT: Duration = Duration::from_secs(30);
