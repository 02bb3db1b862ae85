//! Moves an install of packages by name above steps that it does not need.

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::facts::{StepDraft, is_system_manager, paths_overlap};
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::semantic::effects::{self, PackageCall, PathSet, Verb};
use crate::semantic::paths::is_within;
use crate::shell::ShellCommand;
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind, Node};

/// Directories that system packages are installed to, or that an install reads.
pub(crate) const SYSTEM_DIRECTORIES: [&str; 13] = [
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys", "/usr",
    "/var",
];
/// Subdirectories that are not affected.
const PROJECT_DIRECTORIES: [&str; 6] =
    ["/usr/app", "/usr/src", "/var/app", "/var/task", "/var/www", "/usr/share/nginx/html"];
/// Prefixes of variables that no package manager reads.
const NEUTRAL: [&str; 14] = [
    "APP_", "BUNDLE_", "CARGO_", "FLASK_", "GIN_", "GO", "NEXT_", "NODE_", "NPM_", "PIP_", "PYTHON", "RACK_",
    "RAILS_", "YARN_",
];

/// The kind of packages that a RUN installs if it only calls package managers with names of packages, and
/// cleans up after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedPackages {
    /// Only system packages.
    System,
    /// Also packages of pip, npm and similar managers, which may read project files.
    Language,
}

/// The packages of such a RUN; `None` for any other RUN.
pub(crate) fn named_packages(run: &Run<'_>, source: &[u8]) -> Option<NamedPackages> {
    let plain = run.is_known_and_list(source)
        && run.instruction.heredocs.is_empty()
        && run.mounts.iter().all(crate::syntax::Mount::is_cache_or_tmpfs);
    if !plain {
        return None;
    }
    let mut found = None;
    for command in &run.script.commands {
        let effects = effects::command_effects(command, source);
        let literal = command.words.iter().all(|word| word.literal || word.text.ends_with("/*"));
        if command.is("rm") {
            let of_lists = |path: &&String| path.starts_with("/var/lib/") || path.starts_with("/var/cache/");
            let is_cleanup =
                matches!(&effects.deletes, PathSet::Known(all) if all.iter().all(|path| of_lists(&path)));
            (literal && is_cleanup).then_some(())?;
            continue;
        }
        let call = effects.packages.filter(|_| literal && command.redirections.is_empty())?;
        let is_known = if is_system_manager(call.manager) {
            is_plain_system_call(command, &call)
        } else {
            is_plain_language_call(command, &call)
        };
        if !is_known {
            return None;
        }
        if call.verb == Verb::Install {
            let own =
                if is_system_manager(call.manager) { NamedPackages::System } else { NamedPackages::Language };
            found = Some(found.filter(|before| *before == NamedPackages::Language).unwrap_or(own));
        }
    }
    found
}

fn is_plain_system_call(command: &ShellCommand, call: &PackageCall) -> bool {
    let local = |text: &str| text.contains(['/', '~']) || text.ends_with(".deb") || text.ends_with(".rpm");
    matches!(call.verb, Verb::Update | Verb::Install | Verb::Clean)
        && !matches!(call.manager, "dpkg" | "rpm")
        && call.words(command).all(|word| !local(&word.text))
        && !command.arguments().iter().any(|word| word.text.contains('/') && !word.text.contains("://"))
}

/// Whether a manager of a language only installs packages by name, and for the whole image. An install of
/// nothing but the tools of the manager is not worth a move.
fn is_plain_language_call(command: &ShellCommand, call: &PackageCall) -> bool {
    const TOOLS: [&str; 4] = ["pip", "setuptools", "wheel", "npm"];
    let is_global = match call.manager {
        "pip" | "pipx" | "gem" => true,
        "npm" => command.has_argument(&["-g", "--global", "--location=global"]),
        _ => false,
    };
    let is_local = |text: &str| {
        text.starts_with(['.', '/', '~'])
            || text.contains("file:")
            || text.ends_with(".whl")
            || text.ends_with(".gem")
    };
    let names_files = command.has_flag("r") || command.has_flag("e") || command.has_flag("c");
    let mut words = call.words(command).peekable();
    let has_names = words.peek().is_some();
    let all: Vec<_> = words.collect();
    match call.verb {
        Verb::Clean => true,
        Verb::Install => {
            is_global
                && has_names
                && call.files.is_empty()
                && !names_files
                && !command.arguments().iter().any(|word| is_local(&word.text))
                && !all.iter().all(|word| TOOLS.contains(&call.name(word)))
        }
        _ => false,
    }
}

