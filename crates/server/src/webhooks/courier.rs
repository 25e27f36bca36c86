//! Calls the receivers of webhooks: one request, no redirects, five seconds, and to public addresses only. A name is
//! resolved here, its addresses are checked, and the very ones that were checked are connected to: a name that resolves
//! otherwise the next time gains nothing.

use std::error::Error as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use doorstep_domain::outbound_address::is_public;
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Method};
use url::{Host, Url};

/// What Intercom calls itself (S§4.1): receivers look at it.
const USER_AGENT: &str = "intercom-parrot-service-client/1.0";
/// Most characters of an address.
const LONGEST: usize = 2000;
/// How much of an answer is kept, bytes.
const SNIPPET: usize = 500;

/// Finds a name's addresses.
pub trait Names: Send + Sync + 'static {
    /// All of them.
    fn addresses(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>>;
}

/// The machine's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        Box::pin(
            async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect()) },
        )
    }
}

/// Why an address cannot be a receiver's; for the one who gave it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// No address of the web.
    #[error("url must be an address such as https://example.com/webhooks of at most {LONGEST} characters")]
    NotAnAddress,
    /// Not encrypted.
    #[error("url must begin with https://")]
    NotEncrypted,
    /// It has a user name or password.
    #[error("url must have no user name or password; verify the signature instead")]
    Credentials,
    /// It leads into the operator's own network.
    #[error(
        "{0} is not an address of the public internet; the operator can allow it with --allow-private-webhooks"
    )]
    Private(IpAddr),
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The answer's status, or why there was none.
    pub status: Result<u16, String>,
    /// The seconds of `Retry-After`.
    pub retry_after: Option<i64>,
    /// How long it took, milliseconds.
    pub duration_ms: i64,
    /// The beginning of the answer's body.
    pub response: Option<String>,
}

/// Sends requests to receivers.
pub struct Courier {
    /// The client, or why there is none.
    client: Result<Client, String>,
    private_too: bool,
    time_out: Duration,
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Courier").field("private_too", &self.private_too).finish_non_exhaustive()
    }
}

impl Courier {
    /// `private_too` allows every address, and http. A receiver has `time_out` for its answer.
    pub fn new(private_too: bool, names: Arc<dyn Names>, time_out: Duration) -> Self {
        // A second one is refused, which is no failure: the first does.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(time_out)
            .user_agent(USER_AGENT)
            .dns_resolver(PublicOnly { names, private_too })
            .build()
            .map_err(|error| innermost(&error));
        if let Err(error) = &client {
            tracing::warn!(error, "no webhooks can be sent");
        }
        Self { client, private_too, time_out }
    }

    /// Whether an address can be a receiver's, as far as it shows before its name is resolved.
    pub fn fit(&self, text: &str) -> Result<Url, Unfit> {
        let url = Url::parse(text).ok().filter(|_| text.chars().count() <= LONGEST);
        let url = url.filter(|url| ["http", "https"].contains(&url.scheme())).ok_or(Unfit::NotAnAddress)?;
        if url.scheme() == "http" && !self.private_too {
            return Err(Unfit::NotEncrypted);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Unfit::Credentials);
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) | None => None,
        };
        match address {
            Some(address) if !self.private_too && !is_public(address) => Err(Unfit::Private(address)),
            _ => Ok(url),
        }
    }

    /// Asks for nothing but whether somebody answers (S§4.1).
    pub async fn head(&self, url: &str) -> Answered {
        self.request(Method::HEAD, url, HeaderMap::new(), Vec::new()).await
    }

    /// Hands a body over.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: Vec<u8>) -> Answered {
        self.request(Method::POST, url, headers, body).await
    }

    async fn request(&self, method: Method, url: &str, headers: HeaderMap, body: Vec<u8>) -> Answered {
        let begun = Instant::now();
        let mut answered = Answered { status: Ok(0), retry_after: None, duration_ms: 0, response: None };
        // Checked each time: what the operator allows can have changed since it was saved.
        let sent = match (&self.client, self.fit(url)) {
            (Err(error), _) => Err(error.clone()),
            (_, Err(unfit)) => Err(unfit.to_string()),
            (Ok(client), Ok(url)) => {
                let sent = client.request(method, url).headers(headers).body(body).send().await;
                sent.map_err(|error| {
                    if error.is_timeout() {
                        format!("no answer within {} seconds", self.time_out.as_secs_f32())
                    } else {
                        innermost(&error)
                    }
                })
            }
        };
        match sent {
            Err(error) => answered.status = Err(error),
            Ok(mut response) => {
                answered.status = Ok(response.status().as_u16());
                let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                answered.retry_after = asked.and_then(|text| text.trim().parse().ok());
                let mut bytes = Vec::new();
                // What cannot be read is not needed: the status says it all.
                while bytes.len() < SNIPPET
                    && let Ok(Some(chunk)) = response.chunk().await
                {
                    bytes.extend_from_slice(&chunk);
                }
                bytes.truncate(SNIPPET);
                // Databases do not take a NUL in a text.
                let text = String::from_utf8_lossy(&bytes).replace('\0', "");
                answered.response = Some(text).filter(|text| !text.is_empty());
            }
        }
        answered.duration_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        answered
    }
}

/// The cause of a failure; what stands around it says the address again.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    if error.source().is_none() { "the request could not be sent".to_owned() } else { cause.to_string() }
}

/// Resolves names, and keeps the addresses that may be called.
struct PublicOnly {
    names: Arc<dyn Names>,
    private_too: bool,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, private_too) = (self.names.addresses(name.as_str().to_owned()), self.private_too);
        Box::pin(async move {
            let found = found.await?;
            // One private address among public ones is a trap or a mistake; either way nothing is sent.
            if let Some(address) = found.iter().find(|address| !private_too && !is_public(**address)) {
                return Err(Unfit::Private(*address).into());
            }
            let addresses: Addrs = Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}
