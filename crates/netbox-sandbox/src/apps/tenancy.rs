//! Tenants and contacts.

use crate::{
    choices,
    render::depth,
    rules::display,
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, Display, ID, LAST_UPDATED, OWNER, Resource,
        TAGS, URL, by_attribute, by_id, choice, computed, count, email, object_id, object_of,
        object_type, reference, references, slug, text, tree_count, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new("tenancy/tenant-groups", "tenancy.tenantgroup", "TenantGroup", "tenant group")
        .brief(&["id", "url", "display", "name", "slug", "description", "tenant_count", "_depth"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().unique().natural(),
            slug("slug").unique(),
            reference("parent", "tenancy/tenant-groups").null().cascade().nested(&[
                "id",
                "url",
                "display_url",
                "display",
                "name",
                "slug",
                "tenant_count",
                "_depth",
            ]),
            text("description", 200),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            tree_count("tenant_count", "tenancy/tenants", "group").resets(),
            OWNER,
            text("comments", 0),
            computed("_depth", |view, object| depth(view, "tenancy/tenant-groups", object)),
        ])
        .tree("parent")
        .filters(&[
            by_id("ancestor_id", "parent", "tenancy/tenant-groups"),
            by_attribute("ancestor", "parent", "tenancy/tenant-groups", "slug"),
        ])
        .search(&["name", "slug", "description", "comments"]),
    Resource::new("tenancy/tenants", "tenancy.tenant", "Tenant", "tenant")
        .brief(&["id", "url", "display", "name", "slug", "description"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().natural(),
            slug("slug"),
            reference("group", "tenancy/tenant-groups").null().set_null().resets(),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("circuit_count", "circuits/circuits", "tenant"),
            count("device_count", "dcim/devices", "tenant"),
            count("ipaddress_count", "ipam/ip-addresses", "tenant"),
            count("prefix_count", "ipam/prefixes", "tenant"),
            count("rack_count", "dcim/racks", "tenant"),
            count("site_count", "dcim/sites", "tenant"),
            count("virtualmachine_count", "virtualization/virtual-machines", "tenant"),
            count("vlan_count", "ipam/vlans", "tenant"),
            count("vrf_count", "ipam/vrfs", "tenant"),
            count("cluster_count", "virtualization/clusters", "tenant"),
        ])
        .unique(&[
            unique(&["group", "name"]).words("Tenant name must be unique per group."),
            unique(&["group", "slug"]).words("Tenant slug must be unique per group."),
        ])
        .search(&["name", "slug", "description", "comments"]),
    Resource::new(
        "tenancy/contact-groups",
        "tenancy.contactgroup",
        "ContactGroup",
        "contact group",
    )
    .brief(&["id", "url", "display", "name", "slug", "description", "contact_count", "_depth"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required(),
        slug("slug"),
        reference("parent", "tenancy/contact-groups")
            .null()
            .cascade()
            .nested(&[
                "id",
                "url",
                "display_url",
                "display",
                "name",
                "slug",
                "contact_count",
                "_depth",
            ])
            .resets(),
        text("description", 200),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
        tree_count("contact_count", "tenancy/contacts", "groups").resets(),
        OWNER,
        text("comments", 0),
        computed("_depth", |view, object| depth(view, "tenancy/contact-groups", object)),
    ])
    .tree("parent")
    .unique(&[unique(&["parent", "name"])])
    .filters(&[
        by_id("ancestor_id", "parent", "tenancy/contact-groups"),
        by_attribute("ancestor", "parent", "tenancy/contact-groups", "slug"),
        by_id("contact_id", "<tenancy/contacts:groups", "tenancy/contacts"),
    ])
    .search(&["name", "slug", "description", "comments"]),
    Resource::new("tenancy/contact-roles", "tenancy.contactrole", "ContactRole", "contact role")
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
        ])
        .search(&["name", "slug", "description"]),
    Resource::new("tenancy/contacts", "tenancy.contact", "Contact", "contact")
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            references("groups", "tenancy/contact-groups"),
            text("name", 100).required().natural(),
            text("title", 100),
            text("phone", 50),
            email("email", 254),
            text("address", 200),
            text("link", 200),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
        ])
        .filters(&[
            by_id("group_id", "groups", "tenancy/contact-groups"),
            by_attribute("group", "groups", "tenancy/contact-groups", "slug"),
        ])
        .search(&["name", "title", "phone", "email", "address", "link", "description", "comments"]),
    Resource::new(
        "tenancy/contact-assignments",
        "tenancy.contactassignment",
        "ContactAssignment",
        "contact assignment",
    )
    .display(Display::With(display::contact_assignments))
    .brief(&["id", "url", "display", "contact", "role", "priority"])
    .fields(&[
        ID,
        URL,
        DISPLAY,
        object_type("object_type").required(),
        object_id("object_id").required(),
        object_of("object", "object_type", "object_id"),
        reference("contact", "tenancy/contacts").required(),
        reference("role", "tenancy/contact-roles").null(),
        choice("priority", choices::CIRCUIT_GROUP_ASSIGNMENT_PRIORITY).null().resets(),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["contact", "priority", "role", "id"])
    .unique(&[unique(&["object_type", "object_id", "contact", "role"])])
    .filters(&[
        by_id("group_id", "contact.groups", "tenancy/contact-groups"),
        by_attribute("group", "contact.groups", "tenancy/contact-groups", "slug"),
    ])
    .unfiltered(&["contact"])
    .unruled(&["object_type_id"])
    .search(&["contact.name", "role.name"]),
];
