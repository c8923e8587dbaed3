//! What is attached to other objects.

use crate::{
    choices,
    rules::{definitions, display},
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, Resource, TAGS,
        URL, Verbs, by_attribute, by_text, choice, datetime, int, object_id, object_of,
        object_type, plain_choice, plain_reference, reference, references, text, unique, unruled,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("extras/bookmarks", "extras.bookmark", "Bookmark", "bookmark")
        .display(Display::With(display::bookmarks))
        .brief(&["id", "url", "display", "object_type", "object_id"])
        .fields(&[
            ID,
            URL,
            DISPLAY,
            object_type("object_type").required(),
            object_id("object_id").required(),
            object_of("object", "object_type", "object_id"),
            reference("user", "users/users").required().cascade(),
            CREATED,
        ])
        .order(&["created", "id"])
        .unique(&[unique(&["object_type", "object_id", "user"])])
        .filters(&[
            by_text("object_type_id", "object_type"),
            by_attribute("user", "user", "users/users", "username"),
        ]),
    Resource::new("extras/notifications", "extras.notification", "Notification", "notification")
        .display(Display::With(display::notifications))
        .brief(&["id", "url", "display", "object_type", "object_id", "user", "read", "event_type"])
        .fields(&[
            ID,
            URL,
            DISPLAY,
            object_type("object_type").required(),
            object_id("object_id").required(),
            object_of("object", "object_type", "object_id"),
            reference("user", "users/users").required().cascade(),
            CREATED,
            datetime("read").null(),
            plain_choice("event_type", choices::NOTIFICATION_EVENT_TYPE).required(),
        ])
        .order(&["-created", "id"])
        .unique(&[unique(&["object_type", "object_id", "user"])])
        .unfiltered(&["event_type", "id", "object_id", "object_type", "read", "user", "user_id"]),
    Resource::new(
        "extras/notification-groups",
        "extras.notificationgroup",
        "NotificationGroup",
        "notification group",
    )
    .fields(&[
        ID,
        URL,
        DISPLAY,
        DISPLAY_URL,
        text("name", 100).required().unique(),
        text("description", 200),
        references("groups", "users/groups"),
        references("users", "users/users"),
    ])
    .unfiltered(&["description", "id", "name"]),
    Resource::new("extras/subscriptions", "extras.subscription", "Subscription", "subscription")
        .display(Display::With(display::subscriptions))
        .brief(&["id", "url", "display", "object_type", "object_id", "user"])
        .fields(&[
            ID,
            URL,
            DISPLAY,
            object_type("object_type").required(),
            object_id("object_id").required(),
            object_of("object", "object_type", "object_id"),
            reference("user", "users/users").required().cascade(),
            CREATED,
        ])
        .order(&["-created", "user"])
        .unique(&[unique(&["object_type", "object_id", "user"])])
        .unfiltered(&["id", "object_id", "object_type", "user", "user_id"]),
    Resource::new("extras/journal-entries", "extras.journalentry", "JournalEntry", "journal entry")
        .display(Display::With(display::journal_entries))
        .brief(&["id", "url", "display", "created"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            object_type("assigned_object_type").required(),
            object_id("assigned_object_id").required(),
            object_of("assigned_object", "assigned_object_type", "assigned_object_id"),
            CREATED,
            plain_reference("created_by", "users/users").null(),
            choice("kind", choices::JOURNAL_ENTRY_KIND).filled().or("info"),
            text("comments", 0).required(),
            TAGS,
            CUSTOM_FIELDS,
            LAST_UPDATED,
        ])
        .order(&["-created"])
        .filters(&[by_attribute("created_by", "created_by", "users/users", "username")])
        .unruled(&["assigned_object_type_id"])
        .clean(&[definitions::sign_entry]),
    Resource::new(
        "extras/image-attachments",
        "extras.imageattachment",
        "ImageAttachment",
        "image attachment",
    )
    .brief(&["id", "url", "display", "name", "image", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY,
        object_type("object_type").required(),
        object_id("object_id").required(),
        object_of("parent", "object_type", "object_id"),
        text("name", 50),
        unruled("image", None),
        text("description", 200),
        int("image_height", i64::MIN, i64::MAX).read_only(),
        int("image_width", i64::MIN, i64::MAX).read_only(),
        int("image_size", i64::MIN, i64::MAX).read_only(),
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["name", "id"])
    .verbs(Verbs::Unruled),
    Resource::new("extras/tagged-objects", "extras.taggeditem", "TaggedItem", "tagged item")
        .brief(&["id", "url", "display", "object_type", "object_id", "object", "tag"])
        .fields(&[
            ID,
            URL,
            DISPLAY,
            object_type("object_type").read_only(),
            object_id("object_id").required(),
            object_of("object", "object_type", "object_id"),
            reference("tag", "extras/tags").read_only().cascade(),
        ])
        .order(&["tag"])
        .verbs(Verbs::Unruled),
];
