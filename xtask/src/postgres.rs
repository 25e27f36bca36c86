//! A private PostgreSQL for one test run: its own folder, a free port, stopped and removed when dropped.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command;
use crate::prepare::debian;

/// A running cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    bin: PathBuf,
    data: PathBuf,
    home: tempfile::TempDir,
    port: u16,
}

impl Cluster {
    /// Makes and starts one.
    pub(crate) fn start() -> Result<Self> {
        let bin = debian::postgres()?;
        let home = tempfile::Builder::new().prefix("doorstep-pg").tempdir()?;
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755))?;
        let data = home.path().join("data");
        std::fs::create_dir(&data)?;
        if debian::is_root() {
            command::run(Command::new("chown").arg("postgres").arg(&data))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let cluster = Self { bin, data, home, port };
        let data = cluster.data.display().to_string();
        command::read(
            &mut cluster.program("initdb", &["-D", &data, "-U", "doorstep", "--auth=trust", "-E", "UTF8"]),
        )
        .context("making a PostgreSQL cluster")?;
        let options = format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data}");
        let log = cluster.data.join("log").display().to_string();
        let start = ["-D", &data, "-w", "-l", &log, "-o", &options, "start"];
        // Its output must not be a pipe: the server keeps it open.
        command::run(cluster.program("pg_ctl", &start).stdout(std::process::Stdio::null()))
            .context("starting PostgreSQL")?;
        Ok(cluster)
    }

    /// An address on which databases can be created.
    pub(crate) fn url(&self) -> String {
        format!("postgres://doorstep@127.0.0.1:{}/postgres", self.port)
    }

    /// A program of PostgreSQL; as the user `postgres` when we are root, because it refuses to run as root.
    fn program(&self, name: &str, arguments: &[&str]) -> Command {
        let program = self.bin.join(name);
        let mut found = if debian::is_root() {
            let mut runuser = Command::new("runuser");
            runuser.args(["-u", "postgres", "--"]).arg(program);
            runuser
        } else {
            Command::new(program)
        };
        found.args(arguments).current_dir(Path::new("/tmp"));
        found
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data.display().to_string();
        if let Err(error) =
            command::read(&mut self.program("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]))
        {
            eprintln!("PostgreSQL in {} was not stopped: {error}", self.home.path().display());
        }
    }
}
