//! An ignore file for a context that has none.

use super::{Amount, ContextFiles, IgnoreFileProposal, ecosystem, find_junk, is_secret};
use crate::semantic::paths::base_name;
use crate::semantic::{IgnoreFile, PathPattern};

/// Files that hardly any image needs.
const ALWAYS: [&str; 22] = [
    ".gitignore",
    ".gitattributes",
    ".github",
    ".gitlab-ci.yml",
    ".circleci",
    ".vscode",
    ".idea",
    "**/*.swp",
    "**/.DS_Store",
    "**/Thumbs.db",
    "Dockerfile*",
    "*.Dockerfile",
    "docker-compose*.y*ml",
    "compose*.y*ml",
    ".dockerignore",
    "**/*.log",
    "**/.env",
    "**/.env.*",
    "!**/.env.example",
    "**/id_rsa*",
    "**/.netrc",
    "**/.ssh",
];

/// Proposes an ignore file.
///
/// `named`: the sources of COPY, ADD and bind mounts, except for the whole context; `git`: whether a RUN calls git.
/// Lines that would exclude a named file, or a directory that contains it, are not proposed.
pub(super) fn propose_ignore_file(
    files: &ContextFiles,
    named: &[&str],
    git: bool,
) -> Option<IgnoreFileProposal> {
    if files.ignore_file.is_some() || files.all.is_empty() {
        return None;
    }
    let mut lines: Vec<&str> = if git { Vec::new() } else { vec![".git"] };
    lines.extend(ALWAYS);
    for line in ecosystem::ecosystems_in(files).flat_map(|ecosystem| ecosystem.lines) {
        if !lines.contains(line) {
            lines.push(line);
        }
    }
    // Names that are excluded in every kind of project.
    let there: Vec<String> =
        files.all.iter().filter_map(|file| ignore_line_for_directory(&file.path)).collect();
    for line in &there {
        if !lines.contains(&line.as_str()) && (line != ".git" || !git) {
            lines.push(line);
        }
    }
    lines.retain(|line| {
        line.starts_with('!') || !named.iter().any(|source| excludes_needed_file(line, source, files))
    });
    Some(IgnoreFileProposal::new(lines.into_iter().map(str::to_string).collect(), files))
}

/// Lines that an ignore file lacks: for unneeded files in the context, and for secrets.
pub(super) fn propose_additions(
    files: &ContextFiles,
    named: &[&str],
    git: bool,
) -> Option<IgnoreFileProposal> {
    files.ignore_file.as_ref()?;
    let of_files: Vec<(&str, IgnoreFile)> = ALWAYS
        .into_iter()
        .filter(|line| !line.starts_with('!'))
        .map(|line| (line, IgnoreFile::parse(line.as_bytes())))
        .collect();
    let file_line = |path: &str| {
        let is_unneeded = find_junk(path).is_some() || is_secret(path);
        let line = is_unneeded.then(|| of_files.iter().find(|(_, ignore)| ignore.excludes(path)))??;
        Some(line.0.to_string())
    };
    let mut lines: Vec<String> = Vec::new();
    for line in files
        .all
        .iter()
        .filter_map(|file| ignore_line_for_directory(&file.path).or_else(|| file_line(&file.path)))
    {
        let is_wanted =
            (line == ".git" && git) || named.iter().any(|source| excludes_needed_file(&line, source, files));
        if !is_wanted && !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.iter().any(|line| line == "**/.env.*") {
        lines.push("!**/.env.example".to_string());
    }
    (!lines.is_empty()).then(|| IgnoreFileProposal::new(lines, files))
}

impl IgnoreFileProposal {
    fn new(lines: Vec<String>, files: &ContextFiles) -> Self {
        let ignore = IgnoreFile::parse(lines.join("\n").as_bytes());
        let mut leaves_out = Amount::default();
        for file in files.all.iter().filter(|file| ignore.excludes(&file.path)) {
            leaves_out.add(file.bytes);
        }
        Self { lines, leaves_out }
    }
}

/// A line for the directory that no image needs and that contains the file.
fn ignore_line_for_directory(path: &str) -> Option<String> {
    let (part, _) = find_junk(path).filter(|(part, _)| part.len() < path.len())?;
    let name = base_name(part);
    Some(if part == ".git" { ".git".to_string() } else { format!("**/{name}") })
}

/// Whether the line excludes the source, or a file that only this source copies.
fn excludes_needed_file(line: &str, source: &str, files: &ContextFiles) -> bool {
    let ignore = IgnoreFile::parse(line.as_bytes());
    if ignore.excludes(source) {
        return true;
    }
    let Some(glob) = PathPattern::is_pattern(source).then(|| PathPattern::new(source)).flatten() else {
        return false;
    };
    files.all.iter().any(|file| glob.is_match(&file.path) && ignore.excludes(&file.path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::context::ContextFile;

    fn files(paths: &[&str]) -> ContextFiles {
        let all = paths.iter().map(|path| ContextFile { path: (*path).to_string(), bytes: 10 }).collect();
        ContextFiles { all, ..ContextFiles::default() }
    }

    #[test]
    fn proposal_keeps_copied_files() {
        let context = files(&["package.json", "node_modules/a.js", "src/a.js", ".git/HEAD", ".env"]);
        let proposed =
            propose_ignore_file(&context, &["package.json"], false).expect("there is no ignore file");
        assert!(proposed.lines.iter().any(|line| line == "**/node_modules"));
        assert_eq!(proposed.leaves_out, Amount { files: 3, bytes: 30 });
        let proposed =
            propose_ignore_file(&context, &["node_modules", ".env"], true).expect("there is no ignore file");
        assert!(!proposed.lines.iter().any(|line| line.contains("node_modules") || line == ".git"));
        assert_eq!(proposed.leaves_out, Amount::default());
        assert!(
            propose_ignore_file(&ContextFiles { ignore_file: Some("x".into()), ..context }, &[], false)
                .is_none()
        );
    }

    #[test]
    fn an_ignore_file_lacks_lines_for_junk_and_secrets() {
        let paths =
            ["src/a.js", "web/node_modules/a.js", "x.log", ".env.local", ".env.example", "compose.yaml"];
        let context = ContextFiles { ignore_file: Some(".dockerignore".into()), ..files(&paths) };
        for (named, expected) in [
            (&[][..], &["**/node_modules", "**/*.log", "**/.env.*", "!**/.env.example"][..]),
            (&[".env.local", "x.log"], &["**/node_modules"]),
        ] {
            let added = propose_additions(&context, named, false).expect("lines");
            assert_eq!(added.lines, expected, "{named:?}");
        }
        let context = ContextFiles {
            ignore_file: Some(".dockerignore".into()),
            ..files(&["src/a.js", "compose.yaml"])
        };
        assert!(propose_additions(&context, &[], false).is_none());
    }
}
