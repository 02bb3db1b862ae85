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
    fn hadolint(self) -> bool {
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
    /// with those that it is built on; a stage that something is copied from has no user and no labels, and nobody pays for its size.
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

    /// Every character of a word with one dash is an option (`-oDpkg::x=y` says `y`), few options are known to
    /// have a value, and what stands behind `--` may be an option. Programs read their options otherwise.
    pub fn reads_options_by_letter(self) -> bool {
        self.hadolint()
    }

    /// Any argument may be the subcommand: `apt-get remove install` installs.
    pub fn subcommand_is_any_word(self) -> bool {
        self.hadolint()
    }

    /// A package named by a variable is judged by the variable's name. Its value is what counts, and seldom
    /// known.
    pub fn judges_variables_by_name(self) -> bool {
        self.hadolint()
    }

    /// Of installation and clean-up only the first of each is compared. What stays in the layer is decided by
    /// the last of each.
    pub fn compares_first_of_each(self) -> bool {
        self.hadolint()
    }

    /// `rm -rf` of anything passes for removal of the cache, as its arguments are looked at one by one.
    pub fn any_forced_rm_removes(self) -> bool {
        self.hadolint()
    }

    /// A cache counts as left out or emptied also where another way was taken than the one the rule asks for:
    /// `rm` for apk and zypper, a cache mount for yum and dnf 4. hadolint does not look for those.
    pub fn knows_every_way_to_empty_a_cache(self) -> bool {
        !self.hadolint()
    }

    /// `yes | apt-get install` waits for nobody. hadolint does not look at the pipe.
    pub fn knows_piped_answers(self) -> bool {
        !self.hadolint()
    }

    /// `-q` means yes when given exactly twice. apt-get takes more of them as well.
    pub fn counts_quiet_exactly(self) -> bool {
        self.hadolint()
    }

    /// Only archives unpacked in the last stage count (DL3010), whichever stages that one is built on.
    pub fn forgets_unpacked_archives(self) -> bool {
        self.hadolint()
    }

    /// A copied archive counts as unpacked by every program that can do so, and `tar` wants a dash before its
    /// options (DL3010). `ADD` unpacks what `tar` does, and nothing else.
    pub fn knows_archives_add_cannot_unpack(self) -> bool {
        self.hadolint()
    }

    /// pip packages whose names begin with `git` or `svn` are taken for repositories; `.[test]` is not taken
    /// for the project in this directory.
    pub fn misreads_pip_names(self) -> bool {
        self.hadolint()
    }

    /// npm's only subcommand is `install`, the scope of a package ends at the first `-`, `.` or `/`, and
    /// addresses are packages without a version.
    pub fn misreads_npm_names(self) -> bool {
        self.hadolint()
    }

    /// Every option of gem takes the word after it along, `--no-document` too.
    pub fn gem_options_all_have_values(self) -> bool {
        self.hadolint()
    }

    /// A version out of a variable counts where an ENV of the stage or any ARG before defines it; elsewhere it
    /// does not. RUN may set it, too, or the base image.
    pub fn wants_version_variables_defined(self) -> bool {
        self.hadolint()
    }

    /// `java-1.8.0-devel` has a version: one part of an RPM's name that begins with a digit will do. A version
    /// stands last or, before a release, last but one.
    pub fn takes_any_digit_for_rpm_version(self) -> bool {
        self.hadolint()
    }

    /// Files and packages of the module at hand want a version when `go run` and `go install` name them.
    pub fn wants_versions_of_go_files(self) -> bool {
        self.hadolint()
    }

    /// yarn fills its cache by `install` only, not by `add` or without any subcommand.
    pub fn knows_yarn_install_only(self) -> bool {
        self.hadolint()
    }

    /// Once both curl and wget were used in a stage, each later RUN with either is reported. One word is
    /// enough.
    pub fn repeats_curl_and_wget(self) -> bool {
        self.hadolint()
    }

    /// `ln -s /bin/sh /opt/sh` counts as replacing `/bin/sh`.
    pub fn takes_target_of_ln_for_link(self) -> bool {
        self.hadolint()
    }
}
