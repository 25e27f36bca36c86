//! Bodies and searches nobody thought of, made from the description: no 5xx, no panic, and no answer that is otherwise than
//! described. Two seconds here, a minute in `cargo xtask test fuzz`; the seed is fixed, so a run can be repeated.
//!
//! What was found is kept in `fuzz_cases/`, a request a file, and tried first.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use doorstep_domain::search::{CONTACT_FIELDS, CONVERSATION_FIELDS};
use doorstep_server::rest::description::{Field, Kind, Operation, operations};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::world::{Program, World};

/// Words that mean something somewhere.
const WORDS: &[&str] = &[
    "",
    "a",
    "0",
    "1",
    "-1",
    "lead",
    "user",
    "contact",
    "admin",
    "team",
    "company",
    "comment",
    "note",
    "close",
    "open",
    "snoozed",
    "assignment",
    "source",
    "conversation_part",
    "ascending",
    "descending",
    "string",
    "options",
    "inapp",
    "ada@example.com",
    "plan",
    "custom_attributes.plan",
    "created_at",
    "2026-01-01",
    "1767225600",
    "NULL",
    "%",
    "_",
    "\\",
    "'",
    "\"; --",
    "\u{202e}",
    "\u{1F40C}",
    "\u{FFFF}",
];

const OPERATORS: &[&str] =
    &["=", "!=", "IN", "NIN", "<", ">", "<=", ">=", "~", "!~", "^", "$", "AND", "OR", "LIKE"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/rest/fuzz_cases")
}

/// Any small JSON.
fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0_i64..3).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(WORDS).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((select(WORDS), inner), 0..4)
                .prop_map(|pairs| pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
    .boxed()
}

/// A filter, or groups of filters a level deeper than is allowed.
fn query() -> BoxedStrategy<Value> {
    let names: Vec<&str> = CONTACT_FIELDS.iter().chain(CONVERSATION_FIELDS).map(|field| field.name).collect();
    let field = prop_oneof![4 => select(names).prop_map(Value::from), 1 => anything()];
    let value =
        prop_oneof![2 => anything(), 1 => prop::collection::vec(anything(), 0..4).prop_map(Value::from)];
    let filter = (field, select(OPERATORS), value)
        .prop_map(|(field, operator, value)| json!({"field": field, "operator": operator, "value": value}));
    filter
        .prop_recursive(3, 16, 4, |inner| {
            (select(&["AND", "OR"][..]), prop::collection::vec(inner, 0..16))
                .prop_map(|(operator, value)| json!({"operator": operator, "value": value}))
        })
        .boxed()
}

