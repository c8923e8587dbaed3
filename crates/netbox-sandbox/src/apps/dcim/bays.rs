//! What devices hold and what cools them.

use serde_json::json;

use crate::{
    choices,
    render::depth,
    rules::{devices, modules},
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Preset,
        Resource, TAGS, URL, boolean, by_any_case, by_attribute, by_id, by_text, choice, computed,
        count, decimal, object_id, object_of, object_type, plain_reference, reference, references,
        slug, text, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("dcim/cooling-intakes", "dcim.coolingintake", "CoolingIntake", "cooling intake")
        .display(Display::Labelled)
        .brief(&["id", "url", "display", "device", "name", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("device", "dcim/devices").required().cascade(),
            reference("module", "dcim/modules").null().cascade().nested(&[
                "id",
                "url",
                "display",
                "device",
                "module_bay",
            ]),
            text("name", 64).required().natural(),
            text("label", 64),
            choice("type", choices::COOLING_INTAKE_TEMPLATE_TYPE).null(),
            decimal("diameter", 8, 2, 0.01, f64::MAX).null(),
            choice("diameter_unit", choices::COOLING_INTAKE_TEMPLATE_DIAMETER_UNIT).null(),
            decimal("max_flow", 8, 2, 0.01, f64::MAX).null(),
            choice("max_flow_unit", choices::COOLING_INTAKE_TEMPLATE_MAX_FLOW_UNIT).null(),
            reference("cooling_outflow", "dcim/cooling-outflows").null().set_null().nested(&[
                "id",
                "url",
                "display_url",
                "display",
                "device",
                "name",
            ]),
            text("description", 200),
            OWNER,
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["device", "name"])
        .unique(&[unique(&["device", "name"])])
        .filters(&[
            by_id("region_id", "device.site.region", "dcim/regions"),
            by_attribute("region", "device.site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "device.site.group", "dcim/site-groups"),
            by_attribute("site_group", "device.site.group", "dcim/site-groups", "slug"),
            by_id("site_id", "device.site", "dcim/sites"),
            by_attribute("site", "device.site", "dcim/sites", "slug"),
            by_id("location_id", "device.location", "dcim/locations"),
            by_attribute("location", "device.location", "dcim/locations", "slug"),
            by_id("rack_id", "device.rack", "dcim/racks"),
            by_attribute("rack", "device.rack", "dcim/racks", "name"),
            by_id("device_type_id", "device.device_type", "dcim/device-types"),
            by_attribute("device_type", "device.device_type", "dcim/device-types", "model"),
            by_id("device_role_id", "device.role", "dcim/device-roles"),
            by_attribute("device_role", "device.role", "dcim/device-roles", "slug"),
            by_id("virtual_chassis_id", "device.virtual_chassis", "dcim/virtual-chassis"),
            by_attribute(
                "virtual_chassis",
                "device.virtual_chassis",
                "dcim/virtual-chassis",
                "name",
            ),
            by_text("device_status", "device.status"),
            by_id("tenant_id", "device.tenant", "tenancy/tenants"),
            by_attribute("tenant", "device.tenant", "tenancy/tenants", "slug"),
        ])
        .unfiltered(&["cooling_outflow", "module"])
        .search(&["name", "label", "description"]),
    Resource::new(
        "dcim/cooling-outflows",
        "dcim.coolingoutflow",
        "CoolingOutflow",
        "cooling outflow",
    )
    .display(Display::Labelled)
    .brief(&["id", "url", "display", "device", "name", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("device", "dcim/devices").required().cascade(),
        reference("module", "dcim/modules").null().cascade().nested(&[
            "id",
            "url",
            "display",
            "device",
            "module_bay",
        ]),
        text("name", 64).required().natural(),
        text("label", 64),
        choice("type", choices::COOLING_INTAKE_TEMPLATE_TYPE).null(),
        decimal("diameter", 8, 2, 0.01, f64::MAX).null(),
        choice("diameter_unit", choices::COOLING_INTAKE_TEMPLATE_DIAMETER_UNIT).null(),
        reference("cooling_intake", "dcim/cooling-intakes").null().set_null(),
        text("description", 200),
        OWNER,
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device", "name"])
    .unique(&[unique(&["device", "name"])])
    .filters(&[
        by_id("region_id", "device.site.region", "dcim/regions"),
        by_attribute("region", "device.site.region", "dcim/regions", "slug"),
        by_id("site_group_id", "device.site.group", "dcim/site-groups"),
        by_attribute("site_group", "device.site.group", "dcim/site-groups", "slug"),
        by_id("site_id", "device.site", "dcim/sites"),
        by_attribute("site", "device.site", "dcim/sites", "slug"),
        by_id("location_id", "device.location", "dcim/locations"),
        by_attribute("location", "device.location", "dcim/locations", "slug"),
        by_id("rack_id", "device.rack", "dcim/racks"),
        by_attribute("rack", "device.rack", "dcim/racks", "name"),
        by_id("device_type_id", "device.device_type", "dcim/device-types"),
        by_attribute("device_type", "device.device_type", "dcim/device-types", "model"),
        by_id("device_role_id", "device.role", "dcim/device-roles"),
        by_attribute("device_role", "device.role", "dcim/device-roles", "slug"),
        by_id("virtual_chassis_id", "device.virtual_chassis", "dcim/virtual-chassis"),
        by_attribute("virtual_chassis", "device.virtual_chassis", "dcim/virtual-chassis", "name"),
        by_text("device_status", "device.status"),
        by_id("tenant_id", "device.tenant", "tenancy/tenants"),
        by_attribute("tenant", "device.tenant", "tenancy/tenants", "slug"),
    ])
    .unfiltered(&["cooling_intake", "module"])
    .search(&["name", "label", "description"]),
    Resource::new("dcim/module-bays", "dcim.modulebay", "ModuleBay", "module bay")
        .display(Display::Labelled)
        .brief(&[
            "id",
            "url",
            "display",
            "name",
            "enabled",
            "description",
            "installed_module",
            "_occupied",
        ])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("device", "dcim/devices").required().cascade(),
            reference("module", "dcim/modules")
                .null()
                .cascade()
                .nested(&["id", "url", "display"])
                .resets(),
            text("name", 64).required().natural(),
            text("label", 64),
            text("position", 30),
            boolean("enabled").preset(Preset::True),
            text("description", 200),
            references("module_bay_types", "dcim/module-bay-types"),
            computed("installed_module", modules::installed),
            OWNER,
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            computed("_occupied", modules::is_occupied),
            computed("is_module_compatible", modules::bay_is_compatible),
        ])
        .order(&["name", "id"])
        .tree("parent")
        .unique(&[unique(&["device", "module", "name"])])
        .filters(&[
            by_id("region_id", "device.site.region", "dcim/regions"),
            by_attribute("region", "device.site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "device.site.group", "dcim/site-groups"),
            by_attribute("site_group", "device.site.group", "dcim/site-groups", "slug"),
            by_id("site_id", "device.site", "dcim/sites"),
            by_attribute("site", "device.site", "dcim/sites", "slug"),
            by_id("location_id", "device.location", "dcim/locations"),
            by_attribute("location", "device.location", "dcim/locations", "slug"),
            by_id("rack_id", "device.rack", "dcim/racks"),
            by_attribute("rack", "device.rack", "dcim/racks", "name"),
            by_id("device_type_id", "device.device_type", "dcim/device-types"),
            by_attribute("device_type", "device.device_type", "dcim/device-types", "model"),
            by_id("device_role_id", "device.role", "dcim/device-roles"),
            by_attribute("device_role", "device.role", "dcim/device-roles", "slug"),
            by_id("virtual_chassis_id", "device.virtual_chassis", "dcim/virtual-chassis"),
            by_attribute(
                "virtual_chassis",
                "device.virtual_chassis",
                "dcim/virtual-chassis",
                "name",
            ),
            by_text("device_status", "device.status"),
            by_id("tenant_id", "device.tenant", "tenancy/tenants"),
            by_attribute("tenant", "device.tenant", "tenancy/tenants", "slug"),
            by_id("installed_module_id", "installed_module", "dcim/modules"),
            by_id("module_bay_type_id", "module_bay_types", "dcim/module-bay-types"),
            by_attribute("module_bay_type", "module_bay_types", "dcim/module-bay-types", "slug"),
        ])
        .unfiltered(&["module"])
        .unruled(&["parent_id"])
        .search(&["name", "label", "description"]),
    Resource::new("dcim/device-bays", "dcim.devicebay", "DeviceBay", "device bay")
        .display(Display::Labelled)
        .brief(&["id", "url", "display", "device", "name", "enabled", "description", "_occupied"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("device", "dcim/devices").required().cascade(),
            text("name", 64).required().natural(),
            text("label", 64),
            boolean("enabled").preset(Preset::True),
            text("description", 200),
            reference("installed_device", "dcim/devices").null().set_null(),
            OWNER,
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            computed("_occupied", |_, object| json!(object.id_of("installed_device").is_some())),
        ])
        .order(&["device", "name"])
        .unique(&[unique(&["device", "name"])])
        .filters(&[
            by_id("region_id", "device.site.region", "dcim/regions"),
            by_attribute("region", "device.site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "device.site.group", "dcim/site-groups"),
            by_attribute("site_group", "device.site.group", "dcim/site-groups", "slug"),
            by_id("site_id", "device.site", "dcim/sites"),
            by_attribute("site", "device.site", "dcim/sites", "slug"),
            by_id("location_id", "device.location", "dcim/locations"),
            by_attribute("location", "device.location", "dcim/locations", "slug"),
            by_id("rack_id", "device.rack", "dcim/racks"),
            by_attribute("rack", "device.rack", "dcim/racks", "name"),
            by_id("device_type_id", "device.device_type", "dcim/device-types"),
            by_attribute("device_type", "device.device_type", "dcim/device-types", "model"),
            by_id("device_role_id", "device.role", "dcim/device-roles"),
            by_attribute("device_role", "device.role", "dcim/device-roles", "slug"),
            by_id("virtual_chassis_id", "device.virtual_chassis", "dcim/virtual-chassis"),
            by_attribute(
                "virtual_chassis",
                "device.virtual_chassis",
                "dcim/virtual-chassis",
                "name",
            ),
            by_text("device_status", "device.status"),
            by_id("tenant_id", "device.tenant", "tenancy/tenants"),
            by_attribute("tenant", "device.tenant", "tenancy/tenants", "slug"),
        ])
        .search(&["name", "label", "description"])
        .clean(&[devices::clean_bay]),
    Resource::new("dcim/inventory-items", "dcim.inventoryitem", "InventoryItem", "inventory item")
        .display(Display::Labelled)
        .brief(&["id", "url", "display", "device", "name", "description", "_depth"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("device", "dcim/devices").required().cascade(),
            plain_reference("parent", "dcim/inventory-items").null().cascade().resets(),
            text("name", 64).required().natural(),
            text("label", 64),
            choice("status", choices::MODULE_STATUS).filled().or("active"),
            reference("role", "dcim/inventory-item-roles").null(),
            reference("manufacturer", "dcim/manufacturers").null().resets(),
            text("part_id", 50),
            text("serial", 50),
            text("asset_tag", 50).null().unique(),
            boolean("discovered"),
            text("description", 200),
            object_type("component_type").null().among(&[
                "dcim.consoleport",
                "dcim.consoleserverport",
                "dcim.coolingintake",
                "dcim.coolingoutflow",
                "dcim.frontport",
                "dcim.interface",
                "dcim.poweroutlet",
                "dcim.powerport",
                "dcim.rearport",
            ]),
            object_id("component_id").null(),
            object_of("component", "component_type", "component_id"),
            OWNER,
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            computed("_depth", |view, object| depth(view, "dcim/inventory-items", object)),
        ])
        .order(&["name", "id"])
        .tree("parent")
        .unique(&[unique(&["device", "parent", "name"])])
        .filters(&[
            by_id("region_id", "device.site.region", "dcim/regions"),
            by_attribute("region", "device.site.region", "dcim/regions", "slug"),
            by_id("site_group_id", "device.site.group", "dcim/site-groups"),
            by_attribute("site_group", "device.site.group", "dcim/site-groups", "slug"),
            by_id("site_id", "device.site", "dcim/sites"),
            by_attribute("site", "device.site", "dcim/sites", "slug"),
            by_id("location_id", "device.location", "dcim/locations"),
            by_attribute("location", "device.location", "dcim/locations", "slug"),
            by_id("rack_id", "device.rack", "dcim/racks"),
            by_attribute("rack", "device.rack", "dcim/racks", "name"),
            by_id("device_type_id", "device.device_type", "dcim/device-types"),
            by_attribute("device_type", "device.device_type", "dcim/device-types", "model"),
            by_id("device_role_id", "device.role", "dcim/device-roles"),
            by_attribute("device_role", "device.role", "dcim/device-roles", "slug"),
            by_id("virtual_chassis_id", "device.virtual_chassis", "dcim/virtual-chassis"),
            by_attribute(
                "virtual_chassis",
                "device.virtual_chassis",
                "dcim/virtual-chassis",
                "name",
            ),
            by_text("device_status", "device.status"),
            by_id("tenant_id", "device.tenant", "tenancy/tenants"),
            by_attribute("tenant", "device.tenant", "tenancy/tenants", "slug"),
            by_any_case("serial", "serial"),
        ])
        .unfiltered(&["parent"])
        .search(&["name", "part_id", "serial", "asset_tag", "description"]),
    Resource::new(
        "dcim/inventory-item-roles",
        "dcim.inventoryitemrole",
        "InventoryItemRole",
        "inventory item role",
    )
    .brief(&["id", "url", "display", "name", "slug", "description", "inventoryitem_count"])
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
        count("inventoryitem_count", "dcim/inventory-items", "role"),
    ])
    .search(&["name", "slug", "description"]),
];
