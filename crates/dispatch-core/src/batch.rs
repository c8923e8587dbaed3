//! A batch: ordered steps in one call, as it was written.
//!
//! ```json
//! {"steps": [
//!   {"resource": "device", "action": "create", "params": {"name": "leaf-07"}, "as": "leaf"},
//!   {"resource": "interface", "action": "create", "params": {"device": "$leaf.id", "type": "virtual"},
//!    "each": [["name"], ["lo0"], ["lo1"]]}
//! ], "on_error": "stop"}
//! ```
//!
//! A step is a call of an action, with three things more. `as` names it for later steps. `each` does
//! it once for every element of a list. And a value that is wholly a [`Reference`] stands for what an
//! earlier step answered.
//!
//! Everything here is text and what it says; nothing here knows a catalog.

use std::fmt;
use std::str::FromStr;

use serde_json::value::RawValue;

use crate::call::{CallError, Members, is_blank, is_set, reason};
use crate::resolve::quoted;
use crate::suggest;

mod each;
mod reference;
mod rewrite;
mod step;

pub use each::{Each, Element};
pub(crate) use reference::plain;
pub use reference::{BadReference, Names, Reference, Segment, Source, Written};
pub use step::{Step, StepError};

/// The steps of a batch, and what is done when one of them fails.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The steps, in their order.
    pub steps: Vec<Step>,
    /// What is done when a step fails.
    pub on_error: OnError,
    /// Whether its writes are only told: what they would do.
    pub dry_run: bool,
    /// Why its writes are done.
    pub reason: Option<String>,
}

/// What is done when a step fails. None of them makes a batch a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// The steps after it are not run.
    #[default]
    Stop,
    /// The steps that do not need its result are run all the same.
    Continue,
    /// The steps after it are not run, and what was done is undone as far as it can be.
    Undo,
}

/// How much one batch may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchLimits {
    /// How many steps.
    pub n_steps: usize,
    /// How many elements, over all lists of `each`.
    pub n_elements: usize,
    /// How many objects are written in one bulk request; a bulk call of more is made in parts, so
    /// that each is answered in time.
    pub n_bulk_rows: usize,
}

impl Default for BatchLimits {
    fn default() -> Self {
        Self { n_steps: 50, n_elements: 1000, n_bulk_rows: 200 }
    }
}

/// Why the arguments are no batch, in words for an agent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// They cannot be read.
    #[error(transparent)]
    Arguments(#[from] CallError),
    /// One of them is none of a batch.
    #[error("unknown argument {name}{question} (batch takes {})", ARGUMENTS.join(", "))]
    UnknownArgument {
        /// Its name.
        name: String,
        /// Which one may have been meant.
        question: String,
    },
    /// There are no steps.
    #[error("steps is missing or empty: {EXAMPLE}")]
    NoSteps,
    /// There are more steps than one batch may have.
    #[error(
        "{n_steps} steps are more than one batch may have ({most}); use each, or several batches"
    )]
    TooManySteps {
        /// How many there are.
        n_steps: usize,
        /// How many there may be.
        most: usize,
    },
    /// The lists of `each` are longer than one batch may have them.
    #[error(
        "each has {n_elements} elements over all steps, of which one batch may have {most}; use \
         several batches"
    )]
    TooManyElements {
        /// How many there are.
        n_elements: usize,
        /// How many there may be.
        most: usize,
    },
    /// Steps are wrong by themselves.
    #[error("batch not sent:\n{}", .0.join("\n"))]
    Steps(Vec<String>),
}

