//! Wireless networks.

use crate::{
    choices,
    render::depth,
    rules::display,
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Resource,
        TAGS, URL, by_attribute, by_id, choice, computed, decimal, object_id, object_of,
        object_type, reference, slug, text, tree_count, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new(
        "wireless/wireless-lan-groups",
        "wireless.wirelesslangroup",
        "WirelessLANGroup",
        "wireless LAN group",
    )
    .brief(&["id", "url", "display", "name", "slug", "description", "wirelesslan_count", "_depth"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required().unique().natural(),
        slug("slug").unique(),
        reference("parent", "wireless/wireless-lan-groups")
            .null()
            .cascade()
            .nested(&[
                "id",
                "url",
                "display_url",
                "display",
                "name",
                "slug",
                "wirelesslan_count",
                "_depth",
            ])
            .resets(),
        text("description", 200),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
        tree_count("wirelesslan_count", "wireless/wireless-lans", "group").resets(),
        OWNER,
        text("comments", 0),
        computed("_depth", |view, object| depth(view, "wireless/wireless-lan-groups", object)),
    ])
    .tree("parent")
    .filters(&[
        by_id("ancestor_id", "parent", "wireless/wireless-lan-groups"),
        by_attribute("ancestor", "parent", "wireless/wireless-lan-groups", "slug"),
    ])
    .search(&["name", "slug", "description", "comments"]),
    Resource::new("wireless/wireless-lans", "wireless.wirelesslan", "WirelessLAN", "wireless LAN")
        .display(Display::Field("ssid"))
        .brief(&["id", "url", "display", "ssid", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("ssid", 32).required(),
            text("description", 200),
            reference("group", "wireless/wireless-lan-groups").null().set_null(),
            choice("status", choices::WIRELESS_LAN_STATUS).or("active"),
            reference("vlan", "ipam/vlans").null(),
            object_type("scope_type")
                .null()
                .among(&["dcim.location", "dcim.region", "dcim.site", "dcim.sitegroup"])
                .resets(),
            object_id("scope_id").null().resets(),
            object_of("scope", "scope_type", "scope_id"),
            reference("tenant", "tenancy/tenants").null(),
            choice("auth_type", choices::WIRELESS_LAN_AUTH_TYPE).null(),
            choice("auth_cipher", choices::WIRELESS_LAN_AUTH_CIPHER).null(),
            text("auth_psk", 64),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["ssid", "id"])
        .filters(&[
            by_id("region_id", "scope(dcim/regions)", "dcim/regions"),
            by_attribute("region", "scope(dcim/regions)", "dcim/regions", "slug"),
            by_id("site_group_id", "scope(dcim/site-groups)", "dcim/site-groups"),
            by_attribute("site_group", "scope(dcim/site-groups)", "dcim/site-groups", "slug"),
            by_id("site_id", "scope(dcim/sites)", "dcim/sites"),
            by_attribute("site", "scope(dcim/sites)", "dcim/sites", "slug"),
            by_id("location_id", "scope(dcim/locations)", "dcim/locations"),
            by_attribute("location", "scope(dcim/locations)", "dcim/locations", "slug"),
            by_id("interface_id", "<dcim/interfaces:wireless_lans", "dcim/interfaces"),
        ])
        .unfiltered(&["vlan"])
        .search(&["ssid", "description"]),
    Resource::new(
        "wireless/wireless-links",
        "wireless.wirelesslink",
        "WirelessLink",
        "wireless link",
    )
    .display(Display::With(display::wireless_links))
    .brief(&["id", "url", "display", "ssid", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("interface_a", "dcim/interfaces").required().called("interface A"),
        reference("interface_b", "dcim/interfaces").required().called("interface B"),
        text("ssid", 32),
        choice("status", choices::CABLE_STATUS).filled().or("connected"),
        reference("tenant", "tenancy/tenants").null(),
        choice("auth_type", choices::WIRELESS_LAN_AUTH_TYPE).null(),
        choice("auth_cipher", choices::WIRELESS_LAN_AUTH_CIPHER).null(),
        text("auth_psk", 64),
        decimal("distance", 8, 2, f64::MIN, f64::MAX).null(),
        choice("distance_unit", choices::CIRCUIT_DISTANCE_UNIT).null(),
        text("description", 200),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["id"])
    .unique(&[unique(&["interface_a", "interface_b"])])
    .unfiltered(&["interface_a", "interface_b"])
    .search(&["ssid", "description"]),
];
