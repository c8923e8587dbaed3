//! Ourselves, as a client of an issuer.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};

use super::http_client::Unreachable;
use crate::secret::Secret;

/// What an issuer knows us as.
#[derive(Clone)]
pub(crate) struct Ourselves {
    pub(crate) id: String,
    secret: Option<Secret>,
}

impl Ourselves {
    pub(crate) fn new(id: impl Into<String>, secret: Option<Secret>) -> Self {
        Self { id: id.into(), secret }
    }

    /// A form to an endpoint, in which we say who we are. The secret goes in the header, unless the
    /// issuer says that it takes it in the body only (RFC 6749, section 2.3.1).
    pub(crate) fn form(
        &self,
        endpoint: &str,
        methods: Option<&[String]>,
        pairs: &[(&str, &str)],
    ) -> Result<Request<Bytes>, Unreachable> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs);
        let mut request = Request::post(endpoint)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json");
        match &self.secret {
            Some(secret) if goes_in_header(methods) => {
                let credential = format!("{}:{}", escaped(&self.id), escaped(secret.expose()));
                request =
                    request.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(credential)));
            }
            secret => {
                form.append_pair("client_id", &self.id);
                if let Some(secret) = secret {
                    form.append_pair("client_secret", secret.expose());
                }
            }
        }
        let unaddressed = |_| Unreachable::new(format!("ask at {endpoint}: it is no address"));
        request.body(Bytes::from(form.finish())).map_err(unaddressed)
    }
}

impl fmt::Debug for Ourselves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ourselves({:?})", self.id)
    }
}

fn goes_in_header(methods: Option<&[String]>) -> bool {
    let has = |methods: &[String], name: &str| methods.iter().any(|method| method == name);
    methods.is_none_or(|methods| {
        has(methods, "client_secret_basic") || !has(methods, "client_secret_post")
    })
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
