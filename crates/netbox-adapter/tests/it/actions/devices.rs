//! What ports, racks and devices do: traces and paths of each kind of port, elevations, rendered
//! configurations.

use serde_json::{Value, json};

use crate::client::Client;
use crate::netbox::{ADMIN, Backend, NetBox, with_netbox};

/// A device with one port of each kind, and one for the other ends.
struct Ports {
    netbox: NetBox,
    client: Client<Backend>,
    site: i64,
    near: i64,
    far: i64,
}

impl Ports {
    async fn new(netbox: NetBox) -> Self {
        let name = netbox.name.clone();
        let of = netbox.make_for_devices(1).await;
        let near = netbox.make_device(of, &format!("{name}-near"), &json!({})).await;
        let far = netbox.make_device(of, &format!("{name}-far"), &json!({})).await;
        let client = netbox.client(ADMIN[1]).await;
        Self { netbox, client, site: of.site, near, far }
    }

    async fn port(&self, path: &str, device: i64, more: Value) -> i64 {
        let mut body = json!({"device": device, "name": format!("{path}-1")});
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        self.netbox.make(&format!("/api/dcim/{path}/"), body).await
    }

    async fn cable(&self, near: (&str, i64), far: (&str, i64)) {
        let end = |(kind, id): (&str, i64)| json!([{kind: id}]);
        let params = json!({"a_terminations": end(near), "b_terminations": end(far)});
        let cable = self.client.ask("dcim", "cable", "create", params).await;
        self.netbox.keep("/api/dcim/cables/", cable["id"].as_i64().expect("an id"));
    }

    /// A port's trace, by its name, is one cable long and ends at the other.
    async fn check(&self, resource: &str, id: Value, words: &str) {
        let answer = self.client.call("dcim", resource, "trace", &json!({"id": id})).await;
        let text = &answer.text;
        assert!(!answer.is_error && text.contains(words), "{resource}: {text}");
        assert!(text.len() < 300, "{resource}: {} bytes\n{text}", text.len());
    }
}

#[tokio::test]
async fn ports_of_each_kind_are_traced() {
    with_netbox(|netbox| async move {
        let ports = Ports::new(netbox).await;
        let name = |end: &str| format!("{}-{end}", ports.netbox.name);
        let none = json!({});
        let console = ports.port("console-ports", ports.near, none.clone()).await;
        let server = ports.port("console-server-ports", ports.far, none.clone()).await;
        ports.cable(("consoleport", console), ("consoleserverport", server)).await;
        let by_name = json!({"device": name("near"), "name": "console-ports-1"});
        let far = format!("consoleserverport {}/console-server-ports-1", name("far"));
        ports.check("consoleport", by_name, &far).await;
        ports.check("consoleserverport", json!(server), "console-ports-1").await;

        let power = ports.port("power-ports", ports.near, none.clone()).await;
        let outlet = ports.port("power-outlets", ports.far, none.clone()).await;
        ports.cable(("powerport", power), ("poweroutlet", outlet)).await;
        ports.check("powerport", json!(power), "power-outlets-1").await;
        ports.check("poweroutlet", json!(outlet), "power-ports-1").await;
        let panel = json!({"name": ports.netbox.name, "site": ports.site});
        let panel = ports.netbox.make("/api/dcim/power-panels/", panel).await;
        let feed = json!({"name": "A", "power_panel": panel});
        let feed = ports.netbox.make("/api/dcim/power-feeds/", feed).await;
        let input = json!({"device": ports.far, "name": "in"});
        let input = ports.netbox.make("/api/dcim/power-ports/", input).await;
        ports.cable(("powerfeed", feed), ("powerport", input)).await;
        let by_name = json!({"power_panel": ports.netbox.name, "name": "A"});
        ports.check("powerfeed", by_name, "in").await;

        // An interface, through a panel of a front and a rear port, to another.
        let interface = json!({"type": "1000base-t"});
        let near = ports.port("interfaces", ports.near, interface.clone()).await;
        let far = ports.port("interfaces", ports.far, interface).await;
        let rear = ports.port("rear-ports", ports.near, json!({"type": "8p8c"})).await;
        let front = json!({
            "type": "8p8c", "rear_ports": [{"position": 1, "rear_port": rear, "rear_port_position": 1}],
        });
        let front = ports.port("front-ports", ports.near, front).await;
        ports.cable(("interface", near), ("frontport", front)).await;
        ports.cable(("rearport", rear), ("interface", far)).await;
        let by_name = json!({"device": name("near"), "name": "interfaces-1"});
        ports.check("interface", by_name, &format!("frontport {}/front-ports-1", name("near"))).await;
        for (resource, id) in [("frontport", front), ("rearport", rear)] {
            let answer = ports.client.call("dcim", resource, "paths", &json!({"id": id})).await;
            let text = &answer.text;
            assert!(!answer.is_error && text.contains("interfaces-1"), "{resource}: {text}");
            let way = format!("frontport {0}/front-ports-1 > rearport {0}/rear-ports-1", name("near"));
            assert!(text.contains(&way), "{text}");
            assert!(text.len() < 1_000, "{resource}: {} bytes\n{text}", text.len());
        }
    })
    .await;
}

