//! [`BuildOnlyPackages`]: system packages in the image that are only needed for a build in it.

use super::commands::{LocatedCommand, is_system_manager};
use super::draft::StepDraft;
use super::outline::StepOutline;
use super::waste::{has_start_command, is_build_package};
use crate::semantic::effects::Verb;
use crate::semantic::managers;
use crate::semantic::paths::base_name;
use crate::semantic::programs::COMPILERS;
use crate::shell::ShellWord;
use crate::syntax::Kind;

/// Packages of one install that only the build needs.
#[derive(Debug)]
pub struct BuildOnlyPackages<'s, 'a> {
    pub draft: &'s StepDraft<'s, 'a>,
    pub words: Vec<&'s ShellWord>,
    /// Whether they are Node and its package managers, which build files for browsers.
    pub is_node: bool,
}

/// Packages that contain Node.
const NODE: [&str; 3] = ["nodejs", "npm", "yarn"];
/// Programs that build with Node.
const NODE_PROGRAMS: [&str; 6] = ["npm", "npx", "yarn", "pnpm", "node", "corepack"];
/// Programs that compile for PHP, and a `configure` that is not in the working directory.
const OTHER_COMPILERS: [&str; 3] = ["configure", "docker-php-ext-install", "pecl"];
/// Managers whose packages may have to be compiled.
const COMPILING_MANAGERS: [&str; 11] =
    ["pip", "pipx", "gem", "bundle", "npm", "yarn", "pnpm", "poetry", "pipenv", "uv", "cargo"];

/// The packages of installs in the image, if a command uses them to build and the container does not start them.
/// Packages of `apk` that compile are excluded: another fix puts them into a virtual package.
pub fn find_build_only_packages<'s, 'a>(outline: &'s StepOutline<'s, 'a>) -> Vec<BuildOnlyPackages<'s, 'a>> {
    let steps: Vec<&StepDraft<'s, 'a>> = outline
        .drafts
        .steps
        .iter()
        .filter(|draft| outline.graph.is_stage_in_image(draft.stage) && !draft.fired)
        .collect();
    let mut found = Vec::new();
    if !sets_start_command(outline) {
        return found;
    }
    let removes = |one: &LocatedCommand<'_>| {
        one.effects
            .packages
            .as_ref()
            .is_some_and(|call| is_system_manager(call.manager) && call.verb == Verb::Remove)
    };
    // Files that are removed later are a different problem.
    let removal = steps.iter().rposition(|draft| draft.commands.iter().any(removes));
    for (at, &draft) in steps.iter().enumerate().skip(removal.map_or(0, |last| last + 1)) {
        let rest = || steps.get(at..).unwrap_or_default().iter().flat_map(|draft| &draft.commands);
        for one in &draft.commands {
            let Some(call) = one.effects.packages.as_ref().filter(|call| call.verb == Verb::Install) else {
                continue;
            };
            if !is_system_manager(call.manager) {
                continue;
            }
            let starts_compilers =
                || starts_any_program(outline, &COMPILERS) || starts_any_program(outline, &OTHER_COMPILERS);
            let is_build = |word: &&ShellWord| is_build_package(&word.text);
            let words: Vec<&ShellWord> = one
                .command
                .words
                .iter()
                .enumerate()
                .filter(|(index, _)| call.packages.contains(index))
                .map(|(_, word)| word)
                .collect();
            let build: Vec<&ShellWord> = words.iter().copied().filter(is_build).collect();
            if !build.is_empty()
                && call.manager != "apk"
                && !starts_compilers()
                && rest().any(|one| may_compile(one))
            {
                found.push(BuildOnlyPackages { draft, words: build, is_node: false });
            }
            let node: Vec<&ShellWord> =
                words.iter().copied().filter(|word| NODE.contains(&call.name(word))).collect();
            let is_used = || rest().any(|one| one.command.is_any(&NODE_PROGRAMS));
            if !node.is_empty()
                && is_used()
                && !starts_any_program(outline, &NODE_PROGRAMS)
                && are_all_commands_known(&steps)
            {
                found.push(BuildOnlyPackages { draft, words: node, is_node: true });
            }
        }
    }
    found
}

