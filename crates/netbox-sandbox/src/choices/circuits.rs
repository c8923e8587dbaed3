//! The choices of `circuits`.

use crate::table::Choices;

pub(crate) const CIRCUIT_STATUS: Choices = &[
    ("planned", "Planned"),
    ("provisioning", "Provisioning"),
    ("active", "Active"),
    ("offline", "Offline"),
    ("deprovisioning", "Deprovisioning"),
    ("decommissioned", "Decommissioned"),
];

pub(crate) const CIRCUIT_DISTANCE_UNIT: Choices =
    &[("km", "Kilometers"), ("m", "Meters"), ("mi", "Miles"), ("ft", "Feet")];

pub(crate) const CIRCUIT_TERMINATION_TERM_SIDE: Choices = &[("A", "A"), ("Z", "Z")];

pub(crate) const CIRCUIT_TERMINATION_CABLE_END: Choices = &[("A", "A"), ("B", "B")];

pub(crate) const CIRCUIT_GROUP_ASSIGNMENT_PRIORITY: Choices = &[
    ("primary", "Primary"),
    ("secondary", "Secondary"),
    ("tertiary", "Tertiary"),
    ("inactive", "Inactive"),
];

pub(crate) const VIRTUAL_CIRCUIT_TERMINATION_ROLE: Choices =
    &[("peer", "Peer"), ("hub", "Hub"), ("spoke", "Spoke")];
