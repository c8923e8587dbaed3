//! What resources, actions and groups are called.

use dispatch_core::catalog::Form;
use serde_json::json;

use super::documents::{
    answers, bare, document, library, list_of, object, reference, takes, with_schemas,
};
use super::{action, catalog, check_refused, listing, resource};

/// The listing of operations that say nothing but that they are there.
#[track_caller]
fn check(operations: &[&str], policy: &str, expected: &[&str]) {
    assert_eq!(listing(&catalog(&bare(operations), policy)), expected, "{policy}");
}

#[test]
fn a_name_takes_as_much_of_its_path_as_makes_it_unique() {
    check(
        &[
            "GET /issues",
            "GET /user/issues",
            "GET /orgs/{org}/issues",
            "GET /repos/{owner}/{repo}",
            "GET /repos/{owner}/{repo}/issues",
            "GET /repos/{owner}/{repo}/issues/{number}",
            "GET /repos/{owner}/{repo}/issues/{number}/comments",
            "GET /repos/{owner}/{repo}/issues/{number}/comments/{id}",
            "GET /gists/{gist_id}/comments",
            "GET /gists/{gist_id}/comments/{id}",
        ],
        "group_by = \"one\"",
        &[
            "library issue get read GET /issues",
            "library user_issue get read GET /user/issues",
            "library org_issue get read GET /orgs/{org}/issues",
            "library repo get read GET /repos/{owner}/{repo}",
            "library repo_issue list read GET /repos/{owner}/{repo}/issues",
            "library repo_issue get read GET /repos/{owner}/{repo}/issues/{number}",
            "library issue_comment list read GET /repos/{owner}/{repo}/issues/{number}/comments",
            "library issue_comment get read GET /repos/{owner}/{repo}/issues/{number}/comments/{id}",
            "library gist_comment list read GET /gists/{gist_id}/comments",
            "library gist_comment get read GET /gists/{gist_id}/comments/{id}",
        ],
    );
}

#[test]
fn paths_of_the_same_words_are_told_apart_by_their_parameters() {
    check(
        &[
            "GET /users/posts/{id}",
            "GET /users/{user}/posts/{id}",
            "GET /a-b/{id}",
            "GET /a_b/{id}",
        ],
        "group_by = \"one\"\n[names]\n\"/a_b\" = \"other\"",
        &[
            "library user_post get read GET /users/posts/{id}",
            "library user_user_post get read GET /users/{user}/posts/{id}",
            "library a_b get read GET /a-b/{id}",
            "library other get read GET /a_b/{id}",
        ],
    );
}

#[test]
fn singletons_and_calls_by_post_are_resources_with_the_method_s_verb() {
    check(
        &["GET /me", "PATCH /me", "POST /sessions", "DELETE /sessions", "POST /ping", "GET /"],
        "group_by = \"one\"",
        &[
            "library me get read GET /me",
            "library me update write PATCH /me",
            "library session create write POST /sessions",
            "library session delete write DELETE /sessions",
            "library ping create write POST /ping",
            "library root get read GET /",
        ],
    );
}

#[test]
fn a_method_on_the_collection_and_on_the_item_is_two_actions() {
    check(
        &[
            "GET /books",
            "DELETE /books",
            "PUT /books",
            "GET /books/{id}",
            "PUT /books/{id}",
            "POST /books/{id}",
            "DELETE /books/{id}",
        ],
        "",
        &[
            "books book list read GET /books",
            "books book get read GET /books/{id}",
            "books book replace write PUT /books/{id}",
            "books book delete write DELETE /books/{id}",
            "books book replace_all write PUT /books",
            "books book delete_all write DELETE /books",
            "books book post write POST /books/{id}",
        ],
    );
}

#[test]
fn a_body_of_two_forms_beside_the_item_s_own_action_has_three_names() {
    let book = object(json!({"title": {"type": "string"}}));
    let either = json!({"oneOf": [book, list_of(book.clone())]});
    let document = document(&[
        ("POST /books", takes(either.clone(), json!({}))),
        ("PUT /books", takes(either, json!({}))),
        ("PUT /books/{id}", takes(book.clone(), json!({}))),
        ("PATCH /books", takes(list_of(book.clone()), json!({}))),
        ("POST /books/import", takes(list_of(book), json!({}))),
    ]);
    let catalog = catalog(&document, "");
    assert_eq!(
        listing(&catalog),
        [
            "books book create write POST /books",
            "books book replace write PUT /books/{id}",
            "books book bulk_create write POST /books items",
            "books book bulk_update write PATCH /books items",
            "books book bulk_replace write PUT /books items",
            "books book replace_all write PUT /books",
            "books book import write POST /books/import items",
        ]
    );
    assert_eq!(action(resource(&catalog, "book"), "import").form, Form::Many);
}

