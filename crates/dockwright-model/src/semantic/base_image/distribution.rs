//! [`Distribution`]: the distribution of a stage, and how it was determined.

pub use crate::semantic::managers::DistributionFamily;
use crate::semantic::managers::{self, PackageManager};
use crate::semantic::{Semantics, StageBaseKind};

/// The distribution of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// `debian`, `alpine`, `fedora`; `None` if only the family is known.
    pub id: Option<String>,
    /// `bookworm`, `3.20`, `9`.
    pub release: Option<String>,
    /// `None` if there is no package manager.
    pub family: Option<DistributionFamily>,
    pub evidence: DistributionEvidence,
    /// Whether no build argument can change it.
    pub certain: bool,
}

/// The source of a distribution, the most certain first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DistributionEvidence {
    /// The table of base images.
    Table,
    /// Words in the reference: `alpine`, `ubuntu20.04`.
    Name,
    /// The package managers that the stage calls.
    Commands,
}

impl DistributionFamily {
    /// The family that a package manager implies.
    pub fn from_manager(name: &str) -> Option<Self> {
        let of_program =
            |manager: &&PackageManager| manager.programs.iter().any(|(program, _)| *program == name);
        managers::manager_of_program(name).or_else(|| managers::all_managers().find(of_program))?.family
    }

    /// The distribution that the words of a reference imply.
    fn from_reference(reference: &str) -> Option<(Option<&'static str>, Self)> {
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

impl Semantics<'_> {
    /// The distribution of a stage: from the table, else from the words of its image reference, else from the package
    /// managers that the stage and its base stages call. `None` if it is unknown, or if two sources contradict each
    /// other.
    pub fn distribution(&self, stage: usize) -> Option<Distribution> {
        let table = self.base_image(stage);
        if let Some(base) = &table
            && let (Some(id), Some(managers)) = (&base.image.facts.distro, &base.image.facts.managers)
        {
            return Some(Distribution {
                id: Some(id.clone()),
                release: base.image.release.clone(),
                family: managers.iter().find_map(|manager| DistributionFamily::from_manager(manager)),
                evidence: DistributionEvidence::Table,
                certain: base.certain,
            });
        }
        let certain = self
            .build_stage_chain(stage)
            .all(|stage| stage.image.certain || matches!(stage.base, StageBaseKind::Image));
        let root = self.build_stage_chain(stage).last()?;
        let by_name = root
            .image
            .result
            .as_ref()
            .ok()
            .and_then(|reference| DistributionFamily::from_reference(reference));
        let (id, family, evidence) = match by_name {
            Some((id, family)) => (id.map(str::to_string), family, DistributionEvidence::Name),
            None => (None, self.family_from_managers(stage)?, DistributionEvidence::Commands),
        };
        let certain = certain && (root.image.certain || evidence == DistributionEvidence::Commands);
        let tag = root.image.result.as_ref().ok().and_then(|reference| reference.split('@').next());
        let release = tag.filter(|_| id.as_deref() == Some("debian")).and_then(super::debian_codename);
        Some(Distribution {
            id,
            release: release.map(str::to_string),
            family: Some(family),
            evidence,
            certain,
        })
    }

    fn family_from_managers(&self, stage: usize) -> Option<DistributionFamily> {
        match self.called_families.get_or_init(|| self.find_manager_families()).get(stage)? {
            ManagerFamilies::One(family) => Some(*family),
            ManagerFamilies::None | ManagerFamilies::Several => None,
        }
    }

    /// By stage.
    fn find_manager_families(&self) -> Vec<ManagerFamilies> {
        let mut families = vec![ManagerFamilies::None; self.build.stages.len()];
        for run in &self.runs {
            let Some(own) = run.stage.and_then(|stage| families.get_mut(stage)) else { continue };
            for command in &run.script.commands {
                if let Some(family) = command.name.as_deref().and_then(DistributionFamily::from_manager) {
                    *own = own.merged_with(ManagerFamilies::One(family));
                }
            }
        }
        for stage in 0..families.len() {
            if let Some(parent) =
                self.stage_chain_indices(stage).nth(1).and_then(|parent| families.get(parent).copied())
                && let Some(own) = families.get_mut(stage)
            {
                *own = own.merged_with(parent);
            }
        }
        families
    }
}

/// The families of the package managers that the commands of a stage and of its base stages call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::semantic) enum ManagerFamilies {
    None,
    One(DistributionFamily),
    Several,
}

impl ManagerFamilies {
    fn merged_with(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, one) | (one, Self::None) => one,
            (one, other) if one == other => one,
            _ => Self::Several,
        }
    }
}