impl Batch {
    /// Reads the arguments of a batch. All steps that are wrong are told.
    ///
    /// # Errors
    ///
    /// Fails if they are no batch, or more than one.
    pub fn parse(arguments: &[u8], limits: BatchLimits) -> Result<Self, BatchError> {
        let mut steps = None;
        let mut on_error = OnError::Stop;
        let mut dry_run = false;
        let mut reason = None;
        for (name, value) in arguments_of(arguments)? {
            match name.as_str() {
                "steps" => steps = list(&value)?,
                "on_error" => on_error = self::on_error(&value)?,
                "dry_run" => dry_run = !is_blank(&value) && is_set(&value, "dry_run")?,
                "reason" if !is_blank(&value) => reason = Some(self::reason(&value, "reason")?),
                "reason" => {}
                // A tool that takes calls too has their arguments as well.
                "resource" | "action" | "params" | "options" if is_blank(&value) => {}
                _ => {
                    let question = suggest::did_you_mean(&name, ARGUMENTS);
                    return Err(BatchError::UnknownArgument { name: quoted(&name), question });
                }
            }
        }
        let written = steps.filter(|steps| !steps.is_empty()).ok_or(BatchError::NoSteps)?;
        let (n_steps, most) = (written.len(), limits.n_steps);
        if n_steps > most {
            return Err(BatchError::TooManySteps { n_steps, most });
        }
        let steps = read_steps(&written)?;
        let n_elements = steps.iter().map(Step::n_elements).sum();
        if n_elements > limits.n_elements {
            return Err(BatchError::TooManyElements { n_elements, most: limits.n_elements });
        }
        Ok(Self { steps, on_error, dry_run, reason })
    }

    /// What the steps are called.
    #[must_use]
    pub fn names(&self) -> Names {
        Names::new(self.steps.iter().map(|step| step.name.clone()).collect())
    }
}

impl FromStr for OnError {
    type Err = CallError;

    fn from_str(text: &str) -> Result<Self, CallError> {
        match text {
            "stop" => Ok(Self::Stop),
            "continue" => Ok(Self::Continue),
            "undo" => Ok(Self::Undo),
            _ => Err(CallError::wrong_type("on_error", "\"stop\", \"continue\" or \"undo\"")),
        }
    }
}

impl fmt::Display for OnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stop => "stop",
            Self::Continue => "continue",
            Self::Undo => "undo",
        })
    }
}

/// The arguments of a batch, in which those of it may stand in `options` too, as they do for a call.
fn arguments_of(arguments: &[u8]) -> Result<Members, CallError> {
    let mut members = Members::of_arguments(arguments)?;
    if let Some(options) = members.get("options").filter(|options| !is_blank(options)) {
        let options = Members::parse(options.get(), "options")?;
        members.remove("options");
        for (name, value) in options {
            members.insert(name, value)?;
        }
    }
    Ok(members)
}

/// Reads all steps, and collects what is wrong with any of them.
fn read_steps(written: &[Box<RawValue>]) -> Result<Vec<Step>, BatchError> {
    let mut steps: Vec<Step> = Vec::new();
    let mut faults = Vec::new();
    for (number, step) in (1..).zip(written) {
        match Step::parse(step) {
            Ok(step) => {
                let taken = step
                    .name
                    .as_ref()
                    .filter(|name| steps.iter().any(|earlier| earlier.name.as_ref() == Some(name)));
                if let Some(name) = taken {
                    faults.push(format!("step {number}: as {name} is another step's name already"));
                }
                steps.push(step);
            }
            Err(error) => faults.push(format!("step {number}: {error}")),
        }
    }
    if faults.is_empty() { Ok(steps) } else { Err(BatchError::Steps(faults)) }
}

fn on_error(value: &RawValue) -> Result<OnError, CallError> {
    match serde_json::from_str::<Option<String>>(value.get()) {
        Ok(Some(text)) if !text.trim().is_empty() => text.trim().parse(),
        Ok(_) => Ok(OnError::Stop),
        Err(_) => "".parse(),
    }
}

/// Reads the list of steps, which clients also send as JSON in a string.
fn list(value: &RawValue) -> Result<Option<Vec<Box<RawValue>>>, CallError> {
    let inner: String;
    let mut text = value.get();
    if text == "null" {
        return Ok(None);
    }
    if text.starts_with('"') {
        inner = serde_json::from_str(text).map_err(|error| CallError::not_json("steps", &error))?;
        text = inner.trim();
    }
    if !text.starts_with('[') {
        return Err(CallError::wrong_type("steps", "a list of steps"));
    }
    serde_json::from_str(text).map(Some).map_err(|error| CallError::not_json("steps", &error))
}

/// What a batch takes.
const ARGUMENTS: [&str; 4] = ["steps", "on_error", "dry_run", "reason"];

const EXAMPLE: &str = r#"[{"resource":..,"action":..,"params":{..}},..]"#;
