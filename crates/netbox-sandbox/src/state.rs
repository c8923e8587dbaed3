//! The objects of a sandbox, with a journal to take writes back.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use crate::{
    clock::{Clock, rfc3339},
    table::{self, Kind, Resource},
};

static NULL: Value = Value::Null;

/// One stored object. Values are kept as they are compared: references as ids, choices bare.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Object {
    pub(crate) id: u64,
    values: BTreeMap<&'static str, Value>,
}

impl Object {
    pub(crate) fn get(&self, name: &str) -> &Value {
        self.values.get(name).unwrap_or(&NULL)
    }

    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        self.values.insert(name, value.into());
    }

    /// The value as text; empty where it is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).as_str().unwrap_or_default()
    }

    /// The value as the id of another object.
    pub(crate) fn id_of(&self, name: &str) -> Option<u64> {
        self.get(name).as_u64()
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name).as_bool().unwrap_or_default()
    }

    /// The value as a list of ids.
    pub(crate) fn ids_of(&self, name: &str) -> Vec<u64> {
        self.get(name).as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
    }
}

/// All objects of one resource.
#[derive(Debug, Clone)]
struct Rows {
    rows: BTreeMap<u64, Arc<Object>>,
    last_id: u64,
    /// The fields that hold ids of other objects.
    references: Vec<&'static str>,
    /// Which objects refer to an id by a field: what [`State::referring`] looks up.
    holders: BTreeMap<(&'static str, u64), BTreeSet<u64>>,
}

impl Rows {
    fn new(path: &str) -> Self {
        let fields = table::by_path(path).into_iter().flat_map(|resource| resource.fields);
        let references = fields
            .filter(|field| field.target().is_some() || matches!(field.kind, Kind::Tags))
            .map(|field| field.name)
            .collect();
        Self { rows: BTreeMap::new(), last_id: 0, references, holders: BTreeMap::new() }
    }

