//! Paths that official images contain, and paths that they certainly do not contain.

use crate::semantic::Semantics;
use crate::semantic::base_image::BaseImage;
use crate::semantic::paths::is_within;

/// Official images whose top level contains only system directories.
const PLAIN_IMAGES: [&str; 9] =
    ["alpine", "buildpack-deps", "debian", "node", "perl", "python", "ruby", "rust", "ubuntu"];

/// Directories that may be at the top level of a system.
pub(super) const SYSTEM: [&str; 26] = [
    "bin",
    "boot",
    "dev",
    "etc",
    "home",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "lost+found",
    "media",
    "mnt",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
    "snap",
    "cdrom",
    "selinux",
    "misc",
];

/// Whether the base image of a stage certainly does not contain the absolute path.
pub(super) fn is_absent(semantics: &Semantics<'_>, stage: usize, path: &str) -> bool {
    let base = semantics.base_image(stage);
    base.is_some_and(|base| {
        base.certain && has_known_top_level(&base.image) && image_lacks_path(&base.image, path)
    })
}

/// Whether the top level of the image is known.
pub(super) fn has_known_top_level(image: &BaseImage) -> bool {
    !image.pinned && is_known_family(image)
}

/// Whether the base image of a stage does not contain the absolute path, assuming that its digest is that of a usual
/// image with the tag.
pub(in crate::optimize) fn probably_lacks(semantics: &Semantics<'_>, stage: usize, path: &str) -> bool {
    let base = semantics.base_image(stage);
    base.is_some_and(|base| is_known_family(&base.image) && image_lacks_path(&base.image, path))
}

fn is_known_family(image: &BaseImage) -> bool {
    image.official
        && PLAIN_IMAGES.contains(&image.name.as_str())
        && image.facts.onbuild.as_ref().is_some_and(Vec::is_empty)
}

/// Whether the image certainly does not contain the path.
fn image_lacks_path(image: &BaseImage, path: &str) -> bool {
    let mut parts = path.trim_start_matches('/').split('/');
    let Some(top) = parts.next().filter(|top| !top.is_empty()) else { return false };
    let is_workdir = image.facts.workdir.as_deref().is_some_and(|workdir| is_within(workdir, path));
    if is_workdir {
        return false;
    }
    if !SYSTEM.contains(&top) {
        return true;
    }
    let Some(second) = parts.next() else { return false };
    match top {
        "mnt" | "media" | "srv" => true,
        "opt" => !second.starts_with("yarn"),
        "home" => !["ubuntu", "node"].contains(&second),
        _ => false,
    }
}
