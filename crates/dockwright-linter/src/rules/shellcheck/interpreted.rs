//! Heredocs that a RUN passes to a shell as its script: `RUN bash <<'EOF'`. The text of the RUN treats them as data,
//! so ShellCheck and hadolint do not analyze them.

use super::embedded::{ShellTextOfRun, to_diagnostic};
use crate::diagnostic::Diagnostic;
use crate::semantic::interpreted::BOURNE_SHELLS;
use crate::semantic::{Run, Semantics, program_name};
use crate::shell::analysis::{AnalysisShell, ShellAnalyzer, ShellText};
use crate::shell::{CommandPlace, ShellCommand};
use crate::syntax::Heredoc;

/// The diagnostics for the scripts of a RUN, each in the dialect of its shell.
pub(super) fn interpreted_diagnostics(
    semantics: &Semantics<'_>,
    text: &ShellTextOfRun<'_>,
    analyzer: &ShellAnalyzer,
) -> Vec<Diagnostic> {
    let source = semantics.file.source;
    let mut found = Vec::new();
    for (heredoc, shell, stops) in interpreted_scripts(semantics, text.run) {
        let original = heredoc.body.bytes(source);
        let Ok(body) = std::str::from_utf8(original) else { continue };
        let script =
            ShellText { text: body, offset: heredoc.body.start, original, shell, names: &text.state };
        let mut own = analyzer.analyze(&script).diagnostics;
        // `bash -e` stops if these commands fail.
        own.retain(|one| !(stops && matches!(one.code, 2164 | 2251)));
        found.extend(own.into_iter().filter_map(|one| to_diagnostic(semantics, text.run, one)));
    }
    found
}

/// The heredocs that a shell of the RUN reads as its script, each with the shell and whether it stops at failures.
fn interpreted_scripts<'r>(
    semantics: &Semantics<'_>,
    run: &'r Run<'_>,
) -> Vec<(&'r Heredoc<'r>, AnalysisShell, bool)> {
    let source = semantics.file.source;
    if run.instruction.heredocs.is_empty() || run.is_heredoc_only() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for command in run.script.commands.iter().filter(|command| command.place != CommandPlace::Quoted) {
        let Some((shell, stops)) = shell_of_stdin_script(semantics, run, command) else { continue };
        // The last redirection of standard input applies.
        let input = command.redirections.iter().rev().find(|span| {
            let text = span.bytes(source);
            text.starts_with(b"<") || text.starts_with(b"0<")
        });
        let of_input =
            |heredoc: &&Heredoc<'_>| input.is_some_and(|span| span.overlaps_or_adjoins(heredoc.operator));
        let Some(heredoc) = run.instruction.heredocs.iter().find(of_input) else { continue };
        // Without quotes, the shell of the RUN expands the body first.
        let body = heredoc.body.bytes(source);
        if !heredoc.expand || !body.iter().any(|byte| matches!(byte, b'$' | b'`' | b'\\')) {
            found.push((heredoc, shell, stops));
        }
    }
    found
}

/// The shell that the command starts to read its input, and whether `-e` is on.
fn shell_of_stdin_script(
    semantics: &Semantics<'_>,
    run: &Run<'_>,
    command: &ShellCommand,
) -> Option<(AnalysisShell, bool)> {
    let name = program_name(command.name.as_deref()?);
    if !BOURNE_SHELLS.contains(&name) {
        return None;
    }
    let shell = AnalysisShell::from_shebang(&format!("#!/bin/{name}"))?;
    let busybox = run.stage.is_some_and(|stage| semantics.has_busybox_sh(stage));
    let (mut stops, mut words) = (false, command.arguments().iter().map(|word| word.text.as_str()));
    while let Some(word) = words.next() {
        let short = !word.starts_with("--") && word.len() > 1 && word.starts_with(['-', '+']);
        match word {
            // The rest are arguments of the script.
            "-s" => break,
            "-" | "--" => return words.next().is_none().then_some((shell_in_stage(shell, busybox), stops)),
            "--norc" | "--noprofile" | "--login" | "--posix" | "--verbose" => {}
            _ if short && word.contains('c') => return None,
            _ if short => {
                stops |= word.starts_with('-') && word.contains('e');
                if word.ends_with('o') {
                    stops |= words.next() == Some("errexit");
                }
                if word.contains('s') {
                    break;
                }
            }
            _ => return None,
        }
    }
    Some((shell_in_stage(shell, busybox), stops))
}

