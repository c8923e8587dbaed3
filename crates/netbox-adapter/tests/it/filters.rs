//! The whole of a filter's vocabulary, on a running NetBox.

use dispatch_core::catalog::{Parameter, Shape, TypeId};
use serde_json::{Map, Value, json};

use crate::documents::Compiled;
use crate::netbox::{ADMIN, with_netbox};

/// A value that a filter takes.
fn value(compiled: &Compiled, parameter: &Parameter) -> Option<Value> {
    let types = compiled.catalog.types();
    let of = |ty: TypeId| match &types.get(ty).shape {
        Shape::Boolean => Some(json!(true)),
        Shape::Integer(_) => Some(json!(1)),
        Shape::Number(_) => Some(json!(1.5)),
        Shape::Enum(choices) => choices.iter().find(|it| !it.is_null() && **it != "").cloned(),
        Shape::String(length) => Some(match length.format.as_deref() {
            Some("date") => json!("2026-11-22"),
            Some("date-time") => json!("2026-11-22T10:00:00Z"),
            Some("uuid") => json!("00000000-0000-4000-8000-000000000000"),
            _ => json!("1"),
        }),
        _ => None,
    };
    let ty = parameter.choices.unwrap_or(parameter.ty);
    match &types.get(ty).shape {
        Shape::Array { items, .. } => of(*items).map(|one| json!([one])),
        _ => of(ty),
    }
}

/// Every filter of these lists is sent, and NetBox knows it: what it says against one is that its
/// value is of no object, never that something broke.
#[tokio::test]
async fn every_filter_of_a_list_is_taken() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let compiled = netbox.compiled().await;
        let mut n_filters = 0;
        for resource in ["site", "device", "prefix", "vlan", "circuit", "virtualmachine", "tag"] {
            let resource = compiled.catalog.resources().iter().find(|it| it.name == resource);
            let resource = resource.expect("a resource");
            let list = resource.action("list").expect("a list");
            let operation = compiled.catalog.operation(list.operation);
            let tool = &compiled.catalog.group(resource.group).name;
            // What refers to an object is looked up, and others are of pages and of sets.
            let others = ["limit", "offset", "start", "ordering", "filter"];
            let is_filter =
                |it: &&Parameter| it.refers.is_none() && !others.contains(&it.name.as_str());
            let filters: Vec<&Parameter> = operation.query.iter().filter(is_filter).collect();
            for chunk in filters.chunks(25) {
                let mut params = Map::new();
                for parameter in chunk {
                    if let Some(value) = value(compiled, parameter) {
                        n_filters += 1;
                        params.insert(parameter.name.clone(), value);
                    }
                }
                let arguments = json!({
                    "resource": resource.name, "action": "list", "params": params,
                    "options": {"limit": 1},
                });
                let mut answer = client.send(tool, &arguments).await.expect("an answer");
                if answer.text.ends_with("try again") {
                    // NetBox closed the connection just then.
                    answer = client.send(tool, &arguments).await.expect("an answer");
                }
                let text = &answer.text;
                let is_about_values = text.contains("400") && !text.contains("not sent");
                assert!(!answer.is_error || is_about_values, "{arguments}\n{text}");
            }
        }
        assert!(n_filters > 600, "{n_filters} filters");
    })
    .await;
}

