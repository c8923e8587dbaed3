//! What is still free of something, and taking the next of it.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{ip_ranges, vlans};
use crate::{
    bulk,
    net::{Net, merged},
    page,
    problem::Failure,
    python,
    render::{Shape, View, members},
    reply::Reply,
    request::Request,
    route,
    state::{Object, State},
    table::{self, Kind, Resource},
    write::{self, Author},
};

/// A pool that gives away new objects.
#[derive(Debug, Clone, Copy)]
struct Pool {
    /// The resource whose objects are given away.
    gives: &'static str,
    /// The field that the pool sets in them.
    sets: &'static str,
}

/// Answers `available-ips`, `available-prefixes`, `available-vlans` and `available-asns`.
///
/// # Errors
///
/// 409 where too little is left; complaints about what is asked for.
pub(crate) fn answer(
    state: &mut State,
    request: &Request,
    author: Author<'_>,
    parent: &Object,
    name: &str,
) -> Result<Reply, Failure> {
    let pool = match name {
        "available-ips" => Pool { gives: "ipam/ip-addresses", sets: "address" },
        "available-prefixes" => Pool { gives: "ipam/prefixes", sets: "prefix" },
        "available-vlans" => Pool { gives: "ipam/vlans", sets: "vid" },
        _ => Pool { gives: "ipam/asns", sets: "asn" },
    };
    match request.method {
        Method::GET | Method::HEAD => {
            let view = View { state, base: author.base };
            let n = if pool.sets == "prefix" { usize::MAX } else { page::limit(request) };
            let free = free(state, pool, parent, n);
            Ok(Reply::ok(free.iter().map(|free| show(&view, pool, parent, free)).collect()))
        }
        Method::POST => take(state, request, author, pool, parent),
        _ => Err(route::not_allowed(request)),
    }
}

/// The first free values of a pool.
fn free(state: &State, pool: Pool, parent: &Object, n: usize) -> Vec<Value> {
    match pool.sets {
        "address" => {
            free_addresses(state, parent, n).iter().map(|net| json!(net.to_string())).collect()
        }
        "prefix" => free_prefixes(state, parent).iter().map(|net| json!(net.to_string())).collect(),
        "vid" => {
            let taken = state.referring("ipam/vlans", "group", parent.id);
            let taken: BTreeSet<_> = taken.filter_map(|vlan| vlan.get("vid").as_i64()).collect();
            let ranges = vlans::vid_ranges(parent).into_iter();
            let all: BTreeSet<i64> = ranges.flat_map(|(first, last)| first..=last).collect();
            all.difference(&taken).take(n).map(|vid| json!(vid)).collect()
        }
        _ => {
            let bound = |name: &str| parent.get(name).as_i64().unwrap_or_default();
            let taken = state.all("ipam/asns").filter_map(|asn| asn.get("asn").as_i64());
            let taken: BTreeSet<_> = taken.collect();
            let all = bound("start")..=bound("end");
            all.filter(|asn| !taken.contains(asn)).take(n).map(|asn| json!(asn)).collect()
        }
    }
}

fn show(view: &View<'_>, pool: Pool, parent: &Object, free: &Value) -> Value {
    let vrf = || view.nested("ipam/vrfs", parent.id_of("vrf"), None);
    let family = || {
        let net = free.as_str().and_then(Net::parse);
        json!(net.map(Net::family))
    };
    let shown = match pool.sets {
        "vid" => members([
            ("vid", free.clone()),
            ("group", view.nested("ipam/vlan-groups", Some(parent.id), None)),
        ]),
        "asn" => members([
            ("rir", view.nested("ipam/rirs", parent.id_of("rir"), None)),
            ("asn", free.clone()),
        ]),
        name => members([("family", family()), (name, free.clone()), ("vrf", vrf())]),
    };
    Value::Object(shown)
}

/// Where the addresses of a prefix or range lie.
fn span(parent: &Object) -> Option<(Net, u128, u128)> {
    if let Some((first, last)) = ip_ranges::bounds(parent) {
        return Some((first, first.host(), last.host()));
    }
    let net = Net::parse(parent.text("prefix"))?;
    let whole = parent.is_true("is_pool") || net.full_length() - net.length <= 1;
    let (first, last) = (net.first(), net.last());
    Some(match (whole, net.v6) {
        (true, _) => (net, first, last),
        (false, true) => (net, first + 1, last),
        (false, false) => (net, first + 1, last - 1),
    })
}

