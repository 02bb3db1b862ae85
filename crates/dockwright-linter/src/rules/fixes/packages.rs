//! Options for package managers and similar programs.

use super::cache_mount::{MOUNTED, choose_caching};
use super::run_edit::{NOT_PLAIN, insert_after_word, is_known_and_list, safe_or_low_fix};
use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::base_image::ToolPresence;
use crate::semantic::managers::{self, apt, pip};
use crate::semantic::{Caching, ProgramCall, Run, package_name};
use crate::shell::{CommandPlace, Connector, ListNode, ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::quote_excerpt;

/// A package that others only recommend, but usually need.
struct NeededPackage {
    name: &'static str,
    /// The packages that recommend it, also with a version at the end of the name.
    recommended_by: &'static [&'static str],
    /// Packages that depend on it.
    included_in: &'static [&'static str],
    /// If a base image has this, it has the package.
    present_with: &'static str,
}

const NEEDED: [NeededPackage; 2] = [
    // The certificates that programs need to fetch `https` URLs.
    NeededPackage {
        name: "ca-certificates",
        recommended_by: &["aria2", "curl", "git", "wget", "wget2"],
        included_in: &[],
        present_with: "ca-certificates",
    },
    // The headers of the C library, without which a compiler compiles few programs.
    NeededPackage {
        name: "libc6-dev",
        recommended_by: &["gcc"],
        included_in: &["build-essential", "g++", "libc-dev"],
        present_with: "gcc",
    },
];
/// Parts of the names of packages that need their recommended packages.
const META: [&str; 9] = [
    "desktop",
    "libreoffice",
    "mysql-server",
    "texlive",
    "gnupg",
    "python3-pip",
    "tasksel",
    "default-j",
    "xserver",
];

/// Changes `apt` to `apt-get`, if the two read the command in the same way.
pub(crate) fn replace_apt_with_apt_get(cx: &RuleChecker<'_>, run: &Run<'_>) -> FixOrReason {
    let source = cx.file.source;
    let official =
        run.stage.and_then(|stage| cx.semantics.base_image(stage)).is_some_and(|base| base.image.official);
    // `apt` keeps no package that it has downloaded; `apt-get` does, except for official images.
    let downloads =
        |verb: &str| matches!(verb, "install" | "reinstall" | "build-dep") || verb.ends_with("upgrade");
    let mut missing = None;
    let mut edits = Vec::new();
    // Either all calls are changed or none: a mix of both tools in one RUN would be worse.
    for apt in run.script.commands.iter().filter(|command| command.is("apt")) {
        if apt.place == CommandPlace::Quoted {
            return Err(NOT_PLAIN.into());
        }
        let subcommand = apt.operands().next();
        let verb = subcommand.map_or("", |word| word.text.as_str());
        let span = apt.name_span();
        let other = apt::CALLED_OTHERWISE.iter().find(|(own, ..)| *own == verb);
        let directory = span
            .bytes(source)
            .strip_suffix(b"apt")
            .filter(|directory| directory.is_empty() || directory.ends_with(b"/"));
        let (Some(directory), true) = (directory, apt::CALLED_ALIKE.contains(&verb) || other.is_some())
        else {
            let what = if verb.is_empty() { "this command".to_string() } else { quote_excerpt(verb) };
            return Err(format!("`apt-get` may not support {what}").into());
        };
        if downloads(verb) && !official {
            missing = Some("the base image may configure `apt-get` differently");
        }
        let start = span.start + u32::try_from(directory.len()).unwrap_or(0);
        let program = other.map_or(apt::NAMES[0], |(_, program, _)| program);
        edits.push(Edit::replace(Span::new(start, span.end), program));
        if let Some((_, _, replacement)) = other.filter(|(own, _, new)| own != new) {
            let word = subcommand.map(|word| word.span).filter(|span| span.bytes(source) == verb.as_bytes());
            edits.push(Edit::replace(word.ok_or(NOT_PLAIN)?, *replacement));
        }
    }
    safe_or_low_fix(missing, "change `apt` to `apt-get`", edits)
}

