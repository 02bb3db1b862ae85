//! The contents of widely used base images: distribution, user, shell, tools, environment.
//!
//! [`find_base_image`] finds an image by its reference. The facts were gathered beforehand (see [`facts_date`]);
//! nothing is fetched. Everything that is not in the table is unknown, which never means "no".

mod data;
mod distribution;
mod drops_root;
mod facts;
mod pattern;
mod stage;

use std::cmp::Ordering;

use self::data::{IMAGES, ImageLine, ReferencePart, ReleaseRule};
pub(crate) use self::distribution::Distribution;
pub(super) use self::distribution::ManagerFamilies;
pub use self::distribution::{DistributionEvidence, DistributionFamily};
pub use self::facts::{BinSh, ImageFacts, ImageVariable, ToolPresence};
pub use self::stage::{ExternalBaseImage, StageUser};
pub(super) use self::stage::{FirstStageOfChain, UserInstruction, user_instructions};
use super::{Image, View};
use crate::syntax::Word;

/// A base image, as far as it is known.
#[derive(Debug, Clone)]
pub struct BaseImage {
    /// `python`, `mcr.microsoft.com/dotnet/sdk`: without `library/`, with the host unless it is Docker Hub.
    pub name: String,
    /// The tag, `latest` if none is given; empty for `scratch`.
    pub tag: String,
    pub facts: &'static ImageFacts,
    /// `bookworm`, `3.20`, `9`.
    pub release: Option<String>,
    pub(crate) certainty: FactCertainty,
    /// Whether it is one of the Docker Official Images.
    pub official: bool,
    /// Whether the reference has a digest: the content does not change, but it may be older than the current
    /// content of the tag.
    pub pinned: bool,
}

/// How well the facts match the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FactCertainty {
    /// They were found for this tag.
    Exact,
    /// The tag has the form of known ones, but this version was not examined.
    Extrapolated,
    /// The tag is not known: only what holds for every known tag of the image.
    Family,
}

/// Maximum length of a tag, in bytes: patterns are not tried on longer texts.
const LONGEST_TAG: usize = 128;

impl BaseImage {
    /// Whether it runs as root, if that is known for this tag or is the same for every known tag of the image.
    pub(crate) fn is_root(&self) -> Option<bool> {
        let root = self.facts.is_root()?;
        let sure = self.certainty != FactCertainty::Extrapolated || (root && self.every_tag_is_root());
        sure.then_some(root)
    }

    /// Whether no tag of the image is known to run as a user other than root.
    pub(crate) fn every_tag_is_root(&self) -> bool {
        IMAGES.lines_of_image(&self.name).is_some_and(|lines| !lines.has_other_users)
    }
}

/// The day on which the facts were true, `2026-08-21`.
pub(crate) fn facts_date() -> &'static str {
    &IMAGES.header.date
}

/// The names of the images in the table, sorted: without a host for Docker Hub.
pub fn image_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = IMAGES.names().filter(|name| !IMAGES.is_image_name_pattern(name)).collect();
    names.sort_unstable();
    names
}

/// The tags of an image that the table writes in full, in its order.
pub(crate) fn written_tags(name: &str) -> impl Iterator<Item = String> {
    let lines = IMAGES.lines_of_image(name).filter(|_| !IMAGES.is_image_name_pattern(name));
    lines.into_iter().flat_map(|lines| &lines.all).flat_map(|line| line.tags.plain_alternatives())
}

/// Whether the table lists the version in the tag, with the release of its distribution; the form of the tag alone is
/// not enough.
pub(crate) fn lists_release_of(reference: &str) -> bool {
    find_base_image(reference)
        .is_some_and(|image| image.certainty == FactCertainty::Exact && image.release.is_some())
}

/// The facts about the image that `reference` names. `None` if the reference still contains a variable, or consists
/// of a name and a digest only.
pub fn find_base_image(reference: &str) -> Option<BaseImage> {
    let word = Word { text: reference.into(), ..Word::default() };
    find_base_image_of(&Image::new(&word, View::Exact))
}

