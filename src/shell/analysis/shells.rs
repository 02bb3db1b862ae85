//! [`Shell`]: what ShellCheck makes of the shell in force.

/// The grammar and the builtins that a text may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// POSIX sh.
    Sh,
    Bash,
    /// Also BusyBox ash.
    Dash,
    Ksh,
}

/// How a text is analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shell {
    /// `None` where nothing of the text is analysed.
    dialect: Option<Dialect>,
    /// A code about the shell itself: 1008 (unknown), 1071 (not a Bourne shell), 2239 (no absolute path).
    code: Option<u32>,
}

impl Shell {
    /// Docker's own, `/bin/sh -c`.
    pub const DEFAULT: Self = Self { dialect: Some(Dialect::Sh), code: None };

    /// The shell that a SHELL instruction (its strings with blanks between them) or a `shell=` comment names.
    pub fn of(command: &str) -> Self {
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

    /// `None` where nothing of a text is analysed.
    pub const fn dialect(self) -> Option<Dialect> {
        self.dialect
    }

    /// The code that ShellCheck has for the shell itself.
    pub const fn code(self) -> Option<u32> {
        self.code
    }

    /// PowerShell, cmd: there is nothing to say.
    pub const fn is_foreign(self) -> bool {
        self.dialect.is_none() && self.code.is_none()
    }
}

/// Whether the text (a heredoc's) names an interpreter that is no Bourne shell.
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
