//! Circuits and their providers.

use crate::{
    choices,
    rules::{cabling, circuits, display},
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Resource,
        TAGS, URL, boolean, by_attribute, by_id, by_presence, by_rule, choice, computed, count,
        date, decimal, holders, int, object_id, object_of, object_type, plain_choice, reference,
        references, slug, text, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("circuits/providers", "circuits.provider", "Provider", "provider")
        .brief(&["id", "url", "display", "name", "slug", "description", "circuit_count"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique().natural(),
            slug("slug").unique(),
            holders("accounts", "circuits/provider-accounts", "provider").refused().nested(&[
                "id",
                "url",
                "display_url",
                "display",
                "name",
                "account",
            ]),
            text("description", 200),
            OWNER,
            text("comments", 0),
            references("asns", "ipam/asns"),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("circuit_count", "circuits/circuits", "provider"),
        ])
        .filters(&[
            by_id("asn_id", "asns", "ipam/asns"),
            by_attribute("asn", "asns", "ipam/asns", "asn"),
        ])
        .unruled(&["region_id", "region", "site_group_id", "site_group", "site_id", "site"])
        .search(&["name", "description", "comments"]),
    Resource::new(
        "circuits/provider-accounts",
        "circuits.provideraccount",
        "ProviderAccount",
        "provider account",
    )
    .display(Display::With(display::provider_accounts))
    .brief(&["id", "url", "display", "name", "account", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("provider", "circuits/providers").required(),
        text("name", 100),
        text("account", 100).required().called("account ID"),
        text("description", 200),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["provider", "account"])
    .unique(&[
        unique(&["provider", "account"]),
        unique(&["provider", "name"])
            .words("Constraint “circuits_provideraccount_unique_provider_name” is violated.")
            .when_set("name"),
    ])
    .search(&["name", "description", "account", "comments"]),
    Resource::new(
        "circuits/provider-networks",
        "circuits.providernetwork",
        "ProviderNetwork",
        "provider network",
    )
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("provider", "circuits/providers").required(),
        text("name", 100).required().natural(),
        text("service_id", 100),
        text("description", 200),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["provider", "name"])
    .unique(&[unique(&["provider", "name"])])
    .search(&["name", "service_id", "description", "comments"]),
    Resource::new("circuits/circuit-types", "circuits.circuittype", "CircuitType", "circuit type")
        .brief(&["id", "url", "display", "name", "slug", "description", "circuit_count"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique(),
            slug("slug").unique(),
            text("color", 6),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("circuit_count", "circuits/circuits", "type"),
        ])
        .search(&["name", "slug", "description"]),
    Resource::new("circuits/circuits", "circuits.circuit", "Circuit", "circuit")
        .display(Display::Field("cid"))
        .brief(&["id", "url", "display", "cid", "provider", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("cid", 100).required().called("circuit ID"),
            reference("provider", "circuits/providers").required(),
            reference("provider_account", "circuits/provider-accounts").null().resets(),
            reference("type", "circuits/circuit-types").required(),
            choice("status", choices::CIRCUIT_STATUS).filled().or("active"),
            reference("tenant", "tenancy/tenants").null(),
            date("install_date").null(),
            date("termination_date").null(),
            int("commit_rate", 0, 2147483647).null(),
            text("description", 200),
            decimal("distance", 8, 2, f64::MIN, f64::MAX).null(),
            choice("distance_unit", choices::CIRCUIT_DISTANCE_UNIT).null(),
            computed("termination_a", |view, object| circuits::termination(view, object, "A")),
            computed("termination_z", |view, object| circuits::termination(view, object, "Z")),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            holders("assignments", "circuits/circuit-group-assignments", "member")
                .nested(&["id", "url", "display", "group", "priority"]),
        ])
        .order(&["provider", "provider_account", "cid"])
        .unique(&[unique(&["provider", "cid"]), unique(&["provider_account", "cid"])])
        .filters(&[
            by_attribute(
                "provider_account",
                "provider_account",
                "circuits/provider-accounts",
                "account",
            ),
            by_id(
                "site_id",
                "<circuits/circuit-terminations:circuit.termination(dcim/sites)",
                "dcim/sites",
            ),
            by_attribute(
                "site",
                "<circuits/circuit-terminations:circuit.termination(dcim/sites)",
                "dcim/sites",
                "slug",
            ),
            by_id("termination_a_id", "termination_a", "circuits/circuit-terminations"),
            by_id("termination_z_id", "termination_z", "circuits/circuit-terminations"),
        ])
        .unruled(&[
            "provider_network_id",
            "region_id",
            "region",
            "site_group_id",
            "site_group",
            "location_id",
        ])
        .search(&[
            "cid",
            "<circuits/circuit-terminations:circuit.xconnect_id",
            "<circuits/circuit-terminations:circuit.pp_info",
            "<circuits/circuit-terminations:circuit.description",
            "description",
            "comments",
        ]),
    Resource::new(
        "circuits/circuit-terminations",
        "circuits.circuittermination",
        "CircuitTermination",
        "circuit termination",
    )
    .display(Display::With(display::circuit_terminations))
    .brief(&["id", "url", "display", "circuit", "term_side", "description", "cable", "_occupied"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("circuit", "circuits/circuits").required().cascade(),
        plain_choice("term_side", choices::CIRCUIT_TERMINATION_TERM_SIDE)
            .required()
            .called("termination side"),
        object_type("termination_type")
            .null()
            .among(&[
                "circuits.providernetwork",
                "dcim.location",
                "dcim.region",
                "dcim.site",
                "dcim.sitegroup",
            ])
            .resets(),
        object_id("termination_id").null().resets(),
        object_of("termination", "termination_type", "termination_id"),
        int("port_speed", 0, 2147483647).null(),
        int("upstream_speed", 0, 2147483647).null(),
        text("xconnect_id", 50),
        text("pp_info", 100),
        text("description", 200),
        boolean("mark_connected"),
        reference("cable", "dcim/cables").null().read_only().set_null(),
        plain_choice("cable_end", choices::CIRCUIT_TERMINATION_CABLE_END)
            .null()
            .read_only()
            .filled(),
        computed("link_peers", cabling::link_peers),
        computed("link_peers_type", cabling::link_peers_type),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
        computed("_occupied", cabling::occupied),
    ])
    .order(&["circuit", "term_side"])
    .unique(&[unique(&["circuit", "term_side"])])
    .filters(&[
        by_presence("cabled", "cable"),
        by_rule("occupied", cabling::is_occupied),
        by_id("region_id", "termination(dcim/regions)", "dcim/regions"),
        by_attribute("region", "termination(dcim/regions)", "dcim/regions", "slug"),
        by_id("site_group_id", "termination(dcim/site-groups)", "dcim/site-groups"),
        by_attribute("site_group", "termination(dcim/site-groups)", "dcim/site-groups", "slug"),
        by_id("site_id", "termination(dcim/sites)", "dcim/sites"),
        by_attribute("site", "termination(dcim/sites)", "dcim/sites", "slug"),
        by_id("location_id", "termination(dcim/locations)", "dcim/locations"),
        by_attribute("location", "termination(dcim/locations)", "dcim/locations", "slug"),
        by_id("provider_id", "circuit.provider", "circuits/providers"),
        by_attribute("provider", "circuit.provider", "circuits/providers", "slug"),
    ])
    .unfiltered(&["cable", "circuit"])
    .unruled(&["cable_connector", "provider_network_id"])
    .search(&["circuit.cid", "xconnect_id", "pp_info", "description"])
    .removing(&[cabling::unplug]),
    Resource::new(
        "circuits/circuit-groups",
        "circuits.circuitgroup",
        "CircuitGroup",
        "circuit group",
    )
    .brief(&["id", "url", "display", "name"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required().unique(),
        slug("slug").unique(),
        text("description", 200),
        reference("tenant", "tenancy/tenants").null(),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
        count("circuit_count", "circuits/circuit-group-assignments", "group"),
    ])
    .search(&["name", "slug", "description"]),
    Resource::new(
        "circuits/circuit-group-assignments",
        "circuits.circuitgroupassignment",
        "CircuitGroupAssignment",
        "Circuit group assignment",
    )
    .display(Display::With(display::circuit_group_assignments))
    .brief(&["id", "url", "display", "group", "member_type", "member_id", "member", "priority"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("group", "circuits/circuit-groups").required().cascade(),
        object_type("member_type")
            .required()
            .among(&["circuits.circuit", "circuits.virtualcircuit"]),
        object_id("member_id").required().called("member ID"),
        object_of("member", "member_type", "member_id"),
        choice("priority", choices::CIRCUIT_GROUP_ASSIGNMENT_PRIORITY).null(),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["group", "member_type", "member_id", "priority", "id"])
    .unique(&[unique(&["member_type", "member_id", "group"])])
    .unruled(&[
        "member_type_id",
        "circuit",
        "circuit_id",
        "virtual_circuit",
        "virtual_circuit_id",
        "provider",
        "provider_id",
    ])
    .search(&["<circuits/circuits:assignments.cid", "group.name"]),
    Resource::new(
        "circuits/virtual-circuits",
        "circuits.virtualcircuit",
        "VirtualCircuit",
        "virtual circuit",
    )
    .display(Display::Field("cid"))
    .brief(&["id", "url", "display", "cid", "provider_network", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("cid", 100).required().called("circuit ID"),
        reference("provider_network", "circuits/provider-networks").required(),
        reference("provider_account", "circuits/provider-accounts").null().resets(),
        reference("type", "circuits/virtual-circuit-types").required(),
        choice("status", choices::CIRCUIT_STATUS).filled().or("active"),
        reference("tenant", "tenancy/tenants").null(),
        text("description", 200),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["provider_network", "provider_account", "cid"])
    .unique(&[unique(&["provider_network", "cid"]), unique(&["provider_account", "cid"])])
    .filters(&[
        by_id("provider_id", "provider_network.provider", "circuits/providers"),
        by_attribute("provider", "provider_network.provider", "circuits/providers", "slug"),
        by_attribute(
            "provider_account",
            "provider_account",
            "circuits/provider-accounts",
            "account",
        ),
    ])
    .unfiltered(&["provider_network"])
    .search(&["cid", "description", "comments"]),
    Resource::new(
        "circuits/virtual-circuit-types",
        "circuits.virtualcircuittype",
        "VirtualCircuitType",
        "virtual circuit type",
    )
    .brief(&["id", "url", "display", "name", "slug", "description", "virtual_circuit_count"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required().unique(),
        slug("slug").unique(),
        text("color", 6),
        text("description", 200),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
        count("virtual_circuit_count", "circuits/virtual-circuits", "type"),
    ])
    .search(&["name", "slug", "description"]),
    Resource::new(
        "circuits/virtual-circuit-terminations",
        "circuits.virtualcircuittermination",
        "VirtualCircuitTermination",
        "virtual circuit termination",
    )
    .display(Display::With(display::virtual_circuit_terminations))
    .brief(&["id", "url", "display", "virtual_circuit", "role", "interface", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("virtual_circuit", "circuits/virtual-circuits").required().cascade(),
        choice("role", choices::VIRTUAL_CIRCUIT_TERMINATION_ROLE).filled().or("peer"),
        reference("interface", "dcim/interfaces").required().cascade(),
        text("description", 200),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["virtual_circuit", "role", "id"])
    .filters(&[
        by_id("provider_id", "virtual_circuit.provider_network.provider", "circuits/providers"),
        by_attribute(
            "provider",
            "virtual_circuit.provider_network.provider",
            "circuits/providers",
            "slug",
        ),
        by_id(
            "provider_account_id",
            "virtual_circuit.provider_account",
            "circuits/provider-accounts",
        ),
        by_attribute(
            "provider_account",
            "virtual_circuit.provider_account",
            "circuits/provider-accounts",
            "account",
        ),
        by_id(
            "provider_network_id",
            "virtual_circuit.provider_network",
            "circuits/provider-networks",
        ),
    ])
    .unfiltered(&["interface", "virtual_circuit"])
    .search(&["virtual_circuit.cid", "description"]),
];
