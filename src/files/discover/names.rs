//! Recognizes the names of Dockerfiles.

/// Endings of files that are something else, or are not meant to be built.
const OTHER_ENDINGS: [&str; 11] =
    ["dockerignore", "md", "json", "yml", "yaml", "orig", "rej", "bak", "swp", "txt", "snap"];

/// Endings of templates: another program generates a Dockerfile from them.
const TEMPLATE_ENDINGS: [&str; 7] = ["j2", "jinja", "tpl", "tmpl", "template", "erb", "in"];

/// Endings of programming languages: `Dockerfile.go` is often a program about Dockerfiles.
const LANGUAGES: [&str; 46] = [
    "bash", "bat", "c", "cc", "cfg", "clj", "cpp", "cs", "css", "dart", "ex", "exs", "fish", "go", "groovy",
    "h", "hpp", "hs", "html", "java", "js", "jsx", "kt", "lua", "mjs", "ml", "php", "pl", "pm", "ps1", "py",
    "r", "rb", "rs", "scala", "sh", "sql", "swift", "tcl", "toml", "ts", "tsx", "vim", "xml", "zig", "zsh",
];

/// What a file name implies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileNameMatch {
    /// A Dockerfile.
    Yes,
    /// A Dockerfile if its first instruction is FROM or ARG.
    IfItStartsLikeOne,
    No,
}

/// Reads a file name, without its directory; upper and lower case are the same.
#[must_use]
pub(super) fn classify_name(name: &str) -> FileNameMatch {
    let name = name.to_ascii_lowercase();
    if !mentions_dockerfile(&name) || name.ends_with('~') {
        return FileNameMatch::No;
    }
    match name.rsplit_once('.') {
        Some((_, ending)) if OTHER_ENDINGS.contains(&ending) || TEMPLATE_ENDINGS.contains(&ending) => {
            FileNameMatch::No
        }
        Some((_, ending)) if LANGUAGES.contains(&ending) => FileNameMatch::IfItStartsLikeOne,
        _ => FileNameMatch::Yes,
    }
}

/// Whether a file of this name, without its directory, is next to a Dockerfile instead of being one, or a template of
/// one: `Dockerfile.dockerignore`, `Dockerfile.md`, `.dockerignore`.
#[must_use]
pub(crate) fn is_beside_dockerfile(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_related = mentions_dockerfile(&name) || name == ".dockerignore";
    is_related && classify_name(&name) == FileNameMatch::No && !is_template_name(&name)
}

/// Whether a file of this name, without its directory, is a template for a Dockerfile: `Dockerfile.j2`.
#[must_use]
pub(crate) fn is_template_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    mentions_dockerfile(&name) && ending.is_some_and(|ending| TEMPLATE_ENDINGS.contains(&ending))
}

/// Whether a name in lower case is `dockerfile` or `containerfile`, with something before or after it.
fn mentions_dockerfile(name: &str) -> bool {
    ["dockerfile", "containerfile"].iter().any(|base| {
        name.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
            || name.strip_suffix(base).is_some_and(|stem| stem.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_dockerfiles() {
        for name in [
            "Dockerfile",
            "dockerfile",
            "DOCKERFILE",
            "Containerfile",
            "Dockerfile.dev",
            "Dockerfile.alpine-3.20",
            "containerfile.x",
            "web.Dockerfile",
            "web.dockerfile",
            "web.containerfile",
            "Dockerfile-dev",
            "Dockerfile_dev",
            "Dockerfile.3.12",
            ".dockerfile",
        ] {
            assert_eq!(classify_name(name), FileNameMatch::Yes, "{name}");
        }
        for name in [
            "Dockerfile.dockerignore",
            ".dockerignore",
            "Dockerfile.md",
            "Dockerfile.j2",
            "Dockerfile.tmpl",
            "Dockerfile-x.json",
            "Dockerfile.dev.in",
            "Dockerfile.orig",
            "Dockerfile.txt",
            "Dockerfile.YML",
            "Dockerfiles",
            "MyDockerfile",
            "Dockerfile~",
            "docker",
            "",
        ] {
            assert_eq!(classify_name(name), FileNameMatch::No, "{name}");
        }
        for name in ["Dockerfile.go", "dockerfile.py", "Dockerfile.sh", "Dockerfile_test.go"] {
            assert_eq!(classify_name(name), FileNameMatch::IfItStartsLikeOne, "{name}");
        }
    }

    #[test]
    fn names_beside_dockerfiles() {
        for (name, is_beside, is_template) in [
            ("Dockerfile", false, false),
            ("Dockerfile.dockerignore", true, false),
            (".dockerignore", true, false),
            ("Dockerfile.md", true, false),
            ("Dockerfile.J2", false, true),
            ("web.Dockerfile.in", false, false),
            ("Dockerfile.dev.tmpl", false, true),
            ("readme.j2", false, false),
            ("compose.yaml", false, false),
        ] {
            assert_eq!(is_beside_dockerfile(name), is_beside, "{name}");
            assert_eq!(is_template_name(name), is_template, "{name}");
        }
    }
}
