//! Tunnels and L2VPNs.

use crate::{
    choices,
    rules::display,
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Preset,
        Resource, TAGS, URL, by_attribute, by_id, choice, count, int, object_id, object_of,
        object_type, reference, references, slug, text, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("vpn/ike-policies", "vpn.ikepolicy", "IKEPolicy", "IKE policy")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique().natural(),
            text("description", 200),
            choice("version", choices::IKE_POLICY_VERSION).required().preset(Preset::Int(2)),
            choice("mode", choices::IKE_POLICY_MODE).null().filled(),
            references("proposals", "vpn/ike-proposals"),
            text("preshared_key", 0),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .filters(&[
            by_id("ike_proposal_id", "proposals", "vpn/ike-proposals"),
            by_attribute("ike_proposal", "proposals", "vpn/ike-proposals", "name"),
        ])
        .search(&["name", "description", "comments"]),
    Resource::new("vpn/ike-proposals", "vpn.ikeproposal", "IKEProposal", "IKE proposal")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique().natural(),
            text("description", 200),
            choice("authentication_method", choices::IKE_PROPOSAL_AUTHENTICATION_METHOD).required(),
            choice("encryption_algorithm", choices::IKE_PROPOSAL_ENCRYPTION_ALGORITHM).required(),
            choice("authentication_algorithm", choices::IKE_PROPOSAL_AUTHENTICATION_ALGORITHM)
                .null()
                .filled(),
            choice("group", choices::IKE_PROPOSAL_GROUP).required(),
            int("sa_lifetime", 0, 2147483647).null(),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .filters(&[
            by_id("ike_policy_id", "<vpn/ike-policies:proposals", "vpn/ike-policies"),
            by_attribute("ike_policy", "<vpn/ike-policies:proposals", "vpn/ike-policies", "name"),
        ])
        .search(&["name", "description", "comments"]),
    Resource::new("vpn/ipsec-policies", "vpn.ipsecpolicy", "IPSecPolicy", "IPSec policy")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique().natural(),
            text("description", 200),
            references("proposals", "vpn/ipsec-proposals"),
            choice("pfs_group", choices::IKE_PROPOSAL_GROUP).null().filled(),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .filters(&[
            by_id("ipsec_proposal_id", "proposals", "vpn/ipsec-proposals"),
            by_attribute("ipsec_proposal", "proposals", "vpn/ipsec-proposals", "name"),
        ])
        .search(&["name", "description", "comments"]),
    Resource::new("vpn/ipsec-proposals", "vpn.ipsecproposal", "IPSecProposal", "IPSec proposal")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique().natural(),
            text("description", 200),
            choice("encryption_algorithm", choices::IKE_PROPOSAL_ENCRYPTION_ALGORITHM)
                .null()
                .filled(),
            choice("authentication_algorithm", choices::IKE_PROPOSAL_AUTHENTICATION_ALGORITHM)
                .null()
                .filled(),
            int("sa_lifetime_seconds", 0, 2147483647).null(),
            int("sa_lifetime_data", 0, 2147483647).null(),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .filters(&[
            by_id("ipsec_policy_id", "<vpn/ipsec-policies:proposals", "vpn/ipsec-policies"),
            by_attribute(
                "ipsec_policy",
                "<vpn/ipsec-policies:proposals",
                "vpn/ipsec-policies",
                "name",
            ),
        ])
        .search(&["name", "description", "comments"]),
    Resource::new("vpn/ipsec-profiles", "vpn.ipsecprofile", "IPSecProfile", "IPSec profile")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique().natural(),
            text("description", 200),
            choice("mode", choices::IPSEC_PROFILE_MODE).required(),
            reference("ike_policy", "vpn/ike-policies").required(),
            reference("ipsec_policy", "vpn/ipsec-policies").required(),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .search(&["name", "description", "comments"]),
    Resource::new("vpn/tunnel-groups", "vpn.tunnelgroup", "TunnelGroup", "tunnel group")
        .brief(&["id", "url", "display", "name", "slug", "description", "tunnel_count"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique(),
            slug("slug").unique(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("tunnel_count", "vpn/tunnels", "group"),
        ])
        .search(&["name", "slug", "description"]),
    Resource::new("vpn/tunnels", "vpn.tunnel", "Tunnel", "tunnel")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique().natural(),
            choice("status", choices::TUNNEL_STATUS).required().or("active"),
            reference("group", "vpn/tunnel-groups").null().resets(),
            choice("encapsulation", choices::TUNNEL_ENCAPSULATION).required(),
            reference("ipsec_profile", "vpn/ipsec-profiles").null(),
            reference("tenant", "tenancy/tenants").null(),
            int("tunnel_id", 0, 9223372036854775807).null(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("terminations_count", "vpn/tunnel-terminations", "tunnel"),
        ])
        .search(&["name", "description", "comments"]),
    Resource::new(
        "vpn/tunnel-terminations",
        "vpn.tunneltermination",
        "TunnelTermination",
        "tunnel termination",
    )
    .display(Display::With(display::tunnel_terminations))
    .brief(&["id", "url", "display"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("tunnel", "vpn/tunnels").required().cascade(),
        choice("role", choices::VIRTUAL_CIRCUIT_TERMINATION_ROLE).required().or("peer"),
        object_type("termination_type").required(),
        object_id("termination_id").null(),
        object_of("termination", "termination_type", "termination_id"),
        reference("outside_ip", "ipam/ip-addresses").null(),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["tunnel", "role", "id"])
    .unique(&[unique(&["termination_type", "termination_id"])
        .words("An object may be terminated to only one tunnel at a time.")])
    .unfiltered(&["outside_ip"])
    .unruled(&["interface", "interface_id", "vminterface", "vminterface_id"]),
    Resource::new("vpn/l2vpns", "vpn.l2vpn", "L2VPN", "L2VPN")
        .display(Display::With(display::l2vpns))
        .brief(&["id", "url", "display", "identifier", "name", "slug", "type", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            int("identifier", -9223372036854775808, 9223372036854775807).null(),
            text("name", 100).required().unique().natural(),
            slug("slug").unique(),
            choice("type", choices::L_VPN_TYPE).required(),
            choice("status", choices::L_VPN_STATUS).filled().or("active"),
            references("import_targets", "ipam/route-targets"),
            references("export_targets", "ipam/route-targets"),
            text("description", 200),
            OWNER,
            text("comments", 0),
            reference("tenant", "tenancy/tenants").null(),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["name", "identifier"])
        .filters(&[
            by_id("import_target_id", "import_targets", "ipam/route-targets"),
            by_attribute("import_target", "import_targets", "ipam/route-targets", "name"),
            by_id("export_target_id", "export_targets", "ipam/route-targets"),
            by_attribute("export_target", "export_targets", "ipam/route-targets", "name"),
        ]),
    Resource::new(
        "vpn/l2vpn-terminations",
        "vpn.l2vpntermination",
        "L2VPNTermination",
        "L2VPN termination",
    )
    .display(Display::With(display::l2vpn_terminations))
    .brief(&["id", "url", "display", "l2vpn"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("l2vpn", "vpn/l2vpns").required().cascade(),
        object_type("assigned_object_type").required(),
        object_id("assigned_object_id").required(),
        object_of("assigned_object", "assigned_object_type", "assigned_object_id"),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["l2vpn"])
    .unique(&[unique(&["assigned_object_type", "assigned_object_id"])])
    .filters(&[by_id("assigned_object_type_id", "assigned_object_type", "core/object-types")])
    .unruled(&[
        "region",
        "region_id",
        "site",
        "site_id",
        "device",
        "device_id",
        "virtual_machine",
        "virtual_machine_id",
        "interface",
        "interface_id",
        "vminterface",
        "vminterface_id",
        "vlan",
        "vlan_vid",
        "vlan_id",
    ])
    .search(&["l2vpn.name"]),
];
