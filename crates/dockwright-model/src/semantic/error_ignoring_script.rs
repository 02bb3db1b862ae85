//! Heredocs in which the shell continues after an error.

use super::interpreted::BOURNE_SHELLS;
use super::{Run, Semantics};
use crate::shell::{
    self, Connector, ListNode, ParseOutcome, ShellCommand, ShellScript, ShellWord, is_errexit_option,
};
use crate::syntax::{Arguments, CommandLine, Heredoc};

/// A script in a heredoc whose commands may fail without failing the RUN.
#[derive(Debug)]
pub struct UncheckedScript<'a> {
    pub heredoc: &'a Heredoc<'a>,
    /// Whether its first line names the shell.
    pub has_shebang: bool,
}

/// Commands that do not fail, or whose failure does not matter.
const HARMLESS: [&str; 16] = [
    ":", "true", "echo", "printf", "export", "readonly", "local", "declare", "alias", "unalias", "unset",
    "umask", "set", "shopt", "trap", "exit",
];

impl<'a> Semantics<'a> {
    /// The heredoc of the RUN, if it is a script of several commands, one of which may fail unnoticed.
    pub fn error_ignoring_script(&self, run: &'a Run<'a>, shell_checks: bool) -> Option<UncheckedScript<'a>> {
        let Arguments::Command(CommandLine::Shell(text)) = &run.instruction.arguments else { return None };
        let [heredoc] = run.instruction.heredocs.as_slice() else { return None };
        let source = self.file.source;
        let body = heredoc.body.bytes(source);
        let first = body.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
        let shebang = first.starts_with(b"#!");
        let own;
        let script = if run.is_heredoc_only() {
            let checks = if shebang {
                shell::analysis::shebang_sets_errexit(&String::from_utf8_lossy(first))
            } else {
                shell_checks
            };
            if checks {
                return None;
            }
            &run.script
        } else {
            // `bash <<EOF`: the line consists of a shell and the heredoc.
            let line = text.span.bytes(source);
            if line.contains(&b'\n') || !runs_shell_on_heredoc(run, line) {
                return None;
            }
            let span = heredoc.body;
            own = shell::read_script(&shell::mask_continuations(source, span, &[]), span.start);
            &own
        };
        if script.reading != ParseOutcome::Complete || !continues_after_errors(script) {
            return None;
        }
        Some(UncheckedScript { heredoc, has_shebang: shebang })
    }
}

/// Whether a line runs a shell without `-e` on the heredoc, and nothing else.
fn runs_shell_on_heredoc(run: &Run<'_>, line: &[u8]) -> bool {
    let [command] = run.script.commands.as_slice() else { return false };
    let stops = |command: &ShellCommand| {
        let text =
            |word: &ShellWord| word.is_flag() && !word.text.starts_with("--") && word.text.contains('c');
        command.arguments().iter().any(|word| is_errexit_option(&word.text) || text(word))
    };
    command.is_any(&BOURNE_SHELLS)
        && command.operands().all(|word| word.text == "-")
        && command.redirections.len() == 1
        && !line.contains(&b'|')
        && !stops(command)
}

/// Whether a command that may fail comes before the last one, and nothing checks its result.
fn continues_after_errors(script: &ShellScript) -> bool {
    let sets_errexit = |command: &ShellCommand| {
        command.is("set") && command.arguments().iter().any(|word| is_errexit_option(&word.text))
    };
    if script.commands.iter().any(sets_errexit) {
        return false;
    }
    // Elements that are joined by `&&` and `||` are one command here.
    let mut groups: Vec<(bool, bool)> = Vec::new();
    for item in &script.list {
        let connector = item.joint.map(|joint| joint.connector);
        let may_fail = !item.negated
            && match item.node {
                ListNode::Command(at) => {
                    script.commands.get(at).is_some_and(|command| !command.is_any(&HARMLESS))
                }
                ListNode::Bare => false,
                ListNode::Test | ListNode::Pipeline | ListNode::Compound => true,
            };
        match (connector, groups.last_mut()) {
            (Some(Connector::And | Connector::Or), Some(group)) => {
                group.0 |= may_fail;
                group.1 |= connector == Some(Connector::Or);
            }
            _ => groups.push((may_fail, false)),
        }
    }
    let before = groups.split_last().map_or(&[][..], |(_, before)| before);
    before.iter().any(|(may_fail, handled)| *may_fail && !handled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    fn ignores_errors(body: &str) -> bool {
        let text = format!("FROM debian:12\nRUN {body}");
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let run = semantics.runs.first().expect("a RUN");
        semantics.error_ignoring_script(run, false).is_some()
    }

    #[test]
    fn finds_scripts_that_continue_after_errors() {
        for (body, expected) in [
            ("<<E\na\nb\nE\n", true),
            ("<<E\na; b\nE\n", true),
            ("<<-E\n\ta\n\tb\nE\n", true),
            ("<<'E'\ncd /x\nmake\nE\n", true),
            ("<<E\na | b\nc\nE\n", true),
            ("<<E\nif a; then b; fi\nc\nE\n", true),
            ("<<E\na && b\nc\nE\n", true),
            ("<<E\n#!/bin/bash\na\nb\nE\n", true),
            ("<<E\n#!/usr/bin/env bash\na\nb\nE\n", true),
            ("bash <<E\na\nb\nE\n", true),
            ("<<E bash\na\nb\nE\n", true),
            ("bash -e <<E\na\nb\nE\n", false),
            ("bash -x <<E\na\nb\nE\n", true),
            ("cat <<E\na\nb\nE\n", false),
            ("python3 <<E\na\nb\nE\n", false),
            ("<<E\n#!/bin/bash -eu\na\nb\nE\n", false),
            ("<<E\n#!/usr/bin/env -S bash -e\na\nb\nE\n", false),
            ("<<E\n#!/usr/bin/env python3\na\nb\nE\n", false),
            ("<<E\na\nE\n", false),
            ("<<E\na &&\nb\nE\n", false),
            ("<<E\na || exit 1\nb\nE\n", false),
            ("<<E\nset -eux\na\nb\nE\n", false),
            ("<<E\nset -o errexit\na\nb\nE\n", false),
            ("<<E\nexport A=b\necho x\nc\nE\n", false),
            ("<<E\nA=b\nc\nE\n", false),
            ("a; b\n", false),
        ] {
            assert_eq!(ignores_errors(body), expected, "{body}");
        }
    }
}
