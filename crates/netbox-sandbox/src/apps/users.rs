//! Users, groups and what they may do.

use crate::{
    choices,
    table::{
        CREATED, DISPLAY, DISPLAY_URL, Display, ID, Preset, Resource, URL, Verbs, boolean,
        by_attribute, by_id, by_text, count, datetime, email, int, json, plain_choice, reference,
        references, strings, text, tree_count, type_list, unruled,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("users/users", "users.user", "User", "user")
        .display(Display::Field("username"))
        .brief(&["id", "url", "display", "username"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("username", 150).required().unique(),
            text("password", 128).required().write_only(),
            text("first_name", 150),
            text("last_name", 150),
            email("email", 254),
            boolean("is_active").preset(Preset::True),
            datetime("date_joined"),
            datetime("last_login").null(),
            references("groups", "users/groups"),
            references("permissions", "users/permissions"),
        ])
        .order(&["username"])
        .filters(&[
            by_id("group_id", "groups", "users/groups"),
            by_attribute("group", "groups", "users/groups", "name"),
            by_id("owner_id", "<users/owners:users", "users/owners"),
            by_attribute("owner", "<users/owners:users", "users/owners", "name"),
            by_id("permission_id", "permissions", "users/permissions"),
            by_id(
                "notification_group_id",
                "<extras/notification-groups:users",
                "extras/notification-groups",
            ),
        ])
        .unfiltered(&["password"])
        .unruled(&["is_superuser"])
        .search(&["username", "first_name", "last_name", "email"]),
    Resource::new("users/groups", "users.group", "Group", "group")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 150).required().unique(),
            text("description", 200),
            references("permissions", "users/permissions"),
            tree_count("user_count", "users/users", "groups"),
        ])
        .filters(&[
            by_id("user_id", "<users/users:groups", "users/users"),
            by_id("owner_id", "<users/owners:user_groups", "users/owners"),
            by_attribute("owner", "<users/owners:user_groups", "users/owners", "name"),
            by_id("permission_id", "permissions", "users/permissions"),
            by_id(
                "notification_group_id",
                "<extras/notification-groups:groups",
                "extras/notification-groups",
            ),
        ]),
    Resource::new("users/tokens", "users.token", "Token", "token")
        .brief(&[
            "id",
            "url",
            "display",
            "version",
            "key",
            "description",
            "enabled",
            "write_enabled",
        ])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            plain_choice("version", choices::TOKEN_VERSION).filled().preset(Preset::Int(2)),
            text("key", 0).filled().null().read_only(),
            reference("user", "users/users").required().cascade(),
            text("description", 200),
            CREATED,
            datetime("expires").null(),
            datetime("last_used").null(),
            boolean("enabled").preset(Preset::True),
            boolean("write_enabled").preset(Preset::True),
            int("pepper_id", 0, 32767).null(),
            strings("allowed_ips").resets(),
            unruled("token", None),
        ])
        .order(&["-created"])
        .verbs(Verbs::Unruled),
    Resource::new("users/permissions", "users.objectpermission", "ObjectPermission", "permission")
        .brief(&[
            "id",
            "url",
            "display",
            "name",
            "description",
            "enabled",
            "object_types",
            "actions",
        ])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required(),
            text("description", 200),
            boolean("enabled").preset(Preset::True),
            type_list("object_types").required(),
            strings("actions").required(),
            json("constraints").null(),
            references("groups", "users/groups"),
            references("users", "users/users"),
        ])
        .filters(&[
            by_id("object_type_id", "object_types", "core/object-types"),
            by_text("object_type", "object_types"),
            by_id("user_id", "users", "users/users"),
            by_attribute("user", "users", "users/users", "username"),
            by_id("group_id", "groups", "users/groups"),
            by_attribute("group", "groups", "users/groups", "name"),
        ])
        .unruled(&["object_types", "can_view", "can_add", "can_change", "can_delete"]),
    Resource::new("users/owner-groups", "users.ownergroup", "OwnerGroup", "owner group").fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required().unique(),
        text("description", 200),
        count("member_count", "users/owners", "group"),
    ]),
    Resource::new("users/owners", "users.owner", "Owner", "owner")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique(),
            reference("group", "users/owner-groups").required().null(),
            text("description", 200),
            references("user_groups", "users/groups"),
            references("users", "users/users"),
        ])
        .filters(&[
            by_id("user_group_id", "user_groups", "users/groups"),
            by_attribute("user_group", "user_groups", "users/groups", "name"),
            by_id("user_id", "users", "users/users"),
            by_attribute("user", "users", "users/users", "username"),
        ]),
];
