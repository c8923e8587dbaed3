//! Catalogs as bytes, and catalogs whose parts do not fit.

use dispatch_core::catalog::{CatalogParts, Paging, ResourceId, TypeId};
use dispatch_core::{Catalog, Fault};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::documents::{answers, library, object, reference, takes, with_schemas};
use super::{catalog, compiled, operation};

#[test]
fn equal_input_gives_equal_bytes() {
    let policy = "secrets = [\"*.id\"]\n[groups]\na = [\"author\"]";
    assert_eq!(catalog(&library(), policy).save(), catalog(&library(), policy).save());
    let remarks = || compiled(&library(), policy).unwrap().diagnostics;
    assert_eq!(remarks(), remarks());
}

#[test]
fn the_dialect_of_the_document_does_not_show() {
    let nullable = |document: Value| {
        let catalog = catalog(&document, "");
        catalog.types().0.iter().filter(|ty| ty.nullable).count()
    };
    let mut old = library();
    old["components"]["schemas"]["Book"]["properties"]["pages"]["nullable"] = json!(true);
    let mut new = library();
    new["openapi"] = json!("3.1.0");
    new["components"]["schemas"]["Book"]["properties"]["pages"]["type"] =
        json!(["integer", "null"]);
    assert_eq!(catalog(&old, "").parts().types, catalog(&new, "").parts().types);
    assert_eq!(nullable(new), 1);
}

#[test]
fn a_saved_catalog_is_loaded_as_it_was() {
    let catalog = catalog(&library(), "instructions = \"Quiet.\"\n[notes]\nbook = \"x\"");
    let loaded = Catalog::load(&catalog.save()).unwrap();
    assert_eq!(loaded.parts(), catalog.parts());
    assert_eq!(loaded.save(), catalog.save());
    assert_eq!(loaded.listing(), catalog.listing());
}

#[test]
fn only_types_that_are_used_are_kept_and_cycles_stay() {
    let tree = object(json!({
        "children": {"type": "array", "items": reference("Tree")},
        "parent": reference("Tree"),
    }));
    let document = with_schemas(
        &[
            ("GET /trees/{id}", answers(reference("Tree"))),
            ("POST /trees", takes(reference("Tree"), json!({}))),
            (
                "DELETE /trees/{id}",
                takes(object(json!({"only_here": {"type": "number"}})), json!({})),
            ),
        ],
        json!({"Tree": tree}),
    );
    let whole = catalog(&document, "");
    let pruned = catalog(&document, "hidden = [\"DELETE /trees/{id}\"]");
    assert!(pruned.types().0.len() < whole.types().0.len());
    let tree = operation(&pruned, "tree.get").answer.kind.object().unwrap();
    assert_eq!(operation(&pruned, "tree.create").body.as_ref().unwrap().one, Some(tree));
    let text = serde_json::to_value(pruned.types()).unwrap();
    let fields = &text[tree.0 as usize]["of"]["fields"];
    assert_eq!(fields[1]["ty"], json!(tree.0), "the parent is a tree");
    assert!(!text.to_string().contains("only_here"));
}

/// The bytes are refused, in these words.
#[track_caller]
fn check_refused(bytes: &[u8], expected: &str) {
    let error = Catalog::load(bytes).expect_err(expected);
    assert_eq!(error.fault(), Fault::Catalog);
    let text = error.to_string();
    assert!(text.contains(expected), "{text:?} does not hold {expected:?}");
}

