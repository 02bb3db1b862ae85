//! [`AnalysisShell`]: the shell in effect, as ShellCheck sees it.

/// The grammar and the builtins that a text may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// POSIX sh.
    Sh,
    Bash,
    Dash,
    Ksh,
    /// The `sh` of BusyBox.
    Busybox,
}

impl Dialect {
    /// Whether it is POSIX `sh` or a shell that is installed as `sh`.
    pub const fn is_sh(self) -> bool {
        matches!(self, Self::Sh | Self::Dash | Self::Busybox)
    }
}

/// How a text is analyzed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AnalysisShell {
    /// `None` if nothing of the text is analyzed.
    dialect: Option<Dialect>,
    /// The code that reports the shell itself: 1008 (unknown), 1071 (not a Bourne shell), 2239 (no absolute path).
    code: Option<u32>,
}

impl AnalysisShell {
    /// Docker's default, `/bin/sh -c`.
    pub const DEFAULT: Self = Self { dialect: Some(Dialect::Sh), code: None };

    pub const BUSYBOX: Self = Self { dialect: Some(Dialect::Busybox), code: None };

    /// Docker's default on Windows, `cmd /S /C`.
    pub const CMD: Self = Self { dialect: None, code: None };

    /// The shell that a SHELL instruction (its strings joined with spaces) or a `shell=` comment names.
    pub fn from_command(command: &str) -> Self {
        if ["pwsh", "powershell", "cmd"].iter().any(|foreign| command.contains(foreign)) {
            return Self { dialect: None, code: None };
        }
        let program = command.split_whitespace().next().unwrap_or_default();
        let name = program.rsplit('/').next().unwrap_or(program);
        let foreign = ["awk", "csh", "expect", "fish", "perl", "python", "ruby", "tcsh", "zsh"];
        let known = ["sh", "ash", "dash", "busybox", "bash", "bats", "ksh", "oksh"];
        let is_foreign = foreign.iter().any(|other| name.starts_with(other));
        let dialect = match name {
            _ if is_foreign => None,
            "sh" => Some(Dialect::Sh),
            "dash" | "ash" | "busybox" => Some(Dialect::Dash),
            "ksh" | "ksh88" | "ksh93" | "oksh" => Some(Dialect::Ksh),
            _ => Some(Dialect::Bash),
        };
        let code = if !program.starts_with('/') {
            Some(2239)
        } else if is_foreign {
            Some(1071)
        } else if known.iter().any(|shell| name.starts_with(shell)) {
            None
        } else {
            Some(1008)
        };
        Self { dialect, code }
    }

    /// The program that the `#!` line at the start of a script names, through `env`; `None` if there is no such
    /// line. A program that is not of the Bourne family is foreign.
    pub fn from_shebang(script: &str) -> Option<Self> {
        let line = script.strip_prefix("#!")?.lines().next().unwrap_or_default();
        let basename = |word: &'_ str| word.rsplit('/').next().unwrap_or_default().to_owned();
        let mut words = line.split_whitespace().map(basename);
        let mut name = words.next().unwrap_or_default();
        if name == "env" {
            // The value of `-u`, `-C` and `-a` is a separate word.
            let mut is_value = false;
            name = words
                .find(|word| {
                    let skipped =
                        std::mem::take(&mut is_value) || word.starts_with('-') || word.contains('=');
                    is_value = matches!(word.as_str(), "-u" | "-C" | "-a");
                    !skipped
                })
                .unwrap_or_default();
        }
        if name == "busybox" {
            name = words.next().filter(|applet| applet != "sh").unwrap_or_else(|| "ash".to_owned());
        }
        let dialect = match name.as_str() {
            "sh" => Some(Dialect::Sh),
            "bash" | "bats" => Some(Dialect::Bash),
            "dash" => Some(Dialect::Dash),
            "ash" => Some(Dialect::Busybox),
            "ksh" | "ksh88" | "ksh93" | "mksh" | "oksh" => Some(Dialect::Ksh),
            _ => None,
        };
        Some(Self { dialect, code: None })
    }

    /// The same shell, if its `sh` and `ash` are those of BusyBox.
    #[must_use]
    pub fn with_busybox(self) -> Self {
        let dialect =
            self.dialect.map(|dialect| if dialect == Dialect::Sh { Dialect::Busybox } else { dialect });
        Self { dialect, ..self }
    }

