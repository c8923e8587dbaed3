//! Every operation of real documents, called with arguments made from its types.

use std::sync::Arc;

use dispatch_core::catalog::{Action, Catalog, Form, Media, Operation, Resource, Shape, TypeId};
use dispatch_core::compile::compile;
use dispatch_core::policy::Policy;
use dispatch_core::surface::{SurfaceOptions, Tools};
use dispatch_core::{Dispatcher, DispatcherOptions, Document, Tier};
use mcp_protocol::tool::{ToolCall, ToolServer};
use serde_json::{Map, Value, json};

use super::fixture::{Recorder, call_as, caller};
use crate::documents::real;

/// The newest of the real documents, compiled under a policy that names its tiers only.
fn newest() -> Option<Arc<Catalog>> {
    let (_, bytes) = real().pop()?;
    let policy = Policy::from_toml("").unwrap();
    let document = Document::parse(&bytes).unwrap();
    let compiled = compile(&document, &policy).unwrap_or_else(|error| panic!("{error}"));
    Some(Arc::new(compiled.catalog))
}

/// The least value of a type.
fn least(catalog: &Catalog, ty: TypeId) -> Value {
    match &catalog.types().get(ty).shape {
        Shape::Any => json!("any"),
        Shape::Boolean => json!(true),
        Shape::Integer(bounds) | Shape::Number(bounds) => {
            bounds.min.as_ref().map_or(json!(1), |min| Value::Number(min.clone()))
        }
        Shape::String(length) => {
            Value::from("x".repeat(length.min.unwrap_or(1).max(1).try_into().unwrap()))
        }
        Shape::Enum(choices) => choices[0].clone(),
        Shape::Array { items, length } => {
            let n_items = length.min.unwrap_or(0).try_into().unwrap();
            Value::from(vec![least(catalog, *items); n_items])
        }
        Shape::Object(object) => {
            let required = object.fields.iter().filter(|field| field.required && !field.read_only);
            required.map(|field| (field.name.clone(), least(catalog, field.ty))).collect()
        }
        Shape::Map(_) => json!({}),
        Shape::Union(variants) => least(catalog, variants[0]),
        Shape::Reference(reference) => least(catalog, reference.id),
    }
}

/// The least params of an action.
fn params(catalog: &Catalog, operation: &Operation, form: Form) -> Value {
    let mut params = Map::new();
    let required = operation.query.iter().filter(|parameter| parameter.required);
    for parameter in operation.path_parameters.iter().chain(required) {
        params.insert(parameter.name.clone(), least(catalog, parameter.ty));
    }
    let Some(body) = &operation.body else { return params.into() };
    match (form, body.one, body.many) {
        (Form::Many, _, Some(item)) => {
            params.insert("items".to_owned(), json!([least(catalog, item)]));
        }
        (_, Some(one), _) => match least(catalog, one) {
            Value::Object(fields) => {
                let mut fields = fields;
                if let Shape::Object(object) = &catalog.types().get(one).shape
                    && fields.is_empty()
                    && let Some(field) = object.fields.iter().find(|field| !field.read_only)
                {
                    fields.insert(field.name.clone(), least(catalog, field.ty));
                }
                for name in operation.body.iter().flat_map(|body| &body.files) {
                    if let Some(file) = fields.get_mut(name) {
                        *file = json!({"content": "x"});
                    }
                }
                params.insert("body".to_owned(), Value::Object(fields));
            }
            value => {
                params.insert("body".to_owned(), value);
            }
        },
        _ => {}
    }
    params.into()
}

