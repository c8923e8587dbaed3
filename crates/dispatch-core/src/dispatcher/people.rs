//! What the API lets each caller do, as far as it was asked, and as long as that is kept.
//!
//! Answers are of one catalog: they are kept with it, and dropped with it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt as _};
use mcp_protocol::auth::AuthInfo;

use crate::catalog::{Catalog, OperationId, OperationSet, ResourceId};
use crate::permissions::{NoAnswer, PermissionOptions, Permissions, Permitted, Unanswered};

/// The callers of whom answers are kept.
#[derive(Debug, Default)]
pub(super) struct People {
    known: Mutex<BTreeMap<String, Arc<Person>>>,
}

/// What is known of one caller.
#[derive(Debug, Default)]
pub(super) struct Person {
    /// Held while the API is asked, so that requests side by side ask once.
    asking: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Clone, Debug, Default)]
struct State {
    /// Until when it need not be asked again.
    until: Option<Instant>,
    /// When a refusal last had it asked again.
    asked_early: Option<Instant>,
    /// What the API said of everything, when it was last asked.
    of_everything: Permitted,
    /// What it said of resources, ever.
    of_resources: Permitted,
    /// The resources that were asked about since it was asked of everything.
    asked: BTreeSet<ResourceId>,
    /// The resources that were ever asked about.
    ever_asked: BTreeSet<ResourceId>,
    /// Whether it allowed of a resource what it denied of everything: some of what this caller may do
    /// is in no list, so that what a list lacks is not known to be denied.
    has_gaps: bool,
    /// Whether it never answered.
    is_unknown: bool,
    /// Whether it was logged that it does not answer.
    is_logged: bool,
    /// Both answers together.
    permitted: Permitted,
    withheld: Arc<OperationSet>,
}

/// The API, and how it is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asking<'a> {
    pub(super) permissions: &'a dyn Permissions,
    pub(super) options: PermissionOptions,
    pub(super) clock: fn() -> Instant,
    pub(super) catalog: &'a Catalog,
    pub(super) auth: &'a AuthInfo,
}

impl People {
    /// What is withheld from a caller of whom something is known.
    pub(super) fn withheld(&self, subject: &str) -> Option<Arc<OperationSet>> {
        let person = lock(&self.known).get(subject).cloned()?;
        let state = lock(&person.state);
        (state.until.is_some()).then(|| Arc::clone(&state.withheld))
    }

    /// Asks what a caller may do, unless that is known, and about those of the resources that have
    /// to be asked about by themselves.
    pub(super) async fn learn(
        &self,
        asking: Asking<'_>,
        of_resources: impl Fn(&Permitted) -> Vec<ResourceId>,
    ) {
        let person = self.person(asking);
        let is_done = |person: &Person| {
            let state = lock(&person.state);
            let is_asked = |id: &ResourceId| state.asked.contains(id);
            state.is_fresh(asking) && of_resources(&state.permitted).iter().all(is_asked)
        };
        if is_done(&person) {
            return;
        }
        let _asking = person.asking.lock().await;
        let mut state = lock(&person.state).clone();
        if !state.is_fresh(asking) {
            state.take(asking, asking.permissions.of_caller(asking.catalog, asking.auth).await);
        }
        let mut resources = of_resources(&state.permitted);
        resources.retain(|id| !state.asked.contains(id));
        let ask = |id: ResourceId| async move {
            (id, asking.permissions.of_resource(asking.catalog, asking.auth, id).await)
        };
        let mut answers = stream::iter(resources).map(ask).buffered(N_PARALLEL);
        while let Some((id, answer)) = answers.next().await {
            state.take_of_resource(asking, id, answer);
        }
        if !state.has_gaps && state.is_contradicted(asking) {
            // What was granted since is no gap.
            let asked = std::mem::take(&mut state.asked);
            state.take(asking, asking.permissions.of_caller(asking.catalog, asking.auth).await);
            state.asked = asked;
            state.has_gaps = state.is_contradicted(asking);
        }
        state.settle(asking);
        *lock(&person.state) = state;
    }

    /// Lets a caller be asked about again, since the API refused what it was thought to allow: at
    /// once, but not with each of many refusals.
    pub(super) fn ask_again(&self, subject: &str, now: Instant) {
        if let Some(person) = lock(&self.known).get(subject) {
            let mut state = lock(&person.state);
            let at = state.asked_early.map_or(now, |last| now.max(last + BETWEEN_REFUSALS));
            if state.until.is_some_and(|until| at < until) {
                (state.until, state.asked_early) = (Some(at), Some(at));
            }
        }
    }

