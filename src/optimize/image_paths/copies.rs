//! What COPY and ADD put at a path.

use super::super::context::ContextFiles;
use super::super::draft::StepDraft;
use super::super::touch::SourceMatcher;
use super::{CopiedFile, CopiedMode, ImagePaths, PathState};
use crate::semantic::PathPattern;
use crate::semantic::archive::may_be_unpacked;
use crate::semantic::paths::{base_name, is_within};
use crate::syntax::{Arguments, Kind, Source};

/// Endings of names that files have and directories do not.
const FILE_ENDINGS: [&str; 42] = [
    "c",
    "cc",
    "cfg",
    "cjs",
    "cnf",
    "conf",
    "cpp",
    "crt",
    "css",
    "csv",
    "env",
    "go",
    "gradle",
    "h",
    "html",
    "ini",
    "jar",
    "java",
    "js",
    "json",
    "key",
    "kts",
    "lock",
    "md",
    "mjs",
    "mod",
    "pem",
    "php",
    "properties",
    "py",
    "rb",
    "rs",
    "service",
    "sh",
    "sql",
    "sum",
    "toml",
    "ts",
    "txt",
    "war",
    "xml",
    "yml",
];

/// Names without an ending that files have and directories do not.
const FILE_NAMES: [&str; 9] =
    ["Cargo.lock", "Dockerfile", "Gemfile", "Makefile", "Pipfile", "Procfile", "Rakefile", "gradlew", "mvnw"];

impl ImagePaths<'_, '_, '_> {
    /// The state of an absolute path after a COPY or ADD.
    pub(super) fn after_copy(&self, step: &StepDraft<'_, '_>, path: &str, state: PathState) -> PathState {
        let Some(to) = step.destination.as_deref() else { return PathState::Unknown };
        let into_directory = to.ends_with('/');
        let to = to.trim_end_matches('/');
        let Arguments::Paths(paths) = &step.instruction.arguments else { return PathState::Unknown };
        let prefix = format!("{to}/");
        let rest = path.strip_prefix(prefix.as_str());
        if rest.is_none() && !is_within(to, path) {
            return state;
        }
        let flags = ["parents", "exclude", "unpack"];
        if flags.iter().any(|flag| step.instruction.flag(flag).is_some()) {
            return PathState::Unknown;
        }
        let Some(rest) = rest else {
            if into_directory || path != to || state == PathState::Directory {
                return PathState::Directory;
            }
            // The file itself, or a directory that is created.
            let single = match (step.key.reads.as_slice(), paths.sources.len()) {
                ([read], 1) if read.known && !read.is_glob() => Some(read.pattern.as_str()),
                _ => None,
            };
            return match single.filter(|source| self.is_file(source)) {
                Some(source) if !Self::may_unpack(step, source) => Self::copied(step, source),
                _ => PathState::Unknown,
            };
        };
        let mut state = state;
        for source in &paths.sources {
            match source {
                Source::Heredoc(..) => {
                    if base_name(&source.word().text) == rest {
                        return PathState::Unknown;
                    }
                }
                Source::Path(word) if word.text.contains("://") || word.text.starts_with("git@") => {
                    return PathState::Unknown;
                }
                Source::Path(_) => {}
            }
        }
        for taken in &step.key.taken {
            for from in &taken.paths {
                let name = base_name(from.trim_end_matches('/'));
                if !is_file_name(name) || name == rest || from.contains(['$', '*', '?', '[']) {
                    return PathState::Unknown;
                }
            }
        }
        if step.key.taken.iter().any(|taken| taken.paths.is_empty()) {
            return PathState::Unknown;
        }
        for read in &step.key.reads {
            if !read.known || Self::may_unpack(step, &read.pattern) {
                return PathState::Unknown;
            }
            match self.context {
                Some(files) => match contents_of(files, read, rest) {
                    Contents::Nothing => {}
                    Contents::File(source) => state = Self::copied(step, &source),
                    Contents::Perhaps => return PathState::Unknown,
                },
                None => {
                    let name = base_name(&read.pattern);
                    let matches = if read.is_glob() {
                        PathPattern::new(name).is_none_or(|pattern| pattern.is_match(rest))
                    } else {
                        name == rest
                    };
                    if read.is_whole() || !is_file_name(name) || matches {
                        return PathState::Unknown;
                    }
                }
            }
        }
        state
    }

    fn copied(step: &StepDraft<'_, '_>, source: &str) -> PathState {
        PathState::Copied(CopiedFile {
            source: source.to_string(),
            mode: match step.instruction.flag_value("chmod") {
                Some(mode) => mode_of(&mode.text),
                None if step.instruction.flag("chmod").is_some() => CopiedMode::Other,
                None => CopiedMode::Kept,
            },
            at: step.instruction.span.start,
        })
    }

    /// Whether it certainly is a file of the context.
    fn is_file(&self, source: &str) -> bool {
        self.context.is_some_and(|files| files.all.iter().any(|file| file.path == source))
    }

    fn may_unpack(step: &StepDraft<'_, '_>, source: &str) -> bool {
        step.instruction.kind == Kind::Add && may_be_unpacked(source)
    }
}

fn mode_of(written: &str) -> CopiedMode {
    match u32::from_str_radix(written, 8) {
        Ok(mode) if mode & 0o111 == 0 => CopiedMode::NotExecutable,
        _ => CopiedMode::Other,
    }
}

/// What a COPY of a source puts at a path below its destination.
enum Contents {
    Nothing,
    /// This file of the context.
    File(String),
    Perhaps,
}

fn contents_of(files: &ContextFiles, read: &SourceMatcher, rest: &str) -> Contents {
    for file in &files.all {
        let Some(part) = read.reach(&file.path) else { continue };
        let copied = if part.len() == file.path.len() {
            base_name(&file.path)
        } else {
            file.path.get(part.len()..).unwrap_or_default().trim_start_matches('/')
        };
        if copied == rest {
            return Contents::File(file.path.clone());
        }
        if copied.starts_with(rest) && copied.as_bytes().get(rest.len()) == Some(&b'/') {
            return Contents::Perhaps;
        }
    }
    if read.is_glob() {
        // A directory that matches may have empty directories in it.
        return if is_file_name(base_name(&read.pattern)) || rest.contains('.') {
            Contents::Nothing
        } else {
            Contents::Perhaps
        };
    }
    // An empty directory, or something behind a link.
    let root = if read.pattern == "." { files.root.clone() } else { files.root.join(&read.pattern) };
    let mut place = root;
    let mut is_link = place.is_symlink();
    for part in rest.split('/') {
        place.push(part);
        is_link |= place.is_symlink();
    }
    if is_link || place.is_dir() { Contents::Perhaps } else { Contents::Nothing }
}

fn is_file_name(name: &str) -> bool {
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending);
    FILE_NAMES.contains(&name)
        || ending.is_some_and(|ending| FILE_ENDINGS.contains(&ending) || ending == "yaml" || ending == "tgz")
}
