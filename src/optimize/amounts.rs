//! [`Portion`]: where the parts of a size come from.

use schemars::JsonSchema;
use serde::Serialize;

use super::bytes::Bytes;
use crate::facts::images::ImageSize;
use crate::facts::packages::Release;

/// A part of a size, and its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Portion {
    pub how: How,
    /// `None` where it is unknown.
    pub bytes: Option<u64>,
    /// What it was read from, measured in or worked out from; `None` where it is unknown.
    pub source: Option<String>,
}

/// How well a size is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum How {
    Exact,
    Measured,
    Estimated,
    Unknown,
}

/// Of a step; `release` is the release of Debian that it installs packages of, and whether that stands in for Ubuntu.
pub fn of_step(bytes: Bytes, release: impl Fn() -> Option<(Release, bool)>) -> Vec<Portion> {
    let packages = || match release() {
        Some((release, stands_in)) => format!(
            "Debian {}{}, state of the archive on {}",
            release.name(),
            if stands_in { " in place of Ubuntu" } else { "" },
            release.date()
        ),
        None => "facts about packages".to_string(),
    };
    let mut all = Vec::new();
    let mut add = |how: How, bytes: u64, source: &dyn Fn() -> String| {
        if bytes > 0 {
            all.push(Portion { how, bytes: Some(bytes), source: Some(source()) });
        }
    };
    add(How::Exact, bytes.known, &|| "the build context, and text of the Dockerfile".to_string());
    add(How::Measured, bytes.measured, &|| {
        "builds of the same thing, data/optimize/measured.toml".to_string()
    });
    add(How::Estimated, bytes.estimated, &packages);
    if bytes.unknown > 0 {
        all.push(unknown());
    }
    all
}

/// Of a base image.
pub fn of_image(size: Option<&ImageSize>) -> Vec<Portion> {
    let Some(size) = size else { return vec![unknown()] };
    let how = if size.exact { How::Measured } else { How::Estimated };
    let source = format!("docker-library/repo-info, {} of {}, linux/amd64", size.of, size.date);
    vec![Portion { how, bytes: Some(size.disk), source: Some(source) }]
}

const fn unknown() -> Portion {
    Portion { how: How::Unknown, bytes: None, source: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_source() {
        let bytes = Bytes { known: 1, measured: 2, estimated: 3, unknown: 4 };
        let all = of_step(bytes, || Some((Release::Trixie, false)));
        let hows: Vec<(How, Option<u64>)> = all.iter().map(|one| (one.how, one.bytes)).collect();
        let expected = [(How::Exact, Some(1)), (How::Measured, Some(2)), (How::Estimated, Some(3))];
        assert_eq!(hows, [&expected[..], &[(How::Unknown, None)]].concat());
        assert!(all.iter().all(|one| one.source.is_some() == one.bytes.is_some()));
        assert_eq!(of_step(Bytes::NONE, || None), []);
    }
}
