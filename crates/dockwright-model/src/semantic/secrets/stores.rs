//! Programs that store their arguments in a file.

use crate::semantic::Run;
use crate::shell::ShellCommand;

/// A program that stores its arguments: its first operands, and the file.
pub struct SecretStore {
    programs: &'static [&'static str],
    pub operands: &'static [&'static str],
    /// Relative to the home directory (with `~/`) or to the working directory.
    pub file: &'static str,
}

const fn secret_store(
    programs: &'static [&'static str],
    operands: &'static [&'static str],
    file: &'static str,
) -> SecretStore {
    SecretStore { programs, operands, file }
}

static STORES: [SecretStore; 15] = [
    secret_store(&["git"], &["config"], "~/.gitconfig"),
    secret_store(&["npm", "pnpm"], &["config", "set"], "~/.npmrc"),
    secret_store(&["npm", "pnpm"], &["set"], "~/.npmrc"),
    secret_store(&["yarn"], &["config", "set"], "~/.yarnrc"),
    secret_store(&["pip", "pip3"], &["config", "set"], "~/.config/pip/pip.conf"),
    secret_store(&["composer"], &["config"], "~/.composer/auth.json"),
    secret_store(&["poetry"], &["config"], "~/.config/pypoetry/auth.toml"),
    secret_store(&["bundle", "bundler"], &["config"], "~/.bundle/config"),
    secret_store(&["aws"], &["configure", "set"], "~/.aws/credentials"),
    secret_store(&["docker", "podman"], &["login"], "~/.docker/config.json"),
    secret_store(&["gh"], &["auth", "login"], "~/.config/gh/hosts.yml"),
    secret_store(&["cargo"], &["login"], "~/.cargo/credentials.toml"),
    secret_store(&["gcloud"], &["auth", "activate-service-account"], "~/.config/gcloud"),
    secret_store(&["helm"], &["repo", "add"], "~/.config/helm/repositories.yaml"),
    secret_store(&["git"], &["remote", "add"], ".git/config"),
];

/// Arguments with which the same program deletes a stored value.
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

impl SecretStore {
    /// The store to which the command writes, if it does.
    #[must_use]
    pub fn find(command: &ShellCommand) -> Option<&'static Self> {
        STORES.iter().find(|store| store.is_called_by(command))
    }

    fn is_called_by(&self, command: &ShellCommand) -> bool {
        let operands: Vec<&str> = command.operands().map(|word| word.text.as_str()).collect();
        command.is_any(self.programs) && operands.starts_with(self.operands)
    }
}

/// Whether the command deletes a setting of its program, instead of storing one.
#[must_use]
pub fn is_deletion(command: &ShellCommand) -> bool {
    command.arguments().iter().any(|word| DELETES.contains(&word.text.as_str()))
}

/// Whether the same program deletes a setting later.
#[must_use]
pub fn deletes_setting(run: &Run<'_>, program: &str, after: usize) -> bool {
    run.script.commands.iter().skip(after + 1).any(|command| command.is(program) && is_deletion(command))
}
