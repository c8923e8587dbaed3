//! Where things are.

use crate::{
    choices,
    render::depth,
    rules::devices,
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, ID, LAST_UPDATED, OWNER, Resource, TAGS, URL,
        by_attribute, by_id, by_text, choice, computed, count, decimal, reference, references,
        scope_count, slug, text, time_zone, tree_count, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("dcim/regions", "dcim.region", "Region", "region")
        .brief(&["id", "url", "display", "name", "slug", "description", "site_count", "_depth"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required(),
            slug("slug"),
            reference("parent", "dcim/regions")
                .null()
                .cascade()
                .nested(&[
                    "id",
                    "url",
                    "display_url",
                    "display",
                    "name",
                    "slug",
                    "site_count",
                    "_depth",
                ])
                .resets(),
            text("description", 200),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            tree_count("site_count", "dcim/sites", "region").resets(),
            scope_count("prefix_count", "ipam/prefixes", "scope"),
            OWNER,
            text("comments", 0),
            computed("_depth", |view, object| depth(view, "dcim/regions", object)),
        ])
        .tree("parent")
        .unique(&[
            unique(&["parent", "name"]).words("A region with this name already exists."),
            unique(&["parent", "slug"]).words("A region with this slug already exists."),
        ])
        .filters(&[
            by_id("ancestor_id", "parent", "dcim/regions"),
            by_attribute("ancestor", "parent", "dcim/regions", "slug"),
        ])
        .search(&["name", "slug", "description", "comments"]),
    Resource::new("dcim/site-groups", "dcim.sitegroup", "SiteGroup", "site group")
        .brief(&["id", "url", "display", "name", "slug", "description", "site_count", "_depth"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required(),
            slug("slug"),
            reference("parent", "dcim/site-groups")
                .null()
                .cascade()
                .nested(&[
                    "id",
                    "url",
                    "display_url",
                    "display",
                    "name",
                    "slug",
                    "site_count",
                    "_depth",
                ])
                .resets(),
            text("description", 200),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            tree_count("site_count", "dcim/sites", "group").resets(),
            scope_count("prefix_count", "ipam/prefixes", "scope"),
            OWNER,
            text("comments", 0),
            computed("_depth", |view, object| depth(view, "dcim/site-groups", object)),
        ])
        .tree("parent")
        .unique(&[
            unique(&["parent", "name"]).words("A site group with this name already exists."),
            unique(&["parent", "slug"]).words("A site group with this slug already exists."),
        ])
        .filters(&[
            by_id("ancestor_id", "parent", "dcim/site-groups"),
            by_attribute("ancestor", "parent", "dcim/site-groups", "slug"),
        ])
        .search(&["name", "slug", "description", "comments"]),
    Resource::new("dcim/sites", "dcim.site", "Site", "site")
        .brief(&["id", "url", "display", "name", "slug", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique().natural(),
            slug("slug").unique(),
            choice("status", choices::SITE_STATUS).filled().or("active"),
            reference("region", "dcim/regions").null().set_null(),
            reference("group", "dcim/site-groups").null().set_null(),
            reference("tenant", "tenancy/tenants").null(),
            text("facility", 50),
            time_zone("time_zone").null(),
            text("description", 200),
            text("physical_address", 200),
            text("shipping_address", 200),
            decimal("latitude", 8, 6, -90.0, 90.0).null(),
            decimal("longitude", 9, 6, -180.0, 180.0).null(),
            OWNER,
            text("comments", 0),
            references("asns", "ipam/asns"),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            scope_count("circuit_count", "circuits/circuit-terminations", "termination"),
            count("device_count", "dcim/devices", "site"),
            scope_count("prefix_count", "ipam/prefixes", "scope"),
            count("rack_count", "dcim/racks", "site"),
            count("virtualmachine_count", "virtualization/virtual-machines", "site"),
            count("vlan_count", "ipam/vlans", "site"),
        ])
        .filters(&[
            by_attribute("asn", "asns", "ipam/asns", "asn"),
            by_id("asn_id", "asns", "ipam/asns"),
            by_text("time_zone", "time_zone"),
        ])
        .unfiltered(&["physical_address", "shipping_address"])
        .search(&[
            "name",
            "facility",
            "description",
            "physical_address",
            "shipping_address",
            "comments",
        ]),
    Resource::new("dcim/locations", "dcim.location", "Location", "location")
        .brief(&["id", "url", "display", "name", "slug", "description", "rack_count", "_depth"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required(),
            slug("slug"),
            reference("site", "dcim/sites").required().cascade(),
            reference("parent", "dcim/locations")
                .null()
                .cascade()
                .nested(&[
                    "id",
                    "url",
                    "display_url",
                    "display",
                    "name",
                    "slug",
                    "rack_count",
                    "_depth",
                ])
                .resets(),
            choice("status", choices::SITE_STATUS).filled().or("active"),
            reference("tenant", "tenancy/tenants").null(),
            text("facility", 50),
            text("description", 200),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            tree_count("rack_count", "dcim/racks", "location").resets(),
            tree_count("device_count", "dcim/devices", "location").resets(),
            scope_count("prefix_count", "ipam/prefixes", "scope"),
            OWNER,
            text("comments", 0),
            computed("_depth", |view, object| depth(view, "dcim/locations", object)),
        ])
        .order(&["site", "name"])
        .tree("parent")
        .unique(&[
            unique(&["site", "parent", "name"])
                .words("A location with this name already exists within the specified site."),
            unique(&["site", "parent", "slug"])
                .words("A location with this slug already exists within the specified site."),
        ])
        .filters(&[
            by_id("region_id", "site.region", "dcim/regions"),
            by_attribute("region", "site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "site.group", "dcim/site-groups"),
            by_attribute("site_group", "site.group", "dcim/site-groups", "slug"),
            by_id("ancestor_id", "parent", "dcim/locations"),
            by_attribute("ancestor", "parent", "dcim/locations", "slug"),
        ])
        .clean(&[devices::clean_location]),
];
