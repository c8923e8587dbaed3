//! The keys of an issuer, which change now and then.

use std::time::Duration;

use bytes::Bytes;
use futures_util::lock::Mutex;

use super::http_client::Unreachable;
use super::issuer::ExternalIssuer;
use crate::time::UnixTime;

/// The key set that was read last.
#[derive(Default)]
pub(super) struct Keys(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    keys: Option<(UnixTime, Bytes)>,
    tried: Option<(UnixTime, Result<(), Unreachable>)>,
}

impl Keys {
    /// What `find` finds with the keys as they are kept, or, where that is nothing, as they are
    /// now.
    ///
    /// They are read again when they are old or when nothing is found with them: the issuer may
    /// have a new key. But not more often than every half a minute, whoever sends what.
    pub(super) async fn find<T: Send>(
        &self,
        issuer: &ExternalIssuer,
        now: UnixTime,
        find: impl Fn(&[u8]) -> Option<T> + Send + Sync,
    ) -> Result<Option<T>, Unreachable> {
        let kept = self.0.lock().await.keys.clone();
        let fresh = kept.filter(|(read, _)| now < *read + FRESH);
        if let Some(found) = fresh.and_then(|(_, keys)| find(&keys)) {
            return Ok(Some(found));
        }
        // Whoever comes while they are read waits for them.
        let mut kept = self.0.lock().await;
        let last = kept.tried.as_ref().filter(|(tried, _)| now < *tried + BETWEEN);
        let outcome = match last {
            Some((_, outcome)) => outcome.clone(),
            None => {
                let outcome = match issuer.key_set(now).await {
                    Ok(keys) => {
                        kept.keys = Some((now, keys));
                        Ok(())
                    }
                    Err(why) => Err(why),
                };
                kept.tried = Some((now, outcome.clone()));
                outcome
            }
        };
        let usable = kept.keys.as_ref().filter(|(read, _)| now < *read + USABLE);
        match (usable.and_then(|(_, keys)| find(keys)), outcome) {
            (Some(found), _) => Ok(Some(found)),
            (None, Ok(())) => Ok(None),
            // It may be signed with a key that could not be read.
            (None, Err(why)) => Err(why),
        }
    }
}

/// How long keys are used without a look for others.
const FRESH: Duration = Duration::from_secs(600);

/// How long keys are used while no others can be read.
const USABLE: Duration = Duration::from_secs(3600);

const BETWEEN: Duration = Duration::from_secs(30);
