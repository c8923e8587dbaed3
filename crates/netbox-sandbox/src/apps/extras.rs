//! The resources of `extras`.

use crate::table::Resource;

mod automation;
mod customization;
mod notes;

pub(super) const PARTS: &[&[Resource]] =
    &[customization::RESOURCES, automation::RESOURCES, notes::RESOURCES];
