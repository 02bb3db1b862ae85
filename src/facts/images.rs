//! What an image weighs: [`size`] looks the reference up in a table of official images.
//!
//! `data/image-sizes.py` says where the table comes from. A tag that is not in it is estimated from the nearest one
//! of the same variant, and marked as an estimate; images without such a tag are unknown.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::semantic::base_image::{self, BaseImage};

static TABLE: LazyLock<Vec<ImageRow>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../data/image-sizes.json")).unwrap_or_default());

/// A tag that was looked at.
#[derive(Debug, Deserialize)]
struct ImageRow {
    image: String,
    tag: String,
    date: String,
    download: Option<u64>,
    disk: Option<u64>,
    /// The tag whose size on disk it is, where that is another build.
    disk_of: Option<String>,
}

/// What an image weighs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSize {
    /// Bytes of the compressed layers.
    pub download: Option<u64>,
    /// Bytes on disk.
    pub disk: u64,
    /// The size on disk is that of a build of this very tag; else it is an estimate.
    pub exact: bool,
    /// What was looked at: `python:3.12-slim`.
    pub of: String,
    /// The day of that build.
    pub date: &'static str,
}

/// What a compressed byte comes to on disk, where nothing nearer is known: the median over all images.
const RATIO: f64 = 2.7;
/// Two majors that differ by no more than this tell what lies between them.
const NEIGHBORS: f64 = 1.2;

/// What the image weighs that a reference names; variables must have been expanded.
pub fn image_size(reference: &str) -> Option<ImageSize> {
    let image = base_image::find_base_image(reference)?;
    if !image.official {
        return None;
    }
    let rows: Vec<&'static ImageRow> = TABLE.iter().filter(|row| row.image == image.name).collect();
    let wanted = TagParts::new(&image.tag);
    let is_exact = |row: &&&ImageRow| row.tag == image.tag || is_alias(&image, &wanted, row);
    if let Some(row) = rows.iter().find(is_exact) {
        return row.size(&rows, !image.pinned);
    }
    let same: Vec<&'static ImageRow> =
        rows.iter().copied().filter(|row| TagParts::new(&row.tag).variant == wanted.variant).collect();
    if ["debian", "ubuntu"].contains(&image.name.as_str()) {
        // The version is the release, and a release is never like another.
        let row = same.iter().find(|row| release_of(row).is_some_and(|own| Some(own) == image.release))?;
        return row.size(&rows, false);
    }
    nearest(&wanted, &same, &rows)
}

/// The tags of an official image that were looked at, each with its size on disk in bytes, as far as that is known.
pub fn tags(image: &str) -> impl Iterator<Item = (&'static str, Option<u64>)> {
    TABLE.iter().filter(move |row| row.image == image).map(|row| (row.tag.as_str(), row.disk))
}

/// How much smaller one image is than another; an estimate. `None` where it is not, or where that is not known.
pub fn size_saved(full: &str, small: &str) -> Option<u64> {
    image_size(full)?.disk.checked_sub(image_size(small)?.disk).filter(|saved| *saved > 0)
}

/// `debian:12` is `debian:bookworm`.
fn is_alias(image: &BaseImage, wanted: &TagParts<'_>, row: &ImageRow) -> bool {
    ["debian", "ubuntu"].contains(&image.name.as_str())
        && wanted.is_whole_release()
        && TagParts::new(&row.tag).variant == wanted.variant
        && image.release.is_some()
        && image.release == release_of(row)
}

fn release_of(row: &ImageRow) -> Option<String> {
    base_image::find_base_image(&format!("{}:{}", row.image, row.tag))?.release
}

