//! What a new device of a type is given.

use crate::{
    choices,
    render::depth,
    table::{
        CREATED, DISPLAY, Display, ID, LAST_UPDATED, Preset, Resource, URL, boolean, by_attribute,
        by_id, choice, computed, decimal, int, object_id, object_of, object_type, plain_reference,
        reference, references, text, unique, unruled,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new(
        "dcim/console-port-templates",
        "dcim.consoleporttemplate",
        "ConsolePortTemplate",
        "console port template",
    )
    .display(Display::Labelled)
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").null().cascade().resets(),
        reference("module_type", "dcim/module-types").null().cascade().resets(),
        text("name", 64).required().natural(),
        text("label", 64),
        choice("type", choices::CONSOLE_PORT_TEMPLATE_TYPE).null(),
        text("description", 200),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device_type", "module_type", "name"])
    .unique(&[unique(&["device_type", "name"]), unique(&["module_type", "name"])])
    .unfiltered(&["device_type", "module_type"]),
    Resource::new(
        "dcim/console-server-port-templates",
        "dcim.consoleserverporttemplate",
        "ConsoleServerPortTemplate",
        "console server port template",
    )
    .display(Display::Labelled)
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").null().cascade().resets(),
        reference("module_type", "dcim/module-types").null().cascade().resets(),
        text("name", 64).required().natural(),
        text("label", 64),
        choice("type", choices::CONSOLE_PORT_TEMPLATE_TYPE).null(),
        text("description", 200),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device_type", "module_type", "name"])
    .unique(&[unique(&["device_type", "name"]), unique(&["module_type", "name"])])
    .unfiltered(&["device_type", "module_type"]),
    Resource::new(
        "dcim/power-port-templates",
        "dcim.powerporttemplate",
        "PowerPortTemplate",
        "power port template",
    )
    .display(Display::Labelled)
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").null().cascade().resets(),
        reference("module_type", "dcim/module-types").null().cascade().resets(),
        text("name", 64).required().natural(),
        text("label", 64),
        choice("type", choices::POWER_PORT_TEMPLATE_TYPE).null(),
        int("maximum_draw", 1, 2147483647).null(),
        int("allocated_draw", 1, 2147483647).null(),
        text("description", 200),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device_type", "module_type", "name"])
    .unique(&[unique(&["device_type", "name"]), unique(&["module_type", "name"])])
    .unfiltered(&["device_type", "module_type"]),
    Resource::new(
        "dcim/power-outlet-templates",
        "dcim.poweroutlettemplate",
        "PowerOutletTemplate",
        "power outlet template",
    )
    .display(Display::Labelled)
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").null().cascade().resets(),
        reference("module_type", "dcim/module-types").null().cascade().resets(),
        text("name", 64).required().natural(),
        text("label", 64),
        choice("type", choices::POWER_OUTLET_TEMPLATE_TYPE).null(),
        text("color", 6),
        reference("power_port", "dcim/power-port-templates").null().set_null(),
        choice("feed_leg", choices::POWER_OUTLET_TEMPLATE_FEED_LEG).null(),
        text("description", 200),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device_type", "module_type", "name"])
    .unique(&[unique(&["device_type", "name"]), unique(&["module_type", "name"])])
    .unfiltered(&["device_type", "module_type", "power_port"]),
    Resource::new(
        "dcim/cooling-intake-templates",
        "dcim.coolingintaketemplate",
        "CoolingIntakeTemplate",
        "cooling intake template",
    )
    .display(Display::Labelled)
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").null().cascade().resets(),
        reference("module_type", "dcim/module-types").null().cascade().resets(),
        text("name", 64).required().natural(),
        text("label", 64),
        choice("type", choices::COOLING_INTAKE_TEMPLATE_TYPE).null(),
        decimal("diameter", 8, 2, 0.01, f64::MAX).null(),
        choice("diameter_unit", choices::COOLING_INTAKE_TEMPLATE_DIAMETER_UNIT).null(),
        decimal("max_flow", 8, 2, 0.01, f64::MAX).null(),
        choice("max_flow_unit", choices::COOLING_INTAKE_TEMPLATE_MAX_FLOW_UNIT).null(),
        text("description", 200),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device_type", "module_type", "name"])
    .unique(&[unique(&["device_type", "name"]), unique(&["module_type", "name"])])
    .unfiltered(&["device_type", "module_type"]),
    Resource::new(
        "dcim/cooling-outflow-templates",
        "dcim.coolingoutflowtemplate",
        "CoolingOutflowTemplate",
        "cooling outflow template",
    )
    .display(Display::Labelled)
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").null().cascade().resets(),
        reference("module_type", "dcim/module-types").null().cascade().resets(),
        text("name", 64).required().natural(),
        text("label", 64),
        choice("type", choices::COOLING_INTAKE_TEMPLATE_TYPE).null(),
        decimal("diameter", 8, 2, 0.01, f64::MAX).null(),
        choice("diameter_unit", choices::COOLING_INTAKE_TEMPLATE_DIAMETER_UNIT).null(),
        reference("cooling_intake", "dcim/cooling-intake-templates").null().set_null(),
        text("description", 200),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device_type", "module_type", "name"])
    .unique(&[unique(&["device_type", "name"]), unique(&["module_type", "name"])])
    .unfiltered(&["cooling_intake", "device_type", "module_type"]),
    Resource::new(
        "dcim/interface-templates",
        "dcim.interfacetemplate",
        "InterfaceTemplate",
        "interface template",
    )
    .display(Display::Labelled)
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").null().cascade().resets(),
        reference("module_type", "dcim/module-types").null().cascade().resets(),
        text("name", 64).required().natural(),
        text("label", 64),
        choice("type", choices::INTERFACE_TEMPLATE_TYPE).required(),
        int("channels", 1, 1024).null(),
        int("channel_id", 1, 1024).null().called("channel ID"),
        boolean("enabled").preset(Preset::True),
        boolean("mgmt_only"),
        text("description", 200),
        reference("parent", "dcim/interface-templates")
            .null()
            .nested(&["id", "url", "display", "name"])
            .called("parent interface"),
        reference("bridge", "dcim/interface-templates")
            .null()
            .set_null()
            .nested(&["id", "url", "display", "name"]),
        choice("poe_mode", choices::INTERFACE_TEMPLATE_POE_MODE).null(),
        choice("poe_type", choices::INTERFACE_TEMPLATE_POE_TYPE).null(),
        choice("rf_role", choices::INTERFACE_TEMPLATE_RF_ROLE).null(),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device_type", "module_type", "name"])
    .unique(&[
        unique(&["device_type", "name"]),
        unique(&["module_type", "name"]),
        unique(&["parent", "channel_id"]),
    ])
    .unfiltered(&["bridge", "device_type", "module_type", "parent"]),
    Resource::new(
        "dcim/front-port-templates",
        "dcim.frontporttemplate",
        "FrontPortTemplate",
        "front port template",
    )
    .display(Display::Labelled)
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").null().cascade().resets(),
        reference("module_type", "dcim/module-types").null().cascade().resets(),
        text("name", 64).required().natural(),
        text("label", 64),
        choice("type", choices::FRONT_PORT_TEMPLATE_TYPE).required(),
        text("color", 6),
        int("positions", 1, 1024).preset(Preset::Int(1)),
        unruled("rear_ports", Some("[]")),
        text("description", 200),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device_type", "module_type", "name"])
    .unique(&[unique(&["device_type", "name"]), unique(&["module_type", "name"])])
    .unfiltered(&["device_type", "module_type"])
    .unruled(&["rear_port_id"]),
    Resource::new(
        "dcim/rear-port-templates",
        "dcim.rearporttemplate",
        "RearPortTemplate",
        "rear port template",
    )
    .display(Display::Labelled)
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").null().cascade().resets(),
        reference("module_type", "dcim/module-types").null().cascade().resets(),
        text("name", 64).required().natural(),
        text("label", 64),
        choice("type", choices::FRONT_PORT_TEMPLATE_TYPE).required(),
        text("color", 6),
        int("positions", 1, 1024).preset(Preset::Int(1)),
        unruled("front_ports", Some("[]")),
        text("description", 200),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device_type", "module_type", "name"])
    .unique(&[unique(&["device_type", "name"]), unique(&["module_type", "name"])])
    .unfiltered(&["device_type", "module_type"])
    .unruled(&["front_port_id"]),
    Resource::new(
        "dcim/module-bay-templates",
        "dcim.modulebaytemplate",
        "ModuleBayTemplate",
        "module bay template",
    )
    .display(Display::Labelled)
    .brief(&["id", "url", "display", "name", "enabled", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").null().cascade().resets(),
        reference("module_type", "dcim/module-types").null().cascade().resets(),
        text("name", 64).required().natural(),
        text("label", 64),
        text("position", 30),
        boolean("enabled").preset(Preset::True),
        text("description", 200),
        references("module_bay_types", "dcim/module-bay-types"),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device_type", "module_type", "name"])
    .unique(&[unique(&["device_type", "name"]), unique(&["module_type", "name"])])
    .filters(&[
        by_id("module_bay_type_id", "module_bay_types", "dcim/module-bay-types"),
        by_attribute("module_bay_type", "module_bay_types", "dcim/module-bay-types", "slug"),
    ])
    .unfiltered(&["device_type", "module_type"]),
    Resource::new(
        "dcim/device-bay-templates",
        "dcim.devicebaytemplate",
        "DeviceBayTemplate",
        "device bay template",
    )
    .display(Display::Labelled)
    .brief(&["id", "url", "display", "name", "enabled", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").required().cascade(),
        text("name", 64).required().natural(),
        text("label", 64),
        boolean("enabled").preset(Preset::True),
        text("description", 200),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["device_type", "name"])
    .unique(&[unique(&["device_type", "name"])])
    .unfiltered(&["device_type"]),
    Resource::new(
        "dcim/inventory-item-templates",
        "dcim.inventoryitemtemplate",
        "InventoryItemTemplate",
        "inventory item template",
    )
    .display(Display::Labelled)
    .brief(&["id", "url", "display", "name", "description", "_depth"])
    .fields(&[
        ID,
        URL,
        DISPLAY,
        reference("device_type", "dcim/device-types").required().cascade(),
        plain_reference("parent", "dcim/inventory-item-templates").null().cascade().resets(),
        text("name", 64).required().natural(),
        text("label", 64),
        reference("role", "dcim/inventory-item-roles").null(),
        reference("manufacturer", "dcim/manufacturers").null().resets(),
        text("part_id", 50),
        text("description", 200),
        object_type("component_type").null().among(&[
            "dcim.consoleporttemplate",
            "dcim.consoleserverporttemplate",
            "dcim.coolingintaketemplate",
            "dcim.coolingoutflowtemplate",
            "dcim.frontporttemplate",
            "dcim.interfacetemplate",
            "dcim.poweroutlettemplate",
            "dcim.powerporttemplate",
            "dcim.rearporttemplate",
        ]),
        object_id("component_id").null(),
        object_of("component", "component_type", "component_id"),
        CREATED,
        LAST_UPDATED,
        computed("_depth", |view, object| depth(view, "dcim/inventory-item-templates", object)),
    ])
    .order(&["device_type", "parent", "name"])
    .tree("parent")
    .unique(&[unique(&["device_type", "parent", "name"])])
    .unfiltered(&["device_type", "parent"])
    .search(&["name", "part_id", "description"]),
];
