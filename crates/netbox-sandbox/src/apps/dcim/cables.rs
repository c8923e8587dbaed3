//! Cables and their ends.

use crate::{
    choices,
    rules::{cabling, display},
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Resource,
        TAGS, URL, Verbs, by_rule, by_text, choice, decimal, int, int_list, object_id, object_of,
        object_type, plain_choice, plain_reference, reference, terminations, text, tree_count,
        unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("dcim/cables", "dcim.cable", "Cable", "cable")
        .display(Display::With(display::cables))
        .brief(&["id", "url", "display", "label", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            plain_choice("type", choices::CABLE_TYPE).null(),
            terminations("a_terminations"),
            terminations("b_terminations"),
            choice("status", choices::CABLE_STATUS).filled().or("connected"),
            choice("profile", choices::CABLE_PROFILE).filled(),
            reference("tenant", "tenancy/tenants").null(),
            reference("bundle", "dcim/cable-bundles").null().set_null().resets(),
            text("label", 100),
            text("color", 6),
            decimal("length", 8, 2, f64::MIN, f64::MAX).null(),
            choice("length_unit", choices::CABLE_LENGTH_UNIT).null(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["id"])
        .filters(&[
            by_text("termination_a_type", "<dcim/cable-terminations:cable.termination_type"),
            by_text("termination_b_type", "<dcim/cable-terminations:cable.termination_type"),
            by_rule("device_id", cabling::cable_at_device_id),
            by_rule("device", cabling::cable_at_device),
            by_rule("rack_id", cabling::cable_at_rack_id),
            by_rule("location_id", cabling::cable_at_location_id),
            by_rule("site_id", cabling::cable_at_site_id),
            by_rule("site", cabling::cable_at_site),
        ])
        .unruled(&[
            "termination_a_id",
            "termination_b_id",
            "unterminated",
            "rack",
            "location",
            "consoleport_id",
            "consoleserverport_id",
            "powerport_id",
            "poweroutlet_id",
            "interface_id",
            "frontport_id",
            "rearport_id",
            "powerfeed_id",
            "circuittermination_id",
        ])
        .search(&["label", "description"])
        .clean(&[cabling::clean])
        .saved(&[cabling::connect])
        .removing(&[cabling::disconnect]),
    Resource::new(
        "dcim/cable-terminations",
        "dcim.cabletermination",
        "CableTermination",
        "cable termination",
    )
    .display(Display::With(display::cable_terminations))
    .brief(&[
        "id",
        "url",
        "display",
        "cable",
        "cable_end",
        "termination_type",
        "termination_id",
        "connector",
        "positions",
    ])
    .fields(&[
        ID,
        URL,
        DISPLAY,
        plain_reference("cable", "dcim/cables").read_only().cascade(),
        plain_choice("cable_end", choices::CIRCUIT_TERMINATION_CABLE_END)
            .read_only()
            .null()
            .filled()
            .called("end"),
        object_type("termination_type").read_only(),
        object_id("termination_id").read_only(),
        object_of("termination", "termination_type", "termination_id"),
        int("connector", i64::MIN, i64::MAX).null().read_only(),
        int_list("positions").null().read_only(),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["cable", "cable_end", "connector", "id"])
    .unique(&[
        unique(&["termination_type", "termination_id"]),
        unique(&["cable", "cable_end", "connector"]),
    ])
    .unfiltered(&["connector"])
    .unruled(&[
        "consoleport_id",
        "consoleserverport_id",
        "powerport_id",
        "poweroutlet_id",
        "interface_id",
        "frontport_id",
        "rearport_id",
        "powerfeed_id",
        "circuittermination_id",
    ])
    .verbs(Verbs::Read),
    Resource::new("dcim/cable-bundles", "dcim.cablebundle", "CableBundle", "cable bundle")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            tree_count("cable_count", "dcim/cables", "bundle").resets(),
        ])
        .search(&["name", "description", "comments"]),
];