/// The row of the nearest version, or what lies between the majors on both sides.
fn nearest(
    wanted: &TagParts<'_>,
    same: &[&'static ImageRow],
    all: &[&'static ImageRow],
) -> Option<ImageSize> {
    let Some(major) = wanted.version.first() else {
        let newest = same.iter().max_by_key(|row| {
            let tag = TagParts::new(&row.tag);
            (tag.release == wanted.release, tag.version.is_empty(), tag.version)
        })?;
        return newest.size(all, false);
    };
    let minor = |version: &[u32]| version.get(1).copied();
    let of_major = same.iter().filter(|row| TagParts::new(&row.tag).version.first() == Some(major));
    let closest = of_major.min_by_key(|row| {
        let tag = TagParts::new(&row.tag);
        let distance = match (minor(&tag.version), minor(&wanted.version)) {
            (Some(own), Some(other)) => own.abs_diff(other),
            (own, other) => u32::from(own != other),
        };
        (distance, tag.release != wanted.release)
    });
    if let Some(row) = closest {
        return row.size(all, false);
    }
    let majors = same.iter().filter_map(|row| Some((*TagParts::new(&row.tag).version.first()?, *row)));
    let (below, above): (Vec<_>, Vec<_>) = majors.partition(|(own, _)| own < major);
    let below = below.into_iter().max_by_key(|(own, _)| *own)?.1.size(all, false)?;
    let above = above.into_iter().min_by_key(|(own, _)| *own)?.1.size(all, false)?;
    let (less, more) = (below.disk.min(above.disk), below.disk.max(above.disk));
    let download = below.download.zip(above.download).map(|(one, other)| one.midpoint(other));
    (scaled(less, NEIGHBORS) >= more).then(|| ImageSize {
        disk: less.midpoint(more),
        download,
        of: format!("{} and {}", below.of, above.of),
        ..above
    })
}

impl ImageRow {
    fn size(&'static self, rows: &[&'static Self], of_tag: bool) -> Option<ImageSize> {
        let measured = self.disk.is_some() && self.disk_of.is_none();
        let disk = self.disk.or_else(|| Some(scaled(self.download?, self.ratio(rows))))?;
        Some(ImageSize {
            download: self.download,
            disk,
            exact: measured && of_tag,
            of: format!("{}:{}", self.image, self.tag),
            date: &self.date,
        })
    }

    /// What a compressed byte comes to in tags of the same variant of the image, else in any of its tags.
    fn ratio(&self, rows: &[&'static Self]) -> f64 {
        let own = TagParts::new(&self.tag).variant;
        let of = |same: bool| {
            let rows = rows.iter().filter(|row| !same || TagParts::new(&row.tag).variant == own);
            #[expect(clippy::cast_precision_loss, reason = "sizes of images are far below 2^52")]
            let mut ratios: Vec<f64> =
                rows.filter_map(|row| Some(row.disk? as f64 / row.download? as f64)).collect();
            ratios.sort_by(f64::total_cmp);
            ratios.get(ratios.len() / 2).copied()
        };
        of(true).or_else(|| of(false)).unwrap_or(RATIO)
    }
}

fn scaled(bytes: u64, factor: f64) -> u64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes of images are far below 2^52, and positive"
    )]
    {
        (bytes as f64 * factor) as u64
    }
}

/// A tag, cut into what matters.
#[derive(Debug, PartialEq, Eq)]
struct TagParts<'t> {
    /// The numbers at its front.
    version: Vec<u32>,
    /// The release of the distribution: `bookworm`, `3.20` of `alpine3.20`.
    release: Option<&'t str>,
    /// What else distinguishes it, sorted: `slim`, `alpine`, `jdk`.
    variant: Vec<&'t str>,
}

impl<'t> TagParts<'t> {
    fn new(tag: &'t str) -> Self {
        let mut new = Self { version: Vec::new(), release: None, variant: Vec::new() };
        for (at, word) in tag.split('-').enumerate() {
            let word = word.trim_start_matches('v');
            if at == 0 && word.starts_with(|c: char| c.is_ascii_digit()) {
                new.version = word.split('.').map_while(|number| number.parse().ok()).collect();
            } else if let Some(release) = word.strip_prefix("alpine") {
                new.variant.push("alpine");
                new.release = Some(release).filter(|release| !release.is_empty());
            } else if base_image::is_codename(word) {
                new.release = Some(word);
            } else if !FLOATING.contains(&word) && !is_snapshot(word) {
                new.variant.push(word);
            }
        }
        new.variant.sort_unstable();
        new
    }

    /// A release as such, and not a point release or a snapshot of it.
    fn is_whole_release(&self) -> bool {
        match self.version.as_slice() {
            [] => true,
            [_] => self.release.is_none(),
            // Ubuntu's releases have two numbers.
            [year, _] => *year >= 14,
            _ => false,
        }
    }
}