fn free_addresses(state: &State, parent: &Object, n: usize) -> Vec<Net> {
    let Some((net, first, last)) = span(parent) else { return Vec::new() };
    let any_vrf = parent.id_of("vrf").is_none() && parent.text("status") == "container";
    let near = |object: &&std::sync::Arc<Object>| any_vrf || object.get("vrf") == parent.get("vrf");
    let addresses = state.all("ipam/ip-addresses").filter(near).filter_map(|address| {
        let own = Net::parse(address.text("address")).filter(|own| own.v6 == net.v6)?;
        Some((own.host(), own.host()))
    });
    let ranges = state.all("ipam/ip-ranges").filter(near).filter_map(|range| {
        let (from, to) = ip_ranges::bounds(range).filter(|(from, _)| from.v6 == net.v6)?;
        let populated = range.is_true("mark_populated");
        populated.then(|| (from.host(), to.host()))
    });
    let taken = merged(&addresses.chain(ranges).collect::<Vec<_>>());
    let mut found = Vec::new();
    let mut next = Some(first);
    let mut taken = taken.iter().skip_while(|(_, to)| *to < first).peekable();
    while let Some(at) = next.filter(|at| *at <= last && found.len() < n) {
        if let Some((from, to)) = taken.peek()
            && *from <= at
        {
            next = to.checked_add(1);
            taken.next();
            continue;
        }
        found.push(net.with_host(at));
        next = at.checked_add(1);
    }
    found
}

fn free_prefixes(state: &State, parent: &Object) -> Vec<Net> {
    let Some(net) = Net::parse(parent.text("prefix")) else { return Vec::new() };
    let children = state.all("ipam/prefixes").filter(|other| other.get("vrf") == parent.get("vrf"));
    let taken = children.filter_map(|child| {
        let own = Net::parse(child.text("prefix"))?;
        (own != net && net.contains(own)).then(|| (own.first(), own.last()))
    });
    net.free(&taken.collect::<Vec<_>>())
}

fn take(
    state: &mut State,
    request: &Request,
    author: Author<'_>,
    pool: Pool,
    parent: &Object,
) -> Result<Reply, Failure> {
    let body = request.json()?;
    let (items, single) = match body {
        Value::Array(items) => (items, false),
        body => (vec![body], true),
    };
    let mut items = prepared(pool, parent, items)?;
    let free = free(state, pool, parent, items.len().max(1));
    if pool.sets == "prefix" {
        give_prefixes(&free, &mut items)?;
    } else {
        if free.len() < items.len() {
            return Err(exhausted());
        }
        for (item, free) in items.iter_mut().zip(free) {
            let length = item.remove("prefix_length").and_then(|length| length.as_u64());
            let free = match (free.as_str(), length) {
                (Some(address), Some(length)) => {
                    let host = address.split('/').next().unwrap_or_default();
                    json!(format!("{host}/{length}"))
                }
                _ => free,
            };
            item.insert(pool.sets.to_owned(), free);
        }
    }
    for item in &mut items {
        match pool.sets {
            "vid" => item.insert("group".to_owned(), json!(parent.id)),
            "asn" => item.insert("rir".to_owned(), json!(parent.id_of("rir"))),
            _ => item.insert("vrf".to_owned(), json!(parent.id_of("vrf"))),
        };
    }
    let resource = table::by_path(pool.gives).ok_or_else(Failure::not_found)?;
    let items: Vec<Value> = items.into_iter().map(Value::Object).collect();
    if let ([item], true) = (items.as_slice(), single) {
        let created = write::create(state, author, resource, item, &Shape::All);
        // VLANs are checked in a list of one.
        let id = created.map_err(|failure| match pool.sets {
            "vid" => Failure::new(failure.status, json!([failure.body])),
            _ => failure,
        })?;
        return Ok(fresh(state, author, resource, &[id], true));
    }
    let ids = bulk::create(state, author, resource, &items, &Shape::All).map_err(by_position)?;
    Ok(fresh(state, author, resource, &ids, false))
}

