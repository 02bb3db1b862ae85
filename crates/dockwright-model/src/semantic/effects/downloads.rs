//! Programs that download.

use super::{Effects, PathSet, read_call};
use crate::semantic::programs::{CURL, WGET};
use crate::semantic::{ProgramCall, View};
use crate::shell::ShellCommand;

pub(super) fn download_effects(name: &str, command: &ShellCommand) -> Option<Effects> {
    Some(match name {
        "curl" => curl_effects(command),
        "wget" => wget_effects(command),
        "aria2c" => {
            let call = read_call(command, "d o x s j k c dir out input-file i");
            let directory = option_paths(&call, &["d", "dir"]).or_if_empty(PathSet::from_path("."));
            fetch_effects(option_paths(&call, &["i", "input-file"]), directory)
        }
        "git" => git_effects(command)?,
        "svn" | "hg" => {
            let call = read_call(command, "r u rev username password");
            let (verb, operands) = call.operands.split_first()?;
            match verb.text.as_str() {
                "checkout" | "co" | "clone" | "export" => {
                    let directory =
                        PathSet::from_words(operands.get(1).copied()).or_if_empty(PathSet::from_path("."));
                    fetch_effects(PathSet::None, directory)
                }
                _ => return None,
            }
        }
        "rsync" => {
            let call =
                read_call(command, "e f rsh exclude include exclude-from include-from filter chmod chown");
            if call.has_any_of_options(&["e", "rsh", "daemon"]) {
                return None;
            }
            let (last, sources) = call.operands.split_last()?;
            let network = call.operands.iter().any(|word| word.text.contains(':'));
            let deletes =
                if call.has_option("delete") { PathSet::from_words([*last]) } else { PathSet::None };
            let (reads, writes) =
                (PathSet::from_words(sources.iter().copied()), PathSet::from_words([*last]));
            Effects { reads, writes, deletes, network, ..Effects::default() }
        }
        "ssh-keyscan" => fetch_effects(PathSet::None, PathSet::None),
        _ => return None,
    })
}

fn curl_effects(command: &ShellCommand) -> Effects {
    let call = CURL.read_call_under_any_name(command, View::Exact);
    // A configuration file may contain anything.
    if call.has_any_of_options(&["K", "config"]) {
        return fetch_effects(PathSet::Anything, PathSet::Anything);
    }
    let mut writes = option_paths(&call, &["D", "dump-header", "c", "cookie-jar"]);
    let named = option_paths(&call, &["o", "output"]);
    let directory = call.values("output-dir").first().map(|directory| directory.text);
    writes.add(match directory {
        Some(directory) => named.clone().resolve_from_directory(directory),
        None => named.clone(),
    });
    if call.has_any_of_options(&["O", "remote-name", "remote-name-all"]) {
        let urls = call.operands.iter().copied().map(|word| (word.text.as_str(), word.literal));
        let named = call.values("url");
        let urls = urls.chain(named.iter().map(|url| (url.text, false)));
        writes.add(urls.map(|(url, literal)| path_of_address(url, literal, directory, false)).collect());
        // The server may choose another name.
        if call.has_any_of_options(&["J", "remote-header-name"]) || writes.is_none() {
            writes.add(PathSet::from_path(directory.unwrap_or(".")));
        }
    } else if let (true, Some(directory)) = (named.is_none(), directory) {
        writes.add(PathSet::from_path(directory));
    }
    fetch_effects(option_paths(&call, &["T", "upload-file", "cacert", "cert", "key", "F", "d"]), writes)
}

