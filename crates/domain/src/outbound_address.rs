//! Which network addresses a server may call because a customer's program named them. Everything that leads back into the
//! operator's own network is refused: loopback, private, link-local, shared (carriers'), multicast and reserved ranges,
//! also when they are wrapped into an IPv6 address. Asked by the webhooks for every address a name resolves to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether the address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Ranges of IPv4 that are not the internet's (IANA's special-purpose registry).
const V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let within = |(net, bits): &([u8; 4], u32)| {
        let mask = u32::MAX << (32 - bits);
        u32::from(address) & mask == u32::from_be_bytes(*net)
    };
    !V4.iter().any(within)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let parts = address.segments();
    let inner = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match parts {
        // Translated to IPv4 on the way (RFC 6052, 6to4): what counts is where it ends.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => is_public_v4(inner(high, low)),
        // Protocol assignments (Teredo among them) and documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // Global unicast; all other ranges are the operator's, one link's, many receivers' or nobody's.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::is_public;

    #[rstest]
    #[case("93.184.216.34", true)]
    #[case("1.1.1.1", true)]
    #[case("172.15.255.255", true)]
    #[case("172.32.0.1", true)]
    #[case("100.63.255.255", true)]
    #[case("100.128.0.1", true)]
    #[case("223.255.255.255", true)]
    #[case("2606:2800:220:1:248:1893:25c8:1946", true)]
    #[case("::ffff:93.184.216.34", true)]
    #[case("64:ff9b::1.1.1.1", true)]
    #[case("2002:101:101::1", true)]
    #[case::this_host("0.0.0.0", false)]
    #[case::loopback("127.0.0.1", false)]
    #[case::loopback_far("127.255.255.254", false)]
    #[case::private_10("10.1.2.3", false)]
    #[case::private_172("172.16.0.1", false)]
    #[case::private_172_end("172.31.255.255", false)]
    #[case::private_192("192.168.1.1", false)]
    #[case::link_local_metadata("169.254.169.254", false)]
    #[case::carriers("100.64.0.1", false)]
    #[case::carriers_end("100.127.255.255", false)]
    #[case::protocol("192.0.0.8", false)]
    #[case::documentation("203.0.113.9", false)]
    #[case::benchmarking("198.19.0.1", false)]
    #[case::multicast("224.0.0.1", false)]
    #[case::reserved("240.0.0.1", false)]
    #[case::broadcast("255.255.255.255", false)]
    #[case::v6_unspecified("::", false)]
    #[case::v6_loopback("::1", false)]
    #[case::v4_mapped_loopback("::ffff:127.0.0.1", false)]
    #[case::v4_mapped_private("::ffff:10.0.0.1", false)]
    #[case::v4_compatible("::127.0.0.1", false)]
    #[case::nat64_private("64:ff9b::10.0.0.1", false)]
    #[case::nat64_local("64:ff9b:1::1", false)]
    #[case::six_to_four_private("2002:a00:1::1", false)]
    #[case::teredo("2001::1", false)]
    #[case::v6_documentation("2001:db8::1", false)]
    #[case::v6_documentation_new("3fff::1", false)]
    #[case::unique_local("fd00::1", false)]
    #[case::v6_link_local("fe80::1", false)]
    #[case::site_local("fec0::1", false)]
    #[case::v6_multicast("ff02::1", false)]
    fn ranges(#[case] address: &str, #[case] public: bool) {
        assert_eq!(is_public(address.parse().expect("an address")), public);
    }
}
