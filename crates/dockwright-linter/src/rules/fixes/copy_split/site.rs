//! [`CopyAndInstall`]: a COPY of sources with an install after it, and the steps between them.

use std::cell::OnceCell;
use std::path::Path;

use super::install::{ProjectInstall, reads_no_sources};
use super::language::language_of_file;
use crate::optimize::SourceMatcher;
use crate::optimize::context::ContextFiles;
use crate::optimize::facts::{
    LocatedCommand, StepDraft, is_manifest_source, is_system_manager, paths_overlap,
};
use crate::rule::RuleChecker;
use crate::rules::fixes::hoist_run::SYSTEM_DIRECTORIES;
use crate::semantic::Run;
use crate::semantic::effects::{PathSet, Verb};
use crate::semantic::paths::base_name;
use crate::shell::{Connector, ListNode};
use crate::syntax::{Arguments, Kind, Mount};

/// Maximum number of instructions between the two.
const FAR: usize = 60;

/// Directories with what builds need besides the sources: wrappers, plugins, downloaded dependencies.
const BUILD_DIRECTORIES: [&str; 6] = ["gradle", ".mvn", "project", "buildSrc", "vendor", "patches"];

/// A COPY of sources and the install after it.
#[derive(Debug)]
pub(crate) struct CopyAndInstall<'s, 'a> {
    pub copy: &'s StepDraft<'s, 'a>,
    pub run: &'s StepDraft<'s, 'a>,
    /// The commands of the RUN.
    pub script: &'s Run<'a>,
    pub between: Vec<&'s StepDraft<'s, 'a>>,
    pub install: ProjectInstall<'s>,
    /// The index of the install in the list of the RUN.
    pub element: usize,
    /// The source, relative to the context; `.` is all of it.
    pub pattern: String,
    /// The destination of the sources, without `/` at the end; empty for the root directory.
    pub destination: String,
    /// The directory in which the install runs.
    pub directory: String,
    /// Whether the sources are copied below that directory, and the dependency files separately.
    pub is_part: bool,
    /// Whether files of a programming language are copied, not a directory: `*.py`.
    pub(crate) is_files: bool,
}

/// The sources that a COPY copies, if they are more than dependency files.
struct SourceCopy {
    /// The first of them, relative to the context.
    pattern: String,
    /// Their destination, without `/` at the end.
    destination: String,
    is_files: bool,
}

/// All places in the file where sources are copied before an install.
pub(crate) fn find_copy_sites<'a>(cx: &RuleChecker<'a>) -> Vec<CopyAndInstall<'a, 'a>> {
    let Some(outline) = cx.outline() else { return Vec::new() };
    let steps = &outline.drafts.steps;
    let installs = OnceCell::new();
    let is_split = |copy: &StepDraft<'_, '_>, install: &ProjectInstall<'_>| {
        is_already_split(cx, installs.get_or_init(|| find_earlier_installs(cx, steps)), copy, install)
    };
    let mut sites = Vec::new();
    for (at, copy) in steps.iter().enumerate() {
        let Some(sources) = copied_sources(cx, copy) else { continue };
        let mut between = Vec::new();
        for step in steps.iter().skip(at + 1).take(FAR) {
            if step.stage != copy.stage && !cx.semantics.is_built_on(step.stage, copy.stage) {
                continue;
            }
            if let Some(site) = find_copy_and_install((cx, &is_split), copy, step, &between, &sources) {
                // The problem is only reported for the first of several parts.
                let is_reported =
                    |other: &CopyAndInstall<'_, '_>| other.run.instruction.span == site.run.instruction.span;
                let is_shared = site.is_part || site.is_files;
                if !is_shared || !sites.iter().any(is_reported) {
                    sites.push(site);
                }
                break;
            }
            between.push(step);
        }
    }
    sites
}

