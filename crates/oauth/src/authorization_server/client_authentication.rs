//! Which client sends a request to an endpoint for machines, and whether it is who it says
//! (RFC 6749, section 2.3; RFC 7523, section 2.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::core::Core;
use super::parameters::Parameters;
use super::refusal::{OAuthError, Refusal};
use crate::secret::Secret;
use crate::store::{Client, ClientAuthentication};

/// What a request says of its client.
#[derive(Debug)]
struct Claim {
    client_id: String,
    proof: Proof,
}

#[derive(Debug)]
enum Proof {
    None,
    Secret(Secret),
    Assertion(Secret),
}

impl Core {
    /// The client that sent this request. A public client is believed its name; every other has
    /// proved it.
    pub(super) async fn authenticate(
        &self,
        headers: &HeaderMap,
        form: &Parameters,
    ) -> Result<Client, Refusal> {
        let claim = claim(headers, form)?;
        let unknown =
            || OAuthError::invalid_client("this server does not know the client: register again");
        let client = match self.client(&claim.client_id).await {
            // There is no person here who could be told.
            Err(Refusal::Person(error)) => {
                return Err(OAuthError::invalid_client(error.text).into());
            }
            client => client?.ok_or_else(unknown)?,
        };
        let wrong = || OAuthError::invalid_client("the client did not prove who it is");
        match (&client.authentication, &claim.proof) {
            // A public client has nothing to prove, and may not pretend to.
            (ClientAuthentication::None, Proof::None) => Ok(client),
            (ClientAuthentication::Secret { sha256 }, Proof::Secret(secret)) => {
                if secret.hash() == *sha256 { Ok(client) } else { Err(wrong().into()) }
            }
            (ClientAuthentication::PrivateKey(source), Proof::Assertion(assertion))
                if self.takes_assertions() =>
            {
                self.check_assertion(&client, source, assertion).await?;
                Ok(client)
            }
            _ => Err(wrong().into()),
        }
    }

    #[cfg(not(feature = "private-key-jwt"))]
    async fn check_assertion(
        &self,
        _: &Client,
        _: &crate::store::KeySource,
        _: &Secret,
    ) -> Result<(), Refusal> {
        Err(OAuthError::invalid_client("this server does not take assertions").into())
    }
}

fn claim(headers: &HeaderMap, form: &Parameters) -> Result<Claim, OAuthError> {
    let in_body = form.get("client_id");
    let secret = form.get("client_secret").map(Secret::new);
    let assertion = form.get("client_assertion").map(Secret::new);
    let basic = basic(headers)?;
    let n_proofs = [basic.is_some(), secret.is_some(), assertion.is_some()];
    if n_proofs.into_iter().filter(|is_there| *is_there).count() > 1 {
        return Err(OAuthError::invalid_request("the client proves itself in two ways"));
    }
    if let Some((client_id, secret)) = basic {
        if in_body.is_some_and(|in_body| in_body != client_id) {
            return Err(OAuthError::invalid_request("the header and the body name two clients"));
        }
        let proof = if secret.expose().is_empty() { Proof::None } else { Proof::Secret(secret) };
        return Ok(Claim { client_id, proof });
    }
    if let Some(assertion) = assertion {
        if form.get("client_assertion_type") != Some(JWT_BEARER) {
            return Err(OAuthError::invalid_request("client_assertion_type is not that of a JWT"));
        }
        // The name may stand in the assertion alone; it is checked there in any case.
        let named = in_body.map(str::to_owned).or_else(|| subject_of(assertion.expose()));
        let client_id =
            named.ok_or_else(|| OAuthError::invalid_client("the assertion names no client"))?;
        return Ok(Claim { client_id, proof: Proof::Assertion(assertion) });
    }
    let client_id =
        in_body.ok_or_else(|| OAuthError::invalid_client("the request names no client"))?;
    let proof = secret.map_or(Proof::None, Proof::Secret);
    Ok(Claim { client_id: client_id.to_owned(), proof })
}

/// The name and the secret of the header, each decoded as RFC 6749, section 2.3.1 asks.
fn basic(headers: &HeaderMap) -> Result<Option<(String, Secret)>, OAuthError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let malformed =
        || OAuthError::invalid_client("the Authorization header is no Basic credential");
    if values.next().is_some() || value.len() > MAX_BYTES {
        return Err(malformed());
    }
    let text = value.to_str().map_err(|_| malformed())?;
    let (scheme, encoded) = text.split_once(' ').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(malformed());
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| malformed())?;
    let decoded = String::from_utf8(decoded).map_err(|_| malformed())?;
    let (id, secret) = decoded.split_once(':').ok_or_else(malformed)?;
    let form_decoded = |text: &str| -> String {
        let pair = format!("x={text}");
        let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
        pairs.next().map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let id = form_decoded(id);
    if id.is_empty() {
        return Err(malformed());
    }
    Ok(Some((id, Secret::new(form_decoded(secret)))))
}

/// The subject that an assertion claims, before anything is checked.
fn subject_of(assertion: &str) -> Option<String> {
    let claims = assertion.split('.').nth(1)?;
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    claims.get("sub")?.as_str().map(str::to_owned)
}

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const MAX_BYTES: usize = 8192;
