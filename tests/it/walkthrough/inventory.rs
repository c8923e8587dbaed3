//! What stands in a NetBox, object by object, as the tools tell it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::agent::Agent;
use super::build::{Build, Object, Style};

/// A resource in the inventory.
struct Table {
    resource: &'static str,
    /// How many of the columns tell one object from the others.
    n_keys: usize,
    /// What a column is called, as when an object is created, and where its value stands.
    columns: &'static [(&'static str, &'static [&'static str])],
}

/// Every object of the resources that the walkthrough is about.
pub(super) struct Inventory {
    rows: BTreeMap<&'static str, Vec<Vec<String>>>,
}

impl Table {
    fn fields(&self) -> Vec<&'static str> {
        self.columns.iter().flat_map(|(_, paths)| paths.iter().copied()).collect()
    }

    /// A row of an answer as cells.
    fn cells(&self, row: &Value) -> Vec<String> {
        let cell = |paths: &[&str]| {
            let parts: Vec<String> = paths.iter().filter_map(|path| text(&row[*path])).collect();
            if parts.is_empty() { NONE.to_owned() } else { parts.join("/") }
        };
        self.columns.iter().map(|(_, paths)| cell(paths)).collect()
    }

    /// What tells an object from the others.
    fn key(&self, object: &Object) -> Vec<String> {
        let keys = self.columns.iter().take(self.n_keys);
        keys.map(|(name, _)| text(&object.fields[*name]).expect("a key")).collect()
    }

    /// The filters that these objects pass.
    fn filter(&self, objects: &[Object]) -> Value {
        let values = |key: &str| {
            let mut values: Vec<&Value> = objects.iter().map(|it| &it.fields[key]).collect();
            values.dedup();
            if let [value] = values.as_slice() { (*value).clone() } else { json!(values) }
        };
        let keys = self.columns.iter().take(self.n_keys);
        keys.map(|(key, _)| ((*key).to_owned(), values(key))).collect::<Map<_, _>>().into()
    }

    /// Checks that a row says of an object what it was created with.
    #[track_caller]
    fn check(&self, object: &Object, cells: &[String]) {
        for (name, value) in &object.fields {
            let place = self.columns.iter().position(|(known, _)| known == name);
            let place = place.unwrap_or_else(|| panic!("no column {name} of {}", self.resource));
            let expected = text(value).unwrap_or_else(|| NONE.to_owned());
            assert_eq!(cells[place], expected, "{} of {} {cells:?}", name, self.resource);
        }
    }
}

impl Inventory {
    /// Asks for every object.
    pub(super) async fn take(agent: &mut Agent) -> Self {
        let mut rows = BTreeMap::new();
        for table in TABLES {
            let answered = agent.rows(table.resource, &json!({}), &table.fields()).await;
            rows.insert(table.resource, answered.iter().map(|row| table.cells(row)).collect());
        }
        Self { rows }
    }

    /// The rows of a resource that are of a network, in the order of its build.
    fn rows_of(&self, build: &Build, table: &Table) -> Vec<&Vec<String>> {
        let objects = build.objects();
        let keys = objects.iter().filter(|object| object.resource == table.resource);
        let row = |object: &Object| {
            let key = table.key(object);
            let mut found = self.rows[table.resource].iter().filter(|row| row.starts_with(&key));
            let row = found.next().unwrap_or_else(|| panic!("no {} {key:?}", table.resource));
            assert!(found.next().is_none(), "{} {key:?} is there twice", table.resource);
            table.check(object, row);
            row
        };
        keys.map(row).collect()
    }

    /// Checks that there are these networks, each whole and by itself, and nothing else.
    #[track_caller]
    pub(super) fn check_combined(&self, builds: &[Build]) {
        for (resource, n_objects) in COMBINED {
            assert_eq!(self.rows[resource].len(), n_objects, "{resource}");
        }
        let names: Vec<BTreeSet<&String>> = builds
            .iter()
            .map(|build| {
                let keys = |table: &'static Table| {
                    let rows = self.rows_of(build, table);
                    rows.into_iter().filter_map(|row| row.get(table.n_keys - 1))
                };
                TABLES.iter().flat_map(keys).collect()
            })
            .collect();
        for table in TABLES {
            let n_rows: usize = builds.iter().map(|build| self.rows_of(build, table).len()).sum();
            assert_eq!(self.rows[table.resource].len(), n_rows, "{} of nobody", table.resource);
            for (build, others) in builds.iter().zip(names.iter().rev()) {
                for row in self.rows_of(build, table) {
                    let of_others = row.iter().find(|cell| others.contains(cell));
                    assert_eq!(of_others, None, "{} of {}: {row:?}", table.resource, build.name);
                }
            }
        }
    }

    /// The inventory of a network.
    pub(super) fn markdown(&self, build: &Build) -> String {
        let n_objects = build.objects().len();
        let mut text = format!(
            "# The network \"{}\": {n_objects} objects\n\nAs the tools tell it; written by `cargo \
             xtask walkthrough`.\n",
            build.name
        );
        for table in TABLES {
            let rows = self.rows_of(build, table);
            if rows.is_empty() {
                continue;
            }
            let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
            // Writing to a text does not fail.
            let _ = write!(text, "\n## {}: {}\n\n", table.resource, rows.len());
            let _ = writeln!(text, "| {} |\n|{}", names.join(" | "), "---|".repeat(names.len()));
            for row in rows {
                let _ = writeln!(text, "| {} |", row.join(" | "));
            }
        }
        text
    }
}

