//! Corrections: what the policy says against the document, applied before anything else looks.

mod given;
mod request_body;

use std::collections::BTreeMap;

use crate::catalog::{Method, ObjectType, Parameter, Shape, TypeId};
use crate::lower::{Draft, DraftOperation};
use crate::policy::Correction;

use super::answers;
use super::body::{Forms, forms};

use given::Given;
use request_body::Bodies;

/// Families of query parameters added by corrections, by the method and the path of the operation.
pub(super) type Families = BTreeMap<(Method, String), Vec<Parameter>>;

/// Applies every correction, in the policy's order; answers the families of query parameters.
pub(super) fn apply(
    draft: &mut Draft,
    corrections: &[Correction],
    faults: &mut Vec<String>,
) -> Families {
    let mut families = Families::new();
    for correction in corrections {
        if is_due(correction, &draft.version)
            && let Err(fault) = correct(draft, correction, &mut families)
        {
            faults.push(format!("corrections: {fault} ({})", label(correction)));
        }
    }
    families
}

/// Whether the document is of the version that a correction starts with, or a later one.
pub(super) fn is_due(correction: &Correction, document: &str) -> bool {
    correction.since.as_ref().is_none_or(|since| version(document) >= version(since))
}

/// The numbers of a version: those of `v4.7.0-beta1` are 4 and 7, since zeros at the end and what
/// follows the first other character say nothing here.
pub(super) fn version(text: &str) -> Vec<u64> {
    let text = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let parts = text.split(|c: char| !c.is_ascii_digit());
    let mut numbers: Vec<u64> = parts.map_while(|part| part.parse().ok()).collect();
    if !numbers.iter().all(|number| *number == 0) {
        numbers.truncate(numbers.iter().rposition(|number| *number != 0).map_or(0, |at| at + 1));
    }
    numbers
}

/// What tells a correction from others.
fn label(correction: &Correction) -> String {
    let first = correction.on.first().map(ToString::to_string);
    match correction.reason.as_str() {
        "" => first.unwrap_or_default(),
        reason => format!("{reason:?}"),
    }
}

/// Applies one correction to every operation it is about.
fn correct(
    draft: &mut Draft,
    correction: &Correction,
    families: &mut Families,
) -> Result<(), String> {
    let is_selected = |operation: &DraftOperation| {
        correction.on.iter().any(|on| on.matches(operation.method, &operation.path))
    };
    let mut places: Vec<usize> = (0..draft.operations.len())
        .filter(|place| is_selected(&draft.operations[*place]))
        .collect();
    if places.is_empty() {
        return Ok(());
    }
    places.retain(|place| applies(draft, correction, *place));
    if places.is_empty() {
        return match correction.on.iter().any(|on| on.is_optional()) {
            true => Ok(()),
            false => Err("no operation of it fits its `where_` conditions".to_owned()),
        };
    }
    let given = Given::lower(draft, correction)?;
    let mut bodies = Bodies::new(correction, &given);
    for place in places {
        bodies.correct(draft, place);
        let operation = &mut draft.operations[place];
        operation.query.retain(|p| !is_hidden(&p.name, &correction.hidden_query));
        insert(&mut operation.query, &given.query, |a, b| a == b);
        insert(&mut operation.headers, &given.headers, str::eq_ignore_ascii_case);
        if let Some(ty) = given.answer {
            operation.answer.ty = Some(ty);
            operation.answer.schema = None;
            operation.answer.media.get_or_insert_with(|| "application/json".to_owned());
        }
        if !given.families.is_empty() {
            let known = families.entry((operation.method, operation.path.clone())).or_default();
            insert(known, &given.families, |a, b| a == b);
        }
    }
    Ok(())
}

/// Whether a selected operation fits the conditions of a correction.
fn applies(draft: &Draft, correction: &Correction, place: usize) -> bool {
    let operation = &draft.operations[place];
    let body = operation.body.as_ref();
    let forms = body.map_or_else(Forms::default, |body| forms(&draft.types, body.ty));
    let answered = answers::answer(&draft.types, &operation.answer).kind.object();
    let has = |ty: TypeId, name: &String| {
        object(draft, ty).is_some_and(|object| object.field(name).is_some())
    };
    let in_body = |name: &String| forms.one.into_iter().chain(forms.many).any(|ty| has(ty, name));
    let in_answer = |name: &String| answered.is_some_and(|ty| has(ty, name));
    (!correction.where_list || forms.many.is_some())
        && correction.where_field.as_ref().is_none_or(in_body)
        && correction.where_answer_field.as_ref().is_none_or(in_answer)
}

fn object(draft: &Draft, ty: TypeId) -> Option<&ObjectType> {
    match &draft.types.get(ty).shape {
        Shape::Object(object) => Some(object),
        _ => None,
    }
}

/// Adds parameters; of one that the document has, only the type is changed.
fn insert(known: &mut Vec<Parameter>, given: &[Parameter], same: fn(&str, &str) -> bool) {
    for parameter in given {
        match known.iter_mut().find(|known| same(&known.name, &parameter.name)) {
            Some(known) => (known.ty, known.choices) = (parameter.ty, None),
            None => known.push(parameter.clone()),
        }
    }
}

/// Whether a pattern, a name with an optional `*` at its end, covers this name.
fn is_hidden(name: &str, patterns: &[String]) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(since: &str, document: &str, expected: bool) {
        let correction = Correction { since: Some(since.to_owned()), ..Correction::default() };
        assert_eq!(is_due(&correction, document), expected, "{since} in {document}");
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        check("4.4", "4.4", true);
        check("4.4", "4.4.0", true);
        check("4.4.0", "4.4", true);
        check("4.4", "4.10.2-docker-3.1", true);
        check("4.4", "v4.5", true);
        check("4.4", "4.3.7", false);
        check("2026-03", "2026-01-31", false);
        check("4.4", "", false);
    }

    #[test]
    fn a_pattern_covers_a_name_or_every_name_that_starts_with_it() {
        let patterns = ["secret*".to_owned(), "key".to_owned()];
        for (name, expected) in
            [("secret", true), ("secret__ic", true), ("key", true), ("key__ic", false)]
        {
            assert_eq!(is_hidden(name, &patterns), expected, "{name}");
        }
    }
}
