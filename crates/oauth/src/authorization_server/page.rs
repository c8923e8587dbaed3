//! The pages: HTML that needs no script, with one stylesheet whose hash the policy names.
//!
//! Every text that came from elsewhere is escaped by the template; none stands in an attribute that
//! a browser would follow.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::resource_owner::{Field, Way};

/// What stands in every form, so that only our pages can send it. It has no `Debug`.
#[derive(Clone, Copy)]
pub(super) struct FormSecrets<'a> {
    /// Told by our page only.
    pub(super) csrf: &'a str,
    /// The name of the pending request, if it is about one.
    pub(super) request: Option<&'a str>,
}

/// What the consent page shows.
#[derive(Debug)]
pub(super) struct ConsentPage<'a> {
    pub(super) service: &'a str,
    pub(super) person: &'a str,
    pub(super) client_name: &'a str,
    /// Where the client comes from, if that is known.
    pub(super) client_home: Option<&'a str>,
    pub(super) redirect_host: &'a str,
    pub(super) is_loopback: bool,
    pub(super) resource: &'a str,
    /// What can be granted, the least first: the scope and what it allows.
    pub(super) choices: &'a [(&'a str, &'a str)],
    pub(super) chosen: &'a str,
    pub(super) was_granted_before: bool,
    pub(super) action: &'a str,
    pub(super) notice: Option<&'a str>,
}

/// One application on the page of grants.
#[derive(Debug)]
pub(super) struct GrantedClient<'a> {
    pub(super) client_id: &'a str,
    pub(super) name: &'a str,
    pub(super) texts: Vec<&'a str>,
    pub(super) since: String,
    pub(super) n_grants: usize,
}

/// One sentence.
pub(super) fn message(service: &str, title: &str, text: &str) -> Markup {
    frame(
        service,
        title,
        &html! {
            div.card {
                h1 { (title) }
                p role="alert" { (text) }
            }
        },
    )
}

/// The sign-in page. `typed` is what a field holds when the page is shown again.
pub(super) fn sign_in<'a>(
    service: &str,
    client_name: Option<&str>,
    ways: &[Way],
    action: &str,
    secrets: FormSecrets<'_>,
    notice: Option<&str>,
    typed: impl Fn(&Way, &Field) -> Option<&'a str>,
) -> Markup {
    let realm = common_realm(ways);
    frame(
        service,
        "Sign in",
        &html! {
            div.card {
                h1 { "Sign in to " (realm.unwrap_or(service)) }
                @if let Some(client_name) = client_name {
                    p { b { (client_name) } " asks for access. You decide on the next page." }
                }
                (alert(notice))
                @for way in ways {
                    form.way method="post" action=(action) {
                        (hidden(secrets))
                        input type="hidden" name="way" value=(way.id);
                        @if let (None, Some(realm)) = (realm, &way.realm) {
                            h2 { (realm) }
                            p { (way.title) }
                        } @else if ways.len() > 1 {
                            h2 { (way.title) }
                        }
                        @for field in &way.fields {
                            label.field {
                                (field.label)
                                input name={ "field-" (field.name) }
                                    type=(if field.is_secret { "password" } else { "text" })
                                    value=[typed(way, field)]
                                    autocomplete=(field.autocomplete) autocapitalize="none"
                                    spellcheck="false" required;
                            }
                        }
                        div.buttons { button.main type="submit" { (button_of(way)) } }
                    }
                }
            }
        },
    )
}

/// The consent page.
pub(super) fn consent(page: &ConsentPage<'_>, secrets: FormSecrets<'_>) -> Markup {
    frame(
        page.service,
        "Allow access?",
        &html! {
            form.card method="post" action=(page.action) {
                (hidden(secrets))
                h1 { "Allow " (page.client_name) " to use " (page.service) "?" }
                (alert(page.notice))
                (destination(page))
                (choices(page))
                p.soft {
                    @if page.was_granted_before { "You allowed this application before. " }
                    "It gets access to " (page.resource) " as " b { (page.person) } "."
                }
                div.buttons {
                    button.main type="submit" name="decision" value="allow" { "Allow" }
                    button type="submit" name="decision" value="deny" { "Deny" }
                }
                div.aside {
                    button.link type="submit" name="decision" value="other-person" {
                        "Sign in as someone else"
                    }
                }
            }
        },
    )
}