#[test]
fn bytes_that_are_no_catalog_are_refused() {
    let bytes = catalog(&library(), "").save();
    check_refused(b"", "load the saved catalog: EOF");
    check_refused(b"\xff\x00", "load the saved catalog: expected value");
    check_refused(&bytes[..bytes.len() / 2], "load the saved catalog: EOF");
    check_refused(b"{}", "load the saved catalog: missing field `format`");
    check_refused(&b"[".repeat(100_000), "load the saved catalog: ");
    let mut saved: Value = serde_json::from_slice(&bytes).unwrap();
    saved["format"] = json!(999);
    check_refused(
        &serde_json::to_vec(&saved).unwrap(),
        "it is of format 999, this version reads format 1; compile it again",
    );
    // What another format holds is not looked at.
    check_refused(br#"{"format":2,"catalog":[]}"#, "it is of format 2");
}

/// A catalog with something changed is refused with this fault.
#[track_caller]
fn check_parts(change: impl FnOnce(&mut CatalogParts), expected: &str) {
    let mut parts = catalog(&library(), "").parts().clone();
    change(&mut parts);
    let saved = serde_json::to_vec(&json!({"format": 1, "catalog": parts.clone()})).unwrap();
    let error = Catalog::new(parts).expect_err(expected).to_string();
    let found = error.lines().skip(1).any(|line| line.trim() == expected);
    assert!(found, "{error} does not name {expected:?}");
    check_refused(&saved, expected);
}

#[test]
fn ids_that_lead_nowhere_are_refused() {
    let gone = TypeId(9999);
    check_parts(
        |parts| parts.operations[0].query[0].ty = gone,
        "parameter q of GET /books: type 9999 does not exist",
    );
    check_parts(
        |parts| parts.operations[1].body.as_mut().unwrap().many = Some(gone),
        "body of POST /books: type 9999 does not exist",
    );
    check_parts(
        |parts| {
            let kind = json!({"kind": "one", "ty": 9999});
            parts.operations[2].answer.kind = serde_json::from_value(kind).unwrap();
        },
        "answer of GET /books/{id}: type 9999 does not exist",
    );
    check_parts(
        |parts| parts.types.0[0] = ty(json!({"kind": "map", "of": 9999})),
        "type 0: type 9999 does not exist",
    );
    check_parts(|parts| parts.resources[0].group.0 = 99, "resource book: its group does not exist");
    check_parts(
        |parts| parts.resources[0].actions[0].operation.0 = 99,
        "book.list: no such operation",
    );
    check_parts(
        |parts| parts.groups[0].resources.push(ResourceId(99)),
        "group books: holds a resource not its own",
    );
}

fn ty(value: Value) -> dispatch_core::catalog::Type {
    serde_json::from_value(value).unwrap()
}

#[test]
fn types_that_are_made_of_nothing_but_themselves_are_refused() {
    let fault = "type 0: it is made of nothing but itself";
    check_parts(|parts| parts.types.0[0] = ty(json!({"kind": "union", "of": [0]})), fault);
    check_parts(
        |parts| {
            parts.types.0[0] = ty(json!({"kind": "union", "of": [1]}));
            parts.types.0[1] =
                ty(json!({"kind": "reference", "of": {"resource": "book", "id": 0}}));
        },
        fault,
    );
}

#[test]
fn names_that_stand_twice_or_say_nothing_are_refused() {
    check_parts(
        |parts| parts.resources[1].name = "Book".to_owned(),
        "resource Book: /books and /authors both have this name; name one of them in the policy",
    );
    check_parts(
        |parts| parts.resources[0].name = "-".to_owned(),
        "resource \"-\" of /books: a name has a letter or a digit",
    );
    check_parts(
        |parts| parts.resources[0].actions[1].name = "List".to_owned(),
        "book.List: GET /books and GET /books/{id} both have this name; name one of them in the policy",
    );
    check_parts(
        |parts| parts.resources[0].actions[1].name.clear(),
        "book: the name \"\" of GET /books/{id} has no letter or digit",
    );
    check_parts(|parts| parts.groups[1].name = "books".to_owned(), "group books: stands twice");
    check_parts(
        |parts| parts.groups[0].name = "a".repeat(65),
        &format!("group {:?}: a tool's name is 1 to 64 of A-Z, a-z, 0-9, _ and -", "a".repeat(65)),
    );
}

#[test]
fn what_cannot_be_called_is_refused() {
    check_parts(
        |parts| {
            parts.resources[2].actions.clear();
        },
        "operation GET /status: no action reaches it",
    );
    check_parts(
        |parts| parts.resources[0].actions[0].form = dispatch_core::catalog::Form::Many,
        "book.list: GET /books does not take a list",
    );
    check_parts(
        |parts| {
            let body = parts.operations[1].body.as_mut().unwrap();
            body.many = body.one.take();
        },
        "book.create: POST /books does not take one value",
    );
    check_parts(
        |parts| parts.groups[0].resources.clear(),
        "resource book: its group holds it 0 times",
    );
    check_parts(
        |parts| parts.groups[0].resources.push(ResourceId(0)),
        "resource book: its group holds it 2 times",
    );
    check_parts(
        |parts| parts.operations[2].path = "/books/{isbn}".to_owned(),
        "operation GET /books/{id}: \"/books/{isbn}\" is no path of its parameters",
    );
    check_parts(
        |parts| parts.operations[0].path = "books".to_owned(),
        "operation GET /books: \"books\" is no path of its parameters",
    );
    check_parts(
        |parts| {
            let (page, first, size) = ("q".to_owned(), 1, Some("n".to_owned()));
            parts.operations[0].paging = Some(Paging::Page { page, first, size });
        },
        "operation GET /books: it is paged by n, which it does not have",
    );
}

/// What replaces a value of a saved catalog.
fn intruders() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0_u32..64).prop_map(Value::from),
        "[a-z{}/ ]{0,6}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
    ]
}

/// How many values there are in a value, itself included.
fn n_values(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(n_values).sum(),
        Value::Object(members) => members.values().map(n_values).sum::<usize>(),
        _ => 0,
    }
}

/// Replaces the value in this place, counted from the outside in.
fn replace(value: &mut Value, place: usize, by: &Value) {
    if place == 0 {
        *value = by.clone();
        return;
    }
    let inner: Vec<&mut Value> = match value {
        Value::Array(values) => values.iter_mut().collect(),
        Value::Object(members) => members.values_mut().collect(),
        _ => Vec::new(),
    };
    let mut place = place - 1;
    for value in inner {
        let n = n_values(value);
        if place < n {
            return replace(value, place, by);
        }
        place -= n;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn damaged_bytes_never_panic(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = catalog(&library(), "").save();
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = Catalog::load(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(Catalog::load(&bytes).is_err());
    }

    #[test]
    fn a_catalog_with_other_values_is_refused_or_whole(
        changes in prop::collection::vec((any::<prop::sample::Index>(), intruders()), 1..4),
    ) {
        let mut saved: Value = serde_json::from_slice(&catalog(&library(), "").save()).unwrap();
        for (place, by) in changes {
            let n = n_values(&saved);
            replace(&mut saved, place.index(n), &by);
        }
        if let Ok(catalog) = Catalog::load(&serde_json::to_vec(&saved).unwrap()) {
            // Everything that leads from one part to another can be followed.
            let again = Catalog::load(&catalog.save()).unwrap();
            prop_assert_eq!(again.listing(), catalog.listing());
            prop_assert_eq!(again.save(), catalog.save());
        }
    }
}
