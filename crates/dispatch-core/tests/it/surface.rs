//! What a caller is shown before it asks: tools and instructions.

use dispatch_core::access::Access;
use dispatch_core::catalog::GroupId;
use dispatch_core::compile::compile;
use dispatch_core::policy::Policy;
use dispatch_core::resolve;
use dispatch_core::suggest::nearest;
use dispatch_core::surface::{Level, SchemaProfile, Surface, SurfaceOptions};
use dispatch_core::{Catalog, Document, Tier};
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
            let names = named.split(' ').map(|name| name.split('.').next().unwrap());
            assert_eq!(names.collect::<Vec<_>>(), visible, "{access:?}");
        }
        let others: Vec<&Value> = tools.map(|tool| &tool["name"]).collect();
        let sees_any = access.obtainable.is_some();
        assert_eq!(others, ["batch"][..usize::from(sees_any)], "{access:?}");
        if access.obtainable < Some(Tier::Admin) {
            assert!(!instructions.contains("user"), "{access:?}: {instructions}");
        }
    }
}

#[test]
fn each_tool_has_the_one_input_schema() {
    let schema = r#"{"type":"object","properties":{"resource":{"type":"string"},"action":{"type":"string"},"params":{"type":"object"},"options":{"type":"object"}}}"#;
    let surface = Surface::new(&catalog(), Access::up_to(Tier::Admin), &SurfaceOptions::default());
    let text = str::from_utf8(&surface.tools).unwrap();
    assert_eq!(text.matches(&format!("\"inputSchema\":{schema}")).count(), surface.n_tools - 1);
}

#[test]
fn arguments_that_hold_objects_can_be_published_as_text() {
    let options = SurfaceOptions::default().with_schema_profile(SchemaProfile::ParamsAsString);
    let surface = Surface::new(&catalog(), Access::up_to(Tier::Admin), &options);
    let tools: Vec<Value> = serde_json::from_slice(&surface.tools).unwrap();
    for tool in &tools {
        for (argument, schema) in tool["inputSchema"]["properties"].as_object().unwrap() {
            let holds = schema.get("items").unwrap_or(schema);
            assert_eq!(holds["type"], "string", "{argument} of {tool}");
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

fn described(catalog: &Catalog, options: SurfaceOptions) -> Vec<(String, String)> {
    let surface = Surface::new(catalog, Access::up_to(Tier::Admin), &options);
    let tools: Vec<Value> = serde_json::from_slice(&surface.tools).unwrap();
    let text = |tool: &Value, name: &str| tool[name].as_str().unwrap().to_owned();
    tools.iter().map(|tool| (text(tool, "name"), text(tool, "description"))).collect()
}

#[test]
fn a_level_says_more_than_the_one_below() {
    let texts: Vec<String> = Level::ALL
        .into_iter()
        .map(|level| {
            let described = described(&catalog(), SurfaceOptions::default().with_level(level));
            format!("{}: {}", level.as_str(), described[0].1)
        })
        .collect();
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn a_budget_is_spent_on_the_weightiest_and_then_the_shortest() {
    let operation = |fields: &str| {
        format!(
            r#"{{"post":{{"requestBody":{{"content":{{"application/json":{{"schema":{{"type":"object","properties":{{{fields}}}}}}}}}}},"responses":{{}}}}}}"#
        )
    };
    let field = |name: &str| format!(r#""{name}":{{"type":"string"}}"#);
    let many: Vec<String> = (0..40).map(|n| field(&format!("field{n}"))).collect();
    let paths =
        [("loan", many.join(",")), ("shelf", many[..20].join(",")), ("book", field("title"))];
    let paths: Vec<String> =
        paths.iter().map(|(name, fields)| format!(r#""/{name}":{}"#, operation(fields))).collect();
    let document = format!(
        r#"{{"openapi":"3.0.3","info":{{"title":"L","version":"1"}},"paths":{{{}}}}}"#,
        paths.join(",")
    );
    let document = Document::parse(document.as_bytes()).unwrap();
    let policy = Policy::from_toml("group_by = \"one\"\nweights = { loan = 1 }").unwrap();
    let catalog = compile(&document, &policy).unwrap().catalog;
    let spent_on = |budget: usize| -> Vec<&str> {
        let text = described(&catalog, SurfaceOptions::default().with_budget(budget)).remove(0).1;
        let names = text.lines().last().unwrap();
        ["loan", "shelf", "book"]
            .into_iter()
            .filter(|name| names.contains(&format!("{name}{{")))
            .collect()
    };
    for (budget, expect) in [
        (0, vec![]),
        (60, vec!["book"]),
        (140, vec!["loan", "book"]),
        (400, vec!["loan", "shelf", "book"]),
    ] {
        assert_eq!(spent_on(budget), expect, "{budget}");
    }
}

#[test]
fn a_split_surface_says_what_each_tool_does() {
    let surface = Surface::new(
        &catalog(),
        Access::up_to(Tier::Admin),
        &SurfaceOptions::default().with_split(true),
    );
    let tools: Vec<Value> = serde_json::from_slice(&surface.tools).unwrap();
    let hints: Vec<(&str, String)> = tools
        .iter()
        .map(|tool| (tool["name"].as_str().unwrap(), tool["annotations"].to_string()))
        .collect();
    assert_eq!(
        hints,
        [
            ("inventory", r#"{"readOnlyHint":true}"#.to_owned()),
            ("people", r#"{"readOnlyHint":true}"#.to_owned()),
            ("batch", r#"{"readOnlyHint":true}"#.to_owned()),
            ("write", "null".to_owned()),
            ("delete", r#"{"destructiveHint":true}"#.to_owned()),
        ]
    );
    assert_eq!(tools[3]["inputSchema"], tools[4]["inputSchema"]);
}
