//! Asking NetBox, with the credential of a person or with none.

use bytes::Bytes;
use dispatch_core::Backend;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, Response};
use oauth::authorization_server::Unavailable;
use serde::de::DeserializeOwned;
use tower::ServiceExt as _;

use super::NetBoxAccounts;
use crate::Credential;

impl<B: Backend> NetBoxAccounts<B> {
    pub(super) async fn ask(
        &self,
        method: Method,
        target: &str,
        credential: Option<&Credential>,
        body: Option<Bytes>,
    ) -> Result<Response<Bytes>, Unavailable> {
        let mut request =
            Request::builder().method(method).uri(target).header(ACCEPT, "application/json");
        if let Some(credential) = credential {
            request = request.header(AUTHORIZATION, credential.header());
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request.body(body.unwrap_or_default());
        let request = request.map_err(|_| Unavailable::new("write a request to NetBox"))?;
        let answer = self.backend.clone().oneshot(request).await;
        answer.map_err(|error| Unavailable::new(&format!("ask NetBox: {error}")))
    }
}

/// Reads an answer of NetBox's.
pub(super) fn read<T: DeserializeOwned>(
    answer: &Response<Bytes>,
    path: &str,
) -> Result<T, Unavailable> {
    let told = serde_json::from_slice(answer.body()).ok().filter(|_| answer.status().is_success());
    told.ok_or_else(|| unexpected(answer, path))
}

/// An answer that is not NetBox's, or not one that says what was asked.
pub(super) fn unexpected(answer: &Response<Bytes>, path: &str) -> Unavailable {
    Unavailable::new(&format!("ask NetBox for {path}: it answered {}", answer.status()))
}
