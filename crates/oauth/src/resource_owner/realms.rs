//! People of several kinds, each with resources of its own.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;

use super::{Attempt, BroughtBack, Person, ResourceOwner, SignInError, Visit, Way};
use crate::authorization_server::Unavailable;
use crate::error::Error;
use crate::store::{SealedCredential, Subject};

/// People of one kind, and the resources that they alone may grant access to.
#[derive(Clone)]
pub struct Realm {
    name: String,
    title: String,
    owner: Arc<dyn ResourceOwner>,
    resources: BTreeSet<String>,
}

impl Realm {
    /// These people, whose stable names start with `name` and a colon, and who sign in to what
    /// pages call `title`. They may grant access to nothing yet, and do not sign in here.
    pub fn new(
        name: impl Into<String>,
        title: impl Into<String>,
        owner: impl ResourceOwner + 'static,
    ) -> Self {
        let (name, title) = (name.into(), title.into());
        Self { name, title, owner: Arc::new(owner), resources: BTreeSet::new() }
    }

    /// Lets them, and nobody else, grant access to this resource, which is one of the
    /// authorization server's options, to the letter.
    #[must_use]
    pub fn with_resource(mut self, resource: impl Into<String>) -> Self {
        self.resources.insert(resource.into());
        self
    }

    /// The ways in, told from those of others, if access to anything can be granted.
    fn ways(&self) -> Vec<Way> {
        let named = |way: Way| Way {
            id: format!("{}/{}", self.name, way.id),
            realm: Some(self.title.clone()),
            ..way
        };
        match self.resources.is_empty() {
            true => Vec::new(),
            false => self.owner.ways().into_iter().map(named).collect(),
        }
    }

    /// Somebody who signed in, as the pages are to call them.
    fn welcome(&self, mut person: Person) -> Result<Person, SignInError> {
        if !self.has(&person.subject) {
            let what = format!("sign in to {}: its people have names of others", self.title);
            return Err(SignInError::Unavailable(Unavailable::new(&what)));
        }
        person.name = format!("{} at {}", person.name, self.title);
        Ok(person)
    }

    fn has(&self, subject: &Subject) -> bool {
        subject.as_str().split_once(':').is_some_and(|(name, _)| name == self.name)
    }
}

/// People of several kinds, as the accounts of several APIs: each signs in apart, and may grant
/// access to the resources of their [`Realm`] and to no other.
///
/// Whoever signed in to one realm is nobody for the resources of another. There, they are asked to
/// sign in, and what they granted before stays. A client has to say which resource it wants
/// (RFC 8707).
#[derive(Clone, Debug)]
pub struct Realms(Vec<Realm>);

impl Realms {
    /// The people of all of these.
    ///
    /// # Errors
    ///
    /// Fails if two have the same name or the same resource, or if a name is empty or has a colon
    /// or a slash.
    pub fn new(realms: impl IntoIterator<Item = Realm>) -> Result<Self, Error> {
        let realms: Vec<Realm> = realms.into_iter().collect();
        let (mut names, mut resources) = (BTreeSet::new(), BTreeSet::new());
        for Realm { name, resources: of_this, .. } in &realms {
            if name.is_empty() || name.contains([':', '/']) {
                return Err(Error::server(format!(
                    "{name:?} is no name for people: it is a word without a colon and a slash"
                )));
            }
            if !names.insert(name) {
                return Err(Error::server(format!("there are two kinds of people named {name:?}")));
            }
            if let Some(resource) = of_this.iter().find(|resource| !resources.insert(*resource)) {
                return Err(Error::resource(resource, "it belongs to two kinds of people"));
            }
        }
        Ok(Self(realms))
    }

    fn realm_of(&self, subject: &Subject) -> Option<&Realm> {
        self.0.iter().find(|realm| realm.has(subject))
    }

    /// Whose way this is, and what it is called there.
    fn realm_by_way<'a>(&self, way: &'a str) -> Option<(&Realm, &'a str)> {
        let (name, way) = way.split_once('/')?;
        self.0.iter().find(|realm| realm.name == name).map(|realm| (realm, way))
    }
}

#[async_trait]
impl ResourceOwner for Realms {
    fn ways(&self) -> Vec<Way> {
        self.0.iter().flat_map(Realm::ways).collect()
    }

    fn ways_for(&self, resource: &str) -> Vec<Way> {
        let realm = self.0.iter().find(|realm| realm.resources.contains(resource));
        realm.map(Realm::ways).unwrap_or_default()
    }

    fn is_for(&self, subject: &Subject, resource: &str) -> bool {
        self.realm_of(subject).is_some_and(|realm| realm.resources.contains(resource))
    }

    async fn sign_in(&self, attempt: &Attempt) -> Result<Person, SignInError> {
        let Some((realm, way)) = self.realm_by_way(&attempt.way) else {
            return Err(nobody_by(&attempt.way));
        };
        let answers = attempt.answers.clone();
        let attempt = Attempt { way: way.to_owned(), now: attempt.now, answers };
        realm.welcome(realm.owner.sign_in(&attempt).await?)
    }

    async fn send_elsewhere(&self, visit: &Visit) -> Result<String, Unavailable> {
        let Some((realm, way)) = self.realm_by_way(&visit.way) else {
            return Err(Unavailable::new(&format!("send a person to sign in by {:?}", visit.way)));
        };
        realm.owner.send_elsewhere(&visit.by(way)).await
    }

    async fn welcome_back(
        &self,
        visit: &Visit,
        brought: &BroughtBack,
    ) -> Result<Person, SignInError> {
        let Some((realm, way)) = self.realm_by_way(&visit.way) else {
            return Err(nobody_by(&visit.way));
        };
        realm.welcome(realm.owner.welcome_back(&visit.by(way), brought).await?)
    }

    async fn ceiling(&self, subject: &Subject) -> Result<Option<ScopeSet>, Unavailable> {
        match self.realm_of(subject) {
            Some(realm) => realm.owner.ceiling(subject).await,
            None => Ok(None),
        }
    }

    async fn released(
        &self,
        subject: &Subject,
        kept: &SealedCredential,
    ) -> Result<(), Unavailable> {
        match self.realm_of(subject) {
            Some(realm) => realm.owner.released(subject, kept).await,
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Realm")
            .field("name", &self.name)
            .field("title", &self.title)
            .field("resources", &self.resources)
            .finish_non_exhaustive()
    }
}

fn nobody_by(way: &str) -> SignInError {
    SignInError::Wrong(format!("Nobody signs in by {way:?} here."))
}
