//! [`StagePrograms`]: the programs that earlier steps of a stage may have provided.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use super::programs::{self, KnownProgram};
use crate::facts::packages::{self, InstalledSystem};
use crate::semantic::base_image::{BaseImage, BinSh, FactCertainty, ToolPresence, facts_date};
use crate::semantic::name_map::{NameMap, NameMapState};
use crate::semantic::paths::is_within;
use crate::semantic::{Semantics, Stage};

/// The directories in which shells look for programs by default.
const STANDARD: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// Maximum number of directories that are remembered. The next one makes all of them unknown.
const MAX_WRITTEN: usize = 200;

/// Package managers, and the families of images that certainly lack them.
const MANAGERS: [&str; 9] = ["apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper", "pacman", "tdnf"];

/// The programs that a stage may contain at some point.
#[derive(Debug, Clone, Default)]
pub struct StagePrograms {
    /// `None` if nothing is known about the base image.
    base: Option<Rc<BaseImagePrograms>>,
    /// The step that ended the certainty, if any.
    pub lost: Option<LostCertainty>,
    /// Programs that steps may have provided.
    provided: ProvidedNames,
    /// Whether only programs of the system's package manager are still certainly absent.
    pub only_system: bool,
    /// Directories that `PATH` names besides the standard ones.
    path: Vec<String>,
    /// Whether `PATH` contains an unknown directory.
    unknown_path: bool,
    /// Directories that were written to; an empty string for an unknown one.
    written: Vec<String>,
}

/// Names of programs. Copies share one map, so a copy for every RUN of a long file costs next to nothing.
#[derive(Debug, Clone, Default)]
struct ProvidedNames {
    all: Rc<RefCell<NameMap<'static, ()>>>,
    state: NameMapState,
}

impl ProvidedNames {
    fn contains(&self, name: &str) -> bool {
        self.all.borrow().get(self.state, name).is_some()
    }

    fn insert(&mut self, name: &str) {
        if !self.contains(name) {
            self.state = self.all.borrow_mut().bind(self.state, name.to_string().into(), ());
        }
    }
}

#[derive(Debug, Clone)]
struct BaseImagePrograms {
    image: BaseImage,
    /// The reference for messages: `debian:12-slim`.
    shown: String,
    system: Option<InstalledSystem>,
}

/// Why nothing is certain after this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostCertainty {
    /// Where: the first byte of the command or instruction.
    pub at: u32,
    pub cause: UncertaintyCause,
}

/// The step that may have provided any program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UncertaintyCause {
    BaseImage,
    BuildArgument,
    Onbuild,
    UnknownCommand,
    UnknownPackage,
    Copy,
    Path,
    Shell,
}

impl fmt::Display for UncertaintyCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BaseImage => "the base image is unknown",
            Self::BuildArgument => "a build argument selects the base image",
            Self::Onbuild => "the base image has `ONBUILD` instructions",
            Self::UnknownCommand => "a command may install anything",
            Self::UnknownPackage => "a package may contain anything",
            Self::Copy => "`COPY` may add programs to a directory on `PATH`",
            Self::Path => "`PATH` contains another directory",
            Self::Shell => "another shell runs the commands",
        })
    }
}

/// Why a program is certainly absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceReason {
    /// The base image that does not have it: `debian:12-slim`.
    pub image: String,
    /// The day of the facts.
    pub date: String,
    /// How it is installed there: the manager and the package; `None` if that is not known.
    pub package: Option<(&'static str, &'static str)>,
}

