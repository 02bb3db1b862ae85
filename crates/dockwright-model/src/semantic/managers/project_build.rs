//! [`ProjectBuild`]: how a manager builds a project whose dependencies it fetches.

use crate::shell::ShellCommand;

/// How a manager builds a project and downloads missing dependencies.
#[derive(Debug)]
pub struct ProjectBuild {
    /// Scripts of a project that run the manager, in any version.
    pub(crate) wrappers: &'static [&'static str],
    /// Subcommands that download the dependencies and build nothing; text before a colon is ignored.
    pub(crate) fetches: &'static [&'static str],
    /// Subcommands that compile the dependencies without the project's sources.
    pub(crate) compiles_dependencies: &'static [&'static str],
    /// Subcommands that need no network.
    pub offline: &'static [&'static str],
    /// What two builds must have in common so that the second one only compiles what has changed; `None` if it is
    /// not known to do so.
    pub(crate) reuses: Option<fn(&ShellCommand) -> String>,
}

impl ProjectBuild {
    pub(crate) const DEFAULT: Self =
        Self { wrappers: &[], fetches: &[], compiles_dependencies: &[], offline: &[], reuses: None };

    /// Whether the command downloads the dependencies and builds nothing.
    pub(crate) fn only_downloads_dependencies(&self, command: &ShellCommand) -> bool {
        command.arguments().iter().any(|word| {
            // A goal of Maven may have a prefix with its plugin, a task of Gradle one with its project.
            let name = word.text.rsplit(':').next().unwrap_or_default();
            self.fetches.contains(&name)
        })
    }

    /// Whether the command compiles the dependencies only.
    pub(crate) fn only_compiles_dependencies(&self, command: &ShellCommand) -> bool {
        command.has_argument(self.compiles_dependencies)
    }
}
