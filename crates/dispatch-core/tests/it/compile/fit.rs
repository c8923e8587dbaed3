//! Policies that do not fit their document: every entry is about something, and every fault is told.

use dispatch_core::Fault;
use dispatch_core::tier::Tier;
use serde_json::json;

use super::documents::{bare, library};
use super::{catalog, check_refused, compiled, listing, operation, resource};
use crate::batch::background::fake::{POLICY, document};

#[test]
fn an_entry_that_matches_nothing_is_refused_with_a_suggestion() {
    let check = |policy: &str, expected: &str| check_refused(&library(), policy, &[expected]);
    check(
        "hidden = [\"GET /book\"]",
        "hidden: GET /book matches no operation of this document; did you mean \"/books\"",
    );
    check(
        "[[tiers]]\ntier = \"admin\"\non = [\"PUT /books\"]",
        "tiers: PUT /books matches no operation of this document; did you mean \"/books\"",
    );
    check(
        "[[corrections]]\non = [\"* /autors/**\"]\nno_body = true",
        "corrections: * /autors/** matches no operation of this document; did you mean \"/authors\"",
    );
    check(
        "[actions]\n\"PATCH /book/{id}\" = \"x\"",
        "actions: \"PATCH /book/{id}\" names no operation of this document; did you mean \"PATCH /books/{id}\"",
    );
    check("[names]\n\"/boks\" = \"x\"", "names: no path \"/boks\"; did you mean \"/books\"");
    check(
        "[names]\n\"/books/{id}\" = \"x\"",
        "names: no path \"/books/{id}\"; did you mean \"/books\"",
    );
    check(
        "[groups]\na = [\"bok\"]",
        "groups.a: \"bok\" matches no resource of this document; did you mean \"book\"",
    );
    check(
        "[spellings]\ntome = \"bok\"",
        "spellings: \"bok\" matches no resource; did you mean \"book\"",
    );
    check("[columns]\nbok = []", "columns: \"bok\" matches no resource; did you mean \"book\"");
    check(
        "[columns]\nbook = [\"id\", \"titel\"]",
        "columns: no list of book has a field \"titel\"; did you mean \"title\"",
    );
    check("[notes]\nbok = \"\"", "notes: \"bok\" matches no resource; did you mean \"book\"");
    check(
        "[models]\nids = { \"Gone.field\" = \"book\" }",
        "models: ids: no \"Gone.field\" holds the id of a \"book\"",
    );
    check("secrets = [\"bok.a\"]", "secrets: \"bok\" matches no resource; did you mean \"book\"");
}

#[test]
fn a_secret_is_a_field_that_the_document_has() {
    let check = |secret: &str, expected: &str| {
        check_refused(&library(), &format!("secrets = [{secret:?}]"), &[expected]);
    };
    check(
        "book.secret_note",
        "secrets: no answer of book has a field \"secret_note\" (book.secret_note)",
    );
    check("book.meta.row", "secrets: no answer of book has a field \"meta.row\" (book.meta.row)");
    check("*.password", "secrets: no answer of * has a field \"password\" (*.password)");
    check("book", "secrets: \"book\" is no `resource.field`");
}

#[test]
fn a_secret_reaches_the_resources_that_have_it_and_an_optional_one_every_one_it_names() {
    let secrets = |entry: &str| -> Vec<String> {
        let catalog = catalog(&library(), &format!("secrets = [{entry:?}]"));
        let secrets = catalog.resources().iter().flat_map(|resource| {
            resource.secrets.iter().map(|secret| format!("{} {secret}", resource.name))
        });
        secrets.collect()
    };
    assert_eq!(secrets("book.secret_notes"), ["book secret_notes"]);
    assert_eq!(secrets("Books.meta.shelf?"), [] as [&str; 0]);
    assert_eq!(secrets("book.meta.shelf"), ["book meta.shelf"]);
    assert_eq!(secrets("book.*.shelf"), ["book *.shelf"]);
    assert_eq!(secrets("*.name"), ["author name"]);
    assert_eq!(secrets("book.**.token"), ["book **.token"]);
    assert_eq!(secrets("author.password?"), ["author password"]);
    assert_eq!(secrets("nobody.password?"), [] as [&str; 0]);
}

