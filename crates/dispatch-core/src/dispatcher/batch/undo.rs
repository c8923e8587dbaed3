//! How what a call did is taken back.
//!
//! What was created is deleted, and what was updated gets the values back that it had before. There
//! is no more to it: nothing else is undone, and it is said so.

use serde_json::value::RawValue;

use super::super::understand::{Asked, UnderstoodCall};
use crate::access::Standing;
use crate::batch::plain;
use crate::call::{Members, Options};
use crate::resolve::{self, Resolved};

/// How something is taken back.
#[derive(Debug)]
pub(super) enum Undo<'a> {
    /// By this call.
    Call(Box<UnderstoodCall<'a>>),
    /// Not at all, for this reason.
    Cannot(String),
}

/// How what a call did is taken back; `before` is what its object was before it.
pub(super) fn of<'a>(
    asked: &Asked<'a>,
    call: &UnderstoodCall<'a>,
    answer: Option<&RawValue>,
    before: Option<&RawValue>,
) -> Vec<Undo<'a>> {
    let action = &call.resolved.action.name;
    let undone = match action.as_str() {
        "create" => deleted(asked, call, answer).map(|undo| vec![undo]),
        "bulk_create" => {
            let created = answer.and_then(|answer| serde_json::from_str(answer.get()).ok());
            let created: Vec<Box<RawValue>> = created.unwrap_or_default();
            created.iter().map(|row| deleted(asked, call, Some(row))).collect()
        }
        "update" => restored(call, before).map(|undo| vec![undo]),
        _ => Err(format!("{action} cannot be undone")),
    };
    match undone {
        Ok(undone) if undone.is_empty() => vec![Undo::Cannot("the API named no object".to_owned())],
        Ok(undone) => undone,
        Err(why) => vec![Undo::Cannot(why)],
    }
}

/// The call that reads what an update is about to change.
pub(super) fn read_before<'a>(
    asked: &Asked<'a>,
    call: &UnderstoodCall<'a>,
) -> Option<UnderstoodCall<'a>> {
    if call.resolved.action.name != "update" {
        return None;
    }
    let resolved = granted(asked, &call.resolved, "get")?;
    let mut params = Members::default();
    for (name, value) in call.params.iter().filter(|(name, _)| is_key(&call.resolved, name)) {
        params.set(name.to_owned(), value.to_owned());
    }
    Some(UnderstoodCall { resolved, params, options: Options::default(), from: None })
}

fn deleted<'a>(
    asked: &Asked<'a>,
    call: &UnderstoodCall<'a>,
    answer: Option<&RawValue>,
) -> Result<Undo<'a>, String> {
    let resource = &call.resolved.resource.name;
    let resolved = granted(asked, &call.resolved, "delete")
        .ok_or_else(|| format!("{resource} has no delete"))?;
    let [key] = resolved.operation.path_parameters.as_slice() else {
        return Err(format!("{resource} delete takes more than an id"));
    };
    let created = answer.and_then(|answer| Members::parse(answer.get(), "the answer").ok());
    let id = created.as_ref().and_then(|created| created.get(&key.name));
    let id = id.ok_or_else(|| format!("the API did not say its {}", key.name))?;
    let mut params = Members::default();
    params.set(key.name.clone(), id.to_owned());
    Ok(call_of(resolved, params))
}

fn restored<'a>(call: &UnderstoodCall<'a>, before: Option<&RawValue>) -> Result<Undo<'a>, String> {
    let before = before.and_then(|before| Members::parse(before.get(), "the answer").ok());
    let before = before.ok_or_else(|| "what it was before could not be read".to_owned())?;
    let mut params = Members::default();
    for (name, value) in call.params.iter() {
        if is_key(&call.resolved, name) {
            // The object may be called otherwise now; its key is what the API said.
            let key = before.get(name).unwrap_or(value);
            params.set(name.to_owned(), key.to_owned());
            continue;
        }
        let was = before.get(name).ok_or_else(|| format!("what {name} was is not known"))?;
        let was = RawValue::from_string(plain(was, 0)).map_err(|error| error.to_string())?;
        params.set(name.to_owned(), was);
    }
    Ok(call_of(call.resolved, params))
}

fn call_of<'a>(resolved: Resolved<'a>, params: Members) -> Undo<'a> {
    let options = Options::default();
    Undo::Call(Box::new(UnderstoodCall { resolved, params, options, from: None }))
}

fn granted<'a>(asked: &Asked<'a>, of: &Resolved<'a>, action: &str) -> Option<Resolved<'a>> {
    resolve::actions(asked.catalog, asked.access, of.id)
        .find(|resolved| resolved.action.name == action)
        .filter(|resolved| resolved.standing == Standing::Granted)
}

/// Whether a parameter says which object is meant.
fn is_key(resolved: &Resolved<'_>, name: &str) -> bool {
    let mut keys = resolved.operation.path_parameters.iter();
    keys.any(|key| key.name == name)
}
