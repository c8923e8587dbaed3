//! Interfaces of devices.

use crate::{
    choices,
    rules::{cabling, interfaces},
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Preset,
        Resource, TAGS, URL, boolean, by_attribute, by_id, by_presence, by_rule, by_text, choice,
        computed, decimal, holders, int, plain_choice, reference, references, text, unique,
    },
};

pub(super) const RESOURCES: &[Resource] =
    &[Resource::new("dcim/interfaces", "dcim.interface", "Interface", "interface")
        .display(Display::Labelled)
        .brief(&["id", "url", "display", "device", "name", "description", "cable", "_occupied"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("device", "dcim/devices").required().cascade(),
            references("vdcs", "dcim/virtual-device-contexts"),
            reference("module", "dcim/modules").null().cascade().nested(&[
                "id",
                "url",
                "display",
                "device",
                "module_bay",
            ]),
            text("name", 64).required().natural(),
            text("label", 64),
            choice("type", choices::INTERFACE_TEMPLATE_TYPE).required(),
            int("channels", 1, 1024).null(),
            int("channel_id", 1, 1024).null().called("channel ID"),
            boolean("enabled").preset(Preset::True),
            reference("parent", "dcim/interfaces")
                .null()
                .nested(&[
                    "id",
                    "url",
                    "display_url",
                    "display",
                    "device",
                    "name",
                    "cable",
                    "_occupied",
                ])
                .called("parent interface"),
            reference("bridge", "dcim/interfaces").null().set_null().nested(&[
                "id",
                "url",
                "display_url",
                "display",
                "device",
                "name",
                "cable",
                "_occupied",
            ]),
            holders("bridge_interfaces", "dcim/interfaces", "bridge").nested(&[
                "id",
                "url",
                "display_url",
                "display",
                "device",
                "name",
                "cable",
                "_occupied",
            ]),
            reference("lag", "dcim/interfaces").null().set_null().nested(&[
                "id",
                "url",
                "display_url",
                "display",
                "device",
                "name",
                "cable",
                "_occupied",
            ]),
            int("mtu", 1, 65536).null(),
            computed("mac_address", interfaces::mac_address),
            reference("primary_mac_address", "dcim/mac-addresses").null().set_null(),
            holders("mac_addresses", "dcim/mac-addresses", "assigned_object"),
            int("speed", 0, 9223372036854775807).null(),
            choice("duplex", choices::INTERFACE_DUPLEX).null(),
            text("wwn", 0).null().resets(),
            boolean("mgmt_only"),
            text("description", 200),
            choice("mode", choices::INTERFACE_MODE).null(),
            choice("rf_role", choices::INTERFACE_TEMPLATE_RF_ROLE).null(),
            choice("rf_channel", choices::INTERFACE_RF_CHANNEL).null(),
            choice("poe_mode", choices::INTERFACE_TEMPLATE_POE_MODE).null(),
            choice("poe_type", choices::INTERFACE_TEMPLATE_POE_TYPE).null(),
            decimal("rf_channel_frequency", 8, 3, f64::MIN, f64::MAX).null(),
            decimal("rf_channel_width", 7, 3, f64::MIN, f64::MAX).null(),
            int("tx_power", -40, 127).null(),
            reference("untagged_vlan", "ipam/vlans").null().set_null(),
            references("tagged_vlans", "ipam/vlans"),
            reference("qinq_svlan", "ipam/vlans").null().set_null(),
            reference("vlan_translation_policy", "ipam/vlan-translation-policies").null(),
            boolean("mark_connected"),
            reference("cable", "dcim/cables").null().read_only().set_null(),
            plain_choice("cable_end", choices::CIRCUIT_TERMINATION_CABLE_END)
                .null()
                .read_only()
                .filled(),
            reference("wireless_link", "wireless/wireless-links")
                .null()
                .read_only()
                .set_null()
                .nested(&["id", "url", "display_url", "display", "ssid"]),
            computed("link_peers", cabling::link_peers),
            computed("link_peers_type", cabling::link_peers_type),
            references("wireless_lans", "wireless/wireless-lans"),
            reference("vrf", "ipam/vrfs").null().set_null(),
            computed("l2vpn_termination", interfaces::l2vpn_termination),
            computed("connected_endpoints", cabling::connected_endpoints),
            computed("connected_endpoints_type", cabling::connected_endpoints_type),
            computed("connected_endpoints_reachable", cabling::connected_endpoints_reachable),
            OWNER,
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            computed("count_ipaddresses", interfaces::count_ipaddresses),
            computed("count_fhrp_groups", interfaces::count_fhrp_groups),
            computed("_occupied", cabling::occupied),
        ])
        .order(&["device", "name"])
        .unique(&[unique(&["device", "name"]), unique(&["parent", "channel_id"])])
        .filters(&[
            by_id("region_id", "device.site.region", "dcim/regions"),
            by_attribute("region", "device.site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "device.site.group", "dcim/site-groups"),
            by_attribute("site_group", "device.site.group", "dcim/site-groups", "slug"),
            by_id("site_id", "device.site", "dcim/sites"),
            by_attribute("site", "device.site", "dcim/sites", "slug"),
            by_id("location_id", "device.location", "dcim/locations"),
            by_attribute("location", "device.location", "dcim/locations", "slug"),
            by_id("rack_id", "device.rack", "dcim/racks"),
            by_attribute("rack", "device.rack", "dcim/racks", "name"),
            by_id("device_type_id", "device.device_type", "dcim/device-types"),
            by_attribute("device_type", "device.device_type", "dcim/device-types", "model"),
            by_id("device_role_id", "device.role", "dcim/device-roles"),
            by_attribute("device_role", "device.role", "dcim/device-roles", "slug"),
            by_id("virtual_chassis_id", "device.virtual_chassis", "dcim/virtual-chassis"),
            by_attribute(
                "virtual_chassis",
                "device.virtual_chassis",
                "dcim/virtual-chassis",
                "name",
            ),
            by_text("device_status", "device.status"),
            by_id("tenant_id", "device.tenant", "tenancy/tenants"),
            by_attribute("tenant", "device.tenant", "tenancy/tenants", "slug"),
            by_presence("cabled", "cable"),
            by_rule("occupied", cabling::is_occupied),
            by_presence("connected", "cable"),
            by_attribute("vrf", "vrf", "ipam/vrfs", "rd"),
            by_id("l2vpn_id", "<vpn/l2vpn-terminations:assigned_object.l2vpn", "vpn/l2vpns"),
            by_attribute(
                "l2vpn",
                "<vpn/l2vpn-terminations:assigned_object.l2vpn",
                "vpn/l2vpns",
                "identifier",
            ),
            by_rule("kind", interfaces::is_of_kind),
            by_text("mac_address", "mac_addresses.mac_address"),
            by_attribute(
                "primary_mac_address",
                "primary_mac_address",
                "dcim/mac-addresses",
                "mac_address",
            ),
            by_id("vdc_id", "vdcs", "dcim/virtual-device-contexts"),
            by_attribute("vdc_identifier", "vdcs", "dcim/virtual-device-contexts", "identifier"),
            by_attribute("vdc", "vdcs", "dcim/virtual-device-contexts", "name"),
            by_id("wireless_lan_id", "wireless_lans", "wireless/wireless-lans"),
            by_id(
                "virtual_circuit_id",
                "<circuits/virtual-circuit-terminations:interface.virtual_circuit",
                "circuits/virtual-circuits",
            ),
            by_id(
                "virtual_circuit_termination_id",
                "<circuits/virtual-circuit-terminations:interface",
                "circuits/virtual-circuit-terminations",
            ),
        ])
        .unfiltered(&[
            "bridge",
            "cable",
            "lag",
            "module",
            "parent",
            "qinq_svlan",
            "qinq_svlan_id",
            "untagged_vlan",
            "untagged_vlan_id",
            "wireless_link",
        ])
        .unruled(&[
            "cable_connector",
            "vlan_id",
            "vlan",
            "virtual_chassis_member_or_master",
            "virtual_chassis_member_or_master_id",
            "virtual_chassis_member",
            "virtual_chassis_member_id",
        ])
        .search(&["name", "label", "description"])
        .clean(&[interfaces::clean])
        .removing(&[cabling::unplug])];
