//! The choices of `ipam`.

use crate::table::Choices;

pub(crate) const PREFIX_STATUS: Choices = &[
    ("container", "Container"),
    ("active", "Active"),
    ("reserved", "Reserved"),
    ("deprecated", "Deprecated"),
];

pub(crate) const IP_RANGE_STATUS: Choices =
    &[("active", "Active"), ("reserved", "Reserved"), ("deprecated", "Deprecated")];

pub(crate) const IP_ADDRESS_STATUS: Choices = &[
    ("active", "Active"),
    ("reserved", "Reserved"),
    ("deprecated", "Deprecated"),
    ("dhcp", "DHCP"),
    ("slaac", "SLAAC"),
];

pub(crate) const IP_ADDRESS_ROLE: Choices = &[
    ("loopback", "Loopback"),
    ("secondary", "Secondary"),
    ("anycast", "Anycast"),
    ("vip", "VIP"),
    ("vrrp", "VRRP"),
    ("hsrp", "HSRP"),
    ("glbp", "GLBP"),
    ("carp", "CARP"),
];

pub(crate) const VLAN_QINQ_ROLE: Choices = &[("svlan", "Service"), ("cvlan", "Customer")];

pub(crate) const FHRP_GROUP_PROTOCOL: Choices = &[
    ("vrrp2", "VRRPv2"),
    ("vrrp3", "VRRPv3"),
    ("carp", "CARP"),
    ("clusterxl", "ClusterXL"),
    ("hsrp", "HSRP"),
    ("glbp", "GLBP"),
    ("other", "Other"),
];

pub(crate) const FHRP_GROUP_AUTH_TYPE: Choices = &[("plaintext", "Plaintext"), ("md5", "MD5")];
