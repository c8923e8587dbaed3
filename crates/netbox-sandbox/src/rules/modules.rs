//! Modules and the bays they are in.

use serde_json::{Value, json};

use crate::{
    problem::{Problems, WHOLE},
    render::View,
    state::{Object, State},
    write::Draft,
};

const MODULES: &str = "dcim/modules";

fn fits(state: &State, bay: &Object, module_type: Option<u64>) -> bool {
    let wanted = bay.ids_of("module_bay_types");
    let own = module_type
        .and_then(|id| state.get("dcim/module-types", id))
        .map(|module_type| module_type.ids_of("module_bay_types"))
        .unwrap_or_default();
    wanted.is_empty() || own.is_empty() || wanted.iter().any(|id| own.contains(id))
}

/// Whether a module fits its bay.
pub(crate) fn is_compatible(view: &View<'_>, module: &Object) -> Value {
    let bay = module.id_of("module_bay").and_then(|id| view.state.get("dcim/module-bays", id));
    json!(bay.is_none_or(|bay| fits(view.state, bay, module.id_of("module_type"))))
}

fn occupant(state: &State, bay: u64) -> Option<&Object> {
    state.referring(MODULES, "module_bay", bay).next().map(AsRef::as_ref)
}

/// Whether the module in a bay fits it.
pub(crate) fn bay_is_compatible(view: &View<'_>, bay: &Object) -> Value {
    let module = occupant(view.state, bay.id);
    json!(module.is_none_or(|module| fits(view.state, bay, module.id_of("module_type"))))
}

/// The module in a bay.
pub(crate) fn installed(view: &View<'_>, bay: &Object) -> Value {
    let fields = ["id", "url", "display", "serial", "description"];
    view.nested(MODULES, occupant(view.state, bay.id).map(|module| module.id), Some(&fields))
}

/// Whether there is a module in a bay.
pub(crate) fn is_occupied(view: &View<'_>, bay: &Object) -> Value {
    json!(occupant(view.state, bay.id).is_some())
}

/// NetBox's validation of a module, which stops at the first complaint.
pub(crate) fn clean(draft: &mut Draft<'_>, problems: &mut Problems) {
    let Some(bay) = draft.target("module_bay") else { return };
    let module = &draft.object;
    let view = draft.view();
    if bay.id_of("device") != module.id_of("device") {
        let device = view.display("dcim/devices", module.id_of("device"));
        problems.add(
            WHOLE,
            format!(
                "Module must be installed within a module bay belonging to the assigned device \
                 ({device})."
            ),
        );
    } else if !fits(draft.state, bay, module.id_of("module_type")) {
        let kind = view.display("dcim/module-types", module.id_of("module_type"));
        problems.add(
            WHOLE,
            format!(
                "Module type {kind} is not compatible with module bay {}: their bay type sets have \
                 no common members.",
                view.display("dcim/module-bays", Some(bay.id))
            ),
        );
    } else if draft.changes("module_bay") && bay.get("enabled") == false {
        problems.add("module_bay", "Cannot install a module in a disabled module bay.");
    } else if let Some(other) = occupant(draft.state, bay.id).filter(|other| other.id != module.id)
    {
        problems.add(
            "module_bay",
            format!(
                "Module bay {} is already occupied by module {}.",
                view.display("dcim/module-bays", Some(bay.id)),
                view.display(MODULES, Some(other.id))
            ),
        );
    }
}