#[test]
fn methods_below_an_item_are_told_apart_by_their_verbs() {
    check(
        &[
            "GET /books/{id}",
            "GET /books/{id}/cover",
            "POST /books/{id}/cover",
            "DELETE /books/{id}/cover",
            "POST /books/{id}/lend",
            "POST /books/lend",
            "PUT /books/{id}/shelf",
            "DELETE /books/{id}/shelf",
        ],
        "",
        &[
            "books book get read GET /books/{id}",
            "books book cover read GET /books/{id}/cover",
            "books book create-cover write POST /books/{id}/cover",
            "books book delete-cover write DELETE /books/{id}/cover",
            "books book lend_by_id write POST /books/{id}/lend",
            "books book lend write POST /books/lend",
            "books book shelf write PUT /books/{id}/shelf",
            "books book delete-shelf write DELETE /books/{id}/shelf",
        ],
    );
}

#[test]
fn items_by_one_and_by_two_parameters_are_told_apart() {
    check(
        &[
            "GET /files/{bucket}/{key}",
            "GET /files/{bucket}",
            "POST /files/{bucket}:empty",
            "POST /files/{bucket}:seal",
        ],
        "",
        &[
            "files file get read GET /files/{bucket}",
            "files file get_by_bucket_key read GET /files/{bucket}/{key}",
            "files file post write POST /files/{bucket}:empty",
            "files file post_by_bucket__seal write POST /files/{bucket}:seal",
        ],
    );
}

#[test]
fn a_base_path_is_in_no_name_and_in_every_path() {
    check(
        &["GET /api/v1/books", "GET /apis"],
        "base_path = \"/api/v1/\"",
        &["books book get read GET /api/v1/books", "apis apis get read GET /apis"],
    );
    let mut document = bare(&["GET /books", "GET /books/{id}", "GET /hidden"]);
    document["servers"] = json!([{"url": "https://example.org/api/v1/"}]);
    let policy = "hidden = [\"GET /hidden\"]\n[names]\n\"/books\" = \"tome\"";
    let catalog = catalog(&document, policy);
    assert_eq!(
        listing(&catalog),
        ["books tome list read GET /api/v1/books", "books tome get read GET /api/v1/books/{id}"]
    );
    assert_eq!(catalog.parts().hidden, ["GET /api/v1/hidden"]);
    assert_eq!(resource(&catalog, "tome").path, "/api/v1/books");
}

#[test]
fn words_that_look_like_plurals_and_odd_words_stay_names() {
    check(
        &["GET /status", "GET /s", "GET /_search", "GET /$metadata", "GET /größen", "GET /-"],
        "group_by = \"one\"",
        &[
            "library status get read GET /status",
            "library s get read GET /s",
            "library search get read GET /_search",
            "library metadata get read GET /$metadata",
            "library größen get read GET /größen",
            "library root get read GET /-",
        ],
    );
}

#[test]
fn names_by_model_are_what_the_operations_answer_with() {
    let document = with_schemas(
        &[
            ("GET /people/{id}", answers(reference("ReadUser"))),
            ("GET /audit/log", answers(list_of(reference("Entry")))),
            ("GET /other/log", answers(object(json!({"ok": {}})))),
        ],
        json!({
            "ReadUser": object(json!({"id": {"type": "integer"}})),
            "Entry": object(json!({"id": {"type": "integer"}})),
        }),
    );
    let policy = "name_by = \"model\"\ngroup_by = \"one\"\n[models]\nstrip_prefixes = [\"Read\"]";
    let catalog = catalog(&document, policy);
    let names: Vec<&str> = catalog.resources().iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["user", "auditlog", "otherlog"]);
}

