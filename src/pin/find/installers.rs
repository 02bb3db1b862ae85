//! Package managers: the packages on a command line, and the positions of their versions.

use super::packages::{NamedPackage, WrittenVersion};
use crate::pin::kind::PinKind;
use crate::semantic::{ProgramCall, Run, is_pip_install, is_uv_pip_install, programs};
use crate::shell::{CommandPlace, Connector, ShellCommand, ShellWord};

/// Reads a command of one package manager.
type PackageReader<'r> = fn(&Run<'_>, &'r ShellCommand) -> Vec<NamedPackage<'r>>;

/// The packages that a command installs, of the requested kinds.
pub(super) fn installed_packages<'r>(
    run: &Run<'_>,
    command: &'r ShellCommand,
    kinds: &[PinKind],
) -> Vec<NamedPackage<'r>> {
    let readers: [(PinKind, PackageReader<'r>); 6] = [
        (PinKind::Apt, apt_packages),
        (PinKind::Pip, pip_packages),
        (PinKind::Npm, npm_packages),
        (PinKind::Gem, gems_to_install),
        (PinKind::Cargo, cargo_packages),
        (PinKind::Go, go_packages),
    ];
    let wanted = readers.iter().filter(|(kind, _)| kinds.contains(kind));
    wanted.flat_map(|(_, read)| read(run, command)).collect()
}

/// The word as written: if it comes from a variable, the program gets the value.
fn word_as_written<'r>(command: &'r ShellCommand, word: &'r ShellWord) -> &'r ShellWord {
    command.words.iter().find(|own| own.span == word.span).unwrap_or(word)
}

/// A named package that has no version yet.
fn package_without_version<'r>(kind: PinKind, word: &'r ShellWord, sign: &'static str) -> NamedPackage<'r> {
    NamedPackage {
        kind,
        word,
        name: word.text.clone(),
        version: WrittenVersion::Absent(word.text.len()),
        sign,
    }
}

/// A package whose version follows a separator in the same word, or is absent.
fn package_in_word<'r>(
    kind: PinKind,
    word: &'r ShellWord,
    sign: &'static str,
    is_name: impl Fn(&str) -> bool,
) -> Option<NamedPackage<'r>> {
    // The first character of a name is never a separator: `@scope/name`.
    let found = word.text.get(1..)?.find(sign).map(|at| at + 1);
    let named = match found {
        None => package_without_version(kind, word, sign),
        Some(at) => {
            let version = WrittenVersion::At(word, at + sign.len()..word.text.len());
            NamedPackage { kind, word, name: word.text.get(..at)?.to_string(), version, sign }
        }
    };
    is_name(&named.name).then_some(named)
}

fn plain_name_test(more: &str) -> impl Fn(&str) -> bool + '_ {
    move |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    }
}

/// Options of apt for another release, another architecture, or no installation.
const OTHER_APT: [&str; 6] =
    ["t", "target-release", "default-release", "a", "host-architecture", "download-only"];

fn apt_packages<'r>(run: &Run<'_>, command: &'r ShellCommand) -> Vec<NamedPackage<'r>> {
    let call = programs::read_apt_call(command, run.view);
    let Some(call) = call.filter(|call| call.is_subcommand(&["install"])) else { return Vec::new() };
    let front = command.words.get(..command.name_at).unwrap_or_default();
    let is_doubtful = front.iter().any(|word| word.text == "xargs")
        || command.place != CommandPlace::Top
        || command.connector == Some(Connector::Or)
        || call.has_any_of_options(&OTHER_APT);
    if is_doubtful {
        return Vec::new();
    }
    let is_name =
        |name: &str| plain_name_test("+-.")(name) && !name.ends_with(['-', '+']) && !name.ends_with(".deb");
    let operands = call.operands_without_subcommand(&["install"]).map(|word| word_as_written(command, word));
    operands.filter_map(|word| package_in_word(PinKind::Apt, word, "=", is_name)).collect()
}

/// Options of pip for a file with versions, or for another index.
const OTHER_PIP: [&str; 16] = [
    "c",
    "constraint",
    "r",
    "requirement",
    "i",
    "index-url",
    "extra-index-url",
    "f",
    "find-links",
    "no-index",
    "index",
    "default-index",
    "spec",
    "pip-args",
    "e",
    "editable",
];

fn pip_packages<'r>(run: &Run<'_>, command: &'r ShellCommand) -> Vec<NamedPackage<'r>> {
    let words: Vec<&str> = command.operands().take(2).map(|word| word.text.as_str()).collect();
    let is_tool = command.is("uv") && words == ["tool", "install"];
    let is_pip2 = command.is_any(&["pip2", "python2"]);
    if is_pip2 || !(is_pip_install(command) || is_uv_pip_install(command) || is_tool) {
        return Vec::new();
    }
    let call = programs::PIP.read_call_under_any_name(command, run.view);
    if call.has_any_of_options(&OTHER_PIP) || command.has_argument(&["."]) {
        return Vec::new();
    }
    let operands = call.operands.iter().copied().skip_while(|word| word.text != "install").skip(1);
    operands.map(|word| word_as_written(command, word)).filter_map(pip_package).collect()
}

/// `name`, `name[extra]`, `name==1.2`.
fn pip_package(word: &ShellWord) -> Option<NamedPackage<'_>> {
    let is_name = |name: &str| {
        let (name, extras) = name.split_once('[').unwrap_or((name, "]"));
        let is_file = [".whl", ".gz", ".zip", ".txt", ".bz2"].iter().any(|end| name.ends_with(end));
        plain_name_test("-_.")(name)
            && !is_file
            && extras
                .strip_suffix(']')
                .is_some_and(|extras| extras.chars().all(|c| c.is_ascii_alphanumeric() || "-_.,".contains(c)))
    };
    let mut named = package_in_word(PinKind::Pip, word, "==", is_name)?;
    named.name = named.name.split('[').next().unwrap_or_default().to_string();
    Some(named)
}

