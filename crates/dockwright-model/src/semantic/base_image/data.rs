//! The table of base images, decoded on first use, one image name at a time.
//!
//! `data/base-images.jsonl` holds one line per tag shape of an image; `data/base-images.py` writes it. Decoding all
//! of it takes milliseconds, so the lines of a name remain text until the name is looked up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use hashbrown::HashMap;
use serde::Deserialize;

use super::facts::{BinSh, ImageFacts};
use super::pattern::Pattern;

const TABLE: &str = include_str!("../../../../../data/base-images.jsonl");

/// The table, by image name; entries are decoded on first use.
pub(super) static IMAGES: LazyLock<ImageTable> = LazyLock::new(ImageTable::new);

/// The header of the table, and its lines.
#[derive(Debug)]
pub(super) struct ImageTable {
    pub header: TableHeader,
    by_name: HashMap<&'static str, ImageLines>,
    /// Names that are patterns in the table (`gcr.io/distroless/…`), in its order.
    patterned: Vec<&'static str>,
}

/// The first line of the table.
#[derive(Debug, Default, Deserialize)]
pub(super) struct TableHeader {
    /// The day on which the facts were true.
    pub date: String,
    /// What `std` means in a `PATH`.
    std_path: String,
    /// The hosts that are Docker Hub.
    pub(crate) hub_hosts: Vec<String>,
    macros: BTreeMap<String, String>,
    platforms: BTreeMap<String, PlatformDefaults>,
    toolsets: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct PlatformDefaults {
    distro: Option<String>,
    pm: Option<Vec<String>>,
    libc: Option<String>,
    sh: Option<BinSh>,
    bash: Option<bool>,
}

/// All lines of one name.
#[derive(Debug, Default)]
struct ImageLines {
    text: Vec<&'static str>,
    lines: OnceLock<DecodedLines>,
}

/// The lines of one name, decoded.
#[derive(Debug, Default)]
pub(super) struct DecodedLines {
    /// In order of precedence.
    pub all: Vec<ImageLine>,
    /// The facts that all of them share.
    pub common: ImageFacts,
    /// Whether some of them are known to run as a user other than root.
    pub(crate) has_other_users: bool,
}

/// One tag shape of an image.
#[derive(Debug)]
pub(super) struct ImageLine {
    /// A pattern instead of the name.
    pub name: Option<Pattern>,
    pub(crate) tags: Pattern,
    pub release: Option<ReleaseRule>,
    /// The release of `latest` on [`TableHeader::date`].
    pub(crate) latest_release: Option<String>,
    /// The highest version that was examined; a higher one has the same form, but was not examined.
    pub(crate) proved_to: Option<String>,
    /// Whether only the newest tag was examined.
    pub(crate) only_current: bool,
    pub facts: ImageFacts,
}

/// How to find the release of the distribution.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum ReleaseRule {
    Fixed(String),
    From {
        from: ReferencePart,
        /// The releases that words in tags mean.
        #[serde(default)]
        named: BTreeMap<String, String>,
    },
    /// By the version in the tag: the first pattern that matches it in full.
    Map {
        map: Vec<(Pattern, Option<String>)>,
    },
}

/// A part of the reference.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ReferencePart {
    Tag,
    Name,
    /// The first number of the tag.
    Number,
}

/// A line as it is written. A missing value means the default, which is certain; `null` means unknown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ImageTableLine {
    #[serde(rename = "name")]
    _name: String,
    name_regex: Option<String>,
    tags: String,
    platform: String,
    tools: Option<String>,
    #[serde(default = "default_user")]
    user: Option<String>,
    #[serde(default)]
    users: Vec<String>,
    /// The SHELL instruction.
    #[serde(default = "default_keyword")]
    shell: Option<String>,
    #[serde(default = "default_workdir")]
    workdir: Option<String>,
    #[serde(default = "default_empty_list")]
    entrypoint: Option<Vec<String>>,
    #[serde(default = "default_empty_list")]
    cmd: Option<Vec<String>>,
    #[serde(default = "default_empty_map")]
    env: Option<BTreeMap<String, String>>,
    #[serde(default)]
    env_varies: Vec<String>,
    #[serde(default = "default_empty_list")]
    expose: Option<Vec<String>>,
    #[serde(default = "default_empty_list")]
    volume: Option<Vec<String>>,
    #[serde(default = "default_keyword")]
    stopsignal: Option<String>,
    /// The keywords of its ONBUILD instructions.
    #[serde(default = "default_empty_list")]
    onbuild: Option<Vec<String>>,
    #[serde(default)]
    moving: bool,
    proved_to: Option<String>,
    release: Option<ReleaseRule>,
    latest_release: Option<String>,
    #[serde(default)]
    only_current: bool,
}

// The defaults are all `Some`, because `None` means unknown (`null`).
#[allow(clippy::unnecessary_wraps)]
mod defaults {
    use std::collections::BTreeMap;

    pub(super) fn default_user() -> Option<String> {
        Some("root".to_string())
    }

    pub(super) fn default_workdir() -> Option<String> {
        Some("/".to_string())
    }

