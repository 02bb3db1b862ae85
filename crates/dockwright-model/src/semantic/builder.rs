//! [`Builder`]: the program that builds the image, and which features it lacks.

/// The program that the Dockerfiles are built with.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Builder {
    #[default]
    Buildkit,
    Buildah,
    Kaniko,
    Legacy,
}

impl Builder {
    /// The builder that the name of a file implies: Buildah for `Containerfile`.
    #[must_use]
    pub fn from_file_name(name: &str) -> Self {
        let lower = name.to_lowercase();
        if lower.contains("containerfile") { Self::Buildah } else { Self::Buildkit }
    }

    /// Whether `RUN --mount=type=cache` works as in BuildKit.
    #[must_use]
    pub fn has_cache_mounts(self) -> bool {
        self == Self::Buildkit
    }

    /// Whether `COPY --chmod` works; in Kaniko, this depends on its version.
    #[must_use]
    pub fn has_copy_chmod(self) -> bool {
        matches!(self, Self::Buildkit | Self::Buildah)
    }

    /// Whether `RUN --mount=type=secret` works.
    #[must_use]
    pub fn has_secret_mounts(self) -> bool {
        matches!(self, Self::Buildkit | Self::Buildah)
    }
}

#[cfg(test)]
mod tests {
    use super::Builder;

    #[test]
    fn file_names_imply_builders() {
        for (name, builder) in [
            ("Dockerfile", Builder::Buildkit),
            ("app.dockerfile", Builder::Buildkit),
            ("Containerfile", Builder::Buildah),
            ("Containerfile.dev", Builder::Buildah),
            ("app.containerfile", Builder::Buildah),
        ] {
            assert_eq!(Builder::from_file_name(name), builder, "{name}");
        }
    }
}
