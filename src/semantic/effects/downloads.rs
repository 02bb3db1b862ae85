//! Programs that fetch.

use super::{Effects, Paths, read};
use crate::semantic::programs::{CURL, WGET};
use crate::semantic::{Call, View};
use crate::shell::Command;

pub(super) fn of(name: &str, command: &Command) -> Option<Effects> {
    Some(match name {
        "curl" => {
            let call = CURL.read_unnamed(command, View::Exact);
            // A configuration may say anything.
            if call.has_any(&["K", "config"]) {
                return Some(fetch(Paths::Anything, Paths::Anything));
            }
            let mut writes = values(&call, &["D", "dump-header", "c", "cookie-jar"]);
            let named = values(&call, &["o", "output"]);
            let folder = call.values("output-dir").first().map(|folder| folder.text);
            writes.add(match folder {
                Some(folder) => named.clone().within(folder),
                None => named.clone(),
            });
            if call.has_any(&["O", "remote-name", "remote-name-all"]) {
                let urls = call.operands.iter().copied().map(|word| (word.text.as_str(), word.literal));
                let named = call.values("url");
                let urls = urls.chain(named.iter().map(|url| (url.text, false)));
                writes.add(urls.map(|(url, literal)| of_address(url, literal, folder, false)).collect());
                // The server may say another name.
                if call.has_any(&["J", "remote-header-name"]) || writes.is_none() {
                    writes.add(Paths::one(folder.unwrap_or(".")));
                }
            } else if let (true, Some(folder)) = (named.is_none(), folder) {
                writes.add(Paths::one(folder));
            }
            fetch(values(&call, &["T", "upload-file", "cacert", "cert", "key", "F", "d"]), writes)
        }
        "wget" => {
            let call = WGET.read_unnamed(command, View::Exact);
            if call.has_any(&["e", "execute", "config"]) {
                return Some(fetch(Paths::Anything, Paths::Anything));
            }
            let logs = values(&call, &["o", "output-file", "a", "append-output", "save-cookies"]);
            let document = values(&call, &["O", "output-document"]);
            let prefixes = [call.values("P"), call.values("directory-prefix")].concat();
            let folder = prefixes.last().map(|folder| folder.text);
            // What else it fetches, and under which names, the pages and lists that it reads decide.
            let open = call.has_any(&[
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
            let own = || urls.map(|url| of_address(&url.text, url.literal, folder, true)).collect::<Paths>();
            let named = if open { Paths::None } else { own() };
            let named = named.or(Paths::one(folder.unwrap_or(".")));
            let to_document = call.has_any(&["O", "output-document"]);
            let writes = match call.has("spider") {
                true => Paths::None,
                false if to_document => document,
                false => named,
            };
            let reads = values(&call, &["i", "input-file", "ca-certificate", "post-file"]);
            // In the background it goes on after the command.
            Effects { starts: call.has_any(&["b", "background"]), ..fetch(reads, writes.and(logs)) }
        }
        "aria2c" => {
            let call = read(command, "d o x s j k c dir out input-file i");
            let folder = values(&call, &["d", "dir"]).or(Paths::one("."));
            fetch(values(&call, &["i", "input-file"]), folder)
        }
        "git" => git(command)?,
        "svn" | "hg" => {
            let call = read(command, "r u rev username password");
            let (verb, operands) = call.operands.split_first()?;
            match verb.text.as_str() {
                "checkout" | "co" | "clone" | "export" => {
                    let folder = Paths::of(operands.get(1).copied()).or(Paths::one("."));
                    fetch(Paths::None, folder)
                }
                _ => return None,
            }
        }
        "rsync" => {
            let call = read(command, "e f rsh exclude include exclude-from include-from filter chmod chown");
            if call.has_any(&["e", "rsh", "daemon"]) {
                return None;
            }
            let (last, sources) = call.operands.split_last()?;
            let network = call.operands.iter().any(|word| word.text.contains(':'));
            let deletes = if call.has("delete") { Paths::of([*last]) } else { Paths::None };
            let (reads, writes) = (Paths::of(sources.iter().copied()), Paths::of([*last]));
            Effects { reads, writes, deletes, network, ..Effects::default() }
        }
        "ssh-keyscan" => fetch(Paths::None, Paths::None),
        _ => return None,
    })
}

/// The file that a download is saved as: the last part of its address, below the folder.
fn of_address(url: &str, literal: bool, folder: Option<&str>, keeps_query: bool) -> Paths {
    let folder = folder.unwrap_or(".");
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
        return Paths::of_text(folder, false);
    }
    Paths::of_text(&name, literal).within(folder)
}

fn fetch(reads: Paths, writes: Paths) -> Effects {
    Effects { reads, writes, network: true, ..Effects::default() }
}

/// What the values of some options name; `-` is the standard output.
fn values(call: &Call<'_>, options: &[&str]) -> Paths {
    let values = options.iter().flat_map(|option| call.values(option));
    let values: Vec<_> =
        values.filter(|value| !matches!(value.text, "-" | "/dev/null" | "/dev/stdout")).collect();
    Paths::of_values(&values)
}

fn git(command: &Command) -> Option<Effects> {
    let call = read(
        command,
        "C c b o j branch config depth origin jobs reference template git-dir work-tree separate-git-dir",
    );
    let (verb, operands) = call.operands.split_first()?;
    let folder = || Paths::of_values(&call.values("C")).or(Paths::one("."));
    let within = |network: bool| Effects { reads: folder(), writes: folder(), network, ..Effects::default() };
    Some(match verb.text.as_str() {
        "clone" => {
            let named = operands.get(1).map(|folder| Paths::of([*folder]));
            let from_address = || {
                let address = operands.first().filter(|word| !word.text.contains("${"));
                let name = address.map(|word| word.text.trim_end_matches('/').trim_end_matches(".git"));
                let name = name.and_then(|name| name.rsplit(['/', ':']).next());
                Paths::one(name.unwrap_or("."))
            };
            fetch(Paths::None, named.unwrap_or_else(from_address))
        }
        // `checkout` and those after it fetch what is missing where the clone came without its files.
        "fetch" | "pull" | "submodule" | "lfs" | "remote" | "ls-remote" | "checkout" | "switch"
        | "restore" | "reset" | "sparse-checkout" => within(true),
        "init" | "apply" | "am" | "tag" | "add" | "rm" | "mv" | "stash" | "clean" | "gc" | "branch"
        | "cherry-pick" | "merge" | "rebase" | "commit" | "worktree" | "update-index" => within(false),
        "config" => {
            let place = if call.has("system") {
                Paths::one("/etc/gitconfig")
            } else if call.has("global") {
                Paths::one("~/.gitconfig")
            } else {
                Paths::one(".git/config")
            };
            Effects { reads: place.clone(), writes: place, ..Effects::default() }
        }
        "rev-parse" | "log" | "describe" | "status" | "show" | "diff" | "rev-list" | "ls-files" | "blame"
        | "version" | "archive" | "cat-file" => Effects::reading(folder()),
        _ => return None,
    })
}