/// The move of a RUN above an earlier COPY of its stage.
#[derive(Debug)]
pub(crate) struct MovedRun<'s, 'a> {
    pub run: &'s StepDraft<'s, 'a>,
    /// The COPY, and the other steps between it and the RUN.
    pub over: Vec<&'s StepDraft<'s, 'a>>,
}

impl<'a> MovedRun<'_, 'a> {
    pub(crate) fn copy(&self) -> Option<&'a Instruction<'a>> {
        self.over.first().map(|step| step.instruction)
    }

    /// # Errors
    /// The install may need something, or something may change it; the text says what.
    pub(crate) fn fix(&self, cx: &RuleChecker<'_>, packages: NamedPackages) -> Result<Fix, String> {
        let mut proof = vec!["the `RUN` only calls the package manager, with known arguments".to_string()];
        for step in &self.over {
            let line = cx.semantics.line(step.instruction.span.start);
            if let Some(said) = check_can_move_above(step, line)? {
                proof.push(format!("line {line} {said}"));
            }
        }
        let copy = self.copy().ok_or("no `COPY` comes before the `RUN`")?;
        let edits = move_instruction(cx, self.run.instruction, copy)
            .ok_or("a comment or the end of the file is in the way")?;
        let title = format!(
            "install before the `{}` on line {}",
            copy.keyword.text,
            cx.semantics.line(copy.span.start)
        );
        let (class, missing) = match cx.context {
            _ if packages == NamedPackages::Language => {
                (Applicability::Suggestion, "the install may read settings or files of the project")
            }
            Some(_) => (Applicability::UnsafeMid, "package scripts may read the sources"),
            None => (Applicability::Suggestion, "the build context is unknown"),
        };
        let mut fix = Fix::new(class, title, edits).without_information_loss().with_risk(missing);
        fix.proof = proof;
        Ok(fix)
    }
}

/// Why the instruction on `line` is independent of an install of packages, as a predicate; `None` if that is obvious.
fn check_can_move_above(step: &StepDraft<'_, '_>, line: u32) -> Result<Option<String>, String> {
    let instruction = step.instruction;
    match instruction.kind {
        Kind::Copy | Kind::Add => {
            let destination = step.destination.as_deref().ok_or_else(|| {
                format!("the destination of the `{}` on line {line} is unknown", instruction.keyword.text)
            })?;
            if !is_unrelated_to_packages(destination) && !is_script(destination, instruction) {
                return Err(format!("line {line} copies to `{destination}`, which the install may use"));
            }
            Ok(Some(format!("copies to `{destination}`, which no package manager uses")))
        }
        Kind::Env | Kind::Arg => {
            let names: Vec<&str> = match &instruction.arguments {
                Arguments::Pairs { pairs, .. } => pairs.iter().map(|pair| &*pair.key.text).collect(),
                Arguments::Declarations(declared) => declared.iter().map(|one| &*one.name.text).collect(),
                _ => Vec::new(),
            };
            let neutral =
                |name: &&str| NEUTRAL.iter().any(|start| name.starts_with(start)) || *name == "PORT";
            match names.iter().find(|name| !neutral(name)) {
                Some(name) => Err(format!("line {line} sets `{name}`, which the install may read")),
                None => Ok(None),
            }
        }
        Kind::Run => {
            let run = step.run.ok_or_else(|| format!("the `RUN` on line {line} is unknown"))?;
            if run.script.reading != crate::shell::ParseOutcome::Complete
                || !run.instruction.mounts().is_empty()
            {
                return Err(format!("line {line} runs an unknown command"));
            }
            for one in &step.commands {
                let name = one.command.quoted_name();
                let paths = [&one.effects.reads, &one.effects.writes, &one.effects.deletes];
                let apart = paths.into_iter().all(|paths| match paths {
                    PathSet::None => true,
                    PathSet::Anything => false,
                    PathSet::Known(known) => {
                        let absolute = one.absolute_paths(paths);
                        absolute.len() == known.len()
                            && absolute.iter().all(|path| is_unrelated_to_packages(path))
                    }
                });
                if one.effects.unknown || one.effects.packages.is_some() || one.effects.starts || !apart {
                    return Err(format!("line {line} runs {name}, which may change what is installed"));
                }
            }
            Ok(Some("runs only known commands that do not change the system".to_string()))
        }
        Kind::Workdir
        | Kind::Label
        | Kind::Expose
        | Kind::Cmd
        | Kind::Entrypoint
        | Kind::Stopsignal
        | Kind::Healthcheck
        | Kind::Maintainer => Ok(None),
        _ => Err(format!("`{}` on line {line} is in between", instruction.keyword.text)),
    }
}

