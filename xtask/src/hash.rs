//! Content hashes that tell whether inputs changed, and the walk over the project's own files.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// Hash over the names and contents of files, in the order given; a missing file counts as empty.
pub(crate) fn files(paths: &[PathBuf]) -> Result<String> {
    let mut all = Sha256::new();
    for path in paths {
        let content = match std::fs::read(path) {
            Ok(content) => content,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        all.update(path.as_os_str().as_encoded_bytes());
        all.update(Sha256::digest(&content));
    }
    Ok(hex::encode(all.finalize()))
}

/// All files below a path, build output, version control and dependencies left out.
pub(crate) fn walk(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    if !path.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(path).with_context(|| format!("reading {}", path.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if !["target", "node_modules", ".git", "data", "dist"].iter().any(|skip| name == *skip) {
            walk(&entry.path(), found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{files, walk};

    #[test]
    fn a_changed_file_changes_the_hash_and_build_output_is_not_walked() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a"), "1").unwrap();
        std::fs::create_dir(dir.path().join("target")).unwrap();
        std::fs::write(dir.path().join("target/b"), "2").unwrap();
        let mut found = Vec::new();
        walk(dir.path(), &mut found).unwrap();
        assert_eq!(found, [dir.path().join("a")]);
        let first = files(&found).unwrap();
        std::fs::write(dir.path().join("a"), "2").unwrap();
        assert_ne!(files(&found).unwrap(), first);
    }
}