#[tokio::test]
async fn paths_of_circuits_are_listed() {
    with_netbox(|netbox| async move {
        let ports = Ports::new(netbox).await;
        let Ports { netbox, client, site, near, .. } = &ports;
        let name = netbox.name.clone();
        let named = json!({"name": name, "slug": name});
        let provider = netbox.make("/api/circuits/providers/", named.clone()).await;
        let kind = netbox.make("/api/circuits/circuit-types/", named).await;
        let circuit = json!({"cid": name, "provider": provider, "type": kind});
        let circuit = netbox.make("/api/circuits/circuits/", circuit).await;
        let end = json!({"circuit": circuit, "term_side": "A", "termination": {"site": site}});
        let end = client.ask("circuits", "circuittermination", "create", end).await;
        let end = end["id"].as_i64().expect("an id");
        netbox.keep("/api/circuits/circuit-terminations/", end);
        let of = json!({"id": {"circuit": name, "term_side": "A"}});
        let paths = async || client.call("circuits", "circuittermination", "paths", &of).await;
        let answer = paths().await;
        assert!(!answer.is_error && answer.text.contains("0 rows"), "{}", answer.text);
        // A cable to it makes one.
        let port = ports.port("interfaces", *near, json!({"type": "1000base-t"})).await;
        ports.cable(("interface", port), ("circuittermination", end)).await;
        let answer = paths().await;
        let way = format!("{name}-near/interfaces-1");
        assert!(!answer.is_error && answer.text.contains(&way), "{}", answer.text);
    })
    .await;
}

#[tokio::test]
async fn paths_of_virtual_circuits_are_listed() {
    with_netbox(|netbox| async move {
        let ports = Ports::new(netbox).await;
        let Ports { netbox, client, near, far, .. } = &ports;
        let name = netbox.name.clone();
        let named = json!({"name": name, "slug": name});
        let provider = netbox.make("/api/circuits/providers/", named.clone()).await;
        let network = json!({"name": name, "provider": provider});
        let network = netbox.make("/api/circuits/provider-networks/", network).await;
        let kind = netbox.make("/api/circuits/virtual-circuit-types/", named).await;
        let circuit = json!({"cid": name, "provider_network": network, "type": kind});
        let circuit = netbox.make("/api/circuits/virtual-circuits/", circuit).await;
        let mut ends = [0; 2];
        for (end, device) in ends.iter_mut().zip([near, far]) {
            let port = ports.port("interfaces", *device, json!({"type": "virtual"})).await;
            let body = json!({"virtual_circuit": circuit, "interface": port, "role": "peer"});
            *end = netbox.make("/api/circuits/virtual-circuit-terminations/", body).await;
        }
        let params = json!({"id": ends[0]});
        let answer = client.call("circuits", "virtualcircuittermination", "paths", &params).await;
        let told = answer.text.contains("virtualcircuittermination paths");
        assert!(!answer.is_error && told, "{}", answer.text);
    })
    .await;
}

#[tokio::test]
async fn configurations_are_rendered() {
    with_netbox(|netbox| async move {
        let ports = Ports::new(netbox).await;
        let Ports { netbox, client, near, .. } = &ports;
        let name = netbox.name.clone();
        let code = "hostname {{ (device or virtualmachine).name }}\nntp {{ ntp }}";
        let template = json!({"name": name, "template_code": code});
        let template = netbox.make("/api/extras/config-templates/", template).await;
        let params = json!({"id": near, "config_template": name});
        client.ask("dcim", "device", "update", params).await;
        let params = json!({"id": format!("{name}-near"), "ntp": "192.0.2.1"});
        let answer = client.call("dcim", "device", "render-config", &params).await;
        let expected = format!("hostname {name}-near");
        assert!(!answer.is_error && answer.text.contains(&expected), "{}", answer.text);
        assert!(answer.text.contains("ntp 192.0.2.1"), "{}", answer.text);
        let kind = json!({"name": name, "slug": name});
        let kind = netbox.make("/api/virtualization/cluster-types/", kind).await;
        let cluster = json!({"name": name, "type": kind});
        let cluster = netbox.make("/api/virtualization/clusters/", cluster).await;
        let vm = json!({"name": name, "cluster": cluster, "config_template": template});
        netbox.make("/api/virtualization/virtual-machines/", vm).await;
        let params = json!({"id": name, "ntp": "192.0.2.2"});
        let answer =
            client.call("virtualization", "virtualmachine", "render-config", &params).await;
        assert!(!answer.is_error && answer.text.contains("ntp 192.0.2.2"), "{}", answer.text);
        let params = json!({"id": name, "device": {"name": "x"}, "ntp": "192.0.2.3"});
        let answer = client.call("extras", "configtemplate", "render", &params).await;
        assert!(!answer.is_error && answer.text.contains("hostname x"), "{}", answer.text);
    })
    .await;
}
