//! What NetBox lets a user do, asked so that nothing else is offered.
//!
//! NetBox has no one answer to that. What it shows, as seen on 4.7.3 (and since 4.5, but for the
//! object types, which 4.4 brought):
//!
//! | who asks | `authentication-check/` | `users/users/?id=&is_superuser=true` | `OPTIONS` of a collection | `GET` of the object 0 |
//! |---|---|---|---|---|
//! | a superuser | no groups, no permissions, no flag | 200, one user | POST and PUT | 404 |
//! | permissions of their own | all of them, with object types and actions, without constraints | 403, unless they may see users | POST where they may add, PUT where they may change | 404 where they may view, else 403 |
//! | permissions of a group | the group's name and id, nothing of what it permits | 403 | the same | the same |
//! | permissions with constraints | as without | 403 | as without | as without |
//! | a token that may not write | as if it might | as if it might | nothing | 404 where they may view |
//!
//! `OPTIONS` answers 200 to everyone who is signed in, whatever they may see, and says nothing of
//! deleting, of viewing, and of what is neither: rendering, syncing, running. What a group permits
//! stands at `users/groups/`, for those who may see groups.
//!
//! So [`NetBoxPermissions`] reads the user, the flag, and the groups, with the server's own token
//! where it may see them, else with the user's. Where a group stays unseen, what the user's own
//! permissions do not allow is asked resource by resource, when it is needed.
//!
//! What is in NetBox's configuration and shown nowhere, `EXEMPT_VIEW_PERMISSIONS`, permissions by
//! LDAP groups, is not in those lists. Before somebody is refused by a list, the resource itself is
//! asked about, and what NetBox says of viewing, adding and changing goes by everything it knows. Of
//! the rest it says nothing: there the list stands, as it does for the tools that are shown, until
//! NetBox is seen to allow what the list does not; from then on, what the list lacks is unknown.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use dispatch_core::Backend;
use dispatch_core::catalog::{Catalog, ResourceId};
use dispatch_core::permissions::{NoAnswer, Permissions, Permitted};
use http::{Method, StatusCode};
use mcp_protocol::auth::AuthInfo;

use crate::PersonCredentials;

mod ask;
mod granted;
mod need;
mod object_types;

use granted::{Granted, Group, List, User};
use need::Need;
use object_types::{ObjectType, ObjectTypes};

/// Asks NetBox what its users may do.
#[derive(Clone)]
pub struct NetBoxPermissions<B> {
    backend: B,
    own: Option<B>,
    people: Option<PersonCredentials>,
    types: Arc<Mutex<Option<KnownTypes>>>,
}

/// The object types behind the resources of the catalog that was last asked about, which is told by
/// the hash of its document.
type KnownTypes = (String, Arc<ObjectTypes>);

impl<B: Backend> NetBoxPermissions<B> {
    /// Asks through this backend, which carries the credential of the caller whose [`AuthInfo`] is in
    /// the extensions of a request. It is asked about every caller who is not anonymous.
    pub fn new(backend: B) -> Self {
        Self { backend, own: None, people: None, types: Arc::default() }
    }

    /// Asks only about those who signed in with an account: other callers have no permissions of
    /// their own.
    #[must_use]
    pub fn with_people(self, people: PersonCredentials) -> Self {
        Self { people: Some(people), ..self }
    }

    /// Asks what groups permit through this backend first, which carries the server's own token.
    #[must_use]
    pub fn with_own(self, own: B) -> Self {
        Self { own: Some(own), ..self }
    }

