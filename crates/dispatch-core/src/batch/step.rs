//! A step: a call with `as` and `each`.

use std::cell::Cell;

use serde_json::Value;
use serde_json::value::RawValue;

use super::each::{Each, Element};
use super::reference::{self, BadReference, Reference, Source, Written};
use crate::call::{Call, CallError, Members};
use crate::resolve::quoted;

/// A step of a batch.
#[derive(Clone, Debug)]
pub struct Step {
    /// The call, in which texts may be references.
    pub call: Call,
    /// What later steps call it.
    pub name: Option<String>,
    /// What it is done for.
    pub each: Option<Each>,
    merges: bool,
}

/// Why a step is none, in words for an agent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// It cannot be read.
    #[error(transparent)]
    Arguments(#[from] CallError),
    /// A reference in it is none, or has no value.
    #[error(transparent)]
    Reference(#[from] BadReference),
    /// `each` is no list that it takes.
    #[error("each {0}")]
    Each(&'static str),
    /// A row of `each` does not fit its header.
    #[error("each: row {number} has {n_values} values, the header {n_names} names")]
    Row {
        /// The row, counted from 1 below the header.
        number: usize,
        /// How many values it has.
        n_values: usize,
        /// How many names the header has.
        n_names: usize,
    },
    /// `as` is no name.
    #[error("as {0} is no name: letters, digits, _ and -, a letter first, and not each")]
    Name(String),
    /// The elements of `each` are used nowhere.
    #[error("each gives no objects to lay over params, and nothing in params is \"$each\"")]
    NoEachIn,
    /// It is a batch.
    #[error("a batch holds no batch: a step is {{resource, action, params}}")]
    Nested,
}

impl Step {
    /// Reads a step: an object, or one as JSON in a string.
    pub(super) fn parse(value: &RawValue) -> Result<Self, StepError> {
        let inner: String;
        let mut text = value.get();
        if text.starts_with('"') {
            inner = serde_json::from_str(text)
                .map_err(|error| CallError::not_json("the step", &error))?;
            text = inner.trim();
        }
        let mut members = Members::parse(text, "the step")?;
        if members.get("steps").is_some() && members.get("resource").is_none() {
            return Err(StepError::Nested);
        }
        let name = match members.remove("as") {
            Some(name) => self::name(&name)?,
            None => None,
        };
        let each = match members.remove("each") {
            Some(each) => Each::parse(&each)?,
            None => None,
        };
        let call = Call::of(members)?;
        let mut step = Self { call, name, each, merges: false };
        let names_each = step.call_references().any(|reference| reference.source == Source::Each);
        step.merges = match &step.each {
            Some(Each::Objects(_)) => !names_each,
            Some(Each::Values(_) | Each::Reference(_)) if !names_each => {
                return Err(StepError::NoEachIn);
            }
            Some(_) | None => false,
        };
        step.check_references(names_each)?;
        Ok(step)
    }

    /// A step that is done for each of these items, in whose texts nothing is a reference.
    pub(crate) fn of_items(items: Vec<Box<RawValue>>) -> Self {
        let elements = items.into_iter().map(Element::Answered).collect();
        Self {
            call: Call::default(),
            name: None,
            each: Some(Each::Objects(elements)),
            merges: false,
        }
    }

    /// How many elements it is done for, as far as that was written.
    #[must_use]
    pub fn n_elements(&self) -> usize {
        self.each.as_ref().map_or(0, Each::n_elements)
    }

    /// The references in the step, to steps and to elements.
    pub fn references(&self) -> impl Iterator<Item = Reference> {
        let each = match &self.each {
            Some(Each::Reference(reference)) => vec![reference.clone()],
            _ => Vec::new(),
        };
        self.call_references().chain(each).chain(self.element_references())
    }

    /// The call for an element of `each`, or the one call where there is none. Every reference is
    /// replaced by what it stands for.
    ///
    /// # Errors
    ///
    /// Fails if a reference stands for nothing, or a parameter is given twice.
    pub fn call(
        &self,
        element: Option<&Element>,
        value_of: &dyn Fn(&Reference) -> Result<String, BadReference>,
    ) -> Result<Call, StepError> {
        let mut call = self.call.clone();
        if let Some(Element::Written(value)) = element.filter(|_| self.merges) {
            call.lay_over(Members::parse(value.get(), "an element of each")?);
        }
        let room = Cell::new(MAX_BYTES);
        let spend = |reference: &Reference, value: String| {
            let left = room.get().checked_sub(value.len().max(MIN_BYTES));
            room.set(left.ok_or_else(|| reference.lacks("is used too often in one call"))?);
            Ok(value)
        };
        let value_of = |reference: &Reference| -> Result<String, BadReference> {
            match element.filter(|_| reference.source == Source::Each) {
                Some(element) => spend(reference, reference.value(element.value())?),
                None => spend(reference, value_of(reference)?),
            }
        };
        call.rewrite::<StepError>(&mut |json| {
            Ok(super::rewrite::rewrite(json, |text| replace(text, element, &value_of))?)
        })?;
        Ok(call)
    }

    fn call_references(&self) -> impl Iterator<Item = Reference> {
        let values = self.call.values().flat_map(|value| marked(value.get()));
        values.filter_map(|text| read_reference(&text))
    }

    fn element_references(&self) -> impl Iterator<Item = Reference> {
        self.marked_in_elements().filter_map(|text| read_reference(&text))
    }

    fn marked_in_elements(&self) -> impl Iterator<Item = String> {
        let elements = match &self.each {
            Some(Each::Objects(elements) | Each::Values(elements)) => elements.as_slice(),
            Some(Each::Reference(_)) | None => &[],
        };
        elements.iter().flat_map(|element| marked(element.value().get()))
    }

    /// Finds texts that look like references and are none, and elements where there are none.
    fn check_references(&self, names_each: bool) -> Result<(), BadReference> {
        let in_call = self.call.values().flat_map(|value| marked(value.get()));
        for text in in_call.chain(self.marked_in_elements()) {
            if let Some(Err(error)) = Written::read(&text) {
                return Err(error);
            }
        }
        let mut stray = self.element_references().filter(|found| found.source == Source::Each);
        let is_stray = |found: Reference| BadReference::NoEach(quoted(&found.to_string()));
        match stray.next() {
            Some(found) => Err(is_stray(found)),
            None if names_each && self.each.is_none() => {
                let mut found = self.call_references().filter(|found| found.source == Source::Each);
                found.next().map_or(Ok(()), |found| Err(is_stray(found)))
            }
            None => Ok(()),
        }
    }
}

/// What a marked text stands for: the rest of it where the mark is doubled, or a value.
fn replace(
    text: &str,
    element: Option<&Element>,
    value_of: &dyn Fn(&Reference) -> Result<String, BadReference>,
) -> Result<Option<String>, BadReference> {
    let reference = match Written::read(text) {
        None => return Ok(None),
        Some(written) => match written? {
            Written::Text(text) => return Ok(Some(Value::from(text).to_string())),
            Written::Reference(reference) => reference,
        },
    };
    let value = value_of(&reference)?;
    match element.filter(|_| reference.source == Source::Each) {
        None | Some(Element::Answered(_)) => Ok(Some(value)),
        // What the caller wrote as an element may itself refer to a step.
        Some(Element::Written(_)) => {
            let inner = super::rewrite::rewrite(&value, |text| replace(text, None, value_of))?;
            Ok(Some(inner.unwrap_or(value)))
        }
    }
}

fn name(value: &RawValue) -> Result<Option<String>, StepError> {
    let name: Option<String> = serde_json::from_str(value.get())
        .map_err(|_| StepError::Name("(a value that is no text)".to_owned()))?;
    let Some(name) = name.filter(|name| !name.is_empty()) else { return Ok(None) };
    let plain = name.strip_prefix('$').unwrap_or(&name);
    if plain == "each" || !reference::is_name(plain) {
        return Err(StepError::Name(quoted(&name)));
    }
    Ok(Some(plain.to_owned()))
}

/// How much all references of one call may stand for, and what the least of them counts for: each is
/// looked up in an answer.
const MAX_BYTES: usize = 16 * 1024 * 1024;
const MIN_BYTES: usize = 4096;

/// The texts in a JSON text that begin with `$`.
fn marked(json: &str) -> Vec<String> {
    let mut found = Vec::new();
    let keep = |text: &str| {
        found.push(text.to_owned());
        Ok::<_, std::convert::Infallible>(None)
    };
    match super::rewrite::rewrite(json, keep) {
        Ok(_) => found,
        Err(never) => match never {},
    }
}

fn read_reference(text: &str) -> Option<Reference> {
    match Written::read(text)? {
        Ok(Written::Reference(reference)) => Some(reference),
        Ok(Written::Text(_)) | Err(_) => None,
    }
}
