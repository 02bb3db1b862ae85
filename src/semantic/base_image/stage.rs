//! What a stage inherits: its base image, the user in force, the distribution.

use super::{BaseImage, is_root, lookup};
use crate::semantic::{Base, Semantics, Stage};
use crate::syntax::{Arguments, Dockerfile, Instruction, Kind};

/// Who runs the commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    Root,
    /// As written, the group included.
    Other(String),
    Unknown,
}

/// What a stage's system is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// `debian`, `alpine`, `fedora`; `None` where only the family is known.
    pub id: Option<String>,
    /// `bookworm`, `3.20`, `9`.
    pub release: Option<String>,
    /// `None` where there is no package manager.
    pub family: Option<Family>,
    pub evidence: Evidence,
}

/// The package managers of one kind of distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Debian, Ubuntu: apt and dpkg.
    Apt,
    /// Alpine, Wolfi.
    Apk,
    /// Fedora, Red Hat's and their kin: yum, dnf, microdnf, tdnf.
    Rpm,
    /// openSUSE.
    Zypper,
    /// Arch.
    Pacman,
}

/// What a distribution was told from, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// The table of base images.
    Table,
    /// Words in the reference: `alpine`, `ubuntu20.04`.
    Name,
    /// The package managers that the stage calls.
    Commands,
}

impl Family {
    /// The family that a package manager belongs to.
    pub fn of_manager(name: &str) -> Option<Self> {
        Some(match name {
            "apt" | "apt-get" | "apt-cache" | "aptitude" | "dpkg" => Self::Apt,
            "apk" => Self::Apk,
            "yum" | "dnf" | "dnf5" | "microdnf" | "tdnf" => Self::Rpm,
            "zypper" => Self::Zypper,
            "pacman" => Self::Pacman,
            _ => return None,
        })
    }

    /// What a reference says about its distribution by its words.
    fn of_reference(reference: &str) -> Option<(Option<&'static str>, Self)> {
        let reference = reference.split('@').next().unwrap_or_default().to_ascii_lowercase();
        let words = reference.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
        let mut found = None;
        for word in words {
            let said = match word {
                "alpine" => (Some("alpine"), Self::Apk),
                "wolfi" | "chainguard" => (Some("wolfi"), Self::Apk),
                "debian" | "minideb" | "wheezy" | "jessie" | "stretch" | "buster" | "bullseye"
                | "bookworm" | "trixie" => (Some("debian"), Self::Apt),
                "ubuntu" | "trusty" | "xenial" | "bionic" | "focal" | "jammy" | "noble" => {
                    (Some("ubuntu"), Self::Apt)
                }
                "centos" => (Some("centos"), Self::Rpm),
                "rocky" | "rockylinux" => (Some("rockylinux"), Self::Rpm),
                "alma" | "almalinux" => (Some("almalinux"), Self::Rpm),
                "ubi" | "rhel" => (Some("rhel"), Self::Rpm),
                "fedora" => (Some("fedora"), Self::Rpm),
                "amazonlinux" => (Some("amazonlinux"), Self::Rpm),
                "oraclelinux" => (Some("oraclelinux"), Self::Rpm),
                "opensuse" => (Some("opensuse"), Self::Zypper),
                "archlinux" => (Some("archlinux"), Self::Pacman),
                "distroless" | "chiseled" | "scratch" | "windowsservercore" | "nanoserver" => return None,
                _ => continue,
            };
            match found {
                Some((_, family)) if family != said.1 => return None,
                Some((id, family)) if id != said.0 => found = Some((None, family)),
                _ => found = Some(said),
            }
        }
        found
    }
}

