//! The choices of `core`.

use crate::table::Choices;

pub(crate) const DATA_SOURCE_TYPE: Choices =
    &[("None", "---------"), ("local", "Local"), ("git", "Git"), ("amazon-s3", "Amazon S3")];

pub(crate) const DATA_SOURCE_STATUS: Choices = &[
    ("new", "New"),
    ("queued", "Queued"),
    ("syncing", "Syncing"),
    ("completed", "Completed"),
    ("failed", "Failed"),
];

pub(crate) const DATA_SOURCE_SYNC_INTERVAL: Choices = &[
    ("1", "Minutely"),
    ("60", "Hourly"),
    ("720", "12 hours"),
    ("1440", "Daily"),
    ("10080", "Weekly"),
    ("43200", "30 days"),
];

pub(crate) const JOB_STATUS: Choices = &[
    ("pending", "Pending"),
    ("scheduled", "Scheduled"),
    ("running", "Running"),
    ("completed", "Completed"),
    ("errored", "Errored"),
    ("failed", "Failed"),
];

pub(crate) const JOB_NOTIFICATIONS: Choices =
    &[("always", "Always"), ("on_failure", "On failure"), ("never", "Never")];

pub(crate) const OBJECT_CHANGE_ACTION: Choices =
    &[("create", "Created"), ("update", "Updated"), ("delete", "Deleted")];
