//! Subscriptions that are refused: wrong bodies, receivers that do not answer, and addresses that lead into the operator's
//! own network, by whatever name.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use doorstep_server::webhooks::courier::{Courier, Names};
use futures_util::future::BoxFuture;
use rstest::rstest;
use serde_json::{Value, json};

use crate::receiver::{Reaction, Receiver};
use crate::world::World;

/// Every name has the address it says, with lines for dots: `10-0-0-1.example`; `+` stands between several.
struct SaidByName;

impl Names for SaidByName {
    fn addresses(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let first = name.split('.').next().unwrap_or_default().to_owned();
        let read = |text: &str| {
            let v6 = text.strip_prefix('x').map(|text| text.replace('-', ":"));
            v6.unwrap_or_else(|| text.replace('-', ".")).parse().unwrap()
        };
        Box::pin(async move { Ok(first.split("_and_").map(read).collect()) })
    }
}

#[rstest]
#[case::loopback("https://127.0.0.1/hook", "127.0.0.1 is not")]
#[case::loopback_in_hex("https://0x7f000001/hook", "127.0.0.1 is not")]
#[case::loopback_short("https://127.1/hook", "127.0.0.1 is not")]
#[case::private("https://10.0.0.1/hook", "10.0.0.1 is not")]
#[case::metadata("https://169.254.169.254/latest", "169.254.169.254 is not")]
#[case::carriers("https://100.64.1.1/", "100.64.1.1 is not")]
#[case::multicast("https://224.0.0.1/", "224.0.0.1 is not")]
#[case::unspecified("https://0.0.0.0/", "0.0.0.0 is not")]
#[case::v6_loopback("https://[::1]/hook", "::1 is not")]
#[case::mapped("https://[::ffff:10.0.0.1]/", "::ffff:10.0.0.1 is not")]
#[case::unique_local("https://[fd00::1]/", "fd00::1 is not")]
#[case::name_of_loopback("https://127-0-0-1.example/hook", "127.0.0.1 is not")]
#[case::name_of_private("https://192-168-1-1.example:8443/hook", "192.168.1.1 is not")]
#[case::name_of_metadata("https://169-254-169-254.example/", "169.254.169.254 is not")]
#[case::name_of_carriers("https://100-64-0-1.example/", "100.64.0.1 is not")]
#[case::name_of_v6("https://xfe80--1.example/", "fe80::1 is not")]
#[case::name_of_mapped("https://x--ffff-a00-1.example/", "::ffff:10.0.0.1 is not")]
#[case::name_of_both("https://1-1-1-1_and_10-0-0-1.example/", "10.0.0.1 is not")]
#[case::not_encrypted("http://1-1-1-1.example/", "https://")]
#[case::not_the_web("ftp://1-1-1-1.example/", "must be an address")]
#[case::nothing("hook", "must be an address")]
#[case::file("file:///etc/passwd", "must be an address")]
#[case::credentials("https://ada:lovelace@1-1-1-1.example/", "password")]
#[tokio::test]
async fn addresses_that_are_not_called(#[case] url: &str, #[case] why: &str) {
    let courier = Courier::new(false, Arc::new(SaidByName), Duration::from_secs(5));
    let world = World::with(0, courier).await;
    let ours = world.ours().await;
    let body = json!({"url": url, "topics": ["contact.lead.created"]});
    let (status, code, message, field) = ours.post("/subscriptions", &body).await.refusal();
    assert_eq!((status, &*code, field.as_deref()), (400, "parameter_invalid", Some("url")));
    assert!(message.contains(why), "{message}");
    assert_eq!(ours.get("/subscriptions").await.ok()["items"], json!([]));
}

#[rstest]
#[case(json!({"topics": ["ping"]}), "url")]
#[case(json!({"url": null, "topics": ["ping"]}), "url")]
#[case(json!({"url": 7, "topics": ["ping"]}), "url")]
#[case(json!({"url": "URL"}), "topics")]
#[case(json!({"url": "URL", "topics": []}), "topics")]
#[case(json!({"url": "URL", "topics": "ping"}), "topics")]
#[case(json!({"url": "URL", "topics": [7]}), "topics")]
#[case(json!({"url": "URL", "topics": ["ping", "contact.created"]}), "topics[1]")]
#[case(json!({"url": "URL", "topics": ["ping"], "hub_secret": "short"}), "hub_secret")]
#[case(json!({"url": "URL", "topics": ["ping"], "state": "disabled"}), "state")]
#[case(json!({"url": "URL", "topics": ["ping"], "active": "yes"}), "active")]
#[case(json!({"url": "URL", "topics": ["ping"], "api_version": "1.4"}), "api_version")]
#[case(json!({"url": "URL", "topics": ["ping"], "timestamps": "rfc"}), "timestamps")]
#[tokio::test]
async fn wrong_bodies(#[case] mut body: Value, #[case] field: &str) {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    if body["url"] == "URL" {
        body["url"] = receiver.url().into();
    }
    let ours = world.ours().await;
    let (status, _, message, at) = ours.post("/subscriptions", &body).await.refusal();
    assert_eq!((status, at.as_deref()), (400, Some(field)), "{message}");
    assert_eq!(ours.get("/subscriptions").await.ok()["items"], json!([]));
    assert_eq!(receiver.got().len(), 0, "a receiver is called last");
}

#[tokio::test]
async fn a_receiver_must_answer_before_it_is_saved() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let ours = world.ours().await;
    let body = json!({"url": receiver.url(), "topics": ["ping"]});
    for (reaction, why) in [
        (Reaction::Status(404), "it answered 404"),
        (Reaction::With(302, "location", receiver.url()), "it answered 302"),
        (Reaction::Never, "no answer within"),
    ] {
        receiver.answers(reaction);
        let (_, _, message, field) = ours.post("/subscriptions", &body).await.refusal();
        assert_eq!(field.as_deref(), Some("url"));
        assert!(message.contains(why), "{message}");
    }
    let made = ours.post("/subscriptions", &body).await.ok();
    receiver.answers(Reaction::Status(404));
    let path = format!("/subscriptions/{}", made["id"].as_str().unwrap());
    let elsewhere = json!({"url": format!("{}?elsewhere", receiver.url())});
    assert_eq!(ours.put(&path, &elsewhere).await.refusal().3.as_deref(), Some("url"));
    assert_eq!(ours.get(&path).await.ok()["url"], receiver.url());
    for path in [
        "/subscriptions/0",
        "/subscriptions/x",
        "/subscriptions/0/deliveries",
        "/subscriptions/99999999999999999999",
    ] {
        assert_eq!(ours.get(path).await.refused(), (404, "not_found".to_owned()), "{path}");
    }
}
