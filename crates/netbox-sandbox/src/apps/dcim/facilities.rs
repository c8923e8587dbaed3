//! Power and cooling.

use crate::{
    choices,
    rules::cabling,
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, ID, LAST_UPDATED, OWNER, Preset, Resource,
        TAGS, URL, boolean, by_attribute, by_id, by_presence, by_rule, choice, computed, count,
        decimal, int, plain_choice, reference, text, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("dcim/power-panels", "dcim.powerpanel", "PowerPanel", "power panel")
        .brief(&["id", "url", "display", "name", "description", "powerfeed_count"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("site", "dcim/sites").required(),
            reference("location", "dcim/locations").null().resets(),
            text("name", 100).required().natural(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            count("powerfeed_count", "dcim/power-feeds", "power_panel"),
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["site", "name"])
        .unique(&[unique(&["site", "name"])])
        .filters(&[
            by_id("region_id", "site.region", "dcim/regions"),
            by_attribute("region", "site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "site.group", "dcim/site-groups"),
            by_attribute("site_group", "site.group", "dcim/site-groups", "slug"),
        ])
        .unfiltered(&["location"]),
    Resource::new("dcim/power-feeds", "dcim.powerfeed", "PowerFeed", "power feed")
        .brief(&["id", "url", "display", "name", "cable", "description", "_occupied"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("power_panel", "dcim/power-panels").required(),
            reference("rack", "dcim/racks").null().resets(),
            text("name", 100).required().natural(),
            choice("status", choices::POWER_FEED_STATUS).filled().or("active").resets(),
            choice("type", choices::POWER_FEED_TYPE).filled().or("primary").resets(),
            choice("supply", choices::POWER_FEED_SUPPLY).filled().or("ac").resets(),
            choice("phase", choices::POWER_FEED_PHASE).filled().or("single-phase").resets(),
            int("voltage", -32768, 32767).preset(Preset::Int(120)),
            int("amperage", 1, 32767).preset(Preset::Int(15)),
            int("max_utilization", 1, 100).preset(Preset::Int(80)),
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
            text("description", 200),
            reference("tenant", "tenancy/tenants").null(),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            computed("_occupied", cabling::occupied),
        ])
        .order(&["power_panel", "name"])
        .unique(&[unique(&["power_panel", "name"])])
        .filters(&[
            by_presence("cabled", "cable"),
            by_rule("occupied", cabling::is_occupied),
            by_presence("connected", "cable"),
            by_id("region_id", "power_panel.site.region", "dcim/regions"),
            by_attribute("region", "power_panel.site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "power_panel.site.group", "dcim/site-groups"),
            by_attribute("site_group", "power_panel.site.group", "dcim/site-groups", "slug"),
            by_id("site_id", "power_panel.site", "dcim/sites"),
            by_attribute("site", "power_panel.site", "dcim/sites", "slug"),
            by_id("location_id", "power_panel.location", "dcim/locations"),
            by_attribute("location", "power_panel.location", "dcim/locations", "slug"),
        ])
        .unfiltered(&["cable", "power_panel", "rack"])
        .unruled(&["available_power", "cable_connector"])
        .search(&["name", "description", "power_panel.name", "comments"])
        .removing(&[cabling::unplug]),
    Resource::new("dcim/cooling-sources", "dcim.coolingsource", "CoolingSource", "cooling source")
        .brief(&["id", "url", "display", "name", "description", "coolingfeed_count"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("site", "dcim/sites").required(),
            reference("location", "dcim/locations").null().resets(),
            text("name", 100).required().natural(),
            choice("type", choices::COOLING_SOURCE_TYPE).required(),
            choice("status", choices::POWER_FEED_STATUS).filled().or("active").resets(),
            choice("fluid_type", choices::COOLING_SOURCE_FLUID_TYPE).null(),
            decimal("cooling_capacity", 10, 2, 0.0, f64::MAX).null(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            count("coolingfeed_count", "dcim/cooling-feeds", "cooling_source"),
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["site", "name"])
        .unique(&[unique(&["site", "name"])])
        .filters(&[
            by_id("region_id", "site.region", "dcim/regions"),
            by_attribute("region", "site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "site.group", "dcim/site-groups"),
            by_attribute("site_group", "site.group", "dcim/site-groups", "slug"),
        ])
        .search(&["name", "description", "comments"]),
    Resource::new("dcim/cooling-feeds", "dcim.coolingfeed", "CoolingFeed", "cooling feed")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("cooling_source", "dcim/cooling-sources").required(),
            reference("rack", "dcim/racks").null().resets(),
            text("name", 100).required().natural(),
            choice("status", choices::POWER_FEED_STATUS).filled().or("active").resets(),
            decimal("cooling_capacity", 10, 2, 0.0, f64::MAX).null(),
            decimal("max_flow", 8, 2, 0.01, f64::MAX).null(),
            choice("max_flow_unit", choices::COOLING_INTAKE_TEMPLATE_MAX_FLOW_UNIT).null(),
            text("description", 200),
            reference("tenant", "tenancy/tenants").null(),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["cooling_source", "name"])
        .unique(&[unique(&["cooling_source", "name"])])
        .filters(&[
            by_id("region_id", "cooling_source.site.region", "dcim/regions"),
            by_attribute("region", "cooling_source.site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "cooling_source.site.group", "dcim/site-groups"),
            by_attribute("site_group", "cooling_source.site.group", "dcim/site-groups", "slug"),
            by_id("site_id", "cooling_source.site", "dcim/sites"),
            by_attribute("site", "cooling_source.site", "dcim/sites", "slug"),
        ])
        .unfiltered(&["cooling_source", "rack"])
        .search(&["name", "description", "cooling_source.name", "comments"]),
];