impl StagePrograms {
    /// The state at the beginning of a stage that is built on an external image.
    pub(crate) fn from_image(semantics: &Semantics<'_>, stage: &Stage<'_>) -> Self {
        let lost =
            |cause| Self { lost: Some(LostCertainty { at: stage.span.start, cause }), ..Self::default() };
        let Some(base) = semantics.base_image(stage.index) else {
            return lost(UncertaintyCause::BaseImage);
        };
        if !base.certain {
            return lost(UncertaintyCause::BuildArgument);
        }
        let image = base.image;
        // An older image with this tag may have different contents.
        let is_sure = !image.pinned && (image.certainty != FactCertainty::Extrapolated || image.official);
        if !is_sure {
            return lost(UncertaintyCause::BaseImage);
        }
        // Distroless images are not built from Dockerfiles.
        let is_bare = image.name == "scratch" || image.name.starts_with("gcr.io/distroless/");
        if !is_bare && image.facts.onbuild.as_ref().is_none_or(|onbuild| !onbuild.is_empty()) {
            return lost(UncertaintyCause::Onbuild);
        }
        let system = packages::installed_system_of_image(&image);
        let path =
            image.facts.env.as_ref().and_then(|env| env.get("PATH")).map(String::as_str).unwrap_or_default();
        let path = path.split(':').filter(|one| one.starts_with('/') && !STANDARD.contains(one));
        let path = path.map(str::to_string).collect();
        let shown =
            if image.tag.is_empty() { image.name.clone() } else { format!("{}:{}", image.name, image.tag) };
        Self { base: Some(Rc::new(BaseImagePrograms { image, shown, system })), path, ..Self::default() }
    }

    /// A copy of the state, for questions about programs; later steps cannot be applied to it.
    pub(super) fn snapshot(&self) -> Self {
        Self {
            base: self.base.clone(),
            lost: self.lost,
            provided: self.provided.clone(),
            only_system: self.only_system,
            unknown_path: self.unknown_path,
            path: Vec::new(),
            written: Vec::new(),
        }
    }

    /// Why the program is certainly absent here. `None` if it may be there.
    pub fn reason_for_absence(&self, name: &str) -> Option<AbsenceReason> {
        let base = self.base.as_ref().filter(|_| self.lost.is_none())?;
        let facts = base.image.facts;
        let row = programs::find_program(name);
        let is_provided = self.provided.contains(name)
            || row.is_some_and(|row| row.names.iter().any(|other| self.provided.contains(other)));
        if is_provided || (self.only_system && row.is_none_or(|row| row.by_language)) {
            return None;
        }
        let is_absent = match name {
            "sh" => facts.sh == Some(BinSh::None),
            "bash" => facts.bash == Some(false),
            _ if MANAGERS.contains(&name) => lacks_manager(&base.image, name),
            _ => row.is_some_and(|row| base.lacks_program(row, name)),
        };
        let manager = facts.managers.as_ref()?.first().map(String::as_str);
        let package = row.and_then(|row| match manager {
            Some("apt") => Some(("apt-get", *row.apt.first()?)),
            Some("apk") => Some(("apk", *row.apk.first()?)),
            _ => None,
        });
        let date = || facts_date().to_string();
        is_absent.then(|| AbsenceReason { image: base.shown.clone(), date: date(), package })
    }

    /// The programs of the table that are certainly absent here.
    pub fn absent_programs(&self) -> Vec<(&'static str, AbsenceReason)> {
        let names = programs::PROGRAMS.iter().filter_map(|row| row.names.first().copied());
        let names = names.chain(["sh"]).chain(MANAGERS);
        names.filter_map(|name| Some((name, self.reason_for_absence(name)?))).collect()
    }

    pub fn image(&self) -> Option<&BaseImage> {
        Some(&self.base.as_ref()?.image)
    }

    /// Records that any program may have been provided.
    pub(crate) fn give_up_certainty(&mut self, at: u32, cause: UncertaintyCause) {
        self.lost.get_or_insert(LostCertainty { at, cause });
    }

    /// Records that this program may have been provided.
    pub(crate) fn mark_program_possible(&mut self, name: &str) {
        self.provided.insert(name);
    }

