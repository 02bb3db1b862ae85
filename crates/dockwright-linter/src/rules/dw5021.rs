//! DW5021: a user or an ID that already exists in the base image.

use std::collections::BTreeSet;

use crate::facts::absence::UserTimeline;
use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::semantic::Run;
use crate::shell::{ShellCommand, ShellWord};
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW5021",
    name: "existing-user",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5021.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

/// Text in a file that indicates that users of the base image may be removed or changed.
const CHANGES: [&str; 8] =
    ["userdel", "deluser", "usermod", "groupmod", "groupdel", "delgroup", "passwd", "/etc/group"];

/// Programs that add a user or a group.
const ADDING: [&str; 4] = ["useradd", "adduser", "groupadd", "addgroup"];

/// Users of base images with the ID 1000, for the user and for the group.
const WITH_ID_1000: [&str; 2] = ["node", "ubuntu"];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(absence) = cx.program_absence() else { return };
    let text = String::from_utf8_lossy(cx.file.source);
    if CHANGES.iter().any(|change| text.contains(change)) {
        return;
    }
    let mut timeline = UserTimeline::new(cx.semantics);
    for run in &cx.semantics.runs {
        if run.onbuild || !cx.build_runs_instruction_at(run.outer.span.start) || !run.mounts.is_empty() {
            continue;
        }
        if !run.script.commands.iter().any(|command| command.is_any(&ADDING)) {
            continue;
        }
        let Some((users, image)) = users_of(cx, run, &mut timeline) else { continue };
        let found = run
            .script
            .commands
            .iter()
            .filter(|command| absence.run_fails_with_command(command))
            .find_map(|command| existing_account(command, &users));
        let Some(taken) = found else { continue };
        let kind = if taken.is_user { "user" } else { "group" };
        let message = match &taken.owner_of_id {
            Some(owner) => format!("{kind} ID 1000 is already used by {} in `{image}`", quote_excerpt(owner)),
            None => format!("`{image}` already has the {kind} {}", quote_excerpt(&taken.word.text)),
        };
        cx.report(run.outer, taken.word.span, message).help(format!(
            "use the existing {kind}, choose another name or ID, or delete the existing {kind} first"
        ));
        return;
    }
}

/// The users of the official image that the stage of a RUN is built on, and the name of the image.
fn users_of(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    timeline: &mut UserTimeline<'_, '_>,
) -> Option<(BTreeSet<String>, String)> {
    let stage = run.stage?;
    let base = cx.semantics.base_image(stage)?;
    // Only images whose users are all known.
    let known = timeline.users_at(stage, 0);
    let is_sure = base.certain && base.image.official && !base.image.pinned && !known.image.is_empty();
    is_sure.then(|| (base.image.facts.users.clone(), known.image.clone()))
}

/// A user or a group that a command adds, although the image has it.
struct ExistingAccount<'c> {
    /// The name or the ID.
    word: &'c ShellWord,
    is_user: bool,
    /// Who has the ID, if the word is one.
    owner_of_id: Option<&'static str>,
}

/// The user or group that a command adds, if its name or its ID exists in the image.
fn existing_account<'c>(command: &'c ShellCommand, users: &BTreeSet<String>) -> Option<ExistingAccount<'c>> {
    let name = command.name.as_deref()?;
    if !command.wrappers.is_empty()
        || command.may_have_options
        || command.words.iter().any(|word| !word.literal)
    {
        return None;
    }
    let is_user = matches!(name, "useradd" | "adduser");
    let is_group = matches!(name, "groupadd" | "addgroup");
    if !is_user && !is_group {
        return None;
    }
    let is_lenient =
        command.has_flag("o") || command.has_flag("non-unique") || command.has_flag("f") && is_group;
    if is_lenient || command.has_flag("force") {
        return None;
    }
    let (short, long) = match name {
        "useradd" | "adduser" => ("-u", "--uid"),
        _ => ("-g", "--gid"),
    };
    if let Some(id) = value_of(command, short, long)
        .filter(|id| id.text.trim_start_matches("--uid=").trim_start_matches("--gid=") == "1000")
    {
        let owner = WITH_ID_1000.iter().find(|owner| users.contains(**owner))?;
        return Some(ExistingAccount { word: id, is_user, owner_of_id: Some(owner) });
    }
    // The last word is the name. `adduser NAME GROUP` and `addgroup NAME` may be valid for an existing one.
    let last = command.arguments().last().filter(|word| !word.is_flag())?;
    let has_own_group = WITH_ID_1000.contains(&last.text.as_str()) || last.text == "www-data";
    let exists = users.contains(&last.text)
        && match name {
            "useradd" => true,
            "groupadd" => has_own_group,
            _ => false,
        };
    exists.then_some(ExistingAccount { word: last, is_user, owner_of_id: None })
}

/// The word with the value of an option.
fn value_of<'c>(command: &'c ShellCommand, short: &str, long: &str) -> Option<&'c ShellWord> {
    let words = command.arguments();
    let joined =
        words.iter().find(|word| word.text.strip_prefix(long).is_some_and(|rest| rest.starts_with('=')));
    joined.or_else(|| {
        let at = words.iter().position(|word| word.text == short || word.text == long)?;
        words.get(at + 1)
    })
}
