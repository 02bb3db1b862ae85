//! DW3005: passwords of accounts that are set while the image is built.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::written_text::find_written_text;
use crate::semantic::{Run, names_secret};
use crate::shell::{Connector, ShellCommand, ShellWord};
use crate::source::Span;

pub(crate) static RULE: Rule = Rule {
    code: "DW3005",
    name: "password-set-in-build",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3005.md"),
    ..Rule::SECURITY
};

/// A password that a command sets.
struct PasswordChange {
    span: Span,
    accounts: Vec<String>,
    empty: bool,
}

fn check(cx: &mut RuleChecker<'_>) {
    let runs: Vec<_> = cx.semantics.runs_in_bourne_shell().filter(|run| run.ships).collect();
    for run in runs {
        for (index, command) in run.script.commands.iter().enumerate() {
            let Some(set) = password_change(cx, run, index, command) else { continue };
            let accounts: Vec<String> =
                set.accounts.iter().take(3).map(|name| format!("`{}`", name.replace('`', "'"))).collect();
            let (accounts, has) = match accounts.as_slice() {
                [] => ("an account".to_string(), "has"),
                [one] => (one.clone(), "has"),
                several => (several.join(" and "), "have"),
            };
            let message = if set.empty {
                format!("{accounts} {has} an empty password")
            } else {
                format!("{accounts} {has} a hard-coded password that anyone with the image can read")
            };
            cx.report_at(run.outer.span, set.span, message)
                .help("leave the account locked, or set its password when the container starts");
        }
    }
}

fn password_change(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    index: usize,
    command: &ShellCommand,
) -> Option<PasswordChange> {
    let name = command.name.as_deref()?;
    let new =
        |accounts: Vec<String>, empty: bool| Some(PasswordChange { span: command.span, accounts, empty });
    match name {
        "chpasswd" => {
            let accounts = literal_input_lines(cx, run, index, command)
                .iter()
                .filter_map(|line| line.split_once(':'))
                .filter(|(user, password)| !user.contains(' ') && !user.is_empty() && is_password(password))
                .map(|(user, _)| user.to_string())
                .collect::<Vec<_>>();
            if accounts.is_empty() { None } else { new(accounts, false) }
        }
        "passwd" => {
            let operands: Vec<&ShellWord> = command.operands().collect();
            let user = operands.first().map_or("root", |word| word.text.as_str()).to_string();
            if command.has_flag("d") || command.has_flag("delete") {
                return new(vec![user], true);
            }
            if ["l", "lock", "e", "expire", "u", "S"].iter().any(|flag| command.has_flag(flag)) {
                return None;
            }
            let literal =
                literal_input_lines(cx, run, index, command).iter().any(|line| is_password(line.trim()));
            if literal { new(vec![user], false) } else { None }
        }
        "useradd" | "usermod" => {
            let password = option_value(command, "p", "password")?;
            let user = command.operands().last().map_or("the account", |word| word.text.as_str()).to_string();
            if password.text.is_empty() && password.literal {
                return new(vec![user], true);
            }
            let hashed = is_hash_of_literal(run, password);
            let literal = known_text_of_word(cx, run, password).is_some_and(|text| is_password(&text));
            if literal || hashed { new(vec![user], false) } else { None }
        }
        "sed" => {
            let of_passwd = |path: &str| matches!(path, "/etc/shadow" | "/etc/passwd");
            let edits = find_written_text(run, cx.file.source);
            let mut own =
                edits.iter().filter(|one| one.command == index && one.edits && of_passwd(&one.path));
            let empties = own.any(|one| one.lines.iter().any(|line| line.text.contains("::")));
            let user = command.arguments().iter().find_map(|word| {
                let start =
                    word.text.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_start_matches("s/^");
                let name: String = start.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                word.text.contains(':').then_some(name)
            });
            if empties { new(user.filter(|name| name.len() > 1).into_iter().collect(), true) } else { None }
        }
        _ => None,
    }
}

/// Whether the text is a password, and not text that locks an account.
fn is_password(text: &str) -> bool {
    let text = text.trim_matches(['"', '\'']);
    !text.is_empty()
        && !text.contains("${")
        && !matches!(text, "*" | "!" | "!!" | "x" | "**LOCKED**" | "NP" | "%s")
        && !text.starts_with('!')
        && !text.starts_with('$')
            | text.starts_with("$1$")
            | text.starts_with("$5$")
            | text.starts_with("$6$")
            | text.starts_with("$y$")
}

