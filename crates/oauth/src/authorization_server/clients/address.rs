//! Which addresses may be asked for a document: whoever names a client makes this server send a
//! request, and must not reach by it what only this server can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Whether a text is the address of a document that would be fetched: `https`, the usual port, a
/// name for a host, a path, and written as it will be asked.
pub(super) fn is_document_address(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    // Written otherwise, it would be another name of the same document.
    url.as_str() == text
        && url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
        && url.path().len() > 1
        && matches!(url.host(), Some(Host::Domain(name)) if name.contains('.') && !name.ends_with('.'))
}

/// Whether an address is one of the public internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// The IANA IPv4 Special-Purpose Address Registry, and multicast.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 31, 196)
            | (192, 52, 193)
            | (192, 88, 99)
            | (192, 168, _)
            | (192, 175, 48)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

/// Global unicast, without what is set aside in it, and without what leads to another address.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_global_unicast = (0x2000..=0x3fff).contains(&a);
    let is_set_aside = matches!((a, b), (0x2001, 0..=0x1ff | 0xdb8) | (0x2002, _) | (0x2620, 0x4f))
        || (0x3ff0..=0x3fff).contains(&a);
    is_global_unicast && !is_set_aside
}

#[cfg(test)]
mod tests {
    use super::{is_document_address, is_public};

    #[test]
    fn only_public_addresses_are_public() {
        for public in [
            "1.1.1.1",
            "93.184.216.34",
            "172.15.0.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn a_document_has_one_address() {
        for good in ["https://claude.ai/oauth/x", "https://a.example/c.json?v=1"] {
            assert!(is_document_address(good), "{good}");
        }
        for bad in [
            "",
            "client",
            "http://a.example/c",
            "https://a.example",
            "https://a.example/",
            "https://a.example:8443/c",
            "https://a.example:443/c",
            "https://A.example/c",
            "https://u@a.example/c",
            "https://u:p@a.example/c",
            "https://a.example/c#x",
            "https://a.example/../c",
            "https://a.example/x/./c",
            "https://a.example/x/%2e%2e/c",
            "https://127.0.0.1/c",
            "https://[::1]/c",
            "https://2130706433/c",
            "https://0x7f.1/c",
            "https://localhost/c",
            "https://a.example./c",
            "https://a.example/c d",
            "https:a.example/c",
            "https:\\\\a.example\\c",
            "https://a.example\\@b.example/c",
        ] {
            assert!(!is_document_address(bad), "{bad}");
        }
    }
}
