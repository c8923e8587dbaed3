//! The arguments of a tool call, read from the bytes the client sent.
//!
//! Clients write them in more ways than one: `params` as an object, as a bare array, as either in a
//! JSON string; fields beside `resource` instead of in `params`; options beside `params`. All of
//! them are understood here, and nothing after this module knows of it. Values stay the JSON text
//! that was sent: a request body is put together from it, so that no number loses digits and no
//! object its order.

use serde_json::value::RawValue;

mod error;
mod members;
mod options;

pub use error::CallError;
pub use members::Members;
pub use options::Options;
pub(crate) use options::{is_set, reason};

/// The arguments of a call, before it is known what they mean.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// The spellings of the resources: one, or several for `help`.
    pub resources: Vec<String>,
    /// The spelling of the action.
    pub action: Option<String>,
    params: Option<Members>,
    options: Members,
    beside: Members,
}

impl Call {
    /// Reads the arguments of a call: a JSON object.
    ///
    /// # Errors
    ///
    /// Fails if they are no JSON object, a name stands twice, or an argument has the wrong type.
    pub fn parse(arguments: &[u8]) -> Result<Self, CallError> {
        Self::of(Members::of_arguments(arguments)?)
    }

    /// Reads the arguments of a call, told apart by their names.
    ///
    /// # Errors
    ///
    /// Fails if a name stands twice, or an argument has the wrong type.
    pub fn of(arguments: Members) -> Result<Self, CallError> {
        let mut call = Self::default();
        for (name, value) in arguments {
            match name.as_str() {
                "resource" => call.resources = spellings(&value)?,
                "action" => call.action = spelling(&value)?,
                "params" => call.params = object(&value, "params")?,
                "options" => call.options = object(&value, "options")?.unwrap_or_default(),
                _ => call.beside.insert(name, value)?,
            }
        }
        Ok(call)
    }

    /// The member of this name, wherever it stands: in `params`, in `options` or beside them.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&RawValue> {
        let places = [self.params.as_ref(), Some(&self.options), Some(&self.beside)];
        places.into_iter().flatten().find_map(|members| members.get(name))
    }

    /// The values of the call: of its parameters, its options and what stands beside them.
    pub fn values(&self) -> impl Iterator<Item = &RawValue> {
        let places = [self.params.as_ref(), Some(&self.options), Some(&self.beside)];
        places.into_iter().flatten().flat_map(Members::iter).map(|(_, value)| value)
    }

    /// How many bytes the members of the call have.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        let places = [self.params.as_ref(), Some(&self.options), Some(&self.beside)];
        let members = places.into_iter().flatten().flat_map(Members::iter);
        members.map(|(name, value)| name.len() + value.get().len()).sum()
    }

    /// The call without its parameters and options, but for a cursor, which names an action.
    #[must_use]
    pub(crate) fn names_only(&self) -> Self {
        let cursor = |members: &Members| {
            let mut kept = Members::default();
            if let Some(cursor) = members.get("cursor") {
                kept.set("cursor".to_owned(), cursor.to_owned());
            }
            kept
        };
        Self {
            resources: self.resources.clone(),
            action: self.action.clone(),
            params: None,
            options: cursor(&self.options),
            beside: cursor(&self.beside),
        }
    }

    /// Drops the arguments of these names that say nothing: a client whose schemas require every
    /// argument sends those of a tool's other form so.
    pub(crate) fn drop_blank(&mut self, names: &[&str]) {
        for name in names {
            if self.beside.get(name).is_some_and(is_blank) {
                self.beside.remove(name);
            }
        }
    }

    /// Lays members over the parameters: a parameter that is among them gets their value.
    pub fn lay_over(&mut self, members: Members) {
        let params = self.params.get_or_insert_default();
        for (name, value) in members {
            self.beside.remove(&name);
            params.set(name, value);
        }
    }

    /// Rewrites the JSON text of every value of the call; `None` leaves it as it is.
    ///
    /// # Errors
    ///
    /// Fails where `rewrite` does, or gives what is no JSON.
    pub fn rewrite<E: From<CallError>>(
        &mut self,
        rewrite: &mut dyn FnMut(&str) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        for members in [self.params.as_mut(), Some(&mut self.options), Some(&mut self.beside)] {
            for value in members.into_iter().flat_map(Members::values_mut) {
                if let Some(text) = rewrite(value.get())? {
                    *value = RawValue::from_string(text).map_err(|error| {
                        CallError::not_json("a value of an earlier step", &error)
                    })?;
                }
            }
        }
        Ok(())
    }

    /// The cursor of the call, in `options` or beside `params`.
    ///
    /// # Errors
    ///
    /// Fails if it is no text.
    pub fn cursor(&self) -> Result<Option<String>, CallError> {
        let given = self.options.get("cursor").or_else(|| self.beside.get("cursor"));
        match given {
            Some(cursor) => text(cursor, "options.cursor"),
            None => Ok(None),
        }
    }

    /// Tells parameters and options apart, now that it is known what the operation takes.
    ///
    /// A name that is an option's and stands outside `options` is the operation's if the operation
    /// takes it and it stands in `params`, or would if there were any.
    ///
    /// # Errors
    ///
    /// Fails if a name is given in two places, or an option is unknown or wrong.
    pub fn settle(
        self,
        takes: impl Fn(&str, &RawValue) -> bool,
    ) -> Result<(Members, Options), CallError> {
        let is_flat = self.params.as_ref().is_none_or(Members::is_empty);
        let mut options = self.options;
        let mut params = Members::default();
        let in_params = self.params.unwrap_or_default().into_iter().map(|member| (true, member));
        let beside = self.beside.into_iter().map(|member| (is_flat, member));
        for (may_be_taken, (name, value)) in in_params.chain(beside) {
            // A number of things is not the count of rows, which is `true` or left out.
            let is_number =
                name == "count" && value.get().starts_with(|c: char| c.is_ascii_digit());
            let is_option = Options::NAMES.contains(&name.as_str()) && !is_number;
            if is_option && !(may_be_taken && takes(&name, &value)) {
                options.insert(name, value)?;
            } else {
                params.insert(name, value)?;
            }
        }
        Ok((params, Options::read(options)?))
    }
}

