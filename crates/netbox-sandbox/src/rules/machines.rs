//! Clusters and virtual machines.

use serde_json::{Value, json};

use super::addresses;
use crate::{
    problem::{Failure, Problems, WHOLE},
    render::View,
    state::Object,
    write::Draft,
};

const MACHINES: &str = "virtualization/virtual-machines";

/// What the machines of a cluster have of something, together.
pub(crate) fn allocated(view: &View<'_>, cluster: &Object, field: &str) -> Value {
    let machines = view.state.referring(MACHINES, "cluster", cluster.id);
    let held: Vec<f64> = machines.filter_map(|machine| machine.get(field).as_f64()).collect();
    if held.is_empty() {
        return Value::Null;
    }
    let sum: f64 = held.iter().sum();
    if field == "vcpus" { json!(sum) } else { json!(sum as i64) }
}

/// NetBox's validation of a virtual machine, which stops at the first complaint.
pub(crate) fn clean(draft: &mut Draft<'_>, problems: &mut Problems) {
    super::devices::clean_context(draft, problems);
    let machine = &draft.object;
    let (site, cluster, device) =
        (draft.target("site"), draft.target("cluster"), draft.target("device"));
    if site.is_none() && cluster.is_none() && device.is_none() {
        problems.add(WHOLE, "A virtual machine must be assigned to a site, cluster, or device.");
        return;
    }
    let view = draft.view();
    let name = |path: &str, object: &Object| view.display(path, Some(object.id));
    if let (Some(cluster), Some(site)) = (cluster, site)
        && cluster.text("scope_type") == "dcim.site"
        && cluster.id_of("scope_id") != Some(site.id)
    {
        problems.add(
            "cluster",
            format!(
                "The selected cluster ({}) is not assigned to this site ({}).",
                name("virtualization/clusters", cluster),
                name("dcim/sites", site)
            ),
        );
    } else if let (Some(device), Some(site)) = (device, site)
        && device.id_of("site") != Some(site.id)
    {
        problems.add(
            "site",
            format!(
                "The selected device ({}) is not assigned to this site ({}).",
                name("dcim/devices", device),
                name("dcim/sites", site)
            ),
        );
    } else if let (Some(device), None) = (device, cluster)
        && let Some(own) = device.id_of("cluster")
    {
        problems.add(
            "cluster",
            format!(
                "Must specify the assigned device's cluster ({}) when assigning host device {}.",
                view.display("virtualization/clusters", Some(own)),
                name("dcim/devices", device)
            ),
        );
    } else if let (Some(device), Some(cluster)) = (device, cluster)
        && device.id_of("cluster") != Some(cluster.id)
    {
        problems.add(
            "device",
            format!(
                "The selected device ({}) is not assigned to this cluster ({}).",
                name("dcim/devices", device),
                name("virtualization/clusters", cluster)
            ),
        );
    } else {
        let disks =
            draft.state.referring("virtualization/virtual-disks", "virtual_machine", machine.id);
        let total: i64 = disks.filter_map(|disk| disk.get("size").as_i64()).sum();
        let disk = machine.get("disk").as_i64();
        if draft.before.is_some() && total != 0 && disk.is_some_and(|disk| disk != total) {
            problems.add(
                "disk",
                format!(
                    "The specified disk size ({}) must match the aggregate size of assigned \
                     virtual disks ({total}).",
                    disk.unwrap_or_default()
                ),
            );
            return;
        }
        for (field, family) in [("primary_ip4", 4), ("primary_ip6", 6)] {
            if problems.is_empty() {
                addresses::clean_primary(draft, field, family, problems);
            }
        }
    }
}

/// A machine of a cluster that is at a site is at that site.
pub(crate) fn settle(draft: &mut Draft<'_>, problems: &mut Problems) {
    if !problems.is_empty() || draft.object.id_of("site").is_some() {
        return;
    }
    let Some(cluster) = draft.target("cluster") else { return };
    let scope = cluster.id_of("scope_id");
    let site = match cluster.text("scope_type") {
        "dcim.site" => scope,
        "dcim.location" => scope
            .and_then(|id| draft.state.get("dcim/locations", id))
            .and_then(|location| location.id_of("site")),
        _ => None,
    };
    draft.object.set("site", json!(site));
}

/// A machine's disk is as large as its virtual disks together.
pub(crate) fn add_up_disks(draft: &mut Draft<'_>, _new: bool) -> Result<(), Failure> {
    let Some(machine) = draft.target("virtual_machine") else { return Ok(()) };
    let mut machine = machine.as_ref().clone();
    let disks =
        draft.state.referring("virtualization/virtual-disks", "virtual_machine", machine.id);
    let total: i64 = disks.filter_map(|disk| disk.get("size").as_i64()).sum();
    machine.set("disk", json!(total));
    draft.state.put(MACHINES, machine);
    Ok(())
}
