//! The names of output formats and severities in a `.hadolint.yaml`.

use std::str::FromStr;

use crate::diagnostic::Severity;

/// hadolint's output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HadolintFormat {
    Tty,
    Json,
    Checkstyle,
    Codeclimate,
    GitlabCodeclimate,
    Gnu,
    Codacy,
    Sonarqube,
    Sarif,
    Junit,
}

/// The lowest severity that makes hadolint fail; `None` if every problem does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FailureThreshold(pub Option<Severity>);

impl HadolintFormat {
    pub(crate) const NAMES: [&str; 10] = [
        "tty",
        "json",
        "checkstyle",
        "codeclimate",
        "gitlab_codeclimate",
        "gnu",
        "codacy",
        "sonarqube",
        "sarif",
        "junit",
    ];
}

impl FailureThreshold {
    pub(crate) const NAMES: [&str; 6] = ["error", "warning", "info", "style", "ignore", "none"];
}

impl FromStr for HadolintFormat {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Ok(match name {
            "tty" => Self::Tty,
            "json" => Self::Json,
            "checkstyle" => Self::Checkstyle,
            "codeclimate" => Self::Codeclimate,
            "gitlab_codeclimate" => Self::GitlabCodeclimate,
            "gnu" => Self::Gnu,
            "codacy" => Self::Codacy,
            "sonarqube" => Self::Sonarqube,
            "sarif" => Self::Sarif,
            "junit" => Self::Junit,
            _ => return Err(()),
        })
    }
}

impl FromStr for FailureThreshold {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Ok(Self(match name {
            "error" => Some(Severity::Error),
            "warning" => Some(Severity::Warning),
            "info" => Some(Severity::Info),
            "style" => Some(Severity::Style),
            "ignore" | "none" => None,
            _ => return Err(()),
        }))
    }
}
