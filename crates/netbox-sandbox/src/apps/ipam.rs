//! The resources of `ipam`.

use crate::table::Resource;

mod addresses;
mod numbers;
mod vlans;

pub(super) const PARTS: &[&[Resource]] =
    &[addresses::RESOURCES, vlans::RESOURCES, numbers::RESOURCES];
