//! The order of lists: PostgreSQL's, with NetBox's natural sorting of names.

use std::cmp::Ordering;

use serde_json::Value;

use crate::{
    net::Net,
    render::{View, ancestors},
    state::Object,
    table::{self, Kind, Resource},
};

/// One criterion: a path of field names, and its direction.
#[derive(Debug, Clone)]
pub(crate) struct Criterion {
    path: String,
    descending: bool,
}

/// What an object is sorted by, for one criterion.
#[derive(Debug, Clone, PartialEq)]
enum Key {
    Number(f64),
    Net(Net),
    Text(String),
    /// A text that is compared naturally.
    Natural(String),
    /// The keys of the object that a reference names.
    Nested(Vec<Self>),
    /// PostgreSQL puts nulls last.
    Null,
}

/// Reads `?ordering=`; what names no field is dropped, as in NetBox.
pub(crate) fn parse(resource: &'static Resource, text: &str) -> Vec<Criterion> {
    let criteria = text.split(',').filter_map(|part| {
        let (path, descending) = match part.strip_prefix('-') {
            Some(path) => (path, true),
            None => (part, false),
        };
        let known = path == "id" || path == "pk" || resource.field(path).is_some();
        known.then(|| Criterion { path: path.to_owned(), descending })
    });
    criteria.collect()
}

/// Sorts objects by the criteria, or in the resource's own order if there are none.
pub(crate) fn sort(
    view: &View<'_>,
    resource: &'static Resource,
    criteria: &[Criterion],
    objects: &mut [&Object],
) {
    let default;
    let criteria = if criteria.is_empty() {
        default = default_criteria(resource);
        &default
    } else {
        criteria
    };
    objects.sort_by_cached_key(|object| {
        let keys = criteria.iter().map(|criterion| {
            Directed(key(view, resource, object, &criterion.path, 0), criterion.descending)
        });
        (Keys(keys.collect()), object.id)
    });
}

/// Sorts ids in the default order of their resource.
pub(crate) fn by_default(view: &View<'_>, resource: &'static Resource, ids: &mut Vec<u64>) {
    let mut objects: Vec<&Object> =
        ids.iter().filter_map(|id| view.state.get(resource.path, *id)).map(AsRef::as_ref).collect();
    sort(view, resource, &[], &mut objects);
    *ids = objects.iter().map(|object| object.id).collect();
}

fn default_criteria(resource: &Resource) -> Vec<Criterion> {
    let criteria = resource.order.iter().map(|path| match path.strip_prefix('-') {
        Some(path) => Criterion { path: path.to_owned(), descending: true },
        None => Criterion { path: (*path).to_owned(), descending: false },
    });
    criteria.collect()
}

/// How far references are followed in sorting.
const MAX_DEPTH: usize = 4;

fn key(
    view: &View<'_>,
    resource: &'static Resource,
    object: &Object,
    path: &str,
    depth: usize,
) -> Key {
    if path == "id" || path == "pk" {
        return number(object.id);
    }
    // A tree is listed with every object after its parent.
    if resource.parent.is_some() && path == "name" && depth < MAX_DEPTH {
        let mut line = ancestors(view.state, resource, object);
        line.reverse();
        let names = line.iter().filter_map(|id| view.state.get(resource.path, *id));
        let text = |object: &Object| text_key(resource, path, object.text(path));
        let mut keys: Vec<_> = names.map(|above| text(above)).collect();
        keys.push(text(object));
        return Key::Nested(keys);
    }
    // `#vrf` is the bare id of a reference, with null first.
    if let Some(path) = path.strip_prefix('#') {
        return number(object.id_of(path).unwrap_or_default());
    }
    let stored = object.get(path);
    match resource.field(path).map(|field| field.kind) {
        Some(Kind::Reference(target)) if depth < MAX_DEPTH => {
            let found = table::by_path(target)
                .zip(stored.as_u64().and_then(|id| view.state.get(target, id)));
            found.map_or(Key::Null, |(target, object)| {
                let paths = default_criteria(target);
                Key::Nested(
                    paths.iter().map(|by| key(view, target, object, &by.path, depth + 1)).collect(),
                )
            })
        }
        Some(Kind::Address | Kind::Network) => {
            Net::parse(object.text(path)).map_or(Key::Null, Key::Net)
        }
        Some(Kind::Count(of, by) | Kind::LiveCount(of, by)) => {
            number(view.state.referring(of, by, object.id).count() as u64)
        }
        _ => match stored {
            Value::Number(value) => value.as_f64().map_or(Key::Null, Key::Number),
            Value::Bool(value) => number(u64::from(*value)),
            Value::String(text) => text_key(resource, path, text),
            _ => Key::Null,
        },
    }
}