/// Whether an argument says nothing.
pub(crate) fn is_blank(value: &RawValue) -> bool {
    matches!(value.get(), "null" | "\"\"" | "[]" | "{}" | "\"[]\"" | "\"{}\"")
}

/// Reads the spellings of `resource`: one name, several with commas between, or a list.
fn spellings(value: &RawValue) -> Result<Vec<String>, CallError> {
    if value.get().starts_with('[') {
        return serde_json::from_str(value.get())
            .map_err(|_| CallError::wrong_type("resource", "a string"));
    }
    let text = text(value, "resource")?.unwrap_or_default();
    let names = text.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty());
    Ok(names.map(str::to_owned).collect())
}

fn spelling(value: &RawValue) -> Result<Option<String>, CallError> {
    Ok(text(value, "action")?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// Reads an argument that is a string or missing.
fn text(value: &RawValue, place: &'static str) -> Result<Option<String>, CallError> {
    serde_json::from_str(value.get()).map_err(|_| CallError::wrong_type(place, "a string"))
}

/// Reads an argument that is an object, a list (the items of a bulk form), either as JSON in a
/// string, or missing.
fn object(value: &RawValue, place: &'static str) -> Result<Option<Members>, CallError> {
    let text = value.get();
    if text == "null" {
        return Ok(None);
    }
    if !text.starts_with('"') {
        return members(text, place).map(Some);
    }
    let inner: String =
        serde_json::from_str(text).map_err(|error| CallError::not_json(place, &error))?;
    match inner.trim() {
        "" => Ok(None),
        inner => members(inner, place).map(Some),
    }
}

fn members(text: &str, place: &'static str) -> Result<Members, CallError> {
    if place == "params" && text.starts_with('[') {
        let list = RawValue::from_string(text.to_owned())
            .map_err(|error| CallError::not_json(place, &error))?;
        let mut items = Members::default();
        items.insert(ITEMS.to_owned(), list)?;
        return Ok(items);
    }
    Members::parse(text, place)
}

/// The key of the list of a bulk form.
pub(crate) const ITEMS: &str = "items";
