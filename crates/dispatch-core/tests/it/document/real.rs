//! Whole real documents.

use std::collections::BTreeMap;
use std::fmt::Write;

use dispatch_core::{Document, Draft, LowerOptions};
use serde_json::Value;

use crate::documents;

/// How many operations a document has, counted without this crate.
fn n_operations(bytes: &[u8]) -> usize {
    let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let document: Value = serde_json::from_slice(bytes).unwrap();
    let paths = document["paths"].as_object().unwrap();
    paths
        .values()
        .flat_map(|item| item.as_object().unwrap().keys())
        .filter(|key| methods.contains(&key.as_str()))
        .count()
}

#[test]
fn every_operation_is_lowered() {
    let mut golden = String::new();
    for (version, bytes) in documents::real() {
        let document = Document::parse(&bytes).unwrap();
        let draft = Draft::lower(&document, &LowerOptions::default());
        assert_eq!(draft.operations.len(), n_operations(&bytes), "{version}");
        assert_eq!(draft.n_dropped, 0, "{version}");
        let mut codes = BTreeMap::new();
        for diagnostic in &draft.diagnostics {
            *codes.entry(diagnostic.code.as_str()).or_insert(0) += 1;
        }
        let n_typed =
            draft.operations.iter().filter(|operation| operation.answer.ty.is_some()).count();
        let n_bodies = draft.operations.iter().filter(|operation| operation.body.is_some()).count();
        writeln!(
            golden,
            "{version}: {} operations, {n_bodies} bodies, {n_typed} typed answers, {} types; {codes:?}",
            draft.operations.len(),
            draft.types.0.len(),
        )
        .unwrap();
    }
    if !golden.is_empty() {
        insta::assert_snapshot!(golden, @r#"
        4.3: 1144 operations, 737 bodies, 897 typed answers, 1581 types; {"keyword-widened": 231, "media-type": 2}
        4.4: 1170 operations, 755 bodies, 925 typed answers, 1802 types; {"keyword-widened": 231, "media-type": 2}
        4.5: 1166 operations, 754 bodies, 920 typed answers, 1829 types; {"keyword-widened": 236, "media-type": 2}
        4.6: 1196 operations, 775 bodies, 944 typed answers, 2385 types; {"keyword-widened": 346, "media-type": 4}
        4.7: 1256 operations, 816 bodies, 991 typed answers, 2558 types; {"keyword-widened": 357, "media-type": 4}
        "#);
    }
}

#[test]
fn equal_documents_give_equal_drafts() {
    let Some((_, bytes)) = documents::real().into_iter().next() else { return };
    let document = Document::parse(&bytes).unwrap();
    let lower = || Draft::lower(&document, &LowerOptions::default());
    let (one, other) = (lower(), lower());
    assert_eq!(one.operations, other.operations);
    assert_eq!(one.types, other.types);
    assert_eq!(one.diagnostics, other.diagnostics);
}
