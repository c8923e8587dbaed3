//! What shapes other objects.

use crate::{
    choices,
    rules::{definitions, display, tags},
    table::{
        CREATED, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Preset, Resource, URL,
        boolean, by_attribute, by_id, by_text, choice, computed, datetime, decimal, int, json,
        object_type, plain_choice, plain_reference, reference, slug, strings, text, type_list,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("extras/custom-fields", "extras.customfield", "CustomField", "custom field")
        .display(Display::With(display::custom_fields))
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            type_list("object_types").required(),
            choice("type", choices::CUSTOM_FIELD_TYPE).required().or("text"),
            object_type("related_object_type").null(),
            computed("data_type", definitions::data_type),
            text("name", 50).required().unique(),
            text("label", 50),
            text("group_name", 50),
            text("description", 200),
            boolean("required"),
            boolean("unique"),
            int("search_weight", 0, 32767).preset(Preset::Int(1000)),
            choice("filter_logic", choices::CUSTOM_FIELD_FILTER_LOGIC).filled().or("loose"),
            choice("ui_visible", choices::CUSTOM_FIELD_UI_VISIBLE).filled().or("always"),
            choice("ui_editable", choices::CUSTOM_FIELD_UI_EDITABLE).filled().or("yes"),
            boolean("is_cloneable"),
            boolean("nulls_first").preset(Preset::True),
            json("default").null(),
            json("related_object_filter").null(),
            int("weight", 0, 32767).preset(Preset::Int(100)),
            decimal("validation_minimum", 16, 4, f64::MIN, f64::MAX).null(),
            decimal("validation_maximum", 16, 4, f64::MIN, f64::MAX).null(),
            text("validation_regex", 500),
            json("validation_schema").null(),
            reference("choice_set", "extras/custom-field-choice-sets").null(),
            choice("status", choices::CUSTOM_FIELD_STATUS).read_only().null().filled().or("active"),
            OWNER,
            text("comments", 0),
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["group_name", "weight", "name"])
        .filters(&[
            by_id("object_type_id", "object_types", "core/object-types"),
            by_text("object_type", "object_types"),
            by_id("related_object_type_id", "related_object_type", "core/object-types"),
        ])
        .search(&["name", "label", "group_name", "description", "comments"])
        .saved(&[definitions::spread])
        .removing(&[definitions::withdraw]),
    Resource::new(
        "extras/custom-field-choice-sets",
        "extras.customfieldchoiceset",
        "CustomFieldChoiceSet",
        "custom field choice set",
    )
    .brief(&["id", "url", "display", "name", "description", "choices_count"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required().unique(),
        text("description", 200),
        choice("base_choices", choices::CUSTOM_FIELD_CHOICE_SET_BASE_CHOICES).null().filled(),
        strings("extra_choices").required(),
        json("choice_colors").preset(Preset::EmptyObject),
        boolean("order_alphabetically"),
        computed("choices_count", definitions::choices_count),
        OWNER,
        CREATED,
        LAST_UPDATED,
    ])
    .unruled(&["choice", "choice_colors"]),
    Resource::new("extras/custom-links", "extras.customlink", "CustomLink", "custom link")
        .brief(&["id", "url", "display", "name"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            type_list("object_types").required(),
            text("name", 100).required().unique(),
            boolean("enabled").preset(Preset::True),
            text("link_text", 0).required(),
            text("link_url", 0).required(),
            int("weight", 0, 32767).preset(Preset::Int(100)),
            text("group_name", 50),
            plain_choice("button_class", choices::CUSTOM_LINK_BUTTON_CLASS).filled().or("default"),
            boolean("new_window"),
            OWNER,
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["group_name", "weight", "name"])
        .filters(&[
            by_id("object_type_id", "object_types", "core/object-types"),
            by_text("object_type", "object_types"),
        ])
        .search(&["name", "link_text", "link_url", "group_name"]),
    Resource::new(
        "extras/export-templates",
        "extras.exporttemplate",
        "ExportTemplate",
        "export template",
    )
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        type_list("object_types").required(),
        text("name", 100).required(),
        text("description", 200),
        json("environment_params").null().preset(Preset::EmptyObject),
        text("template_code", 0).required(),
        text("mime_type", 50),
        text("file_name", 200),
        text("file_extension", 15),
        boolean("as_attachment").preset(Preset::True),
        reference("data_source", "core/data-sources"),
        text("data_path", 0).filled().read_only(),
        reference("data_file", "core/data-files").null().set_null(),
        boolean("auto_sync_enabled"),
        datetime("data_synced").null().read_only(),
        OWNER,
        CREATED,
        LAST_UPDATED,
    ])
    .filters(&[
        by_id("object_type_id", "object_types", "core/object-types"),
        by_text("object_type", "object_types"),
    ])
    .unfiltered(&["data_file", "data_path", "data_source", "template_code"])
    .search(&["name", "description", "file_name"]),
    Resource::new("extras/saved-filters", "extras.savedfilter", "SavedFilter", "saved filter")
        .brief(&["id", "url", "display", "name", "slug", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            type_list("object_types").required(),
            text("name", 100).required().unique(),
            slug("slug").unique(),
            text("description", 200),
            plain_reference("user", "users/users").null().set_null(),
            int("weight", 0, 32767).preset(Preset::Int(100)),
            boolean("enabled").preset(Preset::True),
            boolean("shared").preset(Preset::True),
            json("parameters").required(),
            OWNER,
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["weight", "name"])
        .filters(&[
            by_id("object_type_id", "object_types", "core/object-types"),
            by_text("object_type", "object_types"),
            by_attribute("user", "user", "users/users", "username"),
        ])
        .unruled(&["usable"]),
    Resource::new("extras/table-configs", "extras.tableconfig", "TableConfig", "table config")
        .brief(&["id", "url", "display", "object_type", "table", "name", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            object_type("object_type").required(),
            text("table", 100).required(),
            text("name", 100).required(),
            text("description", 200),
            plain_reference("user", "users/users").null().set_null(),
            int("weight", 0, 32767).preset(Preset::Int(1000)),
            boolean("enabled").preset(Preset::True),
            boolean("shared").preset(Preset::True),
            strings("columns").required(),
            strings("ordering").null(),
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["weight", "name"])
        .filters(&[
            by_id("object_type_id", "object_type", "core/object-types"),
            by_attribute("user", "user", "users/users", "username"),
        ])
        .unruled(&["usable"])
        .search(&["name", "description", "table"]),
    Resource::new("extras/tags", "extras.tag", "Tag", "tag")
        .brief(&["id", "url", "display", "name", "slug", "color", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique(),
            slug("slug").unique(),
            text("color", 6).filled().or("9e9e9e"),
            text("description", 200),
            int("weight", 0, 32767).preset(Preset::Int(1000)),
            type_list("object_types"),
            computed("tagged_items", tags::tagged_items),
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["weight", "name"])
        .unruled(&[
            "object_types",
            "owner_group_id",
            "owner_group",
            "owner_id",
            "owner",
            "content_type",
            "content_type_id",
            "for_object_type_id",
        ])
        .search(&["name", "slug", "description"]),
];
