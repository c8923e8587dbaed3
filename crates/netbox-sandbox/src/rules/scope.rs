//! Places, and what lies in them.

use crate::{
    render::View,
    state::{Object, State},
    table::{self, Kind, Resource},
};

/// How many objects of a resource have a generic reference to a place, or to a site or location
/// in it. Regions and site groups count what is directly theirs, as NetBox does.
pub(crate) fn count(view: &View<'_>, resource: &Resource, place: u64, of: &str, by: &str) -> usize {
    let field = table::by_path(of).and_then(|holder| holder.field(by));
    let Some(Kind::Object(type_field, id_field)) = field.map(|field| field.kind) else { return 0 };
    let holders = view.state.all(of);
    holders
        .filter(|holder| {
            let Some(id) = holder.id_of(id_field) else { return false };
            places(view.state, holder.text(type_field), id)
                .iter()
                .any(|(path, id)| *path == resource.path && *id == place)
        })
        .count()
}

/// A place, and those that NetBox remembers around it.
pub(crate) fn places(state: &State, model: &str, id: u64) -> Vec<(&'static str, u64)> {
    let mut found = Vec::new();
    let around_site = |id: u64, found: &mut Vec<(&'static str, u64)>| {
        found.push(("dcim/sites", id));
        let Some(site) = state.get("dcim/sites", id) else { return };
        let add = |site: &Object, field: &str, path, found: &mut Vec<(&'static str, u64)>| {
            if let Some(id) = site.id_of(field) {
                found.push((path, id));
            }
        };
        add(site, "region", "dcim/regions", found);
        add(site, "group", "dcim/site-groups", found);
    };
    match model {
        "dcim.region" => found.push(("dcim/regions", id)),
        "dcim.sitegroup" => found.push(("dcim/site-groups", id)),
        "dcim.site" => around_site(id, &mut found),
        "dcim.location" => {
            found.push(("dcim/locations", id));
            let site = state.get("dcim/locations", id).and_then(|place| place.id_of("site"));
            if let Some(site) = site {
                around_site(site, &mut found);
            }
        }
        _ => {}
    }
    found
}
