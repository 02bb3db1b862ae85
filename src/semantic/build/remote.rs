//! Which sources of ADD and COPY BuildKit takes for addresses.

/// Whether it begins with `http://` or `https://`.
pub fn is_http(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

/// Whether BuildKit clones it: `git@host:path`, `git://…`, `ssh://…`, and web addresses whose path ends in
/// `.git`. (`github.com/…` it takes for a path.)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
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
