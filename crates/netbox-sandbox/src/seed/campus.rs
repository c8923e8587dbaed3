//! A network of some size: three sites, 84 devices, and names that are not unique.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};

use super::{SeedError, Seeder};
use crate::Sandbox;

mod devices;
mod network;
mod places;

use devices::Device;

/// Adds three sites with 84 devices in racks, their interfaces, cabling, addresses, VLANs and
/// prefixes, circuits, virtual machines and custom fields.
///
/// Racks, locations, VLANs and consoles of different sites have the same names, as they do.
///
/// # Errors
///
/// The first answer that is no success: the sandbox is not empty, or its tokens only read.
pub fn campus(sandbox: &Sandbox) -> Result<(), SeedError> {
    let seeder = Seeder { sandbox };
    for (path, rows) in [places::rows(), devices::kinds(), network::rows()].concat() {
        seeder.send(Method::POST, path, &rows)?;
    }
    let devices = devices::all();
    let bodies: Value = devices.iter().map(Device::body).collect();
    seeder.send(Method::POST, "dcim/devices", &bodies)?;
    let interfaces = interfaces(&seeder)?;
    let addressed: Vec<&Device> = devices.iter().filter(|device| device.is_built()).collect();
    let addresses: Value =
        addressed.iter().map(|device| network::address(device, &interfaces)).collect();
    let addresses = seeder.send(Method::POST, "ipam/ip-addresses", &addresses)?;
    seeder.send(Method::PATCH, "dcim/devices", &primary(&addresses))?;
    seeder.send(Method::POST, "dcim/cables", &network::cables(&interfaces))?;
    Ok(())
}

/// The ids of interfaces, by the place and name of their device and their own name.
type Interfaces = BTreeMap<(String, String, String), u64>;

fn interfaces(seeder: &Seeder<'_>) -> Result<Interfaces, SeedError> {
    let mut interfaces = Interfaces::new();
    let devices = seeder.list("dcim/devices")?;
    let sites: BTreeMap<u64, String> = devices
        .iter()
        .map(|device| (device["id"].as_u64().unwrap_or_default(), text(&device["site"]["name"])))
        .collect();
    for interface in seeder.list("dcim/interfaces")? {
        let device = &interface["device"];
        let site = sites.get(&device["id"].as_u64().unwrap_or_default()).cloned();
        let key = (site.unwrap_or_default(), text(&device["name"]), text(&interface["name"]));
        interfaces.insert(key, interface["id"].as_u64().unwrap_or_default());
    }
    Ok(interfaces)
}

/// Makes each address the primary one of its device.
fn primary(addresses: &Value) -> Value {
    let addresses = addresses.as_array().map(Vec::as_slice).unwrap_or_default();
    addresses
        .iter()
        .map(|address| {
            let device = &address["assigned_object"]["device"]["id"];
            json!({ "id": device, "primary_ip4": address["id"] })
        })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
