//! What holds whatever the API answers.

use std::cell::Cell;

use bytes::Bytes;
use dispatch_core::shape::{Format, Page, Sent, Shaper};
use http::StatusCode;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::exchange::{catalog_of, shaper};

/// Text that tries to break out of its cell.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n"),
        Just("\t"),
        Just("\r\n"),
        Just("\u{2028}"),
        Just("\u{85}"),
        Just("\""),
        Just("\\"),
        Just("-"),
        Just("all: "),
        Just("99\tadmin"),
        Just(", "),
        Just("3 of 3 things"),
        Just("ordinary"),
        Just(" "),
        Just("ünïcode"),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// Rows with an id and three fields of text, some of them missing.
fn rows() -> impl Strategy<Value = Vec<Value>> {
    let row = (hostile(), hostile(), proptest::option::of(hostile()));
    proptest::collection::vec(row, 0..12).prop_map(|rows| {
        let row = |(n, (a, b, c)): (usize, (String, String, Option<String>))| {
            json!({"id": n + 1, "a": a, "b": b, "c": c})
        };
        rows.into_iter().enumerate().map(row).collect()
    })
}

/// Any JSON value with short keys.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        hostile().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-d]", inner, 0..4)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A cell as a reader understands it.
fn read_cell(cell: &str) -> Value {
    match cell {
        "-" => Value::Null,
        text if text.starts_with('"') => serde_json::from_str(text).expect("a JSON string"),
        text => Value::from(text),
    }
}

/// The table of a list as a reader understands it: the names of the columns, then the rows.
fn read_table(text: &str) -> Vec<Vec<Value>> {
    let lines = text.split('\n').skip(1).filter(|line| !line.starts_with("all: "));
    lines.map(|line| line.split('\t').map(read_cell).collect()).collect()
}

