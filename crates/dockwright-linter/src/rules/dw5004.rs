//! DW5004: an apt package that the release does not have.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::byte_search;
use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::facts::packages::{self, DebianRelease, NameSuggestion};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::run_edit::NOT_PLAIN;
use crate::semantic::effects::{self, Verb};
use crate::semantic::{Run, Semantics};
use crate::shell::ShellWord;
use crate::source::Span;
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW5004",
    name: "unknown-package",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5004.md"),
    ..Rule::BUILD
};

/// Options with which the command installs nothing, or installs from another source.
const OTHER: [&str; 12] = [
    "-t",
    "--target-release",
    "--default-release",
    "-s",
    "--simulate",
    "--dry-run",
    "--just-print",
    "--no-act",
    "--print-uris",
    "--ignore-missing",
    "-m",
    "--fix-missing",
];

/// The words of `apt-get remove`, by their stage and the package.
type RemovedPackages = HashMap<(usize, String), Vec<Span>>;

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    let removed = OnceCell::new();
    for run in &semantics.runs {
        check_run(cx, run, &removed);
    }
}

fn check_run(cx: &mut RuleChecker<'_>, run: &Run<'_>, removed: &OnceCell<RemovedPackages>) {
    let (Some(installs), Some(absence)) = (cx.installs(), cx.program_absence()) else { return };
    let Some(stage) = run.stage.filter(|_| cx.build_runs_instruction_at(run.outer.span.start)) else {
        return;
    };
    // Other images may have additional package sources.
    let base = cx.semantics.base_image(stage).filter(|base| base.certain && !base.image.pinned);
    if base.is_none_or(|base| {
        packages::installed_system_of_image(&base.image).is_none() || base.image.name == "ubuntu"
    }) {
        return;
    }
    for command in &run.script.commands {
        let Some(release) = installs.debian_release_at(command) else { continue };
        let Some(call) = effects::command_effects(command, cx.file.source).packages else { continue };
        let is_install =
            call.manager == "apt" && call.verb == Verb::Install && command.has_argument(&["install"]);
        if !is_install
            || !absence.run_fails_with_command(command)
            || command.has_argument(&OTHER)
            || command.may_have_options
        {
            continue;
        }
        for word in call.words(command) {
            let name = call.name(word);
            if !is_single_package_name(word, name) {
                continue;
            }
            if is_ambiguous_virtual_package(cx, release, name) {
                let message = format!(
                    "{} is provided by several packages of Debian {}, so apt installs none of them",
                    quote_excerpt(name),
                    release.name()
                );
                let (help, offer) = offer_replacement(cx, release, (stage, word), name, removed);
                cx.report(run.outer, word.span, message).help(help).fix_or_reason(offer);
                continue;
            }
            if !has_no_matching_package(release, name) {
                continue;
            }
            let message = format!(
                "{} is not in Debian {} as of {}",
                quote_excerpt(name),
                release.name(),
                release.date()
            );
            let (help, offer) = offer_replacement(cx, release, (stage, word), name, removed);
            cx.report(run.outer, word.span, message).help(help).fix_or_reason(offer);
        }
    }
}

/// Whether the word is the name of one package.
fn is_single_package_name(word: &ShellWord, name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-+.".contains(c);
    word.literal
        && name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(allowed)
        && !name.ends_with(['-', '+'])
}

/// Whether the name is virtual and has several providers. apt uses a provider that is already installed.
fn is_ambiguous_virtual_package(cx: &RuleChecker<'_>, release: DebianRelease, name: &str) -> bool {
    let providers = packages::providers_of_virtual(release, name);
    providers.len() > 1
        && !providers.iter().any(|provider| byte_search::contains(cx.file.source, provider.as_bytes()))
        && {
            let stages = 0..cx.semantics.build.stages.len();
            let base = stages.filter_map(|at| cx.semantics.base_image(at));
            let mut systems = base.filter_map(|base| packages::installed_system_of_image(&base.image));
            !systems.any(|system| providers.iter().any(|provider| system.contains_package(provider)))
        }
}

