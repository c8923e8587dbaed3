//! What a caller is told when it asks.

use dispatch_core::access::{Access, Standing};
use dispatch_core::catalog::{Form, GroupId, Shape, TypeId};
use dispatch_core::help::{Help, HelpRequest, help};
use dispatch_core::{Catalog, Tier};

use crate::dispatch::fixture::catalog;
use crate::surface::accesses;

const WRITER: Access = Access::up_to(Tier::Write);
const INVENTORY: Option<GroupId> = Some(GroupId(0));

fn ask(access: Access, resources: &[&str]) -> Help {
    let resources = resources.iter().map(|&name| name.to_owned()).collect();
    let request = HelpRequest { group: INVENTORY, resources, ..HelpRequest::default() };
    help(&catalog(), access, &request)
}

#[track_caller]
fn check(spelling: &str, expect: &str) {
    assert_eq!(ask(WRITER, &[spelling]).text, expect);
}

#[test]
fn a_resource_is_explained_whole() {
    insta::assert_snapshot!(ask(WRITER, &["device"]).text);
}

#[test]
fn several_resources_are_explained_in_one_call() {
    insta::assert_snapshot!(ask(WRITER, &["site", "event", "devise"]).text);
}

#[test]
fn what_is_not_granted_is_marked() {
    let access = Access { granted: Some(Tier::Read), obtainable: Some(Tier::Admin) };
    insta::assert_snapshot!(ask(access, &["device", "device.wipe"]).text);
    insta::assert_snapshot!(ask(access, &["inventory"]).text);
}

#[test]
fn a_group_is_explained() {
    insta::assert_snapshot!(ask(WRITER, &[]).text);
    assert_eq!(ask(WRITER, &[]), ask(WRITER, &["inventory"]));
    assert_eq!(ask(WRITER, &[]), ask(WRITER, &["help"]));
    assert_eq!(ask(WRITER, &[]), ask(WRITER, &[""]));
    let nothing = ask(Access::none(), &[]);
    assert!(nothing.is_error && !nothing.text.is_empty());
    let everything = help(&catalog(), WRITER, &HelpRequest::default());
    assert_eq!(everything.text, "inventory: device site event");
}

#[test]
fn one_action_is_explained() {
    let delete = "device (inventory)\ndelete: id!:int\noptions too: dry_run\n\
                  e.g. {\"resource\":\"device\",\"action\":\"delete\",\"params\":{\"id\":1}}";
    check("device.delete", delete);
    check("device.destroy", delete);
    check(
        "device.bulk_update",
        "device (inventory)\nbulk_update: items:[{id!:int status:active|planned|offline}]\n\
         options too: dry_run, expect (how many)\n\
         e.g. {\"resource\":\"device\",\"action\":\"bulk_update\",\
         \"params\":{\"items\":[{\"id\":1,\"status\":\"active\"}]}}",
    );
}

#[test]
fn one_field_is_explained_in_full() {
    check(
        "device.name",
        "device.name:str\n in list[]\ndevice.name:str(1..8)\n in create! update bulk_create!",
    );
    check("device.site", "device.site->site{name!:str slug!:str}\n in create! update bulk_create!");
    check("device.site.slug", "device.site.slug:str\n in create! update! bulk_create!");
    check("device.update.status", "device.status:active|planned|offline\n in update");
    check("device.height", "device.height:num(0..<1000)?\n in create bulk_create");
}

#[test]
fn what_is_unknown_is_refused_with_a_suggestion() {
    for (spelling, expect) in [
        ("devcie", "unknown resource \"devcie\" in inventory; did you mean device?"),
        ("devcie.name", "unknown resource \"devcie\" in inventory; did you mean device?"),
        ("device.nme", "device has no action, field or parameter \"nme\"; did you mean name?"),
        (
            "device.zzzz",
            "device has no action, field or parameter \"zzzz\"; help on device names them",
        ),
    ] {
        let answer = ask(WRITER, &[spelling]);
        assert!(answer.is_error, "{spelling}");
        assert_eq!(answer.text, expect);
    }
    let partly = ask(WRITER, &["devcie", "site"]);
    assert!(!partly.is_error);
}

#[test]
fn hidden_and_unknown_names_get_the_same_words() {
    for (hidden, unknown) in
        [("user", "qqqq"), ("user.get", "qqqq.get"), ("device.wipe", "device.qqqq")]
    {
        let of = |spelling: &str| {
            let request =
                HelpRequest { resources: vec![spelling.to_owned()], ..HelpRequest::default() };
            let answer = help(&catalog(), WRITER, &request);
            assert!(answer.is_error);
            answer.text.replace("user", "X").replace("qqqq", "X").replace("wipe", "X")
        };
        assert_eq!(of(hidden), of(unknown));
    }
}

#[test]
fn help_names_what_a_caller_may_use_and_nothing_else() {
    let catalog = catalog();
    for access in accesses() {
        for resource in catalog.resources() {
            let request =
                HelpRequest { resources: vec![resource.name.clone()], ..HelpRequest::default() };
            let text = help(&catalog, access, &request).text;
            let words: Vec<&str> = text.split([' ', '\n', ':', '/', '!']).collect();
            for action in &resource.actions {
                let operation = catalog.operation(action.operation);
                let is_hidden = access.standing(operation.tier) == Standing::Hidden;
                let short = action.name.trim_start_matches("bulk_");
                let is_named = words.contains(&&*action.name) || words.contains(&short);
                assert!(is_named || is_hidden, "{access:?} {}.{}", resource.name, action.name);
                let body = operation.body.as_ref().filter(|_| !is_hidden);
                let ty = body.and_then(|body| match action.form {
                    Form::One => body.one,
                    Form::Many => body.many,
                });
                for field in ty.map(|ty| writable(&catalog, ty)).unwrap_or_default() {
                    assert!(text.contains(&field), "{access:?} {}: {field}", resource.name);
                }
            }
            assert!(!text.contains("wipe") || access.obtainable == Some(Tier::Admin));
        }
    }
}

fn writable(catalog: &Catalog, ty: TypeId) -> Vec<String> {
    match &catalog.types().get(ty).shape {
        Shape::Object(object) => {
            let fields = object.fields.iter().filter(|field| !field.read_only);
            fields.map(|field| field.name.clone()).collect()
        }
        _ => Vec::new(),
    }
}
