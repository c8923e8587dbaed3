//! References: what in a request names an object of another resource.

use dispatch_core::Catalog;
use dispatch_core::catalog::{ObjectType, Shape, Type, TypeId};
use serde_json::{Value, json};

use super::documents::{answers, list_of, object, reference, takes, with_schemas};
use super::{catalog, operation};

const POLICY: &str = r#"
    name_by = "path"
    [models]
    references = ["Brief*Request"]
    nested = ["Brief*"]
"#;

/// Books refer to authors and shelves in every way there is.
fn document() -> Value {
    let integer = || json!({"type": "integer"});
    let brief = || object(json!({"id": {"type": "integer"}, "name": {"type": "string"}}));
    let mut sent =
        object(json!({"name": {"type": "string"}, "parent": reference("BriefAuthorRequest")}));
    sent["required"] = json!(["name"]);
    let request = object(json!({
        "union": {"oneOf": [integer(), reference("BriefAuthorRequest")]},
        "nullable": {
            "oneOf": [integer(), reference("BriefAuthorRequest")],
            "nullable": true,
        },
        "alone": reference("BriefAuthorRequest"),
        "shelf": reference("BriefShelfRequest"),
        "union_list": list_of(json!({"oneOf": [integer(), reference("BriefAuthorRequest")]})),
        "ids": list_of(integer()),
        "one_id": {"type": "integer", "nullable": true},
        "count": integer(),
        "counts": list_of(integer()),
        "unknown": {"oneOf": [integer(), reference("BriefNobodyRequest")]},
    }));
    let answer = object(json!({
        "ids": list_of(reference("BriefAuthor")),
        "one_id": reference("BriefAuthor"),
        "count": integer(),
        "counts": list_of(integer()),
    }));
    let mut shelf = answers(reference("Shelf"));
    shelf["parameters"] = json!([{"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}}]);
    let mut author = answers(reference("Author"));
    author["parameters"] =
        json!([{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}]);
    with_schemas(
        &[
            ("GET /me", answers(reference("Author"))),
            ("GET /authors/{id}", author),
            ("GET /shelves/{id}", shelf),
            ("POST /books", takes(reference("BookRequest"), reference("Book"))),
            ("POST /films", takes(reference("BookRequest"), reference("Film"))),
            ("POST /authors", takes(reference("BriefAuthorRequest"), reference("Author"))),
        ],
        json!({
            "Author": brief(),
            "BriefAuthor": brief(),
            "BriefAuthorRequest": sent,
            "BriefShelfRequest": object(json!({"label": {"type": "string"}})),
            "BriefNobodyRequest": object(json!({"name": {"type": "string"}})),
            "Shelf": object(json!({"id": {"type": "string"}})),
            "BriefShelf": object(json!({"id": {"type": "string"}})),
            "BookRequest": request,
            "Book": answer,
            "Film": object(json!({"ids": list_of(reference("BriefShelf"))})),
        }),
    )
}

fn fields<'a>(catalog: &'a Catalog, name: &str) -> &'a ObjectType {
    let ty = operation(catalog, name).body.as_ref().unwrap().one.unwrap();
    match &catalog.types().get(ty).shape {
        Shape::Object(object) => object,
        shape => panic!("{name}: {shape:?}"),
    }
}

/// A type as `author by integer or {name parent}`.
fn shown(catalog: &Catalog, ty: TypeId) -> String {
    let Type { nullable, shape } = catalog.types().get(ty);
    let text = match shape {
        Shape::Reference(reference) => {
            let attributes = reference.attributes.map(|ty| format!(" or {}", shown(catalog, ty)));
            let id = shown(catalog, reference.id);
            format!("{} by {id}{}", reference.resource, attributes.unwrap_or_default())
        }
        Shape::Object(object) => {
            let required = object.fields.iter().filter(|field| field.required).count();
            let names: Vec<&str> = object.fields.iter().map(|field| field.name.as_str()).collect();
            format!("{{{}}} {required} required", names.join(" "))
        }
        Shape::Array { items, .. } => format!("list of {}", shown(catalog, *items)),
        Shape::Integer(_) => "integer".to_owned(),
        Shape::String(_) => "string".to_owned(),
        Shape::Union(variants) => format!("{} variants", variants.len()),
        shape => format!("{shape:?}"),
    };
    // The id of a nullable reference may itself be nullable: it says the same.
    if *nullable && matches!(shape, Shape::Reference(_)) {
        format!("{text}, or null")
    } else {
        text
    }
}

#[track_caller]
fn check(name: &str, field: &str, expected: &str) {
    let catalog = catalog(&document(), POLICY);
    let field = fields(&catalog, name).fields.iter().find(|known| known.name == field).unwrap();
    assert_eq!(shown(&catalog, field.ty), expected, "{name} {}", field.name);
}

const AUTHOR: &str = "author by integer or {name parent} 0 required";

#[test]
fn a_schema_of_a_known_name_refers_beside_an_id_or_alone() {
    check("book.create", "union", AUTHOR);
    check("book.create", "nullable", &format!("{AUTHOR}, or null"));
    check("book.create", "alone", AUTHOR);
    check("book.create", "union_list", &format!("list of {AUTHOR}"));
    check("book.create", "unknown", "2 variants");
}

#[test]
fn where_only_the_object_is_documented_the_id_is_of_the_type_in_the_path() {
    check("book.create", "shelf", "shelve by string or {label} 0 required");
}

#[test]
fn bare_ids_refer_where_the_answer_has_objects_in_their_place() {
    check("book.create", "ids", "list of author by integer");
    check("book.create", "one_id", &format!("{AUTHOR}, or null"));
    check("book.create", "count", "integer");
    check("book.create", "counts", "list of integer");
}

#[test]
fn the_same_request_refers_by_each_operation_s_own_answer() {
    check("film.create", "ids", "list of shelve by integer");
    check("film.create", "one_id", "integer");
}

#[test]
fn a_body_of_a_referring_name_is_the_object_itself() {
    let catalog = catalog(&document(), POLICY);
    let names: Vec<&str> =
        fields(&catalog, "author.create").fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["name", "parent"]);
    check("author.create", "name", "string");
}

