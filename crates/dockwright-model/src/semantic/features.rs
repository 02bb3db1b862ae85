//! Features of Dockerfiles that not every builder and not every version of the frontend has.

use crate::source::Span;
use crate::syntax::{Dockerfile, Instruction, Kind};

/// A feature that was added later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrontendFeature {
    Heredoc,
    /// A flag of an instruction.
    Flag(Kind, &'static str),
}

/// A use of a feature.
#[derive(Debug)]
pub struct FeatureUse<'f> {
    pub instruction: &'f Instruction<'f>,
    pub span: Span,
    pub feature: FrontendFeature,
    /// The first version of `docker/dockerfile` that has it: the number after `1.`.
    pub since: u32,
}

/// The flags, and the version that added each. From the reference of Dockerfiles.
const FLAGS: [(Kind, &str, u32); 12] = [
    (Kind::Run, "mount", 2),
    (Kind::Run, "network", 3),
    (Kind::Run, "security", 20),
    (Kind::Copy, "chmod", 2),
    (Kind::Copy, "link", 4),
    (Kind::Copy, "parents", 20),
    (Kind::Copy, "exclude", 19),
    (Kind::Add, "chmod", 2),
    (Kind::Add, "link", 4),
    (Kind::Add, "checksum", 6),
    (Kind::Add, "exclude", 19),
    (Kind::Add, "unpack", 17),
];

/// The first version with heredocs.
const HEREDOC: u32 = 4;

impl std::fmt::Display for FrontendFeature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Heredoc => f.write_str("a heredoc"),
            Self::Flag(kind, flag) => write!(f, "`{} --{flag}`", kind.name()),
        }
    }
}

/// The uses in a file, in order.
pub fn find_features<'f>(file: &'f Dockerfile<'f>) -> Vec<FeatureUse<'f>> {
    let mut uses = Vec::new();
    for instruction in file.instructions() {
        for flag in &instruction.flags {
            let known =
                FLAGS.iter().find(|(kind, name, _)| *kind == instruction.kind && flag.name.text == *name);
            uses.extend(known.map(|(kind, name, since)| FeatureUse {
                instruction,
                span: flag.span,
                feature: FrontendFeature::Flag(*kind, name),
                since: *since,
            }));
        }
        let heredoc = instruction.heredocs.first();
        uses.extend(heredoc.map(|heredoc| FeatureUse {
            instruction,
            span: heredoc.operator,
            feature: FrontendFeature::Heredoc,
            since: HEREDOC,
        }));
    }
    uses
}

/// The version that a reference to `docker/dockerfile` names: 2 for `docker/dockerfile:1.2.1`. `None` for a reference
/// without a minor version, such as `docker/dockerfile:1`, for the labs channel, and for other images.
pub fn frontend_version(reference: &str) -> Option<u32> {
    let reference = reference.strip_prefix("docker.io/").unwrap_or(reference);
    let tag = reference.split('@').next()?.strip_prefix("docker/dockerfile:1.")?;
    let number = tag.split('.').next()?;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::frontend_version;

    #[test]
    fn finds_versions_of_features() {
        for (reference, version) in [
            ("docker/dockerfile:1.2", Some(2)),
            ("docker/dockerfile:1.4.0", Some(4)),
            ("docker.io/docker/dockerfile:1.10@sha256:00", Some(10)),
            ("docker/dockerfile:1", None),
            ("docker/dockerfile", None),
            ("docker/dockerfile:1.4-labs", None),
            ("docker/dockerfile:1.0-experimental", None),
            ("example.com/x:1.2", None),
        ] {
            assert_eq!(frontend_version(reference), version, "{reference}");
        }
    }
}
