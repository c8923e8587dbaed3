//! The page on which a person sees what they granted, and takes it back.

use std::collections::BTreeMap;

use http::StatusCode;
use http::request::Parts;

use super::Unavailable;
use super::answer::{self, Answer};
use super::browser::Browser;
use super::core::Core;
use super::page::{self, FormSecrets, GrantedClient};
use super::parameters::Parameters;
use super::refusal::Refusal;
use crate::store::{ClientId, Grant, Session, Subject};
use crate::time::UnixTime;

impl Core {
    /// Answers `GET /oauth/grants`.
    pub(super) async fn grants_page(&self, parts: &Parts) -> Result<Answer, Refusal> {
        let browser = self.browser(&parts.headers)?;
        match self.session(&browser).await? {
            Some(session) => self.show_grants(&browser, &session, None).await,
            None => Ok(answer::see_other(&self.issuer.url_of("/oauth/sign-in"))),
        }
    }

    /// Answers `POST /oauth/grants`: takes access away from one client.
    pub(super) async fn take_away(
        &self,
        parts: &Parts,
        form: &Parameters,
    ) -> Result<Answer, Refusal> {
        let browser = self.browser(&parts.headers)?;
        let Some(session) = self.session(&browser).await? else {
            return Ok(answer::see_other(&self.issuer.url_of("/oauth/sign-in")));
        };
        if !browser.is_ours(form, CSRF) {
            return self.show_grants(&browser, &session, Some(OLD)).await;
        }
        let client_id = ClientId::new(form.required("client_id")?);
        self.store.revoke_client_of(&session.subject, &client_id).await?;
        if let Err(left) = self.release_if_unused(&session.subject).await {
            let notice = format!("The access was taken away. This is left to do: {}.", left.what());
            return self.show_grants(&browser, &session, Some(&notice)).await;
        }
        Ok(answer::see_other(&self.issuer.url_of("/oauth/grants")))
    }

    /// Answers `POST /oauth/sign-out`.
    pub(super) async fn sign_out(
        &self,
        parts: &Parts,
        form: &Parameters,
    ) -> Result<Answer, Refusal> {
        let browser = self.browser(&parts.headers)?;
        let Some(session) = self.session(&browser).await? else {
            return Ok(answer::see_other(&self.issuer.url_of("/oauth/sign-in")));
        };
        if !browser.is_ours(form, CSRF) {
            return self.show_grants(&browser, &session, Some(OLD)).await;
        }
        self.store.end_session(session.id).await?;
        let after = self.new_browser()?;
        let answer = answer::see_other(&self.issuer.url_of("/oauth/sign-in"));
        let answer = self.with_cookie(answer, &after);
        Ok(answer::with_left(answer, self.release_if_unused(&session.subject).await))
    }

    /// Lets go of what is kept to act for a person who has nothing granted any more.
    pub(super) async fn release_if_unused(&self, subject: &Subject) -> Result<(), Unavailable> {
        let Some(kept) = self.store.credential(subject).await? else { return Ok(()) };
        if self.store.grants_of(subject, self.now()).await?.is_empty() {
            self.let_go(subject, &kept).await?;
        }
        Ok(())
    }

    async fn show_grants(
        &self,
        browser: &Browser,
        session: &Session,
        notice: Option<&str>,
    ) -> Result<Answer, Refusal> {
        let grants = self.store.grants_of(&session.subject, self.now()).await?;
        let mut by_client: BTreeMap<ClientId, Vec<&Grant>> = BTreeMap::new();
        for grant in &grants {
            by_client.entry(grant.client_id.clone()).or_default().push(grant);
        }
        let mut names = Vec::new();
        for id in by_client.keys() {
            names.push(self.name_of(id).await?);
        }
        let clients: Vec<GrantedClient<'_>> = by_client
            .iter()
            .zip(&names)
            .map(|((id, grants), name)| self.granted(id, name, grants))
            .collect();
        let csrf = browser.csrf(CSRF);
        let markup = page::grants(
            &self.options.service_name,
            &session.name,
            &clients,
            &self.issuer.url_of("/oauth/grants"),
            &self.issuer.url_of("/oauth/sign-out"),
            FormSecrets { csrf: &csrf, request: None },
            notice,
        );
        let status = if notice.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
        Ok(answer::html(status, markup, ""))
    }

    fn granted<'a>(
        &'a self,
        id: &'a ClientId,
        name: &'a str,
        grants: &[&'a Grant],
    ) -> GrantedClient<'a> {
        let scopes = self.ladder().scopes().iter();
        let granted =
            scopes.filter(|scope| grants.iter().any(|grant| grant.scopes.contains(scope)));
        let first = grants.iter().map(|grant| grant.created).min();
        GrantedClient {
            client_id: id.as_str(),
            name,
            texts: granted.map(|scope| self.scope_text(scope)).collect(),
            since: first.map(UnixTime::date).unwrap_or_default(),
            n_grants: grants.len(),
        }
    }

    async fn name_of(&self, id: &ClientId) -> Result<String, Refusal> {
        let configured = self.options.clients.iter().find(|client| client.id == *id).cloned();
        let client = match configured {
            Some(client) => Some(client),
            None => self.store.client(id).await?,
        };
        Ok(client.map_or_else(|| id.to_string(), |client| client.name))
    }
}

const CSRF: &str = "grants";

const OLD: &str = "The page had grown old. Nothing was done: please try again.";
