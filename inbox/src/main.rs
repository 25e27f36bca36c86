//! Starts the inbox in the server's page (`GET /inbox`).

fn main() {
    doorstep_inbox::shell::start();
}
