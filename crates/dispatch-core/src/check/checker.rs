//! The state of one check.

use serde_json::Value;
use serde_json::value::RawValue;

use super::fault::Faults;
use super::place::Place;
use crate::catalog::{Catalog, Types};
use crate::signature::Notation;

/// Checks values and collects what is wrong with them.
#[derive(Debug)]
pub(super) struct Checker<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) types: &'a Types,
    pub(super) notation: Notation<'a>,
    pub(super) faults: Faults,
    /// Whether a text may stand for a value that is not known yet.
    pub(super) has_stand_ins: bool,
    steps_left: u32,
}

impl<'a> Checker<'a> {
    pub(super) fn new(catalog: &'a Catalog, notation: Notation<'a>) -> Self {
        Self {
            catalog,
            types: catalog.types(),
            notation,
            faults: Faults::default(),
            has_stand_ins: false,
            steps_left: MAX_STEPS,
        }
    }

    pub(super) fn fault(&mut self, place: &Place, problem: impl Into<String>) {
        self.faults.add(place, problem);
    }

    /// Whether a value stands for one that is not known yet.
    pub(super) fn is_stand_in(&self, value: &Value) -> bool {
        self.has_stand_ins && super::is_stand_in(value)
    }

    /// Counts one step of work. A value that takes too many, which only nested alternatives can,
    /// is a fault rather than a long wait.
    pub(super) fn step(&mut self) -> bool {
        self.steps_left = self.steps_left.saturating_sub(1);
        self.steps_left > 0
    }

    /// Whether there was too much to check.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.steps_left == 0
    }

    /// Runs part of a check for itself and returns its faults.
    pub(super) fn apart(&mut self, check: impl FnOnce(&mut Self)) -> Faults {
        let before = std::mem::take(&mut self.faults);
        check(self);
        std::mem::replace(&mut self.faults, before)
    }

    /// Parses a value that is about to be checked.
    pub(super) fn parse(&mut self, place: &Place, value: &RawValue) -> Option<Value> {
        match serde_json::from_str(value.get()) {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(place, format!("cannot be read: {error}"));
                None
            }
        }
    }
}

/// How many values are compared with types in one check: many times what the largest body that is
/// sent has.
const MAX_STEPS: u32 = 8_000_000;
