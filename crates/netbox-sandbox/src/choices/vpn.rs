//! The choices of `vpn`.

use crate::table::Choices;

pub(crate) const IKE_POLICY_VERSION: Choices = &[("1", "IKEv1"), ("2", "IKEv2")];

pub(crate) const IKE_POLICY_MODE: Choices = &[("aggressive", "Aggressive"), ("main", "Main")];

pub(crate) const IKE_PROPOSAL_AUTHENTICATION_METHOD: Choices = &[
    ("preshared-keys", "Pre-shared keys"),
    ("certificates", "Certificates"),
    ("rsa-signatures", "RSA signatures"),
    ("dsa-signatures", "DSA signatures"),
];

pub(crate) const IKE_PROPOSAL_ENCRYPTION_ALGORITHM: Choices = &[
    ("aes-128-cbc", "128-bit AES (CBC)"),
    ("aes-128-gcm", "128-bit AES (GCM)"),
    ("aes-192-cbc", "192-bit AES (CBC)"),
    ("aes-192-gcm", "192-bit AES (GCM)"),
    ("aes-256-cbc", "256-bit AES (CBC)"),
    ("aes-256-gcm", "256-bit AES (GCM)"),
    ("3des-cbc", "3DES"),
    ("des-cbc", "DES"),
];

pub(crate) const IKE_PROPOSAL_AUTHENTICATION_ALGORITHM: Choices = &[
    ("hmac-sha1", "SHA-1 HMAC"),
    ("hmac-sha256", "SHA-256 HMAC"),
    ("hmac-sha384", "SHA-384 HMAC"),
    ("hmac-sha512", "SHA-512 HMAC"),
    ("hmac-md5", "MD5 HMAC"),
];

pub(crate) const IKE_PROPOSAL_GROUP: Choices = &[
    ("1", "Group 1"),
    ("2", "Group 2"),
    ("5", "Group 5"),
    ("14", "Group 14"),
    ("15", "Group 15"),
    ("16", "Group 16"),
    ("17", "Group 17"),
    ("18", "Group 18"),
    ("19", "Group 19"),
    ("20", "Group 20"),
    ("21", "Group 21"),
    ("22", "Group 22"),
    ("23", "Group 23"),
    ("24", "Group 24"),
    ("25", "Group 25"),
    ("26", "Group 26"),
    ("27", "Group 27"),
    ("28", "Group 28"),
    ("29", "Group 29"),
    ("30", "Group 30"),
    ("31", "Group 31"),
    ("32", "Group 32"),
    ("33", "Group 33"),
    ("34", "Group 34"),
];

pub(crate) const IPSEC_PROFILE_MODE: Choices = &[("esp", "ESP"), ("ah", "AH")];

pub(crate) const TUNNEL_STATUS: Choices =
    &[("planned", "Planned"), ("active", "Active"), ("disabled", "Disabled")];

pub(crate) const TUNNEL_ENCAPSULATION: Choices = &[
    ("ipsec-transport", "IPsec - Transport"),
    ("ipsec-tunnel", "IPsec - Tunnel"),
    ("ip-ip", "IP-in-IP"),
    ("gre", "GRE"),
    ("wireguard", "WireGuard"),
    ("openvpn", "OpenVPN"),
    ("l2tp", "L2TP"),
    ("pptp", "PPTP"),
];

pub(crate) const L_VPN_TYPE: Choices = &[
    ("vpws", "VPWS"),
    ("vpls", "VPLS"),
    ("vxlan", "VXLAN"),
    ("vxlan-evpn", "VXLAN-EVPN"),
    ("mpls-evpn", "MPLS EVPN"),
    ("pbb-evpn", "PBB EVPN"),
    ("evpn-vpws", "EVPN VPWS"),
    ("epl", "EPL"),
    ("evpl", "EVPL"),
    ("ep-lan", "Ethernet Private LAN"),
    ("evp-lan", "Ethernet Virtual Private LAN"),
    ("ep-tree", "Ethernet Private Tree"),
    ("evp-tree", "Ethernet Virtual Private Tree"),
    ("spb", "SPB"),
];

pub(crate) const L_VPN_STATUS: Choices =
    &[("active", "Active"), ("planned", "Planned"), ("decommissioning", "Decommissioning")];
