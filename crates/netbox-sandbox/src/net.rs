//! Arithmetic of IP addresses and networks.

use std::{
    fmt::{self, Display, Formatter},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// An address with the length of its network's prefix. A network has no bit set after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Net {
    /// The family first, so that the derived order is PostgreSQL's.
    pub(crate) v6: bool,
    bits: u128,
    pub(crate) length: u8,
}

impl Net {
    /// Reads `10.0.0.1/24`; without a mask, that of a single address is taken.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let (v6, bits) = match address.parse().ok()? {
            IpAddr::V4(address) => (false, u128::from(u32::from(address))),
            IpAddr::V6(address) => (true, u128::from(address)),
        };
        let most = if v6 { 128 } else { 32 };
        let length = match length {
            None => most,
            Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok()?,
            Some(_) => return None,
        };
        (length <= most).then_some(Self { v6, bits, length })
    }

    const fn width(self) -> u8 {
        if self.v6 { 128 } else { 32 }
    }

    /// The bits after the prefix.
    const fn host_mask(self) -> u128 {
        let host_bits = (self.width() - self.length) as u32;
        if host_bits == 128 { u128::MAX } else { (1 << host_bits) - 1 }
    }

    pub(crate) const fn family(self) -> u8 {
        if self.v6 { 6 } else { 4 }
    }

    pub(crate) const fn first(self) -> u128 {
        self.bits & !self.host_mask()
    }

    pub(crate) const fn last(self) -> u128 {
        self.bits | self.host_mask()
    }

    /// The address without its mask, as a number.
    pub(crate) const fn host(self) -> u128 {
        self.bits
    }

    /// The network that the address lies in.
    pub(crate) const fn network(self) -> Self {
        Self { bits: self.first(), ..self }
    }

    pub(crate) const fn is_network(self) -> bool {
        self.bits == self.first()
    }

    /// Another address of the same family, with this mask.
    pub(crate) const fn with_host(self, bits: u128) -> Self {
        Self { bits, ..self }
    }

    pub(crate) const fn with_length(self, length: u8) -> Self {
        Self { length, ..self }
    }

    /// The longest prefix of the family.
    pub(crate) const fn full_length(self) -> u8 {
        self.width()
    }

    /// Whether the other network lies in this one, or is it.
    pub(crate) const fn contains(self, other: Self) -> bool {
        self.v6 == other.v6
            && self.length <= other.length
            && self.first() <= other.first()
            && other.last() <= self.last()
    }

    /// The address alone, as text.
    pub(crate) fn host_text(self) -> String {
        if self.v6 {
            Ipv6Addr::from(self.bits).to_string()
        } else {
            Ipv4Addr::from(u32::try_from(self.bits).unwrap_or(u32::MAX)).to_string()
        }
    }

    /// What of this network the given ranges leave free, as few networks as possible, in order.
    pub(crate) fn free(self, taken: &[(u128, u128)]) -> Vec<Self> {
        let mut found = Vec::new();
        let mut next = Some(self.first());
        for &(first, last) in &merged(taken) {
            let Some(from) = next else { break };
            if last < from || first > self.last() {
                continue;
            }
            if first > from {
                self.cover(from, first - 1, &mut found);
            }
            next = last.checked_add(1).filter(|next| *next <= self.last());
        }
        if let Some(from) = next {
            self.cover(from, self.last(), &mut found);
        }
        found
    }

    /// Covers a range of addresses with as few networks as possible.
    fn cover(self, mut first: u128, last: u128, found: &mut Vec<Self>) {
        loop {
            let mut host_bits = if first == 0 { 128 } else { first.trailing_zeros() };
            host_bits = host_bits.min(u32::from(self.width()));
            let size_mask = |bits: u32| if bits == 128 { u128::MAX } else { (1 << bits) - 1 };
            while first.checked_add(size_mask(host_bits)).is_none_or(|end| end > last) {
                host_bits -= 1;
            }
            let length = self.width() - u8::try_from(host_bits).unwrap_or(0);
            found.push(Self { v6: self.v6, bits: first, length });
            let Some(next) = first.checked_add(size_mask(host_bits)).and_then(|n| n.checked_add(1))
            else {
                return;
            };
            if next > last {
                return;
            }
            first = next;
        }
    }
}

/// Sorted ranges without overlaps.
pub(crate) fn merged(ranges: &[(u128, u128)]) -> Vec<(u128, u128)> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<(u128, u128)> = Vec::with_capacity(sorted.len());
    for (first, last) in sorted {
        match merged.last_mut() {
            Some(before) if first <= before.1 => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    merged
}

impl Display for Net {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host_text(), self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Net {
        Net::parse(text).unwrap()
    }

    #[test]
    fn reads_and_writes() {
        for text in ["10.0.0.1/24", "0.0.0.0/0", "2001:db8::1/64", "::/0", "255.255.255.255/32"] {
            assert_eq!(net(text).to_string(), text);
        }
        assert_eq!(net("10.0.0.1").to_string(), "10.0.0.1/32");
        for text in ["300.1.1.1/24", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "x", "", "::/129"] {
            assert_eq!(Net::parse(text), None, "{text}");
        }
    }

    #[test]
    fn knows_what_lies_inside() {
        assert!(net("10.0.0.0/8").contains(net("10.1.0.0/16")));
        assert!(!net("10.1.0.0/16").contains(net("10.0.0.0/8")));
        assert!(!net("::/0").contains(net("10.0.0.0/8")));
        assert_eq!(net("10.1.2.3/16").network(), net("10.1.0.0/16"));
    }

    #[test]
    fn finds_what_is_free() {
        let free = |parent: &str, taken: &[&str]| -> Vec<String> {
            let taken: Vec<_> =
                taken.iter().map(|text| (net(text).first(), net(text).last())).collect();
            net(parent).free(&taken).iter().map(Net::to_string).collect()
        };
        assert_eq!(free("10.0.0.0/16", &[]), ["10.0.0.0/16"]);
        assert_eq!(free("10.0.0.0/24", &["10.0.0.0/26"]), ["10.0.0.64/26", "10.0.0.128/25"]);
        assert_eq!(free("10.0.0.0/24", &["10.0.0.0/24"]), Vec::<String>::new());
        assert_eq!(free("0.0.0.0/0", &[]), ["0.0.0.0/0"]);
        assert_eq!(free("::/0", &[]), ["::/0"]);
        assert_eq!(free("::/0", &["8000::/1"]), ["::/1"]);
    }
}
