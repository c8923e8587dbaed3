//! Devices and what they consist of.

use crate::{
    choices,
    rules::{addresses, contexts, devices, display, interfaces, modules, templates},
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Resource,
        TAGS, URL, boolean, by_any_case, by_attribute, by_id, by_presence, by_rule, by_text,
        choice, computed, count, decimal, holders, int, json, live_count, mac, object_id,
        object_of, object_type, reference, text, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("dcim/devices", "dcim.device", "Device", "device")
        .display(Display::With(display::devices))
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 64).null().natural(),
            reference("device_type", "dcim/device-types").required(),
            reference("role", "dcim/device-roles").required(),
            reference("tenant", "tenancy/tenants").null().resets(),
            reference("platform", "dcim/platforms").null().set_null(),
            text("serial", 50),
            text("asset_tag", 50).null().unique(),
            reference("site", "dcim/sites").required(),
            reference("location", "dcim/locations").null().resets(),
            reference("rack", "dcim/racks").null().resets(),
            decimal("position", 4, 1, 0.5, f64::MAX).null().resets().called("position (U)"),
            choice("face", choices::DEVICE_FACE).null().resets().called("rack face"),
            decimal("latitude", 8, 6, -90.0, 90.0).null(),
            decimal("longitude", 9, 6, -180.0, 180.0).null(),
            computed("parent_device", devices::parent_device),
            choice("status", choices::DEVICE_STATUS).filled().or("active"),
            choice("airflow", choices::DEVICE_TYPE_AIRFLOW).null(),
            choice("cooling_method", choices::DEVICE_TYPE_COOLING_METHOD).null(),
            computed("primary_ip", addresses::primary),
            reference("primary_ip4", "ipam/ip-addresses").null().set_null().nested(&[
                "id",
                "url",
                "display",
                "family",
                "address",
                "nat_inside",
                "nat_outside",
                "dns_name",
                "description",
            ]),
            reference("primary_ip6", "ipam/ip-addresses").null().set_null().nested(&[
                "id",
                "url",
                "display",
                "family",
                "address",
                "nat_inside",
                "nat_outside",
                "dns_name",
                "description",
            ]),
            reference("oob_ip", "ipam/ip-addresses").null().set_null().nested(&[
                "id",
                "url",
                "display",
                "family",
                "address",
                "nat_inside",
                "nat_outside",
                "dns_name",
                "description",
            ]),
            reference("cluster", "virtualization/clusters").null().set_null(),
            reference("virtual_chassis", "dcim/virtual-chassis").null().set_null().resets(),
            int("vc_position", 0, 255).null().resets().called("VC position"),
            int("vc_priority", 0, 255).null(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            reference("config_template", "extras/config-templates").null().resets(),
            computed("config_context", contexts::of),
            json("local_context_data").null(),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            live_count("console_port_count", "dcim/console-ports", "device"),
            live_count("console_server_port_count", "dcim/console-server-ports", "device"),
            live_count("power_port_count", "dcim/power-ports", "device"),
            live_count("power_outlet_count", "dcim/power-outlets", "device"),
            live_count("cooling_intake_count", "dcim/cooling-intakes", "device"),
            live_count("cooling_outflow_count", "dcim/cooling-outflows", "device"),
            live_count("interface_count", "dcim/interfaces", "device"),
            live_count("front_port_count", "dcim/front-ports", "device"),
            live_count("rear_port_count", "dcim/rear-ports", "device"),
            live_count("device_bay_count", "dcim/device-bays", "device"),
            live_count("module_bay_count", "dcim/module-bays", "device"),
            live_count("inventory_item_count", "dcim/inventory-items", "device"),
        ])
        .order(&["name", "id"])
        .unique(&[
            unique(&["name", "site", "tenant"])
                .ignoring_case()
                .words("Device name must be unique per site and tenant.")
                .when_set("name"),
            unique(&["rack", "position", "face"]),
            unique(&["virtual_chassis", "vc_position"]),
        ])
        .filters(&[
            by_id("manufacturer_id", "device_type.manufacturer", "dcim/manufacturers"),
            by_attribute("manufacturer", "device_type.manufacturer", "dcim/manufacturers", "slug"),
            by_id("parent_device_id", "<dcim/device-bays:installed_device.device", "dcim/devices"),
            by_id("region_id", "site.region", "dcim/regions"),
            by_attribute("region", "site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "site.group", "dcim/site-groups"),
            by_attribute("site_group", "site.group", "dcim/site-groups", "slug"),
            by_id("parent_bay_id", "<dcim/device-bays:installed_device", "dcim/device-bays"),
            by_attribute("cluster_group", "cluster.group", "virtualization/cluster-groups", "slug"),
            by_id("cluster_group_id", "cluster.group", "virtualization/cluster-groups"),
            by_attribute("model", "device_type", "dcim/device-types", "slug"),
            by_any_case("name", "name"),
            by_text("is_full_depth", "device_type.is_full_depth"),
            by_text("mac_address", "<dcim/interfaces:device.mac_addresses.mac_address"),
            by_any_case("serial", "serial"),
            by_rule("has_primary_ip", addresses::has_primary),
            by_presence("has_oob_ip", "oob_ip"),
            by_presence("virtual_chassis_member", "virtual_chassis"),
            by_presence("console_ports", "<dcim/console-ports:device"),
            by_presence("console_server_ports", "<dcim/console-server-ports:device"),
            by_presence("power_ports", "<dcim/power-ports:device"),
            by_presence("power_outlets", "<dcim/power-outlets:device"),
            by_presence("interfaces", "<dcim/interfaces:device"),
            by_presence("module_bays", "<dcim/module-bays:device"),
            by_presence("device_bays", "<dcim/device-bays:device"),
            by_presence("has_virtual_device_context", "<dcim/virtual-device-contexts:device"),
        ])
        .unfiltered(&["cluster", "config_template", "oob_ip", "rack", "virtual_chassis"])
        .unruled(&["local_context_data", "pass_through_ports"])
        .search(&["name", "virtual_chassis.name", "serial", "asset_tag", "description", "comments"])
        .clean(&[devices::clean])
        .saved(&[templates::instantiate, devices::follow_rack]),
    Resource::new(
        "dcim/virtual-device-contexts",
        "dcim.virtualdevicecontext",
        "VirtualDeviceContext",
        "virtual device context",
    )
    .brief(&["id", "url", "display", "name", "device", "identifier", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 64).required().natural(),
        reference("device", "dcim/devices").required(),
        int("identifier", 0, 32767).null().resets(),
        reference("tenant", "tenancy/tenants").null().resets(),
        computed("primary_ip", addresses::primary),
        reference("primary_ip4", "ipam/ip-addresses").null().set_null().nested(&[
            "id",
            "url",
            "display",
            "family",
            "address",
            "nat_inside",
            "nat_outside",
            "dns_name",
            "description",
        ]),
        reference("primary_ip6", "ipam/ip-addresses").null().set_null().nested(&[
            "id",
            "url",
            "display",
            "family",
            "address",
            "nat_inside",
            "nat_outside",
            "dns_name",
            "description",
        ]),
        choice("status", choices::VIRTUAL_DEVICE_CONTEXT_STATUS).required(),
        text("description", 200),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
        count("interface_count", "dcim/interfaces", "vdcs"),
    ])
    .unique(&[unique(&["device", "identifier"]), unique(&["device", "name"])])
    .filters(&[
        by_id("device", "device", "dcim/devices"),
        by_id("interface_id", "<dcim/interfaces:vdcs", "dcim/interfaces"),
        by_rule("has_primary_ip", addresses::has_primary),
    ]),
    Resource::new("dcim/modules", "dcim.module", "Module", "module")
        .display(Display::With(display::modules))
        .brief(&["id", "url", "display", "device", "module_bay", "module_type", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("device", "dcim/devices").required().cascade(),
            reference("module_bay", "dcim/module-bays").required().cascade().nested(&[
                "id",
                "url",
                "display_url",
                "display",
                "name",
            ]),
            reference("module_type", "dcim/module-types").required(),
            choice("status", choices::MODULE_STATUS).filled().or("active"),
            text("serial", 50),
            text("asset_tag", 50).null().unique(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            boolean("replicate_components").write_only().resets(),
            boolean("adopt_components").write_only().resets(),
            computed("is_bay_compatible", modules::is_compatible),
        ])
        .order(&["module_bay"])
        .filters(&[
            by_id("profile_id", "module_type.profile", "dcim/module-type-profiles"),
            by_attribute("profile", "module_type.profile", "dcim/module-type-profiles", "name"),
            by_id("manufacturer_id", "module_type.manufacturer", "dcim/manufacturers"),
            by_attribute("manufacturer", "module_type.manufacturer", "dcim/manufacturers", "slug"),
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
            by_any_case("serial", "serial"),
        ])
        .unfiltered(&["adopt_components", "module_bay", "replicate_components"])
        .search(&["device.name", "serial", "asset_tag", "description", "comments"])
        .clean(&[modules::clean])
        .saved(&[templates::instantiate_module]),
    Resource::new(
        "dcim/virtual-chassis",
        "dcim.virtualchassis",
        "VirtualChassis",
        "virtual chassis",
    )
    .brief(&["id", "url", "display", "name", "master", "description", "member_count"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 64).required().natural(),
        text("domain", 30),
        reference("master", "dcim/devices")
            .null()
            .nested(&["id", "url", "display_url", "display", "name"])
            .resets(),
        text("description", 200),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
        live_count("member_count", "dcim/devices", "virtual_chassis"),
        holders("members", "dcim/devices", "virtual_chassis").nested(&[
            "id",
            "url",
            "display_url",
            "display",
            "name",
        ]),
    ])
    .filters(&[
        by_id("region_id", "master.site.region", "dcim/regions"),
        by_attribute("region", "master.site.region", "dcim/regions", "slug"),
        by_id("site_group_id", "master.site.group", "dcim/site-groups"),
        by_attribute("site_group", "master.site.group", "dcim/site-groups", "slug"),
        by_id("site_id", "master.site", "dcim/sites"),
        by_attribute("site", "master.site", "dcim/sites", "slug"),
        by_id("tenant_id", "master.tenant", "tenancy/tenants"),
        by_attribute("tenant", "master.tenant", "tenancy/tenants", "slug"),
    ])
    .search(&["name", "description", "members.name", "domain"])
    .clean(&[devices::clean_chassis])
    .saved(&[devices::join_chassis]),
    Resource::new("dcim/mac-addresses", "dcim.macaddress", "MACAddress", "MAC address")
        .display(Display::Field("mac_address"))
        .brief(&["id", "url", "display", "mac_address", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            mac("mac_address").required(),
            object_type("assigned_object_type")
                .null()
                .among(&["dcim.interface", "virtualization.vminterface"]),
            object_id("assigned_object_id").null(),
            object_of("assigned_object", "assigned_object_type", "assigned_object_id"),
            computed("is_primary", interfaces::is_primary_mac),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["mac_address", "id"])
        .filters(&[
            by_text("mac_address", "mac_address"),
            by_attribute("interface", "<dcim/interfaces:mac_addresses", "dcim/interfaces", "name"),
            by_id("interface_id", "<dcim/interfaces:mac_addresses", "dcim/interfaces"),
            by_attribute(
                "vminterface",
                "<virtualization/interfaces:mac_addresses",
                "virtualization/interfaces",
                "name",
            ),
            by_id(
                "vminterface_id",
                "<virtualization/interfaces:mac_addresses",
                "virtualization/interfaces",
            ),
        ])
        .unruled(&[
            "device",
            "device_id",
            "virtual_machine",
            "virtual_machine_id",
            "assigned",
            "primary",
        ])
        .search(&["mac_address", "description"]),
];
