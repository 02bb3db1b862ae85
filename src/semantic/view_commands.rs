//! The part of [`View`] that is about commands: how hadolint 2.15.1 reads the options, packages and clean-ups
//! of a RUN.

use super::View;
use crate::syntax::Flag;

impl View {
    /// A RUN whose first flag is unknown to hadolint has no flags, and a command of that name. BuildKit knows
    /// more flags, and refuses others.
    pub fn unknown_flag_is_the_command(self, flag: &Flag<'_>) -> bool {
        self.hadolint() && !flag.is_run_flag_to_hadolint()
    }

    /// A comment like a parser directive, wherever it stands, parts the RUNs around it (DL3059). It means
    /// nothing below the first lines of a file.
    pub fn directives_part_runs(self) -> bool {
        self.hadolint()
    }

    /// The program is what the first word says, but for `busybox`, `builtin`, `command`, `run` and `exec`; with its
    /// folder, and with variables as written. `/usr/bin/apt-get`, `env A=1 apt-get`, `sudo apt-get` and
    /// `sh -c "apt-get …"` run apt-get all the same.
    pub fn sees_through_wrappers(self) -> bool {
        !self.hadolint()
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

    /// `apk add !nano` and `apt-get install nano-` install a package without a version. They keep one out.
    pub fn takes_exclusions_for_packages(self) -> bool {
        self.hadolint()
    }

    /// `dnf5` and `tdnf` are programs that nobody knows. They are dnf, in Fedora and in Azure Linux.
    pub fn knows_early_dnf_only(self) -> bool {
        self.hadolint()
    }

    /// `dnf clean packages` and `yarn cache dir` count as emptying the cache. They leave most or all of it.
    pub fn takes_part_of_a_cache_for_all(self) -> bool {
        self.hadolint()
    }

    /// `RUN --network=none` downloads something.
    pub fn downloads_without_network(self) -> bool {
        self.hadolint()
    }

    /// Of installation and clean-up only the first of each is compared. What stays in the layer is decided by
    /// the last of each.
    pub fn compares_first_of_each(self) -> bool {
        self.hadolint()
    }

    /// The SHELL of a base stage is forgotten (DL4006). It holds on.
    pub fn forgets_shell_of_base(self) -> bool {
        self.hadolint()
    }

    /// Bash, zsh and ash are known in `/bin` only (DL4006).
    pub fn knows_shells_in_bin_only(self) -> bool {
        self.hadolint()
    }

    /// `set -o pipefail` in a RUN does not count for its pipes (DL4006). It does what SHELL would do.
    pub fn judges_pipes_by_shell_only(self) -> bool {
        self.hadolint()
    }

    /// Every `cd` is to be a `WORKDIR` (DL3003). None can stand for one in a subshell, into a directory that the `RUN`
    /// deletes, or into one that only the shell knows.
    pub fn judges_every_cd(self) -> bool {
        self.hadolint()
    }

    /// The lists of apt count as removed by what comes before the `apt-get update`, too (DL3009).
    pub fn removal_may_come_first(self) -> bool {
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
