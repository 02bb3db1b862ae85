//! [`HadolintQuirks`]: where hadolint reads a file differently from Docker.
//!
//! Users who switch from hadolint expect exactly its diagnostics, so `dockwright hadolint` imitates hadolint 2.15.1
//! in these places. Each row describes the imitated behavior, and why `check` differs. Quirks that are not booleans
//! are methods of [`View`](super::View).

macro_rules! quirks {
    ($($(#[doc = $doc:literal])* $name:ident: $hadolint:literal,)*) => {
        /// The imitated behavior.
        #[allow(clippy::struct_excessive_bools)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct HadolintQuirks {
            $($(#[doc = $doc])* pub $name: bool,)*
        }

        /// hadolint 2.15.1.
        pub(super) static HADOLINT: HadolintQuirks = HadolintQuirks { $($name: $hadolint,)* };

        /// The behavior of BuildKit and of programs in a RUN: none of the quirks.
        pub(super) static EXACT: HadolintQuirks = HadolintQuirks { $($name: !$hadolint,)* };
    };
}

quirks! {
    // Reading of the file, stages and RUNs.

    /// ENV and ARG reset the shell to `/bin/sh -c` for ShellCheck. In a build, SHELL still applies.
    env_resets_shell: true,

    /// The state of a stage is stored by its name, or else by the name of its image without registry and tag, so two
    /// stages from one image share it (DL3042, DL3045). In a build, they share nothing.
    stages_share_state_by_image: true,

    /// Stage names are compared as written, and a name means its earliest stage. BuildKit compares in lower case, and
    /// uses the latest earlier stage.
    earliest_stage_of_a_name: true,

    /// A stage counts as part of the image when its FROM equals the last FROM of the file, or when any FROM of the
    /// file names it (DL3009, DL3060). In a build, the image consists of the last stage and its base stages.
    ships_by_equal_from: true,

    /// A stage that nothing in the file uses is never treated as an image, whatever its name. People build it with
    /// `--target`.
    judges_last_stage_only: true,

    /// Exec form is read as if its strings, joined by spaces, were shell text. No shell ever sees them.
    exec_form_is_shell_text: true,

    /// In a command line with a heredoc, only the text before the first `<<` is read; if it starts with the
    /// heredoc, what follows on the line and the first body are read as one script. A build runs all of it.
    heredoc_cuts_command: true,

    /// A script with a `#!` line is read in the dialect of the current SHELL, or not at all (but its commands are
    /// always read as shell commands). A build runs it with the program in that line. The `sh` of BusyBox is treated
    /// like any other.
    reads_scripts_in_current_shell: true,

    /// Without a SHELL, every RUN is read as one for `/bin/sh`. On Windows, `cmd` runs it.
    reads_windows_commands_as_sh: true,

    /// An escape character that ends the file is a part of the text. A build removes it.
    keeps_escape_at_end: true,

    /// ShellCheck's diagnostics of one RUN are reduced to the last one. All of them are true.
    one_shell_diagnostic_per_run: true,

    /// The commands of a PowerShell or cmd stage are parsed as bash, which finds nothing useful.
    reads_windows_shells: true,

    /// Every stage is judged as if it were the image (DL3002, DL3049, DL3057). The image consists of the last stage
    /// and its base stages. For a stage from which files are only copied, user, labels, size and versions do not
    /// matter.
    judges_every_stage: true,

    // Commands: options, packages and clean-ups of a RUN.

    /// A comment like a parser directive separates the RUNs around it at any place (DL3059). It only has a meaning in
    /// the first lines of a file.
    directives_part_runs: true,

    /// The program is the first word, except after `busybox`, `builtin`, `command`, `run` and `exec`; with its
    /// directory, and with variables as written. `/usr/bin/apt-get`, `env A=1 apt-get`, `sudo apt-get` and `sh -c
    /// "apt-get …"` also run apt-get.
    sees_through_wrappers: false,

    /// Every character of a word with one dash is an option (`-oDpkg::x=y` contains `y`), few options are known to have a
    /// value, and a word after `--` may be an option. Programs read their options differently.
    reads_options_by_letter: true,

    /// Any argument may be the subcommand: `apt-get remove install` installs.
    subcommand_is_any_word: true,

    /// A package in a variable is judged by the name of the variable. Only its value matters, which is rarely known.
    judges_variables_by_name: true,

    /// `apk add !nano` and `apt-get install nano-` install a package without a version. In fact, they exclude or
    /// remove a package.
    takes_exclusions_for_packages: true,

    /// hadolint does not know `dnf5` and `tdnf`, which are the dnf of Fedora and of Azure Linux.
    knows_early_dnf_only: true,

    /// `dnf clean packages` and `yarn cache dir` count as emptying the cache. They leave most or all of it.
    takes_part_of_a_cache_for_all: true,

    /// `RUN --network=none` downloads something.
    downloads_without_network: true,

    /// Only the first installation and the first clean-up are compared. The last ones decide what stays in the layer.
    compares_first_of_each: true,

    /// The SHELL of a base stage is ignored (DL4006). In a build, it still applies.
    forgets_shell_of_base: true,

    /// Bash, zsh and ash are recognized only in `/bin` (DL4006).
    knows_shells_in_bin_only: true,

    /// `set -o pipefail` in a RUN is ignored for its pipes (DL4006). It has the same effect as in SHELL.
    judges_pipes_by_shell_only: true,

    /// Every `cd` is reported (DL3003). A `WORKDIR` cannot replace one in a subshell, into a directory that the `RUN`
    /// deletes, or into a directory that only the shell knows.
    judges_every_cd: true,

    /// Only `apt-get` installs recommended packages (DL3015). `apt` installs the same ones.
    recommends_with_apt_get_only: true,

    /// The lists of apt count as removed even if the removal precedes `apt-get update` (DL3009).
    removal_may_come_first: true,

    /// `rm -rf` of anything counts as removal of the cache, because hadolint examines its arguments one by one.
    any_forced_rm_removes: true,

    /// A cache counts as disabled or emptied also with another method than the one that the rule recommends: `rm` for
    /// apk and zypper, a cache mount for yum and dnf 4. hadolint does not recognize those.
    knows_every_way_to_delete_a_cache: false,

    /// `yes | apt-get install` does not wait for an answer. hadolint ignores the pipe.
    knows_piped_answers: false,

    /// `apt-get install -s` only simulates, and does not ask. hadolint ignores the option.
    knows_simulated_installs: false,

    /// `-q` means yes if it is given exactly twice. apt-get also accepts more.
    counts_quiet_exactly: true,

    /// Only archives unpacked in the last stage count (DL3010), not those in its base stages.
    forgets_unpacked_archives: true,

    /// A copied archive counts as unpacked by every program that can do so, and `tar` requires a dash before its
    /// options (DL3010). `ADD` only unpacks the formats of `tar`.
    knows_archives_add_cannot_unpack: true,

    /// pip packages whose names begin with `git` or `svn` are treated as repositories; `.[test]` is not recognized as
    /// the project in this directory.
    misreads_pip_names: true,

    /// npm's only subcommand is `install`, the scope of a package ends at the first `-`, `.` or `/`, and
    /// addresses are packages without a version.
    misreads_npm_names: true,

    /// Every option of gem has the next word as its value, even `--no-document`.
    gem_options_all_have_values: true,

    /// A version from a variable only counts if an ENV of the stage or any earlier ARG defines it. RUN or the base
    /// image may also set it.
    requires_defined_version_variables: true,

    /// `java-1.8.0-devel` has a version: one part that begins with a digit is sufficient in the name of an RPM. A
    /// version is the last part, or the one before the release.
    takes_any_digit_for_rpm_version: true,

    /// Files and packages of the current module need a version in `go run` and `go install`. They cannot have one.
    requires_versions_of_go_files: true,

    /// yarn fills its cache only with `install`, not with `add` or without a subcommand.
    knows_yarn_install_only: true,

    /// Once both curl and wget were used in a stage, each later RUN with either is reported. One diagnostic is
    /// enough.
    repeats_curl_and_wget: true,

    /// `ln -s /bin/sh /opt/sh` counts as replacing `/bin/sh`.
    takes_target_of_ln_for_link: true,

    // Other instructions, their values and stages.

    /// `ENV key value`, USER and WORKDIR keep quotes and trailing spaces. BuildKit removes both.
    rest_of_line_is_verbatim: true,

    /// Only the first name of an ARG is read. An ARG may declare several.
    first_argument_only: true,

    /// Names that one stage defines apply to all later stages, and references in single quotes count (DL3044). A
    /// stage only inherits from its base, and text in single quotes is not expanded.
    names_are_global: true,

    /// `COPY --from` finds stages up to the current one, by their exact name or by the number with which the value
    /// starts. BuildKit compares names in lower case, and also finds later stages.
    copies_from_names_seen: true,

    /// A variable is treated as text: as an image from Docker Hub (DL3026), a value that is not a URL, date or
    /// version (DL3052 and others), a user that is not a number (DL3066). Its value is unknown.
    variables_are_text: true,

    /// Only an image whose name starts with a variable is assumed to have a tag (DL3006). A variable adds a tag only
    /// if no `/` follows it.
    leading_variable_hides_tag: true,

    /// The registry of `COPY --from` and of mounts is the text before the first `/` if it contains a dot, and stage
    /// numbers are images. BuildKit reads the value as in FROM.
    splits_registry_at_slash: true,

    /// Numbers of ports are read modulo 2^64.
    numbers_wrap: true,

    /// `--platform` must name BUILDPLATFORM or TARGETPLATFORM (DL3029). With any variable, the build decides; and a
    /// stage with a platform in its name is intended, as in BuildKit's check.
    requires_named_platform: true,

    /// `ADD` of a git repository, of a variable, or with a flag that `COPY` lacks counts as an `ADD` of local files
    /// (DL3020). `COPY` cannot replace it.
    knows_few_uses_of_add: true,

    /// `COPY a b .` and `COPY a b C:\dir\` are reported for the missing slash (DL3021). Both are directories.
    slash_alone_is_a_directory: true,

    /// TOKENIZERS and SECRETARY are secrets, because they contain `token` and `secret` (DL3064), and so are names of
    /// files with secrets. `check` compares whole words.
    finds_secrets_inside_words: true,

    /// Labels are checked against looser or older standards than the current ones: see `label_format`.
    loose_label_formats: true,

    /// A label that a LABEL sets twice is reported once.
    reports_label_once: true,

    /// Shell form is reported even if the stage sets SHELL (DL3025). With SHELL, it is intended.
    reports_shell_form_despite_shell: true,

    /// In a JSON array, the escape character of the file is used, and text with two of them before a quote is not an
    /// array. The escape character of JSON is always the backslash.
    reads_strings_by_escape: true,

    /// Every USER is judged (DL3066). Only the last one is in the configuration of the image, and `root` and `0` both
    /// mean root.
    judges_every_user: true,

    /// A health check in shell form is reported like a command (DL3025). It receives no signals, and `|| exit 1`
    /// needs a shell.
    health_checks_require_exec_form: true,
}
