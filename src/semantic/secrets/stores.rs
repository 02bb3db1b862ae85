//! Programs that store what they are given in a file of their own.

use crate::semantic::Run;
use crate::shell::ShellCommand;

/// A program that stores what it is given: its first operands, and the file.
pub(crate) struct Store {
    programs: &'static [&'static str],
    pub(crate) operands: &'static [&'static str],
    /// In the home directory (`~/`), or from the working directory.
    pub file: &'static str,
}

const fn store(
    programs: &'static [&'static str],
    operands: &'static [&'static str],
    file: &'static str,
) -> Store {
    Store { programs, operands, file }
}

static STORES: [Store; 15] = [
    store(&["git"], &["config"], "~/.gitconfig"),
    store(&["npm", "pnpm"], &["config", "set"], "~/.npmrc"),
    store(&["npm", "pnpm"], &["set"], "~/.npmrc"),
    store(&["yarn"], &["config", "set"], "~/.yarnrc"),
    store(&["pip", "pip3"], &["config", "set"], "~/.config/pip/pip.conf"),
    store(&["composer"], &["config"], "~/.composer/auth.json"),
    store(&["poetry"], &["config"], "~/.config/pypoetry/auth.toml"),
    store(&["bundle", "bundler"], &["config"], "~/.bundle/config"),
    store(&["aws"], &["configure", "set"], "~/.aws/credentials"),
    store(&["docker", "podman"], &["login"], "~/.docker/config.json"),
    store(&["gh"], &["auth", "login"], "~/.config/gh/hosts.yml"),
    store(&["cargo"], &["login"], "~/.cargo/credentials.toml"),
    store(&["gcloud"], &["auth", "activate-service-account"], "~/.config/gcloud"),
    store(&["helm"], &["repo", "add"], "~/.config/helm/repositories.yaml"),
    store(&["git"], &["remote", "add"], ".git/config"),
];

/// Arguments with which the same program deletes what it stored.
const DELETES: [&str; 13] = [
    "--unset",
    "--unset-all",
    "--remove-section",
    "unset",
    "delete",
    "rm",
    "remove",
    "logout",
    "revoke",
    "set-url",
    "remove-section",
    "-d",
    "--delete",
];

impl Store {
    /// What the command stores something in, if it does.
    #[must_use]
    pub(crate) fn find(command: &ShellCommand) -> Option<&'static Self> {
        STORES.iter().find(|store| store.is_called_by(command))
    }

    fn is_called_by(&self, command: &ShellCommand) -> bool {
        let operands: Vec<&str> = command.operands().map(|word| word.text.as_str()).collect();
        command.is_any(self.programs) && operands.starts_with(self.operands)
    }
}

/// Whether the command deletes a setting of its program, instead of storing one.
#[must_use]
pub(crate) fn deletes(command: &ShellCommand) -> bool {
    command.arguments().iter().any(|word| DELETES.contains(&word.text.as_str()))
}

/// Whether the same program deletes a setting later.
#[must_use]
pub(crate) fn deletes_setting(run: &Run<'_>, program: &str, after: usize) -> bool {
    run.script.commands.iter().skip(after + 1).any(|command| command.is(program) && deletes(command))
}
