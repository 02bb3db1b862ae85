//! DW3102: accounts that become root without a password.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::base_image::StageUser;
use crate::semantic::layer_contents;
use crate::semantic::written_text::{WrittenText, WrittenTextLine, find_copied_text, find_written_text};
use crate::source::Span;
use crate::syntax::Kind;

pub(crate) static RULE: Rule = Rule {
    code: "DW3102",
    name: "passwordless-sudo",
    severity: Severity::Info,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3102.md"),
    ..Rule::SECURITY
};

fn check(cx: &mut RuleChecker<'_>) {
    let Some(stage) = cx.semantics.stages.last() else { return };
    let end = u32::try_from(cx.file.source.len()).unwrap_or(u32::MAX);
    let name = stage.alias().unwrap_or_default().to_ascii_lowercase();
    let user = cx.semantics.user_at(stage.index, end);
    // Without a USER, most images run as root.
    let is_unset = || user == StageUser::Unknown && !sets_user(cx, stage.index);
    // Root needs no sudo, and a container for development is meant to be modified.
    if user == StageUser::Root || is_unset() || name.starts_with("dev") || name.contains("devcontainer") {
        return;
    }
    let mut found: Vec<(Span, Span, String)> = Vec::new();
    for run in cx.semantics.runs_in_bourne_shell().filter(|run| run.ships) {
        for written in find_written_text(run, cx.file.source) {
            if layer_contents::is_deleted_later(run, &written.path, written.command)
                || is_deleted_later(cx, run.outer.span, &written.path)
            {
                continue;
            }
            found.extend(
                unrestricted_account(cx, &written)
                    .map(|(line, account)| (run.outer.span, line.span, account)),
            );
        }
    }
    for copy in cx.file.instructions().filter(|one| cx.semantics.is_in_image_at(one.span.start)) {
        for written in find_copied_text(cx.semantics, copy) {
            found.extend(
                unrestricted_account(cx, &written).map(|(line, account)| (copy.span, line.span, account)),
            );
        }
    }
    found.sort_by_key(|(_, span, _)| *span);
    found.dedup_by_key(|(anchor, _, account)| (*anchor, account.clone()));
    for (anchor, span, account) in found {
        let message =
            format!("`{}` can run any command as root without a password", account.replace('`', "'"));
        cx.report_at(anchor, span, message).help("run root commands before `USER` and omit `sudo`");
    }
}

/// Whether the stage, or one that it is built on, has a USER.
fn sets_user(cx: &RuleChecker<'_>, stage: usize) -> bool {
    cx.semantics.instructions_of(stage).into_iter().any(|one| one.kind == Kind::User)
}

fn is_deleted_later(cx: &RuleChecker<'_>, after: Span, path: &str) -> bool {
    let mut later = cx.semantics.runs.iter().filter(|run| run.outer.span.start > after.start);
    later.any(|run| {
        run.script
            .commands
            .iter()
            .any(|command| command.is("rm") && command.operands().any(|word| word.text == path))
    })
}

/// The line that grants all rights to an account of the file, or to a group, and the account.
fn unrestricted_account<'w>(
    cx: &RuleChecker<'_>,
    written: &'w WrittenText,
) -> Option<(&'w WrittenTextLine, String)> {
    let is_sudoers = written.is_written_to(&["/etc/sudoers", "/etc/sudoers.d/"])
        || written.path.starts_with("/etc/sudoers.d/");
    if !is_sudoers {
        return None;
    }
    written.lines.iter().find_map(|line| {
        let text = line.text.trim().trim_start_matches('^').replace('\\', "");
        if text.starts_with('#') {
            return None;
        }
        let (before, commands) = text.split_once("NOPASSWD:")?;
        let account = before.split_whitespace().next()?.to_string();
        let all = commands.split([',', '$', '\'', '"']).map(str::trim).any(|command| command == "ALL");
        (all && is_account_of_file(cx, &account)).then_some((line, account))
    })
}

/// Whether the account is a group, or one that the file creates or uses.
fn is_account_of_file(cx: &RuleChecker<'_>, account: &str) -> bool {
    if account.starts_with('%') || account == "ALL" || account.starts_with("${") {
        return true;
    }
    let names = |text: &str| {
        text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).any(|word| word == account)
    };
    let created = cx.semantics.runs.iter().flat_map(|run| &run.script.commands).any(|command| {
        command.is_any(&["useradd", "adduser", "usermod"])
            && command.operands().any(|word| word.text == account)
    });
    let used = cx.file.instructions().any(|one| one.kind == Kind::User && names(&one.rest.text));
    created || used
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_accounts_with_root_rights() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN echo 'dev ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/dev\nUSER dev"),
                (
                    1,
                    "RUN echo \"$USERNAME ALL=\\(root\\) NOPASSWD:ALL\" > /etc/sudoers.d/$USERNAME\nUSER $USERNAME",
                ),
                (
                    1,
                    "RUN useradd jenkins && sed -i '/^root/a\\jenkins ALL=(ALL:ALL) NOPASSWD:ALL' /etc/sudoers\nUSER jenkins",
                ),
                (1, "RUN echo '%wheel ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers\nUSER app"),
                (1, "COPY <<E /etc/sudoers.d/app\napp ALL=(ALL) NOPASSWD: ALL\nE\nUSER app"),
                (0, "RUN echo 'dev ALL=(ALL) NOPASSWD: /usr/bin/true' > /etc/sudoers.d/dev\nUSER dev"),
                (0, "RUN echo '# dev ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/dev\nUSER dev"),
                (0, "RUN echo 'dev ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/dev\nUSER dev\nUSER root"),
                (
                    0,
                    "RUN echo 'dev ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/dev\nUSER dev\nRUN sudo rm /etc/sudoers.d/dev",
                ),
                (
                    0,
                    "FROM debian:12 AS b\nRUN echo 'dev ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/dev\nFROM debian:12\nUSER dev\nCOPY --from=b /a /a",
                ),
                (0, "RUN echo \"NOPASSWD\"\nUSER dev"),
                (
                    0,
                    "FROM example.org/x\nRUN useradd dev && echo 'dev ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/dev",
                ),
                (
                    1,
                    "FROM example.org/x AS a\nUSER dev\nFROM a\nRUN echo 'dev ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/dev",
                ),
            ],
        );
    }
}
