//! [`PinKind`]: what can be pinned.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of pin, as in `--only`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum PinKind {
    /// Images in `FROM`, `COPY --from` and `RUN --mount`.
    Images,
    /// The frontend in `# syntax=`.
    Syntax,
    /// Files that `ADD` downloads.
    Checksums,
    /// Packages of pip, pipx and uv.
    Pip,
    /// Packages that npm, yarn or pnpm installs globally.
    Npm,
    /// Ruby gems.
    Gem,
    /// Programs that `cargo install` builds.
    Cargo,
    /// Programs that `go install` builds.
    Go,
    /// Debian packages.
    Apt,
}

impl PinKind {
    pub const ALL: [Self; 9] = [
        Self::Images,
        Self::Syntax,
        Self::Checksums,
        Self::Pip,
        Self::Npm,
        Self::Gem,
        Self::Cargo,
        Self::Go,
        Self::Apt,
    ];

    /// The default kinds to pin.
    pub(crate) const DEFAULT: [Self; 3] = [Self::Images, Self::Syntax, Self::Checksums];

    /// As `--only` and the configuration spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Syntax => "syntax",
            Self::Checksums => "checksums",
            Self::Pip => "pip",
            Self::Npm => "npm",
            Self::Gem => "gem",
            Self::Cargo => "cargo",
            Self::Go => "go",
            Self::Apt => "apt",
        }
    }
}

impl fmt::Display for PinKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