    pub(crate) fn mark_all_possible(&mut self, rows: &[&'static KnownProgram]) {
        for name in rows.iter().flat_map(|row| row.names) {
            self.mark_program_possible(name);
        }
    }

    /// Records that a file was written, or a directory with unknown content; `path` is absolute, or `None` if
    /// unknown.
    pub(crate) fn record_write(&mut self, at: u32, path: Option<&str>, is_file: bool) {
        let Some(path) = path.map(|path| path.trim_end_matches(['/', '.'])) else {
            self.add_written_directory("");
            if !is_file && (self.unknown_path || !self.path.is_empty()) {
                self.give_up_certainty(at, UncertaintyCause::Copy);
            }
            return;
        };
        let places = STANDARD.iter().copied().chain(self.path.iter().map(String::as_str));
        let is_above = |place: &str| is_within(place, path);
        let above = places.clone().any(is_above);
        let name = places
            .filter_map(|place| path.strip_prefix(place)?.strip_prefix('/'))
            .find(|name| !name.contains('/'));
        if let Some(name) = name {
            self.provided.insert(name);
        }
        self.add_written_directory(path);
        if !is_file && (above || self.unknown_path) {
            self.give_up_certainty(at, UncertaintyCause::Copy);
        }
    }

    fn add_written_directory(&mut self, directory: &str) {
        // Each RUN has a copy of the list.
        let directory = if self.written.len() < MAX_WRITTEN { directory } else { "" };
        if !self.written.iter().any(|known| known == directory) {
            self.written.push(directory.to_string());
        }
    }

    /// Whether shells look for programs in this directory.
    pub(crate) fn is_program_directory(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        STANDARD.contains(&path) || self.path.iter().any(|own| own == path)
    }

    /// Records that `PATH` contains another directory from here on; `None` if it is unknown.
    pub(crate) fn extend_path(&mut self, at: u32, directory: Option<&str>) {
        let Some(directory) = directory.map(|one| one.trim_end_matches('/')) else {
            self.unknown_path = true;
            if !self.written.is_empty() {
                self.give_up_certainty(at, UncertaintyCause::Path);
            }
            return;
        };
        if STANDARD.contains(&directory) || directory.is_empty() {
            return;
        }
        let overlaps = |written: &String| {
            written.is_empty()
                || written == directory
                || directory.starts_with(&format!("{written}/"))
                || written.starts_with(&format!("{directory}/"))
        };
        if self.written.iter().any(overlaps) {
            self.give_up_certainty(at, UncertaintyCause::Path);
        }
        self.path.push(directory.to_string());
    }
}

impl BaseImagePrograms {
    fn lacks_program(&self, row: &KnownProgram, name: &str) -> bool {
        if !row.fact.is_empty() {
            match self.image.facts.tool(row.fact) {
                ToolPresence::Absent => return !programs::is_built_into(&self.image.name, name),
                ToolPresence::Present(_) => return false,
                ToolPresence::Unknown => {}
            }
        }
        if programs::is_built_into(&self.image.name, name) || row.apt.is_empty() {
            return false;
        }
        if let Some(system) = &self.system {
            return !row.apt.iter().any(|package| system.contains_package(package));
        }
        // The minimal root file system: BusyBox, apk and their libraries.
        self.image.name == "alpine" && self.image.official && !row.in_busybox && !row.apk.is_empty()
    }
}

fn lacks_manager(image: &BaseImage, name: &str) -> bool {
    let Some(managers) = &image.facts.managers else { return false };
    let has = |one: &str| managers.iter().any(|manager| manager == one);
    let is_rpm = ["yum", "dnf", "microdnf", "tdnf", "rpm"].into_iter().any(has);
    match name {
        "apt-get" | "apt" => !has("apt"),
        "apk" => !has("apk"),
        // In later releases, one is a link to the other.
        "yum" | "dnf" if is_rpm => has("microdnf") && !has("yum") && !has("dnf"),
        "microdnf" | "tdnf" => !is_rpm,
        "yum" | "dnf" => true,
        "zypper" => !has("zypper") && (has("apt") || has("apk") || managers.is_empty()),
        "pacman" => !has("pacman") && (has("apk") || managers.is_empty()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_keep_the_names_of_their_time() {
        let mut names = ProvidedNames::default();
        names.insert("curl");
        let first = names.clone();
        names.insert("git");
        names.insert("curl");
        let mut own = first.clone();
        own.insert("make");
        for (copy, expected) in [(&first, "curl"), (&names, "curl git"), (&own, "curl make")] {
            let found: Vec<&str> =
                ["curl", "git", "make"].into_iter().filter(|name| copy.contains(name)).collect();
            assert_eq!(found.join(" "), expected);
        }
    }
}
