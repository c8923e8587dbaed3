//! The table itself: every resource, app by app.

use crate::table::Resource;

mod circuits;
mod core;
mod dcim;
mod extras;
mod ipam;
mod tenancy;
mod users;
mod virtualization;
mod vpn;
mod wireless;

/// All resources, in the order of NetBox's apps.
pub(crate) const ALL: &[&[&[Resource]]] = &[
    &[circuits::RESOURCES],
    &[core::RESOURCES],
    dcim::PARTS,
    extras::PARTS,
    ipam::PARTS,
    &[tenancy::RESOURCES],
    &[users::RESOURCES],
    &[virtualization::RESOURCES],
    &[vpn::RESOURCES],
    &[wireless::RESOURCES],
];