fn wget_effects(command: &ShellCommand) -> Effects {
    let call = WGET.read_call_under_any_name(command, View::Exact);
    if call.has_any_of_options(&["e", "execute", "config"]) {
        return fetch_effects(PathSet::Anything, PathSet::Anything);
    }
    let logs = option_paths(&call, &["o", "output-file", "a", "append-output", "save-cookies"]);
    let document = option_paths(&call, &["O", "output-document"]);
    let prefixes = [call.values("P"), call.values("directory-prefix")].concat();
    let directory = prefixes.last().map(|directory| directory.text);
    // The pages and lists that it reads decide what else it downloads, and under which names.
    let open = call.has_any_of_options(&[
        "r",
        "recursive",
        "m",
        "mirror",
        "p",
        "page-requisites",
        "i",
        "input-file",
        "content-disposition",
        "x",
        "force-directories",
        "trust-server-names",
    ]);
    let urls = call.operands.iter().copied();
    let own =
        || urls.map(|url| path_of_address(&url.text, url.literal, directory, true)).collect::<PathSet>();
    let named = if open { PathSet::None } else { own() };
    let named = named.or_if_empty(PathSet::from_path(directory.unwrap_or(".")));
    let to_document = call.has_any_of_options(&["O", "output-document"]);
    let writes = match call.has_option("spider") {
        true => PathSet::None,
        false if to_document => document,
        false => named,
    };
    let reads = option_paths(&call, &["i", "input-file", "ca-certificate", "post-file"]);
    // In the background it continues after the command.
    Effects {
        starts: call.has_any_of_options(&["b", "background"]),
        ..fetch_effects(reads, writes.union(logs))
    }
}

/// The file that a download is saved as: the last part of its address, below the directory.
fn path_of_address(url: &str, literal: bool, directory: Option<&str>, keeps_query: bool) -> PathSet {
    let directory = directory.unwrap_or(".");
    let url = url.split('#').next().unwrap_or_default();
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let path = path.split_once("://").map_or(path, |(_, path)| path);
    let name = path.rsplit_once('/').map_or("", |(_, name)| name);
    let name = match query.filter(|_| keeps_query) {
        Some(query) if !name.is_empty() => format!("{name}?{query}"),
        _ => name.to_string(),
    };
    if name.is_empty()
        || name.starts_with("${")
        || (!literal && name.contains(['{', '}']) && !name.contains("${"))
    {
        return PathSet::from_text(directory, false);
    }
    PathSet::from_text(&name, literal).resolve_from_directory(directory)
}

fn fetch_effects(reads: PathSet, writes: PathSet) -> Effects {
    Effects { reads, writes, network: true, ..Effects::default() }
}

/// The paths in the values of some options; `-` is standard output.
fn option_paths(call: &ProgramCall<'_>, options: &[&str]) -> PathSet {
    let values = options.iter().flat_map(|option| call.values(option));
    let values: Vec<_> =
        values.filter(|value| !matches!(value.text, "-" | "/dev/null" | "/dev/stdout")).collect();
    PathSet::from_values(&values)
}

fn git_effects(command: &ShellCommand) -> Option<Effects> {
    let call = read_call(
        command,
        "C c b o j branch config depth origin jobs reference template git-dir work-tree separate-git-dir",
    );
    let (verb, operands) = call.operands.split_first()?;
    let directory = || PathSet::from_values(&call.values("C")).or_if_empty(PathSet::from_path("."));
    let within =
        |network: bool| Effects { reads: directory(), writes: directory(), network, ..Effects::default() };
    Some(match verb.text.as_str() {
        "clone" => {
            let named = operands.get(1).map(|directory| PathSet::from_words([*directory]));
            let from_address = || {
                let address = operands.first().filter(|word| !word.text.contains("${"));
                let name = address.map(|word| word.text.trim_end_matches('/').trim_end_matches(".git"));
                let name = name.and_then(|name| name.rsplit(['/', ':']).next());
                PathSet::from_path(name.unwrap_or("."))
            };
            fetch_effects(PathSet::None, named.unwrap_or_else(from_address))
        }
        // `checkout` and those after it download missing files after a partial clone.
        "fetch" | "pull" | "submodule" | "lfs" | "remote" | "ls-remote" | "checkout" | "switch"
        | "restore" | "reset" | "sparse-checkout" => within(true),
        "init" | "apply" | "am" | "tag" | "add" | "rm" | "mv" | "stash" | "clean" | "gc" | "branch"
        | "cherry-pick" | "merge" | "rebase" | "commit" | "worktree" | "update-index" => within(false),
        "config" => {
            let place = if call.has_option("system") {
                PathSet::from_path("/etc/gitconfig")
            } else if call.has_option("global") {
                PathSet::from_path("~/.gitconfig")
            } else {
                PathSet::from_path(".git/config")
            };
            Effects { reads: place.clone(), writes: place, ..Effects::default() }
        }
        "rev-parse" | "log" | "describe" | "status" | "show" | "diff" | "rev-list" | "ls-files" | "blame"
        | "version" | "archive" | "cat-file" => Effects::with_reads(directory()),
        _ => return None,
    })
}