fn fields(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_cell_makes_a_line_or_a_column(rows in rows().prop_filter("few are empty", |rows| {
        let n = rows.iter().flat_map(|row| ["a", "b", "c"].map(|key| &row[key]))
            .filter(|value| value.as_str().is_none_or(str::is_empty)).count();
        n * 2 < rows.len() * 4
    })) {
        let catalog = catalog_of("thing", "list", &json!({"results": rows}), |_| {});
        let asked = fields(&["a", "b", "c"]);
        let shaper = Shaper { fields: Some(&asked), ..shaper(&catalog) };
        let text = shaper.list(&rows, &Page::default(), &|_| None).text;
        prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
        if rows.is_empty() {
            return Ok(());
        }
        let table = read_table(&text);
        let (names, read) = table.split_first().expect("names");
        prop_assert_eq!(read.len(), rows.len());
        for (row, read) in rows.iter().zip(read) {
            prop_assert_eq!(read.len(), names.len());
            for (name, cell) in names.iter().zip(read) {
                let value = match &row[name.as_str().expect("a name")] {
                    Value::String(text) if text.is_empty() => Value::Null,
                    Value::Number(number) => Value::from(number.to_string()),
                    value => value.clone(),
                };
                prop_assert_eq!(cell, &value);
            }
        }
    }

    #[test]
    fn a_cut_is_between_rows_and_is_said(
        rows in rows(), max_tokens in 40_usize..300, first in 0_u64..1000, format in 0..2_usize,
    ) {
        let catalog = catalog_of("thing", "list", &json!({"results": rows}), |_| {});
        let format = [Format::Auto, Format::Json][format];
        let shaper = Shaper { max_tokens, format, ..shaper(&catalog) };
        let asked = Cell::new(None);
        let next_at = |row: u64| {
            asked.set(Some(row));
            Some("CURSOR".to_owned())
        };
        let page = Page { first, total: Some(5000), next: None };
        let text = shaper.list(&rows, &page, &next_at).text;
        let said: usize = text.split(' ').next().expect("a count").parse().expect("a count");
        let ids = rows.iter().filter(|row| {
            text.lines().any(|line| match format {
                Format::Auto => {
                    line.split('\t').next() == Some(&row["id"].to_string())
                        || line.starts_with(&format!("{{\"id\":{},", row["id"]))
                        || line == format!("{{\"id\":{}}}", row["id"])
                }
                _ => line.contains(&format!("{{\"id\":{},", row["id"])),
            })
        });
        prop_assert_eq!(ids.count(), said, "{}", text);
        if said < rows.len() && said > 0 {
            prop_assert_eq!(asked.get(), Some(first + said as u64));
            prop_assert!(text.contains("CURSOR"));
            prop_assert!(text.len() <= max_tokens * 3);
        }
    }

    #[test]
    fn no_form_shows_a_secret(
        mut value in any_json(), padding in any_json(), path in 0..5_usize, n in 0..4_usize,
    ) {
        let (pattern, planted) = [
            ("psk", json!({"psk": SECRET})),
            ("a.psk", json!({"a": [{"psk": SECRET}, [{"psk": {"deep": [SECRET]}}]]})),
            ("a.*", json!({"a": {"x": SECRET, "y": [SECRET]}})),
            ("**.psk", json!({"a": {"b": [{"psk": SECRET}]}, "psk": SECRET})),
            ("a.**", json!({"a": {"b": {"c": [SECRET]}}})),
        ][path].clone();
        if !value.is_object() {
            value = json!({"v": value});
        }
        for (key, member) in planted.as_object().expect("an object") {
            value[key] = member.clone();
        }
        value["id"] = json!(1);
        value["padding"] = padding;
        let rows = vec![value.clone(); n + 1];
        let envelope = json!({"results": rows});
        let secrets = |resource: &mut dispatch_core::catalog::Resource| {
            resource.secrets = vec![pattern.to_owned()];
        };
        let lists = catalog_of("thing", "list", &envelope, secrets);
        let creates = catalog_of("thing", "create", &value, secrets);
        let asked = fields(&["id", "psk", "a", "a.psk", "a.x", "a.b", "a.b.c", "padding"]);
        for format in [Format::Auto, Format::Json, Format::Raw] {
            for fields in [None, Some(asked.as_slice())] {
                let list = Shaper { format, fields, ..shaper(&lists) };
                let create = Shaper { format, fields, ..shaper(&creates) };
                let sent = Sent { body: Some(&value), ..Sent::default() };
                let body = Bytes::from(envelope.to_string());
                for text in [
                    list.list(&rows, &Page::default(), &|_| None),
                    list.object(&value),
                    list.raw(Some("application/json"), &body),
                    list.other(Some("text/csv"), &body),
                    create.written(StatusCode::CREATED, &value, sent),
                    create.written(StatusCode::CREATED, &value, Sent::default()),
                    create.written(StatusCode::CREATED, &json!({"id": 1, "psk": null, "a": ""}), sent),
                    create.bulk(StatusCode::CREATED, &rows, sent),
                    create.done(sent),
                    create.effect_unknown("the connection broke", sent),
                ] {
                    prop_assert!(!text.text.contains(SECRET), "{}", text.text);
                }
            }
        }
    }

    #[test]
    fn what_is_dropped_can_be_asked_for(value in any_json()) {
        let value = json!({"id": 7, "value": value});
        let catalog = catalog_of("thing", "get", &value, |_| {});
        let asked = fields(&["value"]);
        let exact = Shaper { format: Format::Json, ..shaper(&catalog) };
        prop_assert_eq!(&serde_json::from_str::<Value>(&exact.object(&value).text).unwrap(), &value);
        let projected = Shaper { fields: Some(&asked), ..exact };
        prop_assert_eq!(&serde_json::from_str::<Value>(&projected.object(&value).text).unwrap(), &value);
    }

    #[test]
    fn no_field_of_an_object_makes_another(text in hostile(), other in hostile()) {
        let value = json!({"id": 7, "text": text, "more": {"deep": {"a": other, "b": [other]}}});
        let catalog = catalog_of("thing", "get", &value, |_| {});
        let shaped = shaper(&catalog).object(&value).text;
        let keys: Vec<&str> = shaped
            .split(['\n', '\r', '\u{85}', '\u{2028}'])
            .filter(|line| !line.starts_with("  "))
            .map(|line| line.split([':', ' ']).next().expect("a key"))
            .collect();
        prop_assert!(keys.iter().all(|key| ["id", "text", "more"].contains(key)), "{}", shaped);
    }

    #[test]
    fn no_refusal_speaks_for_this_server(said in any_json(), status in 400_u16..600) {
        let catalog = catalog_of("thing", "create", &json!({}), |_| {});
        let body = Bytes::from(said.to_string());
        let status = StatusCode::from_u16(status).unwrap();
        let refusal = dispatch_core::shape::Refusal {
            status, content_type: Some("application/json"), location: None, retry_after: None, body: &body,
        };
        let text = shaper(&catalog).refused(&refusal, Sent::default()).text;
        let ours = text.lines().filter(|line| !line.starts_with("  ")).count();
        prop_assert!(ours <= 2, "{}", text);
    }
}

const SECRET: &str = "S3CR3T-hunter2";
