//! DW3304: keys that are identified by 8 digits.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::Run;
use crate::shell::{ShellCommand, ShellWord};

pub(crate) static RULE: Rule = Rule {
    code: "DW3304",
    name: "short-key-id",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3304.md"),
    ..Rule::SECURITY
};

fn check(cx: &mut RuleChecker<'_>) {
    let runs: Vec<_> = cx.semantics.runs_in_bourne_shell().collect();
    for run in runs {
        for command in &run.script.commands {
            for (word, id) in find_short_ids(cx, run, command) {
                let message = format!("`{id}` is a short key ID; others can create a key with the same ID");
                cx.report_at(run.outer.span, word.span, message)
                    .help("use the full fingerprint (40 digits)")
                    .add_reason_not_fixed("the full fingerprint is unknown");
            }
        }
    }
}

/// Options of gpg and apt-key that have a value.
const VALUED: [&str; 8] = [
    "--keyserver",
    "--keyserver-options",
    "--homedir",
    "--keyring",
    "--primary-keyring",
    "--options",
    "--output",
    "-o",
];

fn find_short_ids<'r>(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    command: &'r ShellCommand,
) -> Vec<(&'r ShellWord, String)> {
    let words = command.arguments();
    let is_key_program = command.is_any(&["gpg", "gpg2"])
        || (command.is("apt-key") && words.iter().any(|word| word.text == "adv"));
    let receives = |word: &ShellWord| {
        ["--recv-keys", "--recv-key", "--recv", "--receive-keys"].contains(&word.text.as_str())
    };
    if !is_key_program || !words.iter().any(receives) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if VALUED.contains(&word.text.as_str()) {
            rest.next();
        } else if !word.is_flag() {
            let Some(text) = cx.semantics.known_text_of_word(run, word) else { continue };
            let digits = text.strip_prefix("0x").unwrap_or(&text);
            if digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                found.push((word, digits.to_string()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn short_ids_are_found() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN gpg --keyserver hkps://keyserver.ubuntu.com --recv-key 7F343FA7"),
                (1, "RUN apt-key adv --keyserver x --recv 7F0CEB10"),
                (1, "RUN gpg --recv-keys 0xC3EBC003"),
                (2, "RUN gpg --recv-keys C3EBC003 7F0CEB10"),
                (1, "ARG K=C0A52C50\nRUN gpg --recv-keys $K"),
                (1, "RUN sudo apt-key adv --keyserver hkp://keyserver.ubuntu.com:80 --recv-keys E56151BF"),
                (0, "RUN gpg --recv-keys C3EBC0037F0CEB10"),
                (0, "RUN gpg --recv-keys 0123456789ABCDEF0123456789ABCDEF01234567"),
                (0, "RUN gpg --keyserver-options timeout=12345678 --recv-keys C3EBC0037F0CEB10"),
                (0, "RUN gpg --keyserver 12345678 --recv-keys C3EBC0037F0CEB10"),
                (0, "RUN gpg --verify 12345678"),
                (0, "RUN echo gpg --recv-keys C3EBC003"),
            ],
        );
    }
}
