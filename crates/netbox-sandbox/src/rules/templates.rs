//! What a new device is given by the templates of its type.

use serde_json::{Map, Value, json};

use crate::{
    change::{self, Action},
    problem::Failure,
    state::State,
    table,
    write::Draft,
};

/// From templates to components, in NetBox's order.
const COMPONENTS: &[(&str, &str)] = &[
    ("dcim/console-port-templates", "dcim/console-ports"),
    ("dcim/console-server-port-templates", "dcim/console-server-ports"),
    ("dcim/power-port-templates", "dcim/power-ports"),
    ("dcim/power-outlet-templates", "dcim/power-outlets"),
    ("dcim/cooling-outflow-templates", "dcim/cooling-outflows"),
    ("dcim/cooling-intake-templates", "dcim/cooling-intakes"),
    ("dcim/interface-templates", "dcim/interfaces"),
    ("dcim/rear-port-templates", "dcim/rear-ports"),
    ("dcim/front-port-templates", "dcim/front-ports"),
    ("dcim/module-bay-templates", "dcim/module-bays"),
    ("dcim/device-bay-templates", "dcim/device-bays"),
    ("dcim/inventory-item-templates", "dcim/inventory-items"),
];

/// References from one component to another of the same device, with what they lead to.
const LINKS: &[(&str, &str, &str)] = &[
    ("dcim/power-outlets", "power_port", "dcim/power-ports"),
    ("dcim/cooling-intakes", "cooling_outflow", "dcim/cooling-outflows"),
    ("dcim/interfaces", "bridge", "dcim/interfaces"),
    ("dcim/interfaces", "parent", "dcim/interfaces"),
    ("dcim/inventory-items", "parent", "dcim/inventory-items"),
];

/// Gives a new device the components that its type has templates for, and its type's defaults.
pub(crate) fn instantiate(draft: &mut Draft<'_>, new: bool) -> Result<(), Failure> {
    let Some(device_type) = draft.target("device_type").filter(|_| new).cloned() else {
        return Ok(());
    };
    if draft.object.text("airflow").is_empty() && !device_type.text("airflow").is_empty() {
        draft.object.set("airflow", device_type.get("airflow").clone());
    }
    if draft.object.id_of("platform").is_none() && !draft.body.contains_key("platform") {
        draft.object.set("platform", device_type.get("default_platform").clone());
    }
    draft.store();
    let device = draft.object.id;
    let owner = Owner { field: "device_type", id: device_type.id, device, module: None };
    make_components(draft, &owner);
    Ok(())
}

/// Gives a new module's device the components that the module's type has templates for.
pub(crate) fn instantiate_module(draft: &mut Draft<'_>, new: bool) -> Result<(), Failure> {
    let asked = |name: &str, or: bool| {
        draft.body.get(name).map_or(or, |value| value.as_bool().unwrap_or(or))
    };
    if !new || !asked("replicate_components", true) {
        return Ok(());
    }
    if asked("adopt_components", false) {
        return Err(Failure::not_implemented("adopting components into a module"));
    }
    let (Some(module_type), Some(device)) =
        (draft.object.id_of("module_type"), draft.object.id_of("device"))
    else {
        return Ok(());
    };
    let position = draft.target("module_bay").map(|bay| bay.text("position").to_owned());
    let module = (draft.object.id, position.unwrap_or_default());
    let owner = Owner { field: "module_type", id: module_type, device, module: Some(module) };
    make_components(draft, &owner);
    Ok(())
}

/// Whose templates make whose components.
#[derive(Debug)]
struct Owner {
    /// The field of the templates that names their type, and the type.
    field: &'static str,
    id: u64,
    device: u64,
    /// The module, and the position of its bay.
    module: Option<(u64, String)>,
}

/// Makes the components of an owner's templates.
fn make_components(draft: &mut Draft<'_>, owner: &Owner) {
    for (templates, components) in COMPONENTS {
        let templates: Vec<_> =
            draft.state.referring(templates, owner.field, owner.id).cloned().collect();
        let Some(resource) = table::by_path(components) else { continue };
        let mut made = Vec::new();
        for template in &templates {
            let mut values = Map::new();
            for field in resource.fields.iter().filter(|field| field.is_stored()) {
                let value = template.get(field.name);
                if !value.is_null() && !matches!(field.name, "created" | "last_updated") {
                    values.insert(field.name.to_owned(), value.clone());
                }
            }
            values.insert("device".to_owned(), json!(owner.device));
            if let Some((module, position)) = &owner.module {
                values.insert("module".to_owned(), json!(module));
                for field in ["name", "label", "position"] {
                    if let Some(Value::String(text)) = values.get_mut(field) {
                        *text = text.replace("{module}", position);
                    }
                }
            }
            if let Some(id) = draft.state.make(resource.path, &values) {
                made.push((template.id, id));
            }
        }
        for (_, id) in &made {
            relink(draft, (resource.path, *id), &made, owner.device);
        }
        for (_, id) in &made {
            let Some(object) = draft.state.get(resource.path, *id).cloned() else { continue };
            let pair = (None, Some(object.as_ref()));
            change::record(draft.state, draft.author, resource, Action::Create, pair, "");
        }
    }
}

/// Turns what a component inherited as references to templates into references to components.
fn relink(
    draft: &mut Draft<'_>,
    (path, id): (&'static str, u64),
    made: &[(u64, u64)],
    device: u64,
) {
    for (of, field, target) in LINKS.iter().filter(|(of, ..)| *of == path) {
        let Some(component) = draft.state.get(path, id) else { return };
        let Some(template) = component.id_of(field) else { continue };
        let linked = if of == target {
            made.iter().find(|(from, _)| *from == template).map(|(_, to)| *to)
        } else {
            by_template_name(draft.state, target, template, device)
        };
        let mut component = component.as_ref().clone();
        component.set(field, linked.map_or(Value::Null, Value::from));
        draft.state.put(path, component);
    }
}

/// The component of a device that has the name of a template of another kind.
fn by_template_name(state: &State, target: &str, template: u64, device: u64) -> Option<u64> {
    let (templates, _) = COMPONENTS.iter().find(|(_, components)| *components == target)?;
    let name = state.get(templates, template)?.text("name");
    let mut found = state.referring(target, "device", device);
    found.find(|component| component.text("name") == name).map(|component| component.id)
}
