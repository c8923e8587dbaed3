//! Ports and outlets of devices.

use crate::{
    choices,
    rules::cabling,
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Preset,
        Resource, TAGS, URL, boolean, by_attribute, by_id, by_presence, by_rule, by_text, choice,
        computed, int, plain_choice, reference, text, unique, unruled,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("dcim/console-ports", "dcim.consoleport", "ConsolePort", "console port")
        .display(Display::Labelled)
        .brief(&["id", "url", "display", "device", "name", "description", "cable", "_occupied"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("device", "dcim/devices").required().cascade(),
            reference("module", "dcim/modules").null().cascade().nested(&[
                "id",
                "url",
                "display",
                "device",
                "module_bay",
            ]),
            text("name", 64).required().natural(),
            text("label", 64),
            choice("type", choices::CONSOLE_PORT_TEMPLATE_TYPE).null(),
            choice("speed", choices::CONSOLE_PORT_SPEED).null().filled(),
            text("description", 200),
            boolean("mark_connected"),
            reference("cable", "dcim/cables").null().read_only().set_null(),
            plain_choice("cable_end", choices::CIRCUIT_TERMINATION_CABLE_END)
                .null()
                .read_only()
                .filled(),
            computed("link_peers", cabling::link_peers),
            computed("link_peers_type", cabling::link_peers_type),
            computed("connected_endpoints", cabling::connected_endpoints),
            computed("connected_endpoints_type", cabling::connected_endpoints_type),
            computed("connected_endpoints_reachable", cabling::connected_endpoints_reachable),
            OWNER,
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            computed("_occupied", cabling::occupied),
        ])
        .order(&["device", "name"])
        .unique(&[unique(&["device", "name"])])
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
        ])
        .unfiltered(&["cable", "module"])
        .unruled(&["cable_connector"])
        .search(&["name", "label", "description"])
        .removing(&[cabling::unplug]),
    Resource::new(
        "dcim/console-server-ports",
        "dcim.consoleserverport",
        "ConsoleServerPort",
        "console server port",
    )
    .display(Display::Labelled)
    .brief(&["id", "url", "display", "device", "name", "description", "cable", "_occupied"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("device", "dcim/devices").required().cascade(),
        reference("module", "dcim/modules").null().cascade().nested(&[
            "id",
            "url",
            "display",
            "device",
            "module_bay",
        ]),
        text("name", 64).required().natural(),
        text("label", 64),
        choice("type", choices::CONSOLE_PORT_TEMPLATE_TYPE).null(),
        choice("speed", choices::CONSOLE_PORT_SPEED).null().filled(),
        text("description", 200),
        boolean("mark_connected"),
        reference("cable", "dcim/cables").null().read_only().set_null(),
        plain_choice("cable_end", choices::CIRCUIT_TERMINATION_CABLE_END)
            .null()
            .read_only()
            .filled(),
        computed("link_peers", cabling::link_peers),
        computed("link_peers_type", cabling::link_peers_type),
        computed("connected_endpoints", cabling::connected_endpoints),
        computed("connected_endpoints_type", cabling::connected_endpoints_type),
        computed("connected_endpoints_reachable", cabling::connected_endpoints_reachable),
        OWNER,
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
        computed("_occupied", cabling::occupied),
    ])
    .order(&["device", "name"])
    .unique(&[unique(&["device", "name"])])
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
        by_attribute("virtual_chassis", "device.virtual_chassis", "dcim/virtual-chassis", "name"),
        by_text("device_status", "device.status"),
        by_id("tenant_id", "device.tenant", "tenancy/tenants"),
        by_attribute("tenant", "device.tenant", "tenancy/tenants", "slug"),
        by_presence("cabled", "cable"),
        by_rule("occupied", cabling::is_occupied),
        by_presence("connected", "cable"),
    ])
    .unfiltered(&["cable", "module"])
    .unruled(&["cable_connector"])
    .search(&["name", "label", "description"])
    .removing(&[cabling::unplug]),
    Resource::new("dcim/power-ports", "dcim.powerport", "PowerPort", "power port")
        .display(Display::Labelled)
        .brief(&["id", "url", "display", "device", "name", "description", "cable", "_occupied"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("device", "dcim/devices").required().cascade(),
            reference("module", "dcim/modules").null().cascade().nested(&[
                "id",
                "url",
                "display",
                "device",
                "module_bay",
            ]),
            text("name", 64).required().natural(),
            text("label", 64),
            choice("type", choices::POWER_PORT_TEMPLATE_TYPE).null(),
            int("maximum_draw", 1, 2147483647).null(),
            int("allocated_draw", 1, 2147483647).null(),
            text("description", 200),
            boolean("mark_connected"),
            reference("cable", "dcim/cables").null().read_only().set_null(),
            plain_choice("cable_end", choices::CIRCUIT_TERMINATION_CABLE_END)
                .null()
                .read_only()
                .filled(),
            computed("link_peers", cabling::link_peers),
            computed("link_peers_type", cabling::link_peers_type),
            computed("connected_endpoints", cabling::connected_endpoints),
            computed("connected_endpoints_type", cabling::connected_endpoints_type),
            computed("connected_endpoints_reachable", cabling::connected_endpoints_reachable),
            OWNER,
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            computed("_occupied", cabling::occupied),
        ])
        .order(&["device", "name"])
        .unique(&[unique(&["device", "name"])])
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
        ])
        .unfiltered(&["cable", "module"])
        .unruled(&["cable_connector"])
        .search(&["name", "label", "description"])
        .removing(&[cabling::unplug]),
    Resource::new("dcim/power-outlets", "dcim.poweroutlet", "PowerOutlet", "power outlet")
        .display(Display::Labelled)
        .brief(&["id", "url", "display", "device", "name", "description", "cable", "_occupied"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("device", "dcim/devices").required().cascade(),
            reference("module", "dcim/modules").null().cascade().nested(&[
                "id",
                "url",
                "display",
                "device",
                "module_bay",
            ]),
            text("name", 64).required().natural(),
            text("label", 64),
            choice("type", choices::POWER_OUTLET_TEMPLATE_TYPE).null(),
            choice("status", choices::POWER_OUTLET_STATUS).filled().or("enabled"),
            text("color", 6),
            reference("power_port", "dcim/power-ports").null().set_null(),
            choice("feed_leg", choices::POWER_OUTLET_TEMPLATE_FEED_LEG).null(),
            text("description", 200),
            boolean("mark_connected"),
            reference("cable", "dcim/cables").null().read_only().set_null(),
            plain_choice("cable_end", choices::CIRCUIT_TERMINATION_CABLE_END)
                .null()
                .read_only()
                .filled(),
            computed("link_peers", cabling::link_peers),
            computed("link_peers_type", cabling::link_peers_type),
            computed("connected_endpoints", cabling::connected_endpoints),
            computed("connected_endpoints_type", cabling::connected_endpoints_type),
            computed("connected_endpoints_reachable", cabling::connected_endpoints_reachable),
            OWNER,
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            computed("_occupied", cabling::occupied),
        ])
        .order(&["device", "name"])
        .unique(&[unique(&["device", "name"])])
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
        ])
        .unfiltered(&["cable", "module", "power_port"])
        .unruled(&["cable_connector"])
        .search(&["name", "label", "description"])
        .removing(&[cabling::unplug]),
    Resource::new("dcim/front-ports", "dcim.frontport", "FrontPort", "front port")
        .display(Display::Labelled)
        .brief(&["id", "url", "display", "device", "name", "description", "cable", "_occupied"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("device", "dcim/devices").required().cascade(),
            reference("module", "dcim/modules").null().cascade().nested(&[
                "id",
                "url",
                "display",
                "device",
                "module_bay",
            ]),
            text("name", 64).required().natural(),
            text("label", 64),
            choice("type", choices::FRONT_PORT_TEMPLATE_TYPE).required(),
            text("color", 6),
            int("positions", 1, 1024).preset(Preset::Int(1)),
            unruled("rear_ports", Some("[]")),
            text("description", 200),
            boolean("mark_connected"),
            reference("cable", "dcim/cables").null().read_only().set_null(),
            plain_choice("cable_end", choices::CIRCUIT_TERMINATION_CABLE_END)
                .null()
                .read_only()
                .filled(),
            computed("link_peers", cabling::link_peers),
            computed("link_peers_type", cabling::link_peers_type),
            OWNER,
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            computed("_occupied", cabling::occupied),
        ])
        .order(&["device", "name"])
        .unique(&[unique(&["device", "name"])])
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
        ])
        .unfiltered(&["cable", "module"])
        .unruled(&["cable_connector", "rear_port_id"])
        .search(&["name", "label", "description"])
        .removing(&[cabling::unplug]),
    Resource::new("dcim/rear-ports", "dcim.rearport", "RearPort", "rear port")
        .display(Display::Labelled)
        .brief(&["id", "url", "display", "device", "name", "description", "cable", "_occupied"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("device", "dcim/devices").required().cascade(),
            reference("module", "dcim/modules").null().cascade().nested(&[
                "id",
                "url",
                "display",
                "device",
                "module_bay",
            ]),
            text("name", 64).required().natural(),
            text("label", 64),
            choice("type", choices::FRONT_PORT_TEMPLATE_TYPE).required(),
            text("color", 6),
            int("positions", 1, 1024).preset(Preset::Int(1)),
            unruled("front_ports", Some("[]")),
            text("description", 200),
            boolean("mark_connected"),
            reference("cable", "dcim/cables").null().read_only().set_null(),
            plain_choice("cable_end", choices::CIRCUIT_TERMINATION_CABLE_END)
                .null()
                .read_only()
                .filled(),
            computed("link_peers", cabling::link_peers),
            computed("link_peers_type", cabling::link_peers_type),
            OWNER,
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            computed("_occupied", cabling::occupied),
        ])
        .order(&["device", "name"])
        .unique(&[unique(&["device", "name"])])
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
        ])
        .unfiltered(&["cable", "module"])
        .unruled(&["cable_connector", "front_port_id"])
        .search(&["name", "label", "description"])
        .removing(&[cabling::unplug]),
];
