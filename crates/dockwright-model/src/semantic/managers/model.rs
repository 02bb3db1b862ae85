//! [`PackageManager`]: the facts about a package manager.

use schemars::JsonSchema;
use serde::Serialize;

use super::{FilesKeptByManager, MountableCache, ProjectBuild, ProjectInstallSyntax, find_manager};
use crate::semantic::effects::{Effects, PathSet};
use crate::semantic::invocation::WrapperSyntax;
use crate::semantic::{ProgramSyntax, package_name};
use crate::shell::{ShellCommand, ShellWord};

/// The facts about a package manager: its command line, files, caches and costs.
#[expect(clippy::struct_excessive_bools, reason = "each says something else")]
pub struct PackageManager {
    /// Its name in [`PackageCall`]s and reports.
    pub name: &'static str,
    /// The names of its program, and the syntax of its command line.
    pub program: ProgramSyntax,
    /// Whether a version may follow its name: `pip3.11`.
    pub versioned: bool,
    /// Whether `python -m` runs it.
    pub(crate) is_module: bool,
    /// The kind of distribution that its calls imply; `None` for language package managers, and for rpm, which
    /// several distributions have.
    pub(crate) family: Option<DistributionFamily>,
    /// Whether it installs packages of a distribution only from existing files.
    pub(crate) only_files: bool,
    /// Whether it installs into the language's package directory, not into a project directory.
    pub(crate) into_language: bool,
    /// Whether an install may need a compiler that the system provides.
    pub compiles: bool,
    /// Subcommands, of one or two words, separated by `|`. Others (`npm run`, `cargo test`) run commands of the
    /// project.
    pub(crate) verbs: &'static [(&'static str, Verb)],
    /// Options with which it fetches packages but installs nothing, without dashes.
    pub(crate) only_downloads: &'static [&'static str],
    /// What it does without a subcommand.
    pub bare: Option<Verb>,
    /// Its other programs, with functions for the effects of their calls; they return `None` for an unknown call.
    pub programs: &'static [(&'static str, EffectsFn)],
    /// The subcommand that runs another program: `poetry run`.
    pub runs: Option<WrapperSyntax>,
    /// Where downloads and indexes are kept; `~` is the home directory of the user.
    pub caches: &'static [&'static str],
    /// The files in these directories that remain in a layer.
    pub kept: &'static [FilesKeptByManager],
    /// How they are kept in a mount; `None` if a mount would not help, or if the directory is not certain.
    pub cached: Option<MountableCache>,
    /// Where its settings are.
    pub config: &'static [&'static str],
    /// Which calls read the project in the working directory, and run its scripts.
    pub project: ProjectUse,
    /// Options whose values are files that are read.
    pub files: &'static [&'static str],
    /// Files of a project that list its dependencies; people edit the first one.
    pub manifests: &'static [&'static str],
    /// How it installs what the manifests name; `None` if it does not.
    pub install: Option<ProjectInstallSyntax>,
    /// The directories that a call certainly creates if it succeeds, relative to its working directory.
    pub(crate) creates: CreatedPathsFn,
    /// `Some` if a second install of the project's dependencies skips installed packages: the words of calls that
    /// reinstall everything or concern another directory.
    pub(crate) starts_over: Option<&'static [&'static str]>,
    /// How it builds a project; `None` if builds download nothing.
    pub build: Option<ProjectBuild>,
    /// `Some` if a build leaves a daemon running, with the options and settings that prevent it.
    pub(crate) daemon: Option<&'static [&'static str]>,
    /// Extracts the name of a package from an argument.
    pub package_name: fn(&str) -> &str,
    /// Whether the text after a name in the same word only sets the version or source of the package: `=1.2` in
    /// `curl=1.2`, but not `:i386`, which means another package.
    pub is_version: fn(&str) -> bool,
    /// A command that installs `PACKAGES` without keeping a cache.
    pub clean_install: Option<&'static str>,
    /// How long calls take, from the first matching row.
    pub costs: &'static [ManagerCost],
}

/// Returns the directories that a call creates although the command line does not name them.
pub(super) type CreatedPathsFn = fn(&ShellCommand, Option<Verb>) -> PathSet;

/// Returns the effects of a call of a program.
pub(super) type EffectsFn = fn(&ShellCommand) -> Option<Effects>;

impl PackageManager {
    pub(crate) const DEFAULT: Self = Self {
        name: "",
        program: ProgramSyntax::DEFAULT,
        versioned: false,
        is_module: false,
        family: None,
        only_files: false,
        into_language: false,
        compiles: false,
        verbs: &[],
        only_downloads: &["download-only", "downloadonly"],
        bare: None,
        programs: &[],
        runs: None,
        caches: &[],
        kept: &[],
        cached: None,
        config: &[],
        project: ProjectUse::Never,
        files: &[],
        manifests: &[],
        install: None,
        creates: |_, _| PathSet::None,
        starts_over: None,
        build: None,
        daemon: None,
        package_name: |text| text,
        is_version: |_| false,
        clean_install: None,
        costs: &[],
    };
}

