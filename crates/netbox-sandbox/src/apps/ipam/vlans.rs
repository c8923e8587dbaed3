//! VLANs.

use crate::{
    choices,
    rules::{display, interfaces, vlans},
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Resource,
        TAGS, URL, by_attribute, by_id, by_rule, by_text, choice, computed, count, holders, int,
        object_id, object_of, object_type, plain_reference, ranges, reference, slug, text, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("ipam/vlan-groups", "ipam.vlangroup", "VLANGroup", "VLAN group")
        .brief(&["id", "url", "display", "name", "slug", "description", "vlan_count"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().natural(),
            slug("slug"),
            object_type("scope_type")
                .null()
                .among(&[
                    "dcim.location",
                    "dcim.rack",
                    "dcim.rackgroup",
                    "dcim.region",
                    "dcim.site",
                    "dcim.sitegroup",
                    "virtualization.cluster",
                    "virtualization.clustergroup",
                ])
                .resets(),
            object_id("scope_id").null().resets(),
            object_of("scope", "scope_type", "scope_id"),
            ranges("vid_ranges"),
            computed("total_vlan_ids", vlans::total_vlan_ids),
            reference("tenant", "tenancy/tenants").null(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("vlan_count", "ipam/vlans", "group"),
            computed("utilization", vlans::utilization),
        ])
        .order(&["name", "id"])
        .unique(&[
            unique(&["scope_type", "scope_id", "name"]),
            unique(&["scope_type", "scope_id", "slug"]),
        ])
        .filters(&[
            by_text("total_vlan_ids", "total_vlan_ids"),
            by_rule("contains_vid", vlans::does_contain_vid),
        ])
        .unruled(&[
            "region",
            "site_group",
            "site",
            "location",
            "rack_group",
            "rack",
            "cluster_group",
            "cluster",
        ])
        .clean(&[vlans::clean_group]),
    Resource::new("ipam/vlans", "ipam.vlan", "VLAN", "VLAN")
        .display(Display::With(display::vlans))
        .brief(&["id", "url", "display", "vid", "name", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("site", "dcim/sites").null(),
            reference("group", "ipam/vlan-groups").null().resets(),
            int("vid", 1, 4094).required().called("VLAN ID"),
            text("name", 64).required(),
            reference("tenant", "tenancy/tenants").null(),
            choice("status", choices::IP_RANGE_STATUS).filled().or("active"),
            reference("role", "ipam/roles").null().set_null(),
            text("description", 200),
            choice("qinq_role", choices::VLAN_QINQ_ROLE).null().filled(),
            reference("qinq_svlan", "ipam/vlans").null().resets(),
            OWNER,
            text("comments", 0),
            computed("l2vpn_termination", interfaces::l2vpn_termination),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("prefix_count", "ipam/prefixes", "vlan"),
        ])
        .order(&["site", "group", "vid", "id"])
        .unique(&[
            unique(&["group", "vid"]),
            unique(&["group", "name"]),
            unique(&["qinq_svlan", "vid"]),
            unique(&["qinq_svlan", "name"]),
        ])
        .filters(&[
            by_id("region_id", "site.region", "dcim/regions"),
            by_attribute("region", "site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "site.group", "dcim/site-groups"),
            by_attribute("site_group", "site.group", "dcim/site-groups", "slug"),
            by_text("qinq_svlan_vid", "qinq_svlan.vid"),
            by_id("l2vpn_id", "<vpn/l2vpn-terminations:assigned_object.l2vpn", "vpn/l2vpns"),
            by_attribute(
                "l2vpn",
                "<vpn/l2vpn-terminations:assigned_object.l2vpn",
                "vpn/l2vpns",
                "identifier",
            ),
        ])
        .unfiltered(&["qinq_svlan"])
        .unruled(&[
            "related_to_site",
            "available_at_site",
            "available_at_site_group",
            "available_on_device",
            "available_on_virtualmachine",
            "interface_id",
            "vminterface_id",
        ])
        .clean(&[vlans::clean]),
    Resource::new(
        "ipam/vlan-translation-policies",
        "ipam.vlantranslationpolicy",
        "VLANTranslationPolicy",
        "VLAN translation policy",
    )
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required().unique(),
        text("description", 200),
        holders("rules", "ipam/vlan-translation-rules", "policy"),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ]),
    Resource::new(
        "ipam/vlan-translation-rules",
        "ipam.vlantranslationrule",
        "VLANTranslationRule",
        "VLAN translation rule",
    )
    .display(Display::With(display::vlan_translation_rules))
    .brief(&["id", "url", "display", "policy", "local_vid", "remote_vid", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        plain_reference("policy", "ipam/vlan-translation-policies").required().cascade(),
        int("local_vid", 1, 4094).required().called("Local VLAN ID"),
        int("remote_vid", 1, 4094).required().called("Remote VLAN ID"),
        text("description", 200),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["policy", "local_vid"])
    .unique(&[unique(&["policy", "local_vid"]), unique(&["policy", "remote_vid"])])
    .search(&["policy.name"]),
];