/// Words that name no variant.
const FLOATING: [&str; 7] = ["latest", "lts", "current", "stable", "mainline", "edge", "rolling"];

/// `20240904` of `bookworm-20240904`, `rc1` of `3.14-rc1`.
fn is_snapshot(word: &str) -> bool {
    let date = word.len() >= 8 && word.starts_with("20") && word.bytes().all(|byte| byte.is_ascii_digit());
    date || word.strip_prefix("rc").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of(reference: &str) -> ImageSize {
        image_size(reference).unwrap_or_else(|| panic!("{reference} is unknown"))
    }

    #[test]
    fn tags_of_the_table_are_exact() {
        for (reference, of) in [
            ("python:3.12-slim", "python:3.12-slim"),
            ("docker.io/library/alpine:3.17", "alpine:3.17"),
            ("debian:12", "debian:bookworm"),
            ("debian:bookworm-slim", "debian:bookworm-slim"),
            ("ubuntu:jammy", "ubuntu:22.04"),
        ] {
            let size = size_of(reference);
            let known = TABLE.iter().find(|row| format!("{}:{}", row.image, row.tag) == of);
            let known = known.expect("it is in the table");
            assert_eq!((size.of.as_str(), size.exact), (of, known.disk_of.is_none()), "{reference}");
            assert_eq!(Some(size.disk), known.disk, "{reference}");
        }
    }

    #[test]
    fn other_tags_are_estimated_from_the_nearest() {
        for (reference, of) in [
            ("python:3.12.4-slim-bookworm", "python:3.12-slim-bookworm"),
            ("python:3.12.4-slim", "python:3.12-slim"),
            ("python:3.8", "python:3.7"),
            ("alpine:3.19", "alpine:3.17"),
            ("golang:1.24", "golang:1.25"),
            ("golang:1.24-alpine3.21", "golang:1.25-alpine"),
            ("node:20-alpine", "node:18-alpine and node:22-alpine"),
            ("debian:bookworm-20240904", "debian:bookworm"),
            ("debian:12.5-slim", "debian:bookworm-slim"),
        ] {
            let size = size_of(reference);
            assert!(!size.exact, "{reference}");
            assert_eq!(size.of, of, "{reference}");
        }
    }

    #[test]
    fn unlisted_images_are_unknown() {
        for reference in [
            "example/python:3.12",
            "python:3.12-windowsservercore",
            "ubuntu:23.10",
            "debian:wheezy",
            "node:0.10",
            "python",
            "python@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "python:$VERSION",
        ] {
            let known = image_size(reference);
            // Without a tag it is `latest`, of which no build of python was looked at.
            let newest = reference == "python";
            assert_eq!(known.is_some_and(|size| !size.exact), newest, "{reference}");
        }
    }

    #[test]
    fn every_row_is_found_by_its_own_reference() {
        for row in TABLE.iter() {
            let reference = format!("{}:{}", row.image, row.tag);
            if let Some(size) = image_size(&reference) {
                assert_eq!(size.download, row.download, "{reference}");
                assert!(row.disk.is_none() || row.disk == Some(size.disk), "{reference}");
            } else {
                assert!(base_image::find_base_image(&reference).is_none(), "{reference}");
            }
        }
    }

    /// Leaving each measured row out: the estimate from the others.
    #[test]
    fn estimates_disk_size_from_download() {
        let mut errors = Vec::new();
        for row in TABLE.iter() {
            let (Some(disk), Some(download)) = (row.disk, row.download) else { continue };
            let others = TABLE.iter().filter(|other| other.image == row.image && other.tag != row.tag);
            let others: Vec<&'static ImageRow> = others.collect();
            let estimate = scaled(download, row.ratio(&others));
            #[expect(clippy::cast_precision_loss, reason = "only a share is made of it")]
            errors.push(estimate.abs_diff(disk) as f64 / disk as f64);
        }
        errors.sort_by(f64::total_cmp);
        let at = |percent: usize| errors[errors.len() * percent / 100];
        assert!(at(50) < 0.06 && at(80) < 0.25, "{errors:?}");
    }
}