    /// The object types of a catalog's resources. They are asked for once.
    async fn types(
        &self,
        catalog: &Catalog,
        auth: &AuthInfo,
    ) -> Result<Arc<ObjectTypes>, NoAnswer> {
        let key = &catalog.parts().document_sha256;
        let lock = || self.types.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, types)) = lock().as_ref().filter(|(known, _)| known == key) {
            return Ok(Arc::clone(types));
        }
        let mut found = Vec::new();
        let types = loop {
            // NetBox may give fewer at once than were asked for.
            let path = format!("{}&offset={}", object_types::PATH, found.len());
            let answer = ask::get(&self.backend, auth, &path).await?;
            match answer.status() {
                StatusCode::OK => {}
                // NetBox before 4.4 does not say what stands behind its paths.
                StatusCode::NOT_FOUND => break ObjectTypes::default(),
                _ => return Err(ask::unexpected(&answer, &path)),
            }
            let page: List<ObjectType> = ask::read(&answer, &path)?;
            let is_last = page.next.is_none() || page.results.is_empty();
            found.extend(page.results);
            if is_last {
                break ObjectTypes::new(catalog, found);
            }
        };
        let types = Arc::new(types);
        *lock() = Some((key.clone(), Arc::clone(&types)));
        Ok(types)
    }

    /// What a user was granted, by themselves and by groups.
    async fn granted(&self, auth: &AuthInfo, user: User) -> Result<Granted, NoAnswer> {
        let path = format!("/api/users/users/?id={}&is_superuser=true&brief=true", user.id);
        let answer = ask::get(&self.backend, auth, &path).await?;
        if answer.status() == StatusCode::OK {
            let found: List<serde_json::Value> = ask::read(&answer, &path)?;
            if !found.results.is_empty() {
                return Ok(Granted::everything());
            }
        }
        let mut granted = Granted::of(user.permissions);
        if user.groups.is_empty() {
            return Ok(granted);
        }
        let ids: Vec<String> = user.groups.iter().map(|group| format!("id={}", group.id)).collect();
        let path = format!("/api/users/groups/?{}&limit=1000", ids.join("&"));
        for backend in self.own.iter().chain([&self.backend]) {
            let answer = ask::get(backend, auth, &path).await?;
            if answer.status() != StatusCode::OK {
                continue;
            }
            let seen: List<Group> = ask::read(&answer, &path)?;
            let is_seen = |id: u64| seen.results.iter().any(|group| group.id == id);
            if user.groups.iter().all(|group| is_seen(group.id)) {
                granted.add(seen.results.into_iter().flat_map(|group| group.permissions));
                return Ok(granted);
            }
        }
        Ok(granted.incomplete())
    }
}

#[async_trait]
impl<B: Backend> Permissions for NetBoxPermissions<B> {
    fn is_about(&self, auth: &AuthInfo) -> bool {
        match &self.people {
            Some(people) => people.person(Some(auth)).is_some(),
            None => !auth.anonymous,
        }
    }

    async fn of_caller(&self, catalog: &Catalog, auth: &AuthInfo) -> Result<Permitted, NoAnswer> {
        let answer = ask::get(&self.backend, auth, WHO).await?;
        let user: User = match answer.status() {
            StatusCode::OK => ask::read(&answer, WHO)?,
            // NetBox before 4.5 does not say who asks.
            StatusCode::NOT_FOUND => return Ok(Permitted::default()),
            _ => return Err(ask::unexpected(&answer, WHO)),
        };
        let types = self.types(catalog, auth).await?;
        let granted = self.granted(auth, user).await?;
        let mut permitted = Permitted::default();
        for (id, resource) in (0..).map(ResourceId).zip(catalog.resources()) {
            for action in &resource.actions {
                let operation = catalog.operation(action.operation);
                let need = Need::of(types.of(id), resource, operation);
                if let Some(is_allowed) = granted.allows(&need) {
                    permitted.note(action.operation, is_allowed);
                }
            }
        }
        Ok(permitted)
    }

    async fn of_resource(
        &self,
        catalog: &Catalog,
        auth: &AuthInfo,
        id: ResourceId,
    ) -> Result<Permitted, NoAnswer> {
        let resource = catalog.resource(id);
        let types = self.types(catalog, auth).await?;
        let is_item = |path: &str| path.strip_prefix(&resource.path) == Some("{id}/");
        let has_items = resource.actions.iter().any(|action| {
            let operation = catalog.operation(action.operation);
            action.name == "get" && is_item(&operation.path)
        });
        let mut said = granted::Said::default();
        if has_items {
            let path = format!("{}0/", resource.path);
            let answer = ask::get(&self.backend, auth, &path).await?;
            said.view = match answer.status() {
                StatusCode::FORBIDDEN => Some(false),
                StatusCode::OK => Some(true),
                // NetBox itself says that there is no such object; anybody may say it of a path.
                StatusCode::NOT_FOUND if ask::is_json(&answer) => Some(true),
                _ => None,
            };
        }
        let answer = ask::send(&self.backend, auth, Method::OPTIONS, &resource.path).await?;
        match answer.status() {
            StatusCode::OK => said.read_options(&ask::read(&answer, &resource.path)?),
            StatusCode::FORBIDDEN => said.is_superuser = Some(false),
            _ => return Err(ask::unexpected(&answer, &resource.path)),
        }
        let own = types.of(id);
        let mut permitted = Permitted::default();
        for action in &resource.actions {
            let operation = catalog.operation(action.operation);
            let need = Need::of(own.or(Some("")), resource, operation);
            if let Some(is_allowed) = said.allows(own.unwrap_or_default(), &need) {
                permitted.note(action.operation, is_allowed);
            }
        }
        Ok(permitted)
    }
}

impl<B> fmt::Debug for NetBoxPermissions<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetBoxPermissions").field("people", &self.people).finish_non_exhaustive()
    }
}

/// Where NetBox says who asks.
const WHO: &str = "/api/authentication-check/";
