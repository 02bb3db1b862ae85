//! [`Quirks`]: where hadolint reads a file differently from Docker.
//!
//! Users who switch from hadolint expect exactly its diagnostics, so `dockwright hadolint` imitates hadolint
//! 2.15.1 in these places. Each row describes the imitated behavior, and why `check` differs. Quirks that are
//! more than a yes or no are methods of [`View`](super::View).

macro_rules! quirks {
    ($($(#[doc = $doc:literal])* $name:ident: $hadolint:literal,)*) => {
        /// What is imitated.
        #[allow(clippy::struct_excessive_bools)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Quirks {
            $($(#[doc = $doc])* pub $name: bool,)*
        }

        /// hadolint 2.15.1.
        pub(super) static HADOLINT: Quirks = Quirks { $($name: $hadolint,)* };

        /// BuildKit, and what programs do in a RUN: none of the quirks.
        pub(super) static EXACT: Quirks = Quirks { $($name: !$hadolint,)* };
    };
}

quirks! {
    // How the file is read, and what stages and RUNs are.

    /// ENV and ARG put the shell back to `/bin/sh -c` for ShellCheck's part. SHELL stays in effect in a build.
    env_resets_shell: true,

    /// Things remembered of a stage are kept under its name, or else the name of its image without registry
    /// and tag, so that two stages from one image share them (DL3042, DL3045). In a build they share nothing.
    stages_share_state_by_image: true,

    /// Stage names are compared as written, and the earliest stage of a name is meant. BuildKit compares in
    /// lower case and takes the latest one before.
    earliest_stage_of_a_name: true,

    /// A stage counts as part of the image when its FROM equals the last FROM of the file, or when any FROM of the file
    /// names it (DL3009, DL3060). In a build the last stage and those that it is built on ship.
    ships_by_equal_from: true,

    /// A stage that nothing in the file uses is no one's image, whatever its name. Someone builds it with
    /// `--target`.
    judges_last_stage_only: true,

    /// Exec form is read as if its strings, joined by spaces, were shell text. No shell ever sees them.
    exec_form_is_shell_text: true,

    /// In a command line with a heredoc, only the text before the first `<<` is read; if it starts with the
    /// heredoc, what follows on the line and the first body are read as one script. A build runs all of it.
    heredoc_cuts_command: true,

    /// A script with a `#!` line is read in the dialect of the SHELL in effect, or not at all (its commands always
    /// as those of a shell). A build gives it to the program that the line names. The `sh` of BusyBox is taken
    /// for any other, too.
    reads_scripts_in_the_shell_in_force: true,

    /// Without a SHELL, every RUN is read as one for `/bin/sh`. On Windows, `cmd` runs it.
    reads_windows_commands_as_sh: true,

    /// An escape character that ends the file is a part of the text. A build removes it.
    keeps_escape_at_end: true,

    /// ShellCheck's diagnostics of one RUN are reduced to the last one. All of them are true.
    one_shell_diagnostic_per_run: true,

    /// The shell of a PowerShell or cmd stage is parsed as bash anyway, which finds nothing useful.
    reads_windows_shells: true,

    /// Every stage is judged as if it were the image (DL3002, DL3049, DL3057). The image is the last stage
    /// with those that it is built on; a stage that something is copied from has no user and no labels, and
    /// neither its size nor its versions are anyone's.
    judges_every_stage: true,

    // Commands: options, packages and clean-ups of a RUN.

    /// A comment like a parser directive, wherever it is, parts the RUNs around it (DL3059). It means
    /// nothing below the first lines of a file.
    directives_part_runs: true,

    /// The program is what the first word says, except for `busybox`, `builtin`, `command`, `run` and `exec`; with its
    /// directory, and with variables as written. `/usr/bin/apt-get`, `env A=1 apt-get`, `sudo apt-get` and
    /// `sh -c "apt-get …"` run apt-get all the same.
    sees_through_wrappers: false,

    /// Every character of a word with one dash is an option (`-oDpkg::x=y` says `y`), few options are known to
    /// have a value, and what follows `--` may be an option. Programs read their options differently.
    reads_options_by_letter: true,

    /// Any argument may be the subcommand: `apt-get remove install` installs.
    subcommand_is_any_word: true,

    /// A package named by a variable is judged by the variable's name. Its value is what counts, and seldom
    /// known.
    judges_variables_by_name: true,

    /// `apk add !nano` and `apt-get install nano-` install a package without a version. They keep one out.
    takes_exclusions_for_packages: true,

    /// hadolint does not know `dnf5` and `tdnf`. They are dnf, in Fedora and in Azure Linux.
    knows_early_dnf_only: true,

    /// `dnf clean packages` and `yarn cache dir` count as emptying the cache. They leave most or all of it.
    takes_part_of_a_cache_for_all: true,

    /// `RUN --network=none` downloads something.
    downloads_without_network: true,

    /// Of installation and clean-up only the first of each is compared. What stays in the layer is decided by
    /// the last of each.
    compares_first_of_each: true,

    /// The SHELL of a base stage is forgotten (DL4006). It holds on.
    forgets_shell_of_base: true,

    /// Bash, zsh and ash are known in `/bin` only (DL4006).
    knows_shells_in_bin_only: true,

    /// `set -o pipefail` in a RUN does not count for its pipes (DL4006). It does what SHELL would do.
    judges_pipes_by_shell_only: true,

    /// Every `cd` is to be a `WORKDIR` (DL3003). None can mean one in a subshell, into a directory that the `RUN`
    /// deletes, or into one that only the shell knows.
    judges_every_cd: true,

    /// The lists of apt count as removed by what comes before the `apt-get update`, too (DL3009).
    removal_may_come_first: true,

    /// `rm -rf` of anything counts as removal of the cache, because hadolint examines its arguments one by one.
    any_forced_rm_removes: true,

    /// A cache counts as left out or emptied also if another way was taken than the one the rule asks for:
    /// `rm` for apk and zypper, a cache mount for yum and dnf 4. hadolint does not look for those.
    knows_every_way_to_empty_a_cache: false,

    /// `yes | apt-get install` does not wait. hadolint does not consider the pipe.
    knows_piped_answers: false,

    /// `-q` means yes when given exactly twice. apt-get takes more of them as well.
    counts_quiet_exactly: true,

    /// Only archives unpacked in the last stage count (DL3010), whichever stages that one is built on.
    forgets_unpacked_archives: true,

    /// A copied archive counts as unpacked by every program that can do so, and `tar` requires a dash before its
    /// options (DL3010). `ADD` unpacks what `tar` does, and nothing else.
    knows_archives_add_cannot_unpack: true,

    /// pip packages whose names begin with `git` or `svn` are taken for repositories; `.[test]` is not taken
    /// for the project in this directory.
    misreads_pip_names: true,

    /// npm's only subcommand is `install`, the scope of a package ends at the first `-`, `.` or `/`, and
    /// addresses are packages without a version.
    misreads_npm_names: true,

    /// Every option of gem takes the word after it as its value, `--no-document` too.
    gem_options_all_have_values: true,

    /// A version out of a variable counts where an ENV of the stage or any ARG before defines it; elsewhere it
    /// does not. RUN may set it, too, or the base image.
    wants_version_variables_defined: true,

    /// `java-1.8.0-devel` has a version: one part of an RPM's name that begins with a digit will do. A version
    /// is last or, before a release, last but one.
    takes_any_digit_for_rpm_version: true,

    /// Files and packages of the current module need a version when `go run` and `go install` name them.
    wants_versions_of_go_files: true,

    /// yarn fills its cache by `install` only, not by `add` or without any subcommand.
    knows_yarn_install_only: true,

    /// Once both curl and wget were used in a stage, each later RUN with either is reported. One word is
    /// enough.
    repeats_curl_and_wget: true,

    /// `ln -s /bin/sh /opt/sh` counts as replacing `/bin/sh`.
    takes_target_of_ln_for_link: true,

    // Other instructions: their values, and what stages mean to them.

    /// `ENV key value`, USER and WORKDIR keep quotes and trailing spaces. BuildKit takes both off.
    rest_of_line_is_verbatim: true,

    /// Only the first name of an ARG is read. An ARG may declare several.
    first_argument_only: true,

    /// Names that one stage defines count in all that follow, and so do references in single quotes (DL3044).
    /// A stage inherits from what it is built on only, and quoted text is not expanded.
    names_are_global: true,

    /// `COPY --from` means a stage by exact name or by the number that the value starts with, up to the
    /// current one. BuildKit compares names in lower case, and knows later stages, too.
    copies_from_names_seen: true,

    /// A variable is taken for what it looks like: an image from Docker Hub (DL3026), a value that is not a URL,
    /// date or version (DL3052 and others), a user that is not a number (DL3066). Its value is not known here.
    variables_are_text: true,

    /// An image whose name starts with a variable, and no other, is taken to have a tag (DL3006). A variable
    /// adds a tag only if no `/` follows it.
    leading_variable_hides_tag: true,

    /// The registry of `COPY --from` and of mounts is what precedes the first `/`, if it has a dot, and
    /// stage numbers are images. BuildKit reads the value as in FROM.
    splits_registry_at_slash: true,

    /// Numbers of ports are read modulo 2^64.
    numbers_wrap: true,

    /// `--platform` must name BUILDPLATFORM or TARGETPLATFORM (DL3029). Any variable leaves the choice to who
    /// builds, and a stage whose name says the platform means it, as in BuildKit's check.
    wants_named_platform: true,

    /// `ADD` of a git repository, of what a variable names, or with a flag that `COPY` lacks counts as one of
    /// local files (DL3020). `COPY` could not do that.
    knows_few_uses_of_add: true,

    /// `COPY a b .` and `COPY a b C:\dir\` are reported for the missing slash (DL3021). Both are directories.
    slash_alone_is_a_directory: true,

    /// `token` in TOKENIZERS and `secret` in SECRETARY make a secret (DL3064), and so does the name of a file
    /// with one. Names consist of words.
    finds_secrets_inside_words: true,

    /// Labels are checked against looser or older standards than those that hold: see `label_format`.
    loose_label_formats: true,

    /// A label that a LABEL sets twice is reported once.
    reports_label_once: true,

    /// Shell form is reported although the stage sets its own SHELL (DL3025). Then shell form is intended.
    shell_is_no_choice: true,

    /// In a JSON array, the file's escape character is the one that matters, and two of them before a quote
    /// make it no array. JSON has its own escape, the backslash.
    reads_strings_by_escape: true,

    /// Every USER is judged on its own (DL3066). Only the one that the image starts with is in its
    /// configuration, and root is root under both its names.
    judges_every_user: true,

    /// A health check in shell form is reported as a command is (DL3025). No one sends signals to one, and
    /// `|| exit 1` needs a shell.
    health_checks_want_arrays: true,
}
