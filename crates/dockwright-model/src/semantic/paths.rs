//! Functions that clean and join paths as text, without a file system.

/// Directories that exist in every base image with a distribution.
pub const STANDARD_DIRECTORIES: [&str; 17] = [
    "/bin",
    "/etc",
    "/home",
    "/lib",
    "/mnt",
    "/opt",
    "/root",
    "/sbin",
    "/srv",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/sbin",
    "/var",
];

/// The shortest form of a path, relative or absolute, like Go's `path.Clean`.
#[must_use]
pub(crate) fn clean_path(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            _ => parts.push(part),
        }
    }
    match (absolute, parts.join("/")) {
        (true, joined) => format!("/{joined}"),
        (false, joined) if joined.is_empty() => ".".to_string(),
        (false, joined) => joined,
    }
}

/// A path in the build context, without `/` or `./` in front. `..` does not leave the context, and `.` means all of
/// it.
#[must_use]
pub fn context_path(path: &str) -> String {
    let cleaned = clean_path(&format!("/{path}"));
    match cleaned.trim_start_matches('/') {
        "" => ".".to_string(),
        path => path.to_string(),
    }
}

/// An absolute path, given the working directory; `None` if that is unknown and the path is relative.
#[must_use]
pub fn join_path(workdir: Option<&str>, path: &str) -> Option<String> {
    let from = if path.starts_with('/') { "" } else { workdir? };
    Some(clean_path(&format!("/{from}/{path}")))
}

/// Whether the path is the directory or is in it. Both must be cleaned, and the directory must not be `/`.
#[must_use]
pub fn is_within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The text after the last slash: the whole path if there is no slash, empty if it is the last character.
#[must_use]
pub fn base_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Whether the directory of the path is one for programs by its name: `/usr/local/bin/composer`.
pub fn is_in_program_directory(path: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(directory, _)| matches!(base_name(directory), "bin" | "sbin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        for (path, cleaned, context) in [
            ("a//b/./c/", "a/b/c", "a/b/c"),
            ("a/../b", "b", "b"),
            ("../../a", "../../a", "a"),
            ("/../a", "/a", "a"),
            ("", ".", "."),
            ("./", ".", "."),
            ("/", "/", "."),
            ("a/..", ".", "."),
        ] {
            assert_eq!(clean_path(path), cleaned, "{path}");
            assert_eq!(context_path(path), context, "{path}");
        }
    }

    #[test]
    fn names_and_directories() {
        for (path, name) in [("a", "a"), ("/a/b", "b"), ("a/", ""), ("", "")] {
            assert_eq!(base_name(path), name, "{path}");
        }
        for (path, directory, expected) in
            [("/a", "/a", true), ("/a/b", "/a", true), ("/ab", "/a", false), ("/a", "/a/b", false)]
        {
            assert_eq!(is_within(path, directory), expected, "{path} {directory}");
        }
    }

    #[test]
    fn paths_are_joined() {
        for (workdir, path, expected) in [
            (Some("/a"), "b", Some("/a/b")),
            (Some("/a"), "../b/.", Some("/b")),
            (Some("/a"), "/b/", Some("/b")),
            (Some("/a/.."), "", Some("/")),
            (None, "/b/../..", Some("/")),
            (None, "b", None),
        ] {
            assert_eq!(join_path(workdir, path).as_deref(), expected, "{workdir:?} {path}");
        }
    }
}
