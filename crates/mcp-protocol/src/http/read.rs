use std::mem;
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use futures_util::future::{Either, select};
use http::StatusCode;
use http_body::Body;
use http_body_util::BodyExt as _;

use super::Runtime;

/// Says why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// It is larger than allowed.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// The connection broke.
    Broken,
}

impl ReadError {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

/// Reads a body of at most `max_bytes` within `deadline`.
pub(super) async fn read<B: Body>(
    body: B,
    max_bytes: usize,
    deadline: Duration,
    runtime: &dyn Runtime,
) -> Result<Bytes, ReadError> {
    if body.size_hint().lower() > max_bytes as u64 {
        return Err(ReadError::TooLarge);
    }
    match select(pin!(collect(body, max_bytes)), runtime.sleep(deadline)).await {
        Either::Left((read, _)) => read,
        Either::Right(_) => Err(ReadError::TooSlow),
    }
}

/// Puts the pieces of a body together. One that arrived in one piece is not copied; of several, none
/// is kept, since each may be a single byte that holds on to the whole of what it arrived with.
async fn collect<B: Body>(body: B, max_bytes: usize) -> Result<Bytes, ReadError> {
    let mut body = pin!(body);
    let (mut only, mut several) = (Bytes::new(), BytesMut::new());
    while let Some(frame) = body.frame().await {
        let Ok(mut data) = frame.map_err(|_| ReadError::Broken)?.into_data() else { continue };
        let n_bytes = data.remaining();
        if n_bytes > max_bytes - only.len() - several.len() {
            return Err(ReadError::TooLarge);
        }
        if only.is_empty() && several.is_empty() {
            only = data.copy_to_bytes(n_bytes);
        } else {
            several.extend_from_slice(&mem::take(&mut only));
            several.put(data);
        }
    }
    Ok(if several.is_empty() { only } else { several.freeze() })
}
