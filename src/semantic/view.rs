//! [`View`]: whether a file is read as it is, or as hadolint 2.15.1 reads it.
//!
//! Teams that change over from hadolint expect the very diagnostics that it gives, so `dockwright hadolint`
//! imitates the places where hadolint's picture of a file is not what Docker does. Each of them is a method
//! here that says what is imitated and why `check` does otherwise; no other module names hadolint's quirks.

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

    /// Exec form is read as if its strings, joined by blanks, were shell text. No shell ever sees them.
    pub fn exec_form_is_shell_text(self) -> bool {
        self.hadolint()
    }

    /// Of a command line with a heredoc, only the text before the first `<<` is read; when it starts with the
    /// heredoc, only the first body. A build runs all of it.
    pub fn heredoc_cuts_command(self) -> bool {
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

    /// A rule says one thing per instruction at most. Each of the words concerned is worth naming.
    pub fn reported<T>(self, found: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        found.take(if self.hadolint() { 1 } else { usize::MAX })
    }

    /// Every stage is judged as if it were the image (DL3002, DL3049, DL3057). The image is the last stage
    /// with those that it is built on; a stage that something is copied from has no user and no labels, and
    /// neither its size nor its versions are anyone's.
    pub fn judges_every_stage(self) -> bool {
        self.hadolint()
    }

    /// In the values of ENV and LABEL, an escape counts before a blank, and in quotes before the quote that
    /// would close them. BuildKit takes it before any character, in double quotes before `"`, `$` and itself.
    pub fn escapes(self, quote: Option<char>, next: char, escape: char) -> bool {
        match (self, quote) {
            (Self::Hadolint, None) => next == ' ' || next == '\t',
            (Self::Hadolint, Some(quote)) => next == quote,
            (Self::Exact, None) => true,
            (Self::Exact, Some('"')) => next == '"' || next == '$' || next == escape,
            (Self::Exact, Some(_)) => false,
        }
    }

    /// `ENV key value`, USER and WORKDIR keep quotes and trailing blanks. BuildKit takes both off.
    pub fn rest_of_line_is_verbatim(self) -> bool {
        self.hadolint()
    }

    /// Only the first name of an ARG is read. An ARG may declare several.
    pub fn first_argument_only(self) -> bool {
        self.hadolint()
    }

    /// Names that one stage defines count in all that follow, and so do references in single quotes (DL3044).
    /// A stage inherits from what it is built on only, and quoted text is not expanded.
    pub fn names_are_global(self) -> bool {
        self.hadolint()
    }

    /// `COPY --from` means a stage by exact name or by the number that the value starts with, up to the
    /// current one. BuildKit compares names in lower case, and knows later stages, too.
    pub fn copies_from_names_seen(self) -> bool {
        self.hadolint()
    }

    /// A variable is taken for what it looks like: an image from Docker Hub (DL3026), a value that is no URL,
    /// date or version (DL3052 and others), a user that is not a number (DL3066). Its value is not known here.
    pub fn variables_are_text(self) -> bool {
        self.hadolint()
    }

    /// An image whose name starts with a variable is taken to have a tag. After a `/` that follows the last
    /// variable there can be none.
    pub fn leading_variable_hides_tag(self) -> bool {
        self.hadolint()
    }

    /// The registry of `COPY --from` and of mounts is what stands before the first `/`, if it has a dot, and
    /// stage numbers are images. BuildKit reads the value as in FROM.
    pub fn splits_registry_at_slash(self) -> bool {
        self.hadolint()
    }

    /// Numbers of ports are read modulo 2^64.
    pub fn numbers_wrap(self) -> bool {
        self.hadolint()
    }

    /// `--platform` must name BUILDPLATFORM or TARGETPLATFORM (DL3029). Any variable leaves the choice to who
    /// builds, and a stage whose name says the platform means it, as in BuildKit's check.
    pub fn wants_named_platform(self) -> bool {
        self.hadolint()
    }

    /// `ADD` of a git repository, of what a variable names, or with a flag that `COPY` lacks counts as one of
    /// local files (DL3020). `COPY` could not do that.
    pub fn knows_few_uses_of_add(self) -> bool {
        self.hadolint()
    }

    /// `COPY a b .` is reported for want of a slash (DL3021). BuildKit adds it.
    pub fn dot_is_no_directory(self) -> bool {
        self.hadolint()
    }

    /// `token` in TOKENIZERS and `secret` in SECRETARY make a secret (DL3064), and so does the name of a file
    /// with one. Names consist of words.
    pub fn finds_secrets_inside_words(self) -> bool {
        self.hadolint()
    }

    /// Labels are checked against looser or older standards than those that hold: see `label_format`.
    pub fn loose_label_formats(self) -> bool {
        self.hadolint()
    }

    /// Reserved stage names are compared as written. BuildKit compares in lower case.
    pub fn same_stage_name(self, a: &str, b: &str) -> bool {
        if self.hadolint() { a == b } else { a.eq_ignore_ascii_case(b) }
    }

    /// A label that a LABEL sets twice is reported once.
    pub fn reports_label_once(self) -> bool {
        self.hadolint()
    }
}
