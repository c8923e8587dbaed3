//! People whose names and passwords are kept here.

use std::fmt;
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;

use super::{Attempt, Field, Person, ResourceOwner, SignInError, Way};
use crate::authorization_server::Unavailable;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::secret::Secret;
use crate::store::{Store, Subject};

/// The users of a [`Store`], who sign in with a name and a password.
///
/// A password is hashed with argon2id, which takes about 20 MB and a few hundredths of a second of
/// one core, also for names that nobody has, so that the time tells nothing. The authorization
/// server bounds how often that is done; where it is done says [`LocalUsers::with_offload`].
#[derive(Clone)]
pub struct LocalUsers {
    store: Arc<dyn Store>,
    offload: Option<Arc<dyn Offload>>,
    /// A hash that no password has, for names that nobody has.
    nobodys_hash: String,
}

impl LocalUsers {
    /// The users of this store.
    ///
    /// # Errors
    ///
    /// Fails if there is no randomness to be had.
    pub fn new(store: Arc<dyn Store>, entropy: &dyn Entropy) -> Result<Self, Error> {
        let mut nobodys_password = [0; 32];
        entropy.fill(&mut nobodys_password)?;
        let nobodys_hash = hash(&nobodys_password, entropy)?;
        Ok(Self { store, offload: None, nobodys_hash })
    }

    /// The stable name of the user of this name.
    #[must_use]
    pub fn subject(name: &str) -> Subject {
        Subject::new(format!("{PREFIX}{name}"))
    }

    /// Checks passwords there, and not on the thread that serves the request.
    #[must_use]
    pub fn with_offload(mut self, offload: impl Offload + 'static) -> Self {
        self.offload = Some(Arc::new(offload));
        self
    }

    /// Whether this is the password that was hashed.
    async fn is_right(&self, password: &str, hash: &str) -> Result<bool, Unavailable> {
        let (password, hash) = (Secret::new(password), hash.to_owned());
        let check = move || {
            Argon2::default().verify_password(password.expose().as_bytes(), hash.as_str()).is_ok()
        };
        match &self.offload {
            Some(offload) => offload.run(Box::new(check)).await,
            None => Ok(check()),
        }
    }
}

/// Where work is done that takes long enough to hold up other requests.
#[async_trait]
pub trait Offload: Send + Sync {
    /// Does the work elsewhere, and gives its answer.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be done.
    async fn run(&self, work: Box<dyn FnOnce() -> bool + Send>) -> Result<bool, Unavailable>;
}

/// Hashes a password, for [`LocalUser`](crate::store::LocalUser).
///
/// # Errors
///
/// Fails if the password is shorter than 8 characters or longer than 1,024 bytes, or if there is no
/// randomness to be had.
pub fn hash_password(password: &str, entropy: &dyn Entropy) -> Result<String, Error> {
    if password.chars().count() < 8 || password.len() > MAX_BYTES {
        return Err(Error::server(
            "the password must have at least 8 characters and at most 1,024",
        ));
    }
    hash(password.as_bytes(), entropy)
}

fn hash(password: &[u8], entropy: &dyn Entropy) -> Result<String, Error> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt)?;
    let hash = Argon2::default().hash_password_with_salt(password, &salt);
    hash.map(|hash| hash.to_string()).map_err(|_| Error::server("the password cannot be hashed"))
}

#[async_trait]
impl ResourceOwner for LocalUsers {
    fn ways(&self) -> Vec<Way> {
        let fields = [Field::text("name", "User name"), Field::secret("password", "Password")];
        vec![Way::new("local", "Sign in", fields)]
    }

    async fn sign_in(&self, attempt: &Attempt) -> Result<Person, SignInError> {
        let (name, password) = (attempt.answer("name"), attempt.answer("password"));
        let wrong =
            || SignInError::Wrong("There is no user with this name and password.".to_owned());
        if password.len() > MAX_BYTES {
            return Err(wrong());
        }
        let user = self
            .store
            .user(name)
            .await
            .map_err(|error| SignInError::Unavailable(Unavailable::new(&error.to_string())))?;
        let kept = user.as_ref().map_or(&self.nobodys_hash, |user| &user.password_hash);
        let is_right = self.is_right(password, kept).await.map_err(SignInError::Unavailable)?;
        match user {
            Some(user) if is_right => {
                Ok(Person::new(Self::subject(&user.name).as_str(), user.name))
            }
            _ => Err(wrong()),
        }
    }

    async fn ceiling(&self, subject: &Subject) -> Result<Option<ScopeSet>, Unavailable> {
        let Some(name) = subject.as_str().strip_prefix(PREFIX) else { return Ok(None) };
        let user = self.store.user(name).await;
        let user = user.map_err(|error| Unavailable::new(&error.to_string()))?;
        Ok(user.map(|user| user.max_scopes))
    }
}

impl fmt::Debug for LocalUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalUsers").finish_non_exhaustive()
    }
}

/// What tells these people from those of another [`ResourceOwner`].
const PREFIX: &str = "user:";

const MAX_BYTES: usize = 1024;
