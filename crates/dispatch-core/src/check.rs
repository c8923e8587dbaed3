//! The check of a call's parameters against the catalog, before the API sees anything.
//!
//! Real APIs ignore what they do not know: a misspelled filter returns every row, a misspelled
//! field writes nothing and answers 200. So every name and every value is checked here, all faults
//! of a call are collected, and what comes out is all that a request is built from.
//!
//! *Invariant:* nothing that the document allows is refused, and no value is changed: what goes into
//! a body is the text the caller wrote.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::access::Access;
use crate::call::Members;
use crate::catalog::{Catalog, Form, Operation, Refers, Resource, Style};
use crate::request;
use crate::shape;
use crate::signature::Notation;
use checker::Checker;

mod body;
mod by_name;
mod checker;
mod fault;
mod kinds;
mod parameters;
mod place;
mod reference;
mod scalar;
mod split;
mod value;
mod word;

pub(crate) use body::files_beside;
pub use fault::{Fault, Faults};
pub(crate) use kinds::{by_its_name, by_kind, kinds};
pub(crate) use scalar::IN_ALL;
pub(crate) use word::{Word, is_no_value};

/// The parameters of one call, checked and told apart.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// The values of the path's parameters, by name, not yet encoded.
    pub path: Vec<(String, String)>,
    /// The parameters in the query.
    pub query: Vec<QueryArgument>,
    /// The parameters in headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<BodyArgument>,
    /// Names of objects in the path and the query, which are looked up before anything is sent.
    pub names: Vec<NameArgument>,
}

/// The name of an object in the path or the query.
#[derive(Clone, Debug, PartialEq)]
pub struct NameArgument {
    /// The parameter.
    pub name: String,
    /// Whether the parameter is one of the path.
    pub is_path: bool,
    /// How the parameter's value is written.
    pub style: Style,
    /// What the parameter takes.
    pub refers: Refers,
    /// The name.
    pub value: Value,
}

/// A parameter in the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryArgument {
    /// Its name on the wire.
    pub name: String,
    /// How its value is written.
    pub style: Style,
    /// Its value.
    pub value: QueryValue,
}

/// The value of a parameter in the query, not yet encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryValue {
    /// One value.
    One(String),
    /// A list, which is not empty.
    List(Vec<String>),
    /// An object, which is not empty.
    Object(Vec<(String, String)>),
}

/// A request body.
#[derive(Clone, Debug)]
pub enum BodyArgument {
    /// An object, put together from fields.
    Fields(Members),
    /// A value given whole: a list, or a body that is no object.
    Whole(Box<RawValue>),
}

impl Arguments {
    /// The value of the last parameter in the path: the object that the call is about.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.path.last().map(|(_, value)| value.as_str())
    }
}

/// Whether an operation takes a parameter or a top-level body field of this name, and a list for it
/// if the value is one.
#[must_use]
pub fn takes(
    catalog: &Catalog,
    operation: &Operation,
    form: Form,
    name: &str,
    value: &RawValue,
) -> bool {
    let taker = split::Taker::new(catalog.types(), operation, form);
    taker.takes(name, value.get().starts_with('['))
}

/// Whether a parameter is written as text, in the path, the query or a header, so that its JSON
/// type does not reach the API.
#[must_use]
pub fn is_text(catalog: &Catalog, operation: &Operation, form: Form, name: &str) -> bool {
    split::Taker::new(catalog.types(), operation, form).is_text(name)
}

/// Checks the parameters of a call and tells them apart.
///
/// # Errors
///
/// Returns every fault: unknown names, missing ones, values that are not of their type.
pub fn check(
    catalog: &Catalog,
    access: Access,
    operation: &Operation,
    form: Form,
    params: Members,
) -> Result<Arguments, Faults> {
    let checker = Checker::new(catalog, Notation::brief(catalog, access));
    checked(checker, operation, form, params)
}

/// Checks the parameters of a call that is not made yet, in which a [`STAND_IN`] stands for a value
/// that is not known and fits everywhere.
///
/// # Errors
///
/// Returns every fault that the other values have.
pub(crate) fn check_known(
    catalog: &Catalog,
    access: Access,
    operation: &Operation,
    form: Form,
    params: Members,
) -> Result<Arguments, Faults> {
    let mut checker = Checker::new(catalog, Notation::brief(catalog, access));
    checker.has_stand_ins = true;
    checked(checker, operation, form, params)
}

/// What a text begins with that stands for a value that is not known yet; the reference to it may
/// follow.
pub(crate) const STAND_IN: &str = "$value-of-an-earlier-step";

/// Whether a value stands for one that is not known yet.
pub(crate) fn is_stand_in(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with(STAND_IN))
}

/// Whether a value, or one within it, stands for one that is not known yet.
pub(crate) fn has_stand_in(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(has_stand_in),
        Value::Object(members) => members.values().any(has_stand_in),
        value => is_stand_in(value),
    }
}

/// Refuses a mask that is written back in place of the secret that it stands for.
///
/// # Errors
///
/// Returns every field that has one.
pub(crate) fn without_masks(
    resource: &Resource,
    arguments: Arguments,
) -> Result<Arguments, Faults> {
    let mut faults = Faults::default();
    if let Some(body) = arguments.body.as_ref().filter(|_| !resource.secrets.is_empty()) {
        // What is no JSON was refused before.
        let body: Value = serde_json::from_slice(&request::body::json(body)).unwrap_or_default();
        for field in shape::masked_in(resource, &body) {
            faults.add(&field, MASKED);
        }
    }
    if faults.is_empty() { Ok(arguments) } else { Err(faults) }
}

/// What is said of a mask that is written back.
const MASKED: &str = "*** stands for a secret that is not shown: leave the field out to keep it, or \
                      give the secret itself";

fn checked(
    mut checker: Checker<'_>,
    operation: &Operation,
    form: Form,
    params: Members,
) -> Result<Arguments, Faults> {
    let types = checker.types;
    let mut split = split::split(types, operation, form, params, &mut checker.faults);
    let body = std::mem::take(&mut split.body);
    let mut arguments = parameters::check(&mut checker, operation, &split);
    arguments.body = body::check(&mut checker, operation, form, body);
    if checker.faults.is_empty() { Ok(arguments) } else { Err(checker.faults) }
}
