//! Migrations go forward only: what has been released is never edited, and both databases have the same numbers.

use sqlx::migrate::Migrator;

/// Number and checksums (the first 16 digits of SHA-384; SQLite's, PostgreSQL's) of every released migration. Add a line
/// for a new one; a changed line means that somebody's database would refuse to start.
const RELEASED: &[(i64, &str, &str)] = &[
    (1, "41a7db42126f15ce", "37e0751478485823"),
    (2, "b69e6ea984235853", "9970a812e798080a"),
    (3, "699f93ddc2e714e1", "2564a868e39c5049"),
    (4, "0e1623f45a1d6ca1", "ca42ea8b229c4479"),
    (5, "054a19eecf0d5c9d", "8fb6acf5dcc3c8d8"),
    (6, "6c255bc4d09f0321", "0cd64f0b6638c26f"),
    (7, "fd44585c871e2900", "14bdf906aae5dcdc"),
    (8, "65eae9cd5fa04371", "02ae4076e32655b9"),
    (9, "ff5de018414c2e9f", "70392520d3f9fbbf"),
    (10, "78b53f019cd30303", "46f2577c9ef1f35b"),
    (11, "e7aa663acbf663e3", "60a0a08901e51de3"),
    (12, "12e502867422a7c1", "570d596f4b90ac45"),
    (13, "69de7833e318818a", "c005b4002866b492"),
    (14, "cb2763d495e07779", "cb2763d495e07779"),
    (15, "9b6fb17d407370ef", "9c3aa3915cb948e1"),
    (16, "7a9d8b13c9ec338a", "7a9d8b13c9ec338a"),
    (17, "c49f81263d25bcc5", "52592050baa39a19"),
    (18, "7d40222f678a7d5e", "1745954890b6d633"),
    (19, "e7b275f3216c2940", "4a52d9507afc6bbe"),
    (20, "bb7a33d1db00fa3a", "1977b4877c50d9e5"),
    (21, "00772be15a0a9ad1", "f77973959220ea4d"),
];

fn listed(migrator: &Migrator) -> Vec<(i64, String)> {
    let hex =
        |bytes: &[u8]| bytes.iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    migrator.iter().map(|migration| (migration.version, hex(&migration.checksum))).collect()
}

#[test]
fn released_migrations_are_never_edited() {
    let sqlite = RELEASED.iter().map(|(number, sqlite, _)| (*number, (*sqlite).to_owned()));
    assert_eq!(listed(&sqlx::migrate!("migrations/sqlite")), sqlite.collect::<Vec<_>>());
    let postgres = RELEASED.iter().map(|(number, _, postgres)| (*number, (*postgres).to_owned()));
    assert_eq!(listed(&sqlx::migrate!("migrations/postgres")), postgres.collect::<Vec<_>>());
}