/// Like [`find_base_image`], for a reference that is already split into its parts (in the exact view).
pub(crate) fn find_base_image_of(image: &Image<'_>) -> Option<BaseImage> {
    if image.text().contains('$') {
        return None;
    }
    let tag = match (image.tag(), image.digest()) {
        (Some(tag), _) => tag,
        (None, None) if image.text() == "scratch" => "",
        (None, None) => "latest",
        (None, Some(_)) => return None,
    };
    let hub = image.registry().is_none_or(|host| IMAGES.header.hub_hosts.iter().any(|hub| hub == host));
    let path = image.name();
    let name = match image.registry() {
        Some(host) if !hub => format!("{host}/{path}"),
        _ => path.strip_prefix("library/").unwrap_or(path).to_string(),
    };
    let lines = IMAGES.lines_of_image(&name)?;
    let (official, pinned) = (hub && !name.contains('/') && name != "scratch", image.digest().is_some());
    let known_tag = tag.len() <= LONGEST_TAG;
    let line = lines.all.iter().find(|line| {
        known_tag
            && line.name.as_ref().is_none_or(|pattern| pattern.is_match(&name))
            && line.tags.is_match(tag)
    });
    let Some(line) = line else {
        // The table has no Windows images, so facts shared by all lines do not apply to them.
        let windows = ["windows", "nanoserver", "servercore"].iter().any(|part| tag.contains(part));
        let (facts, certainty) = (&lines.common, FactCertainty::Family);
        let (release, tag) = (debian_codename_of_tag(facts, tag), tag.to_string());
        return (!windows).then_some(BaseImage { name, tag, facts, release, certainty, official, pinned });
    };
    let version = line.tags.text_matched_by_group("v", tag).unwrap_or_default();
    let above = line.proved_to.as_ref().is_some_and(|proved| compare_versions(version, proved).is_gt());
    let extrapolated = above || (line.only_current && tag != "latest");
    Some(BaseImage {
        release: release_of_image(line, &name, tag, version)
            .or_else(|| debian_codename_of_tag(&line.facts, tag)),
        name,
        tag: tag.to_string(),
        facts: &line.facts,
        certainty: if extrapolated { FactCertainty::Extrapolated } else { FactCertainty::Exact },
        official,
        pinned,
    })
}

/// The release of the distribution.
fn release_of_image(line: &ImageLine, name: &str, tag: &str, version: &str) -> Option<String> {
    let found = match line.release.as_ref()? {
        ReleaseRule::Fixed(release) => Some(release.clone()),
        ReleaseRule::From { from, named } => named.get(tag).cloned().or_else(|| match from {
            ReferencePart::Tag => line.tags.text_matched_by_group("release", tag).map(str::to_string),
            ReferencePart::Name => {
                line.name.as_ref()?.text_matched_by_group("release", name).map(str::to_string)
            }
            ReferencePart::Number => first_number(tag).map(str::to_string),
        }),
        ReleaseRule::Map { map } => {
            map.iter().find(|(pattern, _)| pattern.is_match(version)).and_then(|(_, release)| release.clone())
        }
    };
    found.or_else(|| line.latest_release.clone().filter(|_| tag == "latest"))
}

/// The code names of Debian's releases, as in tags.
const CODENAMES: [&str; 10] =
    ["squeeze", "wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "sid"];
/// The code names of Ubuntu's releases that have widely used images.
const UBUNTU_CODENAMES: [&str; 8] =
    ["trusty", "xenial", "bionic", "focal", "jammy", "kinetic", "noble", "resolute"];

/// Whether a word of a tag is the name of a release of Debian or Ubuntu.
pub(crate) fn is_codename(word: &str) -> bool {
    CODENAMES.contains(&word) || UBUNTU_CODENAMES.contains(&word)
}

/// The release of Debian that a tag names: `trixie` of `8.3-apache-trixie`.
fn debian_codename_of_tag(facts: &ImageFacts, tag: &str) -> Option<String> {
    // An image with variants of several distributions may have one of Debian, which its tag names.
    let may_be_debian = facts.distro.as_deref().is_none_or(|distro| distro == "debian");
    may_be_debian.then(|| debian_codename(tag)).flatten().map(str::to_string)
}

/// The only release of Debian among the words of a text.
fn debian_codename(text: &str) -> Option<&'static str> {
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
    let named = |word: &str| CODENAMES.into_iter().find(|codename| *codename == word);
    let found = words.by_ref().find_map(named)?;
    words.filter_map(named).all(|other| other == found).then_some(found)
}

/// `8.4` of `8.4-minimal`.
fn first_number(tag: &str) -> Option<&str> {
    let from = tag.get(tag.find(|c: char| c.is_ascii_digit())?..)?;
    let end = from.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(from.len());
    from.get(..end).map(|number| number.trim_end_matches('.'))
}

/// Compares the numbers of two versions, up to the length of the shorter one: `3.15.2` is not above `3.15`.
fn compare_versions(left: &str, right: &str) -> Ordering {
    let numbers = |version: &str| -> Vec<u64> {
        let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
        let numbers = version.get(..end).unwrap_or_default().split('.');
        numbers.map_while(|number| number.parse().ok()).collect()
    };
    let (left, right) = (numbers(left), numbers(right));
    left.iter()
        .zip(&right)
        .map(|(left, right)| left.cmp(right))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Whether the value of a USER is root, with any group.
pub(crate) fn is_root_user(user: &str) -> bool {
    let user = user.split(':').next().unwrap_or_default();
    user == "root" || (!user.is_empty() && user.bytes().all(|byte| byte == b'0'))
}

#[cfg(test)]
mod stage_tests;
#[cfg(test)]
mod tests;