/// Packages with headers, in an image that compiles nothing and starts a program.
pub fn find_unused_headers<'s, 'a>(outline: &'s StepOutline<'s, 'a>) -> Vec<BuildOnlyPackages<'s, 'a>> {
    let shipped = outline.drafts.steps.iter().filter(|draft| outline.graph.is_stage_in_image(draft.stage));
    let steps: Vec<&StepDraft<'s, 'a>> = shipped.collect();
    let all = || steps.iter().flat_map(|draft| &draft.commands);
    let removes = all().any(|one| {
        one.effects
            .packages
            .as_ref()
            .is_some_and(|call| is_system_manager(call.manager) && call.verb == Verb::Remove)
    });
    let has_trigger = steps.iter().any(|draft| draft.fired);
    let is_runtime = has_start_command(outline.semantics, &outline.graph) && !starts_shell(outline);
    let starts_compilers =
        starts_any_program(outline, &COMPILERS) || starts_any_program(outline, &OTHER_COMPILERS);
    if removes
        || has_trigger
        || !is_runtime
        || starts_compilers
        || starts_any_program(outline, &COMPILING_MANAGERS)
        || !are_all_commands_known(&steps)
        || all().any(|one| may_compile(one) || may_compile_packages(one) || installs_compiler(one))
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    for &draft in &steps {
        for one in &draft.commands {
            let Some(call) = one.effects.packages.as_ref().filter(|call| call.verb == Verb::Install) else {
                continue;
            };
            let words: Vec<&ShellWord> =
                call.packages.iter().filter_map(|at| one.command.words.get(*at)).collect();
            let has_headers = |word: &&ShellWord| {
                is_header_package(call.name(word)) && !C_LIBRARY.contains(&call.name(word))
            };
            let headers: Vec<&ShellWord> = words.into_iter().filter(has_headers).collect();
            if is_system_manager(call.manager) && !headers.is_empty() {
                found.push(BuildOnlyPackages { draft, words: headers, is_node: false });
            }
        }
    }
    found
}

/// Headers of the C library. Their packages also contain the file names under which programs for .NET load
/// the library.
const C_LIBRARY: [&str; 4] = ["libc-dev", "libc6-dev", "glibc-devel", "musl-dev"];

fn is_header_package(name: &str) -> bool {
    name.ends_with("-dev") || name.ends_with("-devel")
}

/// Whether a manager of a language may compile the packages that it installs.
fn may_compile_packages(one: &LocatedCommand<'_>) -> bool {
    let manager = one.effects.packages.as_ref().and_then(|call| managers::find_manager(call.manager));
    manager.is_some_and(|manager| manager.compiles)
}

/// Whether a compiler or another tool that builds is installed: the image may be a build environment.
fn installs_compiler(one: &LocatedCommand<'_>) -> bool {
    one.effects.packages.as_ref().is_some_and(|call| {
        let is_tool = |word: &ShellWord| is_build_package(&word.text) && !is_header_package(call.name(word));
        call.verb == Verb::Install && call.words(one.command).any(is_tool)
    })
}

/// Whether the container starts an interactive shell, in which people may use any program.
fn starts_shell(outline: &StepOutline<'_, '_>) -> bool {
    let last =
        outline.semantics.file.instructions().rfind(|one| matches!(one.kind, Kind::Cmd | Kind::Entrypoint));
    last.is_some_and(|last| {
        let words = last.rest.text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '[' | ']' | ','));
        let words: Vec<&str> = words.filter(|word| !word.is_empty() && !word.starts_with('-')).collect();
        matches!(words.as_slice(), [word] if INTERACTIVE.contains(&base_name(word)))
    })
}

fn may_compile(one: &LocatedCommand<'_>) -> bool {
    let by_manager = one.effects.packages.as_ref().is_some_and(|call| {
        matches!(call.verb, Verb::Install | Verb::Build) && COMPILING_MANAGERS.contains(&call.manager)
    });
    by_manager || one.command.is_any(&COMPILERS) || one.command.is_any(&OTHER_COMPILERS)
}

/// Programs that are interactive if they get no file.
const INTERACTIVE: [&str; 12] =
    ["sh", "bash", "zsh", "fish", "ash", "irb", "ipython", "python", "python3", "node", "R", "julia"];

/// Whether every command of the image is known.
fn are_all_commands_known(steps: &[&StepDraft<'_, '_>]) -> bool {
    steps.iter().all(|draft| {
        super::commands::is_shell_text_complete(draft)
            && draft.commands.iter().all(|one| !one.effects.unknown)
    })
}

/// Whether the file or its base image sets the command of the container.
fn sets_start_command(outline: &StepOutline<'_, '_>) -> bool {
    !super::start_command::has_no_command(outline.semantics, &outline.graph)
}

/// Whether the container starts one of these programs.
fn starts_any_program(outline: &StepOutline<'_, '_>, programs: &[&str]) -> bool {
    let commands = outline
        .semantics
        .file
        .instructions()
        .filter(|one| matches!(one.kind, Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck));
    commands.into_iter().any(|one| {
        let text = &one.rest.text;
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_' | '.')));
        words.into_iter().any(|word| programs.contains(&word))
    })
}
