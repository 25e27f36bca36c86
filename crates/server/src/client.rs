//! Who calls the messenger API: the network address, for limits, and the site whose page it is, for trusted domains
//! (M§6.4). Browsers name the site in `Origin`, else in `Referer`; pages cannot choose what stands there. Programs can:
//! trusted domains keep other websites out, not programs.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use doorstep_domain::trusted_domains::{TrustedDomains, host_of};

use crate::address::ClientAddress;
use crate::app::{App, SharedApp};
use crate::error::{Answer, AppError};

/// A caller.
#[derive(Clone, Debug)]
pub struct Client {
    /// Counts the requests.
    pub address: ClientAddress,
    /// The page's site.
    pub site: Site,
}

/// The site a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Site {
    /// A host.
    Host(String),
    /// A page without an origin: a sandboxed frame, a file.
    Opaque,
    /// A page of this server: the Messenger's own frame, the demo.
    Ours,
    /// The browser does not say.
    Unknown,
}

impl FromRequestParts<SharedApp> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Infallible> {
        let address = ClientAddress::from_request_parts(parts, app).await?;
        Ok(Self { address, site: Site::of(app, &parts.headers) })
    }
}

impl Site {
    /// Reads the headers.
    pub fn of(app: &App, headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        match text(header::ORIGIN).or_else(|| text(header::REFERER)) {
            None => Self::Unknown,
            Some(address) => Self::at(app, headers, address),
        }
    }

    /// The site of an address that the page itself gave; the Messenger's frame tells where it stands so.
    pub fn at(app: &App, headers: &HeaderMap, address: &str) -> Self {
        let Some(host) = host_of(address) else { return Self::Opaque };
        let asked = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        let asked = asked.and_then(|authority| host_of(&format!("http://{authority}")));
        if asked.as_ref() == Some(&host) || host_of(&app.public_url).as_ref() == Some(&host) {
            return Self::Ours;
        }
        Self::Host(host)
    }

    /// Refuses a site that is not on the list (403). The Messenger writes the words to the page's console.
    pub fn trusted_by(&self, domains: &TrustedDomains) -> Answer<()> {
        let name = match self {
            Self::Host(host) if !domains.contain(host) => host,
            Self::Opaque if !domains.are_all() => "a page without an origin",
            _ => return Ok(()),
        };
        Err(AppError::site_not_trusted(name))
    }

    /// A name for counters: the host, or an empty text.
    pub fn name(&self) -> &str {
        match self {
            Self::Host(host) => host,
            Self::Opaque | Self::Ours | Self::Unknown => "",
        }
    }
}
