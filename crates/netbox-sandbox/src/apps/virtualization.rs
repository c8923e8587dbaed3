//! Clusters and virtual machines.

use crate::{
    choices,
    rules::{addresses, contexts, interfaces, machines},
    table::{
        CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, ID, LAST_UPDATED, OWNER, Preset, Resource,
        TAGS, URL, boolean, by_any_case, by_attribute, by_id, by_rule, by_text, choice, computed,
        count, decimal, holders, int, json, live_count, object_id, object_of, object_type,
        reference, references, slug, text, unique,
    },
};

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new(
        "virtualization/cluster-types",
        "virtualization.clustertype",
        "ClusterType",
        "cluster type",
    )
    .brief(&["id", "url", "display", "name", "slug", "description", "cluster_count"])
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
        count("cluster_count", "virtualization/clusters", "type"),
    ])
    .search(&["name", "slug", "description"]),
    Resource::new(
        "virtualization/cluster-groups",
        "virtualization.clustergroup",
        "ClusterGroup",
        "cluster group",
    )
    .brief(&["id", "url", "display", "name", "slug", "description", "cluster_count"])
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
        count("cluster_count", "virtualization/clusters", "group"),
    ])
    .search(&["name", "slug", "description"]),
    Resource::new("virtualization/clusters", "virtualization.cluster", "Cluster", "cluster")
        .brief(&["id", "url", "display", "name", "description", "virtualmachine_count"])
        .fields(&[
            ID,
            URL,
            DISPLAY_URL,
            DISPLAY,
            text("name", 100).required().natural(),
            reference("type", "virtualization/cluster-types").required(),
            reference("group", "virtualization/cluster-groups").null().resets(),
            choice("status", choices::CLUSTER_STATUS).filled().or("active"),
            reference("tenant", "tenancy/tenants").null(),
            object_type("scope_type")
                .null()
                .among(&["dcim.location", "dcim.region", "dcim.site", "dcim.sitegroup"])
                .resets(),
            object_id("scope_id").null().resets(),
            object_of("scope", "scope_type", "scope_id"),
            text("description", 200),
            OWNER,
            text("comments", 0),
            TAGS,
            CUSTOM_FIELDS,
            CREATED,
            LAST_UPDATED,
            count("device_count", "dcim/devices", "cluster"),
            count("virtualmachine_count", "virtualization/virtual-machines", "cluster"),
            computed("allocated_vcpus", |view, object| machines::allocated(view, object, "vcpus")),
            computed("allocated_memory", |view, object| {
                machines::allocated(view, object, "memory")
            }),
            computed("allocated_disk", |view, object| machines::allocated(view, object, "disk")),
        ])
        .unique(&[unique(&["group", "name"])])
        .filters(&[
            by_id("region_id", "scope(dcim/regions)", "dcim/regions"),
            by_attribute("region", "scope(dcim/regions)", "dcim/regions", "slug"),
            by_id("site_group_id", "scope(dcim/site-groups)", "dcim/site-groups"),
            by_attribute("site_group", "scope(dcim/site-groups)", "dcim/site-groups", "slug"),
            by_id("site_id", "scope(dcim/sites)", "dcim/sites"),
            by_attribute("site", "scope(dcim/sites)", "dcim/sites", "slug"),
            by_id("location_id", "scope(dcim/locations)", "dcim/locations"),
            by_attribute("location", "scope(dcim/locations)", "dcim/locations", "slug"),
        ])
        .search(&["name", "description", "comments"]),
    Resource::new(
        "virtualization/virtual-machine-types",
        "virtualization.virtualmachinetype",
        "VirtualMachineType",
        "virtual machine type",
    )
    .brief(&["id", "url", "display", "name", "slug", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 100).required(),
        slug("slug").unique(),
        reference("default_platform", "dcim/platforms").null().set_null(),
        decimal("default_vcpus", 6, 2, 0.01, f64::MAX).null(),
        int("default_memory", 0, 2147483647).null(),
        text("description", 200),
        OWNER,
        text("comments", 0),
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
        live_count(
            "virtual_machine_count",
            "virtualization/virtual-machines",
            "virtual_machine_type",
        ),
    ])
    .unique(&[unique(&["name"]).ignoring_case().words("Virtual machine type name must be unique.")])
    .search(&["name", "description", "comments"]),
    Resource::new(
        "virtualization/virtual-machines",
        "virtualization.virtualmachine",
        "VirtualMachine",
        "virtual machine",
    )
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        text("name", 64).required().natural(),
        reference("virtual_machine_type", "virtualization/virtual-machine-types").null().resets(),
        reference("role", "dcim/device-roles").null(),
        choice("status", choices::VIRTUAL_MACHINE_STATUS).filled().or("active"),
        choice("start_on_boot", choices::VIRTUAL_MACHINE_START_ON_BOOT).filled().or("off"),
        reference("site", "dcim/sites").null().resets(),
        reference("cluster", "virtualization/clusters").null().resets(),
        reference("device", "dcim/devices").null().resets(),
        reference("platform", "dcim/platforms").null().set_null(),
        computed("primary_ip", addresses::primary),
        reference("primary_ip4", "ipam/ip-addresses").null().set_null().nested(&[
            "id",
            "url",
            "display",
            "family",
            "address",
            "nat_inside",
            "nat_outside",
            "dns_name",
            "description",
        ]),
        reference("primary_ip6", "ipam/ip-addresses").null().set_null().nested(&[
            "id",
            "url",
            "display",
            "family",
            "address",
            "nat_inside",
            "nat_outside",
            "dns_name",
            "description",
        ]),
        decimal("vcpus", 6, 2, 0.01, f64::MAX).null(),
        int("memory", 0, 2147483647).null(),
        int("disk", 0, 2147483647).null(),
        text("description", 200),
        text("serial", 50),
        reference("tenant", "tenancy/tenants").null().resets(),
        OWNER,
        text("comments", 0),
        TAGS,
        json("local_context_data").null(),
        reference("config_template", "extras/config-templates").null().resets(),
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
        live_count("interface_count", "virtualization/interfaces", "virtual_machine"),
        live_count("virtual_disk_count", "virtualization/virtual-disks", "virtual_machine"),
        computed("config_context", contexts::of),
    ])
    .order(&["name", "id"])
    .unique(&[
        unique(&["name", "cluster", "tenant"])
            .ignoring_case()
            .words("Virtual machine name must be unique per cluster and tenant.")
            .when_set("cluster"),
        unique(&["name", "device", "tenant"])
            .ignoring_case()
            .words("Virtual machine name must be unique per device and tenant.")
            .when_set("device")
            .when_null("cluster"),
    ])
    .filters(&[
        by_id("cluster_group_id", "cluster.group", "virtualization/cluster-groups"),
        by_attribute("cluster_group", "cluster.group", "virtualization/cluster-groups", "slug"),
        by_id("cluster_type_id", "cluster.type", "virtualization/cluster-types"),
        by_attribute("cluster_type", "cluster.type", "virtualization/cluster-types", "slug"),
        by_id("region_id", "site.region", "dcim/regions"),
        by_attribute("region", "site.region", "dcim/regions", "slug"),
        by_id("site_group_id", "site.group", "dcim/site-groups"),
        by_attribute("site_group", "site.group", "dcim/site-groups", "slug"),
        by_any_case("name", "name"),
        by_text(
            "mac_address",
            "<virtualization/interfaces:virtual_machine.mac_addresses.mac_address",
        ),
        by_rule("has_primary_ip", addresses::has_primary),
    ])
    .unfiltered(&["config_template"])
    .unruled(&["local_context_data"])
    .search(&["name", "description", "comments", "serial"])
    .clean(&[machines::clean, machines::settle]),
    Resource::new(
        "virtualization/interfaces",
        "virtualization.vminterface",
        "VMInterface",
        "interface",
    )
    .brief(&["id", "url", "display", "virtual_machine", "name", "description"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("virtual_machine", "virtualization/virtual-machines").required().cascade(),
        text("name", 64).required(),
        boolean("enabled").preset(Preset::True),
        reference("parent", "virtualization/interfaces").null().nested(&[
            "id",
            "url",
            "display_url",
            "display",
            "virtual_machine",
            "name",
        ]),
        reference("bridge", "virtualization/interfaces").null().set_null().nested(&[
            "id",
            "url",
            "display_url",
            "display",
            "virtual_machine",
            "name",
        ]),
        int("mtu", 1, 65536).null(),
        computed("mac_address", interfaces::mac_address),
        reference("primary_mac_address", "dcim/mac-addresses").null().set_null(),
        holders("mac_addresses", "dcim/mac-addresses", "assigned_object"),
        text("description", 200),
        choice("mode", choices::INTERFACE_MODE).null(),
        reference("untagged_vlan", "ipam/vlans").null().set_null(),
        references("tagged_vlans", "ipam/vlans"),
        reference("qinq_svlan", "ipam/vlans").null().set_null(),
        reference("vlan_translation_policy", "ipam/vlan-translation-policies").null(),
        reference("vrf", "ipam/vrfs").null().set_null(),
        computed("l2vpn_termination", interfaces::l2vpn_termination),
        OWNER,
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
        computed("count_ipaddresses", interfaces::count_ipaddresses),
        computed("count_fhrp_groups", interfaces::count_fhrp_groups),
    ])
    .order(&["virtual_machine", "name"])
    .unique(&[unique(&["virtual_machine", "name"])])
    .filters(&[
        by_attribute("vrf", "vrf", "ipam/vrfs", "rd"),
        by_id("l2vpn_id", "<vpn/l2vpn-terminations:assigned_object.l2vpn", "vpn/l2vpns"),
        by_attribute(
            "l2vpn",
            "<vpn/l2vpn-terminations:assigned_object.l2vpn",
            "vpn/l2vpns",
            "identifier",
        ),
        by_id("cluster_id", "virtual_machine.cluster", "virtualization/clusters"),
        by_attribute("cluster", "virtual_machine.cluster", "virtualization/clusters", "name"),
        by_text("mac_address", "mac_addresses.mac_address"),
        by_attribute(
            "primary_mac_address",
            "primary_mac_address",
            "dcim/mac-addresses",
            "mac_address",
        ),
    ])
    .unfiltered(&[
        "bridge",
        "parent",
        "qinq_svlan",
        "qinq_svlan_id",
        "untagged_vlan",
        "untagged_vlan_id",
    ])
    .unruled(&["vlan_id", "vlan"])
    .clean(&[interfaces::clean_vm]),
    Resource::new(
        "virtualization/virtual-disks",
        "virtualization.virtualdisk",
        "VirtualDisk",
        "virtual disk",
    )
    .brief(&["id", "url", "display", "virtual_machine", "name", "description", "size"])
    .fields(&[
        ID,
        URL,
        DISPLAY_URL,
        DISPLAY,
        reference("virtual_machine", "virtualization/virtual-machines").required().cascade(),
        text("name", 64).required().natural(),
        text("description", 200),
        int("size", 0, 2147483647).required(),
        OWNER,
        TAGS,
        CUSTOM_FIELDS,
        CREATED,
        LAST_UPDATED,
    ])
    .order(&["virtual_machine", "name"])
    .unique(&[unique(&["virtual_machine", "name"])])
    .saved(&[machines::add_up_disks]),
];
