//! Recognizes scripts and commands in which no check of the analyzer can find anything, so that it does not have to
//! read them.
//!
//! Nearly a quarter of the distinct `RUN`s in real files only call package managers and a few other programs, one
//! after the other, with words that the shell does not change. No diagnostic is about such a command: each is about
//! an expansion, a quote, an operator, a redirection, an assignment, a word with another meaning in the shell, or a
//! program that is not listed here.

use std::ops::Range;

use super::RelativeDiagnostic;
use crate::{CommandPlace, Connector, ShellScript};

/// Programs that no check applies to, with any arguments.
const PROGRAMS: [&str; 33] = [
    "addgroup",
    "adduser",
    "apk",
    "apt",
    "apt-get",
    "bundle",
    "cargo",
    "chgrp",
    "chown",
    "cmake",
    "composer",
    "dnf",
    "dotnet",
    "gem",
    "git",
    "go",
    "gradle",
    "groupadd",
    "make",
    "microdnf",
    "mvn",
    "npm",
    "pip",
    "pip3",
    "pnpm",
    "tdnf",
    "touch",
    "update-ca-certificates",
    "useradd",
    "usermod",
    "yarn",
    "yum",
    "zypper",
];

/// Words that are, or look like, a part of the shell's grammar.
const RESERVED: [&str; 17] = [
    "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select",
    "then", "time", "until", "while",
];

/// Whether nothing can be found in the text, whatever the shell and its variables are.
pub(super) fn is_plain_script(text: &str) -> bool {
    let bytes = text.as_bytes();
    let follows_space =
        |at: usize| at.checked_sub(1).is_some_and(|at| matches!(bytes.get(at), Some(b' ' | b'\t')));
    let is_allowed = |(at, byte): (usize, &u8)| match byte {
        b'\\' => follows_space(at) && bytes.get(at + 1) == Some(&b'\n'),
        b'\n' => at.checked_sub(1).is_some_and(|at| bytes.get(at) == Some(&b'\\')),
        b' ' | b'\t' | b'&' => true,
        byte => is_word_byte(*byte),
    };
    bytes.iter().enumerate().all(is_allowed)
        && !text.trim_end().ends_with('\\')
        && text.split("&&").all(is_plain_command)
}

/// A text in which the arguments of plain commands are replaced with spaces, so that offsets stay the same.
pub(super) struct TextWithoutArguments {
    pub text: String,
    /// The plain commands, from the program to the last argument.
    commands: Vec<Range<usize>>,
}

impl TextWithoutArguments {
    /// Whether a diagnostic is about one of the commands, and might span its arguments.
    pub(super) fn affects_plain_command(&self, found: &RelativeDiagnostic) -> bool {
        let (start, end) = (found.start as usize, found.end as usize);
        self.commands.iter().any(|command| start <= command.end && command.start <= end)
    }
}

/// The text without the arguments of plain commands, which are a fifth of the words in scripts that are not plain as a
/// whole: the analyzer's time depends on the words. `None` if there are none.
///
/// `script` is the parsed text, or its beginning.
pub(super) fn hide_plain_arguments(text: &str, script: &ShellScript) -> Option<TextWithoutArguments> {
    // Whether a directive is in a valid place depends on the words before it.
    if text.contains("shellcheck") {
        return None;
    }
    let mut commands = Vec::new();
    let mut arguments = Vec::new();
    for command in &script.commands {
        let is_statement = matches!(command.place, CommandPlace::Top | CommandPlace::Compound)
            && command.connector != Some(Connector::Pipe)
            && command.redirections.is_empty();
        let [program, first, ..] = command.words.as_slice() else { continue };
        let (start, end) = (program.span.start as usize, command.span.end as usize);
        if is_statement && text.get(start..end).is_some_and(is_plain_script) {
            arguments.push(first.span.start as usize..end);
            commands.push(start..end);
        }
    }
    if commands.is_empty() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    for range in arguments {
        bytes.get_mut(range)?.fill(b' ');
    }
    Some(TextWithoutArguments { text: String::from_utf8(bytes).ok()?, commands })
}

/// `*` is allowed in some words only.
fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./:@%+,=-*".contains(&byte)
}