    /// Stores an object, or removes it; returns what was there.
    fn replace(&mut self, id: u64, object: Option<Arc<Object>>) -> Option<Arc<Object>> {
        let before = match object {
            Some(object) => self.rows.insert(id, object),
            None => self.rows.remove(&id),
        };
        if let Some(before) = &before {
            for key in keys(&self.references, before) {
                if let Some(holders) = self.holders.get_mut(&key) {
                    holders.remove(&id);
                }
            }
        }
        if let Some(after) = self.rows.get(&id) {
            for key in keys(&self.references, after) {
                self.holders.entry(key).or_default().insert(id);
            }
        }
        before
    }
}

/// What an object refers to, by which field.
fn keys<'a>(
    references: &'a [&'static str],
    object: &'a Object,
) -> impl Iterator<Item = (&'static str, u64)> + 'a {
    references.iter().flat_map(|field| {
        let ids = match object.get(field) {
            Value::Array(ids) => ids.as_slice(),
            id => std::slice::from_ref(id),
        };
        ids.iter().filter_map(|id| Some((*field, id.as_u64()?)))
    })
}

/// How to take one write back.
#[derive(Debug, Clone)]
struct Undo {
    path: &'static str,
    id: u64,
    before: Option<Arc<Object>>,
}

/// Everything the sandbox remembers.
#[derive(Debug, Clone)]
pub(crate) struct State {
    clock: Clock,
    last_stamp: i64,
    tables: BTreeMap<&'static str, Rows>,
    journal: Vec<Undo>,
    requests: u64,
}

/// A place in the journal to go back to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark(usize);

impl State {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, last_stamp: 0, tables: BTreeMap::new(), journal: Vec::new(), requests: 0 }
    }

    /// The time, never the same twice.
    pub(crate) fn stamp(&mut self) -> String {
        self.last_stamp = self.clock.micros().max(self.last_stamp.saturating_add(1));
        rfc3339(self.last_stamp)
    }

    /// The time, as it is.
    pub(crate) fn now(&self) -> String {
        rfc3339(self.clock.micros())
    }

    /// The id of a new request, in the form of a UUID.
    pub(crate) fn request_id(&mut self) -> String {
        self.requests += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.requests)
    }

    pub(crate) fn get(&self, path: &str, id: u64) -> Option<&Arc<Object>> {
        self.tables.get(path)?.rows.get(&id)
    }

    /// All objects of a resource, by id.
    pub(crate) fn all(&self, path: &str) -> impl DoubleEndedIterator<Item = &Arc<Object>> {
        self.tables.get(path).into_iter().flat_map(|table| table.rows.values())
    }

    /// The objects of a resource that refer to an id by a field, in the order of their ids.
    pub(crate) fn referring<'a>(
        &'a self,
        path: &str,
        field: &'a str,
        id: u64,
    ) -> impl DoubleEndedIterator<Item = &'a Arc<Object>> {
        let table = self.tables.get(path);
        table.into_iter().flat_map(move |table| {
            let holders = table.holders.get(&(field, id)).into_iter().flatten();
            holders.filter_map(|id| table.rows.get(id))
        })
    }

    /// The objects of a resource whose generic reference names this object.
    pub(crate) fn attached<'a>(
        &'a self,
        path: &str,
        fields: (&'a str, &'a str),
        model: &'a str,
        id: u64,
    ) -> impl DoubleEndedIterator<Item = &'a Arc<Object>> {
        self.all(path).filter(move |object| {
            object.text(fields.0) == model && object.id_of(fields.1) == Some(id)
        })
    }

    /// Stores a new object under the next id. An id is never given twice, even if the write is
    /// taken back, as with PostgreSQL's sequences.
    pub(crate) fn insert(&mut self, path: &'static str, mut object: Object) -> u64 {
        let table = self.table(path);
        table.last_id += 1;
        object.id = table.last_id;
        let id = object.id;
        table.replace(id, Some(Arc::new(object)));
        self.journal.push(Undo { path, id, before: None });
        id
    }

    pub(crate) fn put(&mut self, path: &'static str, object: Object) {
        let id = object.id;
        let before = self.table(path).replace(id, Some(Arc::new(object)));
        self.journal.push(Undo { path, id, before });
    }

    pub(crate) fn remove(&mut self, path: &'static str, id: u64) -> Option<Arc<Object>> {
        let before = self.table(path).replace(id, None)?;
        self.journal.push(Undo { path, id, before: Some(Arc::clone(&before)) });
        Some(before)
    }

    fn table(&mut self, path: &'static str) -> &mut Rows {
        self.tables.entry(path).or_insert_with(|| Rows::new(path))
    }

    pub(crate) const fn mark(&self) -> Mark {
        Mark(self.journal.len())
    }

    /// Takes back every write since the mark.
    pub(crate) fn roll_back(&mut self, mark: Mark) {
        while self.journal.len() > mark.0 {
            let Some(Undo { path, id, before }) = self.journal.pop() else { return };
            self.table(path).replace(id, before);
        }
    }

    /// Takes back every write that was not committed.
    pub(crate) fn roll_back_all(&mut self) {
        self.roll_back(Mark(0));
    }

    /// Forgets how to take writes back.
    pub(crate) fn commit(&mut self) {
        self.journal.clear();
    }

    /// A new object of a resource with every field at its preset value.
    pub(crate) fn blank(&mut self, resource: &'static Resource) -> Object {
        let mut object = Object::default();
        for field in resource.fields.iter().filter(|field| field.is_stored()) {
            object.set(field.name, field.preset_value());
        }
        if resource.field("date_joined").is_some() {
            object.set("date_joined", self.stamp());
        }
        if resource.field("created").is_some() {
            object.set("created", self.stamp());
        }
        if resource.field("last_updated").is_some() {
            object.set("last_updated", self.stamp());
        }
        object
    }

    /// Stores an object with the given values, unchecked: for what NetBox makes by itself.
    pub(crate) fn make(&mut self, path: &str, values: &Map<String, Value>) -> Option<u64> {
        let resource = table::by_path(path)?;
        let mut object = self.blank(resource);
        for (name, value) in values {
            if let Some(field) = resource.field(name) {
                object.set(field.name, value.clone());
            }
        }
        Some(self.insert(resource.path, object))
    }
}