/// What a field may be, mostly.
fn value(kind: Kind) -> BoxedStrategy<Value> {
    let right = match kind {
        Kind::Text(limit) => prop_oneof![
            6 => select(WORDS).prop_map(Value::from),
            2 => ".{0,40}".prop_map(Value::from),
            1 => Just(Value::from("a".repeat(limit))),
        ]
        .boxed(),
        Kind::Id | Kind::Number => prop_oneof![
            (0_i64..4).prop_map(Value::from),
            (0_i64..4).prop_map(|id| id.to_string().into()),
            any::<i64>().prop_map(Value::from)
        ]
        .boxed(),
        Kind::Time => (0_i64..4_000_000_000).prop_map(Value::from).boxed(),
        Kind::Amount => {
            prop_oneof![any::<f64>().prop_map(Value::from), any::<i64>().prop_map(Value::from)].boxed()
        }
        Kind::Flag => any::<bool>().prop_map(Value::from).boxed(),
        Kind::Object(fields) => object(fields),
        Kind::Map => prop::collection::vec((select(WORDS), anything()), 0..4)
            .prop_map(|pairs| pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            .boxed(),
        Kind::List(kind) => prop::collection::vec(value(*kind), 0..4).prop_map(Value::from).boxed(),
        Kind::Bytes => {
            prop_oneof![Just(Value::from("aGVsbG8=")), any::<String>().prop_map(Value::from)].boxed()
        }
        Kind::Query => query(),
        Kind::Either(kinds) => proptest::strategy::Union::new(kinds.iter().map(|kind| value(*kind))).boxed(),
    };
    prop_oneof![8 => right, 1 => anything()].boxed()
}

/// Some of these fields, the needed ones mostly.
fn object(fields: &'static [Field]) -> BoxedStrategy<Value> {
    let each: Vec<_> = fields
        .iter()
        .map(|field| {
            let there = if field.needed { 0.95 } else { 0.4 };
            (prop::option::weighted(there, value(field.kind))).prop_map(|value| (field.name, value))
        })
        .collect();
    each.prop_map(|fields| {
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Value>()
    })
    .boxed()
}

/// A request: the operation's, with ids that are mostly there.
fn request(operation: &'static Operation, ids: &[String]) -> BoxedStrategy<String> {
    let path: Vec<BoxedStrategy<String>> = operation
        .path
        .split('/')
        .map(|part| {
            if part.starts_with('{') {
                prop_oneof![6 => select(ids.to_vec()), 1 => "[0-9a-z]{1,8}"].boxed()
            } else {
                Just(part.to_owned()).boxed()
            }
        })
        .collect();
    let body = match operation.body {
        Some(fields) => {
            prop_oneof![20 => object(fields), 1 => anything()].prop_map(|body| body.to_string()).boxed()
        }
        None => Just(String::new()).boxed(),
    };
    let versions = select(&["2.10", "2.14", "2.16", "2.16"][..]);
    (path, versions, body)
        .prop_map(|(path, version, body)| {
            format!("{} {} {version}\n{body}", operation.method, path.join("/"))
        })
        .boxed()
}

/// Sends a request as it stands in a file; a panic or an answer that is not described says what is wrong.
async fn send(ours: &Program, request: &str) -> Result<(), String> {
    let (line, body) = request.split_once('\n').unwrap();
    let mut words = line.split(' ');
    let (method, path, version) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
    let versions = ["2.10", "2.14", "2.16"];
    let version = versions.into_iter().find(|known| *known == version);
    let (ours, method, path, body) =
        (ours.speaking(version), method.to_owned(), path.to_owned(), body.as_bytes().to_vec());
    let call = async move { ours.call(&method, &path, body).await.status.as_u16() };
    match tokio::spawn(call).await {
        Ok(status) if status < 500 => Ok(()),
        Ok(status) => Err(format!("answered {status}")),
        Err(error) => Err(error.to_string()),
    }
}

/// A workspace in which the ids 1 and 2 and the names of `WORDS` are something.
async fn stage() -> (World, Program, Vec<String>) {
    let world = World::new().await;
    let ours = world.ours().await;
    let attribute = json!({"name": "plan", "model": "contact", "data_type": "string"});
    ours.post("/data_attributes", &attribute).await.ok();
    let user = ours.contact(&json!({"external_id": "1", "email": "ada@example.com"})).await;
    let lead = ours.contact(&json!({"role": "lead", "external_id": "a"})).await;
    for body in ["Hi", "Hello"] {
        let from = json!({"type": "lead", "id": lead});
        ours.post("/conversations", &json!({"from": from, "body": body})).await.ok();
    }
    let ids = vec!["1".to_owned(), "2".to_owned(), user, lead];
    (world, ours, ids)
}

#[test]
fn what_was_found_once_stays_mended() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (_world, ours, _) = runtime.block_on(stage());
    let mut tried = 0;
    for file in std::fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        let request = std::fs::read_to_string(&path).unwrap();
        let done = runtime.block_on(send(&ours, &request));
        assert_eq!(done, Ok(()), "{}", path.display());
        tried += 1;
    }
    assert!(tried > 0, "no cases in {}", folder().display());
}

#[test]
fn nothing_answers_5xx_or_otherwise_than_described() {
    let seconds = std::env::var("DOORSTEP_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    let end = Instant::now() + Duration::from_secs(seconds);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (mut world, mut ours, mut ids) = runtime.block_on(stage());
    let all: Vec<&'static Operation> = operations().collect();
    let mut strategies: Vec<_> = all.iter().map(|operation| request(operation, &ids)).collect();
    let mut count = 0;
    while Instant::now() < end {
        // From time to time a new town: what was made and deleted must not make all ids unknown.
        if count % 2_000 == 1_999 {
            (world, ours, ids) = runtime.block_on(stage());
            strategies = all.iter().map(|operation| request(operation, &ids)).collect();
        }
        let strategy = &strategies[count % strategies.len()];
        let mut tree = strategy.new_tree(&mut runner).unwrap();
        count += 1;
        let Err(mut why) = runtime.block_on(send(&ours, &tree.current())) else { continue };
        let mut worst = tree.current();
        // Smaller, as long as it still fails.
        for _ in 0..300 {
            if !tree.simplify() {
                break;
            }
            match runtime.block_on(send(&ours, &tree.current())) {
                Err(again) => (why, worst) = (again, tree.current()),
                Ok(()) if !tree.complicate() => break,
                Ok(()) => {}
            }
        }
        let name = worst.bytes().fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        let mut file = folder().display().to_string();
        write!(file, "/{name:016x}.txt").unwrap();
        std::fs::write(&file, &worst).unwrap();
        panic!("after {count} requests: {why}\n{worst}\nkept in {file}");
    }
    drop(world);
    println!("{count} requests in {seconds} s");
    assert!(count > 10, "only {count} requests");
}