/// The actions of a catalog that can be called; a form cannot hold a list of objects, nor can a list
/// hold files.
fn actions(catalog: &Catalog) -> impl Iterator<Item = (&Resource, &Action, &Operation)> {
    let resources = catalog.resources().iter();
    let actions = resources
        .flat_map(|resource| resource.actions.iter().map(move |action| (resource, action)));
    actions
        .map(|(resource, action)| (resource, action, catalog.operation(action.operation)))
        .filter(|(_, action, operation)| {
            let is_form =
                operation.body.as_ref().is_some_and(|body| body.media == Media::Multipart);
            let item = operation.body.as_ref().and_then(|body| Some((body.many?, &body.files)));
            let needs_file = item.is_some_and(|(item, files)| {
                let Shape::Object(object) = &catalog.types().get(item).shape else { return false };
                object.fields.iter().any(|field| field.required && files.contains(&field.name))
            });
            !((is_form || needs_file) && action.form == Form::Many)
        })
}

/// Whether a path is a template with its parameters filled in.
fn is_of(path: &str, template: &str) -> bool {
    let (path, template) = (path.split('/'), template.split('/'));
    path.clone().count() == template.clone().count()
        && path.zip(template).all(|(segment, known)| known.contains('{') || segment == known)
}

#[test]
fn every_operation_can_be_called() {
    let Some(catalog) = newest() else { return };
    let recorder = Recorder::json(200, json!({"count": 0, "results": []}));
    let dispatcher = Dispatcher::new(Arc::clone(&catalog), recorder.clone());
    let cx = caller(&["read", "write", "admin"], &[]);
    let mut n_sent = 0;
    let mut refused = Vec::new();
    for (resource, action, operation) in actions(&catalog) {
        let arguments = json!({"resource": resource.name, "action": action.name,
                "params": params(&catalog, operation, action.form)});
        let group = &catalog.group(resource.group).name;
        let (text, _) = call_as(&dispatcher, cx.clone(), group, &arguments);
        let sent = recorder.sent();
        if sent.len() != n_sent + 1 {
            refused.push(format!("{arguments}: {text}"));
            continue;
        }
        n_sent += 1;
        let request = &sent[n_sent - 1];
        assert_eq!(request.method().as_str(), operation.method.as_str());
        assert!(is_of(request.uri().path(), &operation.path), "{} {arguments}", request.uri());
    }
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused.join("\n"));
    assert!(n_sent >= catalog.operations().len());
}

#[test]
fn no_tier_reaches_above_itself() {
    let Some(catalog) = newest() else { return };
    for tools in Tools::ALL {
        no_tier_of_these_tools_reaches_above_itself(&catalog, tools);
    }
}

fn no_tier_of_these_tools_reaches_above_itself(catalog: &Arc<Catalog>, tools: Tools) {
    let options =
        DispatcherOptions::default().with_surface(SurfaceOptions::default().with_tools(tools));
    let scopes = ["read", "write", "admin"];
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for n_granted in 0..3 {
        for n_obtainable in n_granted..=3 {
            let recorder = Recorder::json(200, json!({}));
            let dispatcher = Dispatcher::new(Arc::clone(catalog), recorder.clone())
                .with_options(options.clone());
            let cx = caller(&scopes[..n_granted], &scopes[..n_obtainable]);
            let mut n_sent = 0;
            for (resource, action, operation) in actions(catalog) {
                let arguments = json!({"resource": resource.name, "action": action.name,
                        "params": params(catalog, operation, action.form)});
                let tool = match tools {
                    Tools::One => "api",
                    _ => &catalog.group(resource.group).name,
                };
                let call = ToolCall::new(tool).with_arguments(arguments.to_string());
                let needs = Tier::ALL.iter().position(|tier| *tier == operation.tier).unwrap();
                let challenged = dispatcher.authorize(&call, &cx).is_err();
                let is_obtainable = n_granted <= needs && needs < n_obtainable;
                assert_eq!(
                    challenged, is_obtainable,
                    "{} {n_granted} {n_obtainable}",
                    operation.name
                );
                let _ = runtime.block_on(dispatcher.call(call, cx.clone()));
                n_sent += usize::from(needs < n_granted);
            }
            assert_eq!(recorder.sent().len(), n_sent);
        }
    }
}
