//! [`ContextProject`]: the directory of the context in which an install runs, and the files that it reads there.

use std::collections::BTreeSet;

use saphyr::{LoadableYamlNode, Yaml};

use crate::optimize::context::ContextFiles;
use crate::semantic::paths::base_name;

/// A project in the build context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContextProject<'f> {
    pub files: &'f ContextFiles,
    /// Relative to the context; empty, or ending with `/`.
    pub directory: &'f str,
}

/// The files that are copied before the install, and the command that runs after that.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct InstallNeeds {
    /// Relative to the project, with a trailing `/` for directories.
    pub paths: BTreeSet<String>,
    /// The command that downloads, if the install itself stays after the sources.
    pub fetch: Option<String>,
    pub proof: Vec<String>,
}

impl InstallNeeds {
    pub(crate) fn add(&mut self, path: impl Into<String>) {
        self.paths.insert(path.into());
    }

    /// Adds the files with these names that exist.
    pub(crate) fn add_existing_files(&mut self, project: &ContextProject<'_>, names: &[&str]) {
        self.paths.extend(names.iter().filter(|name| project.has_file(name)).map(|name| (*name).to_string()));
    }

    /// The paths and a verb: "`package.json` lists".
    pub(crate) fn list_paths(&self, singular: &str, plural: &str) -> String {
        let names = self.paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>();
        format!("{} {}", names.join(", "), if names.len() == 1 { singular } else { plural })
    }

    pub(crate) fn add_condition(&mut self, condition: impl Into<String>) {
        self.proof.push(condition.into());
    }
}

impl ContextProject<'_> {
    /// The path of a file relative to the context.
    fn path(&self, name: &str) -> String {
        format!("{}{name}", self.directory)
    }

    pub(crate) fn has_file(&self, name: &str) -> bool {
        let path = self.path(name);
        self.files.all.binary_search_by(|file| file.path.as_str().cmp(&path)).is_ok()
    }

    /// Whether the directory with this name contains a file.
    pub(crate) fn has_file_below(&self, directory: &str) -> bool {
        let prefix = self.path(&format!("{}/", directory.trim_end_matches('/')));
        let at = self.files.all.partition_point(|file| file.path < prefix);
        self.files.all.get(at).is_some_and(|file| file.path.starts_with(&prefix))
    }

    /// The files of the project, relative to its directory.
    pub(crate) fn all_files(&self) -> impl Iterator<Item = &str> {
        self.files.all.iter().filter_map(|file| file.path.strip_prefix(self.directory))
    }

    /// The text of a file.
    ///
    /// # Errors
    /// The file is not in the context, or is not text.
    pub(crate) fn text(&self, name: &str) -> Result<String, String> {
        if !self.has_file(name) {
            return Err(format!("`{}` is not in the build context", self.path(name)));
        }
        self.files.text(&self.path(name)).ok_or_else(|| format!("`{}` cannot be read", self.path(name)))
    }

    /// # Errors
    /// One of these directories exists, or git ignores it, so that other checkouts may contain it: the later COPY
    /// would replace the installed files.
    pub(crate) fn require_absent_directories(&self, directories: &[&str]) -> Result<(), String> {
        let is_excluded = |directory: &str| self.files.ignored.excludes(&self.path(directory));
        if let Some(directory) = directories.iter().find(|directory| self.has_file_below(directory)) {
            return Err(format!(
                "`{}`, created by the install, is also in the build context; add it to `.dockerignore`",
                self.path(directory)
            ));
        }
        match directories
            .iter()
            .find(|directory| !is_excluded(directory) && self.is_ignored_by_git(directory))
        {
            Some(directory) => Err(format!(
                "`.gitignore` lists `{}`, so other checkouts may have it; add it to `.dockerignore`",
                self.path(directory)
            )),
            None => Ok(()),
        }
    }

    /// Whether a `.gitignore` at the top of the project or of the build context lists the directory.
    fn is_ignored_by_git(&self, directory: &str) -> bool {
        let own = (self.path(".gitignore"), directory.to_string());
        let top = (".gitignore".to_string(), self.path(directory));
        [own, top].into_iter().any(|(file, path)| {
            let text = self.files.text(&file).unwrap_or_default();
            let name = base_name(&path);
            text.lines().map(str::trim).any(|line| {
                let line = line.trim_start_matches("**/").trim_end_matches("/*").trim_end_matches('/');
                // A pattern without a slash matches at any depth.
                line.trim_start_matches('/') == path || line == name
            })
        })
    }
}

/// A path from a project directory, without `.` and `..`; `None` if it leads out of the project.
pub(super) fn join_in_project(directory: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '~']) || path.contains('$') {
        return None;
    }
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// # Errors
/// The text of the file of this name is not YAML.
pub(super) fn parse_yaml<'t>(text: &'t str, name: &str) -> Result<Yaml<'t>, String> {
    let documents = Yaml::load_from_str(text).ok();
    documents.and_then(|list| list.into_iter().next()).ok_or_else(|| format!("`{name}` is not valid YAML"))
}

/// The first of these words in a text outside of comments, which begin with `mark` and end with the line. A word that
/// begins with a letter does not match the end of a longer word.
pub(super) fn find_named_word<'w>(text: &str, mark: &str, words: &[&'w str]) -> Option<&'w str> {
    let begins = |line: &str, at: usize| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    };
    let has = |line: &str, word: &str| {
        line.match_indices(word)
            .any(|(at, _)| !word.starts_with(|c: char| c.is_alphabetic()) || begins(line, at))
    };
    // In `https://`, two slashes do not begin a comment.
    let code = |line: &'_ str| {
        let comment = line
            .match_indices(mark)
            .map(|(at, _)| at)
            .find(|at| !line.get(..*at).is_some_and(|head| head.ends_with(':')));
        comment.map_or(line.to_string(), |at| line.get(..at).unwrap_or_default().to_string())
    };
    let lines: Vec<String> = text.lines().map(code).collect();
    words.iter().find(|word| lines.iter().any(|line| has(line, word))).copied()
}

/// The directory of a path; empty at the top.
pub(super) fn parent_directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_whole_words() {
        for (text, expected) in [
            ("file(\"a\")", Some("file(")),
            ("profile(\"a\")", None),
            ("a = file(\"a\")", Some("file(")),
            ("// file(\"a\")", None),
            ("url 'https://example.org/file(' // x", Some("file(")),
            ("x.execute()", Some(".execute(")),
            ("", None),
        ] {
            assert_eq!(find_named_word(text, "//", &["file(", ".execute("]), expected, "{text}");
        }
    }

    #[test]
    fn paths_stay_in_the_project() {
        for (directory, path, expected) in [
            ("", "a", Some("a")),
            ("x", "./a", Some("x/a")),
            ("x/y", "../a/b", Some("x/a/b")),
            ("x", "../../a", None),
            ("", "/a", None),
            ("", "$A/b", None),
        ] {
            assert_eq!(join_in_project(directory, path).as_deref(), expected, "{directory} {path}");
        }
        assert_eq!([parent_directory("a/b/c"), parent_directory("c")], ["a/b", ""]);
    }
}
