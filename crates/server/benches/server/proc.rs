//! Processes and threads as `/proc` shows them. For `meter.rs` and `chain.rs`.

use std::fs::{read_dir, read_to_string};

/// State and parent, then times: what follows the name in parentheses, which may hold spaces. Of a folder that has a `stat`;
/// nothing once it has gone.
pub(crate) fn stat(of: &str) -> Option<Vec<String>> {
    let stat = read_to_string(format!("{of}/stat")).ok()?;
    Some(stat.rsplit(") ").next()?.split(' ').map(ToOwned::to_owned).collect())
}

/// The folders of the processes that a process has begun.
pub(crate) fn children(parent: u32) -> Vec<String> {
    let wanted = parent.to_string();
    let of_parent = |process: &String| stat(process).is_some_and(|fields| fields[1] == wanted);
    numbered("/proc").filter(of_parent).collect()
}

/// The folders of a process's threads whose names begin so.
pub(crate) fn threads(process: u32, name: &str) -> Vec<String> {
    let named =
        |thread: &String| read_to_string(format!("{thread}/comm")).is_ok_and(|known| known.starts_with(name));
    numbered(&format!("/proc/{process}/task")).filter(named).collect()
}

fn numbered(folder: &str) -> impl Iterator<Item = String> {
    let names =
        read_dir(folder).into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter(|name| name.parse::<u32>().is_ok()).map(move |name| format!("{folder}/{name}"))
}
