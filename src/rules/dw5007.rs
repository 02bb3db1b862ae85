//! DW5007: a user that does not exist.

use crate::facts::absence::KnownUsers;
use crate::rule::{Check, Rule, RuleChecker};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW5007",
    name: "unknown-user",
    check: Check::Instruction(&[Kind::User], check),
    docs: include_str!("../../rules/DW5007.md"),
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>, user: &Instruction<'_>) {
    let semantics = cx.semantics;
    let start = user.span.start;
    let Some(stage) =
        semantics.stage_at(start).filter(|_| cx.is_built(start) && !semantics.is_windows(start))
    else {
        return;
    };
    // BuildKit uses root for an unknown name in `--chown`.
    let Arguments::Text(word) = &user.arguments else { return };
    let Some(run) = next_run(cx, user, stage.span) else { return };
    let (written, span) = (word.text.as_ref(), word.span);
    let name = written.split(':').next().unwrap_or_default();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    if !is_name || name == "root" {
        return;
    }
    let users = KnownUsers::at_offset(semantics, stage.index, start);
    if users.certainly_lack(name) {
        let message = format!(
            "`{}` has no user {}, and nothing before creates it, so the `RUN` on line {run} fails",
            users.image,
            quote_excerpt(name)
        );
        cx.report(user, span, message).help("create the user first, or use a numeric ID");
    }
}

/// The line of the first RUN after a USER, up to the next USER of the stage.
fn next_run(cx: &RuleChecker<'_>, user: &Instruction<'_>, stage: Span) -> Option<u32> {
    let after =
        cx.file.instructions().filter(|one| one.span.start > user.span.start && one.span.start < stage.end);
    let mut until = after.take_while(|one| one.kind != Kind::User);
    until.find(|one| one.kind == Kind::Run).map(|run| cx.semantics.line(run.span.start))
}