#[test]
fn attributes_may_refer_to_their_own_resource() {
    let mut document = document();
    document["paths"]["/authors"].as_object_mut().unwrap().remove("post");
    let catalog = catalog(&document, POLICY);
    let union = &fields(&catalog, "book.create").fields[0];
    let attributes = |ty: TypeId| match &catalog.types().get(ty).shape {
        Shape::Reference(reference) => reference.attributes.unwrap(),
        shape => panic!("{shape:?}"),
    };
    let Shape::Object(author) = &catalog.types().get(attributes(union.ty)).shape else {
        panic!("an object")
    };
    let parent = author.fields.iter().find(|field| field.name == "parent").unwrap();
    // The parent is an author again, whose parent is one in turn.
    let Shape::Object(parent) = &catalog.types().get(attributes(parent.ty)).shape else {
        panic!("an object")
    };
    assert!(parent.fields.iter().any(|field| field.name == "parent"));
    assert_eq!(Catalog::load(&catalog.save()).unwrap().parts(), catalog.parts());
}

#[test]
fn a_bare_id_refers_to_what_the_policy_says() {
    let ids = format!("{POLICY}\nids = {{ \"BookRequest.count\" = \"author\" }}");
    let catalog = catalog(&document(), &ids);
    let body = operation(&catalog, "book.create").body.as_ref().unwrap();
    let Shape::Object(book) = &catalog.types().get(body.one.unwrap()).shape else { panic!() };
    let count = book.fields.iter().find(|field| field.name == "count").unwrap();
    let Shape::Reference(reference) = &catalog.types().get(count.ty).shape else { panic!() };
    assert_eq!(reference.resource, "author");
    assert_eq!(reference.attributes, None);
}

#[test]
fn without_models_nothing_refers() {
    let catalog = catalog(&document(), "");
    let refers = |ty: &Type| matches!(ty.shape, Shape::Reference(_));
    assert!(!catalog.types().0.iter().any(refers));
}
