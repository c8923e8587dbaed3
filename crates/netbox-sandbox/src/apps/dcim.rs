//! The resources of `dcim`.

use crate::table::Resource;

mod bays;
mod cables;
mod components;
mod devices;
mod facilities;
mod interfaces;
mod racks;
mod sites;
mod templates;
mod types;

pub(super) const PARTS: &[&[Resource]] = &[
    sites::RESOURCES,
    racks::RESOURCES,
    types::RESOURCES,
    templates::RESOURCES,
    devices::RESOURCES,
    interfaces::RESOURCES,
    components::RESOURCES,
    bays::RESOURCES,
    cables::RESOURCES,
    facilities::RESOURCES,
];
