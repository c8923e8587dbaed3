//! Watching a running NetBox for what changes its schema: another version, other plugins.
//!
//! A look costs NetBox one request of a few milliseconds. Only when it says that it is another one
//! is its schema read, which costs it half a minute.

use std::fmt::Display;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Request, Response};
use tower::Service;

use crate::live::Loaded;
use crate::{Error, Instance, LiveSchema};

/// A watch over one NetBox, from the catalog on that is served.
///
/// A schema that cannot be used changes nothing: the watch says so, and tries the same NetBox again
/// after ten minutes, another one at once.
#[derive(Clone, Debug)]
pub struct Watch {
    schema: LiveSchema,
    interval: Duration,
    served: Instance,
    unusable: Option<(Instance, SystemTime)>,
    unanswered: Option<&'static str>,
}

impl Watch {
    /// Watches the NetBox whose catalog is served as that of `served`.
    #[must_use]
    pub const fn new(schema: LiveSchema, served: Instance, interval: Duration) -> Self {
        Self { schema, interval, served, unusable: None, unanswered: None }
    }

    /// Compiles in another way from now on.
    pub fn set_schema(&mut self, schema: LiveSchema) {
        self.schema = schema;
    }

    /// How long to wait before the next look: the interval, or less while NetBox does not answer, so
    /// that its return is noticed; and up to a tenth more, so that replicas do not all ask at once.
    #[must_use]
    pub fn pause(&self, now: SystemTime) -> Duration {
        let nanos = now.duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos();
        let pause = match self.unanswered {
            Some(_) => self.interval.min(WHILE_UNANSWERED),
            None => self.interval,
        };
        pause + pause / 10_000 * (nanos / 1_000 % 1_000)
    }

    /// Asks NetBox what it is. If it is another one, or `anew` is set, answers its catalog: the one
    /// kept on disk, or with `anew` in any case one compiled of what NetBox writes now.
    ///
    /// # Errors
    ///
    /// Fails if NetBox does not answer, or its schema cannot be used. What was served before is
    /// still what is to be served.
    pub async fn look<S>(
        &mut self,
        backend: S,
        now: SystemTime,
        anew: bool,
    ) -> Result<Option<Loaded>, Error>
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone,
        S::Error: Display,
    {
        let instance = match Instance::probe(backend.clone()).await {
            Ok(instance) => instance,
            Err(error) => {
                self.unanswered = Some(match error {
                    Error::Refused { .. } => "NetBox refuses the token that this server asks with",
                    _ => "NetBox does not answer",
                });
                return Err(error);
            }
        };
        self.unanswered = None;
        if !anew && instance == self.served {
            self.unusable = None;
            return Ok(None);
        }
        let is_known_to_fail = self.unusable.as_ref().is_some_and(|(unusable, since)| {
            *unusable == instance && now.duration_since(*since).is_ok_and(|past| past < TRY_AGAIN)
        });
        if !anew && is_known_to_fail {
            return Ok(None);
        }
        let kept = if anew { None } else { self.kept(&instance).await };
        let loaded = match kept {
            Some(loaded) => Ok(loaded),
            None => self.schema.take(backend, instance.clone(), now).await,
        };
        match loaded {
            Ok(loaded) => {
                self.served = instance;
                self.unusable = None;
                Ok(Some(loaded))
            }
            Err(error) => {
                // What is served is still right for a NetBox that is the same.
                self.unusable = (instance != self.served).then_some((instance, now));
                Err(error)
            }
        }
    }

    /// What is not as it should be, in words that anyone may read.
    #[must_use]
    pub fn degraded(&self) -> Option<Arc<str>> {
        let unusable = "NetBox is another than the tools were made for, and its schema could not be \
                        used; they are the ones from before";
        self.unanswered.or(self.unusable.as_ref().map(|_| unusable)).map(Into::into)
    }

    async fn kept(&self, instance: &Instance) -> Option<Loaded> {
        let (schema, instance) = (self.schema.clone(), instance.clone());
        tokio::task::spawn_blocking(move || schema.kept(&instance)).await.ok().flatten()
    }
}

/// How long to wait while NetBox does not answer.
const WHILE_UNANSWERED: Duration = Duration::from_secs(10);

/// How long a schema that could not be used is not asked for again.
const TRY_AGAIN: Duration = Duration::from_secs(600);