/// Asks for every object of a network, by itself or with the others of its resource, and compares
/// what is answered with what it was created with.
pub(super) async fn query_back(agent: &mut Agent, build: &Build, style: Style) {
    for table in TABLES {
        let mut objects = build.objects();
        objects.retain(|object| object.resource == table.resource);
        let at_once = if style == Style::Batched { objects.len() } else { 1 };
        for objects in objects.chunks(at_once.max(1)) {
            let rows = agent.rows(table.resource, &table.filter(objects), &table.fields()).await;
            let rows: Vec<Vec<String>> = rows.iter().map(|row| table.cells(row)).collect();
            assert_eq!(rows.len(), objects.len(), "{}: {rows:?}", table.resource);
            for object in objects {
                let key = table.key(object);
                let row = rows.iter().find(|row| row.starts_with(&key));
                table.check(object, row.unwrap_or_else(|| panic!("no {key:?} in {rows:?}")));
            }
        }
    }
}

/// A value in a cell; none where there is none.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        // A height of two units is 2.0 in an answer.
        Value::Number(number) => number.as_f64().map(|number| number.to_string()),
        Value::Array(elements) => elements.first().and_then(text),
        other => Some(other.to_string()),
    }
}

/// How many there are of both networks together, as the walkthrough says.
const COMBINED: [(&str, usize); 8] = [
    ("region", 5),
    ("site", 8),
    ("device", 16),
    ("manufacturer", 5),
    ("vrf", 5),
    ("prefix", 19),
    ("ipaddress", 9),
    ("vlan", 9),
];

const NONE: &str = "-";

const TABLES: &[Table] = &[
    Table { resource: "region", n_keys: 1, columns: &[("name", &["name"]), ("slug", &["slug"])] },
    Table {
        resource: "site",
        n_keys: 1,
        columns: &[
            ("name", &["name"]),
            ("slug", &["slug"]),
            ("region", &["region.name"]),
            ("status", &["status.value"]),
        ],
    },
    Table {
        resource: "manufacturer",
        n_keys: 1,
        columns: &[("name", &["name"]), ("slug", &["slug"])],
    },
    Table {
        resource: "devicetype",
        n_keys: 1,
        columns: &[
            ("model", &["model"]),
            ("slug", &["slug"]),
            ("manufacturer", &["manufacturer.name"]),
            ("u_height", &["u_height"]),
        ],
    },
    Table {
        resource: "platform",
        n_keys: 1,
        columns: &[
            ("name", &["name"]),
            ("slug", &["slug"]),
            ("manufacturer", &["manufacturer.name"]),
        ],
    },
    Table {
        resource: "devicerole",
        n_keys: 1,
        columns: &[("name", &["name"]), ("slug", &["slug"]), ("color", &["color"])],
    },
    Table {
        resource: "device",
        n_keys: 1,
        columns: &[
            ("name", &["name"]),
            ("role", &["role.name"]),
            ("device_type", &["device_type.model"]),
            ("platform", &["platform.name"]),
            ("site", &["site.name"]),
            ("status", &["status.value"]),
        ],
    },
    Table {
        resource: "interface",
        n_keys: 2,
        columns: &[("device", &["device.name"]), ("name", &["name"]), ("type", &["type.value"])],
    },
    Table {
        resource: "cable",
        n_keys: 1,
        columns: &[
            ("label", &["label"]),
            ("type", &["type"]),
            ("a", &["a_terminations.object.device.name", "a_terminations.object.name"]),
            ("b", &["b_terminations.object.device.name", "b_terminations.object.name"]),
            ("status", &["status.value"]),
        ],
    },
    Table {
        resource: "vlan",
        n_keys: 2,
        columns: &[
            ("vid", &["vid"]),
            ("name", &["name"]),
            ("site", &["site.name"]),
            ("status", &["status.value"]),
        ],
    },
    Table { resource: "vrf", n_keys: 1, columns: &[("name", &["name"]), ("rd", &["rd"])] },
    Table {
        resource: "rir",
        n_keys: 1,
        columns: &[("name", &["name"]), ("slug", &["slug"]), ("is_private", &["is_private"])],
    },
    Table {
        resource: "aggregate",
        n_keys: 1,
        columns: &[("prefix", &["prefix"]), ("rir", &["rir.name"])],
    },
    Table {
        resource: "prefix",
        n_keys: 1,
        columns: &[
            ("prefix", &["prefix"]),
            ("vrf", &["vrf.name"]),
            ("status", &["status.value"]),
            ("scope_type", &["scope_type"]),
            ("scope_id", &["scope.name"]),
        ],
    },
    Table {
        resource: "ipaddress",
        n_keys: 1,
        columns: &[
            ("address", &["address"]),
            ("vrf", &["vrf.name"]),
            ("dns_name", &["dns_name"]),
            ("status", &["status.value"]),
            ("assigned_object_type", &["assigned_object_type"]),
            ("assigned_object_id", &["assigned_object.device.name", "assigned_object.name"]),
        ],
    },
];
