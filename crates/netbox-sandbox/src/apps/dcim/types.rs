//! What devices are.

use crate::{
    choices,
    render::depth,
    rules::devices,
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Preset,
        Resource, TAGS, URL, boolean, by_attribute, by_id, choice, computed, count, date, decimal,
        json, live_count, reference, references, slug, text, tree_count, unique, unruled,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("dcim/manufacturers", "dcim.manufacturer", "Manufacturer", "manufacturer")
        .brief(&["id", "url", "display", "name", "slug", "description"])
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
            count("devicetype_count", "dcim/device-types", "manufacturer"),
            count("moduletype_count", "dcim/module-types", "manufacturer"),
            count("inventoryitem_count", "dcim/inventory-items", "manufacturer"),
            count("platform_count", "dcim/platforms", "manufacturer"),
        ])
        .search(&["name", "slug", "description"]),
    Resource::new("dcim/device-types", "dcim.devicetype", "DeviceType", "device type")
        .display(Display::Field("model"))
        .brief(&[
            "id",
            "url",
            "display",
            "manufacturer",
            "model",
            "slug",
            "description",
            "device_count",
        ])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("manufacturer", "dcim/manufacturers").required(),
            reference("default_platform", "dcim/platforms").null().set_null(),
            text("model", 100).required(),
            slug("slug"),
            text("part_number", 50),
            decimal("u_height", 4, 1, 0.0, f64::MAX).preset(Preset::Decimal(1.0)).resets(),
            boolean("exclude_from_utilization"),
            boolean("is_full_depth").preset(Preset::True),
            choice("subdevice_role", choices::DEVICE_TYPE_SUBDEVICE_ROLE).null(),
            choice("airflow", choices::DEVICE_TYPE_AIRFLOW).null(),
            choice("cooling_method", choices::DEVICE_TYPE_COOLING_METHOD).null(),
            decimal("weight", 8, 2, f64::MIN, f64::MAX).null(),
            choice("weight_unit", choices::RACK_TYPE_WEIGHT_UNIT).null(),
            date("end_of_life").null(),
            unruled("front_image", None),
            unruled("rear_image", None),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            live_count("device_count", "dcim/devices", "device_type"),
            live_count("console_port_template_count", "dcim/console-port-templates", "device_type"),
            live_count(
                "console_server_port_template_count",
                "dcim/console-server-port-templates",
                "device_type",
            ),
            live_count("power_port_template_count", "dcim/power-port-templates", "device_type"),
            live_count("power_outlet_template_count", "dcim/power-outlet-templates", "device_type"),
            live_count(
                "cooling_intake_template_count",
                "dcim/cooling-intake-templates",
                "device_type",
            ),
            live_count(
                "cooling_outflow_template_count",
                "dcim/cooling-outflow-templates",
                "device_type",
            ),
            live_count("interface_template_count", "dcim/interface-templates", "device_type"),
            live_count("front_port_template_count", "dcim/front-port-templates", "device_type"),
            live_count("rear_port_template_count", "dcim/rear-port-templates", "device_type"),
            live_count("device_bay_template_count", "dcim/device-bay-templates", "device_type"),
            live_count("module_bay_template_count", "dcim/module-bay-templates", "device_type"),
            live_count(
                "inventory_item_template_count",
                "dcim/inventory-item-templates",
                "device_type",
            ),
        ])
        .order(&["manufacturer", "model"])
        .unique(&[unique(&["manufacturer", "model"]), unique(&["manufacturer", "slug"])])
        .unruled(&[
            "has_front_image",
            "has_rear_image",
            "console_ports",
            "console_server_ports",
            "power_ports",
            "power_outlets",
            "interfaces",
            "pass_through_ports",
            "module_bays",
            "device_bays",
            "inventory_items",
        ])
        .search(&["manufacturer.name", "model", "part_number", "description", "comments"])
        .clean(&[devices::clean_type]),
    Resource::new("dcim/module-types", "dcim.moduletype", "ModuleType", "module type")
        .display(Display::Field("model"))
        .brief(&[
            "id",
            "url",
            "display",
            "profile",
            "manufacturer",
            "model",
            "description",
            "module_count",
        ])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("profile", "dcim/module-type-profiles").null(),
            reference("manufacturer", "dcim/manufacturers").required(),
            text("model", 100).required(),
            text("part_number", 50),
            choice("airflow", choices::MODULE_TYPE_AIRFLOW).null(),
            choice("cooling_method", choices::DEVICE_TYPE_COOLING_METHOD).null(),
            decimal("weight", 8, 2, f64::MIN, f64::MAX).null(),
            choice("weight_unit", choices::RACK_TYPE_WEIGHT_UNIT).null(),
            date("end_of_life").null(),
            text("description", 200),
            json("attributes").null(),
            references("module_bay_types", "dcim/module-bay-types"),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            live_count("module_count", "dcim/modules", "module_type"),
            live_count("console_port_template_count", "dcim/console-port-templates", "module_type"),
            live_count(
                "console_server_port_template_count",
                "dcim/console-server-port-templates",
                "module_type",
            ),
            live_count("power_port_template_count", "dcim/power-port-templates", "module_type"),
            live_count("power_outlet_template_count", "dcim/power-outlet-templates", "module_type"),
            live_count(
                "cooling_intake_template_count",
                "dcim/cooling-intake-templates",
                "module_type",
            ),
            live_count(
                "cooling_outflow_template_count",
                "dcim/cooling-outflow-templates",
                "module_type",
            ),
            live_count("interface_template_count", "dcim/interface-templates", "module_type"),
            live_count("front_port_template_count", "dcim/front-port-templates", "module_type"),
            live_count("rear_port_template_count", "dcim/rear-port-templates", "module_type"),
            live_count("module_bay_template_count", "dcim/module-bay-templates", "module_type"),
        ])
        .order(&["profile", "manufacturer", "model"])
        .unique(&[unique(&["manufacturer", "model"])])
        .filters(&[
            by_id("module_bay_type_id", "module_bay_types", "dcim/module-bay-types"),
            by_attribute("module_bay_type", "module_bay_types", "dcim/module-bay-types", "slug"),
        ])
        .unruled(&[
            "console_ports",
            "console_server_ports",
            "power_ports",
            "power_outlets",
            "interfaces",
            "pass_through_ports",
            "module_bays",
        ])
        .search(&["manufacturer.name", "model", "part_number", "description", "comments"]),
    Resource::new(
        "dcim/module-type-profiles",
        "dcim.moduletypeprofile",
        "ModuleTypeProfile",
        "module type profile",
    )
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required().unique(),
        text("description", 200),
        json("schema").null(),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .search(&["name", "description", "comments"]),
    Resource::new(
        "dcim/module-bay-types",
        "dcim.modulebaytype",
        "ModuleBayType",
        "module bay type",
    )
    .brief(&["id", "url", "display", "name", "slug", "manufacturer", "color", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required(),
        slug("slug"),
        reference("manufacturer", "dcim/manufacturers").null(),
        text("color", 6),
        text("description", 200),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["manufacturer", "name"])
    .unique(&[
        unique(&["manufacturer", "name"]).nulls_equal(),
        unique(&["manufacturer", "slug"]).nulls_equal(),
    ])
    .filters(&[
        by_id("module_type_id", "<dcim/module-types:module_bay_types", "dcim/module-types"),
        by_id(
            "module_bay_template_id",
            "<dcim/module-bay-templates:module_bay_types",
            "dcim/module-bay-templates",
        ),
        by_id("module_bay_id", "<dcim/module-bays:module_bay_types", "dcim/module-bays"),
    ])
    .search(&["name", "slug", "description", "comments"]),
    Resource::new("dcim/device-roles", "dcim.devicerole", "DeviceRole", "device role")
        .brief(&[
            "id",
            "url",
            "display",
            "name",
            "slug",
            "description",
            "device_count",
            "virtualmachine_count",
            "_depth",
        ])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required(),
            slug("slug"),
            text("color", 6).filled().or("9e9e9e"),
            boolean("vm_role").preset(Preset::True),
            reference("config_template", "extras/config-templates").null().resets(),
            reference("parent", "dcim/device-roles")
                .null()
                .cascade()
                .nested(&["id", "url", "display_url", "display", "name"])
                .resets(),
            text("description", 200),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            tree_count("device_count", "dcim/devices", "role").resets(),
            tree_count("virtualmachine_count", "virtualization/virtual-machines", "role").resets(),
            OWNER,
            text("comments", 0),
            computed("_depth", |view, object| depth(view, "dcim/device-roles", object)),
        ])
        .tree("parent")
        .unique(&[
            unique(&["parent", "name"]).words("A device role with this name already exists."),
            unique(&["parent", "slug"]).words("A device role with this slug already exists."),
        ])
        .filters(&[
            by_id("ancestor_id", "parent", "dcim/device-roles"),
            by_attribute("ancestor", "parent", "dcim/device-roles", "slug"),
        ])
        .unfiltered(&["config_template"])
        .search(&["name", "slug", "description", "comments"]),
    Resource::new("dcim/platforms", "dcim.platform", "Platform", "platform")
        .brief(&[
            "id",
            "url",
            "display",
            "name",
            "slug",
            "description",
            "device_count",
            "virtualmachine_count",
            "_depth",
        ])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("parent", "dcim/platforms")
                .null()
                .cascade()
                .nested(&["id", "url", "display_url", "display", "name"])
                .resets(),
            text("name", 100).required(),
            slug("slug"),
            reference("manufacturer", "dcim/manufacturers").null(),
            reference("config_template", "extras/config-templates").null().resets(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            tree_count("device_count", "dcim/devices", "platform").resets(),
            tree_count("virtualmachine_count", "virtualization/virtual-machines", "platform")
                .resets(),
            computed("_depth", |view, object| depth(view, "dcim/platforms", object)),
        ])
        .tree("parent")
        .unique(&[
            unique(&["manufacturer", "name"]).words("Platform name must be unique."),
            unique(&["manufacturer", "slug"]).words("Platform slug must be unique."),
        ])
        .filters(&[
            by_id("ancestor_id", "parent", "dcim/platforms"),
            by_attribute("ancestor", "parent", "dcim/platforms", "slug"),
        ])
        .unfiltered(&["config_template"])
        .unruled(&["available_for_device_type"])
        .search(&["name", "slug", "description", "comments"]),
];