/// Where the person will be sent, and what is known of who is there.
fn destination(page: &ConsentPage<'_>) -> Markup {
    html! {
        p.destination {
            "You will be sent to "
            strong.host { (page.redirect_host) }
            @if page.is_loopback { " a program on this computer" }
        }
        @if page.is_loopback {
            p.warn role="note" {
                "Any program on this computer can call itself " b { (page.client_name) }
                ". Allow this only if you started it yourself, just now."
            }
        } @else if let Some(home) = page.client_home {
            p.soft { "The application is described by " (home) "." }
        } @else {
            p.warn role="note" {
                "Nobody has verified the name of the application. Allow this only if you know "
                b { (page.redirect_host) } "."
            }
        }
    }
}

/// What can be granted.
fn choices(page: &ConsentPage<'_>) -> Markup {
    html! {
        @if let [(scope, text)] = page.choices {
            p { "It may:" }
            ul { li.choice { (text) } }
            input type="hidden" name="scope" value=(scope);
        } @else {
            fieldset {
                legend { "It may" }
                @for (scope, text) in page.choices {
                    label.choice {
                        input type="radio" name="scope" value=(scope) checked[*scope == page.chosen];
                        span { (text) }
                    }
                }
            }
        }
    }
}

/// The page of what a person granted.
pub(super) fn grants(
    service: &str,
    person: &str,
    clients: &[GrantedClient<'_>],
    action: &str,
    sign_out: &str,
    secrets: FormSecrets<'_>,
    notice: Option<&str>,
) -> Markup {
    frame(
        service,
        "Applications with access",
        &html! {
            h1 { "Applications with access to " (service) }
            (alert(notice))
            @if clients.is_empty() { p.card { "No application has access through you." } }
            @for client in clients {
                form.card method="post" action=(action) {
                    (hidden(secrets))
                    input type="hidden" name="client_id" value=(client.client_id);
                    h2 { (client.name) }
                    p.soft { (client.client_id) }
                    p { "It may:" }
                    ul { @for text in &client.texts { li { (text) } } }
                    p.soft {
                        "Since " (client.since)
                        @if client.n_grants > 1 { ", connected " (client.n_grants) " times" } "."
                    }
                    div.buttons {
                        button.take type="submit" aria-label={ "Take access away from " (client.name) } {
                            "Take access away"
                        }
                    }
                }
            }
            form.person method="post" action=(sign_out) {
                (hidden(secrets))
                span.soft { "Signed in as " b { (person) } }
                button type="submit" { "Sign out" }
            }
        },
    )
}

/// The hash of the stylesheet, as a policy names it.
pub(super) fn style_hash() -> &'static str {
    static HASH: LazyLock<String> =
        LazyLock::new(|| format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE))));
    &HASH
}

fn alert(notice: Option<&str>) -> Markup {
    html! { @if let Some(notice) = notice { p.bad role="alert" { (notice) } } }
}

/// What all these ways sign in to, if it is the same.
fn common_realm(ways: &[Way]) -> Option<&str> {
    let realm = &ways.first()?.realm;
    realm.as_deref().filter(|_| ways.iter().all(|way| way.realm == *realm))
}

/// What sends a form: where there are several, each says which it is.
fn button_of(way: &Way) -> &str {
    if way.leads_elsewhere { &way.title } else { "Sign in" }
}

fn hidden(secrets: FormSecrets<'_>) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(secrets.csrf);
        @if let Some(request) = secrets.request {
            input type="hidden" name="request" value=(request);
        }
    }
}

fn frame(service: &str, title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " - " (service) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { p.service { (service) } (content) } }
        }
    }
}

const STYLE: &str = include_str!("page/style.css");