    pub(super) fn default_keyword() -> Option<String> {
        Some("default".to_string())
    }

    pub(super) fn default_empty_list() -> Option<Vec<String>> {
        Some(Vec::new())
    }

    pub(super) fn default_empty_map() -> Option<BTreeMap<String, String>> {
        Some(BTreeMap::new())
    }
}
use defaults::{default_empty_list, default_empty_map, default_keyword, default_user, default_workdir};

impl ImageTable {
    fn new() -> Self {
        let mut lines = TABLE.lines();
        let header = lines.next().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
        let mut images = Self { header, by_name: HashMap::new(), patterned: Vec::new() };
        for line in lines {
            let Some((name, rest)) = line.strip_prefix(r#"{"name":""#).and_then(|line| line.split_once('"'))
            else {
                continue;
            };
            let family = images.by_name.entry(name).or_default();
            if family.text.is_empty() && rest.starts_with(r#","name_regex":"#) {
                images.patterned.push(name);
            }
            family.text.push(line);
        }
        images
    }

    /// The lines of a name, which has a host (unless it is Docker Hub) and no `library/`.
    pub(super) fn lines_of_image(&'static self, name: &str) -> Option<&'static DecodedLines> {
        let found = self.decode_image_lines(name);
        found.or_else(|| {
            let patterned = self.patterned.iter().filter_map(|patterned| self.decode_image_lines(patterned));
            patterned.into_iter().find(|lines| {
                let pattern = lines.all.first().and_then(|line| line.name.as_ref());
                pattern.is_some_and(|pattern| pattern.is_match(name))
            })
        })
    }

    fn decode_image_lines(&'static self, name: &str) -> Option<&'static DecodedLines> {
        let family = self.by_name.get(name)?;
        Some(family.lines.get_or_init(|| {
            let lines: Vec<ImageLine> = family.text.iter().filter_map(|text| self.decode(text)).collect();
            let common = ImageFacts::facts_shared_by_all(lines.iter().map(|line| &line.facts));
            let has_other_users = lines.iter().any(|line| line.facts.is_root() == Some(false));
            DecodedLines { all: lines, common, has_other_users }
        }))
    }

    fn decode(&'static self, text: &str) -> Option<ImageLine> {
        let written: ImageTableLine = serde_json::from_str(text).ok()?;
        let platform = self.header.platforms.get(&written.platform)?;
        let tools =
            written.tools.and_then(|tools| self.header.toolsets.get(&tools)).map_or("", String::as_str);
        let mut env = written.env;
        if let Some(path) = env.as_mut().and_then(|env| env.get_mut("PATH")) {
            let parts = path.split(':').map(|part| if part == "std" { &self.header.std_path } else { part });
            *path = parts.collect::<Vec<_>>().join(":");
        }
        Some(ImageLine {
            name: written.name_regex.map(|pattern| self.pattern(&pattern)),
            tags: self.pattern(&written.tags),
            release: written.release,
            latest_release: written.latest_release,
            proved_to: written.proved_to,
            only_current: written.only_current,
            facts: ImageFacts {
                distro: platform.distro.clone(),
                managers: platform.pm.clone(),
                libc: platform.libc.clone(),
                sh: platform.sh,
                bash: platform.bash,
                tools: tools
                    .split_whitespace()
                    .filter(|tool| !tool.starts_with('-'))
                    .map(split_tool_kind)
                    .collect(),
                absent: tools
                    .split_whitespace()
                    .filter_map(|tool| Some(tool.strip_prefix('-')?.into()))
                    .collect(),
                user: written.user,
                users: written.users.into_iter().collect::<BTreeSet<_>>(),
                has_default_shell: written.shell.map(|shell| shell == "default"),
                workdir: written.workdir,
                entrypoint: written.entrypoint,
                cmd: written.cmd,
                env,
                env_varies: written.env_varies.into_iter().collect(),
                expose: written.expose,
                volume: written.volume,
                stopsignal: written.stopsignal,
                onbuild: written.onbuild,
                moving: written.moving,
            },
        })
    }

    fn pattern(&self, text: &str) -> Pattern {
        let mut expanded = text.to_string();
        if text.contains('{') {
            for (name, value) in &self.header.macros {
                expanded = expanded.replace(name, value);
            }
        }
        Pattern::from(expanded)
    }

    /// Every name in the table, in no particular order.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.by_name.keys().copied()
    }

    /// Whether a name of the table means several images.
    pub(super) fn is_image_name_pattern(&self, name: &str) -> bool {
        self.patterned.contains(&name)
    }

    /// How many lines the table has for this name.
    #[cfg(test)]
    pub(super) fn count(&self, name: &str) -> usize {
        self.by_name.get(name).map_or(0, |family| family.text.len())
    }
}

/// Splits `wget=gnu` into the tool and its kind.
fn split_tool_kind(tool: &str) -> (String, Option<String>) {
    match tool.split_once('=') {
        Some((tool, kind)) => (tool.into(), Some(kind.into())),
        None => (tool.into(), None),
    }
}
