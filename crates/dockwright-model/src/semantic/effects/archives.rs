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
            if call.has_any_of_options(&["l", "t", "p", "Z", "v"]) {
                return Some(Effects::with_reads(PathSet::from_words(call.operands)));
            }
            let directory = PathSet::from_values(&call.values("d")).or_if_empty(PathSet::from_path("."));
            Effects {
                reads: PathSet::from_words(call.operands.first().copied()),
                writes: directory,
                ..Effects::default()
            }
        }
        "zip" => {
            let call = read_call(command, "x i b P");
            let (archive, files) = call.operands.split_first()?;
            let writes = PathSet::from_words([*archive]);
            Effects { reads: PathSet::from_words(files.iter().copied()), writes, ..Effects::default() }
        }
        "cpio" => Effects { reads: PathSet::Anything, writes: PathSet::from_path("."), ..Effects::default() },
        _ => return None,
    })
}

fn tar_effects(command: &ShellCommand) -> Option<Effects> {
    let valued = "f C X T I b K N strip-components directory file exclude exclude-from files-from owner group \
        mode transform xform use-compress-program wildcards-match-slash";
    let arguments = command.arguments();
    // The first word may be a group of options without its dash: `tar xzf a.tgz`.
    let bundle = arguments.first().filter(|word| !word.text.starts_with('-'));
    let letters: String = match bundle {
        Some(word) => word.text.clone(),
        None => {
            let short = arguments.iter().filter(|word| word.is_flag() && !word.text.starts_with("--"));
            short.map(|word| word.text.trim_start_matches('-')).collect()
        }
    };
    let call = read_call(command, valued);
    let says = |letter: char, long: &[&str]| letters.contains(letter) || call.has_any_of_options(long);
    // `--to-command`, `-I program` and checkpoints run programs.
    if call.has_any_of_options(&[
        "to-command",
        "checkpoint-action",
        "I",
        "use-compress-program",
        "F",
        "info-script",
    ]) {
        return None;
    }
    let mut operands = call.operands.iter().copied();
    let mut archive =
        PathSet::from_values(&call.values("f")).union(PathSet::from_values(&call.values("file")));
    if bundle.is_some() {
        operands.next();
        if letters.contains('f') {
            archive = PathSet::from_words(operands.next());
        }
    }
    if archive == PathSet::from_path("-") {
        archive = PathSet::None;
    }
    let directory =
        PathSet::from_values(&call.values("C")).union(PathSet::from_values(&call.values("directory")));
    let directory = directory.or_if_empty(PathSet::from_path("."));
    if says('x', &["extract", "get"]) {
        // In a group such as `-xzCf`, letters take their values in order, so the files are unknown.
        let writes = if letters.contains('C') && bundle.is_some() {
            PathSet::Anything
        } else {
            match archive.clone() {
                PathSet::Known(archives) => {
                    let names = archives.iter().filter_map(|archive| archive_name_without_suffix(archive));
                    let place = match &directory {
                        PathSet::Known(places) if places.len() == 1 => places.first().cloned(),
                        _ => None,
                    };
                    let tops = names.filter_map(|name| {
                        Some(PathSet::from_path(name).resolve_from_directory(place.as_deref()?))
                    });
                    let tops: PathSet = tops.collect();
                    directory.union(tops)
                }
                _ => directory,
            }
        };
        return Some(Effects { reads: archive, writes, ..Effects::default() });
    }
    if says('t', &["list"]) {
        return Some(Effects::with_reads(archive));
    }
    if says('c', &["create"]) || says('r', &["append"]) || says('u', &["update"]) {
        let deletes = if call.has_option("remove-files") { PathSet::Anything } else { PathSet::None };
        return Some(Effects {
            reads: PathSet::from_words(operands).union(directory),
            writes: archive,
            deletes,
            ..Effects::default()
        });
    }
    None
}

/// The directory that an archive usually has at its top: its name without the suffixes of the format.
fn archive_name_without_suffix(archive: &str) -> Option<&str> {
    let name = archive.rsplit('/').next()?;
    let packed = [".gz", ".bz2", ".xz", ".zst", ".lz", ".lzma", ".Z"];
    let whole = [".tgz", ".tbz", ".tbz2", ".txz", ".tzst"].iter().find_map(|end| name.strip_suffix(end));
    let plain = packed.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).strip_suffix(".tar");
    whole.or(plain).filter(|stem| !stem.is_empty())
}

/// gzip and similar programs replace each file with one that has a suffix added or removed.
fn effects_on_each_file(command: &ShellCommand, packs: bool) -> Effects {
    let call = read_call(command, "S suffix T threads b");
    let files = PathSet::from_words(call.operands.iter().copied());
    if files.is_none() || call.has_any_of_options(&["c", "stdout", "to-stdout", "t", "test", "l", "list"]) {
        return Effects::with_reads(files);
    }
    let packs = packs && !call.has_any_of_options(&["d", "decompress", "uncompress"]);
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
    let writes = writes.map(PathSet::from_path).collect();
    let deletes = if call.has_any_of_options(&["k", "keep"]) { PathSet::None } else { files.clone() };
    Effects { reads: files, writes, deletes, ..Effects::default() }
}

fn unpacked_name(path: &str) -> String {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_string()
}
