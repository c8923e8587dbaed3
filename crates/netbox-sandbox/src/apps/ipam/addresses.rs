//! Addresses and what they lie in.

use crate::{
    choices,
    render::family,
    rules::{addresses, display, ip_ranges, prefixes},
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Preset,
        ROUTE_TARGET, Resource, TAGS, URL, address, boolean, by_attribute, by_id, by_presence,
        by_rule, by_text, choice, computed, count, date, holders, int, net, object_id, object_of,
        object_type, reference, references, slug, text,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("ipam/rirs", "ipam.rir", "RIR", "RIR")
        .brief(&["id", "url", "display", "name", "slug", "description", "aggregate_count"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique(),
            slug("slug").unique(),
            boolean("is_private"),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("aggregate_count", "ipam/aggregates", "rir"),
        ])
        .search(&["name", "slug", "description"]),
    Resource::new("ipam/aggregates", "ipam.aggregate", "Aggregate", "aggregate")
        .display(Display::Field("prefix"))
        .brief(&["id", "url", "display", "family", "prefix", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            computed("family", |_, object| family(object, "prefix")),
            net("prefix").required(),
            reference("rir", "ipam/rirs").required(),
            reference("tenant", "tenancy/tenants").null(),
            date("date_added").null(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["prefix", "id"])
        .filters(&[
            by_rule("family", prefixes::is_of_family),
            by_rule("prefix", prefixes::is_prefix),
        ])
        .search(&["description", "prefix"])
        .clean(&[prefixes::clean_aggregate]),
    Resource::new("ipam/roles", "ipam.role", "Role", "role")
        .brief(&[
            "id",
            "url",
            "display",
            "name",
            "slug",
            "description",
            "prefix_count",
            "vlan_count",
            "asn_count",
        ])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique(),
            slug("slug").unique(),
            int("weight", 0, 32767).preset(Preset::Int(1000)),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("prefix_count", "ipam/prefixes", "role"),
            count("vlan_count", "ipam/vlans", "role"),
            count("asn_count", "ipam/asns", "role"),
        ])
        .order(&["weight", "name"])
        .search(&["name", "slug", "description"]),
    Resource::new("ipam/prefixes", "ipam.prefix", "Prefix", "prefix")
        .display(Display::Field("prefix"))
        .brief(&["id", "url", "display", "family", "prefix", "description", "_depth"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            computed("family", |_, object| family(object, "prefix")),
            net("prefix").required(),
            reference("vrf", "ipam/vrfs").null(),
            object_type("scope_type")
                .null()
                .among(&["dcim.location", "dcim.region", "dcim.site", "dcim.sitegroup"])
                .resets(),
            object_id("scope_id").null().resets(),
            object_of("scope", "scope_type", "scope_id"),
            reference("tenant", "tenancy/tenants").null(),
            reference("vlan", "ipam/vlans").null(),
            choice("status", choices::PREFIX_STATUS).filled().or("active"),
            reference("role", "ipam/roles").null().set_null(),
            boolean("is_pool"),
            boolean("mark_utilized"),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            computed("children", prefixes::children),
            computed("_depth", prefixes::depth),
        ])
        .order(&["#vrf", "prefix", "id"])
        .filters(&[
            by_id("region_id", "scope(dcim/regions)", "dcim/regions"),
            by_attribute("region", "scope(dcim/regions)", "dcim/regions", "slug"),
            by_id("site_group_id", "scope(dcim/site-groups)", "dcim/site-groups"),
            by_attribute("site_group", "scope(dcim/site-groups)", "dcim/site-groups", "slug"),
            by_id("site_id", "scope(dcim/sites)", "dcim/sites"),
            by_attribute("site", "scope(dcim/sites)", "dcim/sites", "slug"),
            by_id("location_id", "scope(dcim/locations)", "dcim/locations"),
            by_attribute("location", "scope(dcim/locations)", "dcim/locations", "slug"),
            by_rule("family", prefixes::is_of_family),
            by_rule("prefix", prefixes::is_prefix),
            by_rule("within", prefixes::is_within),
            by_rule("within_include", prefixes::is_within_or_is),
            by_rule("contains", prefixes::does_contain),
            by_rule("depth", prefixes::has_depth),
            by_rule("children", prefixes::has_children),
            by_rule("mask_length", prefixes::has_mask_length),
            by_rule("mask_length__gte", prefixes::has_mask_length_from),
            by_rule("mask_length__lte", prefixes::has_mask_length_to),
            by_attribute("vrf", "vrf", "ipam/vrfs", "rd"),
            by_id("vlan_group_id", "vlan.group", "ipam/vlan-groups"),
            by_attribute("vlan_group", "vlan.group", "ipam/vlan-groups", "slug"),
            by_text("vlan_vid", "vlan.vid"),
        ])
        .unfiltered(&["vlan"])
        .unruled(&["present_in_vrf_id", "present_in_vrf"])
        .search(&["description", "prefix"])
        .clean(&[prefixes::clean]),
    Resource::new("ipam/ip-ranges", "ipam.iprange", "IPRange", "IP range")
        .display(Display::With(display::ip_ranges))
        .brief(&["id", "url", "display", "family", "start_address", "end_address", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            computed("family", |_, object| family(object, "start_address")),
            address("start_address").required(),
            address("end_address").required(),
            computed("size", ip_ranges::size),
            reference("vrf", "ipam/vrfs").null(),
            reference("tenant", "tenancy/tenants").null(),
            choice("status", choices::IP_RANGE_STATUS).filled().or("active"),
            reference("role", "ipam/roles").null().set_null(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            boolean("mark_populated"),
            boolean("mark_utilized"),
        ])
        .order(&["#vrf", "start_address", "id"])
        .filters(&[
            by_text("size", "size"),
            by_rule("family", prefixes::is_of_family),
            by_attribute("vrf", "vrf", "ipam/vrfs", "rd"),
        ])
        .unruled(&["start_address", "end_address", "contains", "parent"])
        .search(&["description", "start_address", "end_address"])
        .clean(&[ip_ranges::clean]),
    Resource::new("ipam/ip-addresses", "ipam.ipaddress", "IPAddress", "IP address")
        .display(Display::Field("address"))
        .brief(&["id", "url", "display", "family", "address", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            computed("family", |_, object| family(object, "address")),
            address("address").required(),
            reference("vrf", "ipam/vrfs").null(),
            reference("tenant", "tenancy/tenants").null(),
            choice("status", choices::IP_ADDRESS_STATUS).filled().or("active"),
            choice("role", choices::IP_ADDRESS_ROLE).null(),
            object_type("assigned_object_type").null().among(&[
                "dcim.interface",
                "ipam.fhrpgroup",
                "virtualization.vminterface",
            ]),
            object_id("assigned_object_id").null(),
            object_of("assigned_object", "assigned_object_type", "assigned_object_id"),
            reference("nat_inside", "ipam/ip-addresses").null().set_null().nested(&[
                "id",
                "url",
                "display_url",
                "display",
                "family",
                "address",
            ]),
            holders("nat_outside", "ipam/ip-addresses", "nat_inside").nested(&[
                "id",
                "url",
                "display_url",
                "display",
                "family",
                "address",
            ]),
            text("dns_name", 255),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["address", "id"])
        .filters(&[
            by_rule("family", prefixes::is_of_family),
            by_rule("parent", addresses::has_parent),
            by_rule("address", addresses::is_address),
            by_rule("mask_length", prefixes::has_mask_length),
            by_rule("mask_length__gte", prefixes::has_mask_length_from),
            by_rule("mask_length__lte", prefixes::has_mask_length_to),
            by_attribute("vrf", "vrf", "ipam/vrfs", "rd"),
            by_rule("device", addresses::has_device),
            by_rule("device_id", addresses::has_device_id),
            by_rule("virtual_machine", addresses::has_virtual_machine),
            by_rule("virtual_machine_id", addresses::has_virtual_machine_id),
            by_id("interface_id", "assigned_object(dcim/interfaces)", "dcim/interfaces"),
            by_id(
                "vminterface_id",
                "assigned_object(virtualization/interfaces)",
                "virtualization/interfaces",
            ),
            by_id("fhrpgroup_id", "<ipam/fhrp-groups:ip_addresses", "ipam/fhrp-groups"),
            by_presence("assigned_to_interface", "assigned_object_id"),
            by_presence("assigned", "assigned_object_id"),
            by_id("service_id", "<ipam/services:ipaddresses", "ipam/services"),
        ])
        .unfiltered(&["nat_inside"])
        .unruled(&["present_in_vrf_id", "present_in_vrf", "interface", "vminterface"])
        .search(&["dns_name", "description", "address"])
        .clean(&[addresses::clean]),
    Resource::new("ipam/vrfs", "ipam.vrf", "VRF", "VRF")
        .display(Display::With(display::vrfs))
        .brief(&["id", "url", "display", "name", "rd", "description", "prefix_count"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().natural(),
            text("rd", 21).null().unique().called("route distinguisher"),
            reference("tenant", "tenancy/tenants").null(),
            boolean("enforce_unique").preset(Preset::True),
            text("description", 200),
            OWNER,
            text("comments", 0),
            references("import_targets", "ipam/route-targets").nested(ROUTE_TARGET),
            references("export_targets", "ipam/route-targets").nested(ROUTE_TARGET),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("ipaddress_count", "ipam/ip-addresses", "vrf"),
            count("prefix_count", "ipam/prefixes", "vrf"),
        ])
        .order(&["name", "rd", "id"])
        .filters(&[
            by_id("import_target_id", "import_targets", "ipam/route-targets"),
            by_attribute("import_target", "import_targets", "ipam/route-targets", "name"),
            by_id("export_target_id", "export_targets", "ipam/route-targets"),
            by_attribute("export_target", "export_targets", "ipam/route-targets", "name"),
        ])
        .unfiltered(&["export_targets", "export_targets_id", "import_targets", "import_targets_id"])
        .search(&["name", "rd", "description"]),
    Resource::new("ipam/route-targets", "ipam.routetarget", "RouteTarget", "route target")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 21).required().unique().natural(),
            reference("tenant", "tenancy/tenants").null(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .filters(&[
            by_id("importing_vrf_id", "<ipam/vrfs:import_targets", "ipam/vrfs"),
            by_attribute("importing_vrf", "<ipam/vrfs:import_targets", "ipam/vrfs", "rd"),
            by_id("exporting_vrf_id", "<ipam/vrfs:export_targets", "ipam/vrfs"),
            by_attribute("exporting_vrf", "<ipam/vrfs:export_targets", "ipam/vrfs", "rd"),
            by_id("importing_l2vpn_id", "<vpn/l2vpns:import_targets", "vpn/l2vpns"),
            by_attribute(
                "importing_l2vpn",
                "<vpn/l2vpns:import_targets",
                "vpn/l2vpns",
                "identifier",
            ),
            by_id("exporting_l2vpn_id", "<vpn/l2vpns:export_targets", "vpn/l2vpns"),
            by_attribute(
                "exporting_l2vpn",
                "<vpn/l2vpns:export_targets",
                "vpn/l2vpns",
                "identifier",
            ),
        ]),
];
