//! The words of `find`: the argument of a tool, or of an action of the one tool.

use serde_json::Value;

use super::refusal::Refused;
use super::understand::Asked;
use crate::call::Call;
use crate::catalog::normalize;
use crate::resolve;
use crate::surface::Route;

/// Reads the words that a call looks for, a text or a list of them; none if it does something else.
///
/// The one tool has `find` as an action, whose words stand where a resource does, unless the
/// resource that stands there has an action of this name itself.
pub(super) fn words(
    asked: &Asked<'_>,
    route: Route,
    arguments: &[u8],
) -> Option<Result<String, Refused>> {
    if !matches!(route, Route::Find | Route::One) {
        return None;
    }
    let call = match Call::parse(arguments) {
        Ok(call) => call,
        Err(error) => return (route == Route::Find).then_some(Err(error.into())),
    };
    if route == Route::One && !is_find(asked, &call) {
        return None;
    }
    let given = call.member("words").and_then(|words| serde_json::from_str(words.get()).ok());
    let words = match given {
        Some(Value::String(words)) => words,
        Some(Value::Array(words)) => {
            words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        }
        _ => call.resources.join(" "),
    };
    Some(if words.trim().is_empty() { Err(Refused::NoWords) } else { Ok(words) })
}

fn is_find(asked: &Asked<'_>, call: &Call) -> bool {
    let Asked { catalog, access, .. } = *asked;
    let has_own = |resource: &String| {
        let id = resolve::resource(catalog, access, None, resource);
        id.is_ok_and(|id| resolve::action(catalog, access, id, FIND).is_ok())
    };
    call.action.as_deref().is_some_and(|action| normalize(action) == FIND)
        && !call.resources.iter().any(has_own)
}

const FIND: &str = "find";
