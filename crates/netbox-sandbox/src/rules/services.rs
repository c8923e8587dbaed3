//! Services: ports, and the older way to write them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    problem::{Problems, WHOLE},
    render::{View, labelled},
    state::Object,
    table::Choices,
    write::Draft,
};

const PROTOCOLS: Choices = &[("tcp", "TCP"), ("udp", "UDP"), ("sctp", "SCTP")];

const MAX_PORT: u32 = 65_535;

fn mappings(object: &Object) -> Vec<(String, u32)> {
    let list = object.get("port_mappings").as_array().into_iter().flatten();
    list.filter_map(|mapping| {
        let (protocol, port) = mapping.as_str()?.split_once('/')?;
        Some((protocol.to_owned(), port.parse().ok()?))
    })
    .collect()
}

/// The only protocol of a service, if it has one.
fn only_protocol(object: &Object) -> Option<String> {
    let protocols: BTreeSet<_> =
        mappings(object).into_iter().map(|(protocol, _)| protocol).collect();
    if protocols.len() == 1 { protocols.into_iter().next() } else { None }
}

pub(crate) fn protocol(_: &View<'_>, object: &Object) -> Value {
    labelled(PROTOCOLS, &json!(only_protocol(object)))
}

pub(crate) fn ports(_: &View<'_>, object: &Object) -> Value {
    if only_protocol(object).is_none() {
        return Value::Null;
    }
    let mut ports: Vec<_> = mappings(object).into_iter().map(|(_, port)| port).collect();
    ports.sort_unstable();
    json!(ports)
}

/// Reads the older `protocol` and `ports`, and checks what there is.
pub(crate) fn clean(draft: &mut Draft<'_>, problems: &mut Problems) {
    let given = |name: &str| draft.body.get(name).filter(|value| !value.is_null());
    let (protocol, ports) = (given("protocol"), given("ports"));
    if (protocol.is_some() || ports.is_some()) && given("port_mappings").is_none() {
        let protocol = match protocol {
            Some(value) => value.as_str().map(str::to_owned),
            None => only_protocol(&draft.object),
        };
        let ports = match ports {
            Some(value) => value.as_array().cloned().unwrap_or_default(),
            None => mappings(&draft.object).iter().map(|(_, port)| json!(port)).collect(),
        };
        let Some(protocol) = protocol.filter(|_| !ports.is_empty()) else {
            problems.add(
                WHOLE,
                "Both 'protocol' and 'ports' are required when writing via the deprecated legacy \
                 format; use port_mappings instead.",
            );
            return;
        };
        let list: Vec<_> = ports.iter().map(|port| json!(format!("{protocol}/{port}"))).collect();
        draft.object.set("port_mappings", list);
    }
    let list = draft.object.get("port_mappings").as_array().cloned().unwrap_or_default();
    if list.is_empty() {
        problems.add("port_mappings", "This field cannot be blank.");
        return;
    }
    for mapping in &list {
        let text = mapping.as_str().unwrap_or_default();
        let legal = text.split_once('/').is_some_and(|(protocol, port)| {
            let known = PROTOCOLS.iter().any(|(name, _)| *name == protocol);
            known && port.parse::<u32>().is_ok_and(|port| (1..=MAX_PORT).contains(&port))
        });
        if !legal {
            problems.add("port_mappings", format!("Invalid port mapping: {text}"));
            return;
        }
    }
}

/// `?port=`
pub(crate) fn has_port(_: &View<'_>, object: &Object, text: &str) -> bool {
    text.parse().is_ok_and(|wanted: u32| mappings(object).iter().any(|(_, port)| *port == wanted))
}

/// `?protocol=`
pub(crate) fn has_protocol(_: &View<'_>, object: &Object, text: &str) -> bool {
    mappings(object).iter().any(|(protocol, _)| protocol == text)
}
