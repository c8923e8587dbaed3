//! The change log, jobs and data sources.

use crate::{
    change, choices,
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Preset,
        Resource, TAGS, URL, Verbs, boolean, by_attribute, by_id, by_text, choice, computed, count,
        datetime, int, json, object_id, object_of, object_type, plain_choice, reference, strings,
        text, unique, unruled,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("core/data-sources", "core.datasource", "DataSource", "data source")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique(),
            choice("type", choices::DATA_SOURCE_TYPE).required(),
            text("source_url", 200).required(),
            boolean("enabled").preset(Preset::True),
            choice("status", choices::DATA_SOURCE_STATUS).read_only().null().filled().or("new"),
            text("description", 200),
            plain_choice("sync_interval", choices::DATA_SOURCE_SYNC_INTERVAL).null().filled(),
            json("parameters").null(),
            text("ignore_rules", 0),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            datetime("last_synced").null().read_only(),
            count("file_count", "core/data-files", "source"),
        ])
        .unfiltered(&["ignore_rules"])
        .search(&["name", "description", "comments"]),
    Resource::new("core/data-files", "core.datafile", "DataFile", "data file")
        .display(Display::Field("path"))
        .brief(&["id", "url", "display", "path"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            reference("source", "core/data-sources").read_only().cascade(),
            text("path", 0).filled().read_only(),
            LAST_UPDATED,
            int("size", i64::MIN, i64::MAX).read_only(),
            text("hash", 0).filled().read_only(),
        ])
        .order(&["source", "path"])
        .unique(&[unique(&["source", "path"])])
        .unruled(&["created"])
        .search(&["path"])
        .verbs(Verbs::Read),
    Resource::new("core/jobs", "core.job", "Job", "job")
        .brief(&["url", "status", "created", "completed", "user"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            object_type("object_type").read_only(),
            object_id("object_id").null(),
            object_of("object", "object_type", "object_id"),
            text("name", 200).required(),
            choice("status", choices::JOB_STATUS).read_only().null().filled().or("pending"),
            CREATED,
            datetime("scheduled").null(),
            int("interval", 1, 2147483647).null(),
            datetime("started").null(),
            datetime("completed").null(),
            text("execution_time", 0).null().read_only(),
            reference("user", "users/users").read_only().set_null(),
            json("data").null(),
            text("error", 0).filled().read_only(),
            text("job_id", 0).required().unique().called("job ID"),
            text("queue_name", 100),
            choice("notifications", choices::JOB_NOTIFICATIONS)
                .read_only()
                .null()
                .filled()
                .or("always"),
            strings("log_entries"),
        ])
        .order(&["-created"])
        .filters(&[
            by_id("object_type_id", "object_type", "core/object-types"),
            by_attribute("user", "user", "users/users", "username"),
            by_text("execution_time", "execution_time"),
        ])
        .unfiltered(&["error"])
        .search(&["user.username", "name"])
        .verbs(Verbs::Read),
    Resource::new("core/object-changes", "core.objectchange", "ObjectChange", "object change")
        .display(Display::With(change::display))
        .brief(&[])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            datetime("time").read_only(),
            reference("user", "users/users").read_only().set_null(),
            text("user_name", 0).filled().read_only(),
            text("request_id", 0).read_only(),
            choice("action", choices::OBJECT_CHANGE_ACTION).read_only().null().filled(),
            object_type("changed_object_type").read_only(),
            object_id("changed_object_id").required(),
            computed("changed_object", change::changed_object),
            text("object_repr", 0).filled().read_only(),
            text("message", 0).filled().read_only(),
            json("prechange_data").null().read_only(),
            json("postchange_data").null().read_only(),
        ])
        .order(&["-time"])
        .filters(&[by_attribute("user", "user", "users/users", "username")])
        .unfiltered(&["message"])
        .unruled(&["changed_object_type_id", "related_object_type", "related_object_id"])
        .search(&["user_name", "object_repr", "message"])
        .verbs(Verbs::Read),
    Resource::new("core/object-types", "core.objecttype", "ObjectType", "object type")
        .display(Display::Field("app_labeled_name"))
        .brief(&[])
        .fields(&[
            ID,
            URL,
            DISPLAY,
            text("app_label", 100).required(),
            unruled("app_name", None),
            text("model", 100).required(),
            unruled("model_name", None),
            unruled("model_name_plural", None),
            boolean("public").read_only(),
            strings("features").read_only(),
            unruled("is_plugin_model", Some("false")),
            unruled("rest_api_endpoint", None),
            unruled("description", None),
        ])
        .order(&["app_label", "model"])
        .verbs(Verbs::Unruled),
];
