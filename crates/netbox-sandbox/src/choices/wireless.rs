//! The choices of `wireless`.

use crate::table::Choices;

pub(crate) const WIRELESS_LAN_STATUS: Choices = &[
    ("active", "Active"),
    ("reserved", "Reserved"),
    ("disabled", "Disabled"),
    ("deprecated", "Deprecated"),
];

pub(crate) const WIRELESS_LAN_AUTH_TYPE: Choices = &[
    ("open", "Open"),
    ("wep", "WEP"),
    ("wpa-personal", "WPA Personal (PSK)"),
    ("wpa-enterprise", "WPA Enterprise"),
];

pub(crate) const WIRELESS_LAN_AUTH_CIPHER: Choices =
    &[("auto", "Auto"), ("tkip", "TKIP"), ("aes", "AES")];
