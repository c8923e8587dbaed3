//! Autonomous systems, groups and services.

use crate::{
    choices,
    rules::{display, services, vlans},
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Resource,
        TAGS, URL, by_attribute, by_id, by_rule, computed, count, holders, int, object_id,
        object_of, object_type, plain_choice, reference, references, slug, strings, text, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("ipam/asns", "ipam.asn", "ASN", "ASN")
        .display(Display::With(display::asns))
        .brief(&["id", "url", "display", "asn", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            int("asn", 1, 4294967295).required().unique().called("ASN"),
            reference("rir", "ipam/rirs").null(),
            reference("role", "ipam/roles").null().set_null(),
            reference("tenant", "tenancy/tenants").null(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("site_count", "dcim/sites", "asns"),
            count("provider_count", "circuits/providers", "asns"),
            holders("sites", "dcim/sites", "asns").refused(),
        ])
        .order(&["asn"])
        .filters(&[
            by_id("site_group_id", "sites.group", "dcim/site-groups"),
            by_attribute("site_group", "sites.group", "dcim/site-groups", "slug"),
            by_id("site_id", "sites", "dcim/sites"),
            by_attribute("site", "sites", "dcim/sites", "slug"),
            by_id("provider_id", "<circuits/providers:asns", "circuits/providers"),
            by_attribute("provider", "<circuits/providers:asns", "circuits/providers", "slug"),
        ])
        .search(&["description"]),
    Resource::new("ipam/asn-ranges", "ipam.asnrange", "ASNRange", "ASN range")
        .display(Display::With(display::asn_ranges))
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique().natural(),
            slug("slug").unique(),
            reference("rir", "ipam/rirs").required(),
            int("start", 1, 4294967295).required(),
            int("end", 1, 4294967295).required(),
            reference("tenant", "tenancy/tenants").null(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .clean(&[vlans::clean_asn_range]),
    Resource::new("ipam/fhrp-groups", "ipam.fhrpgroup", "FHRPGroup", "FHRP group")
        .display(Display::With(display::fhrp_groups))
        .brief(&["id", "url", "display", "protocol", "group_id", "description"])
        .fields(&[
            ID,
            text("name", 100),
            URL,
            DISPLAY_URL,
            DISPLAY,
            plain_choice("protocol", choices::FHRP_GROUP_PROTOCOL).required(),
            int("group_id", 0, 32767).required(),
            plain_choice("auth_type", choices::FHRP_GROUP_AUTH_TYPE).null(),
            text("auth_key", 255),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            holders("ip_addresses", "ipam/ip-addresses", "assigned_object").nested(&[
                "id",
                "url",
                "display",
                "family",
                "address",
                "description",
            ]),
        ])
        .order(&["protocol", "group_id", "id"])
        .unruled(&["related_ip"])
        .search(&["description", "group_id", "name"]),
    Resource::new(
        "ipam/fhrp-group-assignments",
        "ipam.fhrpgroupassignment",
        "FHRPGroupAssignment",
        "FHRP group assignment",
    )
    .display(Display::With(display::fhrp_group_assignments))
    .brief(&["id", "url", "display", "group", "interface_type", "interface_id", "priority"])
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("group", "ipam/fhrp-groups").required().cascade(),
        object_type("interface_type").required(),
        object_id("interface_id").required(),
        object_of("interface", "interface_type", "interface_id"),
        int("priority", 0, 255).required(),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["-priority", "id"])
    .unique(&[unique(&["interface_type", "interface_id", "group"])])
    .unfiltered(&["group"])
    .unruled(&["device", "device_id", "virtual_machine", "virtual_machine_id"]),
    Resource::new(
        "ipam/service-templates",
        "ipam.servicetemplate",
        "ServiceTemplate",
        "application service template",
    )
    .brief(&["id", "url", "display", "name", "port_mappings", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required().unique(),
        strings("port_mappings"),
        computed("protocol", services::protocol),
        computed("ports", services::ports),
        text("description", 200),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .filters(&[by_rule("protocol", services::has_protocol), by_rule("port", services::has_port)])
    .unruled(&["port_mappings"])
    .clean(&[services::clean]),
    Resource::new("ipam/services", "ipam.service", "Service", "application service")
        .brief(&["id", "url", "display", "name", "port_mappings", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            object_type("parent_object_type").required().among(&[
                "dcim.device",
                "ipam.fhrpgroup",
                "virtualization.virtualmachine",
            ]),
            object_id("parent_object_id").required(),
            object_of("parent", "parent_object_type", "parent_object_id"),
            text("name", 100).required(),
            strings("port_mappings"),
            computed("protocol", services::protocol),
            computed("ports", services::ports),
            references("ipaddresses", "ipam/ip-addresses"),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["name", "id"])
        .filters(&[
            by_rule("protocol", services::has_protocol),
            by_rule("port", services::has_port),
            by_attribute("device", "parent(dcim/devices)", "dcim/devices", "name"),
            by_id("device_id", "parent(dcim/devices)", "dcim/devices"),
            by_id("ip_address_id", "ipaddresses", "ipam/ip-addresses"),
            by_attribute("ip_address", "ipaddresses", "ipam/ip-addresses", "address"),
        ])
        .unruled(&[
            "port_mappings",
            "virtual_machine",
            "virtual_machine_id",
            "fhrpgroup",
            "fhrpgroup_id",
        ])
        .clean(&[services::clean]),
];
