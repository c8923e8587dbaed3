//! `each`: the list of which every element does the step once.

use serde_json::Value;
use serde_json::value::RawValue;

use super::reference::{Reference, Written};
use super::step::StepError;

/// The list of which every element does the step once.
#[derive(Clone, Debug)]
pub enum Each {
    /// Objects, which are laid over `params`, unless `params` name `$each`.
    Objects(Vec<Element>),
    /// Plain values, for which `$each` stands.
    Values(Vec<Element>),
    /// What an earlier step answered.
    Reference(Reference),
}

/// An element of `each`.
#[derive(Clone, Debug)]
pub enum Element {
    /// As the caller wrote it; texts in it may be references.
    Written(Box<RawValue>),
    /// As an earlier step answered it; texts in it are only texts.
    Answered(Box<RawValue>),
}

impl Each {
    /// Reads the list: of objects, of plain values, of lists whose first is the header; or a
    /// reference to one.
    ///
    /// # Errors
    ///
    /// Fails if it is none of them, or empty.
    pub(super) fn parse(value: &RawValue) -> Result<Option<Self>, StepError> {
        let text = value.get();
        if text == "null" {
            return Ok(None);
        }
        if !text.starts_with('"') {
            return elements(text).map(Some);
        }
        let text: String = serde_json::from_str(text).map_err(|_| StepError::Each(EXPECTED))?;
        match Written::read(text.trim()) {
            Some(Ok(Written::Reference(reference))) => Ok(Some(Self::Reference(reference))),
            Some(Err(error)) => Err(error.into()),
            // Clients send lists as JSON in a string too.
            Some(Ok(Written::Text(_))) | None => elements(text.trim()).map(Some),
        }
    }

    /// How many elements it has, as far as that was written.
    #[must_use]
    pub const fn n_elements(&self) -> usize {
        match self {
            Self::Objects(elements) | Self::Values(elements) => elements.len(),
            Self::Reference(_) => 0,
        }
    }
}

impl Element {
    /// Its value.
    #[must_use]
    pub const fn value(&self) -> &RawValue {
        match self {
            Self::Written(value) | Self::Answered(value) => value,
        }
    }
}

fn elements(text: &str) -> Result<Each, StepError> {
    let elements: Vec<Box<RawValue>> =
        serde_json::from_str(text).map_err(|_| StepError::Each(EXPECTED))?;
    let all = |is: fn(&str) -> bool| elements.iter().all(|element| is(element.get()));
    match elements.as_slice() {
        [] => Err(StepError::Each("is empty: there is nothing to do")),
        _ if all(|text| text.starts_with('{')) => {
            Ok(Each::Objects(elements.into_iter().map(Element::Written).collect()))
        }
        [header, rows @ ..] if all(|text| text.starts_with('[')) => table(header, rows),
        _ if all(|text| !text.starts_with(['{', '['])) => {
            Ok(Each::Values(elements.into_iter().map(Element::Written).collect()))
        }
        _ => Err(StepError::Each(EXPECTED)),
    }
}

/// Reads rows whose names stand in a header.
fn table(header: &RawValue, rows: &[Box<RawValue>]) -> Result<Each, StepError> {
    let names: Vec<String> = serde_json::from_str(header.get())
        .map_err(|_| StepError::Each("begins with a list, which must be the header: names only"))?;
    if rows.is_empty() || names.is_empty() {
        return Err(StepError::Each("has a header and no rows: there is nothing to do"));
    }
    // Every row repeats the header.
    if header.get().len().saturating_mul(rows.len()) > MAX_BYTES {
        return Err(StepError::Each("has too long a header for so many rows; use several batches"));
    }
    let mut objects = Vec::new();
    for (number, row) in (1..).zip(rows) {
        let values: Vec<&RawValue> =
            serde_json::from_str(row.get()).map_err(|_| StepError::Each(EXPECTED))?;
        if values.len() != names.len() {
            let (n_values, n_names) = (values.len(), names.len());
            return Err(StepError::Row { number, n_values, n_names });
        }
        let members = names.iter().zip(values);
        let members =
            members.map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())));
        let object = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
        let object = RawValue::from_string(object).map_err(|_| StepError::Each(EXPECTED))?;
        objects.push(Element::Written(object));
    }
    Ok(Each::Objects(objects))
}

/// How large rows may be together once each has its names.
const MAX_BYTES: usize = 16 * 1024 * 1024;

const EXPECTED: &str = "must be a list of objects, of plain values, of lists below a header \
                        ([[\"name\",..],[..],..]), or a reference to a list ($1[*].id)";
