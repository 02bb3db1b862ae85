//! [`ImagePaths`]: whether a path certainly is not in the image when a command runs, or is a file of the build context.

use super::Outline;
use super::commands::{LocatedCommand, is_system_manager, locate_commands, paths_overlap};
use super::context::ContextFiles;
use super::draft::StepDraft;
use super::inputs::join_path;
use crate::semantic::archive::may_be_unpacked;
use crate::semantic::base_image::BaseImage;
use crate::semantic::effects::{PathSet, Verb};
use crate::semantic::paths::{base_name, is_within};
use crate::semantic::{PathPattern, Run, Semantics};
use crate::shell::{ListNode, ReadOutcome, ShellCommand};
use crate::syntax::{Arguments, Kind, Source};

/// What is known of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PathState {
    /// It certainly does not exist.
    Absent,
    /// A COPY put this file of the build context there, and nothing has changed its content since.
    Copied(CopiedFile),
    /// It certainly is a directory.
    Directory,
    Unknown,
}

/// A file of the build context in the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CopiedFile {
    /// Its path in the context.
    pub source: String,
    /// What is known of its mode.
    pub mode: CopiedMode,
    /// Where the COPY begins.
    pub at: u32,
}

/// The mode of a file of the build context in the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CopiedMode {
    /// That of the file in the context.
    Kept,
    /// The COPY sets it, so that nobody may run the file.
    NotExecutable,
    /// The COPY sets another, or a command may have changed it.
    Other,
}

/// The paths of the images that a file builds.
pub(crate) struct ImagePaths<'o, 's, 'a> {
    pub(super) outline: &'o Outline<'s, 'a>,
    context: Option<&'o ContextFiles>,
}

/// Official images that have nothing at the top but the directories of the system.
const PLAIN_IMAGES: [&str; 9] =
    ["alpine", "buildpack-deps", "debian", "node", "perl", "python", "ruby", "rust", "ubuntu"];

/// What is at the top of a system, or may be.
const SYSTEM: [&str; 26] = [
    "bin",
    "boot",
    "dev",
    "etc",
    "home",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "lost+found",
    "media",
    "mnt",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
    "snap",
    "cdrom",
    "selinux",
    "misc",
];

/// Commands that create no file or directory except by redirection.
const CREATES_NOTHING: [&str; 25] = [
    "[", "basename", "cat", "cd", "chgrp", "chmod", "chown", "command", "dirname", "echo", "exit", "export",
    "false", "find", "grep", "head", "ls", "printf", "pwd", "rm", "rmdir", "set", "test", "true", "which",
];

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

impl<'o, 's, 'a> ImagePaths<'o, 's, 'a> {
    /// `context`: the files of the build context, if somebody has named it.
    pub(crate) fn new(outline: &'o Outline<'s, 'a>, context: Option<&'o ContextFiles>) -> Self {
        let context = context.filter(|files| !files.assumed && files.unreadable == 0);
        Self { outline, context }
    }

