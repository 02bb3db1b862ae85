//! [`Caching`]: how each stage treats the caches of package managers. The choice is made only here, so that rules
//! cannot contradict each other.

use super::{Builder, Semantics, Stage};

/// Where fixes use cache mounts for package managers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum CacheMounts {
    /// In stages that are not part of the image.
    #[default]
    Auto,
    On,
    Off,
}

/// How a stage treats the caches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// They are deleted in the RUN that fills them, so no layer contains them.
    CleanUp,
    /// They are kept for the next build, in mounts.
    Mounts,
}

impl Semantics<'_> {
    /// The choice for a stage: mounts if the configuration enables them, or if the stage is not part of an
    /// image.
    pub fn caching(&self, stage: usize, builder: Builder, mounts: CacheMounts) -> Caching {
        let ships = self.stages.get(stage).is_none_or(Stage::is_in_image);
        let wanted = match mounts {
            CacheMounts::Auto => !ships,
            CacheMounts::On => true,
            CacheMounts::Off => false,
        };
        if wanted && builder.has_cache_mounts() { Caching::Mounts } else { Caching::CleanUp }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    #[test]
    fn chooses_caching_per_stage() {
        let file =
            syntax::parse(b"FROM a AS b\nFROM b AS c\nFROM d\nCOPY --from=b /x /x\nCOPY --from=c /x /x\n");
        let semantics = Semantics::new(&file, View::Exact);
        let all = |builder, mounts| [0, 1, 2].map(|stage| semantics.caching(stage, builder, mounts));
        let (mount, clean) = (Caching::Mounts, Caching::CleanUp);
        for (builder, mounts, expected) in [
            (Builder::Buildkit, CacheMounts::Auto, [mount, mount, clean]),
            (Builder::Buildkit, CacheMounts::On, [mount; 3]),
            (Builder::Buildkit, CacheMounts::Off, [clean; 3]),
            (Builder::Buildah, CacheMounts::Auto, [clean; 3]),
            (Builder::Kaniko, CacheMounts::On, [clean; 3]),
            (Builder::Legacy, CacheMounts::On, [clean; 3]),
        ] {
            assert_eq!(all(builder, mounts), expected, "{builder:?} {mounts:?}");
        }
    }
}
