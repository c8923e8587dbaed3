//! A running NetBox: what it says of itself.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use dispatch_core::backend::ExchangeTimeout;
use http::header::ACCEPT;
use http::{Request, Response, StatusCode};
use serde::Deserialize;
use tower::{Service, ServiceExt};

use crate::Error;
use crate::credential::refused::detail;

/// What decides the schema of a NetBox: its version and its plugins.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Instance {
    /// Its version, such as `4.7.3`.
    #[serde(rename = "netbox-version")]
    pub version: String,
    /// Its plugins and their versions.
    #[serde(default)]
    pub plugins: BTreeMap<String, String>,
}

impl Instance {
    /// Asks a NetBox what it is.
    ///
    /// # Errors
    ///
    /// Fails if NetBox cannot be reached, refuses the credential, or answers something else.
    pub async fn probe<S>(backend: S) -> Result<Self, Error>
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>>,
        S::Error: Display,
    {
        let body = fetch(backend, STATUS_PATH, PROBE_TIMEOUT).await?;
        serde_json::from_slice(&body).map_err(|error| Error::Upstream {
            path: STATUS_PATH.to_owned(),
            why: format!("the answer is not a NetBox's ({error})"),
        })
    }
}

/// Fetches one path as JSON bytes.
pub(crate) async fn fetch<S>(backend: S, path: &str, timeout: Duration) -> Result<Bytes, Error>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>>,
    S::Error: Display,
{
    let error = |why: String| Error::Upstream { path: path.to_owned(), why };
    let request = Request::get(path)
        .header(ACCEPT, "application/json")
        .extension(ExchangeTimeout(timeout))
        .body(Bytes::new())
        .map_err(|invalid| error(invalid.to_string()))?;
    let response = backend.oneshot(request).await.map_err(|failed| error(failed.to_string()))?;
    let (head, body) = response.into_parts();
    match head.status {
        StatusCode::OK => Ok(body),
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => {
            let detail = detail(&body).unwrap_or_else(|| "(none)".to_owned());
            Err(Error::Refused { path: path.to_owned(), detail })
        }
        status if status.is_redirection() => {
            Err(error(format!("it redirects ({status}); is this the address of a NetBox?")))
        }
        status => Err(error(format!("it answered {status}"))),
    }
}

/// Where NetBox says what it is.
const STATUS_PATH: &str = "/api/status/";

/// How long NetBox may take to say it, whatever its calls may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);