/// New objects as these endpoints show them: without counts, and outside of any hierarchy.
fn fresh(
    state: &State,
    author: Author<'_>,
    resource: &'static Resource,
    ids: &[u64],
    single: bool,
) -> Reply {
    let view = View { state, base: author.base };
    let counts = resource.fields.iter().filter(|field| matches!(field.kind, Kind::Count(..)));
    let shape = Shape::Without(counts.map(|field| field.name.to_owned()).collect());
    let mut shown: Vec<Value> = ids
        .iter()
        .filter_map(|id| state.get(resource.path, *id))
        .map(|object| {
            let mut shown = view.show(resource, object, &shape);
            if let Some(depth) = shown.get_mut("_depth") {
                *depth = json!(0);
            }
            shown
        })
        .collect();
    let body = if single { shown.pop().unwrap_or_default() } else { Value::Array(shown) };
    Reply::json(StatusCode::CREATED, body)
}

/// These endpoints report what is wrong with a list as a list of the same length.
fn by_position(failure: Failure) -> Failure {
    let Some(errors) = failure.body["errors"].as_array() else { return failure };
    let position = |error: &Value| error["index"].as_u64().unwrap_or_default();
    let last = errors.iter().map(position).max().unwrap_or_default();
    let listed = (0..=last).map(|index| {
        let found = errors.iter().find(|error| position(error) == index);
        found.map_or_else(|| json!({}), |error| error["errors"].clone())
    });
    Failure::new(failure.status, listed.collect())
}

fn prepared(
    pool: Pool,
    parent: &Object,
    items: Vec<Value>,
) -> Result<Vec<Map<String, Value>>, Failure> {
    let mut errors = Vec::new();
    let mut prepared = Vec::new();
    for item in items {
        let mut complaint = json!({});
        match item {
            Value::Object(members) => {
                complaint = length_complaint(pool, parent, members.get("prefix_length"));
                prepared.push(members);
            }
            other => {
                let found = python::type_name(&other);
                let text = format!("Invalid data. Expected a dictionary, but got {found}.");
                complaint["__all__"] = json!([text]);
            }
        }
        errors.push(complaint);
    }
    if errors.iter().any(|error| *error != json!({})) {
        return Err(Failure::new(StatusCode::BAD_REQUEST, Value::Array(errors)));
    }
    Ok(prepared)
}

/// What is wrong with a `prefix_length`, in NetBox's words: its two families are mixed up there.
fn length_complaint(pool: Pool, parent: &Object, length: Option<&Value>) -> Value {
    let complaint = |text: String| json!({"prefix_length": text});
    let length = match length {
        None | Some(Value::Null) if pool.sets == "prefix" => {
            return complaint("this field can not be missing".to_owned());
        }
        None => return json!({}),
        Some(value) => match crate::input::integer(value) {
            Ok(length) => length.as_i64().unwrap_or_default(),
            Err(_) if pool.sets == "prefix" => {
                return complaint("this field must be int type".to_owned());
            }
            Err(message) => return json!({"prefix_length": [message]}),
        },
    };
    let Some((net, ..)) = span(parent) else { return json!({}) };
    let named = match (net.family(), pool.sets) {
        (4, "prefix") | (6, "address") => "IPv4",
        _ => "IPv6",
    };
    if !matches!(pool.sets, "address" | "prefix") {
        return json!({});
    }
    if length > i64::from(net.full_length()) || length < 0 {
        return complaint(format!("Invalid prefix length ({length}) for {named}"));
    }
    if pool.sets == "address" && length < i64::from(net.length) {
        return complaint(format!(
            "Prefix length must be greater than or equal to the parent mask length ({})",
            net.length
        ));
    }
    json!({})
}

/// Gives each item the first free prefix of the length it asks for.
fn give_prefixes(free: &[Value], items: &mut [Map<String, Value>]) -> Result<(), Failure> {
    let mut free: Vec<Net> =
        free.iter().filter_map(|text| text.as_str().and_then(Net::parse)).collect();
    for item in items {
        let length = item.remove("prefix_length").as_ref().map(crate::input::integer);
        let length = length.and_then(Result::ok).and_then(|length| length.as_u64());
        let length = length.and_then(|length| u8::try_from(length).ok()).unwrap_or_default();
        let found = free.iter().position(|net| net.length <= length);
        let Some(index) = found else { return Err(exhausted()) };
        let from = free.remove(index);
        let given = from.with_length(length);
        let rest = from.free(&[(given.first(), given.last())]);
        free.splice(index..index, rest);
        item.insert("prefix".to_owned(), json!(given.to_string()));
    }
    Ok(())
}

fn exhausted() -> Failure {
    Failure::detail(
        StatusCode::CONFLICT,
        "Insufficient resources are available to satisfy the request",
    )
}
