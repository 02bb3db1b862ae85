//! Recognizes scripts in which no check of the analyzer can find anything, so that it does not have to run.
//!
//! Nearly a quarter of the distinct `RUN`s in real files only call package managers and a few other programs, one
//! after the other, with words that the shell does not change. No diagnostic is about such a command: each is about
//! an expansion, a quote, an operator, a redirection, an assignment, a word with another meaning in the shell, or a
//! program that is not listed here.

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

    fn script() -> impl Strategy<Value = String> {
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
        let command = (proptest::sample::select(programs), words).prop_map(|(program, words)| {
            words.into_iter().fold(program.to_string(), |text, (space, word)| text + space + &word)
        });
        prop::collection::vec(command, 1..4).prop_map(|commands| commands.join(" && "))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]
        #[test]
        fn nothing_is_found_in_plain_scripts(text in script().prop_filter("plain", |text| is_plain_script(text))) {
            ENGINE.with(|engine| assert_nothing_is_found(engine, &text));
        }
    }
}
