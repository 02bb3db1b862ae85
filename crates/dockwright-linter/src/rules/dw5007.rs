//! DW5007: a user that does not exist.

use crate::facts::absence::UserTimeline;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::Run;
use crate::shell::ShellCommand;
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW5007",
    name: "unknown-user",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5007.md"),
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    let mut timeline = UserTimeline::new(cx.semantics);
    for user in cx.file.instructions().filter(|one| one.kind == Kind::User) {
        check_user(cx, user, &mut timeline);
    }
    for run in &cx.semantics.runs {
        check_owners(cx, run, &mut timeline);
    }
}

/// Reports `chown NAME` if there is no such user.
fn check_owners(cx: &mut RuleChecker<'_>, run: &Run<'_>, timeline: &mut UserTimeline<'_, '_>) {
    let Some(absence) = cx.program_absence() else { return };
    let Some(stage) =
        run.stage.filter(|_| !run.onbuild && cx.build_runs_instruction_at(run.outer.span.start))
    else {
        return;
    };
    let is_chown = |command: &&ShellCommand| {
        command.is("chown")
            && command.wrappers.is_empty()
            && absence.run_fails_with_command(command)
            && !["from", "reference", "f"].iter().any(|flag| command.has_flag(flag))
    };
    let Some(command) = run.script.commands.iter().find(is_chown) else { return };
    let Some(word) = command.operands().next().filter(|word| word.literal) else { return };
    let name = word.text.split(':').next().unwrap_or_default();
    if !is_user_name(name) || name.contains('.') {
        return;
    }
    let mut users = timeline.users_at(stage, run.outer.span.start).clone();
    for earlier in run.script.commands.iter().take_while(|one| one.span.start < command.span.start) {
        users.apply_command(earlier, cx.file.source);
    }
    if users.certainly_lacks_user(name) && run.mounts.is_empty() {
        let message =
            format!("`{}` has no user {}, and no earlier step creates it", users.image, quote_excerpt(name));
        cx.report(run.outer, word.span, message).help("create the user first, or use a numeric ID");
    }
}

/// Whether a word is the name of a user other than root.
fn is_user_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
        && name != "root"
}

fn check_user(cx: &mut RuleChecker<'_>, user: &Instruction<'_>, timeline: &mut UserTimeline<'_, '_>) {
    let semantics = cx.semantics;
    let start = user.span.start;
    let Some(stage) = semantics
        .stage_at(start)
        .filter(|_| cx.build_runs_instruction_at(start) && !semantics.is_windows(start))
    else {
        return;
    };
    // BuildKit uses root for an unknown name in `--chown`.
    let Arguments::Text(word) = &user.arguments else { return };
    let Some(run) = line_of_next_run(cx, user, stage.span) else { return };
    let (written, span) = (word.text.as_ref(), word.span);
    let name = written.split(':').next().unwrap_or_default();
    if !is_user_name(name) {
        return;
    }
    let users = timeline.users_at(stage.index, start);
    if users.certainly_lacks_user(name) {
        let message = format!(
            "`{}` has no user {}, and no earlier step creates it, so the `RUN` on line {run} fails",
            users.image,
            quote_excerpt(name)
        );
        cx.report(user, span, message).help("create the user first, or use a numeric ID");
    }
}

/// The line of the first RUN between a USER and the next USER of the stage.
fn line_of_next_run(cx: &RuleChecker<'_>, user: &Instruction<'_>, stage: Span) -> Option<u32> {
    let after = cx.file.instructions_in(Span::new(user.span.start + 1, stage.end));
    let mut until = after.take_while(|one| one.kind != Kind::User);
    until.find(|one| one.kind == Kind::Run).map(|run| cx.semantics.line(run.span.start))
}