impl PackageManager {
    /// Whether the install of a project's dependencies skips installed packages.
    pub(crate) fn skips_installed_packages(&self, command: &ShellCommand) -> bool {
        self.starts_over.is_some_and(|words| {
            !command.arguments().iter().any(|word| {
                let option = word.text.split_once('=').map_or(word.text.as_str(), |(option, _)| option);
                words.contains(&option)
            })
        })
    }
}

/// How long a kind of call takes.
#[derive(Debug)]
pub struct ManagerCost {
    /// The kinds of call; none for subcommands that are not listed.
    pub(crate) verbs: &'static [Verb],
    /// Words, one of which must be in the call; empty for any call.
    pub words: &'static [&'static str],
    /// Whether the call names no package, so it installs the project's dependencies.
    pub bare: bool,
    pub cost: Cost,
}

impl ManagerCost {
    pub(crate) const fn cost_of_verbs(verbs: &'static [Verb], cost: Cost) -> Self {
        Self { verbs, words: &[], bare: false, cost }
    }

    /// The cost of subcommands that are not listed.
    pub(crate) const fn for_other_verbs(cost: Cost) -> Self {
        Self::cost_of_verbs(&[], cost)
    }
}

/// How long a step takes, as a class that represents a number of seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, JsonSchema)]
pub enum Cost {
    /// Class XS: 0 seconds.
    #[default]
    XS,
    /// Class S: 5 seconds.
    S,
    /// Class M: 30 seconds.
    M,
    /// Class L: 3 minutes, 180 seconds.
    L,
    /// Class XL: 15 minutes, 900 seconds.
    XL,
}

/// A call of a package manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageCall {
    /// [`PackageManager::name`]: `apt` (also for `apt-get` and `aptitude`), `apk`, `pip`, `npm`, ….
    pub manager: &'static str,
    pub verb: Verb,
    /// The packages: indices in [`ShellCommand::words`]. Empty if a project file names them.
    pub packages: Vec<usize>,
    /// The files that list packages: the values of options such as `-r`, and files read through standard input.
    pub files: Vec<String>,
}

impl PackageCall {
    /// The words of the packages.
    pub fn words<'c>(&self, command: &'c ShellCommand) -> impl Iterator<Item = &'c ShellWord> {
        self.packages.iter().filter_map(|at| command.words.get(*at))
    }

    /// The name of a package, without its version.
    pub fn name<'w>(&self, word: &'w ShellWord) -> &'w str {
        package_name(self.manager, &word.text)
    }

    /// The possible names of the package in a word: the whole word, and each prefix before a possible version.
    pub fn possible_names<'w>(&self, word: &'w str) -> Vec<&'w str> {
        let is_version =
            find_manager(self.manager).map_or(PackageManager::DEFAULT.is_version, |it| it.is_version);
        let cuts = word.char_indices().map(|(at, _)| at).filter(|at| *at <= LONGEST_NAME);
        let beginnings = cuts.filter_map(|at| word.split_at_checked(at));
        std::iter::once(word)
            .chain(beginnings.filter(|(_, rest)| is_version(rest)).map(|(name, _)| name))
            .collect()
    }
}

/// Maximum length of the name of a package, in bytes.
const LONGEST_NAME: usize = 256;

/// The kinds of subcommands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Fetches the package index.
    Update,
    /// Installs packages, or the dependencies of the project.
    Install,
    /// Replaces installed packages with newer ones.
    Upgrade,
    Remove,
    /// Deletes caches.
    Clean,
    /// Only prints information.
    Query,
    /// Changes the manager's own settings, or its list of repositories.
    Configure,
    /// Builds the project, and downloads its dependencies.
    Build,
    /// Fetches packages as files.
    Download,
}

impl Verb {
    /// Its name in reports.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Install => "install",
            Self::Upgrade => "upgrade",
            Self::Remove => "remove",
            Self::Clean => "clean",
            Self::Query => "query",
            Self::Configure => "configure",
            Self::Build => "build",
            Self::Download => "download",
        }
    }
}

/// Which calls of a manager read the project in the working directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectUse {
    Never,
    /// If no package is named.
    WithoutPackages,
    Always,
}

/// The package managers of one kind of distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DistributionFamily {
    /// Debian, Ubuntu: apt and dpkg.
    Apt,
    /// Alpine, Wolfi.
    Apk,
    /// Fedora, Red Hat and similar distributions: yum, dnf, microdnf, tdnf.
    Rpm,
    /// openSUSE.
    Zypper,
    /// Arch.
    Pacman,
}