    fn person(&self, asking: Asking<'_>) -> Arc<Person> {
        let mut known = lock(&self.known);
        if let Some(person) = known.get(&asking.auth.subject) {
            return Arc::clone(person);
        }
        if known.len() >= asking.options.n_callers.max(1) {
            known.retain(|_, person| lock(&person.state).is_fresh(asking));
        }
        if known.len() >= asking.options.n_callers.max(1) {
            known.pop_first();
        }
        Arc::clone(known.entry(asking.auth.subject.clone()).or_default())
    }
}

impl State {
    fn is_fresh(&self, asking: Asking<'_>) -> bool {
        self.until.is_some_and(|until| (asking.clock)() < until)
    }

    /// Takes what the API said of everything; what it said before stays where it said nothing.
    fn take(&mut self, asking: Asking<'_>, answer: Result<Permitted, NoAnswer>) {
        let is_first = self.until.is_none();
        let mut ttl = asking.options.ttl;
        match answer {
            Ok(permitted) => {
                self.of_everything = permitted;
                (self.is_unknown, self.is_logged) = (false, false);
            }
            Err(why) => {
                self.is_unknown |= is_first;
                ttl = ttl.min(PAUSE);
                self.log(asking, &why);
            }
        }
        self.asked.clear();
        self.until = Some((asking.clock)() + ttl);
        self.settle(asking);
    }

    /// Takes what the API said of one resource.
    fn take_of_resource(
        &mut self,
        asking: Asking<'_>,
        id: ResourceId,
        answer: Result<Permitted, NoAnswer>,
    ) {
        match answer {
            Ok(permitted) => self.of_resources.overlay(&permitted, operations(asking.catalog, id)),
            Err(why) => self.log(asking, &why),
        }
        self.asked.insert(id);
        self.ever_asked.insert(id);
    }

    /// Whether what was said of a resource allows what was said of everything does not.
    fn is_contradicted(&self, asking: Asking<'_>) -> bool {
        let mut asked = self.asked.iter().flat_map(|id| operations(asking.catalog, *id));
        asked.any(|id| {
            self.of_resources.is_allowed(id) == Some(true)
                && self.of_everything.is_allowed(id) == Some(false)
        })
    }

    /// Puts both answers together. What was said of a resource goes before what was said of
    /// everything, unless that is newer.
    fn settle(&mut self, asking: Asking<'_>) {
        let catalog = asking.catalog;
        self.permitted = self.of_resources.clone();
        let is_told = |id: &_| !self.has_gaps || self.of_everything.is_allowed(*id) == Some(true);
        self.permitted.overlay(&self.of_everything, catalog.operation_ids().filter(is_told));
        for id in &self.asked {
            self.permitted.overlay(&self.of_resources, operations(catalog, *id));
        }
        let mut withheld = self.permitted.denied().clone();
        if asking.options.unanswered == Unanswered::Hide {
            let is_unanswered = |id: &_| self.permitted.is_allowed(*id).is_none();
            let asked = self.ever_asked.iter().flat_map(|id| operations(catalog, *id));
            asked.filter(is_unanswered).for_each(|id| withheld.insert(id));
            if self.is_unknown {
                catalog.operation_ids().filter(is_unanswered).for_each(|id| withheld.insert(id));
            }
        }
        if *self.withheld != withheld {
            self.withheld = Arc::new(withheld);
        }
    }

    /// Logs that the API does not answer, once until it does.
    fn log(&mut self, asking: Asking<'_>, why: &NoAnswer) {
        if !std::mem::replace(&mut self.is_logged, true) {
            tracing::warn!(subject = asking.auth.subject, "failed to {why}");
        }
    }
}

fn operations(catalog: &Catalog, id: ResourceId) -> impl Iterator<Item = OperationId> {
    catalog.resource(id).actions.iter().map(|action| action.operation)
}

/// What is held behind these locks is whole at every point where a panic could leave it.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long after a refusal had an API asked again the next one may.
const BETWEEN_REFUSALS: Duration = Duration::from_secs(20);

/// How many resources are asked about side by side.
const N_PARALLEL: usize = 4;

/// How long an API is left alone that did not answer.
const PAUSE: Duration = Duration::from_secs(5);
