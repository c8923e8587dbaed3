//! People who prove an account of the API itself, and for whom calls then run as that account.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;

use super::{Attempt, Person, ResourceOwner, ScopeOfGroups, SignInError, Way};
use crate::authorization_server::Unavailable;
use crate::entropy::{Entropy, OsEntropy};
use crate::error::Error;
use crate::scope::{ScopeLadder, intersection};
use crate::sealing::Sealer;
use crate::secret::Secret;
use crate::store::{SealedCredential, Store, Subject};
use crate::time::{Clock, SystemClock};

mod kept;
mod known;

use kept::Kept;
use known::{Known, Recall};

/// Tells the accounts of an API apart, by what people prove them with.
#[async_trait]
pub trait AccountApi: Send + Sync {
    /// How a person may prove an account.
    fn ways(&self) -> Vec<Way>;

    /// Says whose account was proved, and with what calls can be made as that account from now on.
    ///
    /// # Errors
    ///
    /// Fails if the answers prove nothing, or if it cannot be told now.
    async fn prove(&self, attempt: &Attempt) -> Result<Proof, SignInError>;

    /// Says whose this credential is now; `None` if the API takes it no more.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be told now.
    async fn account(&self, credential: &Secret) -> Result<Option<Account>, Unavailable>;

    /// Takes back a credential that [`AccountApi::prove`] had the API make.
    ///
    /// # Errors
    ///
    /// Fails if it was not taken back.
    async fn withdraw(&self, credential: &Secret, made: &str) -> Result<(), Unavailable>;
}

/// An account of the API, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// What never changes of it.
    pub id: String,
    /// What its person is called.
    pub name: String,
    /// The groups it is in.
    pub groups: BTreeSet<String>,
    /// Whether the credential only reads, whatever the account may do.
    pub only_reads: bool,
}

impl Account {
    /// An account in no group.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), groups: BTreeSet::new(), only_reads: false }
    }

    /// Sets the groups.
    #[must_use]
    pub fn with_groups<S: Into<String>>(mut self, groups: impl IntoIterator<Item = S>) -> Self {
        self.groups = groups.into_iter().map(Into::into).collect();
        self
    }

    /// Sets whether the credential only reads.
    #[must_use]
    pub const fn with_only_reads(mut self, only_reads: bool) -> Self {
        self.only_reads = only_reads;
        self
    }
}

/// An account that was proved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Proof {
    /// The account.
    pub account: Account,
    /// What calls are made with.
    pub credential: Secret,
    /// What the API calls the credential, if it was made for this proof alone; it is taken back when
    /// it is not needed any more.
    pub made: Option<String>,
}

impl Proof {
    /// An account that was proved with a credential of its person's.
    #[must_use]
    pub const fn new(account: Account, credential: Secret) -> Self {
        Self { account, credential, made: None }
    }

    /// Says that the credential was made for this, and what the API calls it.
    #[must_use]
    pub fn with_made(mut self, made: impl Into<String>) -> Self {
        self.made = Some(made.into());
        self
    }
}

/// What an operator decides of the accounts of an API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApiAccountsOptions {
    /// What the API is called in the names of its people: a word without a colon.
    pub api: String,
    /// What the accounts of each group may grant.
    pub scope_of_groups: ScopeOfGroups,
    /// The scopes, and which includes which.
    pub ladder: ScopeLadder,
    /// The most that can be granted with a credential that only reads.
    pub scopes_that_read: ScopeSet,
    /// How long it is remembered what the API says of an account.
    pub remembered_for: Duration,
}

impl ApiAccountsOptions {
    /// The accounts of an API, which may grant this by their groups.
    pub fn new(api: impl Into<String>, scope_of_groups: ScopeOfGroups) -> Self {
        Self {
            api: api.into(),
            scope_of_groups,
            ladder: ScopeLadder::default(),
            scopes_that_read: ScopeSet::from(["read"]),
            remembered_for: Duration::from_secs(30),
        }
    }

    /// Sets the scopes, and the most that can be granted with a credential that only reads.
    #[must_use]
    pub fn with_ladder(mut self, ladder: ScopeLadder, reads: impl Into<ScopeSet>) -> Self {
        self.ladder = ladder;
        self.scopes_that_read = reads.into();
        self
    }

    /// Sets how long it is remembered what the API says of an account.
    #[must_use]
    pub const fn with_remembered_for(mut self, duration: Duration) -> Self {
        self.remembered_for = duration;
        self
    }
}

/// The accounts of an API as the people who sign in, and the credentials that calls are made with.
///
/// What a person proved an account with is kept sealed in the [`Store`] of the authorization server.
/// The API is asked whose it is
/// when someone signs in, and again whenever it is used and the last answer is older than
/// [`ApiAccountsOptions::remembered_for`]: an account that was taken out of a group, or whose
/// credential was revoked at the API, has less, or nothing, from then on. Where the API does not
/// answer, its last answer holds for a quarter of an hour.
///
/// Clones share what they remember.
#[derive(Clone)]
pub struct ApiAccounts {
    shared: Arc<Shared>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

struct Shared {
    options: ApiAccountsOptions,
    api: Box<dyn AccountApi>,
    store: Arc<dyn Store>,
    sealer: Sealer,
    recall: Recall,
}

impl ApiAccounts {
    /// The accounts of this API. The store is the authorization server's, which keeps their
    /// credentials there, sealed.
    ///
    /// # Errors
    ///
    /// Fails if the options name scopes that are not on the ladder.
    pub fn new(
        options: ApiAccountsOptions,
        api: impl AccountApi + 'static,
        store: Arc<dyn Store>,
        sealer: Sealer,
    ) -> Result<Self, Error> {
        options.scope_of_groups.check(&options.ladder)?;
        if options.api.is_empty() || options.api.contains(':') {
            return Err(Error::server("the name of the API must be a word without a colon"));
        }
        let recall = Recall::default();
        let shared = Shared { options, api: Box::new(api), store, sealer, recall };
        Ok(Self {
            shared: Arc::new(shared),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(OsEntropy),
        })
    }

