//! Migrations go forward only: what has been released is never edited, and both databases have the same numbers.

use sqlx::migrate::Migrator;

/// Number and checksum (the first 16 digits of SHA-384) of every released migration. Add a line for a new one; a
/// changed line means that somebody's database would refuse to start.
const SQLITE: &[(i64, &str)] =
    &[(1, "41a7db42126f15ce"), (2, "b69e6ea984235853"), (3, "699f93ddc2e714e1"), (6, "6c255bc4d09f0321")];
const POSTGRES: &[(i64, &str)] =
    &[(1, "37e0751478485823"), (2, "9970a812e798080a"), (3, "2564a868e39c5049"), (6, "0cd64f0b6638c26f")];

fn listed(migrator: &Migrator) -> Vec<(i64, String)> {
    let hex =
        |bytes: &[u8]| bytes.iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    migrator.iter().map(|migration| (migration.version, hex(&migration.checksum))).collect()
}

fn owned(list: &[(i64, &str)]) -> Vec<(i64, String)> {
    list.iter().map(|(number, checksum)| (*number, (*checksum).to_owned())).collect()
}

#[test]
fn released_migrations_are_never_edited() {
    assert_eq!(listed(&sqlx::migrate!("migrations/sqlite")), owned(SQLITE));
    assert_eq!(listed(&sqlx::migrate!("migrations/postgres")), owned(POSTGRES));
}

#[test]
fn both_databases_have_the_same_numbers() {
    let numbers = |list: &[(i64, &str)]| list.iter().map(|(number, _)| *number).collect::<Vec<_>>();
    assert_eq!(numbers(SQLITE), numbers(POSTGRES));
}
