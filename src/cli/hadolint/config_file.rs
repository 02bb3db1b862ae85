//! Where hadolint looks for its configuration.

use std::path::{Path, PathBuf};

use crate::config::{ConfigError, HadolintConfig};

/// A configuration file that was read.
#[derive(Debug)]
pub(super) struct LoadedConfig {
    pub path: PathBuf,
    /// The content, or an error: hadolint then continues without the file.
    pub config: Result<HadolintConfig, ConfigError>,
}

/// Reads the file that is named, or else the first that exists.
///
/// # Errors
/// The file that is named cannot be read.
pub(super) fn load_config(named: Option<&Path>) -> std::io::Result<Option<LoadedConfig>> {
    let path = match named {
        Some(path) => path.to_path_buf(),
        None => match config_paths().into_iter().find(|path| path.is_file()) {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    let bytes = std::fs::read(&path)?;
    let config = HadolintConfig::from_bytes(&path, bytes);
    Ok(Some(LoadedConfig { path, config }))
}

/// In the order of precedence. Directories above the current one are not searched.
fn config_paths() -> Vec<PathBuf> {
    let mut places = vec![PathBuf::from(".hadolint.yaml"), PathBuf::from(".hadolint.yml")];
    let directory = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = directory("HOME").or_else(|| directory("USERPROFILE"));
    let xdg = directory("XDG_CONFIG_HOME").or_else(|| Some(home.as_ref()?.join(".config")));
    if let Some(xdg) = xdg {
        places.extend(["hadolint.yaml", "hadolint.yml"].map(|name| xdg.join(name)));
    }
    if let Some(home) = home {
        let names = ["hadolint.yaml", "hadolint.yml", "config.yaml", "config.yml"];
        places.extend(names.map(|name| home.join(".hadolint").join(name)));
        places.extend([".hadolint.yaml", ".hadolint.yml"].map(|name| home.join(name)));
    }
    places
}
