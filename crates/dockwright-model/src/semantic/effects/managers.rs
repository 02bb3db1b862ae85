//! Package managers: what their subcommands do.

use super::programs::is_python;
use super::{Effects, PathSet};
use crate::semantic::managers::{self, PackageCall, PackageManager, ProjectUse, Verb};
use crate::semantic::{ProgramCall, View};
use crate::shell::{ShellCommand, ShellWord};

pub(super) fn manager_effects(name: &str, command: &ShellCommand) -> Option<Effects> {
    let mut programs = managers::all_managers().flat_map(|manager| manager.programs);
    if let Some((_, does)) = programs.find(|(program, _)| *program == name) {
        return does(command);
    }
    let (manager, module) = find_manager_call(name, command)?;
    let mut call = manager.program.read_call_under_any_name(command, View::Exact);
    // If the manager has an option `-m`, too, the module was read as its value.
    if module && call.operands.first().is_some_and(|word| word.text == manager.name) {
        call.operands.remove(0);
    }
    manager_effects_of_call(manager, &call)
}

/// The manager, and whether it is run as a module: `python -m pip install`.
fn find_manager_call(name: &str, command: &ShellCommand) -> Option<(&'static PackageManager, bool)> {
    if is_python(name) {
        let mut words = command.arguments().iter().skip_while(|word| word.is_flag() && word.text != "-m");
        let module = words.next().filter(|word| word.text == "-m").and_then(|_| words.next())?;
        return Some((managers::manager_of_module(&module.text)?, true));
    }
    Some((managers::manager_of_program(name)?, false))
}

fn manager_effects_of_call(manager: &'static PackageManager, call: &ProgramCall<'_>) -> Option<Effects> {
    let (verb, words) = manager_verb(manager, call)?;
    let operands = call.operands.get(words..).unwrap_or_default();
    let files: Vec<_> = manager.files.iter().flat_map(|option| call.values(option)).collect();
    let local = operands.iter().filter(|word| is_local_file(&word.text)).copied();
    let config = || PathSet::from_paths(manager.config);
    let named_reads = config().union(PathSet::from_values(&files)).union(PathSet::from_words(local));
    let of_project = match manager.project {
        ProjectUse::Never => false,
        ProjectUse::WithoutPackages => operands.is_empty() && files.is_empty(),
        ProjectUse::Always => true,
    };
    let reads = if of_project { PathSet::Anything } else { named_reads };
    let caches = || PathSet::from_paths(manager.caches);
    let mut effects = match verb {
        Verb::Update => Effects { reads: config(), writes: caches(), network: true, ..Effects::default() },
        Verb::Install | Verb::Upgrade => {
            Effects { reads, writes: PathSet::Anything, network: true, ..Effects::default() }
        }
        Verb::Remove => Effects {
            reads: config(),
            writes: PathSet::Anything,
            deletes: PathSet::Anything,
            ..Effects::default()
        },
        Verb::Clean => Effects { deletes: caches(), ..Effects::default() },
        Verb::Query => Effects { reads: config().union(caches()), ..Effects::default() },
        Verb::Configure => Effects { reads: config(), writes: config(), network: true, ..Effects::default() },
        Verb::Build => {
            let (reads, writes) = (PathSet::Anything, PathSet::Anything);
            Effects { reads, writes, network: true, ..Effects::default() }
        }
        Verb::Download => Effects {
            reads,
            writes: caches().union(PathSet::from_path(".")),
            network: true,
            ..Effects::default()
        },
    };
    if let Some(off) = manager.daemon
        && matches!(verb, Verb::Build | Verb::Install)
    {
        effects.starts = !call.command.arguments().iter().any(|word| off.contains(&word.text.as_str()));
    }
    let packages = indices_of_words(call.command, operands);
    effects.packages = Some(PackageCall {
        manager: manager.name,
        verb,
        packages,
        files: files.iter().map(|file| file.text.to_string()).collect(),
    });
    Some(effects)
}

/// The subcommand, and the number of operands that it consists of.
fn manager_verb(manager: &PackageManager, call: &ProgramCall<'_>) -> Option<(Verb, usize)> {
    let mut operands = call.operands.iter().map(|word| word.text.as_str());
    let (Some(first), second) = (operands.next(), operands.next()) else {
        if call.has_any_of_options(&["version", "help", "V", "h", "v"]) {
            return Some((Verb::Query, 0));
        }
        return manager.bare.map(|verb| (verb, 0));
    };
    let listed = |said: &dyn Fn(&str) -> bool| {
        let found = manager.verbs.iter().find(|(names, _)| names.split('|').any(|name| said(name.trim())));
        found.map(|(_, verb)| *verb)
    };
    let pair = second.map(|second| format!("{first} {second}"));
    let by_pair = pair.and_then(|pair| listed(&|name| name == pair)).map(|verb| (verb, 2));
    by_pair.or_else(|| listed(&|name| name == first).map(|verb| (verb, 1)))
}

/// Where the package manager of that name keeps downloads and indexes: `~` is the home directory of the user.
pub fn cache_directories(manager: &str) -> &'static [&'static str] {
    managers::find_manager(manager).map_or(&[], |known| known.caches)
}

/// Whether the call fetches packages as files and installs nothing: `apt-get install -d`, `pip download`.
pub fn only_downloads(command: &ShellCommand, call: &PackageCall) -> bool {
    let has = |flags: &[&str]| flags.iter().any(|flag| command.has_flag(flag));
    let first =
        command.operands().find(|word| word.text != call.manager).map_or("", |word| word.text.as_str());
    match call.verb {
        Verb::Install | Verb::Upgrade => {
            managers::find_manager(call.manager).is_some_and(|manager| has(manager.only_downloads))
        }
        Verb::Download => matches!(first, "download" | "fetch" | "pack"),
        _ => false,
    }
}

/// Whether an operand is a file and not the name of a package.
fn is_local_file(operand: &str) -> bool {
    operand == "." || operand.starts_with(['/', '.', '~']) || operand.contains("${")
}

/// Whether a program of that name is a package manager, or the Python that runs one.
pub(crate) fn is_manager_or_python(name: &str) -> bool {
    is_python(name) || managers::manager_of_program(name).is_some()
}

/// Whether rules depend on the options of a program of that name.
pub(crate) fn reads_options(name: &str) -> bool {
    is_manager_or_python(name) || matches!(name, "wget" | "curl" | "useradd")
}

/// As [`index_of_word`], for words that are mostly in the order of the command.
fn indices_of_words(command: &ShellCommand, words: &[&ShellWord]) -> Vec<usize> {
    let mut next = 0;
    let index = |word: &&ShellWord| {
        let after = command.words.get(next..).unwrap_or_default();
        let at = after.iter().position(|own| own.span == word.span).map(|at| next + at);
        let at = at.or_else(|| index_of_word(command, word))?;
        next = at + 1;
        Some(at)
    };
    words.iter().filter_map(index).collect()
}

pub(super) fn index_of_word(command: &ShellCommand, word: &ShellWord) -> Option<usize> {
    command.words.iter().position(|own| own.span == word.span)
}
