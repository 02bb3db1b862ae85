//! The changes to a build that the fixes of each rule may make. Fixes must not make any other changes.

/// One kind of difference.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    /// Words that are added to calls of these programs.
    Gains(&'static [&'static str], &'static [&'static str]),
    /// Words that calls of these programs lose.
    Loses(&'static [&'static str], &'static [&'static str]),
    /// A variable whose value begins like this is added to calls of these programs.
    Assigns(&'static [&'static str], &'static str),
    /// A word is replaced with another one.
    Renames(&'static str, &'static str),
    /// A package in calls of apt is replaced with its successor in Debian.
    RenamesPackages,
    /// `"` is added around what the shell expands.
    Quotes,
    /// Backticks are replaced with `$( )`.
    Dollars,
    /// Empty lines between continued lines are removed.
    BlankLines,
    /// A command is added, joined by `&&` or first in its RUN: its words, with `…` for any number.
    New(&'static str),
    /// The same, joined by `||`.
    NewElse(&'static str),
    /// A command is removed.
    Gone(&'static str),
    /// A RUN is joined to the one before it.
    Joins,
    /// Brackets are added around joined commands.
    Groups,
    /// A RUN is split into two.
    Splits,
    /// A flag that begins like this is added to a RUN.
    RunFlag(&'static str),
    /// A flag that begins like this is added to ADD or COPY, and the command of that name, whose first operand is the
    /// value, may be removed.
    Folds(&'static str, &'static str),
    /// A COPY is removed if a RUN has its source in a bind mount.
    Mounts,
    /// ADD is replaced with COPY.
    AddIsCopy,
    /// Packages may move to another call of the same program.
    Regroups(&'static [&'static str]),
    /// Packages may move to a call of another package manager.
    OtherManager,
    /// COPY, ADD and WORKDIR may move among the commands, in their old order.
    FilesLater,
    /// COPY of manifests is added.
    Manifests,
    /// Calls of these programs may move.
    Moves(&'static [&'static str]),
    /// Calls of these programs may move to a place with other variables, except for those that they read.
    PassesSettings(&'static [&'static str]),
    /// A command with only absolute paths may be run in another directory.
    AnyDirectory,
    /// A `cd` is replaced with a WORKDIR.
    CdIsWorkdir,
    /// An ARG moves below instructions that do not use it.
    ArgLater,
    /// Configuration that begins like this is removed, or added.
    ConfigGone(&'static str),
    ConfigNew(&'static str),
    /// The author's name becomes a label.
    Author,
    /// The same program is started without a shell.
    ExecForm,
    /// The same change for a RUN.
    RunExecForm,
    /// Text in brackets becomes the intended array.
    IntendedArray,
    /// A platform that is the default is removed.
    OwnPlatform,
    /// The built files are copied to a new stage.
    NewStage,
    /// A script stops at the first command that fails: it begins with `set -e`.
    StopsAtErrors,
    /// Calls of these programs lose words that they repeat, with or without a version.
    Repeats(&'static [&'static str]),
    /// A variable without a value gets the one that the file sets.
    Declares,
    /// A group of short options loses this letter.
    LosesLetter(char),
}

use super::names::PROGRAMS;

use Change::*;

const APT: &[&str] = &["apt-get", "apt"];
pub(super) const SYSTEM: &[&str] =
    &["apt-get", "apt", "apk", "yum", "dnf", "dnf5", "tdnf", "microdnf", "zypper"];
const LANGUAGES: &[&str] = &[
    "pip",
    "pipx",
    "uv",
    "conda",
    "mamba",
    "micromamba",
    "npm",
    "yarn",
    "pnpm",
    "bun",
    "gem",
    "go",
    "cargo",
    "composer",
];
const MERGE: &[Change] = &[Joins, Groups];

/// By code. Fixes of other rules do not change the build.
pub(super) const DECLARED: &[(&str, &[Change])] = &[
    ("DL3003", &[Gone("cd ?"), CdIsWorkdir]),
    ("DL3004", &[Loses(&["sudo"], &["sudo", "-E", "-H", "-n", "--"])]),
    ("DL3009", &[New("rm -rf /var/lib/apt/lists/*"), Groups]),
    ("DL3014", &[Gains(APT, &["-y"])]),
    ("DL3015", &[Gains(APT, &["--no-install-recommends", "ca-certificates", "libc6-dev"])]),
    (
        "DL3019",
        &[
            Gains(&["apk"], &["--no-cache"]),
            Loses(&["apk"], &["--update", "-U", "--update-cache"]),
            Gone("apk update …"),
        ],
    ),
    ("DL3020", &[AddIsCopy]),
    ("DL3025", &[ExecForm]),
    (
        "DL3027",
        &[
            Renames("apt", "apt-get"),
            Renames("apt", "apt-cache"),
            Renames("full-upgrade", "dist-upgrade"),
            Renames("autopurge", "autoremove"),
            Renames("reinstall", "install"),
            Gains(APT, &["--with-new-pkgs", "--purge", "--reinstall"]),
        ],
    ),
    ("DL3030", &[Gains(&["yum"], &["-y"])]),
    ("DL3032", &[New("yum clean all"), Groups]),
    ("DL3034", &[Gains(&["zypper"], &["-y"])]),
    ("DL3036", &[New("zypper clean"), Groups]),
    ("DL3038", &[Gains(&["dnf", "dnf5", "dnf4", "dnf-3", "tdnf", "microdnf"], &["-y"])]),
    (
        "DL3040",
        &[
            New("dnf clean all"),
            New("dnf4 clean all"),
            New("dnf-3 clean all"),
            New("dnf5 clean all"),
            New("tdnf clean all"),
            New("microdnf clean all"),
            Groups,
        ],
    ),
    ("DL3042", &[Gains(&["pip", "python"], &["--no-cache-dir"])]),
    ("DL3046", &[Gains(&["useradd"], &["-l"])]),
    ("DL3047", &[Gains(&["wget"], &["--progress=dot:giga"])]),
    ("DL3059", MERGE),
    ("DL3060", &[New("yarn cache clean"), Groups]),
    ("DL4000", &[Author]),
    ("DL3065", &[OwnPlatform]),
    ("DW1101", &[Joins, Moves(APT), PassesSettings(APT), AnyDirectory]),
    (
        "DW1102",
        &[
            Joins,
            Regroups(SYSTEM),
            Gone("apt-get …"),
            Gone("apk …"),
            Gone("yum …"),
            Gone("dnf …"),
            Gone("microdnf …"),
            Gone("zypper …"),
            Gone("rm -rf /var/lib/apt/lists/*"),
        ],
    ),
    (
        "DW1103",
        &[
            Moves(SYSTEM),
            Moves(&["rm"]),
            AnyDirectory,
            FilesLater,
            PassesSettings(SYSTEM),
            PassesSettings(&["rm"]),
        ],
    ),
    (
        "DW1104",
        &[
            FilesLater,
            Manifests,
            Splits,
            New("go mod download"),
            New("mvn -B dependency:go-offline …"),
            New("dotnet restore …"),
            New("poetry install … --no-root"),
            New("uv sync … --no-install-project"),
            New("composer install … --no-autoloader"),
        ],
    ),
    ("DW1105", &[ArgLater]),
    (
        "DW1201",
        &[
            RunFlag("--mount=type=cache,target="),
            RunFlag("--mount=type=cache,id="),
            New("rm -f /etc/apt/apt.conf.d/docker-clean"),
            New("ln -s /var/cache/apk /etc/apk/cache"),
            New("rm /etc/apk/cache"),
            Gains(&["apk"], &["-U"]),
            Loses(&["apk"], &["--no-cache"]),
            Gains(&["yum", "dnf"], &["--setopt=keepcache=True"]),
            Gains(&["microdnf"], &["--setopt=keepcache=1"]),
            Assigns(&["uv"], "UV_LINK_MODE=copy"),
            Assigns(&["conda", "mamba", "micromamba"], "CONDA_PKGS_DIRS=/"),
            Loses(
                &["pip", "python", "poetry", "uv", "bun", "composer"],
                &["--no-cache-dir", "--no-cache", "-n"],
            ),
            Gone("rm …"),
            Loses(&["rm"], &["?"]),
            Gone("apt-get clean …"),
            Gone("apt-get autoclean …"),
            Gone("apt-get distclean …"),
            Gone("apt-get dist-clean …"),
            Gone("yum clean all"),
            Gone("dnf clean all"),
            Gone("microdnf clean all"),
            Gone("zypper clean …"),
            Gone("pacman -Scc …"),
            Gone("conda clean …"),
            Gone("mamba clean …"),
            Gone("micromamba clean …"),
            Gone("pip cache purge"),
            Gone("npm cache clean …"),
            Gone("yarn cache clean …"),
            Gone("pnpm store prune"),
            Gone("bun pm cache rm"),
            Gone("composer clear-cache"),
            Gone("go clean …"),
        ],
    ),
    (
        "DW2001",
        &[
            Joins,
            Groups,
            AnyDirectory,
            Mounts,
            RunFlag("--mount=type=bind,source="),
            Gone("rm …"),
            Loses(&["rm"], &["?"]),
            // Packages for the build move to the RUN that needs them.
            Regroups(&["apk"]),
            Gains(&["apk"], &["--virtual", ".build-deps"]),
            Gone("apk …"),
            New("apk …"),
        ],
    ),
    ("DW2101", &[New("npm cache clean --force"), Groups]),
    ("DW2102", &[Gains(&["gem"], &["--no-document"])]),
    ("DW2103", &[New("rm -rf \"$(§)\"/cache/*.gem"), Groups]),
    ("DW2104", &[New("composer clear-cache"), Groups]),
    ("DW2105", &[New("conda clean -ay"), New("mamba clean -ay"), New("micromamba clean -ay"), Groups]),
    ("DW2201", &[Folds("chmod", "--chmod=")]),
    ("DW2202", &[Folds("chown", "--chown="), FilesLater, Loses(&["chown"], &["-R", "--recursive"])]),
    ("DW1203", &[Loses(&["go"], &["-a"])]),
    ("DW2407", &[New("rm …")]),
    ("DW1202", &[Renames("install", "ci"), Renames("i", "ci")]),
    ("DW2106", &[Gains(&["poetry", "uv"], &["--no-cache"])]),
    (
        "DW2301",
        &[Joins, Groups, Regroups(&["apk"]), Gains(&["apk"], &["--virtual", ".build-deps"]), New("apk …")],
    ),
    // The container settings of the old base are repeated in the new stage.
    ("DW2401", &[NewStage, ConfigNew("env "), ConfigNew("user"), ConfigNew("stopsignal")]),
    ("DW3004", &[New("git config --global --remove-section …")]),
    ("DW3006", &[New("rm -f /etc/ssh/ssh_host_*")]),
    (
        "DW3201",
        &[
            LosesLetter('k'),
            Loses(&["curl"], &["-k", "--insecure"]),
            Loses(&["wget"], &["--no-check-certificate"]),
        ],
    ),
    ("DW3301", &[Loses(APT, &["--force-yes", "--allow-unauthenticated"])]),
    ("DW4004", &[ConfigNew("arg "), Declares]),
    ("DW4005", &[StopsAtErrors]),
    ("DW4010", &[IntendedArray, ConfigGone("volume "), ConfigNew("volume ")]),
    ("DW4011", &[Repeats(SYSTEM), Repeats(LANGUAGES)]),
    ("DW4013", &[RunFlag("--mount=type=cache,target=")]),
    ("DW4102", &[ConfigGone("env "), ConfigNew("arg ")]),
    ("DW5001", &[Gains(SYSTEM, PROGRAMS)]),
    (
        "DW5002",
        &[
            OtherManager,
            Gone("apt-get …"),
            Gone("apk …"),
            Gone("yum …"),
            Gone("dnf …"),
            Gone("rm …"),
            New("apk add --no-cache …"),
            New("apt-get update"),
            New("apt-get install -y --no-install-recommends …"),
            New("rm -rf /var/lib/apt/lists/*"),
        ],
    ),
    ("DW5003", &[RunExecForm]),
    ("DW5004", &[RenamesPackages]),
    ("DW5022", &[Gains(&["mkdir"], &["-p"])]),
    ("NoEmptyContinuation", &[BlankLines]),
    ("RedundantTargetPlatform", &[OwnPlatform]),
    ("SC2006", &[Dollars]),
    ("SC2046", &[Quotes]),
    ("SC2048", &[Quotes, Renames("$*", "\"$@\"")]),
    ("SC2053", &[Quotes]),
    ("SC2068", &[Quotes]),
    ("SC2086", &[Quotes]),
    ("SC2164", &[NewElse("exit")]),
    ("SC2254", &[Quotes]),
    ("SC2295", &[Quotes]),
];