/// The sources that a COPY copies from the context.
fn copied_sources(cx: &RuleChecker<'_>, copy: &StepDraft<'_, '_>) -> Option<SourceCopy> {
    let is_copy = matches!(copy.instruction.kind, Kind::Copy | Kind::Add);
    if !is_copy || copy.fired || !copy.key.taken.is_empty() {
        return None;
    }
    let destination = copy.destination.as_deref()?.trim_end_matches('/').to_string();
    let is_directory = |read: &SourceMatcher| match cx.context {
        _ if read.pattern == "." => true,
        _ if read.is_glob() || is_manifest_source(&read.pattern) => false,
        Some(files) => {
            let prefix = format!("{}/", read.pattern);
            let at = files.all.partition_point(|file| file.path < prefix);
            files.all.get(at).is_some_and(|file| file.path.starts_with(&prefix))
        }
        None => !base_name(&read.pattern).contains('.'),
    };
    if let [read] = copy.key.reads.as_slice()
        && read.known
        && is_directory(read)
    {
        return Some(SourceCopy { pattern: read.pattern.clone(), destination, is_files: false });
    }
    let file = copy.key.reads.iter().find(|read| read.known && language_of_file(&read.pattern).is_some())?;
    Some(SourceCopy { pattern: file.pattern.clone(), destination, is_files: true })
}

