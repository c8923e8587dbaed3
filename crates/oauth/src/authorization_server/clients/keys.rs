//! Keys of clients that were fetched a short while ago: whoever sends us assertions must not make
//! us fetch each time.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use super::documents::Documents;
use super::fetch::FetchError;
use crate::time::UnixTime;

/// Key sets by their address, and when each was fetched.
#[derive(Default)]
pub(in crate::authorization_server) struct Keys(Mutex<BTreeMap<String, (UnixTime, Bytes)>>);

impl Documents {
    /// The key set at this address: the one that was fetched before, unless it is old, or
    /// `is_enough` says that a newer one is wanted, and it is not quite new.
    pub(in crate::authorization_server) async fn key_set(
        &self,
        address: &str,
        now: UnixTime,
        is_enough: impl Fn(&[u8]) -> bool + Send,
    ) -> Result<Bytes, FetchError> {
        if let Some((fetched, keys)) = self.keys().get(address) {
            let is_new = now < fetched + MIN_AGE;
            if is_new || now < fetched + MAX_AGE && is_enough(&keys) {
                return Ok(keys);
            }
        }
        let (keys, _) = self.fetch(address).await?;
        self.keys().put(address, now, keys.clone());
        Ok(keys)
    }
}

impl Keys {
    fn get(&self, address: &str) -> Option<(UnixTime, Bytes)> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(address).cloned()
    }

    fn put(&self, address: &str, now: UnixTime, keys: Bytes) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.retain(|_, (fetched, _)| now < *fetched + MIN_AGE);
        }
        if kept.len() < MAX_KEPT {
            kept.insert(address.to_owned(), (now, keys));
        }
    }
}

const MIN_AGE: Duration = Duration::from_secs(60);
const MAX_AGE: Duration = Duration::from_secs(600);
const MAX_KEPT: usize = 1000;
