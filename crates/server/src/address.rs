//! The network address a request counts under. The peer's own address, or, behind a proxy that is named by
//! `--trust-proxy`, the last entry of `X-Forwarded-For` (the one our proxy wrote; earlier ones can be forged).

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::app::SharedApp;

/// The address as a key for rate limits: IPv4 whole, IPv6 cut to its /64, which is what one customer gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub String);

impl FromRequestParts<SharedApp> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let forwarded = app
            .trust_proxy
            .then(|| parts.headers.get_all("x-forwarded-for").iter().next_back())
            .flatten()
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .and_then(|value| value.trim().parse().ok());
        Ok(Self(forwarded.or(peer).map_or_else(|| "unknown".to_owned(), key)))
    }
}

fn key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_customer_is_one_key() {
        let one = key("2001:db8:1:2::1".parse().unwrap());
        assert_eq!(one, key("2001:db8:1:2:ffff::9".parse().unwrap()));
        assert_ne!(one, key("2001:db8:1:3::1".parse().unwrap()));
        assert_eq!(key("::ffff:192.0.2.7".parse().unwrap()), "192.0.2.7");
    }
}
