//! DW5012: a system package manager that runs as a user without the necessary rights.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::base_image::StageUser;
use crate::semantic::effects::{Verb, command_effects};
use crate::semantic::managers::is_system_manager;
use crate::semantic::{OTHER_USERS, Run};
use crate::shell::ShellCommand;
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW5012",
    name: "needs-root",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5012.md"),
    ..Rule::BUILD
};

/// Programs that change what a user may do.
const GRANTS: [&str; 5] = ["chmod", "chown", "setcap", "setfacl", "visudo"];

fn check(cx: &mut RuleChecker<'_>) {
    // A step that may allow another user to install packages.
    let granted = cx.semantics.runs.iter().find(|run| may_become_root(run)).map(|run| run.outer.span.start);
    for run in &cx.semantics.runs {
        if granted.is_none_or(|granted| run.outer.span.start < granted) {
            check_run(cx, run);
        }
    }
}

fn check_run(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let start = run.outer.span.start;
    let (Some(stage), Some(absence)) = (run.stage, cx.program_absence()) else { return };
    let is_known = absence.programs_before_run(start).is_some_and(|state| state.lost.is_none());
    if run.onbuild || !is_known || !cx.build_runs_instruction_at(start) {
        return;
    }
    let StageUser::Other(user) = cx.semantics.user_at(stage, start) else { return };
    let name = user.split(':').next().unwrap_or_default().to_string();
    if name.is_empty() || name.contains('$') || name.chars().all(|c| c == '0') {
        return;
    }
    let fails = |command: &&ShellCommand| {
        let call = command_effects(command, cx.file.source).packages;
        let changes = call.is_some_and(|call| {
            is_system_manager(call.manager)
                && matches!(call.verb, Verb::Update | Verb::Install | Verb::Upgrade | Verb::Remove)
        });
        changes
            && absence.run_fails_with_command(command)
            && command.wrappers.is_empty()
            && !is_dry_run(command)
    };
    let Some(command) = run.script.commands.iter().find(fails) else { return };
    let program = command.name.clone().unwrap_or_default();
    let message = format!("`{program}` needs root, but user {} runs it", quote_excerpt(&name));
    cx.report(run.outer, command.name_span(), message)
        .help("move it before `USER`, or set `USER root` before it and restore the user after it");
}

/// Whether the call installs nothing.
fn is_dry_run(command: &ShellCommand) -> bool {
    command.may_have_options
        || command.has_argument(&[
            "-s",
            "--simulate",
            "--dry-run",
            "--print-uris",
            "--download-only",
            "-d",
            "-h",
            "--help",
        ])
        || command.words.iter().any(|word| {
            matches!(word.text.as_str(), "-o" | "-p" | "--root" | "--installroot")
                || word.text.starts_with("-o")
        })
}

/// Whether a RUN may let another user install packages, or give them the ID of root.
pub(super) fn may_become_root(run: &Run<'_>) -> bool {
    run.script.commands.iter().any(|command| {
        let words = command.arguments();
        let is_system = |text: &str| {
            ["/", "/var", "/usr", "/etc", "/lib"].iter().any(|own| text.trim_end_matches('/') == own.trim_end_matches('/'))
                || ["/var/lib", "/var/cache", "/usr/bin", "/etc/apt", "/etc/passwd", "/lib/apk"].iter().any(|own| text.starts_with(own))
        };
        let grants = command.is_any(&GRANTS)
            && (command.is_any(&["setcap", "setfacl", "visudo"])
                || words.iter().any(|word| is_system(&word.text) || word.text.contains('$')));
        let makes_root = command.is_any(&["useradd", "adduser", "usermod"])
            && (words.windows(2).any(|pair| {
                matches!(pair, [flag, value] if matches!(flag.text.as_str(), "-u" | "--uid" | "-o" | "--non-unique") && !value.text.starts_with(|c: char| ('1'..='9').contains(&c)))
            }));
        grants || makes_root || command.is_any(&OTHER_USERS) && command.has_argument(&["passwd"])
    })
}