    /// Tells the time by this clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Takes its randomness from here.
    #[must_use]
    pub fn with_entropy(mut self, entropy: impl Entropy + 'static) -> Self {
        self.entropy = Arc::new(entropy);
        self
    }

    /// Whether somebody is one of these people, or was.
    #[must_use]
    pub fn is_one(&self, subject: &Subject) -> bool {
        let rest = subject.as_str().strip_prefix(&self.shared.options.api);
        rest.is_some_and(|rest| rest.starts_with(':'))
    }

    /// What calls of this person are made with; `None` if there is nothing, or the API takes it no
    /// more, so that the person has to sign in again.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be told now.
    pub async fn credential(&self, subject: &Subject) -> Result<Option<Secret>, Unavailable> {
        Ok(self.known(subject).await?.map(|known| known.kept.credential.clone()))
    }

    /// The same, when the API refused what was returned before: it is asked again whose that is.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be told now.
    pub async fn credential_again(&self, subject: &Subject) -> Result<Option<Secret>, Unavailable> {
        self.shared.recall.forget(subject);
        self.credential(subject).await
    }

    /// What is known of a person, as the API says it, or said it a short time ago.
    async fn known(&self, subject: &Subject) -> Result<Option<Arc<Known>>, Unavailable> {
        if !self.is_one(subject) {
            return Ok(None);
        }
        let Shared { options, api, recall, .. } = &*self.shared;
        let now = self.clock.now();
        if let Some(known) = recall.of(subject, now, options.remembered_for) {
            return Ok(Some(known));
        }
        let Some(kept) = self.kept(subject).await? else {
            recall.forget(subject);
            return Ok(None);
        };
        match api.account(&kept.credential).await {
            Ok(Some(account)) if self.subject(&account) == *subject => {
                Ok(Some(recall.keep(subject, Known { kept, account, asked: now }, WITHOUT_ANSWER)))
            }
            Ok(_) => {
                recall.forget(subject);
                Ok(None)
            }
            Err(unavailable) => match recall.of(subject, now, WITHOUT_ANSWER) {
                Some(known) => Ok(Some(known)),
                None => Err(unavailable),
            },
        }
    }

    /// What is kept of a person.
    async fn kept(&self, subject: &Subject) -> Result<Option<Kept>, Unavailable> {
        let sealed = self.shared.store.credential(subject).await;
        let sealed = sealed.map_err(|error| unavailable(&error))?;
        Ok(sealed.and_then(|sealed| self.open(subject, &sealed)))
    }

    /// What is sealed. What does not open, because the key was replaced, is as good as nothing: the
    /// person signs in again.
    fn open(&self, subject: &Subject, sealed: &SealedCredential) -> Option<Kept> {
        let opened = self.shared.sealer.open(subject, sealed).ok()?;
        Kept::read(&opened)
    }

    fn subject(&self, account: &Account) -> Subject {
        Subject::new(format!("{}:{}", self.shared.options.api, account.id))
    }

    /// The most that an account may grant.
    fn most(&self, account: &Account) -> ScopeSet {
        let options = &self.shared.options;
        let most = options.ladder.expand(&options.scope_of_groups.scopes(&account.groups));
        if !account.only_reads {
            return most;
        }
        intersection(&most, &options.ladder.expand(&options.scopes_that_read))
    }
}

#[async_trait]
impl ResourceOwner for ApiAccounts {
    fn ways(&self) -> Vec<Way> {
        self.shared.api.ways()
    }

    async fn sign_in(&self, attempt: &Attempt) -> Result<Person, SignInError> {
        let Shared { api, sealer, recall, .. } = &*self.shared;
        let proof = api.prove(attempt).await?;
        let subject = self.subject(&proof.account);
        let kept = Kept::of(&proof);
        let sealed = sealer.seal(&subject, &kept.write(), self.entropy.as_ref());
        let sealed = sealed.map_err(|error| SignInError::Unavailable(unavailable(&error)))?;
        let person = Person::new(subject.as_str(), proof.account.name.clone()).with_keep(sealed);
        let known = Known { kept, account: proof.account, asked: self.clock.now() };
        recall.keep(&subject, known, WITHOUT_ANSWER);
        Ok(person)
    }

    async fn ceiling(&self, subject: &Subject) -> Result<Option<ScopeSet>, Unavailable> {
        Ok(self.known(subject).await?.map(|known| self.most(&known.account)))
    }

    async fn released(
        &self,
        subject: &Subject,
        kept: &SealedCredential,
    ) -> Result<(), Unavailable> {
        if !self.is_one(subject) {
            return Ok(());
        }
        // Calls that are under way with it are sent again with the one that replaced it.
        if let Some(Kept { credential, made: Some(made) }) = self.open(subject, kept) {
            self.shared.api.withdraw(&credential, &made).await?;
        }
        self.shared.recall.forget(subject);
        Ok(())
    }
}

impl fmt::Debug for ApiAccounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiAccounts").field("api", &self.shared.options.api).finish_non_exhaustive()
    }
}

fn unavailable(error: &dyn fmt::Display) -> Unavailable {
    Unavailable::new(&error.to_string())
}

/// How long the last answer of an API holds that does not answer.
const WITHOUT_ANSWER: Duration = Duration::from_secs(900);
