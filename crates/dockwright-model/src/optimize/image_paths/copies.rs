//! The effects of COPY and ADD on a path.

use super::super::context::ContextFiles;
use super::super::draft::StepDraft;
use super::super::source_matcher::SourceMatcher;
use super::{CopiedFile, CopiedMode, ImagePathState, ImagePaths};
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

/// Names without an extension that are usually files, not directories.
const FILE_NAMES: [&str; 8] =
    ["Dockerfile", "Gemfile", "Makefile", "Pipfile", "Procfile", "Rakefile", "gradlew", "mvnw"];

impl ImagePaths<'_, '_, '_> {
    /// The state of an absolute path after a COPY or ADD.
    pub(super) fn state_after_copy(
        &self,
        step: &StepDraft<'_, '_>,
        path: &str,
        state: ImagePathState,
    ) -> ImagePathState {
        let Some(to) = step.destination.as_deref() else { return ImagePathState::Unknown };
        let into_directory = to.ends_with('/');
        let to = to.trim_end_matches('/');
        let Arguments::Paths(paths) = &step.instruction.arguments else { return ImagePathState::Unknown };
        let below = path.strip_prefix(to).and_then(|rest| rest.strip_prefix('/'));
        if below.is_none() && !is_within(to, path) {
            return state;
        }
        let flags = ["parents", "exclude", "unpack"];
        if flags.iter().any(|flag| step.instruction.flag(flag).is_some()) {
            return ImagePathState::Unknown;
        }
        match below {
            Some(below) if may_add_path(step, &paths.sources, below) => ImagePathState::Unknown,
            Some(below) => self.state_below_destination(step, below, state),
            None if into_directory || path != to || state == ImagePathState::Directory => {
                ImagePathState::Directory
            }
            None => self.destination_state(step, &paths.sources),
        }
    }

    /// The state of the destination, which is the copied file itself, or a directory that is created.
    fn destination_state(&self, step: &StepDraft<'_, '_>, sources: &[Source<'_>]) -> ImagePathState {
        let single = match (step.key.reads.as_slice(), sources.len()) {
            ([read], 1) if read.known && !read.is_glob() => Some(read.pattern.as_str()),
            _ => None,
        };
        match single.filter(|source| self.is_file(source)) {
            Some(source) if !Self::may_unpack_source(step, source) => {
                Self::state_of_copied_path(step, source)
            }
            _ => ImagePathState::Unknown,
        }
    }

    /// The state of the path `below` the destination, according to the files that are copied from the build context.
    fn state_below_destination(
        &self,
        step: &StepDraft<'_, '_>,
        below: &str,
        mut state: ImagePathState,
    ) -> ImagePathState {
        for read in &step.key.reads {
            if !read.known || Self::may_unpack_source(step, &read.pattern) {
                return ImagePathState::Unknown;
            }
            let Some(files) = self.context else {
                let name = base_name(&read.pattern);
                let matches = if read.is_glob() {
                    PathPattern::new(name).is_none_or(|pattern| pattern.is_match(below))
                } else {
                    name == below
                };
                if read.is_whole_context() || !has_file_extension(name) || matches {
                    return ImagePathState::Unknown;
                }
                continue;
            };
            match copied_contents_of_path(files, read, below) {
                CopiedContents::Nothing => {}
                CopiedContents::File(source) => state = Self::state_of_copied_path(step, &source),
                CopiedContents::Perhaps => return ImagePathState::Unknown,
            }
        }
        state
    }

    fn state_of_copied_path(step: &StepDraft<'_, '_>, source: &str) -> ImagePathState {
        ImagePathState::Copied(CopiedFile {
            source: source.to_string(),
            mode: match step.instruction.flag_value("chmod") {
                Some(mode) => parse_copied_mode(&mode.text),
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

    fn may_unpack_source(step: &StepDraft<'_, '_>, source: &str) -> bool {
        step.instruction.kind == Kind::Add && may_be_unpacked(source)
    }
}

/// Whether a source that is not in the build context may add the path `below` the destination.
fn may_add_path(step: &StepDraft<'_, '_>, sources: &[Source<'_>], below: &str) -> bool {
    let by_source = sources.iter().any(|source| match source {
        Source::Heredoc(..) => base_name(&source.word().text) == below,
        Source::Path(word) => word.text.contains("://") || word.text.starts_with("git@"),
    });
    let may_be = |from: &String| {
        let name = base_name(from.trim_end_matches('/'));
        !has_file_extension(name) || name == below || from.contains(['$', '*', '?', '['])
    };
    by_source || step.key.taken.iter().any(|taken| taken.paths.is_empty() || taken.paths.iter().any(may_be))
}

fn parse_copied_mode(written: &str) -> CopiedMode {
    match u32::from_str_radix(written, 8) {
        Ok(mode) if mode & 0o111 == 0 => CopiedMode::NotExecutable,
        _ => CopiedMode::Other,
    }
}

/// The content of a path below the destination of a COPY.
enum CopiedContents {
    Nothing,
    /// This file of the context.
    File(String),
    Perhaps,
}

fn copied_contents_of_path(files: &ContextFiles, read: &SourceMatcher, rest: &str) -> CopiedContents {
    for file in &files.all {
        let Some(part) = read.path_prefix_named_by_source(&file.path) else { continue };
        let copied = if part.len() == file.path.len() {
            base_name(&file.path)
        } else {
            file.path.get(part.len()..).unwrap_or_default().trim_start_matches('/')
        };
        if copied == rest {
            return CopiedContents::File(file.path.clone());
        }
        if copied.starts_with(rest) && copied.as_bytes().get(rest.len()) == Some(&b'/') {
            return CopiedContents::Perhaps;
        }
    }
    if read.is_glob() {
        // A matching directory may contain empty directories.
        return if has_file_extension(base_name(&read.pattern)) || rest.contains('.') {
            CopiedContents::Nothing
        } else {
            CopiedContents::Perhaps
        };
    }
    // The path may be an empty directory, or lead through a link; follow it.
    let root = if read.pattern == "." { files.root.clone() } else { files.root.join(&read.pattern) };
    let mut place = root;
    let mut is_link = place.is_symlink();
    for part in rest.split('/') {
        place.push(part);
        is_link |= place.is_symlink();
    }
    if is_link || place.is_dir() { CopiedContents::Perhaps } else { CopiedContents::Nothing }
}

fn has_file_extension(name: &str) -> bool {
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending);
    FILE_NAMES.contains(&name)
        || ending.is_some_and(|ending| FILE_ENDINGS.contains(&ending) || ending == "yaml" || ending == "tgz")
}
