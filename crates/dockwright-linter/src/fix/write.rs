//! Replaces a file atomically: after a crash, it has either the old or the new content.

use std::fmt;
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// Why a file was not replaced.
#[derive(Debug)]
pub enum WriteError {
    /// The file has changed since it was read.
    Changed(PathBuf),
    Io(PathBuf, io::Error),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(path) => {
                write!(f, "{} changed while it was checked; not written", path.display())
            }
            Self::Io(path, error) => write!(f, "cannot write {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for WriteError {}

/// How a file got its new content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteMethod {
    /// It was replaced by a new file atomically.
    Replaced,
    /// It has several hard links, and was written to.
    InPlace,
}

/// Replaces the content of `old` with `new`. A symbolic link stays a link, and its target is replaced; the mode is
/// kept, and the owner if the system allows it. A file with several hard links is written in place after a full copy
/// was saved next to it, so that the links stay intact.
///
/// # Errors
/// The file no longer contains `old`, or the file system reports an error; the file is then unchanged. (If a file
/// with hard links cannot be restored, the error names the copy next to it.)
pub fn replace_file(path: &Path, old: &[u8], new: &[u8]) -> Result<WriteMethod, WriteError> {
    let io = |error| WriteError::Io(path.to_path_buf(), error);
    let target = path.canonicalize().map_err(io)?;
    let metadata = target.metadata().map_err(io)?;
    // The mode alone does not determine who may write to it: root may, and users in an access list.
    std::fs::OpenOptions::new().write(true).open(&target).map_err(io)?;
    let directory = target.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new().prefix(".dockwright-").tempfile_in(directory).map_err(io)?;
    temporary.write_all(new).map_err(io)?;
    temporary.as_file().set_permissions(metadata.permissions()).map_err(io)?;
    preserve_owner(temporary.as_file(), &metadata);
    temporary.as_file().sync_all().map_err(io)?;
    if std::fs::read(&target).map_err(io)? != old {
        return Err(WriteError::Changed(path.to_path_buf()));
    }
    if has_other_links(&metadata) {
        return match write_in_place(&target, old, new) {
            Ok(()) => Ok(WriteMethod::InPlace),
            Err((error, true)) => Err(io(error)),
            Err((error, false)) => {
                let kept = temporary.into_temp_path().keep();
                let kept = kept.unwrap_or_else(|error| error.path.to_path_buf());
                let message =
                    format!("the file may be damaged; its new content is in {} ({error})", kept.display());
                Err(io(io::Error::new(error.kind(), message)))
            }
        };
    }
    temporary.persist(&target).map_err(|error| io(error.error))?;
    Ok(WriteMethod::Replaced)
}

/// Overwrites the file in place. The part beyond the old length is written first, so that a full disk is
/// detected while the old content is intact. After a failure the old content is restored; the error says
/// whether that succeeded.
fn write_in_place(target: &Path, old: &[u8], new: &[u8]) -> Result<(), (io::Error, bool)> {
    let mut file = std::fs::OpenOptions::new().write(true).open(target).map_err(|error| (error, true))?;
    let write = |file: &mut std::fs::File, content: &[u8], kept: usize| {
        let (head, tail) = content.split_at(kept.min(content.len()));
        file.seek(io::SeekFrom::Start(head.len() as u64))?;
        file.write_all(tail)?;
        file.sync_all()?;
        file.seek(io::SeekFrom::Start(0))?;
        file.write_all(head)?;
        file.set_len(content.len() as u64)?;
        file.sync_all()
    };
    write(&mut file, new, old.len()).map_err(|error| (error, write(&mut file, old, 0).is_ok()))
}

#[cfg(unix)]
fn preserve_owner(file: &std::fs::File, metadata: &std::fs::Metadata) {
    use std::os::unix::fs::MetadataExt as _;
    // Only root can change the owner; for other users, the file already belongs to them.
    let _ = std::os::unix::fs::fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn preserve_owner(_: &std::fs::File, _: &std::fs::Metadata) {}

#[cfg(unix)]
fn has_other_links(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.nlink() > 1
}

#[cfg(not(unix))]
fn has_other_links(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn keeps_mode_links_and_old_content() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("Dockerfile");
        fs::write(&file, "old").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("mode set");
        let link = directory.path().join("link");
        symlink("Dockerfile", &link).expect("linked");

        replace_file(&link, b"old", b"new").expect("replaced");
        assert_eq!(fs::read(&file).expect("read"), b"new");
        assert!(link.symlink_metadata().expect("there").is_symlink());
        assert_eq!(file.metadata().expect("there").mode() & 0o777, 0o640);

        let changed = replace_file(&file, b"old", b"newer").expect_err("somebody else wrote");
        assert!(matches!(changed, WriteError::Changed(_)), "{changed}");
        assert_eq!(fs::read(&file).expect("read"), b"new");

        let hard = directory.path().join("hard");
        fs::hard_link(&file, &hard).expect("linked");
        replace_file(&file, b"new", b"newest").expect("replaced");
        assert_eq!(fs::read(&hard).expect("read"), b"newest");

        fs::remove_file(&hard).expect("removed");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).expect("mode set");
        // Root may write to it in any case.
        let may_write = fs::OpenOptions::new().write(true).open(&file).is_ok();
        assert_eq!(replace_file(&file, b"newest", b"x").is_ok(), may_write);
        assert_eq!(fs::read(&file).expect("read"), if may_write { &b"x"[..] } else { b"newest" });
        assert_eq!(file.metadata().expect("there").mode() & 0o777, 0o440);
        assert_eq!(fs::read_dir(directory.path()).expect("read").count(), 2, "no temporary file is left");
    }
}