#[test]
fn an_entry_twice_is_refused() {
    let check = |policy: &str, expected: &str| check_refused(&library(), policy, &[expected]);
    check(
        "[groups]\na = [\"book\"]\nb = [\"author\", \"Books\"]",
        "groups.b: \"Books\" is already in group a",
    );
    check(
        "[names]\n\"/books\" = \"tome\"\n\"/books/\" = \"volume\"",
        "names: \"/books/\" stands twice",
    );
    check(
        "[actions]\n\"GET /books/{id}\" = \"a\"\n\"GET /books/{x}/\" = \"b\"",
        "actions: \"GET /books/{x}/\" stands twice",
    );
    check("[notes]\nbook = \"a\"\nBook = \"b\"", "notes: \"Book\" stands twice");
    check("[columns]\nbook = [\"id\"]\n\"book?\" = []", "columns: \"book?\" stands twice");
    check("[spellings]\na-b = \"book\"\na_b = \"author\"", "spellings: \"a_b\" stands twice");
    check("[spellings]\nauthor = \"book\"", "spellings: \"author\" is the name of /authors");
    check("[spellings]\nall = \"*\"", "spellings: \"all\" means one resource, not \"*\"");
}

#[test]
fn entries_that_say_nothing_or_nonsense_are_refused() {
    let check = |policy: &str, expected: &str| check_refused(&library(), policy, &[expected]);
    check(
        "[[tiers]]\ntier = \"read\"\non = []",
        "tiers: an entry without `on` is about no operation",
    );
    check(
        "[[corrections]]\nno_body = true",
        "corrections: an entry without `on` is about no operation",
    );
    check("base_path = \"/api\"", "base_path: no path of this document starts with \"/api\"");
    check(
        "[[corrections]]\non = [\"GET /books\"]\nsince = \"soon\"",
        "corrections: since \"soon\" is no version, such as \"4.4\"",
    );
    check(
        "[names]\n\"/books\" = \"--\"",
        "resource \"--\" of /books: a name has a letter or a digit",
    );
    check("hidden = [\"* /**\"]", "hidden: no operation is left to offer");
    check(
        "[groups]\n\"my books\" = [\"book\"]",
        "group \"my books\": a tool's name is 1 to 64 of A-Z, a-z, 0-9, _ and -",
    );
    check(
        "[actions]\n\"GET /books\" = \"get\"\n\"GET /books/{id}\" = \"get\"",
        "book.get: GET /books and GET /books/{id} both have this name; name one of them in the policy",
    );
}

#[test]
fn all_faults_are_told_at_once() {
    check_refused(
        &library(),
        "hidden = [\"GET /x\"]\nsecrets = [\"book\"]\n[groups]\na = [\"zebra\"]\n[notes]\nquagga = \"\"",
        &[
            "hidden: GET /x matches no operation of this document",
            "groups.a: \"zebra\" matches no resource of this document",
            "notes: \"quagga\" matches no resource",
            "secrets: \"book\" is no `resource.field`",
        ],
    );
}

#[test]
fn an_optional_entry_may_match_nothing_and_a_selector_s_is_remarked() {
    let policy = r#"
        hidden = ["GET /films?"]
        secrets = ["film.x?"]
        [groups]
        a = ["film?", "book"]
        [names]
        "/films?" = "film"
        [actions]
        "GET /films/{id}?" = "watch"
        [spellings]
        movie = "film?"
        [columns]
        "film?" = ["id"]
        [notes]
        "film?" = "seen"
    "#;
    let compiled = compiled(&library(), policy).unwrap();
    let unmatched = compiled.diagnostics.iter().filter(|it| it.place == "hidden");
    let unmatched: Vec<String> = unmatched.map(ToString::to_string).collect();
    assert_eq!(unmatched, ["policy-unmatched hidden: GET /films? matches no operation"]);
}

#[test]
fn hidden_operations_are_not_offered_and_are_told() {
    let catalog = catalog(&library(), "hidden = [\"POST,PATCH /books/**\", \"* /status\"]");
    assert_eq!(
        listing(&catalog),
        [
            "books book list read GET /books",
            "books book get read GET /books/{id}",
            "books book delete write DELETE /books/{id}",
            "authors author list read GET /authors",
            "authors author get read GET /authors/{id}",
        ]
    );
    let hidden = ["POST /books", "PATCH /books/{id}", "GET /status"];
    assert_eq!(catalog.parts().hidden, hidden);
}

#[test]
fn a_name_of_what_is_hidden_is_no_fault() {
    let catalog =
        catalog(&library(), "hidden = [\"* /status\"]\n[names]\n\"/status\" = \"health\"");
    assert_eq!(catalog.resources().len(), 2);
}

