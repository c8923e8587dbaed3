//! What acts on other objects.

use serde_json::json;

use crate::{
    choices,
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Preset,
        Resource, TAGS, URL, Verbs, boolean, by_attribute, by_id, by_text, choice, computed,
        datetime, int, json, object_id, object_of, object_type, plain_choice, reference,
        references, strings, text, type_list, unique, unruled,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("extras/event-rules", "extras.eventrule", "EventRule", "event rule")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            type_list("object_types").required(),
            text("name", 150).required().unique(),
            boolean("enabled").preset(Preset::True),
            strings("event_types").required(),
            json("conditions").null(),
            choice("action_type", choices::EVENT_RULE_ACTION_TYPE).required().or("webhook"),
            object_type("action_object_type").null(),
            object_id("action_object_id").null(),
            object_of("action_object", "action_object_type", "action_object_id"),
            computed("action_is_available", |_, _| json!(true)),
            text("description", 200),
            CUSTOM_FIELDS,
            OWNER,
            TAGS,
            CREATED,
            LAST_UPDATED,
        ])
        .filters(&[
            by_id("object_type_id", "object_types", "core/object-types"),
            by_text("object_type", "object_types"),
        ])
        .unruled(&["event_type", "action_is_available"]),
    Resource::new("extras/webhooks", "extras.webhook", "Webhook", "webhook")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 150).required().unique(),
            text("description", 200),
            text("payload_url", 500).required(),
            plain_choice("http_method", choices::WEBHOOK_HTTP_METHOD).filled().or("POST"),
            text("http_content_type", 100).filled().or("application/json"),
            text("additional_headers", 0),
            text("body_template", 0),
            text("secret", 255),
            boolean("ssl_verification").preset(Preset::True),
            text("ca_file_path", 4096).null(),
            int("timeout", 1, 3600).null(),
            CUSTOM_FIELDS,
            OWNER,
            TAGS,
            CREATED,
            LAST_UPDATED,
        ])
        .unfiltered(&["additional_headers", "body_template"])
        .search(&["name", "description", "payload_url"]),
    Resource::new(
        "extras/config-contexts",
        "extras.configcontext",
        "ConfigContext",
        "config context",
    )
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required().unique(),
        int("weight", 0, 32767).preset(Preset::Int(1000)),
        reference("profile", "extras/config-context-profiles").null().resets(),
        text("description", 200),
        boolean("is_active").preset(Preset::True),
        references("regions", "dcim/regions"),
        references("site_groups", "dcim/site-groups"),
        references("sites", "dcim/sites"),
        references("locations", "dcim/locations"),
        references("device_types", "dcim/device-types"),
        references("roles", "dcim/device-roles"),
        references("platforms", "dcim/platforms"),
        references("cluster_types", "virtualization/cluster-types"),
        references("cluster_groups", "virtualization/cluster-groups"),
        references("clusters", "virtualization/clusters"),
        references("tenant_groups", "tenancy/tenant-groups"),
        references("tenants", "tenancy/tenants"),
        OWNER,
        references("tags", "extras/tags"),
        reference("data_source", "core/data-sources"),
        text("data_path", 0).filled().read_only(),
        reference("data_file", "core/data-files").null().set_null(),
        datetime("data_synced").null().read_only(),
        json("data").required(),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["weight", "name"])
    .filters(&[
        by_id("region_id", "regions", "dcim/regions"),
        by_attribute("region", "regions", "dcim/regions", "slug"),
        by_attribute("site_group", "site_groups", "dcim/site-groups", "slug"),
        by_id("site_group_id", "site_groups", "dcim/site-groups"),
        by_id("site_id", "sites", "dcim/sites"),
        by_attribute("site", "sites", "dcim/sites", "slug"),
        by_id("location_id", "locations", "dcim/locations"),
        by_attribute("location", "locations", "dcim/locations", "slug"),
        by_id("device_type_id", "device_types", "dcim/device-types"),
        by_id("device_role_id", "roles", "dcim/device-roles"),
        by_attribute("device_role", "roles", "dcim/device-roles", "slug"),
        by_id("platform_id", "platforms", "dcim/platforms"),
        by_attribute("platform", "platforms", "dcim/platforms", "slug"),
        by_id("cluster_type_id", "cluster_types", "virtualization/cluster-types"),
        by_attribute("cluster_type", "cluster_types", "virtualization/cluster-types", "slug"),
        by_id("cluster_group_id", "cluster_groups", "virtualization/cluster-groups"),
        by_attribute("cluster_group", "cluster_groups", "virtualization/cluster-groups", "slug"),
        by_id("cluster_id", "clusters", "virtualization/clusters"),
        by_id("tenant_group_id", "tenant_groups", "tenancy/tenant-groups"),
        by_attribute("tenant_group", "tenant_groups", "tenancy/tenant-groups", "slug"),
        by_id("tenant_id", "tenants", "tenancy/tenants"),
        by_attribute("tenant", "tenants", "tenancy/tenants", "slug"),
    ])
    .unfiltered(&["data_file", "data_path", "data_source"])
    .unruled(&["auto_sync_enabled"])
    .search(&["name", "description", "data"]),
    Resource::new(
        "extras/config-context-profiles",
        "extras.configcontextprofile",
        "ConfigContextProfile",
        "config context profile",
    )
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required().unique(),
        text("description", 200),
        json("schema").null(),
        TAGS,
        OWNER,
        text("comments", 0),
        reference("data_source", "core/data-sources"),
        text("data_path", 0).filled().read_only(),
        reference("data_file", "core/data-files").null().set_null(),
        datetime("data_synced").null().read_only(),
        CREATED,
        LAST_UPDATED,
    ])
    .unfiltered(&["data_file", "data_path", "data_source"])
    .unruled(&["auto_sync_enabled"])
    .search(&["name", "description", "comments"]),
    Resource::new(
        "extras/config-templates",
        "extras.configtemplate",
        "ConfigTemplate",
        "config template",
    )
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required(),
        text("description", 200),
        json("environment_params").null().preset(Preset::EmptyObject),
        text("template_code", 0).required(),
        text("mime_type", 50),
        text("file_name", 200),
        text("file_extension", 15),
        boolean("as_attachment").preset(Preset::True),
        boolean("debug"),
        reference("data_source", "core/data-sources"),
        text("data_path", 0).filled().read_only(),
        reference("data_file", "core/data-files").null().set_null(),
        boolean("auto_sync_enabled"),
        datetime("data_synced").null().read_only(),
        OWNER,
        TAGS,
        CREATED,
        LAST_UPDATED,
    ])
    .unfiltered(&["data_file", "data_path", "data_source", "template_code"]),
    Resource::new("extras/scripts", "extras.script", "Script", "script")
        .brief(&["id", "url", "name", "description", "display"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            unruled("module", None),
            text("name", 0).filled().read_only(),
            unruled("description", None),
            unruled("vars", None),
            reference("result", "core/jobs").read_only(),
            DISPLAY,
            boolean("is_executable").read_only().preset(Preset::True),
        ])
        .order(&["module", "name"])
        .unique(&[unique(&["name", "module"])])
        .verbs(Verbs::Unruled),
    Resource::new("extras/scripts/upload", "extras.scriptmodule", "ScriptModule", "script module")
        .display(Display::Field("python_name"))
        .brief(&["id", "display"])
        .fields(&[
            ID,
            DISPLAY,
            text("file_path", 0).filled().read_only(),
            unruled("file", None),
            CREATED,
            LAST_UPDATED,
        ])
        .order(&["file_path"])
        .verbs(Verbs::Unruled),
];