/// The literal lines that the command reads: from a pipe, a here-string or a heredoc.
fn literal_input_lines(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    index: usize,
    command: &ShellCommand,
) -> Vec<String> {
    let source = cx.file.source;
    let mut lines = Vec::new();
    if command.connector == Some(Connector::Pipe) {
        for left in run.script.commands_piped_into(index, source) {
            let Some(left) = run.script.commands.get(left) else { continue };
            if left.is_any(&["echo", "printf"]) {
                let words: Vec<Option<String>> =
                    left.arguments().iter().map(|word| known_text_of_word(cx, run, word)).collect();
                let words = words.into_iter().map(|word| word.unwrap_or_else(|| "${}".to_string()));
                let words: Vec<String> =
                    words.filter(|word| !matches!(word.as_str(), "-e" | "-n" | "-en" | "-ne")).collect();
                let text = words.join(if left.is("echo") { " " } else { "\n" });
                lines.extend(text.replace("\\n", "\n").lines().map(str::to_string));
            }
        }
    }
    for redirection in &command.redirections {
        let text = String::from_utf8_lossy(redirection.bytes(source)).into_owned();
        if let Some(word) = text.strip_prefix("<<<") {
            lines.push(word.trim().trim_matches(['"', '\'']).replace('$', "${"));
        } else if text.starts_with("<<") {
            let bodies = run
                .instruction
                .heredocs
                .iter()
                .filter(|heredoc| heredoc.operator.overlaps_or_adjoins(*redirection));
            for heredoc in bodies {
                let body = String::from_utf8_lossy(heredoc.body.bytes(source)).into_owned();
                lines.extend(body.lines().map(|line| line.trim().replace('$', "${")));
            }
        }
    }
    lines
}

/// The text of a word, with the value of a variable that the file sets.
fn known_text_of_word(cx: &RuleChecker<'_>, run: &Run<'_>, word: &ShellWord) -> Option<String> {
    if word.literal {
        return Some(word.text.clone());
    }
    cx.semantics.known_text_of_word(run, word)
}

/// Whether the password is the hash of a literal: `$(openssl passwd -1 pw)`.
fn is_hash_of_literal(run: &Run<'_>, word: &ShellWord) -> bool {
    run.script.commands.iter().filter(|inner| word.span.contains(inner.span)).any(|inner| {
        let hashes = inner.is("mkpasswd")
            || (inner.is("openssl") && inner.operands().next().is_some_and(|word| word.text == "passwd"));
        let operand = inner.operands().last().filter(|word| word.text != "passwd");
        hashes
            && operand
                .is_some_and(|word| word.literal && !names_secret(&word.text, crate::semantic::View::Exact))
    })
}

/// The value of an option that is a letter or a long name.
fn option_value<'c>(command: &'c ShellCommand, letter: &str, long: &str) -> Option<&'c ShellWord> {
    let words = command.arguments();
    let at = words.iter().position(|word| {
        word.text == format!("--{long}")
            || (word.is_flag() && !word.text.starts_with("--") && word.text.ends_with(letter))
    });
    if let Some(at) = at {
        return words.get(at + 1);
    }
    words.iter().find(|word| word.text.starts_with(&format!("--{long}=")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::{check_problem_counts, find_problems};

    #[test]
    fn reports_account_passwords() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN echo 'root:toor' | chpasswd"),
                (1, "RUN echo user:user|chpasswd"),
                (1, "RUN bash -c \"echo 'root:pw' | chpasswd\""),
                (1, "RUN chpasswd <<< \"root:pw\""),
                (1, "RUN chpasswd <<E\nroot:pw\nE"),
                (1, "RUN printf 'a:b1\\nc:d1\\n' | chpasswd"),
                (1, "RUN echo 'root:pw' | sudo chpasswd"),
                (1, "RUN echo 'root:$6$abc$def' | chpasswd -e"),
                (1, "ARG PW=toor\nRUN echo \"root:$PW\" | chpasswd"),
                (1, "RUN passwd -d root"),
                (1, "RUN echo pw | passwd --stdin root"),
                (1, "RUN echo \"pw\\npw\" | passwd root"),
                (1, "RUN (echo pw; echo pw) | passwd root"),
                (1, "RUN useradd -m -p \"$(openssl passwd -1 pw)\" dev"),
                (1, "RUN useradd -p pw dev"),
                (1, "RUN usermod -p '' root"),
                (1, "RUN sed -i 's/^root:[^:]*:/root::/' /etc/shadow"),
                (0, "RUN --mount=type=secret,id=p P=$(cat /run/secrets/p) && echo \"root:$P\" | chpasswd"),
                (0, "ARG P\nRUN echo \"root:$P\" | chpasswd"),
                (0, "RUN useradd -p '**LOCKED**' x"),
                (0, "RUN useradd -m x"),
                (0, "RUN grep -q chpasswd /etc/x"),
                (0, "RUN usermod -p '*' x"),
                (0, "RUN passwd -l root"),
                (0, "RUN echo 'root:*' | chpasswd -e"),
                (0, "RUN echo \"root:$(openssl rand -hex 20)\" | chpasswd"),
                (
                    0,
                    "FROM debian:12 AS b\nRUN echo 'root:toor' | chpasswd\nFROM debian:12\nCOPY --from=b /a /a",
                ),
                (0, "RUN adduser -D app"),
            ],
        );
        let found = find_problems(&RULE, "RUN printf 'a:b1\\nc:d1\\n' | chpasswd");
        assert_eq!(
            found[0].message,
            "`a` and `c` have a hard-coded password that anyone with the image can read"
        );
    }
}