fn shell_in_stage(shell: AnalysisShell, busybox: bool) -> AnalysisShell {
    if busybox { shell.with_busybox() } else { shell }
}

#[cfg(test)]
mod tests {
    use crate::lint::Linter;
    use crate::rule::{RuleGroup, RuleOptions};
    use crate::rules;

    /// The codes with the affected text.
    fn find_codes(file: &str, hadolint: bool) -> Vec<String> {
        let mut linter =
            Linter::with_rules(rules::all_rules().filter(|rule| rule.group == RuleGroup::ShellCheck));
        linter.options = RuleOptions { hadolint, ..RuleOptions::default() };
        let found = linter.lint(file.as_bytes());
        found.iter().map(|one| format!("{} {}", one.code, &file[one.span.range()])).collect()
    }

    #[test]
    fn scripts_for_a_shell() {
        for (line, body, expected) in [
            ("bash <<'E'", "x=$1; ls $x\n", &["SC2086 $x"][..]),
            ("bash -s a b <<\"E\"", "ls $1\n", &["SC2086 $1"]),
            ("<<'E' sh", "ls $1\n", &["SC2086 $1"]),
            ("true && bash <<'E' || true", "ls $1\n", &["SC2086 $1"]),
            ("env A=b bash - <<'E'", "ls $1\n", &["SC2086 $1"]),
            ("sh <<'E'", "[[ -e /a ]]\n", &["SC3010 [[ -e /a ]]"]),
            ("bash <<'E'", "[[ -e /a ]]\n", &[]),
            ("bash <<'E'", "cd /a\nls\n", &["SC2164 cd /a"]),
            ("bash -euo pipefail <<'E'", "cd /a\nls\n", &[]),
            ("bash -o errexit <<'E'", "cd /a\nls\n", &[]),
            ("bash <<-'E'", "\tls $1\n", &["SC2086 $1"]),
            // The shell of the RUN has expanded these.
            ("bash <<E", "ls $A\n", &[]),
            ("bash <<E", "cd /a\nls\n", &["SC2164 cd /a"]),
            // These read something else.
            ("bash run.sh <<'E'", "ls $1\n", &[]),
            ("bash -c 'cat' <<'E'", "ls $1\n", &[]),
            ("python <<'E'", "ls $1\n", &[]),
            ("cat <<'E'", "ls $1\n", &[]),
            ("cat <<'E' | bash", "ls $1\n", &[]),
            ("bash <<'E' < /dev/null", "ls $1\n", &["SC2261 'E'", "SC2261 <"]),
        ] {
            let file = format!("FROM debian:12\nARG A=1\nRUN {line}\n{body}E\n");
            assert_eq!(find_codes(&file, false), expected, "{file}");
            // hadolint treats a heredoc at the start as the script of the RUN.
            assert!(
                find_codes(&file, true).is_empty() || line.starts_with("<<"),
                "never in hadolint mode: {file}"
            );
        }
    }

    #[test]
    fn the_sh_of_the_base_image_counts() {
        for (base, expected) in [("alpine:3.20", false), ("debian:12", true)] {
            let file = format!("FROM {base}\nRUN sh <<'E'\n[[ -e /a ]]\nE\n");
            assert_eq!(
                find_codes(&file, false).iter().any(|one| one.starts_with("SC3010")),
                expected,
                "{base}"
            );
        }
    }
}