#[test]
fn two_resources_of_one_name_are_refused_and_so_are_all_other_faults() {
    let document = with_schemas(
        &[("GET /users/{id}", answers(reference("User"))), ("GET /me", answers(reference("User")))],
        json!({"User": object(json!({"id": {"type": "integer"}}))}),
    );
    check_refused(
        &document,
        "name_by = \"model\"\n[notes]\nusr = \"a note\"",
        &[
            "notes: \"usr\" matches no resource; did you mean \"user\"",
            "resource user: /users and /me both have this name; name one of them in the policy",
        ],
    );
    let named = catalog(&document, "name_by = \"model\"\n[names]\n\"/me\" = \"me\"");
    assert_eq!(named.resources().len(), 2);
}

/// What was added to an API takes no name of its own, wherever it stands in the document.
#[test]
fn what_is_added_has_the_names_that_are_left() {
    let document = with_schemas(
        &[
            ("GET /plugins/hr/people/{id}", answers(reference("User"))),
            ("GET /plugins/hr/staff/{id}", answers(reference("User"))),
            ("GET /plugins/hr/teams/{id}", answers(reference("Team"))),
            ("GET /plugins/hr/squads/{id}", answers(reference("Team"))),
            ("GET /plugins/it/teams/{id}", answers(reference("Team"))),
            ("GET /users/users/{id}", answers(reference("User"))),
        ],
        json!({
            "User": object(json!({"id": {"type": "integer"}})),
            "Team": object(json!({"id": {"type": "integer"}})),
        }),
    );
    let policy = "name_by = \"model\"\nadded_below = [\"plugins\"]";
    let catalog = catalog(&document, policy);
    let names: Vec<&str> = catalog.resources().iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["people", "staff", "team", "squad", "itteam", "user"]);
}

#[test]
fn groups_come_from_lists_then_tags_then_paths() {
    let tagged = |tag: &str| json!({"tags": [tag]});
    let document = document(&[
        ("GET /books", tagged("Reading Room")),
        ("GET /authors", tagged("図書")),
        ("GET /shelves", json!({})),
        ("GET /loans", tagged("Reading Room")),
    ]);
    let groups = |policy: &str| -> Vec<String> {
        let catalog = catalog(&document, policy);
        let line = |group: &dispatch_core::catalog::Group| {
            let names = group.resources.iter().map(|id| catalog.resource(*id).name.as_str());
            format!("{}: {}", group.name, names.collect::<Vec<_>>().join(" "))
        };
        catalog.groups().iter().map(line).collect()
    };
    assert_eq!(
        groups("group_by = \"tag\""),
        ["reading_room: book loan", "authors: author", "shelves: shelve"]
    );
    assert_eq!(groups("group_by = \"one\""), ["library: book author shelve loan"]);
    assert_eq!(groups("group_by = \"one\"\ntitle = \"図\""), ["api: book author shelve loan"]);
    assert_eq!(
        groups("[groups]\nlending = [\"Loans\", \"fine?\", \"book\"]\nnothing = [\"fee?\"]"),
        ["lending: loan book", "authors: author", "shelves: shelve"]
    );
}

#[test]
fn a_group_s_list_names_a_resource_by_its_path_where_names_are_the_model_s() {
    let document = with_schemas(
        &[
            ("GET /a/logs/{id}", answers(reference("Entry"))),
            ("GET /b/logs/{id}", answers(reference("Line"))),
        ],
        json!({"Entry": object(json!({})), "Line": object(json!({}))}),
    );
    let policy = |list: &str| format!("name_by = \"model\"\n[groups]\n{list}");
    let catalog = catalog(&document, &policy("b = [\"logs\"]"));
    let group = catalog.group_named("b").unwrap();
    assert_eq!(resource(&catalog, "line").group, group);
    let several = "matches several resources: /a/logs, /b/logs; name one of them";
    check_refused(
        &document,
        &policy("c = [\"log?\"]"),
        &[&format!("groups.c: \"log?\" {several}")],
    );
}

#[test]
fn actions_are_renamed_and_keep_their_names_before_others() {
    let policy = "[actions]\n\"PATCH /books/{any}\" = \"get\"\n\"PUT /books/{id}?\" = \"never\"";
    let catalog = catalog(&library(), policy);
    let book = resource(&catalog, "book");
    let names: Vec<&str> = book.actions.iter().map(|action| action.name.as_str()).collect();
    assert_eq!(names, ["list", "get", "create", "delete", "get_by_id"]);
    let renamed = catalog.operation(action(book, "get").operation);
    assert_eq!(renamed.method.as_str(), "PATCH");
}
