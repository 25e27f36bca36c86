//! Where the bytes of files are: a folder beside the database, or a bucket that speaks S3. Bytes go through in pieces; a file
//! is there whole or not at all, and on disk before anybody is told so.

use std::path::Path as FilePath;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use axum::body::Bytes;
use clap::Args;
use futures_util::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{Error, MultipartUpload, ObjectStore, ObjectStoreExt as _, PutPayload};

/// Bytes of a piece in a folder.
const PIECE: usize = 256 * 1024;
/// S3 takes no smaller pieces but the last.
const PIECE_OF_S3: usize = 5 * 1024 * 1024;

/// Where files are kept.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Uploaded files")]
pub struct FileArgs {
    /// Where uploaded files are kept: `s3://bucket` or `s3://bucket/folder`, with the usual variables `AWS_REGION`,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for stores other than Amazon's, `AWS_ENDPOINT`. Without it, the
    /// folder `files` in the data directory.
    #[arg(long, env = "DOORSTEP_FILES", value_name = "URL")]
    pub files: Option<String>,
    /// Most megabytes a workspace may have of files that were uploaded and not sent; 0 for any number.
    #[arg(long, env = "DOORSTEP_FILES_WAITING_MB", default_value_t = 5000, value_name = "MB")]
    pub files_waiting_mb: u32,
}

/// The bytes of all files.
#[derive(Clone, Debug)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    piece: usize,
    /// Most bytes of a workspace that may wait for their message; 0 for any number.
    pub most_waiting: i64,
}

impl Storage {
    /// Opens what the operator named. A folder is made if it is missing.
    pub fn open(args: &FileArgs, data_dir: &FilePath) -> Result<Self> {
        let most_waiting = i64::from(args.files_waiting_mb) * 1024 * 1024;
        let opened = match &args.files {
            None => Self::folder(&data_dir.join("files"))?,
            Some(address) => Self::bucket(address)?,
        };
        Ok(Self { most_waiting, ..opened })
    }

    /// In memory, for tests.
    pub fn in_memory() -> Self {
        Self { store: Arc::new(InMemory::new()), piece: PIECE, most_waiting: 0 }
    }

    fn folder(folder: &FilePath) -> Result<Self> {
        let about = || format!("--data-dir: the folder {} cannot be used", folder.display());
        std::fs::create_dir_all(folder).with_context(about)?;
        let store = LocalFileSystem::new_with_prefix(folder).with_context(about)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), piece: PIECE, most_waiting: 0 })
    }

    fn bucket(address: &str) -> Result<Self> {
        let Some(rest) = address.strip_prefix("s3://").filter(|rest| !rest.is_empty()) else {
            bail!("--files {address}: write it as s3://bucket or s3://bucket/folder");
        };
        let (bucket, folder) = rest.split_once('/').unwrap_or((rest, ""));
        // The client speaks TLS by the process's provider. A second one is refused, which is no failure.
        drop(rustls::crypto::ring::default_provider().install_default());
        let store = AmazonS3Builder::from_env().with_bucket_name(bucket).build();
        let store = store.with_context(|| format!("--files {address}: the bucket cannot be used"))?;
        let store: Arc<dyn ObjectStore> =
            if folder.is_empty() { Arc::new(store) } else { Arc::new(PrefixStore::new(store, folder)) };
        Ok(Self { store, piece: PIECE_OF_S3, most_waiting: 0 })
    }

    /// Begins to write a file.
    pub(super) async fn write(&self, id: &str) -> Result<Writing, Error> {
        let upload = self.store.put_multipart(&place(id)).await?;
        Ok(Writing { upload, piece: self.piece, held: Vec::new() })
    }

    /// Reads a file in pieces.
    pub(super) async fn read(&self, id: &str) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        Ok(self.store.get(&place(id)).await?.into_stream())
    }

    /// Removes a file; one that is not there is removed.
    pub(super) async fn remove(&self, id: &str) -> Result<(), Error> {
        match self.store.delete(&place(id)).await {
            Err(Error::NotFound { .. }) => Ok(()),
            done => done,
        }
    }
}

/// Folders by the first two digits, so that none gets too many files.
fn place(id: &str) -> Path {
    Path::from_iter([id.get(..2).unwrap_or("00"), id])
}

/// A file that is being written. Dropped before its end, it leaves nothing.
pub(super) struct Writing {
    upload: Box<dyn MultipartUpload>,
    piece: usize,
    held: Vec<u8>,
}

impl Writing {
    /// Takes bytes; holds at most one piece of them.
    pub(super) async fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.held.extend_from_slice(bytes);
        while self.held.len() >= self.piece {
            let rest = self.held.split_off(self.piece);
            let piece = std::mem::replace(&mut self.held, rest);
            self.upload.put_part(PutPayload::from(piece)).await?;
        }
        Ok(())
    }

    /// The file is whole.
    pub(super) async fn end(mut self) -> Result<(), Error> {
        if !self.held.is_empty() {
            self.upload.put_part(PutPayload::from(self.held)).await?;
        }
        self.upload.complete().await.map(drop)
    }

    /// The file will not be.
    pub(super) async fn give_up(mut self) {
        if let Err(error) = self.upload.abort().await {
            tracing::warn!(%error, "could not give up an upload");
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;

    use super::*;

    async fn bytes(storage: &Storage, id: &str) -> Option<Vec<u8>> {
        let pieces: Vec<Bytes> = storage.read(id).await.ok()?.try_collect().await.unwrap();
        Some(pieces.concat())
    }

    #[tokio::test]
    async fn a_folder_keeps_files_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(&FileArgs::default(), folder.path()).unwrap();
        let id = "ab000000-0000-4000-8000-000000000000";
        let mut writing = storage.write(id).await.unwrap();
        let long = vec![7; 2 * PIECE + 1];
        for part in long.chunks(100_000) {
            writing.take(part).await.unwrap();
        }
        assert_eq!(bytes(&storage, id).await, None);
        writing.end().await.unwrap();
        assert!(folder.path().join("files/ab").join(id).is_file());
        assert_eq!(bytes(&storage, id).await, Some(long));
        storage.remove(id).await.unwrap();
        storage.remove(id).await.unwrap();
        assert_eq!(bytes(&storage, id).await, None);
        let mut writing = storage.write(id).await.unwrap();
        writing.take(&vec![1; PIECE]).await.unwrap();
        writing.give_up().await;
        assert_eq!(bytes(&storage, id).await, None);
    }

    #[test]
    fn what_is_no_bucket_is_refused() {
        for address in ["", "s3://", "https://x.example", "/srv/files"] {
            let args = FileArgs { files: Some(address.to_owned()), files_waiting_mb: 0 };
            let error = Storage::open(&args, FilePath::new("/nowhere")).unwrap_err().to_string();
            assert!(error.contains("--files"), "{error}");
        }
    }
}
