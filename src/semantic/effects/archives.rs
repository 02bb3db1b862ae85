//! Programs that pack and unpack.

use super::{Effects, PathSet, read_call};
use crate::shell::ShellCommand;

pub(super) fn archive_effects(name: &str, command: &ShellCommand) -> Option<Effects> {
    Some(match name {
        "tar" | "bsdtar" => tar_effects(command)?,
        "gzip" | "bzip2" | "xz" | "zstd" | "lzma" | "compress" | "pigz" => {
            effects_on_each_file(command, true)
        }
        "gunzip" | "bunzip2" | "unxz" | "unzstd" | "unlzma" | "uncompress" | "unpigz" => {
            effects_on_each_file(command, false)
        }
        "unzip" => {
            let call = read_call(command, "d x P");
            if call.has_any(&["l", "t", "p", "Z", "v"]) {
                return Some(Effects::reading(PathSet::of(call.operands)));
            }
            let directory = PathSet::of_values(&call.values("d")).or(PathSet::one("."));
            Effects {
                reads: PathSet::of(call.operands.first().copied()),
                writes: directory,
                ..Effects::default()
            }
        }
        "zip" => {
            let call = read_call(command, "x i b P");
            let (archive, files) = call.operands.split_first()?;
            let writes = PathSet::of([*archive]);
            Effects { reads: PathSet::of(files.iter().copied()), writes, ..Effects::default() }
        }
        "cpio" => Effects { reads: PathSet::Anything, writes: PathSet::one("."), ..Effects::default() },
        _ => return None,
    })
}

fn tar_effects(command: &ShellCommand) -> Option<Effects> {
    let valued = "f C X T I b K N strip-components directory file exclude exclude-from files-from owner group \
        mode transform xform use-compress-program wildcards-match-slash";
    let arguments = command.arguments();
    // The first word may be a cluster without its dash: `tar xzf a.tgz`.
    let bundle = arguments.first().filter(|word| !word.text.starts_with('-'));
    let letters: String = match bundle {
        Some(word) => word.text.clone(),
        None => {
            let short = arguments.iter().filter(|word| word.is_flag() && !word.text.starts_with("--"));
            short.map(|word| word.text.trim_start_matches('-')).collect()
        }
    };
    let call = read_call(command, valued);
    let says = |letter: char, long: &[&str]| letters.contains(letter) || call.has_any(long);
    // `--to-command`, `-I program` and checkpoints run programs.
    if call.has_any(&["to-command", "checkpoint-action", "I", "use-compress-program", "F", "info-script"]) {
        return None;
    }
    let mut operands = call.operands.iter().copied();
    let mut archive = PathSet::of_values(&call.values("f")).and(PathSet::of_values(&call.values("file")));
    if bundle.is_some() {
        operands.next();
        if letters.contains('f') {
            archive = PathSet::of(operands.next());
        }
    }
    if archive == PathSet::one("-") {
        archive = PathSet::None;
    }
    let directory = PathSet::of_values(&call.values("C")).and(PathSet::of_values(&call.values("directory")));
    let directory = directory.or(PathSet::one("."));
    if says('x', &["extract", "get"]) {
        // In a cluster, letters such as `-xzCf` take their values in order; then nothing is certain.
        let writes = if letters.contains('C') && bundle.is_some() {
            PathSet::Anything
        } else {
            match archive.clone() {
                PathSet::Known(archives) => {
                    let names = archives.iter().filter_map(|archive| archive_stem(archive));
                    let place = match &directory {
                        PathSet::Known(places) if places.len() == 1 => places.first().cloned(),
                        _ => None,
                    };
                    let tops = names.filter_map(|name| Some(PathSet::one(name).within(place.as_deref()?)));
                    let tops: PathSet = tops.collect();
                    directory.and(tops)
                }
                _ => directory,
            }
        };
        return Some(Effects { reads: archive, writes, ..Effects::default() });
    }
    if says('t', &["list"]) {
        return Some(Effects::reading(archive));
    }
    if says('c', &["create"]) || says('r', &["append"]) || says('u', &["update"]) {
        let deletes = if call.has("remove-files") { PathSet::Anything } else { PathSet::None };
        return Some(Effects {
            reads: PathSet::of(operands).and(directory),
            writes: archive,
            deletes,
            ..Effects::default()
        });
    }
    None
}

/// The directory that an archive usually has at its top: its name without what says how it is packed.
fn archive_stem(archive: &str) -> Option<&str> {
    let name = archive.rsplit('/').next()?;
    let packed = [".gz", ".bz2", ".xz", ".zst", ".lz", ".lzma", ".Z"];
    let whole = [".tgz", ".tbz", ".tbz2", ".txz", ".tzst"].iter().find_map(|end| name.strip_suffix(end));
    let plain = packed.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).strip_suffix(".tar");
    whole.or(plain).filter(|stem| !stem.is_empty())
}

/// gzip and similar ones: each file is replaced by another with a suffix more or less.
fn effects_on_each_file(command: &ShellCommand, packs: bool) -> Effects {
    let call = read_call(command, "S suffix T threads b");
    let files = PathSet::of(call.operands.iter().copied());
    if files.is_none() || call.has_any(&["c", "stdout", "to-stdout", "t", "test", "l", "list"]) {
        return Effects::reading(files);
    }
    let packs = packs && !call.has_any(&["d", "decompress", "uncompress"]);
    let writes = match &files {
        PathSet::Known(paths) => {
            paths.iter().map(|path| if packs { format!("{path}.*") } else { unpacked_name(path) })
        }
        _ => {
            return Effects {
                reads: files,
                writes: PathSet::Anything,
                deletes: PathSet::Anything,
                ..Effects::default()
            };
        }
    };
    let writes = writes.map(PathSet::one).collect();
    let deletes = if call.has_any(&["k", "keep"]) { PathSet::None } else { files.clone() };
    Effects { reads: files, writes, deletes, ..Effects::default() }
}

fn unpacked_name(path: &str) -> String {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_string()
}