/// Whether an earlier step already fetches what the install fetches.
type AlreadySplitFn<'i> = &'i dyn Fn(&StepDraft<'_, '_>, &ProjectInstall<'_>) -> bool;

fn find_copy_and_install<'s, 'a>(
    (cx, is_already_split): (&RuleChecker<'_>, AlreadySplitFn<'_>),
    copy: &'s StepDraft<'s, 'a>,
    run: &'s StepDraft<'s, 'a>,
    between: &[&'s StepDraft<'s, 'a>],
    sources: &SourceCopy,
) -> Option<CopyAndInstall<'s, 'a>> {
    let SourceCopy { pattern, destination, is_files } = sources;
    let script = run.run.filter(|_| !run.fired)?;
    let source = cx.file.source;
    let (at, install) = script
        .script
        .commands
        .iter()
        .enumerate()
        .find_map(|(at, command)| Some((at, ProjectInstall::new(command, source)?)))?;
    // After an unknown command, it may be a different directory; this is checked later.
    let directory = run.commands.get(at)?.directory.clone().or_else(|| run.state.workdir.clone())?;
    let works_there = !install.files.is_empty()
        || Path::new(&directory).starts_with(destination)
        || install.names_project_in(&directory, destination);
    let is_part = !works_there
        && install.downloads_while_building()
        && Path::new(destination).starts_with(&directory)
        && !BUILD_DIRECTORIES.contains(&base_name(pattern));
    // Cache mounts keep the output of Cargo, regardless of the order, unless they only keep what it downloads.
    let is_registry = |mount: &Mount<'_>| mount.mount_target_text().contains("cargo");
    let keeps =
        |mount: &Mount<'_>| mount.kind() == "cache" && !(install.manager == "cargo" && is_registry(mount));
    let kept = (is_part || install.manager == "cargo") && script.mounts.iter().any(keeps);
    if !(works_there || is_part) || kept || is_already_split(copy, &install) {
        return None;
    }
    let mut elements = script.script.list.iter();
    let site = CopyAndInstall {
        copy,
        run,
        script,
        between: between.to_vec(),
        install,
        element: elements.position(|item| item.node == ListNode::Command(at)).unwrap_or(usize::MAX),
        pattern: pattern.clone(),
        destination: destination.clone(),
        directory,
        is_part,
        is_files: *is_files,
    };
    // A Go project without modules downloads nothing.
    let has_modules = site.install.manager != "go" || super::may_require_modules(cx, &site);
    (has_modules && (!is_files || site.needs_no_files(cx))).then_some(site)
}

/// A command that installs for a project.
struct EarlierInstall {
    stage: usize,
    /// The first byte of its RUN.
    start: u32,
    manager: &'static str,
    /// The names of the files that it reads; `None` if it needs none.
    files: Option<Vec<String>>,
}

/// Every such command of the file, in order.
fn find_earlier_installs(cx: &RuleChecker<'_>, steps: &[StepDraft<'_, '_>]) -> Vec<EarlierInstall> {
    let names = |files: &[String]| Some(files.iter().map(|file| base_name(file).to_string()).collect());
    let mut found = Vec::new();
    for step in steps {
        let (stage, start) = (step.stage, step.instruction.span.start);
        for command in step.run.iter().flat_map(|run| &run.script.commands) {
            let mut add = |manager, files| found.push(EarlierInstall { stage, start, manager, files });
            if let Some(other) =
                ProjectInstall::new(command, cx.file.source).filter(ProjectInstall::fetches_dependencies)
            {
                add(other.manager, names(&other.files));
            }
            let effects = crate::semantic::effects::command_effects(command, cx.file.source);
            let Some(call) = effects.packages.filter(|call| call.packages.is_empty()) else { continue };
            if call.manager == "cargo" && call.verb == Verb::Build {
                add(call.manager, None);
            } else if call.verb == Verb::Install && call.manager != "cargo" {
                // Cargo would still have to compile what it has fetched.
                add(call.manager, names(&call.files));
            }
        }
    }
    found
}

/// Whether an earlier RUN of the stage, or of one that it is built on, has already installed the dependencies.
fn is_already_split(
    cx: &RuleChecker<'_>,
    installs: &[EarlierInstall],
    copy: &StepDraft<'_, '_>,
    install: &ProjectInstall<'_>,
) -> bool {
    // Files that the dependency files name are not considered.
    let own: Vec<&str> = install.files.iter().map(|file| base_name(file)).collect();
    let of_these = |files: &Option<Vec<String>>| {
        let names = |files: &Vec<String>| files.iter().any(|file| own.contains(&file.as_str()));
        own.is_empty() || files.as_ref().is_none_or(names)
    };
    let before = installs.partition_point(|other| other.start < copy.instruction.span.start);
    installs.get(..before).unwrap_or_default().iter().any(|other| {
        other.manager == install.manager
            && of_these(&other.files)
            && cx.semantics.is_built_on(copy.stage, other.stage)
    })
}

impl CopyAndInstall<'_, '_> {
    /// Whether neither the install nor a step before it needs the copied files.
    fn needs_no_files(&self, cx: &RuleChecker<'_>) -> bool {
        let is_of_language =
            language_of_file(&self.pattern).is_some_and(|managers| managers.contains(&self.install.manager));
        let is_named = |file: &String| base_name(file) == base_name(&self.pattern);
        let runs = self.between.iter().filter(|step| step.instruction.kind == Kind::Run);
        is_of_language
            && self.install.reason_against_split().is_none()
            && !self.install.files.iter().any(is_named)
            && runs.into_iter().all(|step| self.check_commands_independent(step, None).is_ok())
            && self.check_commands_independent(self.run, Some(self.install.command.span.start)).is_ok()
            && !super::may_run_project_scripts(cx, self)
    }

    /// The destination of the sources, for messages.
    pub(crate) fn display_destination(&self) -> &str {
        if self.destination.is_empty() { "/" } else { &self.destination }
    }

    /// Whether a source is written with a variable: its value, and so the directory, can differ between builds.
    pub(super) fn source_has_variable(&self) -> bool {
        match &self.copy.instruction.arguments {
            Arguments::Paths(paths) => paths.sources.iter().any(|source| source.word().text.contains('$')),
            _ => false,
        }
    }

    /// Checks that nothing between the two, and nothing before the install in its RUN, uses the sources.
    ///
    /// # Errors
    /// Something uses them or may use them; the text names it.
    pub(crate) fn check(&self, cx: &RuleChecker<'_>) -> Result<(), String> {
        let copied = self.copy.instruction;
        if self.destination.is_empty()
            && let Some(name) = cx.context.and_then(|files| self.system_directory(files))
        {
            return Err(format!("`{name}` is copied to `/`, where it may replace installed files"));
        }
        if self.source_has_variable() {
            return Err("the source of the `COPY` contains a variable".to_string());
        }
        if copied.flags.iter().any(|flag| !matches!(&*flag.name.text, "chown" | "chmod" | "link")) {
            return Err("the `COPY` has flags other than `--chown`, `--chmod` and `--link`".to_string());
        }
        let paths = matches!(&copied.arguments, Arguments::Paths(_));
        if !paths || !copied.heredocs.is_empty() || !copied.continuations.is_empty() {
            return Err("the `COPY` is not written on one line".to_string());
        }
        let relative = match &copied.arguments {
            Arguments::Paths(paths) => {
                paths.destination.as_ref().is_some_and(|word| !word.text.starts_with('/'))
            }
            _ => true,
        };
        let expands = copied.rest.text.contains('$')
            || copied
                .flags
                .iter()
                .any(|flag| flag.value.as_ref().is_some_and(|value| value.text.contains('$')));
        for step in &self.between {
            let line = cx.semantics.line(step.instruction.span.start);
            match step.instruction.kind {
                Kind::Workdir if relative => {
                    return Err(format!("line {line} changes the destination of the `COPY`"));
                }
                Kind::Env | Kind::Arg if expands => {
                    return Err(format!("line {line} may change the arguments of the `COPY`"));
                }
                Kind::Run => {
                    self.check_commands_independent(step, None)
                        .map_err(|reason| format!("on line {line}, {reason}"))?;
                }
                Kind::Copy | Kind::Add => {
                    let apart = step.destination.as_deref().is_some_and(|path| {
                        let path = path.trim_end_matches('/');
                        !path.is_empty() && !paths_overlap(path, &self.destination)
                    });
                    if !apart {
                        return Err(format!("line {line} copies to the same place"));
                    }
                }
                Kind::Volume => return Err(format!("line {line} declares a volume")),
                _ => {}
            }
        }
        self.check_run()
    }

    /// A top-level directory of the copied files with the name of a system directory.
    fn system_directory<'f>(&self, files: &'f ContextFiles) -> Option<&'f str> {
        let prefix = if self.pattern == "." { String::new() } else { format!("{}/", self.pattern) };
        let below = files.all.iter().filter_map(|file| file.path.strip_prefix(&prefix));
        let mut directories = below.filter_map(|path| Some(path.split_once('/')?.0));
        // Language package managers install into the last two.
        directories.find(|name| {
            SYSTEM_DIRECTORIES.contains(&format!("/{name}").as_str())
                || matches!(*name, "home" | "opt" | "go")
        })
    }

    /// Checks that the install is at the top level of its list, and that the commands before it do not need the
    /// sources.
    fn check_run(&self) -> Result<(), String> {
        let (run, list) = (self.script, &self.script.script.list);
        let call = self.install.shorten_call();
        if !run.instruction.heredocs.is_empty() {
            return Err(format!("`{call}` is in a heredoc"));
        }
        if run.script.reading != crate::shell::ParseOutcome::Complete {
            return Err("the `RUN` has a syntax error".to_string());
        }
        if run.mounts.iter().any(|mount| !mount.is_cache_or_tmpfs() && mount.kind() == "bind") {
            return Err("the `RUN` mounts files".to_string());
        }
        let Some(item) = list.get(self.element) else {
            return Err(format!("`{call}` is part of a larger command"));
        };
        if (!run.is_shell_form() && list.len() > 1) || item.negated {
            return Err(format!("`{call}` is part of a larger command"));
        }
        let tied = list.iter().filter_map(|item| item.joint).all(|joint| joint.connector == Connector::And);
        if list.len() > 1 && (!tied || run.script.end.is_some() || !run.script.comments.is_empty()) {
            return Err("the commands of the `RUN` are not all joined with `&&`".to_string());
        }
        let before = list.iter().take(self.element).filter(|item| !matches!(item.node, ListNode::Command(_)));
        if before.count() > 0 {
            return Err(format!("the commands before `{call}` are unknown"));
        }
        self.check_commands_independent(self.run, Some(self.install.command.span.start))
    }

    /// Checks that the commands of a RUN, up to a position, neither read nor write below the destination.
    fn check_commands_independent(&self, step: &StepDraft<'_, '_>, until: Option<u32>) -> Result<(), String> {
        let Some(run) = step.run else { return Err("the `RUN` cannot be parsed".to_string()) };
        if run.script.reading != crate::shell::ParseOutcome::Complete {
            return Err("the `RUN` has a syntax error".to_string());
        }
        if !run.instruction.mounts().is_empty() && until.is_none() {
            return Err("the `RUN` has mounts".to_string());
        }
        let commands = &step.commands;
        for one in commands.iter().filter(|one| until.is_none_or(|until| one.command.span.start < until)) {
            let name = one.command.quoted_name();
            if reads_no_sources(one.command) {
                continue;
            }
            if one.effects.unknown {
                return Err(format!("{name} may use the sources"));
            }
            if self.command_reads_sources(one) || one.may_create_below(&self.destination) {
                return Err(format!("{name} may use `{}`", self.display_destination()));
            }
        }
        Ok(())
    }

    fn command_reads_sources(&self, one: &LocatedCommand<'_>) -> bool {
        let system = one.effects.packages.as_ref().is_some_and(|call| is_system_manager(call.manager));
        let named = one.effects.packages.as_ref().is_some_and(|call| !call.packages.is_empty());
        [&one.effects.reads, &one.effects.deletes].into_iter().any(|paths| match paths {
            PathSet::None => false,
            PathSet::Anything => !system && !named,
            PathSet::Known(known) => {
                let absolute = one.absolute_paths(paths);
                absolute.len() < known.len()
                    || absolute.iter().any(|path| paths_overlap(path, &self.destination))
            }
        })
    }
}