/// Adds `-y` after the subcommand of each call that asks for confirmation.
pub(crate) fn add_yes_option(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    asking: &[ProgramCall<'_>],
    subcommands: &[&str],
) -> FixOrReason {
    let edits: Option<Vec<Edit>> = asking
        .iter()
        .map(|call| insert_after_word(call.command, subcommands, "-y", cx.file.source))
        .collect();
    safe_or_low_fix(
        (!is_known_and_list(cx, run)).then_some("another program may answer the prompt"),
        "add `-y`",
        edits.ok_or(NOT_PLAIN)?,
    )
}

/// Adds `--no-install-recommends`, and the packages from [`needed_recommendations`].
pub(crate) fn add_no_recommends(
    cx: &RuleChecker<'_>,
    install: &ShellCommand,
    needed: &[(&ShellWord, &'static str)],
) -> FixOrReason {
    const QUIET: [&str; 10] =
        ["-y", "--yes", "--assume-yes", "-q", "-qq", "-yq", "-qy", "-yqq", "-qqy", "--quiet"];
    let source = cx.file.source;
    let at = install.words.iter().position(|word| word.text == "install").ok_or(NOT_PLAIN)?;
    let rest = install.words.get(at + 1..).unwrap_or_default();
    let flags = rest.iter().take_while(|word| QUIET.contains(&word.text.as_str())).count();
    let subcommand = install.words.get(at).filter(|word| word.span.bytes(source) == b"install");
    let (Some(_), Some(word)) = (subcommand, install.words.get(at + flags)) else {
        return Err(NOT_PLAIN.into());
    };
    let mut before = install.arguments().iter().take_while(|other| other.span.start < word.span.start);
    if install.place == CommandPlace::Quoted || before.any(|other| other.text == "--") {
        return Err(NOT_PLAIN.into());
    }
    let mut edits = vec![Edit::insert(word.span.end, format!(" {}", apt::NO_RECOMMENDS))];
    let packages = || rest.iter().filter(|word| !word.is_flag());
    let mut title = format!("add `{}`", apt::NO_RECOMMENDS);
    for (at, (word, name)) in needed.iter().enumerate() {
        title += &format!("{} `{name}`", if at + 1 == needed.len() { " and" } else { "," });
        let before = install.words.iter().take_while(|other| other.span.start < word.span.start).last();
        let before = before.ok_or(NOT_PLAIN)?;
        let between = Span::new(before.span.end, word.span.start).bytes(source);
        let between = std::str::from_utf8(between).map_err(|_| NOT_PLAIN)?;
        // In a list with one package per line, it gets its own line.
        edits.push(if between.contains('#') || !between.contains('\n') {
            Edit::insert(word.span.end, format!(" {name}"))
        } else {
            Edit::insert(word.span.start, format!("{name}{between}"))
        });
    }
    let doubtful = packages().find(|word| META.iter().any(|part| word.text.contains(part)) || !word.literal);
    let configured = cx.semantics.package_settings.apt_recommends(cx.file);
    let listed_elsewhere = install.runs_through(&["xargs"]) || packages().next().is_none();
    let missing = match doubtful {
        _ if listed_elsewhere => "the packages are unknown".to_string(),
        Some(word) if word.literal => format!("`{}` may need its recommended packages", word.text),
        Some(_) => "the packages are unknown".to_string(),
        None if configured => "apt may already be configured to skip them".to_string(),
        None => {
            let fix = Fix::new(Applicability::UnsafeMid, title, edits);
            return Ok(fix.with_risk("some recommended packages may be needed"));
        }
    };
    Ok(Fix::new(Applicability::Suggestion, title, edits).with_risk(missing))
}

/// The recommended packages that an install needs, each with the package that needs it. Without those that the image has
/// anyway.
pub(crate) fn needed_recommendations<'w>(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    install: &'w ShellCommand,
) -> Vec<(&'w ShellWord, &'static str)> {
    let needed = NEEDED.iter();
    needed.filter_map(|needed| Some((find_package_in_need(cx, run, install, needed)?, needed.name))).collect()
}

fn find_package_in_need<'w>(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    install: &'w ShellCommand,
    needed: &NeededPackage,
) -> Option<&'w ShellWord> {
    let name = |word: &ShellWord| package_name("apt", &word.text).to_string();
    let base = run.stage.and_then(|stage| cx.semantics.base_image(stage));
    if base.is_some_and(|base| matches!(base.image.facts.tool(needed.present_with), ToolPresence::Present(_)))
    {
        return None;
    }
    // The package may be installed in another branch.
    let has_branches = run.script.list.iter().any(|item| {
        item.node == ListNode::Test || item.joint.is_some_and(|joint| joint.connector == Connector::Or)
    });
    let always = |other: &&ShellCommand| {
        std::ptr::eq(*other, install) || (!has_branches && other.place == CommandPlace::Top)
    };
    let is_version = |rest: &str| {
        rest.strip_prefix('-').is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
    };
    let is_one_of = |name: &str, all: &[&str]| {
        all.iter().any(|one| name.strip_prefix(one).is_some_and(|rest| rest.is_empty() || is_version(rest)))
    };
    let includes = |name: &str| name == needed.name || is_one_of(name, needed.included_in);
    let mut commands = run.script.commands.iter().filter(always);
    if commands.any(|command| command.arguments().iter().any(|word| includes(&name(word)))) {
        return None;
    }
    let at = install.words.iter().position(|word| word.text == "install")?;
    let mut packages = install.words.get(at + 1..)?.iter().filter(|word| !word.is_flag());
    packages.find(|word| is_one_of(&name(word), needed.recommended_by))
}