#[test]
fn a_later_tier_wins_and_methods_decide_the_rest() {
    let policy = r#"
        [[tiers]]
        tier = "admin"
        on = ["* /books/**"]
        [[tiers]]
        tier = "read"
        on = ["GET /books", "POST /books"]
    "#;
    let catalog = catalog(&library(), policy);
    for (name, tier) in [
        ("book.list", Tier::Read),
        ("book.create", Tier::Read),
        ("book.get", Tier::Admin),
        ("book.delete", Tier::Admin),
        ("author.get", Tier::Read),
    ] {
        assert_eq!(operation(&catalog, name).tier, tier, "{name}");
    }
    let methods = ["GET /a", "HEAD /a", "OPTIONS /a", "TRACE /a", "POST /a", "PUT /a", "PATCH /a"];
    let catalog = super::catalog(&bare(&methods), "");
    for operation in catalog.operations() {
        let expected = if operation.method.is_safe() { Tier::Read } else { Tier::Write };
        assert_eq!(operation.tier, expected, "{:?}", operation.method);
    }
}

#[test]
fn scopes_are_the_tiers_names_unless_the_policy_maps_them() {
    let scopes = |policy: &str| -> Vec<(String, Tier)> {
        catalog(&library(), policy).parts().scopes.clone().into_iter().collect()
    };
    assert_eq!(scopes("").len(), 3);
    let mapped = scopes("[scopes]\n\"prod:write\" = \"write\"");
    assert_eq!(mapped, [("prod:write".to_owned(), Tier::Write)]);
}

#[test]
fn texts_and_spellings_reach_the_catalog() {
    let policy = r#"
        title = "Stacks"
        instructions = "Quiet, please."
        [notes]
        Books = "Only what is on the shelves."
        "*" = "Be kind."
        [spellings]
        tome = "books"
    "#;
    let refused = compiled(&library(), policy).unwrap_err().to_string();
    assert!(refused.contains("notes: \"Books\" matches no resource; did you mean \"book\""));
    let catalog =
        catalog(&library(), &policy.replace("Books", "Book").replace("\"books\"", "\"book\""));
    assert_eq!(catalog.title(), "Stacks");
    assert_eq!(catalog.version(), "2.1");
    assert_eq!(catalog.parts().instructions.as_deref(), Some("Quiet, please."));
    assert_eq!(resource(&catalog, "author").note.as_deref(), Some("Be kind."));
    let tome = catalog.resource_spelled("Tome", None).unwrap();
    assert_eq!(catalog.resource(tome).name, "book");
}

#[test]
fn a_document_without_operations_is_the_document_s_fault() {
    let document = json!({"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {}});
    let error = compiled(&document, "").unwrap_err();
    assert_eq!(error.fault(), Fault::Document);
    assert!(error.to_string().contains("nothing in it can be used"));
}

#[test]
fn what_is_said_of_the_background_is_there() {
    let check = |from: &str, to: &str, expected: &[&str]| {
        assert!(POLICY.contains(from), "{from}");
        check_refused(&document(), &POLICY.replace(from, to), expected);
    };
    check(
        "parameter = \"background\"",
        "parameter = \"later\"",
        &["background: no operation has the parameter \"later\""],
    );
    check(
        "from_rows = 3",
        "from_rows = 7",
        &["background: from_rows is 1 at least, and most_rows is no less"],
    );
    check("waiting = [\"pending\"]", "waiting = []", &["background: waiting is empty"]);
    check(
        "\"errored\"",
        "\"crashed\"",
        &["background: the status.value of job is never \"crashed\""],
    );
    check(
        "filter = \"status\"",
        "filter = \"state\"",
        &["background: job has no list that \"state\" filters and counts"],
    );
    check(
        "error = \"error\"",
        "error = \"why\"",
        &["background: no answer of job has a field \"why\""],
    );
    check(
        "resource = \"job\"",
        "resource = \"jop\"",
        &["background: \"jop\" matches no resource; did you mean \"job\""],
    );
    check(
        "count = \"workers\"",
        "count = \"n\"",
        &["background: no answer of health has a field \"n\""],
    );
    // An API that may have none.
    let optional = POLICY.replace("parameter = \"background\"", "parameter = \"later?\"");
    assert_eq!(catalog(&document(), &optional).parts().background, None);
}