fn npm_packages<'r>(run: &Run<'_>, command: &'r ShellCommand) -> Vec<NamedPackage<'r>> {
    const INSTALL: [&str; 4] = ["install", "i", "in", "add"];
    let is_name = |name: &str| {
        let rest = name.strip_prefix('@').unwrap_or(name);
        let slashes = rest.matches('/').count();
        slashes == usize::from(name.starts_with('@')) && plain_name_test("-_./")(rest)
    };
    let call = if command.is_any(&["npm", "pnpm"]) {
        let call = programs::NPM.read_call_under_any_name(command, run.view);
        let is_global = call.has_any_of_options(&["g", "global"])
            || call.values("location").iter().any(|value| value.text == "global")
            || command.has_argument(&["--location=global"]);
        let installs = call.operands.first().is_some_and(|first| INSTALL.contains(&first.text.as_str()));
        (is_global && installs).then_some((call, 1))
    } else if command.is("yarn") {
        let call = programs::YARN.read_call_under_any_name(command, run.view);
        let starts = |words: &[&str]| {
            words
                .iter()
                .enumerate()
                .all(|(at, word)| call.operands.get(at).is_some_and(|own| own.text == *word))
        };
        starts(&["global", "add"]).then_some((call, 2))
    } else {
        None
    };
    let Some((call, skipped)) = call.filter(|(call, _)| !call.has_option("registry")) else {
        return Vec::new();
    };
    let operands = call.operands.iter().skip(skipped).map(|word| word_as_written(command, word));
    operands.filter_map(|word| package_in_word(PinKind::Npm, word, "@", is_name)).collect()
}

fn gems_to_install<'r>(run: &Run<'_>, command: &'r ShellCommand) -> Vec<NamedPackage<'r>> {
    const INSTALL: [&str; 2] = ["install", "i"];
    let Some(call) = programs::GEM.read(command, run.view).filter(|call| call.is_subcommand(&INSTALL)) else {
        return Vec::new();
    };
    if call.has_any_of_options(&["s", "source", "clear-sources", "g", "file", "pre", "prerelease"]) {
        return Vec::new();
    }
    let end =
        command.arguments().iter().find(|word| word.text == "--").map_or(u32::MAX, |word| word.span.start);
    let gems: Vec<&ShellWord> =
        call.operands_without_subcommand(&INSTALL).filter(|word| word.span.start < end).collect();
    packages_with_version_option(&call, PinKind::Gem, &gems, ["v", "version"], |word| {
        package_in_word(PinKind::Gem, word, ":", |name| {
            plain_name_test("-_.")(name) && !name.ends_with(".gem")
        })
    })
}

fn cargo_packages<'r>(run: &Run<'_>, command: &'r ShellCommand) -> Vec<NamedPackage<'r>> {
    let Some(call) = programs::CARGO.read(command, run.view) else { return Vec::new() };
    let operands = || call.operands.iter().copied().filter(|word| !word.text.starts_with('+'));
    if operands().next().is_none_or(|first| first.text != "install")
        || call.has_any_of_options(&["git", "path", "registry", "index"])
    {
        return Vec::new();
    }
    let crates: Vec<&ShellWord> = operands().skip(1).collect();
    packages_with_version_option(&call, PinKind::Cargo, &crates, ["version", "vers"], |word| {
        package_in_word(PinKind::Cargo, word, "@", plain_name_test("-_"))
    })
}

/// Packages whose version may be in an option: only with a single package.
fn packages_with_version_option<'r>(
    call: &ProgramCall<'r>,
    kind: PinKind,
    words: &[&'r ShellWord],
    options: [&str; 2],
    read: impl Fn(&'r ShellWord) -> Option<NamedPackage<'r>>,
) -> Vec<NamedPackage<'r>> {
    let given = options.iter().flat_map(|option| call.values(option)).next();
    let Some(given) = given else {
        return words.iter().filter_map(|word| read(word_as_written(call.command, word))).collect();
    };
    let [only] = words else { return Vec::new() };
    let holder = call.command.arguments().iter().find(|word| word.span == given.span);
    let version = holder.and_then(|word| {
        let start = word.text.rfind(given.text)?;
        let word = word_as_written(call.command, word);
        Some((word, start..word.text.len()))
    });
    let named = version.and_then(|(word, range)| {
        let version = WrittenVersion::At(word, range);
        read(only).map(|package| NamedPackage { kind, word: only, name: package.name, version, sign: "" })
    });
    named.into_iter().collect()
}

fn go_packages<'r>(run: &Run<'_>, command: &'r ShellCommand) -> Vec<NamedPackage<'r>> {
    let Some(call) = programs::GO.read(command, run.view) else { return Vec::new() };
    let mut operands = call.operands.iter().copied();
    let count = match operands.next().map(|word| word.text.as_str()) {
        Some("install") => usize::MAX,
        // The rest are arguments of the program.
        Some("run") => 1,
        _ => return Vec::new(),
    };
    let is_name = |name: &str| {
        name.split('/').next().is_some_and(|host| host.contains('.')) && plain_name_test("-_./~")(name)
    };
    // Without a version, it comes from the module in the working directory.
    let operands = operands.take(count).map(|word| word_as_written(command, word));
    let versioned = operands.filter(|word| word.text.contains('@'));
    versioned.filter_map(|word| package_in_word(PinKind::Go, word, "@", is_name)).collect()
}
