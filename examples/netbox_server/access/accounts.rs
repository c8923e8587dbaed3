//! The users of NetBox as the people who sign in: of one NetBox, or of several, each for itself.

use std::sync::Arc;

use anyhow::Result;
use oauth::configuration::{Configuration, People};
use oauth::resource_owner::{ApiAccounts, Realm, Realms, ResourceOwner};
use oauth::store::Store;

use super::failed;
use crate::config::Config;
use crate::endpoint::{Endpoint, name_of};
use crate::netbox::{NetBox, title_of};
use crate::options::Options;
use crate::upstream;

/// The people, where they are users of NetBox. With several NetBoxes, each signs in to one, and
/// grants access to its endpoint.
pub(super) fn people(
    endpoints: &[Endpoint],
    others: &[(String, ApiAccounts)],
) -> Result<Option<Arc<dyn ResourceOwner>>> {
    let mut realms = Vec::new();
    for endpoint in endpoints {
        let [NetBox { name, upstream, .. }] = endpoint.netboxes.as_slice() else { continue };
        let Some(accounts) = upstream.accounts.clone() else { continue };
        if name.is_none() {
            return Ok(Some(Arc::new(accounts)));
        }
        let realm = Realm::new(endpoint.name(), endpoint.title(), accounts);
        realms.push(realm.with_resource(endpoint.settings.url()));
    }
    if realms.is_empty() {
        return Ok(None);
    }
    for (name, accounts) in others {
        realms.push(Realm::new(name_of(Some(name)), title_of(Some(name)), accounts.clone()));
    }
    Ok(Some(Arc::new(Realms::new(realms).map_err(failed)?)))
}

/// The users of NetBoxes that `--only` leaves out. They share the store, and their tokens are let
/// go of in NetBox all the same.
pub(super) fn not_served(
    options: &Options,
    config: &Config,
    access: &Configuration,
    store: &Arc<dyn Store>,
) -> Result<Vec<(String, ApiAccounts)>> {
    let Some(only) = options.only.as_ref().filter(|_| access.people == Some(People::Accounts))
    else {
        return Ok(Vec::new());
    };
    let others = config.netboxes.iter().filter(|(name, _)| *name != only);
    let accounts = others.map(|(name, netbox)| {
        let (url, upstream) = (netbox.url.as_deref(), netbox.upstream.clone());
        let (url, upstream) = (url.unwrap_or_default(), upstream.unwrap_or_default());
        let accounts = upstream::accounts(url, Some(name), &upstream, access, store)?;
        Ok((name.clone(), accounts))
    });
    accounts.collect()
}
