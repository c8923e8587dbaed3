//! How bulk writes are done in the background: whether what the policy says of it is there.

use serde_json::Value;

use crate::catalog::{Background, CatalogParts, Shape};
use crate::policy::{Policy, optional};

use super::details::find;
use super::secrets::may_be;

/// Takes over how bulk writes are done in the background, where an operation has the parameter.
pub(super) fn apply(parts: &mut CatalogParts, policy: &Policy, faults: &mut Vec<String>) {
    let Some(background) = &policy.background else { return };
    let (parameter, is_optional) = optional(&background.parameter);
    let mut parameters = parts.operations.iter().flat_map(|operation| &operation.query);
    if !parameters.any(|it| it.name == parameter) {
        if !is_optional {
            faults.push(format!("background: no operation has the parameter {parameter:?}"));
        }
        return;
    }
    let Background { from_rows, most_rows, .. } = background;
    if *from_rows == 0 || most_rows < from_rows {
        faults.push("background: from_rows is 1 at least, and most_rows is no less".to_owned());
    }
    for (name, words) in [("waiting", &background.waiting), ("ended", &background.ended)] {
        if words.is_empty() {
            faults.push(format!("background: {name} is empty"));
        }
    }
    jobs(parts, background, faults);
    workers(parts, background, faults);
    parts.background = Some(Background { parameter: parameter.to_owned(), ..background.clone() });
}

/// Checks what is said of jobs.
fn jobs(parts: &CatalogParts, background: &Background, faults: &mut Vec<String>) {
    let places = find(parts, "background", &background.resource, faults);
    let [place] = *places.as_slice() else { return };
    let resource = &parts.resources[place];
    let name = &resource.name;
    let get = resource.action("get");
    let keys = get.map(|it| parts.operations[it.operation.0 as usize].path_parameters.len());
    if keys != Some(1) {
        faults.push(format!("background: {name} has no get by one key"));
    }
    let Background { status, filter, waiting, ended, answer_status, answer, error, .. } =
        background;
    let list = resource.action("list").map(|it| &parts.operations[it.operation.0 as usize]);
    if !list.is_some_and(|it| it.query.iter().any(|it| it.name == *filter) && it.total().is_some())
    {
        faults.push(format!("background: {name} has no list that {filter:?} filters and counts"));
    }
    let is_word = |shape: &Shape, word: &String| match shape {
        Shape::Enum(words) => words.contains(&Value::from(word.as_str())),
        _ => true,
    };
    for word in waiting.iter().chain(ended) {
        if !may_be(parts, resource, &keys_of(status), |shape| is_word(shape, word)) {
            faults.push(format!("background: the {status} of {name} is never {word:?}"));
        }
    }
    for field in [answer_status, answer, error] {
        if !may_be(parts, resource, &keys_of(field), |_| true) {
            faults.push(format!("background: no answer of {name} has a field {field:?}"));
        }
    }
}

/// Checks what is said of those who do jobs.
fn workers(parts: &CatalogParts, background: &Background, faults: &mut Vec<String>) {
    let workers = &background.workers;
    let places = find(parts, "background", &workers.resource, faults);
    let [place] = *places.as_slice() else { return };
    let resource = &parts.resources[place];
    if resource.only_read(&parts.operations).is_none() {
        let name = &resource.name;
        faults.push(format!("background: {name} is not read without parameters"));
    }
    if !may_be(parts, resource, &keys_of(&workers.count), |_| true) {
        let (name, count) = (&resource.name, &workers.count);
        faults.push(format!("background: no answer of {name} has a field {count:?}"));
    }
}

fn keys_of(path: &str) -> Vec<&str> {
    path.split('.').collect()
}
