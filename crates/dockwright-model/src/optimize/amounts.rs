//! The parts of a size and their sources.

use super::bytes::Bytes;
use super::language_packages::LanguageShare;
use crate::facts::images::ImageSize;
use crate::facts::languages::LanguageRegistry;
use crate::facts::packages::DebianRelease;
use crate::facts::{SizeKind, SizePart};

/// The parts of the size of a step. `shares`: the sizes that language package managers add; `release`: the Debian
/// release of its packages, and whether it stands in for Ubuntu.
pub(super) fn step_size_parts(
    bytes: Bytes,
    shares: &[LanguageShare],
    release: impl Fn() -> Option<(DebianRelease, bool)>,
) -> Vec<SizePart> {
    let packages = || match release() {
        Some((release, is_equivalent)) => format!(
            "Debian {}{}, state of the archive on {}",
            release.name(),
            if is_equivalent { " in place of Ubuntu" } else { "" },
            release.date()
        ),
        None => "facts about packages".to_string(),
    };
    let mut all = Vec::new();
    let mut add = |kind: SizeKind, bytes: u64, source: &dyn Fn() -> String| {
        if bytes > 0 {
            all.push(SizePart { kind, bytes: Some(bytes), source: Some(source()) });
        }
    };
    add(SizeKind::Exact, bytes.known, &|| "the build context, and text of the Dockerfile".to_string());
    add(SizeKind::Measured, bytes.measured, &|| {
        "builds of the same commands, data/optimize/measured.toml".to_string()
    });
    let mut estimated = bytes.estimated;
    for share in shares {
        let of_share = (share.bytes + share.kept).min(estimated);
        estimated -= of_share;
        add(SizeKind::Estimated, of_share, &|| size_source(share));
    }
    add(SizeKind::Estimated, estimated, &packages);
    if bytes.unknown > 0 {
        all.push(SizePart::UNKNOWN);
    }
    all
}

/// The parts of the size of a base image.
pub(super) fn image_size_parts(size: Option<&ImageSize>) -> Vec<SizePart> {
    let Some(size) = size else { return vec![SizePart::UNKNOWN] };
    let kind = if size.exact { SizeKind::Measured } else { SizeKind::Estimated };
    let source = format!("docker-library/repo-info, {} of {}, linux/amd64", size.of, size.date);
    vec![SizePart { kind, bytes: Some(size.disk), source: Some(source) }]
}

/// `PyPI packages, measured on 2026-11-29 with CPython 3.12.1 and pip 26.3; 3 of 40 packages unknown`.
fn size_source(share: &LanguageShare) -> String {
    let registry = match share.registry {
        LanguageRegistry::Pip => "PyPI",
        LanguageRegistry::Npm => "npm",
    };
    let missing = match (share.unknown, share.packages) {
        (0, _) => String::new(),
        (unknown, 1) => format!("; {unknown} package unknown"),
        (unknown, all) => format!("; {unknown} of {all} packages unknown"),
    };
    format!("{registry} packages, {}{missing}", share.registry.measurement_method())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_source() {
        let bytes = Bytes { known: 1, measured: 2, estimated: 3, unknown: 4 };
        let all = step_size_parts(bytes, &[], || Some((DebianRelease::Trixie, false)));
        let kinds: Vec<(SizeKind, Option<u64>)> = all.iter().map(|one| (one.kind, one.bytes)).collect();
        let expected =
            [(SizeKind::Exact, Some(1)), (SizeKind::Measured, Some(2)), (SizeKind::Estimated, Some(3))];
        assert_eq!(kinds, [&expected[..], &[(SizeKind::Unknown, None)]].concat());
        assert!(all.iter().all(|one| one.source.is_some() == one.bytes.is_some()));
        assert_eq!(step_size_parts(Bytes::NONE, &[], || None), []);
    }

    #[test]
    fn packages_of_languages_have_their_own_source() {
        let share = LanguageShare {
            registry: LanguageRegistry::Npm,
            directory: None,
            bytes: 5,
            elsewhere: 0,
            archives: 2,
            has_version_lists: false,
            kept: 2,
            requested: Vec::new(),
            packages: 40,
            unknown: 3,
        };
        let all = step_size_parts(Bytes { estimated: 10, unknown: 1, ..Bytes::NONE }, &[share], || None);
        let bytes: Vec<Option<u64>> = all.iter().map(|one| one.bytes).collect();
        assert_eq!(bytes, [Some(7), Some(3), None]);
        let source = all[0].source.as_deref().expect("it has a source");
        assert!(source.starts_with("npm packages, measured on 20"), "{source}");
        assert!(source.ends_with("; 3 of 40 packages unknown"), "{source}");
    }
}
