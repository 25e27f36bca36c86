//! REST calls, one after the other, and how long each takes.

use std::time::{Duration, Instant};

use crate::http::Client;
use crate::spread;
use crate::support::Server;

/// Most calls of a kind.
const CALLS: u32 = 2_000;
/// The first of a kind, told apart: with each connection to the database the server prepares a statement when it is first asked,
/// and PostgreSQL plans it anew the first five times.
const FIRST: u32 = 50;
/// No more calls of a kind after this time.
const ENOUGH: Duration = Duration::from_secs(6);

/// A call: method, path, body.
pub(crate) type Call = (&'static str, String, String);

/// A program with a token.
pub(crate) struct Calls {
    client: Client,
    headers: String,
}

impl Calls {
    /// Connects.
    pub(crate) async fn new(server: &Server) -> Self {
        let headers =
            format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", server.rest_token());
        Self { client: Client::connect(&server.url()).await, headers }
    }

    /// Prints how long the calls take that `call` makes of numbers; each must answer 200 with `expected` in it.
    pub(crate) async fn time(
        &mut self,
        what: &str,
        limit: Duration,
        expected: &str,
        call: impl Fn(u32) -> Call,
    ) {
        let mut times: Vec<Duration> = Vec::new();
        let mut first = Duration::ZERO;
        let begin = Instant::now();
        for number in 0..FIRST + CALLS {
            let (method, path, body) = call(number);
            if number == FIRST {
                first = times.drain(..).max().unwrap_or_default();
            }
            let start = Instant::now();
            let (status, answer) = self.client.ask(method, &path, &self.headers, &body).await;
            times.push(start.elapsed());
            let answer = String::from_utf8_lossy(answer);
            assert!(status == 200 && answer.contains(expected), "{what}: {status} {answer}");
            if begin.elapsed() > ENOUGH {
                break;
            }
        }
        let first = first.as_secs_f64() * 1e3;
        println!(
            "  {what:<46} {:>5} calls: {} (the first {FIRST} up to {first:.1} ms)",
            times.len(),
            spread(&mut times, limit)
        );
    }
}