    /// What is after `#!` in a script for this shell.
    pub const fn shebang(self) -> Option<&'static str> {
        Some(match self.dialect {
            Some(Dialect::Sh) => "/bin/sh",
            Some(Dialect::Bash) => "/bin/bash",
            Some(Dialect::Dash) => "/bin/dash",
            Some(Dialect::Ksh) => "/bin/ksh",
            Some(Dialect::Busybox) => "/bin/busybox sh",
            None => return None,
        })
    }

    /// `None` if nothing of a text is analyzed.
    pub const fn dialect(self) -> Option<Dialect> {
        self.dialect
    }

    /// The code with which ShellCheck reports the shell itself.
    pub const fn shellcheck_code(self) -> Option<u32> {
        self.code
    }

    /// Whether ShellCheck does not support the shell (PowerShell, cmd).
    pub const fn is_foreign(self) -> bool {
        self.dialect.is_none() && self.code.is_none()
    }
}

/// Whether a script begins with `#!` and the option `-e` for its shell.
pub fn shebang_sets_errexit(script: &str) -> bool {
    let line = script.strip_prefix("#!").and_then(|rest| rest.lines().next()).unwrap_or_default();
    let mut words = line.split_whitespace().skip_while(|word| !word.ends_with("sh")).skip(1);
    words.any(crate::is_errexit_option)
}

/// Whether a script begins with `#!` and the option `-o pipefail` for its shell (`env -S bash -eo pipefail`).
pub fn shebang_sets_pipefail(script: &str) -> bool {
    let line = script.strip_prefix("#!").and_then(|rest| rest.lines().next()).unwrap_or_default();
    line.split_whitespace().any(|word| word == "pipefail")
}

/// Whether the text (a heredoc's) names an interpreter that is not a Bourne shell.
pub fn has_foreign_shebang(text: &str) -> bool {
    const KNOWN: [&str; 6] = [
        "#!/bin/sh",
        "#!/bin/bash",
        "#!/bin/ksh",
        "#!/usr/bin/env sh",
        "#!/usr/bin/env bash",
        "#!/usr/bin/env ksh",
    ];
    text.starts_with("#!") && !KNOWN.iter().any(|known| text.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::{AnalysisShell, Dialect};

    #[test]
    fn options_of_scripts() {
        for (line, expected) in [
            ("#!/bin/bash -e", true),
            ("#!/bin/sh -xeu", true),
            ("#!/bin/bash -o errexit", true),
            ("#!/usr/bin/env -S bash -euo pipefail", true),
            ("#!/usr/bin/env -S bash", false),
            ("#!/bin/bash -u --noprofile", false),
            ("set -e", false),
        ] {
            assert_eq!(super::shebang_sets_errexit(&format!("{line}\nset -e\n")), expected, "{line}");
        }
    }

    #[test]
    fn programs_of_scripts() {
        for (line, expected) in [
            ("#!/bin/sh", Some(Dialect::Sh)),
            ("#! /bin/sh -eu", Some(Dialect::Sh)),
            ("#!/bin/bash -e", Some(Dialect::Bash)),
            ("#!/usr/local/bin/bash", Some(Dialect::Bash)),
            ("#!/usr/bin/env bash", Some(Dialect::Bash)),
            ("#!/usr/bin/env -S bash -euo pipefail", Some(Dialect::Bash)),
            ("#!/usr/bin/env -i -u X A=1 dash", Some(Dialect::Dash)),
            ("#!/bin/dash", Some(Dialect::Dash)),
            ("#!/bin/ash", Some(Dialect::Busybox)),
            ("#!/bin/busybox sh", Some(Dialect::Busybox)),
            ("#!/bin/busybox ash -e", Some(Dialect::Busybox)),
            ("#!/bin/busybox awk -f", None),
            ("#!/bin/ksh93", Some(Dialect::Ksh)),
            ("#!/usr/bin/env python3", None),
            ("#!/usr/bin/perl -w", None),
            ("#!/usr/bin/env node", None),
            ("#!/bin/zsh", None),
            ("#!/usr/bin/env", None),
            ("#!", None),
        ] {
            let shell = AnalysisShell::from_shebang(&format!("{line}\r\necho $x\n")).expect(line);
            assert_eq!(shell.dialect(), expected, "{line}");
            assert_eq!(shell.is_foreign(), expected.is_none(), "{line}");
        }
        assert_eq!(AnalysisShell::from_shebang("set -e\n#!/bin/sh"), None);
    }
}