    /// The state of an absolute path before a command of a RUN; `before`: the commands of that RUN that come first.
    pub(crate) fn state_before(
        &self,
        step: &StepDraft<'_, '_>,
        before: &[LocatedCommand<'_>],
        path: &str,
    ) -> PathState {
        let is_mounted = step.run.is_some_and(|run| {
            run.mounts.iter().any(|mount| {
                let target = mount.target_text();
                target.contains('$') || !target.starts_with('/') || paths_overlap(target, path)
            })
        });
        if is_mounted || step.fired || step.run.is_none_or(has_bare_redirection) {
            return PathState::Unknown;
        }
        after_commands(before, path, self.state_at(step.stage, step.instruction.span.start, path))
    }

    /// The state of an absolute path at the end of a stage.
    pub(crate) fn state_at_end(&self, stage: usize, path: &str) -> PathState {
        let end = self.outline.semantics.stages.get(stage).map_or(0, |stage| stage.span.end);
        self.state_at(stage, end, path)
    }

    /// The state of an absolute path in a stage, before the instruction that starts at `offset`.
    pub(super) fn state_at(&self, stage: usize, offset: u32, path: &str) -> PathState {
        let semantics = self.outline.semantics;
        let chain: Vec<usize> = semantics.chain(stage).map(|stage| stage.index).collect();
        let is_absent = is_absent_in_base(semantics, stage, path);
        let mut state = if is_absent { PathState::Absent } else { PathState::Unknown };
        let steps = self.outline.drafts.steps.iter();
        for step in steps.filter(|step| chain.contains(&step.stage) && step.instruction.span.start < offset) {
            state = self.after_step(step, path, state);
        }
        state
    }

    fn after_step(&self, step: &StepDraft<'_, '_>, path: &str, state: PathState) -> PathState {
        if step.fired {
            return PathState::Unknown;
        }
        match step.instruction.kind {
            Kind::Copy | Kind::Add => self.after_copy(step, path, state),
            Kind::Workdir => match &step.destination {
                Some(to) if is_within(to.trim_end_matches('/'), path) => PathState::Directory,
                Some(_) => state,
                None => PathState::Unknown,
            },
            Kind::Volume => match state {
                PathState::Copied(_) => PathState::Unknown,
                other => other,
            },
            Kind::Run => {
                let Some(run) = step.run.filter(|run| run.script.reading == ReadOutcome::Complete) else {
                    return PathState::Unknown;
                };
                let is_file_of_heredoc =
                    run.script.commands.is_empty() && !run.instruction.heredocs.is_empty();
                if is_file_of_heredoc || has_bare_redirection(run) {
                    return PathState::Unknown;
                }
                let source = self.outline.semantics.file.source;
                after_commands(&locate_commands(step, source), path, state)
            }
            _ => state,
        }
    }

    fn after_copy(&self, step: &StepDraft<'_, '_>, path: &str, state: PathState) -> PathState {
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

fn contents_of(files: &ContextFiles, read: &super::touch::SourceMatcher, rest: &str) -> Contents {
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

/// Whether the script may create a file without a command: `> file`.
fn has_bare_redirection(run: &Run<'_>) -> bool {
    run.script.list.iter().any(|item| item.node == ListNode::Bare)
}

fn is_file_name(name: &str) -> bool {
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending);
    FILE_NAMES.contains(&name)
        || ending.is_some_and(|ending| FILE_ENDINGS.contains(&ending) || ending == "yaml" || ending == "tgz")
}

fn is_absent_in_base(semantics: &Semantics<'_>, stage: usize, path: &str) -> bool {
    let base = semantics.base_image(stage);
    base.is_some_and(|base| base.certain && is_plain(&base.image) && lacks_path(&base.image, path))
}

/// Whether it is known what is at the top of the image.
pub(crate) fn is_plain(image: &BaseImage) -> bool {
    image.official
        && !image.pinned
        && PLAIN_IMAGES.contains(&image.name.as_str())
        && image.facts.onbuild.as_ref().is_some_and(Vec::is_empty)
}

/// Whether the image certainly has nothing at the path.
fn lacks_path(image: &BaseImage, path: &str) -> bool {
    let mut parts = path.trim_start_matches('/').split('/');
    let Some(top) = parts.next().filter(|top| !top.is_empty()) else { return false };
    let is_workdir = image.facts.workdir.as_deref().is_some_and(|workdir| is_within(workdir, path));
    if is_workdir {
        return false;
    }
    if !SYSTEM.contains(&top) {
        return true;
    }
    let Some(second) = parts.next() else { return false };
    match top {
        "mnt" | "media" | "srv" => true,
        "opt" => !second.starts_with("yarn"),
        "home" => !["ubuntu", "node"].contains(&second),
        _ => false,
    }
}

fn after_commands(commands: &[LocatedCommand<'_>], path: &str, mut state: PathState) -> PathState {
    for one in commands {
        let changes = match &mut state {
            PathState::Absent => may_make(one, path),
            PathState::Copied(file) if one.command.is_any(&["chmod", "chown", "chgrp"]) => {
                if may_change(one, path) {
                    file.mode = CopiedMode::Other;
                }
                false
            }
            PathState::Directory => may_remove(one, path),
            PathState::Copied(_) => may_change(one, path),
            PathState::Unknown => return PathState::Unknown,
        };
        if changes {
            return PathState::Unknown;
        }
    }
    state
}

/// Whether a command may make something at the path.
fn may_make(one: &LocatedCommand<'_>, path: &str) -> bool {
    let command = one.command;
    let name = command.name.as_deref().unwrap_or_default();
    let redirects = !command.redirections.is_empty();
    let is_makers = matches!(name, "mkdir" | "touch");
    if (is_makers || CREATES_NOTHING.contains(&name)) && !command.runs_through(&["xargs"]) {
        let makes = |word: &&crate::shell::ShellWord| {
            let made = join_path(one.directory.as_deref(), &word.text)
                .filter(|_| word.literal && !word.text.contains('~'));
            made.is_none_or(|made| is_within(&made, path))
        };
        let by_name = is_makers && command.operands().any(|word| makes(&word));
        return by_name || (redirects && may_write(one, path)) || is_find_with_action(command);
    }
    if one.effects.unknown {
        return true;
    }
    if matches!(name, "useradd" | "adduser") {
        let has_home = ["d", "home", "home-dir", "h"].iter().any(|flag| command.has_flag(flag));
        return has_home || is_within(path, "/home") || command.words.iter().any(|word| !word.literal);
    }
    if ["tar", "unzip", "git", "dpkg", "rsync", "cpio"].contains(&name) {
        return true;
    }
    if let Some(call) = &one.effects.packages {
        if matches!(call.verb, Verb::Update | Verb::Clean | Verb::Query | Verb::Remove) {
            return false;
        }
        if is_system_manager(call.manager) {
            let top = path.trim_start_matches('/').split('/').next().unwrap_or_default();
            let has_files = !call.files.is_empty() || call.words(command).any(|word| word.text.contains('/'));
            return has_files || SYSTEM.contains(&top);
        }
        return one.directory.as_deref().is_none_or(|directory| paths_overlap(directory, path))
            || one.may_make_below(path);
    }
    may_write(one, path)
}

fn is_find_with_action(command: &ShellCommand) -> bool {
    command.is("find") && command.has_argument(&["-exec", "-execdir", "-ok", "-fprint"])
}

fn may_write(one: &LocatedCommand<'_>, path: &str) -> bool {
    match &one.effects.writes {
        PathSet::None => false,
        PathSet::Anything => true,
        known @ PathSet::Known(paths) => {
            let absolute = one.absolute(known);
            absolute.len() < paths.len() || absolute.iter().any(|own| paths_overlap(own, path))
        }
    }
}

/// Whether a command may change a file, its mode or its owner, or delete it.
fn may_change(one: &LocatedCommand<'_>, path: &str) -> bool {
    if one.effects.packages.is_some() {
        return one.directory.as_deref().is_none_or(|directory| paths_overlap(directory, path))
            || may_make(one, path);
    }
    let touches = |paths: &PathSet| match paths {
        PathSet::None => false,
        PathSet::Anything => true,
        known @ PathSet::Known(all) => {
            let absolute = one.absolute(known);
            absolute.len() < all.len() || absolute.iter().any(|own| paths_overlap(own, path))
        }
    };
    one.effects.unknown || touches(&one.effects.writes) || touches(&one.effects.deletes)
}

/// Whether a command may delete a directory, or put something else in its place.
fn may_remove(one: &LocatedCommand<'_>, path: &str) -> bool {
    let command = one.command;
    let keeps = CREATES_NOTHING.contains(&command.name.as_deref().unwrap_or_default())
        && !command.is_any(&["rm", "rmdir", "find"])
        || command.is_any(&["mkdir", "touch", "useradd", "adduser", "groupadd", "addgroup"]);
    !keeps && one.effects.packages.is_none() && may_change(one, path)
}
