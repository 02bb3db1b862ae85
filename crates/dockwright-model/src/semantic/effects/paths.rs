//! [`PathSet`]: a set of paths, such as those that a command reads.

use crate::semantic::OptionValue;
use crate::semantic::paths::is_within;
use crate::shell::ShellWord;

/// Files and directories. A directory includes all of its content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PathSet {
    #[default]
    None,
    /// As written: relative to the working directory, globs and `~` included. A variable or substitution after the
    /// beginning of a path is replaced with `*`, as if it could not lead to another directory.
    Known(Vec<String>),
    Anything,
}

impl PathSet {
    #[must_use]
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// One path.
    pub fn from_path(path: impl Into<String>) -> Self {
        Self::Known(vec![path.into()])
    }

    pub(crate) fn from_paths(paths: &[&str]) -> Self {
        paths.iter().map(|path| Self::from_path(*path)).collect()
    }

    /// The paths that these words name. A word that starts with a variable or a substitution may name anything.
    pub(in crate::semantic) fn from_words<'w>(words: impl IntoIterator<Item = &'w ShellWord>) -> Self {
        words.into_iter().map(|word| Self::from_text(&word.text, word.literal)).collect()
    }

    /// The paths that the values of an option name.
    pub(in crate::semantic) fn from_values(values: &[OptionValue<'_>]) -> Self {
        values.iter().map(|value| Self::from_text(value.text, false)).collect()
    }

    pub(super) fn from_text(text: &str, literal: bool) -> Self {
        match text.find("${") {
            _ if text.is_empty() => Self::Anything,
            Some(at) if !literal && text.get(..at).is_some_and(|before| matches!(before, "" | "/" | ".")) => {
                Self::Anything
            }
            Some(_) if !literal => Self::from_path(replace_expansions(text)),
            _ => Self::from_path(text),
        }
    }

    #[must_use]
    pub(crate) fn union(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anything, _) | (_, Self::Anything) => Self::Anything,
            (Self::None, paths) | (paths, Self::None) => paths,
            (Self::Known(mut paths), Self::Known(others)) => {
                for path in others {
                    if !paths.contains(&path) {
                        paths.push(path);
                    }
                }
                Self::Known(paths)
            }
        }
    }

    /// The same paths, with relative ones resolved from a directory.
    pub(super) fn resolve_from_directory(self, directory: &str) -> Self {
        let Self::Known(paths) = self else { return self };
        let below = |path: String| {
            let absolute = path.starts_with(['/', '~']) || directory == ".";
            let text = if absolute { path } else { format!("{}/{path}", directory.trim_end_matches('/')) };
            Self::from_text(&text, false)
        };
        paths.into_iter().map(below).collect()
    }

    pub(super) fn add(&mut self, other: Self) {
        *self = std::mem::take(self).union(other);
    }

    /// This set, or `other` if this one is empty.
    pub(super) fn or_if_empty(self, other: Self) -> Self {
        if self.is_none() { other } else { self }
    }

    /// Whether a path of the set may be the absolute path, a path below it, or a directory above it. A
    /// relative path is assumed to be elsewhere; of a glob, the part before its first special character
    /// counts.
    #[must_use]
    pub(crate) fn may_overlap(&self, path: &str) -> bool {
        match self {
            Self::None => false,
            Self::Anything => true,
            Self::Known(paths) => paths.iter().any(|own| {
                let fixed = own.split(['*', '?', '[', '{']).next().unwrap_or_default();
                let own_directory = fixed.trim_end_matches('/');
                let whole = fixed.len() == own.len();
                if !own.starts_with('/') {
                    return false;
                }
                is_within(path, own_directory)
                    || is_within(own_directory, path)
                    || (!whole && path.starts_with(fixed))
            }),
        }
    }
}

impl FromIterator<Self> for PathSet {
    fn from_iter<T: IntoIterator<Item = Self>>(paths: T) -> Self {
        paths.into_iter().fold(Self::None, Self::union)
    }
}

/// The text with `*` for each expansion.
fn replace_expansions(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("${") {
        plain.push_str(before);
        plain.push('*');
        let mut depth = 1usize;
        let end = inside.find(|c: char| {
            depth = match c {
                '{' => depth + 1,
                '}' => depth - 1,
                _ => depth,
            };
            depth == 0
        });
        rest = end.and_then(|end| inside.get(end + 1..)).unwrap_or_default();
    }
    plain + rest
}
