//! DW3203: SSH connections that accept any host key.

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::assignments::find_assignments;
use crate::semantic::url::is_localhost;
use crate::semantic::written_text::{WrittenText, find_copied_text, find_written_text};
use crate::semantic::{View, parse_settings};
use crate::shell::ShellCommand;
use crate::source::Span;
use crate::syntax::Kind;

pub(crate) static RULE: Rule = Rule {
    code: "DW3203",
    name: "host-key-check-off",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3203.md"),
    ..Rule::SECURITY
};

/// Hosts that publish their keys.
const PUBLISHED: [&str; 3] = ["github.com", "gitlab.com", "bitbucket.org"];
const HELP: &str = "copy a `known_hosts` file, or use `--mount=type=secret,target=/root/.ssh/known_hosts`";

fn check(cx: &mut RuleChecker<'_>) {
    let mut found: Vec<(Span, Span, String)> = Vec::new();
    let off =
        |setting: &str| format!("`{setting}` accepts any host key, so any server can impersonate the host");
    for run in cx.semantics.runs_in_bourne_shell() {
        for command in &run.script.commands {
            if let Some((span, setting)) = find_setting_in_command(command) {
                found.push((run.outer.span, span, off(&setting)));
            } else if let Some((span, host)) = find_key_scan(command) {
                let message = format!("`ssh-keyscan` accepts the host key of `{host}` without verifying it");
                found.push((run.outer.span, span, message));
            }
        }
        for set in find_assignments(run, cx.file.source).iter().filter(|set| set.name == "GIT_SSH_COMMAND") {
            if let Some(setting) = find_setting(&String::from_utf8_lossy(set.span.bytes(cx.file.source))) {
                found.push((run.outer.span, set.span, off(&setting)));
            }
        }
        for written in find_written_text(run, cx.file.source) {
            found.extend(
                find_setting_in_file(&written).map(|(span, setting)| (run.outer.span, span, off(&setting))),
            );
        }
    }
    for instruction in cx.file.instructions() {
        for written in find_copied_text(cx.semantics, instruction) {
            found.extend(
                find_setting_in_file(&written).map(|(span, setting)| (instruction.span, span, off(&setting))),
            );
        }
        if instruction.kind == Kind::Env {
            for one in parse_settings(cx.file, instruction, View::Exact)
                .iter()
                .filter(|one| one.key == "GIT_SSH_COMMAND")
            {
                if let Some(setting) = find_setting(&one.value) {
                    let span = one.pair.key.span.enclosing_span(one.pair.value.span);
                    found.push((instruction.span, span, off(&setting)));
                }
            }
        }
    }
    found.sort_by_key(|(_, span, _)| *span);
    let source = cx.file.source;
    for (anchor, span, message) in found {
        let fix = build_fix(span, source);
        let problem = cx.report_at(anchor, span, message).help(HELP);
        match fix {
            Some(fix) => problem.fix(fix),
            None => {
                problem.add_reason_not_fixed("only the host's owner can confirm the right key".to_string())
            }
        };
    }
}

/// `StrictHostKeyChecking no`, as it is written on the command line or in a file.
fn find_setting(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''))
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(2).find_map(|pair| {
        let key = pair.first()?.trim_start_matches("-o");
        match (key, *pair.get(1)?) {
            ("stricthostkeychecking", value @ ("no" | "off" | "false")) => {
                Some(format!("StrictHostKeyChecking {value}"))
            }
            ("userknownhostsfile", "/dev/null") => Some("UserKnownHostsFile /dev/null".to_string()),
            _ => None,
        }
    })
}

fn find_setting_in_command(command: &ShellCommand) -> Option<(Span, String)> {
    let words = command.arguments();
    let hosts = || {
        words
            .iter()
            .filter(|word| !word.is_flag())
            .any(|word| is_localhost(word.text.rsplit('@').next().unwrap_or_default()))
    };
    match command.name.as_deref()? {
        "ssh" | "scp" | "sftp" | "rsync" | "git" | "ssh-copy-id" | "autossh" => {
            let word = words.iter().find(|word| find_setting(&word.text).is_some())?;
            let setting = find_setting(&word.text)?;
            (!hosts()).then_some((word.span, setting))
        }
        _ => None,
    }
}

fn find_key_scan(command: &ShellCommand) -> Option<(Span, String)> {
    let word = command.operands().find(|word| PUBLISHED.contains(&word.text.as_str()))?;
    command.is("ssh-keyscan").then(|| (command.span, word.text.clone()))
}

fn find_setting_in_file(written: &WrittenText) -> Option<(Span, String)> {
    if !written.is_written_to(&[
        "*/.ssh/config",
        ".ssh/config",
        "/etc/ssh/ssh_config",
        "/etc/ssh/ssh_config.d/",
    ]) {
        return None;
    }
    let active = |text: &str| !text.trim_start().starts_with('#');
    written
        .lines
        .iter()
        .filter(|line| active(&line.text))
        .find_map(|line| Some((line.span, find_setting(&line.text)?)))
}

/// Replaces `no` with `accept-new`.
fn build_fix(span: Span, source: &[u8]) -> Option<Fix> {
    let text = String::from_utf8_lossy(span.bytes(source)).into_owned();
    let key = text.to_ascii_lowercase().find("stricthostkeychecking")? + "stricthostkeychecking".len();
    let rest = text.get(key..)?;
    let at = key + (rest.len() - rest.trim_start_matches(['=', ' ']).len());
    let value = text.get(at..at + 2).filter(|value| value.eq_ignore_ascii_case("no"))?;
    let start = span.start + u32::try_from(at).ok()?;
    let edit = Edit::replace(Span::new(start, start + u32::try_from(value.len()).ok()?), "accept-new");
    Some(
        Fix::new(Applicability::Suggestion, "use `accept-new`", [edit])
            .with_risk("the image's OpenSSH may be older than 7.6"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_unchecked_host_keys() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN ssh -o StrictHostKeyChecking=no a@b.net x"),
                (1, "RUN ssh -oStrictHostKeyChecking=no a@b.net x"),
                (1, "RUN scp -o UserKnownHostsFile=/dev/null a b.net:"),
                (1, "RUN GIT_SSH_COMMAND=\"ssh -o StrictHostKeyChecking=no\" git clone git@github.com:o/r"),
                (1, "RUN git -c core.sshCommand='ssh -o StrictHostKeyChecking=no' clone git@github.com:o/r"),
                (1, "RUN printf 'Host *\\n  StrictHostKeyChecking no\\n' > /root/.ssh/config"),
                (1, "RUN cat <<E > ~/.ssh/config\nHost *\n  StrictHostKeyChecking no\nE"),
                (1, "ENV GIT_SSH_COMMAND=\"ssh -o StrictHostKeyChecking=no\""),
                (1, "RUN ssh-keyscan -t rsa github.com >> ~/.ssh/known_hosts"),
                (0, "RUN ssh -o StrictHostKeyChecking=yes a@b.net x"),
                (0, "RUN ssh -o StrictHostKeyChecking=accept-new a@b.net x"),
                (0, "RUN ssh-keyscan git.corp.net >> ~/.ssh/known_hosts"),
                (0, "RUN printf '# StrictHostKeyChecking no\\n' > /root/.ssh/config"),
                (0, "RUN echo \"StrictHostKeyChecking no\""),
                (0, "RUN ssh -o StrictHostKeyChecking=no localhost x"),
            ],
        );
    }
}
