//! The calls of a step: one, or one for every element of `each`.

use serde_json::Value;

use crate::batch::{BadReference, Element, Reference, Step};
use crate::call::Call;
use crate::check::STAND_IN;
use crate::shape;

/// What a reference stands for.
pub(super) type ValueOf<'v> = dyn Fn(&Reference) -> Result<String, BadReference> + 'v;

/// The JSON text that stands for a value that is not known yet.
pub(super) fn stand_in(reference: &Reference) -> String {
    Value::from(format!("{STAND_IN}{reference}")).to_string()
}

/// Makes the calls of a step, each with its row; a step without `each` has one.
///
/// # Errors
///
/// Fails, in words for an agent, if a reference has no value, or the calls are too large together.
pub(super) fn expand(
    step: &Step,
    elements: Option<&[Element]>,
    value_of: &ValueOf<'_>,
    each: &mut dyn FnMut(usize, Call),
) -> Result<(), String> {
    let Some(elements) = elements else {
        each(0, step.call(None, value_of).map_err(|error| error.to_string())?);
        return Ok(());
    };
    let mut n_bytes = 0;
    for (row, element) in elements.iter().enumerate() {
        let call = step.call(Some(element), value_of);
        let call = call.map_err(|error| format!("{}: {error}", rows(&[row + 1])))?;
        n_bytes += call.n_bytes();
        if n_bytes > MAX_BYTES {
            return Err(format!(
                "its rows take more than {MAX_BYTES} bytes together; use several batches"
            ));
        }
        each(row, call);
    }
    Ok(())
}

/// Names rows: `row 17`, `rows 3-5,9`.
pub(super) fn rows(rows: &[usize]) -> String {
    let numbers: Vec<String> = rows.iter().map(usize::to_string).collect();
    let s = if rows.len() == 1 { "" } else { "s" };
    format!("row{s} {}", shape::fold(&numbers))
}

/// How large the calls of one step may be together.
const MAX_BYTES: usize = 16 * 1024 * 1024;
