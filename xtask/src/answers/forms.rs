//! At which share of empty cells lines of JSON cost less than a table.
//!
//! Measured over the lists of the sandbox's larger network and of a recorded NetBox, with many choices
//! of their columns, in both forms as answers write them. Few of these are mostly empty by themselves,
//! so each is measured with so many of its cells emptied, too.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Server, recorded, tokens};

/// A column: its name, and its value in every row, flattened.
type Column = (String, Vec<Value>);

/// What both forms cost together.
#[derive(Default)]
struct Cost {
    n_lists: usize,
    table: usize,
    lines: usize,
}

/// A choice as its value, a reference as its name; what no few words say is nothing.
fn flat(value: &Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => Value::Null,
        Value::Array(elements) if elements.is_empty() => Value::Null,
        Value::Array(elements) => elements.iter().map(flat).collect(),
        Value::Object(members) => {
            let names = ["value", "name", "address", "model", "display"];
            names.iter().find_map(|name| members.get(*name)).cloned().unwrap_or_default()
        }
        value => value.clone(),
    }
}

/// The columns of a list that are not the same in every row, those that are emptiest first.
fn columns(rows: &[Value]) -> Vec<Column> {
    let keys = rows[0].as_object().expect("an object").keys();
    let column = |key: &String| (key.clone(), rows.iter().map(|row| flat(&row[key])).collect());
    let mut columns: Vec<Column> = keys
        .filter(|key| !["id", "url", "display_url", "display"].contains(&key.as_str()))
        .map(column)
        .filter(|(_, values): &Column| values.iter().any(|value| *value != values[0]))
        .collect();
    columns.sort_by_key(|(_, values)| values.iter().filter(|value| !value.is_null()).count());
    columns
}

fn table(ids: &[Value], columns: &[Column]) -> String {
    let cell = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(texts) => {
            texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        value => value.to_string(),
    };
    let names = columns.iter().map(|(name, _)| name.clone());
    let mut lines = vec![["id".to_owned()].into_iter().chain(names).collect::<Vec<_>>()];
    for (row, id) in ids.iter().enumerate() {
        let cells = columns.iter().map(|(_, values)| cell(&values[row]));
        lines.push([id.to_string()].into_iter().chain(cells).collect());
    }
    lines.iter().map(|cells| cells.join("\t") + "\n").collect()
}

fn lines(ids: &[Value], columns: &[Column]) -> String {
    let object = |(row, id): (usize, &Value)| {
        let given = columns.iter().filter(|(_, values)| !values[row].is_null());
        let given = given.map(|(name, values)| (name.clone(), values[row].clone()));
        let object: Map<String, Value> =
            [("id".to_owned(), id.clone())].into_iter().chain(given).collect();
        format!("{}\n", Value::Object(object))
    };
    ids.iter().enumerate().map(object).collect()
}

/// The same columns with about so many of a hundred cells emptied.
fn emptied(columns: &[Column], percent: usize) -> Vec<Column> {
    let mut n = 0;
    let mut empty = |value: &Value| {
        n = (n + 37) % 100;
        if n < percent { Value::Null } else { value.clone() }
    };
    let column = |(name, values): &Column| (name.clone(), values.iter().map(&mut empty).collect());
    columns.iter().map(column).collect()
}

/// Adds what both forms cost with every few neighbouring columns, by the share of empty cells in
/// steps of five percent.
fn measure(rows: &[Value], into: &mut BTreeMap<usize, Cost>) {
    let columns = columns(rows);
    let ids: Vec<Value> = rows.iter().map(|row| row["id"].clone()).collect();
    for n_columns in [2, 3, 5, 8] {
        for chosen in columns.windows(n_columns) {
            for percent in EMPTIED {
                let chosen = emptied(chosen, percent);
                let cells = || chosen.iter().flat_map(|(_, values)| values);
                let n_empty = cells().filter(|value| value.is_null()).count();
                let cost = into.entry(n_empty * 20 / cells().count() * 5).or_default();
                cost.n_lists += 1;
                cost.table += tokens(&table(&ids, &chosen));
                cost.lines += tokens(&lines(&ids, &chosen));
            }
        }
    }
}

#[test]
fn the_share_of_empty_cells_decides_between_a_table_and_json() {
    let (server, _) = Server::campus();
    let mut costs = BTreeMap::new();
    let of_sandbox = server.catalog.resources().iter().filter_map(|resource| {
        let list = server.direct(&format!("{}?limit=50", resource.path));
        list["results"].as_array().cloned()
    });
    for rows in of_sandbox.chain(recorded().into_values()).filter(|rows| rows.len() >= 3) {
        measure(&rows, &mut costs);
    }
    for (percent, Cost { n_lists, table, lines }) in &costs {
        println!("{percent:>3}%: {n_lists:>5} lists, table {table:>7}, lines {lines:>7}");
    }
    for (percent, Cost { table, lines, .. }) in &costs {
        let is_sparse = *percent >= MIN_PERCENT_SPARSE;
        assert_eq!(lines < table, is_sparse, "{percent}: table {table}, lines {lines}");
    }
}

/// Of a hundred cells, how many are emptied.
const EMPTIED: [usize; 8] = [0, 60, 70, 75, 80, 85, 90, 95];

/// `MIN_PERCENT_SPARSE` in `dispatch-core/src/shape/list.rs`.
const MIN_PERCENT_SPARSE: usize = 80;
