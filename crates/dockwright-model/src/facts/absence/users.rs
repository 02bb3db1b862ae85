//! Users of a stage: which names certainly are not users.

use std::collections::BTreeSet;

use crate::semantic::Semantics;
use crate::semantic::base_image::{ExternalBaseImage, FactCertainty};
use crate::semantic::effects::{self, PackageCall, PathSet, Verb};
use crate::shell::{ParseOutcome, ShellCommand};
use crate::syntax::{Arguments, Instruction, Kind};

/// Accounts that base images of some distributions contain.
const USUAL: [&str; 47] = [
    "_apt",
    "adm",
    "at",
    "backup",
    "bin",
    "cron",
    "cyrus",
    "daemon",
    "dbus",
    "ftp",
    "games",
    "gnats",
    "guest",
    "halt",
    "irc",
    "klog",
    "libuuid",
    "list",
    "lp",
    "mail",
    "man",
    "messagebus",
    "news",
    "nobody",
    "nonroot",
    "ntp",
    "operator",
    "polkitd",
    "postmaster",
    "proxy",
    "root",
    "shutdown",
    "smmsp",
    "squid",
    "sshd",
    "sync",
    "sys",
    "syslog",
    "systemd-network",
    "systemd-resolve",
    "systemd-timesync",
    "ubuntu",
    "uucp",
    "vpopmail",
    "www-data",
    "xfs",
    "default",
];

/// Official images for which the table lists all users that their Dockerfiles add.
const KNOWN: [&str; 13] = [
    "alpine",
    "buildpack-deps",
    "debian",
    "golang",
    "node",
    "openjdk",
    "perl",
    "php",
    "python",
    "ruby",
    "rust",
    "scratch",
    "ubuntu",
];

/// The known users at some point of a stage.
#[derive(Debug, Clone, Default)]
pub struct KnownUsers {
    /// Whether the users are unknown.
    unknown: bool,
    names: BTreeSet<String>,
    /// Packages that were installed: they may create users named after them.
    packages: Vec<String>,
    /// The base image.
    pub image: String,
}

impl KnownUsers {
    pub(super) fn unknown() -> Self {
        Self { unknown: true, ..Self::default() }
    }

    /// The users of an image that is known exactly; the table lists users that its Dockerfile adds.
    pub(super) fn from_image(base: &ExternalBaseImage) -> Option<Self> {
        let image = &base.image;
        let is_known = base.certain
            && !image.pinned
            && image.certainty == FactCertainty::Exact
            && KNOWN.contains(&image.name.as_str())
            && (image.official || image.name == "scratch");
        let names = image.facts.users.iter().cloned();
        let own = image.facts.user.iter().map(|user| user.split(':').next().unwrap_or_default().to_string());
        let shown =
            if image.tag.is_empty() { image.name.clone() } else { format!("{}:{}", image.name, image.tag) };
        is_known.then(|| Self { names: names.chain(own).collect(), image: shown, ..Self::default() })
    }

    /// Whether there is certainly no user with that name.
    pub fn certainly_lacks_user(&self, name: &str) -> bool {
        let of_package = |package: &String| {
            let start = name.get(..3).unwrap_or(name);
            package.contains(start) || name.contains(package.get(..3).unwrap_or(package))
        };
        let name = name.trim_start_matches('_');
        !self.unknown
            && !self.names.contains(name)
            && (!USUAL.contains(&name) || self.image == "scratch")
            && !self.packages.iter().any(of_package)
    }

    pub(super) fn apply_instruction(&mut self, semantics: &Semantics<'_>, instruction: &Instruction<'_>) {
        match &instruction.arguments {
            Arguments::Paths(paths) => {
                let to = paths.destination.as_ref().map_or("/", |word| word.text.as_ref());
                let to = to.trim_matches(['"', '\'']).trim_end_matches(['/', '.']);
                self.unknown |= matches!(to, "" | "/etc") || to.contains("passwd") || to.contains('$');
            }
            _ if instruction.kind == Kind::Run => {
                let Some(run) = semantics.find_run(instruction) else {
                    self.unknown = true;
                    return;
                };
                self.unknown |= run.script.reading != ParseOutcome::Complete;
                for command in &run.script.commands {
                    self.apply_command(command, semantics.file.source);
                }
            }
            _ => {}
        }
    }

    /// Records the users that a command may create.
    pub fn apply_command(&mut self, command: &ShellCommand, source: &[u8]) {
        let Some(name) = command.name.as_deref() else {
            self.unknown = true;
            return;
        };
        let text = String::from_utf8_lossy(command.span.bytes(source)).into_owned();
        if text.contains("passwd") || text.contains("/etc/group") {
            self.unknown = true;
        }
        if matches!(name, "useradd" | "adduser" | "addgroup" | "groupadd" | "usermod") {
            for word in command.arguments() {
                self.unknown |= !word.literal;
                self.names.insert(word.text.clone());
            }
            return;
        }
        let effects = effects::command_effects(command, source);
        match &effects.packages {
            Some(call) => self.apply_package_call(command, call),
            None if effects.unknown => self.unknown = true,
            None => {
                if let PathSet::Known(paths) = &effects.writes {
                    self.unknown |= paths.iter().any(|path| matches!(path.as_str(), "/" | "/etc"));
                }
            }
        }
    }

    /// Packages may create users.
    fn apply_package_call(&mut self, command: &ShellCommand, call: &PackageCall) {
        const LANGUAGES: [&str; 10] =
            ["pip", "npm", "yarn", "pnpm", "gem", "go", "cargo", "composer", "uv", "poetry"];
        if !matches!(call.verb, Verb::Install | Verb::Upgrade | Verb::Build) {
            return;
        }
        if matches!(call.manager, "apt" | "apk" | "yum" | "dnf" | "microdnf") {
            self.unknown |= !call.files.is_empty();
            for word in call.words(command) {
                self.unknown |= !word.literal || word.text.contains('/');
                self.packages.push(call.name(word).to_string());
            }
        } else if call.verb != Verb::Install || !LANGUAGES.contains(&call.manager) {
            self.unknown = true;
        }
    }
}