fn text_key(resource: &Resource, path: &str, text: &str) -> Key {
    let natural = resource.field(path).is_some_and(|field| field.natural);
    if natural { Key::Natural(text.to_owned()) } else { Key::Text(text.to_owned()) }
}

const fn number(value: u64) -> Key {
    Key::Number(value as f64)
}

#[derive(PartialEq)]
struct Directed(Key, bool);

#[derive(PartialEq)]
struct Keys(Vec<Directed>);

impl Eq for Keys {}

impl PartialOrd for Keys {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Keys {
    fn cmp(&self, other: &Self) -> Ordering {
        for (left, right) in self.0.iter().zip(&other.0) {
            let order = compare(&left.0, &right.0);
            let order = if left.1 { order.reverse() } else { order };
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }
}

fn compare(left: &Key, right: &Key) -> Ordering {
    match (left, right) {
        (Key::Number(left), Key::Number(right)) => left.total_cmp(right),
        (Key::Net(left), Key::Net(right)) => (left.v6, left.first(), left.length, left.host())
            .cmp(&(right.v6, right.first(), right.length, right.host())),
        (Key::Text(left), Key::Text(right)) => left.cmp(right),
        (Key::Natural(left), Key::Natural(right)) => natural(left, right),
        (Key::Nested(left), Key::Nested(right)) => {
            for (left, right) in left.iter().zip(right) {
                let order = compare(left, right);
                if order.is_ne() {
                    return order;
                }
            }
            left.len().cmp(&right.len())
        }
        (left, right) => rank(left).cmp(&rank(right)),
    }
}

const fn rank(key: &Key) -> u8 {
    match key {
        Key::Number(_) => 0,
        Key::Net(_) => 1,
        Key::Text(_) | Key::Natural(_) => 2,
        Key::Nested(_) => 3,
        Key::Null => 4,
    }
}

/// Compares as PostgreSQL's ICU collation `und-u-kn-true` does: runs of digits by their value,
/// punctuation before digits before letters, case only to break ties.
pub(crate) fn natural(left: &str, right: &str) -> Ordering {
    let order = chunks(left).cmp(chunks(right));
    order.then_with(|| right.cmp(left))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Chunk {
    Symbol(usize, char),
    /// The digits without leading zeros: first by their number, then by their value.
    Number(usize, String),
    Letter(char),
}

fn chunks(text: &str) -> impl Iterator<Item = Chunk> {
    /// ICU's order of the usual punctuation.
    const SYMBOLS: &str = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        if first.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let digits = rest[..end].trim_start_matches('0');
            rest = &rest[end..];
            return Some(Chunk::Number(digits.len(), digits.to_owned()));
        }
        rest = &rest[first.len_utf8()..];
        if first.is_alphabetic() {
            return Some(Chunk::Letter(first.to_lowercase().next().unwrap_or(first)));
        }
        let rank = if first.is_whitespace() { Some(0) } else { SYMBOLS.find(first).map(|n| n + 1) };
        Some(Chunk::Symbol(rank.unwrap_or(usize::MAX), first))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_naturally() {
        let mut names = ["sw10", "sw2", "SW1", "a b", "a-b", "a1", "ab", "Gi0/10", "Gi0/2"];
        names.sort_by(|left, right| natural(left, right));
        assert_eq!(names, ["a b", "a-b", "a1", "ab", "Gi0/2", "Gi0/10", "SW1", "sw2", "sw10"]);
    }
}