impl<'a> Semantics<'a> {
    /// The stage that starts from an image of its own, below this one: itself where it is built on no stage.
    pub fn root_stage(&self, stage: usize) -> Option<&Stage<'a>> {
        self.chain(stage).last()
    }

    /// The stage and those that it is built on, the nearest first.
    pub fn chain(&self, stage: usize) -> impl Iterator<Item = &Stage<'a>> {
        std::iter::successors(self.stages.get(stage), |stage| match stage.base {
            // A stage is always built on an earlier one, so that this ends.
            Base::Stage(parent) if parent < stage.index => self.stages.get(parent),
            _ => None,
        })
    }

    /// The image from outside that a stage starts from, through the stages that it is built on.
    pub fn base_image(&self, stage: usize) -> Option<BaseImage> {
        let root = self.root_stage(stage)?;
        match root.base {
            Base::Image | Base::Scratch => lookup(root.image.text()),
            Base::Stage(_) | Base::Variable => None,
        }
    }

    /// Whether nothing in the file is built on the stage.
    pub fn is_leaf_stage(&self, stage: usize) -> bool {
        !self.stages.iter().any(|other| other.base == Base::Stage(stage))
    }

    /// Who runs what stands at `offset` of a stage.
    pub fn user_at(&self, file: &Dockerfile<'_>, stage: usize, offset: u32) -> User {
        match self.users_before(file, stage, offset).last() {
            Some(user) => user_of(user),
            None => self.inherited_user(stage),
        }
    }

    /// Whether root runs what stands at `offset` of a stage, for certain: no USER other than root before it in
    /// the stage or the stages that it is built on, and a base image that is known to run as root.
    pub fn is_known_root(&self, file: &Dockerfile<'_>, stage: usize, offset: u32) -> bool {
        self.inherited_user(stage) == User::Root
            && self.users_before(file, stage, offset).all(|user| user_of(user) == User::Root)
    }

    fn inherited_user(&self, stage: usize) -> User {
        let Some(image) = self.base_image(stage) else { return User::Unknown };
        // An ONBUILD USER of the image would be in force from the start.
        if image.facts.onbuild.as_ref().is_none_or(|onbuild| onbuild.iter().any(|keyword| keyword == "USER"))
        {
            return User::Unknown;
        }
        match (image.is_root(), &image.facts.user) {
            (Some(true), _) => User::Root,
            (Some(false), Some(user)) => User::Other(user.clone()),
            _ => User::Unknown,
        }
    }

    /// The values of the USERs in force before `offset`, the base stages' first. An ONBUILD USER of a base stage
    /// is one of them: it runs when the next stage starts.
    fn users_before<'f>(
        &self,
        file: &'f Dockerfile<'_>,
        stage: usize,
        offset: u32,
    ) -> impl Iterator<Item = &'f str> {
        let mut chain: Vec<_> = self.chain(stage).map(|stage| (stage.index, stage.span)).collect();
        chain.reverse();
        chain.into_iter().flat_map(move |(index, span)| {
            let end = if index == stage { offset } else { span.end };
            let of_stage = move |instruction: &&Instruction<'_>| {
                instruction.span.start >= span.start && instruction.span.start < end
            };
            let within = || file.instructions().filter(of_stage);
            let own = within().filter_map(user_value);
            let triggers = within().filter_map(move |instruction| match &instruction.arguments {
                Arguments::Onbuild(inner) if index != stage => user_value(inner),
                _ => None,
            });
            own.chain(triggers).collect::<Vec<_>>()
        })
    }

    /// The distribution of a stage: from the table, else from the words of its image reference, else from the
    /// package managers that it and the stages that it is built on call. `None` where nothing tells it, or where
    /// it is told in two ways.
    pub fn distribution(&self, stage: usize) -> Option<Distribution> {
        if let Some(image) = self.base_image(stage)
            && let (Some(id), Some(managers)) = (&image.facts.distro, &image.facts.managers)
        {
            return Some(Distribution {
                id: Some(id.clone()),
                release: image.release,
                family: managers.iter().find_map(|manager| Family::of_manager(manager)),
                evidence: Evidence::Table,
            });
        }
        let reference = self.root_stage(stage)?.image.text();
        let by_name = Family::of_reference(reference).map(|(id, family)| (id, family, Evidence::Name));
        let (id, family, evidence) =
            by_name.or_else(|| Some((None, self.called_family(stage)?, Evidence::Commands)))?;
        Some(Distribution { id: id.map(str::to_string), release: None, family: Some(family), evidence })
    }

    fn called_family(&self, stage: usize) -> Option<Family> {
        let chain: Vec<usize> = self.chain(stage).map(|stage| stage.index).collect();
        let runs = self.runs.iter().filter(|run| run.stage.is_some_and(|stage| chain.contains(&stage)));
        let mut called = runs
            .flat_map(|run| &run.script.commands)
            .filter_map(|command| Family::of_manager(command.name.as_deref()?));
        let first = called.next()?;
        called.all(|family| family == first).then_some(first)
    }
}

fn user_value<'f>(instruction: &'f Instruction<'_>) -> Option<&'f str> {
    match &instruction.arguments {
        Arguments::Text(word) if instruction.kind == Kind::User => Some(word.text.as_ref()),
        _ => None,
    }
}

fn user_of(written: &str) -> User {
    let value = written.trim().trim_matches(['"', '\'']);
    if value.is_empty() || value.contains(['$', '\\', '"', '\'']) {
        User::Unknown
    } else if is_root(value) {
        User::Root
    } else {
        User::Other(value.to_string())
    }
}
