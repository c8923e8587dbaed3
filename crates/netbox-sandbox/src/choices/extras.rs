//! The choices of `extras`.

use crate::table::Choices;

pub(crate) const CUSTOM_FIELD_TYPE: Choices = &[
    ("text", "Text"),
    ("longtext", "Text (long)"),
    ("integer", "Integer"),
    ("decimal", "Decimal"),
    ("boolean", "Boolean"),
    ("date", "Date"),
    ("datetime", "Date & time"),
    ("url", "URL"),
    ("json", "JSON"),
    ("select", "Selection"),
    ("multiselect", "Multiple selection"),
    ("object", "Object"),
    ("multiobject", "Multiple objects"),
];

pub(crate) const CUSTOM_FIELD_FILTER_LOGIC: Choices =
    &[("disabled", "Disabled"), ("loose", "Loose"), ("exact", "Exact")];

pub(crate) const CUSTOM_FIELD_UI_VISIBLE: Choices =
    &[("always", "Always"), ("if-set", "If set"), ("hidden", "Hidden")];

pub(crate) const CUSTOM_FIELD_UI_EDITABLE: Choices =
    &[("yes", "Yes"), ("no", "No"), ("hidden", "Hidden")];

pub(crate) const CUSTOM_FIELD_STATUS: Choices =
    &[("active", "Active"), ("provisioning", "Provisioning"), ("deleting", "Deleting")];

pub(crate) const CUSTOM_FIELD_CHOICE_SET_BASE_CHOICES: Choices = &[
    ("IATA", "IATA (Airport codes)"),
    ("ISO_3166", "ISO 3166 (Country codes)"),
    ("UN_LOCODE", "UN/LOCODE (Location codes)"),
];

pub(crate) const CUSTOM_LINK_BUTTON_CLASS: Choices = &[
    ("default", "Default"),
    ("blue", "Blue"),
    ("indigo", "Indigo"),
    ("purple", "Purple"),
    ("pink", "Pink"),
    ("red", "Red"),
    ("orange", "Orange"),
    ("yellow", "Yellow"),
    ("green", "Green"),
    ("teal", "Teal"),
    ("cyan", "Cyan"),
    ("gray", "Gray"),
    ("black", "Black"),
    ("white", "White"),
    ("ghost-dark", "Link"),
];

pub(crate) const EVENT_RULE_ACTION_TYPE: Choices =
    &[("webhook", "Webhook"), ("script", "Script"), ("notification", "Notification")];

pub(crate) const WEBHOOK_HTTP_METHOD: Choices =
    &[("GET", "GET"), ("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];

pub(crate) const NOTIFICATION_EVENT_TYPE: Choices = &[
    ("object_created", "Object created"),
    ("object_updated", "Object updated"),
    ("object_deleted", "Object deleted"),
    ("job_started", "Job started"),
    ("job_completed", "Job completed"),
    ("job_failed", "Job failed"),
    ("job_errored", "Job errored"),
];

pub(crate) const JOURNAL_ENTRY_KIND: Choices =
    &[("info", "Info"), ("success", "Success"), ("warning", "Warning"), ("danger", "Danger")];
