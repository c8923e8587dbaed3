//! Where operations stand, told by their paths.

use super::*;

#[track_caller]
fn check(paths: &[&str], expected: &[(&str, &str)]) {
    let seen: Vec<_> = places(paths.iter().copied())
        .into_iter()
        .map(|place| {
            let spot = match place.spot {
                Spot::Collection => "collection".to_owned(),
                Spot::Item => "item".to_owned(),
                Spot::Below(name) => format!("below {name}"),
            };
            (place.collection, spot)
        })
        .collect();
    let expected: Vec<_> =
        expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(seen, expected);
}

#[test]
fn a_collection_and_its_items_are_one_resource() {
    check(&["/a/b/", "/a/b/{id}/"], &[("/a/b", "collection"), ("/a/b", "item")]);
}

#[test]
fn what_hangs_below_an_item_is_an_action() {
    check(
        &["/b/{id}/", "/b/{id}/trace/", "/b/{id}/trace/svg/"],
        &[("/b", "item"), ("/b", "below trace"), ("/b", "below trace-svg")],
    );
}

#[test]
fn what_has_items_of_its_own_is_a_resource() {
    check(
        &["/s/", "/s/{id}/", "/s/upload/", "/s/upload/{id}/"],
        &[("/s", "collection"), ("/s", "item"), ("/s/upload", "collection"), ("/s/upload", "item")],
    );
}

#[test]
fn a_literal_below_a_collection_is_an_action_of_it() {
    check(
        &["/tokens/", "/tokens/{id}/", "/tokens/provision/"],
        &[("/tokens", "collection"), ("/tokens", "item"), ("/tokens", "below provision")],
    );
}

#[test]
fn what_hangs_below_nothing_is_a_resource() {
    check(
        &["/users/config/", "/status/"],
        &[("/users/config", "collection"), ("/status", "collection")],
    );
}

#[test]
fn nested_collections_keep_their_parents_parameters() {
    check(
        &["/r/{owner}/{repo}", "/r/{o}/{r}/issues", "/r/{o}/{r}/issues/{n}", "/r/{o}/{r}/topics"],
        &[
            ("/r", "item"),
            ("/r/{}/{}/issues", "collection"),
            ("/r/{}/{}/issues", "item"),
            ("/r", "below topics"),
        ],
    );
}

#[test]
fn the_root_is_a_resource() {
    check(&["/"], &[("", "collection")]);
}

#[track_caller]
fn check_below(path: &str, base: &str, expected: &[&str]) {
    assert_eq!(below(path, base), expected, "{path} below {base:?}");
}

#[test]
fn a_base_path_is_taken_off_by_parts() {
    check_below("/api/v1/books/", "/api/v1", &["books"]);
    check_below("/api/v1/books/", "api/v1/", &["books"]);
    check_below("/apis/books", "/api", &["apis", "books"]);
    check_below("/books", "", &["books"]);
    check_below("/api", "/api", &[]);
}

#[test]
fn paths_are_the_same_but_for_parameters_and_slashes() {
    assert!(same("/a/{id}/b", "a/{name}/b/"));
    assert!(same("/a?", "/a/"));
    assert!(!same("/a/{id}", "/a/id"));
}