fn is_plain_command(text: &str) -> bool {
    let mut words = text.split([' ', '\t', '\n', '\\']).filter(|word| !word.is_empty());
    let Some(program) = words.next() else { return false };
    let takes: fn(&str) -> bool = match program {
        // Some system directories should not be deleted.
        "rm" => |word| !word.starts_with('/') || word.split('/').count() > 4,
        // `mkdir -pm` sets the mode of the last directory only.
        "mkdir" => |word| !word.starts_with('-') || word == "-p",
        // `chmod -r` removes a permission.
        "chmod" => |word| !word.starts_with('-') || word == "-R",
        _ if PROGRAMS.contains(&program) => |_| true,
        _ => return false,
    };
    words.all(|word| {
        // A pattern like `*.log` may match the name of an option.
        let is_pattern = word.contains('*') && !(word.ends_with("/*") && word.matches('*').count() == 1);
        // The operator of an assignment with spaces around it.
        let is_operator = word.starts_with('=') || word.starts_with("+=");
        !word.contains('&') && !is_pattern && !is_operator && !RESERVED.contains(&word) && takes(word)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Dialect;
    use super::super::engine::AnalysisEngine;
    use super::*;

    #[test]
    fn recognizes_plain_scripts() {
        for text in [
            "apt-get update",
            "apt-get update && apt-get install -y --no-install-recommends \\\n  curl=7.88.1-10 \\\n git && rm -rf /var/lib/apt/lists/*",
            "  pip install --no-cache-dir -r requirements.txt a==1.0  ",
            "mkdir -p /a/b && chown a:b /a && chmod 755 /a/b",
        ] {
            assert!(is_plain_script(text), "{text}");
        }
        for text in [
            "",
            "&& apt-get update",
            "apt-get update &&",
            "apt-get update \\",
            "apt-get update \\\n",
            "apt-get update\\\n",
            "apt-get update \\ \n",
            "apt-get update & git pull",
            "apt-get update || git pull",
            "apt-get update; git pull",
            "apt-get update\ngit pull",
            "apt-get install $A",
            "apt-get install 'a'",
            "A=1 apt-get update",
            "git add a*b",
            "cd /a && make",
            "rm -rf *",
            "rm -rf *.log",
            "rm -rf /usr/share/*",
            "mv a",
            "mkdir -pm 755 /a/b",
            "git add done",
            "git add é",
            "git = a",
            "git += a",
        ] {
            assert!(!is_plain_script(text), "{text}");
        }
    }

    #[test]
    fn hides_arguments_of_plain_commands() {
        for (text, expected) in [
            ("apt-get update -q && echo $a", "apt-get           && echo $a"),
            ("a; rm -rf /a/b \\\n /c/d; b", "a; rm -rf /a/b \\\n /c/d; b"),
            ("a; rm -rf a \\\n /c/d/e/f; b", "a; rm                  ; b"),
            ("if pip install a; then b; fi", "if pip          ; then b; fi"),
            ("A=1 make all", "A=1 make    "),
            ("echo $(git rev-parse HEAD)", "echo $(git rev-parse HEAD)"),
            ("echo a | git apply -", "echo a | git apply -"),
            ("apt-get update > /dev/null", "apt-get update > /dev/null"),
            ("rm -rf $a /b", "rm -rf $a /b"),
            ("sh -c 'git pull origin'", "sh -c 'git pull origin'"),
            ("sudo git pull", "sudo git pull"),
            ("git \\\n a # shellcheck disable=SC2086\n", "git \\\n a # shellcheck disable=SC2086\n"),
        ] {
            let (script, _) = crate::memo::parse(text, 0);
            let shortened = hide_plain_arguments(text, &script);
            assert_eq!(shortened.map_or(text.to_string(), |shortened| shortened.text), expected);
        }
    }

    /// The analyzer finds nothing in plain scripts, whatever the shell is.
    fn assert_nothing_is_found(engine: &AnalysisEngine, text: &str) {
        for shell in [Dialect::Sh, Dialect::Bash, Dialect::Dash, Dialect::Busybox, Dialect::Ksh] {
            for prelude in ["", "export A=1\nexport version=1\n"] {
                let found = engine.analyze_in_full(text, prelude, shell);
                assert!(found.is_empty(), "{shell:?} {text:?}: {found:?}");
            }
        }
    }

    thread_local! {
        static ENGINE: AnalysisEngine = AnalysisEngine::default();
    }

    fn plain_command() -> impl Strategy<Value = String> {
        let mut programs = PROGRAMS.to_vec();
        programs.extend(["rm", "mkdir", "chmod"]);
        let word = prop_oneof![
            "[a-z0-9_./:@%+,=-]{1,12}",
            "(-|--)[a-zA-Z=,-]{1,8}",
            "(/[a-z]{1,4}){1,5}(/\\*)?",
            proptest::sample::select(vec![
                "-p", "-rf", "-r", "-R", "-y", "install", "update", "test", "echo", "cd", "export", "set",
                "sudo", "source", "local", "return", "exit", "alias", "find", "grep", "ls", "777", "+x",
                "u+s", "a=b", "==", "=", "-", "--", ".", "..", "-a", "-o", "-eq", "true", "false", "read",
                "printf", "eval", "exec", "trap", "unset", "let", "shift", "break", "continue", "wait",
                "type", "which", "declare", "typeset", "readonly", "0", "00", "1.0", "X=", "=x", "+=", "%",
                "@", ":", ",", "+", "/", "//", "/*", "a/*",
            ])
            .prop_map(str::to_string),
        ];
        let space = proptest::sample::select(vec![" ", "  ", " \\\n  ", "\t"]);
        let words = prop::collection::vec((space, word), 0..6);
        (proptest::sample::select(programs), words).prop_map(|(program, words)| {
            words.into_iter().fold(program.to_string(), |text, (space, word)| text + space + &word)
        })
    }

    fn script() -> impl Strategy<Value = String> {
        prop::collection::vec(plain_command(), 1..4).prop_map(|commands| commands.join(" && "))
    }

    /// Plain commands between commands in which something is found.
    fn mixed_script() -> impl Strategy<Value = String> {
        let other = proptest::sample::select(vec![
            "cd /a",
            "cd $a",
            "a=1",
            "A=1 B=$A",
            "export A=`date`",
            "echo $a \"b\" c",
            "echo \\a 'b$c'",
            "[ $a == b ]",
            "test -n $a",
            "! true",
            "for f in $(ls); do",
            "if true; then",
            "while read line; do",
            "case $a in b)",
            "f() {",
            "{",
            "(",
            "done",
            "fi",
            ";; esac",
            "}",
            ")",
            "cat a",
            "cat <<E\n$(date)\nE\n",
            "find / | xargs",
            "grep a*",
            "curl -s http://a",
            "sudo",
            "local x",
            "return 1",
            "rm -rf $a/",
            "rm -rf \"$a\"/lib",
            "x > a",
            "> a",
            "2>&1 > a",
            "# shellcheck disable=SC2086\n",
            "# a\n",
            "exit",
            "git commit -m \"$a\"",
            "apt-get install $a",
        ]);
        let command = prop_oneof![plain_command(), other.prop_map(str::to_string)];
        let joint =
            proptest::sample::select(vec![" && ", "; ", " || ", "\n", " | ", " & ", " ", " \\\n && "]);
        prop::collection::vec((command, joint), 2..8).prop_map(|parts| {
            parts.into_iter().fold(String::new(), |text, (command, joint)| text + &command + joint)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]
        #[test]
        fn nothing_is_found_in_plain_scripts(text in script().prop_filter("plain", |text| is_plain_script(text))) {
            ENGINE.with(|engine| assert_nothing_is_found(engine, &text));
        }

        #[test]
        fn arguments_of_plain_commands_do_not_matter(text in mixed_script()) {
            ENGINE.with(|engine| {
                for shell in [Dialect::Sh, Dialect::Bash, Dialect::Busybox] {
                    let expected = engine.analyze_in_full(&text, "export A=1\n", shell);
                    let found = engine.run(&text, "export A=1\n", shell, false, false);
                    prop_assert_eq!(format!("{found:?}"), format!("{expected:?}"), "{:?} {:?}", shell, text);
                }
                Ok(())
            })?;
        }
    }
}
