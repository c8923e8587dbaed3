//! Writes of which it is not known whether they happened.

use serde_json::{Map, Value};

use super::list::masked;
use super::secrets::{MASK, Secrets};
use super::{Sent, Shaper, flatten, quote};

pub(super) fn effect_unknown(shaper: &Shaper<'_>, why: &str, sent: Sent<'_>) -> String {
    let (resource, action) = (&shaper.resource.name, &shaper.action.name);
    if shaper.operation.method.is_safe() {
        return format!("{resource} {action} failed: the request was sent, then {why}; try again");
    }
    let how = look(shaper, sent).map(|how| format!(" with {how}")).unwrap_or_default();
    format!(
        "{resource} {action}: its effect is unknown. The request was sent, then {why}. It may have \
         been done in whole or not at all, and was not sent again. Before you try again, look what was \
         done{how}"
    )
}

/// The call that shows whether a write happened, where the resource has one.
pub(super) fn look(shaper: &Shaper<'_>, sent: Sent<'_>) -> Option<String> {
    let resource = shaper.resource;
    let action = |name: &str| {
        let action = resource.action(name)?;
        Some(shaper.catalog.operation(action.operation))
    };
    if let (Some(id), Some(get)) = (sent.id, action("get"))
        && let [parameter] = get.path_parameters.as_slice()
    {
        let id = serde_json::from_str::<serde_json::Number>(id)
            .map_or_else(|_| Value::from(id), Value::Number);
        let params = Map::from_iter([(parameter.name.clone(), id)]);
        return Some(call(&resource.name, "get", &params));
    }
    let list = action("list")?;
    let secrets = Secrets::new(&resource.secrets);
    let body = sent.body.map(|body| masked(&secrets, body));
    let name = body.as_deref().and_then(Value::as_object).and_then(flatten::name);
    let known = name.filter(|(key, name)| {
        name.as_str() != Some(MASK) && list.query.iter().any(|parameter| parameter.name == *key)
    });
    let params = known.map(|(key, name)| (key.to_owned(), name.clone())).into_iter().collect();
    Some(call(&resource.name, "list", &params))
}

fn call(resource: &str, action: &str, params: &Map<String, Value>) -> String {
    let call = format!("resource={} action={action}", quote::word(resource));
    if params.is_empty() { call } else { format!("{call} params={}", quote::json(params)) }
}
