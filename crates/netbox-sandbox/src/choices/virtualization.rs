//! The choices of `virtualization`.

use crate::table::Choices;

pub(crate) const CLUSTER_STATUS: Choices = &[
    ("planned", "Planned"),
    ("staging", "Staging"),
    ("active", "Active"),
    ("decommissioning", "Decommissioning"),
    ("offline", "Offline"),
];

pub(crate) const VIRTUAL_MACHINE_STATUS: Choices = &[
    ("offline", "Offline"),
    ("active", "Active"),
    ("planned", "Planned"),
    ("staged", "Staged"),
    ("failed", "Failed"),
    ("decommissioning", "Decommissioning"),
    ("paused", "Paused"),
];

pub(crate) const VIRTUAL_MACHINE_START_ON_BOOT: Choices =
    &[("on", "On"), ("off", "Off"), ("laststate", "Last State")];