/// Whether no package has files at this path or reads them.
fn is_unrelated_to_packages(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let within = |directory: &str| is_within(path, directory);
    !path.is_empty()
        && (PROJECT_DIRECTORIES.iter().any(|directory| within(directory))
            || !SYSTEM_DIRECTORIES.iter().any(|directory| paths_overlap(path, directory)))
}

/// Whether the destination is that of a script in a directory of programs, with a name that no system program
/// has.
fn is_script(destination: &str, instruction: &Instruction<'_>) -> bool {
    let is_named = |path: &str| path.ends_with(".sh") || path.ends_with(".py");
    let Arguments::Paths(paths) = &instruction.arguments else { return false };
    let directory = destination.ends_with('/');
    let named = if directory {
        paths.sources.iter().all(|source| is_named(&source.word().text))
    } else {
        is_named(destination)
    };
    destination.starts_with("/usr/local/bin/") && named
}

/// Moves the instruction, with the comments above it, above another one.
fn move_instruction(
    cx: &RuleChecker<'_>,
    instruction: &Instruction<'_>,
    target: &Instruction<'_>,
) -> Option<Vec<Edit>> {
    let items = &cx.file.items;
    let at = items.partition_point(|item| item.span.end <= instruction.span.start);
    let is_comment = |at: usize| matches!(items.get(at).map(|item| &item.node), Some(Node::Comment(_)));
    let is_blank = |at: usize| matches!(items.get(at).map(|item| &item.node), Some(Node::Blank));
    let first = (0..at).rev().take_while(|at| is_comment(*at)).last().unwrap_or(at);
    let span = Span::new(items.get(first)?.span.start, items.get(at)?.span.end);
    let mut text = String::from_utf8(span.bytes(cx.file.source).to_vec()).ok()?.replace("\r\n", "\n");
    let ends_line = text.ends_with('\n');
    if !ends_line {
        text.push('\n');
    }
    let gone = if at + 1 == items.len() {
        // The text before it is now the end of the file: without blank lines, and with a final line end only if the
        // file had one.
        let blank = (0..first).rev().take_while(|at| is_blank(*at)).last().unwrap_or(first);
        let start = items.get(blank)?.span.start;
        let line_end_length = match cx.file.source.get(..start as usize)? {
            [.., b'\r', b'\n'] => 2,
            [.., b'\n'] => 1,
            _ => 0,
        };
        Span::new(if ends_line { start } else { start - line_end_length }, span.end)
    } else {
        let blank =
            (first > 0 && is_blank(first - 1) && is_blank(at + 1)).then(|| items.get(at + 1)).flatten();
        blank.map_or(span, |blank| span.enclosing_span(blank.span))
    };
    let place = super::instruction_edit::line_start_above(cx, target);
    (place < span.start).then(|| vec![Edit::insert(place, text), Edit::delete(gone)])
}
