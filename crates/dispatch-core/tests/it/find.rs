//! What words lead to.

use dispatch_core::access::Access;
use dispatch_core::compile::compile;
use dispatch_core::find::{Index, answer};
use dispatch_core::policy::Policy;
use dispatch_core::surface::SurfaceOptions;
use dispatch_core::{Catalog, Document, Tier};
use proptest::prelude::*;
use serde_json::json;

use crate::surface::accesses;

fn library() -> Catalog {
    let operation = |summary: &str| json!({ "summary": summary, "responses": { "200": { "description": "" } } });
    let id =
        json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }]);
    let item = |get: &str, delete: &str| json!({ "parameters": id, "get": operation(get), "delete": operation(delete) });
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Library", "version": "1" },
        "paths": {
            "/books": { "get": operation("Lists books"), "post": operation("Adds a book") },
            "/books/{id}": item("One book", "Discards a book"),
            "/books/{id}/lend": { "parameters": id, "post": operation("Hands out a copy to a reader") },
            "/book-covers/{id}": item("One cover", "Deletes a cover"),
            "/readers": { "get": operation("Lists members") },
            "/fine-rules": { "get": operation("Lists penalties for lateness") },
        },
    });
    let document = Document::parse(document.to_string().as_bytes()).unwrap();
    let policy = r#"
        tiers = [{ tier = "admin", on = ["* /fine-rules"] }]
        [synonyms]
        book = ["paperback", "audio volume"]
        "book.lend" = ["check out", "borrow"]
        "*.delete" = ["pulp"]
        "#;
    let policy = Policy::from_toml(policy).unwrap();
    compile(&document, &policy).unwrap().catalog
}

#[track_caller]
fn check(words: &str, expect: &[&str]) {
    let (catalog, access) = (library(), Access::up_to(Tier::Admin));
    let text =
        answer(&catalog, access, &Index::new(&catalog, access), words, &SurfaceOptions::default());
    let found: Vec<String> = text
        .lines()
        .map(|line| {
            line.split(" (").next().unwrap().to_owned() + line.split(')').nth(1).unwrap_or("")
        })
        .collect();
    assert_eq!(found[..expect.len().min(found.len())], *expect, "{words}: {text}");
}

#[test]
fn names_are_found_in_any_form() {
    check("book", &["book", "book_cover"]);
    check("BookCovers", &["book_cover"]);
    check("book-cover", &["book_cover"]);
    check("the covers of books", &["book_cover"]);
    check("raeders", &["reader"]);
}

#[test]
fn synonyms_and_the_document_lead_to_a_resource() {
    check("paperbacks", &["book"]);
    check("audio volume", &["book"]);
    check("penalties", &["fine_rule"]);
    check("members", &["reader"]);
}

#[test]
fn an_action_is_singled_out() {
    check("lend a book", &["book: lend"]);
    check("borrow", &["book: lend"]);
    check("add a paperback", &["book: create"]);
    check("remove cover", &["book_cover: delete"]);
}

#[test]
fn what_is_like_nothing_finds_nothing() {
    for words in ["", "?!", "of the", "zzzz", "\u{0}"] {
        check(words, &["nothing found; the tools name every resource"]);
    }
}

#[test]
fn what_is_hidden_is_not_found() {
    let catalog = library();
    for access in accesses() {
        let text = answer(
            &catalog,
            access,
            &Index::new(&catalog, access),
            "fine rules penalties",
            &SurfaceOptions::default(),
        );
        let is_visible = access.obtainable == Some(Tier::Admin);
        assert_eq!(text.contains("fine_rule"), is_visible, "{access:?}: {text}");
    }
}

#[test]
fn what_has_to_be_granted_first_is_marked() {
    let catalog = library();
    let access = Access { granted: Some(Tier::Read), obtainable: Some(Tier::Write) };
    let text = answer(
        &catalog,
        access,
        &Index::new(&catalog, access),
        "lend a book",
        &SurfaceOptions::default(),
    );
    assert!(text.contains("lend (needs write)"), "{text}");
}

#[track_caller]
fn check_refused(synonyms: &str, expect: &str) {
    let paths = json!({ "/books": { "get": { "responses": { "200": { "description": "" } } } } });
    let document =
        json!({ "openapi": "3.0.3", "info": { "title": "L", "version": "1" }, "paths": paths });
    let document = Document::parse(document.to_string().as_bytes()).unwrap();
    let error = compile(&document, &Policy::from_toml(synonyms).unwrap()).unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn entries_of_the_policy_must_fit() {
    check_refused("synonyms = { bok = [\"x\"] }", "matches no resource; did you mean \"book\"");
    check_refused(
        "synonyms = { \"book.gets\" = [\"x\"] }",
        "matches no action; did you mean \"get\"",
    );
    check_refused("synonyms = { book = [\"x\"], Book = [\"y\"] }", "stands twice");
    check_refused("weights = { book = 101 }", "from 0 to 100");
    check_refused("weights = { bok = 1 }", "matches no resource");
}

proptest! {
    #[test]
    fn any_words_are_answered_shortly(words in ".{0,400}") {
        let (catalog, access) = (library(), Access::up_to(Tier::Admin));
        let text = answer(&catalog, access, &Index::new(&catalog, access), &words, &SurfaceOptions::default());
        prop_assert!(text.len() < 300, "{text}");
    }
}
