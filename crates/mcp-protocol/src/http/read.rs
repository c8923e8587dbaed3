use std::error::Error;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::StatusCode;
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

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
///
/// A body that arrived in one piece is not copied.
pub(super) async fn read<B>(
    body: B,
    max_bytes: usize,
    deadline: Duration,
    runtime: &dyn Runtime,
) -> Result<Bytes, ReadError>
where
    B: Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    if body.size_hint().lower() > max_bytes as u64 {
        return Err(ReadError::TooLarge);
    }
    let collect = pin!(Limited::new(body, max_bytes).collect());
    match select(collect, runtime.sleep(deadline)).await {
        Either::Left((Ok(collected), _)) => Ok(collected.to_bytes()),
        Either::Left((Err(error), _)) if error.is::<LengthLimitError>() => Err(ReadError::TooLarge),
        Either::Left((Err(_), _)) => Err(ReadError::Broken),
        Either::Right(_) => Err(ReadError::TooSlow),
    }
}
