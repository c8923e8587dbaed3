//! What a caller is shown before it asks: tools and instructions.

use dispatch_core::access::Access;
use dispatch_core::catalog::GroupId;
use dispatch_core::resolve;
use dispatch_core::suggest::nearest;
use dispatch_core::surface::{SchemaProfile, Surface, SurfaceOptions};
use dispatch_core::{Catalog, Tier};
use proptest::prelude::*;
use serde_json::Value;

use crate::dispatch::fixture::catalog;

/// Every pair of granted and obtainable tier.
pub(crate) fn accesses() -> Vec<Access> {
    let levels = [None, Some(Tier::Read), Some(Tier::Write), Some(Tier::Admin)];
    let pairs = levels.into_iter().flat_map(|granted| {
        let above = levels.into_iter().filter(move |level| *level >= granted);
        above.map(move |obtainable| Access { granted, obtainable })
    });
    pairs.collect()
}

fn surface(catalog: &Catalog, access: Access) -> (Vec<Value>, String) {
    let surface = Surface::new(catalog, access, &SurfaceOptions::default());
    let tools: Vec<Value> = serde_json::from_slice(&surface.tools).unwrap();
    assert_eq!(surface.n_tools, tools.len());
    (tools, surface.instructions.to_string())
}

#[test]
fn the_whole_surface_of_a_writer() {
    let (tools, instructions) = surface(&catalog(), Access::up_to(Tier::Write));
    let tools = serde_json::to_string_pretty(&tools).unwrap();
    insta::assert_snapshot!(format!("{tools}\n\n{instructions}"));
}

#[test]
fn each_visible_resource_is_named_and_no_hidden_one() {
    let catalog = catalog();
    for access in accesses() {
        let (tools, instructions) = surface(&catalog, access);
        let mut tools = tools.iter();
        for (group, id) in catalog.groups().iter().zip((0..).map(GroupId)) {
            let visible: Vec<&str> = resolve::resources(&catalog, access, id)
                .map(|id| catalog.resource(id).name.as_str())
                .collect();
            if visible.is_empty() {
                continue;
            }
            let tool = tools.next().unwrap();
            assert_eq!(tool["name"], group.name.as_str());
            let named = tool["description"].as_str().unwrap().lines().last().unwrap();
            assert_eq!(named.split(' ').collect::<Vec<_>>(), visible, "{access:?}");
        }
        assert_eq!(tools.next(), None, "{access:?}: a tool of which nothing is visible");
        if access.obtainable < Some(Tier::Admin) {
            assert!(!instructions.contains("user"), "{access:?}: {instructions}");
        }
    }
}

#[test]
fn each_tool_has_the_one_input_schema() {
    let schema = r#"{"type":"object","properties":{"resource":{"type":"string"},"action":{"type":"string"},"params":{"type":"object"},"options":{"type":"object"}},"required":["resource"]}"#;
    let surface = Surface::new(&catalog(), Access::up_to(Tier::Admin), &SurfaceOptions::default());
    let text = str::from_utf8(&surface.tools).unwrap();
    assert_eq!(text.matches(&format!("\"inputSchema\":{schema}")).count(), surface.n_tools);
}

#[test]
fn arguments_that_hold_objects_can_be_published_as_text() {
    let options = SurfaceOptions::default().with_schema_profile(SchemaProfile::ParamsAsString);
    let surface = Surface::new(&catalog(), Access::up_to(Tier::Admin), &options);
    let tools: Vec<Value> = serde_json::from_slice(&surface.tools).unwrap();
    for tool in &tools {
        for (argument, schema) in tool["inputSchema"]["properties"].as_object().unwrap() {
            assert_eq!(schema["type"], "string", "{argument} of {tool}");
        }
    }
    let said = "params and options: JSON text.";
    assert!(tools[0]["description"].as_str().unwrap().starts_with(said), "{tools:?}");
    assert!(surface.instructions.starts_with(said), "{}", surface.instructions);
}

#[test]
fn only_a_surface_that_only_reads_says_so() {
    for access in accesses() {
        let (tools, _) = surface(&catalog(), access);
        for tool in tools {
            let hint = tool.get("annotations").map(|it| it["readOnlyHint"].clone());
            let only_reads = access.obtainable == Some(Tier::Read);
            assert_eq!(hint, only_reads.then_some(Value::Bool(true)), "{access:?}");
        }
    }
}

proptest! {
    #[test]
    fn only_candidates_are_suggested(wanted in ".{0,40}", names in prop::collection::vec("[a-z_-]{0,12}", 0..12)) {
        let found = nearest(&wanted, names.iter().map(String::as_str), 3);
        prop_assert!(found.len() <= 3);
        prop_assert!(found.iter().all(|name| names.iter().any(|known| known == name)));
    }

    #[test]
    fn hidden_and_unknown_names_get_the_same_words(spelling in "[a-z_ -]{1,20}") {
        let catalog = catalog();
        let access = Access::up_to(Tier::Write);
        if let Err(refusal) = resolve::resource(&catalog, access, None, &spelling) {
            prop_assert!(!refusal.text().replace(&spelling, "").contains("user"));
        }
    }
}

#[test]
fn a_hidden_resource_is_refused_like_an_unknown_one() {
    let catalog = catalog();
    for access in accesses() {
        let refused = |spelling: &str| match resolve::resource(&catalog, access, None, spelling) {
            Ok(_) => "found".to_owned(),
            Err(refusal) => refusal.to_string().replace(spelling, "X"),
        };
        let hidden = access.obtainable < Some(Tier::Admin);
        assert_eq!(refused("user") == refused("qqqq"), hidden, "{access:?}");
    }
}
