//! Racks.

use crate::{
    choices,
    rules::{devices, display},
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Preset,
        Resource, TAGS, URL, boolean, by_any_case, by_attribute, by_id, choice, computed, count,
        decimal, int, int_list, live_count, reference, slug, text, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("dcim/rack-groups", "dcim.rackgroup", "RackGroup", "rack group")
        .brief(&["id", "url", "display", "name", "slug", "description", "rack_count"])
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
            count("rack_count", "dcim/racks", "group"),
        ])
        .search(&["name", "slug", "description"]),
    Resource::new("dcim/rack-roles", "dcim.rackrole", "RackRole", "rack role")
        .brief(&["id", "url", "display", "name", "slug", "description", "rack_count"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique(),
            slug("slug").unique(),
            text("color", 6).filled().or("9e9e9e"),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("rack_count", "dcim/racks", "role"),
        ])
        .search(&["name", "slug", "description"]),
    Resource::new("dcim/rack-types", "dcim.racktype", "RackType", "rack type")
        .display(Display::Field("model"))
        .brief(&[
            "id",
            "url",
            "display",
            "manufacturer",
            "model",
            "slug",
            "description",
            "rack_count",
        ])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("manufacturer", "dcim/manufacturers").required(),
            text("model", 100).required(),
            slug("slug").unique(),
            text("description", 200),
            choice("form_factor", choices::RACK_TYPE_FORM_FACTOR).required(),
            choice("width", choices::RACK_TYPE_WIDTH).filled().preset(Preset::Int(19)),
            int("u_height", 1, 100).preset(Preset::Int(42)),
            int("starting_unit", 1, 32767).preset(Preset::Int(1)),
            boolean("desc_units"),
            int("outer_width", 0, 32767).null(),
            int("outer_height", 0, 32767).null(),
            int("outer_depth", 0, 32767).null(),
            choice("outer_unit", choices::RACK_TYPE_OUTER_UNIT).null(),
            decimal("weight", 8, 2, f64::MIN, f64::MAX).null(),
            int("max_weight", 0, 2147483647).null(),
            choice("weight_unit", choices::RACK_TYPE_WEIGHT_UNIT).null(),
            int("mounting_depth", 0, 32767).null(),
            choice("cooling_capability", choices::RACK_TYPE_COOLING_CAPABILITY).null(),
            decimal("cooling_capacity", 10, 2, 0.0, f64::MAX).null(),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            live_count("rack_count", "dcim/racks", "rack_type"),
        ])
        .order(&["manufacturer", "model"])
        .unique(&[unique(&["manufacturer", "model"]), unique(&["manufacturer", "slug"])])
        .search(&["model", "description", "comments"]),
    Resource::new("dcim/racks", "dcim.rack", "Rack", "rack")
        .display(Display::With(display::racks))
        .brief(&["id", "url", "display", "name", "description", "device_count"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().natural(),
            text("facility_id", 50).null().resets().called("facility ID"),
            reference("site", "dcim/sites").required(),
            reference("location", "dcim/locations").null().set_null().resets(),
            reference("group", "dcim/rack-groups").null(),
            reference("tenant", "tenancy/tenants").null(),
            choice("status", choices::RACK_STATUS).filled().or("active"),
            reference("role", "dcim/rack-roles").null(),
            text("serial", 50),
            text("asset_tag", 50).null().unique(),
            reference("rack_type", "dcim/rack-types").null().resets(),
            choice("form_factor", choices::RACK_TYPE_FORM_FACTOR).null(),
            choice("width", choices::RACK_TYPE_WIDTH).filled().preset(Preset::Int(19)),
            int("u_height", 1, 100).preset(Preset::Int(42)),
            int("starting_unit", 1, 32767).preset(Preset::Int(1)),
            decimal("weight", 8, 2, f64::MIN, f64::MAX).null(),
            int("max_weight", 0, 2147483647).null(),
            choice("weight_unit", choices::RACK_TYPE_WEIGHT_UNIT).null(),
            boolean("desc_units"),
            int("outer_width", 0, 32767).null(),
            int("outer_height", 0, 32767).null(),
            int("outer_depth", 0, 32767).null(),
            choice("outer_unit", choices::RACK_TYPE_OUTER_UNIT).null(),
            int("mounting_depth", 0, 32767).null(),
            choice("airflow", choices::RACK_AIRFLOW).null(),
            choice("cooling_capability", choices::RACK_TYPE_COOLING_CAPABILITY).null(),
            decimal("cooling_capacity", 10, 2, 0.0, f64::MAX).null(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("device_count", "dcim/devices", "rack"),
            count("powerfeed_count", "dcim/power-feeds", "rack"),
        ])
        .order(&["site", "location", "name", "id"])
        .unique(&[unique(&["location", "name"]), unique(&["location", "facility_id"])])
        .filters(&[
            by_id("region_id", "site.region", "dcim/regions"),
            by_attribute("region", "site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "site.group", "dcim/site-groups"),
            by_attribute("site_group", "site.group", "dcim/site-groups", "slug"),
            by_id("manufacturer_id", "rack_type.manufacturer", "dcim/manufacturers"),
            by_attribute("manufacturer", "rack_type.manufacturer", "dcim/manufacturers", "slug"),
            by_any_case("serial", "serial"),
        ])
        .search(&["name", "facility_id", "serial", "asset_tag", "description", "comments"])
        .clean(&[devices::copy_rack_type, devices::clean_rack]),
    Resource::new(
        "dcim/rack-reservations",
        "dcim.rackreservation",
        "RackReservation",
        "rack reservation",
    )
    .display(Display::With(display::rack_reservations))
    .brief(&["id", "url", "display", "units", "status", "user", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("rack", "dcim/racks").required().cascade(),
        int_list("units").required(),
        computed("unit_count", devices::unit_count),
        choice("status", choices::RACK_RESERVATION_STATUS).filled().or("active"),
        CREATED,
        LAST_UPDATED,
        reference("user", "users/users").required(),
        reference("tenant", "tenancy/tenants").null(),
        text("description", 200).required(),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
    ])
    .order(&["created", "id"])
    .filters(&[
        by_id("site_id", "rack.site", "dcim/sites"),
        by_attribute("site", "rack.site", "dcim/sites", "slug"),
        by_id("region_id", "rack.site.region", "dcim/regions"),
        by_attribute("region", "rack.site.region", "dcim/regions", "slug"),
        by_id("site_group_id", "rack.site.group", "dcim/site-groups"),
        by_attribute("site_group", "rack.site.group", "dcim/site-groups", "slug"),
        by_id("location_id", "rack.location", "dcim/locations"),
        by_attribute("location", "rack.location", "dcim/locations", "slug"),
        by_id("group_id", "rack.group", "dcim/rack-groups"),
        by_attribute("group", "rack.group", "dcim/rack-groups", "slug"),
        by_attribute("user", "user", "users/users", "username"),
    ])
    .unfiltered(&["rack"])
    .unruled(&["unit", "unit_count_min", "unit_count_max"])
    .search(&["rack.name", "rack.facility_id", "user.username", "description"])
    .clean(&[devices::clean_reservation]),
];
