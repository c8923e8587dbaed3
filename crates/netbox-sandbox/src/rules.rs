//! Behaviour that no constant of the table expresses, one topic a file.

pub(crate) mod action;
pub(crate) mod addresses;
pub(crate) mod available;
pub(crate) mod cabling;
pub(crate) mod circuits;
pub(crate) mod contexts;
pub(crate) mod definitions;
pub(crate) mod devices;
pub(crate) mod display;
pub(crate) mod elevation;
pub(crate) mod interfaces;
pub(crate) mod ip_ranges;
pub(crate) mod machines;
pub(crate) mod modules;
pub(crate) mod prefixes;
pub(crate) mod scope;
pub(crate) mod services;
pub(crate) mod tags;
pub(crate) mod templates;
pub(crate) mod vlans;
