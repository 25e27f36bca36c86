//! `cargo xtask test deny`: every package of the lock file has a licence `deny.toml` allows, comes from crates.io, and is
//! not banned there. Reads what cargo knows; needs no network and no further tool.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::command;
use crate::paths::Paths;

/// Reports every breach at once.
pub(crate) fn check(paths: &Paths) -> Result<()> {
    let rules = std::fs::read_to_string(paths.root.join("deny.toml"))?;
    let allowed = quoted(rules.split("allow = [").nth(1).context("deny.toml has no `allow`")?, ']');
    let banned: Vec<&str> =
        rules.split("name = \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut tree = Command::new("cargo");
    tree.current_dir(&paths.root).args([
        "tree",
        "--workspace",
        "--locked",
        "--target",
        "all",
        "--prefix",
        "none",
    ]);
    tree.args(["--edges", "normal,build,dev", "--format", "{p}\t{l}"]);
    let tree = command::read(&mut tree)?;
    let mut breaches: Vec<String> = Vec::new();
    for line in tree.lines() {
        let Some((package, licence)) = line.split_once('\t') else { continue };
        let licence = licence.trim_end_matches(" (*)");
        let name = package.split(' ').next().unwrap_or_default();
        if banned.contains(&name) {
            breaches.push(format!("{package} is banned by deny.toml"));
        }
        if !package.contains(&*paths.root.to_string_lossy())
            && package.contains('(')
            && package.contains("git")
        {
            breaches.push(format!("{package} does not come from crates.io"));
        }
        if !satisfied(licence, &allowed) {
            breaches.push(format!("{package}: the licence `{licence}` is not allowed by deny.toml"));
        }
    }
    breaches.sort();
    breaches.dedup();
    if breaches.is_empty() { Ok(()) } else { bail!("{}", breaches.join("\n")) }
}

/// The texts in quotes up to `end`.
fn quoted(text: &str, end: char) -> Vec<&str> {
    let list = text.split(end).next().unwrap_or_default();
    list.split('"').skip(1).step_by(2).collect()
}

/// Whether an SPDX expression can be met: `OR` needs one side, `AND` both; `/` is how `OR` was written once.
fn satisfied(expression: &str, allowed: &[&str]) -> bool {
    let expression = expression.replace('/', " OR ");
    let expression = expression.trim();
    if let Some((left, right)) = split(expression, " AND ") {
        return satisfied(left, allowed) && satisfied(right, allowed);
    }
    if let Some((left, right)) = split(expression, " OR ") {
        return satisfied(left, allowed) || satisfied(right, allowed);
    }
    match expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => satisfied(inner, allowed),
        None => allowed.contains(&expression),
    }
}

/// The expression around an operator that stands in no parentheses.
fn split<'a>(expression: &'a str, operator: &str) -> Option<(&'a str, &'a str)> {
    expression.match_indices(operator).find_map(|(at, _)| {
        let (left, right) = (&expression[..at], &expression[at + operator.len()..]);
        let open = left.matches('(').count() == left.matches(')').count();
        open.then_some((left, right))
    })
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    #[test]
    fn reads_expressions() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"];
        for right in ["MIT", "MIT/GPL-3.0", "GPL-3.0 OR Apache-2.0", "(MIT OR GPL-3.0) AND Unicode-3.0"] {
            assert!(satisfied(right, &allowed), "{right}");
        }
        for wrong in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND GPL-3.0"] {
            assert!(!satisfied(wrong, &allowed), "{wrong}");
        }
    }
}
