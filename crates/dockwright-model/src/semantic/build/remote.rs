//! The sources of ADD and COPY that BuildKit treats as addresses.

use crate::semantic::convert::parse_bool;
use crate::syntax::quote_excerpt;

/// Whether the source begins with `http://` or `https://`.
pub fn is_http(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

/// Whether BuildKit clones the source: `git@host:path`, `git://…`, `ssh://…`, and web addresses whose path
/// ends in `.git`. (It treats `github.com/…` as a path.)
pub fn is_git(source: &str) -> bool {
    if let Some((scheme, rest)) = source.split_once("://") {
        return match scheme {
            "git" | "ssh" => !rest.is_empty(),
            "http" | "https" => {
                let path = rest.split(['#', '?']).next().unwrap_or_default();
                path.split_once('/').is_some_and(|(_, path)| path.ends_with(".git"))
            }
            _ => false,
        };
    }
    // The short form of ssh: a user, a host, a colon.
    let Some((user, rest)) = source.split_once('@') else { return false };
    let word = |text: &str, also: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || also.contains(c))
    };
    rest.split_once(':').is_some_and(|(host, _)| word(user, "_") && word(host, "."))
}

/// Why BuildKit rejects the `?…` and `#…` of a repository; `keep`: the value of `--keep-git-dir`.
pub(super) fn explain_git_source_conflict(
    source: &str,
    keep: Option<bool>,
    checksum: &str,
) -> Option<String> {
    let (address, fragment) = source.split_once('#').unwrap_or((source, ""));
    let (_, query) = address.split_once('?')?;
    let pairs: Vec<(&str, &str)> =
        query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    let get = |key: &str| pairs.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    for (at, (key, value)) in pairs.iter().enumerate() {
        if !QUERY_KEYS.contains(key) {
            continue;
        }
        if pairs.iter().skip(at + 1).any(|(other, _)| other == key) {
            return Some(format!("`{key}` is given twice in {}", quote_excerpt(source)));
        }
        match *key {
            "keep-git-dir" | "submodules" if !value.is_empty() && parse_bool(value).is_none() => {
                return Some(format!("`{key}` must be `true` or `false`, not {}", quote_excerpt(value)));
            }
            "ref" | "tag" | "branch" | "subdir" if value.is_empty() => {
                return Some(format!("`{key}` has no value in {}", quote_excerpt(source)));
            }
            _ => {}
        }
    }
    if get("branch").is_some() && get("tag").is_some() {
        return Some(format!("{} gives both a branch and a tag", quote_excerpt(source)));
    }
    let (reference, directory) = fragment.split_once(':').unwrap_or((fragment, ""));
    let full = ["branch", "tag"].into_iter().zip(["refs/heads/", "refs/tags/"]);
    let named: Vec<String> = get("ref")
        .map(ToString::to_string)
        .into_iter()
        .chain(full.filter_map(|(key, before)| Some(format!("{before}{}", get(key)?))))
        .collect();
    if !reference.is_empty() && named.iter().any(|named| named != reference) {
        return Some(format!("{} gives two different versions", quote_excerpt(source)));
    }
    if !directory.is_empty() && get("subdir").is_some_and(|subdir| subdir != directory) {
        return Some(format!("{} gives two different directories", quote_excerpt(source)));
    }
    let written = get("checksum").unwrap_or_default();
    if !checksum.is_empty() && !checksum.starts_with(written) && !written.starts_with(checksum) {
        return Some(format!("`--checksum` differs from the checksum in {}", quote_excerpt(source)));
    }
    let asked = get("keep-git-dir").map(|value| value.is_empty() || parse_bool(value) == Some(true));
    (keep.is_some() && asked.is_some() && keep != asked)
        .then(|| format!("`--keep-git-dir` contradicts {}", quote_excerpt(source)))
}

const QUERY_KEYS: [&str; 7] = ["ref", "tag", "branch", "subdir", "checksum", "keep-git-dir", "submodules"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_agree_with_flags_and_fragments() {
        for (source, keep, checksum, refused) in [
            ("https://x.y/a.git?keep-git-dir=false", Some(true), "", true),
            ("https://x.y/a.git?keep-git-dir=true", Some(false), "", true),
            ("https://x.y/a.git?keep-git-dir=1", Some(true), "", false),
            ("https://x.y/a.git?keep-git-dir=false", None, "", false),
            ("https://x.y/a.git?keep-git-dir=x", None, "", true),
            ("https://x.y/a.git", Some(true), "", false),
            ("https://x.y/a.git?submodules=x", None, "", true),
            ("https://x.y/a.git?ref=a#b", None, "", true),
            ("https://x.y/a.git?ref=a#a", None, "", false),
            ("https://x.y/a.git?branch=a#b", None, "", true),
            ("https://x.y/a.git?branch=a&tag=b", None, "", true),
            ("https://x.y/a.git?ref=a&ref=b", None, "", true),
            ("https://x.y/a.git?ref=", None, "", true),
            ("https://x.y/a.git?subdir=a#b:c", None, "", true),
            ("https://x.y/a.git?subdir=a&ref=b#b:a", None, "", false),
            ("https://x.y/a.git?checksum=abd", None, "abc", true),
            ("https://x.y/a.git?checksum=abc", None, "abc", false),
            ("https://x.y/a.git?tag=v1&keep-git-dir=1", None, "", false),
        ] {
            assert_eq!(explain_git_source_conflict(source, keep, checksum).is_some(), refused, "{source}");
        }
    }

    #[test]
    fn recognizes_remote_addresses() {
        for (source, git) in [
            ("git@github.com:a/b.git", true),
            ("git@github.com:a/b", true),
            ("git://x/y", true),
            ("ssh://git@x/y", true),
            ("https://x.y/a.git", true),
            ("https://x.y/a.git#main:sub", true),
            ("https://x.y/a.git?ref=main", true),
            ("https://x.y/a.tar.gz", false),
            ("https://x.git", false),
            ("github.com/a/b.git", false),
            ("./git@x:y", false),
            ("file@2:x/..", true),
            ("a.b@c:d", false),
            ("a:b", false),
            ("package@1.2", false),
        ] {
            assert_eq!(is_git(source), git, "{source}");
        }
    }
}