/// Whether no package matches. If no package has a name with `.` or `+`, apt reads it as a pattern for any part of a
/// name.
fn has_no_matching_package(release: DebianRelease, name: &str) -> bool {
    if packages::package_exists(release, name) {
        return false;
    }
    if !name.contains(['.', '+']) {
        return true;
    }
    // As a pattern, `.` is any character, and `+` repeats the one before it.
    let Ok(pattern) = regex::Regex::new(name) else { return false };
    !packages::has_package_matching(release, |other| pattern.is_match(other))
}

fn offer_replacement(
    cx: &RuleChecker<'_>,
    release: DebianRelease,
    (stage, word): (usize, &ShellWord),
    name: &str,
    removed: &OnceCell<RemovedPackages>,
) -> (String, FixOrReason) {
    let unknown = "remove it, or add a package source that contains it".to_string();
    let (new, level) = match packages::suggest_name(release, name) {
        Some(NameSuggestion::To(new)) if new.len() == 1 => (new, Applicability::UnsafeMid),
        Some(NameSuggestion::To(new)) => {
            return (
                format!("choose one of `{}`", new.join("`, `")),
                Err("several packages provide it".into()),
            );
        }
        Some(NameSuggestion::OtherVersion(new) | NameSuggestion::Spelling(new)) => {
            (vec![new], Applicability::Suggestion)
        }
        None => return (unknown, Err("no other name for it is known".into())),
    };
    let Some(new) = new.into_iter().next() else { return (unknown, Err(NOT_PLAIN.into())) };
    let help = format!("use `{new}`");
    let written = word.span.bytes(cx.file.source);
    if !written.starts_with(name.as_bytes()) {
        return (help, Err(NOT_PLAIN.into()));
    }
    let source = cx.file.source;
    let removed = removed.get_or_init(|| removed_packages(cx.semantics));
    let later = removed.get(&(stage, name.to_string())).into_iter().flatten();
    let later = later.copied().filter(|span| span.start > word.span.start);
    if later.clone().any(|span| span.bytes(source) != name.as_bytes()) {
        return (help, Err(NOT_PLAIN.into()));
    }
    // Later commands that remove the package must remove the new name.
    let spans = std::iter::once(word.span).chain(later);
    let edits: Vec<Edit> = spans.map(|span| Edit::replace(span, new.clone())).collect();
    let fix = Fix::new(level, format!("change it to `{new}`"), edits);
    (help, Ok(fix.with_risk("the replacement package may differ")))
}

fn removed_packages(semantics: &Semantics<'_>) -> RemovedPackages {
    let mut removed = RemovedPackages::new();
    for run in &semantics.runs {
        let Some(stage) = run.stage else { continue };
        for command in &run.script.commands {
            let call = effects::command_effects(command, semantics.file.source).packages;
            let Some(call) = call.filter(|call| call.manager == "apt" && call.verb == Verb::Remove) else {
                continue;
            };
            for word in call.words(command) {
                removed.entry((stage, call.name(word).to_string())).or_default().push(word.span);
            }
        }
    }
    removed
}

#[cfg(test)]
mod tests {
    use super::is_single_package_name;
    use crate::shell::ShellWord;
    use crate::source::Span;

    #[test]
    fn reads_names_as_patterns() {
        for (name, expected) in [
            ("php7.0", true),
            ("libssl1.0-dev", true),
            ("gcc-4.8", true),
            // apt finds `python3-all` and others.
            ("python3.all", false),
            ("libstdc++6", false),
        ] {
            assert_eq!(
                super::has_no_matching_package(crate::facts::packages::DebianRelease::Bookworm, name),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn accepts_exact_apt_names() {
        for (name, expected) in [
            ("curl", true),
            ("g++", false),
            ("libstdc++6", true),
            ("python3.11", true),
            ("libssl1.1", true),
            ("curl-", false),
            ("./x.deb", false),
            ("foo*", false),
            ("x", false),
        ] {
            let word = ShellWord { text: name.to_string(), literal: true, span: Span::empty(0) };
            assert_eq!(is_single_package_name(&word, name), expected, "{name}");
        }
    }
}