/// Adds `--no-cache-dir` after `pip install`.
pub(crate) fn add_pip_no_cache(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    is_install: impl Fn(&ShellCommand) -> bool,
) -> FixOrReason {
    let source = cx.file.source;
    if choose_caching(cx, run) == Caching::Mounts {
        return Err(MOUNTED.into());
    }
    let installs = run.script.commands.iter().filter(|command| is_install(command));
    // Other programs whose names begin with `pip` have different options.
    let is_pip = |name: &str| name.trim_start_matches('-').chars().all(|c| c.is_ascii_digit() || c == '.');
    let other = |command: &&ShellCommand| {
        let name = command.name.as_deref().unwrap_or_default();
        !name.starts_with("python") && !name.strip_prefix("pip").is_some_and(is_pip)
    };
    if let Some(name) = installs.clone().find(other).and_then(|command| command.name.as_deref()) {
        return Err(format!("{} may not support `--no-cache-dir`", quote_excerpt(name)).into());
    }
    let edits: Option<Vec<Edit>> =
        installs.map(|command| insert_after_word(command, &["install"], pip::NO_CACHE, source)).collect();
    let settings = &cx.semantics.package_settings;
    let read = settings.pip_cache_read(cx.file);
    let elsewhere =
        run.mounts.iter().any(|mount| mount.kind() == "cache") || settings.pip_cache_moved(cx.file);
    let missing = if read {
        Some("something may read the cache of pip")
    } else {
        elsewhere.then_some("the cache of pip may not be in the image")
    };
    safe_or_low_fix(missing, "add `--no-cache-dir`", edits.ok_or(NOT_PLAIN)?)
}

/// Adds `--no-document` to each `gem install`.
pub(crate) fn add_gem_no_document<'r>(
    cx: &RuleChecker<'_>,
    installs: impl Iterator<Item = &'r ShellCommand>,
) -> FixOrReason {
    const FLAG: &str = "--no-document";
    let edits: Option<Vec<Edit>> =
        installs.map(|command| insert_after_word(command, &["install", "i"], FLAG, cx.file.source)).collect();
    safe_or_low_fix(
        Some("the documentation may be read in the image"),
        &format!("add `{FLAG}`"),
        edits.ok_or(NOT_PLAIN)?,
    )
}

/// Adds an option after the name of a program.
pub(crate) fn add_option(
    cx: &RuleChecker<'_>,
    missing: Option<&str>,
    calls: &[ProgramCall<'_>],
    text: &str,
) -> FixOrReason {
    let source = cx.file.source;
    let edit = |call: &ProgramCall<'_>| {
        let span = call.command.name_span();
        let plain = call.command.place != CommandPlace::Quoted
            && call.command.name.as_deref().is_some_and(|name| span.bytes(source).ends_with(name.as_bytes()));
        plain.then(|| Edit::insert(span.end, format!(" {text}")))
    };
    let edits: Option<Vec<Edit>> = calls.iter().map(edit).collect();
    safe_or_low_fix(missing, &format!("add `{text}`"), edits.ok_or(NOT_PLAIN)?)
}

/// Adds `-l` after `useradd`: BusyBox has no such program, and the one of shadow supports the option.
pub(crate) fn add_useradd_no_log_init(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    call: ProgramCall<'_>,
) -> FixOrReason {
    let base = run.stage.and_then(|stage| cx.semantics.base_image(stage));
    let known = base.is_some_and(|base| matches!(base.image.facts.tool("useradd"), ToolPresence::Present(_)));
    add_option(cx, (!known).then_some("this `useradd` may not support the option"), &[call], "-l")
}

/// Maximum number of RUNs that are searched for an installation, to limit the time for long files.
const FAR: usize = 500;

/// Whether `wget` is certainly GNU Wget 1: BusyBox and Wget2 reject its options.
pub(crate) fn has_gnu_wget(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let Some(stage) = run.stage else { return false };
    let base = cx.semantics.base_image(stage);
    if base.as_ref().is_some_and(|base| base.image.facts.tool("wget") == ToolPresence::Present(Some("gnu"))) {
        return true;
    }
    // Fedora has Wget2 under this name, and if only `dnf` is known, it may be Fedora.
    let distro = base.as_ref().and_then(|base| base.image.facts.distro.as_deref());
    let with_gnu: &[&str] = match distro {
        Some("fedora") => &[],
        Some(_) => &["apt", "dnf", "microdnf", "yum"],
        None => &["apt", "yum"],
    };
    let runs = &cx.semantics.runs;
    let until = runs.partition_point(|other| other.outer.span.start <= run.outer.span.start);
    let before = runs.get(..until).unwrap_or_default().iter().rev().take(FAR);
    let in_chain = |other: &&Run<'_>| {
        other.stage.is_some_and(|own| cx.semantics.is_built_on(stage, own)) && !other.onbuild
    };
    before.filter(in_chain).any(|other| {
        other.script.commands.iter().any(|command| {
            if !command.has_argument(&["install"]) {
                return false;
            }
            let manager = command.name.as_deref().and_then(managers::manager_of_program);
            manager.filter(|manager| with_gnu.contains(&manager.name)).is_some_and(|manager| {
                let is_wget = |word: &ShellWord| (manager.package_name)(&word.text) == "wget";
                command.arguments().iter().any(is_wget)
            })
        })
    })
}
