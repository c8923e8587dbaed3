//! The whole of a filter's vocabulary, on a running NetBox.

use dispatch_core::catalog::{Parameter, Shape, TypeId};
use serde_json::{Map, Value, json};

use crate::documents::Compiled;
use crate::netbox::{ADMIN, with_netbox};

/// A value that a filter takes, of all those of a list.
fn value(compiled: &Compiled, filters: &[Parameter], parameter: &Parameter) -> Option<Value> {
    let name = parameter.name.as_str();
    if name.starts_with("time_zone") {
        return Some(json!(["UTC"]));
    }
    let types = compiled.catalog.types();
    let item = |parameter: &Parameter| {
        let ty = parameter.choices.unwrap_or(parameter.ty);
        match &types.get(ty).shape {
            Shape::Array { items, .. } => (*items, true),
            _ => (ty, false),
        }
    };
    let choice = |ty: TypeId| match &types.get(ty).shape {
        Shape::Enum(choices) => choices.iter().find(|it| !it.is_null() && **it != "").cloned(),
        _ => None,
    };
    let (ty, is_list) = item(parameter);
    let one = match &types.get(ty).shape {
        Shape::Boolean => json!(true),
        Shape::Integer(_) => json!(1),
        Shape::Number(_) => json!(1.5),
        Shape::Enum(_) => choice(ty)?,
        Shape::String(length) => match length.format.as_deref() {
            Some("date") => json!("2026-11-22"),
            Some("date-time") => json!("2026-11-22T10:00:00Z"),
            Some("uuid") => json!("00000000-0000-4000-8000-000000000000"),
            // NetBox takes nothing but whole choices, though its document says that any text goes
            // with `status__ic` and its like.
            _ => {
                let plain = name.split("__").next().unwrap_or(name);
                let plain = filters.iter().find(|filter| filter.name == plain);
                plain.and_then(|plain| choice(item(plain).0)).unwrap_or_else(|| json!("1"))
            }
        },
        _ => return None,
    };
    Some(if is_list { json!([one]) } else { one })
}

/// What NetBox said against filters of a chunk: the filters, each with its words.
fn refused(text: &str) -> Vec<(&str, &str)> {
    let is_of_values = text.contains("(400 Bad Request)");
    let lines = text.lines().filter(|_| is_of_values);
    lines.filter_map(|line| line.strip_prefix("  ")?.split_once(": ")).collect()
}

/// Every filter of these lists is sent, and NetBox takes it, unless its value is of no object.
#[tokio::test]
async fn every_filter_of_a_list_is_taken() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let compiled = netbox.compiled().await;
        let (mut n_filters, mut unexpected) = (0, Vec::new());
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
                    if let Some(value) = value(compiled, &operation.query, parameter) {
                        n_filters += 1;
                        params.insert(parameter.name.clone(), value);
                    }
                }
                // Those that are refused are taken out, so that the others are seen to be taken.
                for n_before in 0.. {
                    assert!(n_before < 50, "{} takes none of {params:?}", resource.name);
                    let arguments = json!({
                        "resource": resource.name, "action": "list", "params": params,
                        "options": {"limit": 1},
                    });
                    let answer = client.send(tool, &arguments).await.expect("an answer");
                    let text = &answer.text;
                    if !answer.is_error {
                        break;
                    }
                    // NetBox closed the connection just then.
                    if text.ends_with("try again") {
                        continue;
                    }
                    let refused = refused(text);
                    assert!(!refused.is_empty(), "{arguments}\n{text}");
                    for (filter, why) in refused {
                        let is_one = params.remove(filter).is_some();
                        assert!(is_one, "{filter}: {arguments}\n{text}");
                        let is_reviewed = why.starts_with("Select a valid choice.")
                            && OF_OBJECTS.contains(&(resource.name.as_str(), filter));
                        if !is_reviewed {
                            unexpected.push(format!("{} {filter}: {why}", resource.name));
                        }
                    }
                }
            }
        }
        assert!(n_filters > 600, "{n_filters} filters");
        assert!(unexpected.is_empty(), "{unexpected:#?}");
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

        // A word that is none is refused by NetBox, and the words are told; where, if there are many.
        let is_told = |text: &str| {
            text.contains(&format!("\n{word}_env"))
                || text.contains("resource=site.custom_fields action=help")
        };
        let admin = netbox.client(ADMIN[1]).await;
        let site = json!({"name": name, "slug": name, "custom_fields": {format!("{word}_en"): "prod"}});
        let text = admin.refused("dcim", "site", "create", site).await;
        assert!(is_told(&text), "{text}");
        let site = json!({"name": name, "slug": name, "custom_fields": {format!("{word}_env"): "prd"}});
        let text = admin.refused("dcim", "site", "create", site).await;
        assert!(is_told(&text), "{text}");
    })
    .await;
}

/// Filters whose value names an object, which need not be there, though the document does not say so.
const OF_OBJECTS: [(&str, &str); 29] = [
    ("circuit", "tag__any"),
    ("circuit", "tag_id__any"),
    ("circuit", "termination_a_id"),
    ("circuit", "termination_a_id__n"),
    ("circuit", "termination_z_id"),
    ("circuit", "termination_z_id__n"),
    ("device", "model"),
    ("device", "model__n"),
    ("device", "parent_bay_id"),
    ("device", "parent_bay_id__n"),
    ("device", "parent_device_id"),
    ("device", "parent_device_id__n"),
    ("device", "tag__any"),
    ("device", "tag_id__any"),
    ("prefix", "present_in_vrf_id"),
    ("prefix", "tag__any"),
    ("prefix", "tag_id__any"),
    ("site", "tag__any"),
    ("site", "tag_id__any"),
    ("virtualmachine", "tag__any"),
    ("virtualmachine", "tag_id__any"),
    ("vlan", "available_at_site"),
    ("vlan", "available_at_site_group"),
    ("vlan", "available_on_device"),
    ("vlan", "available_on_virtualmachine"),
    ("vlan", "related_to_site"),
    ("vlan", "related_to_site__n"),
    ("vlan", "tag__any"),
    ("vlan", "tag_id__any"),
];
