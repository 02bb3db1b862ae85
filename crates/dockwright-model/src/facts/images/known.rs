//! The known images and tags, as suggestions.

use std::cmp::Reverse;

use super::{ImageSize, TABLE, TagParts, image_size};
use crate::semantic::base_image;

/// The names of images in the table of base images, those that are used most first. The table of sizes has more tags of
/// these; official images come before others.
pub fn images_by_use() -> Vec<&'static str> {
    let mut names = base_image::image_names();
    let examined = |name: &str| TABLE.iter().filter(|row| row.image == name).count();
    names.sort_by_cached_key(|name| (Reverse(examined(name)), name.contains('/')));
    names
}

/// The known tags of an official image, each with its size as far as that is known: the newest versions first, then
/// names.
pub fn known_tags(image: &str) -> Vec<(String, Option<ImageSize>)> {
    let examined = TABLE.iter().filter(|row| row.image == image).map(|row| row.tag.clone());
    let mut tags: Vec<String> = examined.chain(base_image::written_tags(image)).collect();
    tags.extend(tags_implied_by_known(image, &tags));
    let order = |tag: &String| (Reverse(TagParts::new(tag).version), tag.clone());
    tags.sort_by_cached_key(order);
    tags.dedup();
    let with_size = |tag: String| {
        let size = image_size(&format!("{image}:{tag}"));
        (tag, size)
    };
    tags.into_iter().map(with_size).collect()
}

/// Maximum difference of two versions of an image: `2023` of `amazonlinux` is not the successor of `2`.
const MOST_VERSIONS: u32 = 50;

/// Tags that follow from known ones: `3.12` of `3.12-slim`, and major versions between the known ones, such as `20`,
/// with the suffixes of several known ones, such as `20-slim`. The table of base images must list the version.
fn tags_implied_by_known(image: &str, known: &[String]) -> Vec<String> {
    let parts: Vec<(&str, &str)> = known.iter().filter_map(|tag| split_version(tag)).collect();
    let majors = || parts.iter().filter_map(|(version, _)| version.split('.').next()?.parse::<u32>().ok());
    let (Some(lowest), Some(highest)) = (majors().min(), majors().max()) else { return Vec::new() };
    let mut found: Vec<String> = parts.iter().map(|(version, _)| (*version).to_string()).collect();
    if highest - lowest <= MOST_VERSIONS {
        let mut suffixes: Vec<&str> = parts.iter().map(|(_, suffix)| *suffix).collect();
        suffixes.sort_unstable();
        let is_usual = |suffixes: &&[&str]| suffixes.len() > 1 && suffixes.first() != Some(&"");
        let usual =
            suffixes.chunk_by(|one, other| one == other).filter(is_usual).filter_map(|all| all.first());
        let without_release = |suffix: &&str| TagParts::new(suffix).release.is_none();
        let usual: Vec<&str> = [""].into_iter().chain(usual.copied().filter(without_release)).collect();
        for major in lowest..=highest {
            found.extend(usual.iter().map(|suffix| format!("{major}{suffix}")));
        }
    }
    found.retain(|tag| base_image::lists_release_of(&format!("{image}:{tag}")));
    found
}

/// `3.12` and `-slim` of `3.12-slim`. `None` if the tag does not start with a version.
fn split_version(tag: &str) -> Option<(&str, &str)> {
    let end = tag.find('-').unwrap_or(tag.len());
    let (version, suffix) = tag.split_at(end);
    let is_version =
        version.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    is_version.then_some((version, suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_versions_follow_from_known_tags() {
        for (image, expected, unexpected) in [
            ("node", &["20", "20-slim", "22", "24-alpine", "latest"][..], &["27", "13", "9"][..]),
            ("python", &["3.12", "3.13", "3.12-slim", "3"], &["1", "4"]),
            ("debian", &["12", "12-slim", "bookworm"], &["14"]),
            ("ubuntu", &["22.04", "24.04"], &["22", "23", "24.4"]),
            ("php", &["8.2"], &["6"]),
            ("amazonlinux", &["2", "2023"], &["3"]),
        ] {
            let tags: Vec<String> = known_tags(image).into_iter().map(|(tag, _)| tag).collect();
            for tag in expected {
                assert!(tags.iter().any(|known| known == tag), "{image} {tag} {tags:?}");
            }
            for tag in unexpected {
                assert!(!tags.iter().any(|known| known == tag), "{image} {tag} {tags:?}");
            }
        }
    }

    #[test]
    fn images_used_most_come_first() {
        let names = images_by_use();
        let place = |name: &str| names.iter().position(|known| *known == name).expect("it is there");
        assert_eq!(names.first(), Some(&"python"));
        for (earlier, later) in [
            ("node", "nginx"),
            ("nginx", "nextcloud"),
            ("alpine", "almalinux"),
            ("wordpress", "denoland/deno"),
        ] {
            assert!(place(earlier) < place(later), "{earlier} {later}");
        }
    }
}
