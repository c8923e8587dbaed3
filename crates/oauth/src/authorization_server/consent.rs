//! The consent page: a person sees who asks, where they will be sent, and what for; and grants all
//! of it, less, or nothing.

use http::StatusCode;
use http::request::Parts;
use mcp_protocol::auth::ScopeSet;

use super::answer::{self, Answer};
use super::browser::Browser;
use super::core::Core;
use super::page::{self, ConsentPage, FormSecrets};
use super::parameters::Parameters;
use super::redirect_uri::RedirectUri;
use super::refusal::{PersonError, Refusal};
use crate::resource_owner::Person;
use crate::store::{ClientOrigin, PendingAuthorization, Session};

impl Core {
    /// Answers `GET /oauth/consent`.
    pub(super) async fn consent_page(&self, parts: &Parts) -> Result<Answer, Refusal> {
        let asked = Parameters::parse(parts.uri.query().unwrap_or_default().as_bytes())?;
        let browser = self.browser(&parts.headers)?;
        let request = asked.get("request").unwrap_or_default();
        let pending = self.pending(&browser, Some(request)).await?;
        match self.session_for(&browser, &pending.resource).await? {
            Some(session) => self.show_consent(&browser, &session, request, &pending, None).await,
            None => Ok(self.to_sign_in(request)),
        }
    }

    /// Answers `POST /oauth/consent`.
    pub(super) async fn decide(&self, parts: &Parts, form: &Parameters) -> Result<Answer, Refusal> {
        let browser = self.browser(&parts.headers)?;
        let request = form.get("request").unwrap_or_default();
        let pending = self.pending(&browser, Some(request)).await?;
        let Some(session) = self.session_for(&browser, &pending.resource).await? else {
            return Ok(self.to_sign_in(request));
        };
        if !browser.is_ours(form, &csrf_about(request)) {
            let notice = "The page had grown old. Nothing was done: please decide again.";
            return self.show_consent(&browser, &session, request, &pending, Some(notice)).await;
        }
        match form.get("decision") {
            Some("allow") => {}
            Some("deny") => {
                let answer = self.refuse(&pending, "the person said no").await?;
                let released = self.release_if_unused(&session.subject).await;
                return Ok(answer::with_left(answer, released));
            }
            Some("other-person") => return Ok(self.to_sign_in(request)),
            _ => {
                let notice = "Please allow or deny.";
                return self
                    .show_consent(&browser, &session, request, &pending, Some(notice))
                    .await;
            }
        }
        let grantable = self.grantable(&pending, &session).await?;
        let Some(chosen) = form.get("scope").filter(|scope| grantable.contains(scope)) else {
            let notice = "Please choose what the application may do.";
            return self.show_consent(&browser, &session, request, &pending, Some(notice)).await;
        };
        let person = Person::new(session.subject.as_str(), session.name.clone());
        self.approve(&pending, &person, &ScopeSet::from([chosen])).await
    }

    /// What this person can grant now of what is asked, expanded.
    async fn grantable(
        &self,
        pending: &PendingAuthorization,
        session: &Session,
    ) -> Result<ScopeSet, Refusal> {
        let Some(client) = self.client(pending.client_id.as_str()).await? else {
            return Ok(ScopeSet::new());
        };
        if client.origin != pending.client_origin {
            return Ok(ScopeSet::new());
        }
        let ceiling = self.person_ceiling(&session.subject, &pending.resource).await?;
        let ceiling = ceiling.unwrap_or_default();
        let asked = self.within(&pending.scopes, &self.client_ceiling(&client).await?);
        Ok(self.within(&asked, &ceiling))
    }

    async fn show_consent(
        &self,
        browser: &Browser,
        session: &Session,
        request: &str,
        pending: &PendingAuthorization,
        notice: Option<&str>,
    ) -> Result<Answer, Refusal> {
        let grantable = self.grantable(pending, session).await?;
        if grantable.is_empty() {
            return self.refuse(pending, "this person cannot grant any of these scopes").await;
        }
        let client = self.client(pending.client_id.as_str()).await?;
        let gone =
            || PersonError::new("This request cannot be trusted", "The application is gone.");
        let client = client.ok_or_else(gone)?;
        let redirect_uri = RedirectUri::parse(&pending.redirect_uri)
            .map_err(|why| PersonError::new("This request cannot be trusted", why))?;
        let before =
            self.store.consent(&session.subject, &pending.client_id, &pending.resource).await?;
        let scopes = self.ladder().scopes().iter().filter(|scope| grantable.contains(scope));
        let choices: Vec<(&str, &str)> =
            scopes.map(|scope| (scope.as_str(), self.scope_text(scope))).collect();
        let home = match client.origin {
            ClientOrigin::MetadataDocument => client.id.as_str().split('/').nth(2),
            ClientOrigin::Operator => Some("the operator of this server"),
            _ => None,
        };
        let host = redirect_uri.host();
        let page = ConsentPage {
            service: &self.options.service_name,
            person: &session.name,
            client_name: &client.name,
            client_home: home,
            redirect_host: &host,
            is_loopback: redirect_uri.is_loopback(),
            resource: &pending.resource,
            chosen: choices.last().map(|(scope, _)| *scope).unwrap_or_default(),
            choices: &choices,
            was_granted_before: before.is_some(),
            action: &self.issuer.url_of("/oauth/consent"),
            notice,
        };
        let csrf = browser.csrf(&csrf_about(request));
        let markup = page::consent(&page, FormSecrets { csrf: &csrf, request: Some(request) });
        let status = if notice.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
        Ok(answer::html(status, markup, &redirect_uri.form_action()))
    }

    fn to_sign_in(&self, request: &str) -> Answer {
        let request: String = url::form_urlencoded::byte_serialize(request.as_bytes()).collect();
        answer::see_other(&format!("{}?request={request}", self.issuer.url_of("/oauth/sign-in")))
    }
}

/// What the form is about: one request only.
fn csrf_about(request: &str) -> String {
    format!("consent {request}")
}
