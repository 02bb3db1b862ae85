//! [`View`]: whether a file is read as it is, or as hadolint 2.15.1 reads it.
//!
//! Teams that change over from hadolint expect the very diagnostics that it gives, so `dockwright hadolint`
//! imitates the places where hadolint's picture of a file is not what Docker does. Each of them is a method
//! here, in `view_commands` or in `view_instructions` that says what is imitated and why `check` does otherwise.
//! No other module names hadolint's quirks.

/// How to read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// As BuildKit builds it.
    #[default]
    Exact,
    /// As hadolint 2.15.1 reads it.
    Hadolint,
}

impl View {
    pub(super) fn hadolint(self) -> bool {
        self == Self::Hadolint
    }

    /// ENV and ARG put the shell back to `/bin/sh -c` for ShellCheck's part. SHELL stays in force in a build.
    pub fn env_resets_shell(self) -> bool {
        self.hadolint()
    }

    /// Things remembered of a stage are kept under its name, or else the name of its image without registry
    /// and tag, so that two stages from one image share them (DL3042, DL3045). In a build they share nothing.
    pub fn stages_share_state_by_image(self) -> bool {
        self.hadolint()
    }

    /// Stage names are compared as written, and the earliest stage of a name is meant. BuildKit compares in
    /// lower case and takes the latest one before.
    pub fn earliest_stage_of_a_name(self) -> bool {
        self.hadolint()
    }

    /// A stage counts as shipped when its FROM equals the last FROM of the file, or when any FROM of the file
    /// names it (DL3009, DL3060). In a build the last stage and those that it is built on ship.
    pub fn ships_by_equal_from(self) -> bool {
        self.hadolint()
    }

    /// A stage that nothing in the file uses is nobody's image, whatever its name. Somebody builds it with
    /// `--target`.
    pub fn judges_last_stage_only(self) -> bool {
        self.hadolint()
    }

    /// Exec form is read as if its strings, joined by blanks, were shell text. No shell ever sees them.
    pub fn exec_form_is_shell_text(self) -> bool {
        self.hadolint()
    }

    /// Of a command line with a heredoc, only the text before the first `<<` is read; if it starts with the
    /// heredoc, what follows on the line and the first body are read as one script. A build runs all of it.
    pub fn heredoc_cuts_command(self) -> bool {
        self.hadolint()
    }

    /// A script with a `#!` line is read in the dialect of the SHELL in force, or not at all (its commands always
    /// as those of a shell). A build gives it to the program that the line names. The `sh` of BusyBox is taken
    /// for any other, too.
    pub fn reads_scripts_in_the_shell_in_force(self) -> bool {
        self.hadolint()
    }

    /// Without a SHELL, every RUN is read as one for `/bin/sh`. On Windows, `cmd` runs it.
    pub fn reads_windows_commands_as_sh(self) -> bool {
        self.hadolint()
    }

    /// An escape character that ends the file is a part of the text. A build takes it away.
    pub fn keeps_escape_at_end(self) -> bool {
        self.hadolint()
    }

    /// ShellCheck's diagnostics of one RUN are reduced to the last one. All of them are true.
    pub fn one_shell_diagnostic_per_run(self) -> bool {
        self.hadolint()
    }

    /// The shell of a PowerShell or cmd stage is parsed as bash all the same. That finds nothing sensible.
    pub fn reads_windows_shells(self) -> bool {
        self.hadolint()
    }

    /// Every stage is judged as if it were the image (DL3002, DL3049, DL3057). The image is the last stage
    /// with those that it is built on; a stage that something is copied from has no user and no labels, and
    /// neither its size nor its versions are anyone's.
    pub fn judges_every_stage(self) -> bool {
        self.hadolint()
    }
}
