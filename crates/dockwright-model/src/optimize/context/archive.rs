//! The kind of a path of the context: a directory, an archive that ADD unpacks, or another file.

use std::fs::File as OnDisk;
use std::io::Read as _;

use super::ContextFiles;

/// The kind of file that ADD finds at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddedFileKind {
    Directory,
    /// ADD unpacks it, or may do so.
    Archive,
    File,
}

/// The first block of a tar archive.
const BLOCK: usize = 512;

impl ContextFiles {
    /// The kind of file that ADD finds at a path; `None` if the path is not in the build context, or if the
    /// kind is unknown.
    pub fn kind(&self, path: &str) -> Option<AddedFileKind> {
        let path = path.trim_start_matches('/');
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if part == ".." {
                return None;
            }
            parts.push(part);
        }
        let path = parts.join("/");
        if path.is_empty() {
            return Some(AddedFileKind::Directory);
        }
        let at = self.all.binary_search_by(|file| file.path.as_str().cmp(&path));
        if at.is_err() {
            let below = format!("{path}/");
            let first = self.all.partition_point(|file| file.path < below);
            let is_directory = self.all.get(first).is_some_and(|file| file.path.starts_with(&below));
            return is_directory.then_some(AddedFileKind::Directory);
        }
        let on_disk = self.root.join(&path);
        // The target of a link may be different in the build.
        if !on_disk.symlink_metadata().ok()?.is_file() {
            return None;
        }
        let mut head = Vec::with_capacity(BLOCK);
        OnDisk::open(&on_disk).ok()?.take(BLOCK as u64).read_to_end(&mut head).ok()?;
        Some(if is_archive(&head) { AddedFileKind::Archive } else { AddedFileKind::File })
    }
}

/// Whether a file that begins with these bytes may be unpacked: a tar archive, or a compressed file, which
/// may contain one.
fn is_archive(head: &[u8]) -> bool {
    const COMPRESSED: [&[u8]; 5] = [b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x1f\x9d"];
    COMPRESSED.iter().any(|magic| head.starts_with(magic)) || is_tar(head)
}

/// Whether the block contains its own checksum in octal, which does not happen by chance.
fn is_tar(head: &[u8]) -> bool {
    let Some(block) = head.get(..BLOCK) else { return false };
    let Some(written) = block.get(148..156) else { return false };
    let digits: String =
        written.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
    let Ok(sum) = u64::from_str_radix(&digits, 8) else { return false };
    let blank = |at: usize, byte: u8| if (148..156).contains(&at) { b' ' } else { byte };
    block.iter().enumerate().map(|(at, byte)| u64::from(blank(at, *byte))).sum::<u64>() == sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::context::read_context;

    #[test]
    fn recognizes_archives_by_content() {
        let directory = tempfile::tempdir().expect("a directory");
        let write = |name: &str, content: &[u8]| {
            let path = directory.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(path, content).expect("written");
        };
        let mut tar = vec![0u8; BLOCK];
        tar[..3].copy_from_slice(b"abc");
        let sum: u64 = 294 + 8 * 32;
        tar[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        write("a", &tar);
        write("b", b"\x1f\x8b\x08 and so on");
        write("bin/entrypoint", b"#!/bin/sh\n");
        write("long", &[b'x'; 2000]);
        let files = read_context(directory.path(), ".", None).expect("read");
        for (path, kind) in [
            ("a", Some(AddedFileKind::Archive)),
            ("./b", Some(AddedFileKind::Archive)),
            ("/bin/entrypoint", Some(AddedFileKind::File)),
            ("bin", Some(AddedFileKind::Directory)),
            ("bin/", Some(AddedFileKind::Directory)),
            (".", Some(AddedFileKind::Directory)),
            ("long", Some(AddedFileKind::File)),
            ("bi", None),
            ("../a", None),
        ] {
            assert_eq!(files.kind(path), kind, "{path}");
        }
    }
}
