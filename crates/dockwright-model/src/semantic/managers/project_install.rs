//! How a manager installs what a project depends on.

use crate::shell::ShellCommand;

/// How a manager installs what the manifests of a project name.
#[derive(Debug)]
pub struct ProjectInstallSyntax {
    /// Subcommands that install what the manifests name; an empty one is a call without a subcommand. The
    /// list is empty if the subcommand alone does not determine this.
    pub subcommands: &'static [&'static str],
    /// The manifest and the lock file of most projects, for a suggestion.
    pub usual_files: &'static [&'static str],
    /// How it fetches the dependencies before the sources are there.
    pub fetch: FetchCall,
    /// Options with which it works in another directory, without dashes.
    pub elsewhere: &'static [&'static str],
    /// How it installs exactly what the lock file has.
    pub locked: Option<LockedInstall>,
    /// How it excludes development dependencies.
    pub production: Option<ProductionInstall>,
}

impl ProjectInstallSyntax {
    pub const DEFAULT: Self = Self {
        subcommands: &[],
        usual_files: &[],
        fetch: FetchCall::Same,
        elsewhere: &[],
        locked: None,
        production: None,
    };
}

/// The call that fetches dependencies before the sources are there.
#[derive(Debug, Clone, Copy)]
pub enum FetchCall {
    /// The install itself.
    Same,
    /// The install with these options.
    With(&'static [&'static str]),
    /// The same program with these arguments.
    Arguments(&'static str),
    /// Another call.
    Other(&'static str),
}

impl FetchCall {
    /// The text for the install `call`, which `program` starts; `None` if the install itself fetches.
    pub fn text(self, call: &str, program: &str) -> Option<String> {
        match self {
            Self::Same => None,
            Self::With(options) => {
                let missing: Vec<&str> = options
                    .iter()
                    .copied()
                    .filter(|option| !call.split(' ').any(|word| word == *option))
                    .collect();
                (!missing.is_empty()).then(|| format!("{call} {}", missing.join(" ")))
            }
            Self::Arguments(arguments) => Some(format!("{program} {arguments}")),
            Self::Other(call) => Some(call.to_string()),
        }
    }
}

/// How a manager installs exactly the versions in the lock file.
#[derive(Debug)]
pub struct LockedInstall {
    pub locks: &'static [&'static str],
    /// The call that replaces an install.
    pub call: &'static str,
    /// Options with which an install already does this, or does something else.
    pub options: &'static [&'static str],
}

/// How a manager excludes development dependencies.
#[derive(Debug)]
pub struct ProductionInstall {
    /// The file that names them.
    pub manifest: &'static str,
    /// Options that exclude them, as written or with a value after a space or `=`.
    pub(crate) flags: &'static [&'static str],
    /// Variables that exclude them, each with the value; an empty one means any value.
    pub variables: &'static [(&'static str, &'static str)],
    pub advice: ProductionAdvice,
}

/// What to write to exclude development dependencies.
#[derive(Debug, Clone, Copy)]
pub enum ProductionAdvice {
    /// An option of the install.
    Flag(&'static str),
    /// A variable, `NAME=VALUE`.
    Variable(&'static str),
}

impl ProductionInstall {
    /// Whether an option of the install excludes them.
    pub fn has_flag(&self, command: &ShellCommand) -> bool {
        let is_flag = |text: &str| {
            self.flags.iter().any(|flag| {
                text.strip_prefix(flag).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
            })
        };
        command.words.iter().any(|word| is_flag(&word.text))
    }
}
