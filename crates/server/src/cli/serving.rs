//! `serve` and `healthcheck`.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::{DatabaseArgs, print, seed};
use crate::attachments::{FileArgs, Storage};
use crate::demo::DEMO_APP_ID;
use crate::pages::demo::snippet;
use crate::rate_limit::LimitArgs;
use crate::serve::{Config, application};

#[derive(Args, Debug)]
pub(super) struct ServeArgs {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, env = "DOORSTEP_LISTEN", default_value = "127.0.0.1:4600", value_name = "ADDR")]
    listen: SocketAddr,
    #[command(flatten)]
    database: DatabaseArgs,
    /// The address people use, such as `https://chat.example.com`; the listening address when left out.
    #[arg(long, env = "DOORSTEP_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    public_url: Option<String>,
    /// Seed a workspace `demo` and serve a demo site; for this machine only.
    #[arg(long, env = "DOORSTEP_DEMO")]
    demo: bool,
    /// Believe the last `X-Forwarded-For` entry: set it when a reverse proxy of yours is in front, and only then.
    #[arg(long, env = "DOORSTEP_TRUST_PROXY")]
    trust_proxy: bool,
    /// Let webhooks go to every address, also in your own network, and by plain http. Whoever has an API token can then
    /// make this server call what stands beside it.
    #[arg(long, env = "DOORSTEP_ALLOW_PRIVATE_WEBHOOKS")]
    allow_private_webhooks: bool,
    /// Serve browser files from this directory instead of those inside the binary.
    #[arg(long, env = "DOORSTEP_ASSETS", value_name = "DIR")]
    assets: Option<PathBuf>,
    #[command(flatten)]
    files: FileArgs,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Listens with room for many who come at the same moment: after a restart all sockets do, and whoever finds no room tries
/// again a second later, or is refused. The system may allow less (`net.core.somaxconn`).
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    const ROOM: u32 = 4096;
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // As `TcpListener::bind` does, so that a restart finds its port free.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(ROOM)
}

pub(super) async fn serve(args: ServeArgs) -> Result<()> {
    if args.demo && !args.listen.ip().is_loopback() {
        bail!(
            "--listen {}: --demo seeds known log-ins and listens on a loopback address only (127.0.0.1)",
            args.listen
        );
    }
    let listener = listen(args.listen).with_context(|| {
        format!("--listen {}: cannot listen there; is something else using the port?", args.listen)
    })?;
    let listening = listener.local_addr()?;
    let store = args.database.open().await?;
    let seeded = if args.demo {
        std::fs::create_dir_all(&args.database.data_dir)?;
        Some(seed::seed(&store, &args.database.data_dir).await?)
    } else {
        None
    };
    let storage = Storage::open(&args.files, &args.database.data_dir)?;
    let config = Config {
        storage,
        public_url: args.public_url,
        assets: args.assets,
        limits: args.limits,
        trust_proxy: args.trust_proxy,
        allow_private_webhooks: args.allow_private_webhooks,
        demo: seeded.as_ref().map(|(_, demo)| demo.clone()),
    };
    let app = application(store, config, listening).await?;
    print(&format!("doorstep listening on http://{listening}"));
    if let Some((seeded, _)) = seeded {
        let url = &app.public_url;
        print(&format!(
            "\n  demo site   {url}/demo/\n  inbox       {url}/inbox\n  log in as   {email}\n  password    {password}\n  \
             API token   {token}\n\nTo put the Messenger on a page:\n\n<script>\n  window.intercomSettings = \
             {{api_base: \"{url}\", app_id: \"{DEMO_APP_ID}\"}};\n</script>\n<script>{snippet}</script>\n",
            email = seed::EMAIL,
            password = seeded.password,
            token = seeded.token,
            snippet = snippet(url, DEMO_APP_ID),
        ));
    }
    crate::serve::serve(listener, app).await
}

/// One plain HTTP request: no client library is needed for it.
pub(super) async fn healthcheck(url: &str) -> Result<()> {
    let host = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/')).with_context(|| {
        format!("--url {url}: give the server's own address, such as http://127.0.0.1:4600")
    })?;
    let mut stream =
        TcpStream::connect(host).await.with_context(|| format!("--url {url}: nothing answers there"))?;
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    let line = String::from_utf8_lossy(&answer);
    let line = line.lines().next().unwrap_or_default();
    if !line.contains(" 200 ") {
        bail!("the server at {url} is not well: {line}");
    }
    print("ok");
    Ok(())
}

fn public_url(text: &str) -> Result<String, String> {
    let parsed = url::Url::parse(text).map_err(|error| format!("{error}; write https://host"))?;
    if !["http", "https"].contains(&parsed.scheme()) || parsed.path() != "/" {
        return Err("write it as https://host or https://host:port, without a path".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::TcpStream;

    use super::listen;

    #[tokio::test]
    async fn many_may_come_before_the_first_is_let_in() {
        let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap();
        let many = 500.min(allowed.trim().parse::<usize>().unwrap());
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let all = (0..many).map(|_| TcpStream::connect(address));
        // Who finds no room is let wait for longer than this by the system.
        let come = tokio::time::timeout(Duration::from_secs(30), futures_util::future::join_all(all)).await;
        assert!(come.unwrap().iter().all(Result::is_ok));
    }
}