#[tokio::test]
async fn filters_do_what_they_say() {
    with_netbox(|netbox| async move {
        let name = netbox.name.clone();
        let word = name.replace('-', "_");
        let field = json!({"name": word, "type": "text", "object_types": ["dcim.site"], "filter_logic": "exact"});
        netbox.make("/api/extras/custom-fields/", field).await;
        for tag in ["red", "blue"] {
            let tag = json!({"name": format!("{name}-{tag}"), "slug": format!("{name}-{tag}")});
            netbox.make("/api/extras/tags/", tag).await;
        }
        let tag = |color: &str| json!({"slug": format!("{name}-{color}")});
        for (end, facility, field, tags) in [
            ("a", "x", json!("one"), json!([tag("red")])),
            ("b", "", json!("two"), json!([tag("red"), tag("blue")])),
            ("c", "y", Value::Null, json!([])),
        ] {
            let site = json!({
                "name": format!("{name}-{end}"), "slug": format!("{name}-{end}"), "facility": facility,
                "custom_fields": {&word: field}, "tags": tags,
            });
            netbox.make("/api/dcim/sites/", site).await;
        }
        let client = netbox.client(ADMIN[1]).await;
        let slug = |end: &str| format!("{name}-{end}");
        for (filter, value, expected) in [
            ("slug", json!([slug("a"), slug("b")]), "ab"),
            ("slug__n", json!([slug("a")]), "bc"),
            ("facility__empty", json!(true), "b"),
            ("facility__empty", json!(false), "ac"),
            ("name__iew", json!(["-C"]), "c"),
            ("name__regex", json!(["-[ab]$"]), "ab"),
            ("tag", json!([slug("red")]), "ab"),
            // Tags are all of them; their ids as well.
            ("tag", json!([slug("red"), slug("blue")]), "b"),
            ("tag__n", json!([slug("blue")]), "ac"),
            (&format!("cf_{word}"), json!("one"), "a"),
            (&format!("cf_{word}"), json!(["one", "two"]), "ab"),
            (&format!("cf_{word}__n"), json!("one"), "bc"),
            (&format!("cf_{word}__ic"), json!("TW"), "b"),
            (&format!("cf_{word}__empty"), json!(true), "c"),
        ] {
            let mut params = json!({"name__isw": [name]});
            params[filter] = value;
            let answer = client.ask("dcim", "site", "list", params.clone()).await;
            let rows = answer["results"].as_array().into_iter().flatten();
            let ends = rows.filter_map(|row| row["slug"].as_str()?.chars().last());
            let mut ends: Vec<char> = ends.collect();
            ends.sort_unstable();
            assert_eq!(ends.iter().collect::<String>(), expected, "{params}");
        }
        // NetBox ignores what is no custom field of these objects, and answers with every row.
        for (tool, resource, filter) in [
            ("dcim", "site", format!("cf_{word}x")),
            ("dcim", "region", format!("cf_{word}")),
        ] {
            let text = client.refused(tool, resource, "list", json!({filter: "one"})).await;
            assert!(text.contains("no customfield"), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn help_tells_the_custom_fields_and_tags_there_are() {
    with_netbox(|netbox| async move {
        let name = netbox.name.clone();
        let word = name.replace('-', "_");
        let choices = json!([["prod", "Production"], ["test", "Test"]]);
        let set = json!({"name": name, "extra_choices": choices});
        let set = netbox.make("/api/extras/custom-field-choice-sets/", set).await;
        for field in [
            json!({"name": format!("{word}_env"), "type": "select", "object_types": ["dcim.site"], "choice_set": set}),
            json!({
                "name": format!("{word}_cost"), "type": "integer", "object_types": ["dcim.site"],
                "validation_minimum": 1, "description": "EUR",
            }),
            json!({
                "name": format!("{word}_rack"), "type": "object", "object_types": ["dcim.site"],
                "related_object_type": "dcim.rack",
            }),
        ] {
            netbox.make("/api/extras/custom-fields/", field).await;
        }
        let tag = json!({"name": format!("{name} tag"), "slug": name, "description": "for tests"});
        netbox.make("/api/extras/tags/", tag).await;
        let client = netbox.client("reader_v2").await;
        let help = |resource: &str| json!({"resource": resource, "action": "help"});
        let answer = client.send("dcim", &help("site.custom_fields")).await.expect("an answer");
        for line in [
            format!("\n{word}_env: select prod|test"),
            format!("\n{word}_cost: integer validation_minimum=1.0 description=EUR"),
            format!("\n{word}_rack: object related_object_type=dcim.rack"),
        ] {
            assert!(answer.text.contains(&line), "{line}\n{}", answer.text);
        }
        let answer = client.send("dcim", &help("region.custom_fields")).await.expect("an answer");
        assert!(!answer.text.contains(&word), "{}", answer.text);
        let answer = client.send("dcim", &help("site.tags")).await.expect("an answer");
        let line = format!("\n{name} name=\"{name} tag\" description=\"for tests\"");
        assert!(answer.text.contains(&line), "{line}\n{}", answer.text);

        // A word that is none is refused by NetBox, and where the words are is said.
        let admin = netbox.client(ADMIN[1]).await;
        let site = json!({"name": name, "slug": name, "custom_fields": {format!("{word}_en"): "prod"}});
        let text = admin.refused("dcim", "site", "create", site).await;
        assert!(text.contains("resource=site.custom_fields action=help"), "{text}");
        let site = json!({"name": name, "slug": name, "custom_fields": {format!("{word}_env"): "prd"}});
        let text = admin.refused("dcim", "site", "create", site).await;
        assert!(text.contains("resource=site.custom_fields action=help"), "{text}");
    })
    .await;
}
