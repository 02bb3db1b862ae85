//! [`ConfigFile`]: a configuration file, with all files that it extends.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::shown_path;
use super::option_reader::OptionReader;
use super::{ConfigError, ConfigTable, HadolintConfig, PathGlobs, SettingsLayer, absolute_path};
use crate::error_text::invalid_value;
use crate::rule_version::RuleVersion;

/// The content of one configuration file and of those it extends.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConfigFile {
    /// The file itself; `None` if there is none.
    pub path: Option<PathBuf>,
    /// The files that it extends, the nearest first.
    pub extended: Vec<PathBuf>,
    /// Later layers override earlier ones.
    pub layers: Vec<SettingsLayer>,
    /// Additional layers for some files; later ones override earlier ones.
    pub overrides: Vec<(PathGlobs, SettingsLayer)>,
    /// The files to skip.
    pub exclude: Vec<PathGlobs>,
    /// Keys and codes of a hadolint configuration that have no effect, each with its file.
    pub warnings: Vec<ConfigError>,
}

/// Maximum length of a chain of `extend`; a longer one is treated as a cycle.
const LONGEST_CHAIN: usize = 20;

impl ConfigFile {
    /// Reads a file: as hadolint's configuration if it is named like YAML, else as `dockwright.toml`.
    ///
    /// # Errors
    /// The file, or one that it extends, cannot be read or is wrong.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        config.merge_file(path, &mut vec![path.to_path_buf()])?;
        config.path = Some(path.to_path_buf());
        Ok(config)
    }

    /// Adds one file, after the file that it extends. `chain`: the files that extend each other, up to this one.
    fn merge_file(&mut self, path: &Path, chain: &mut Vec<PathBuf>) -> Result<(), ConfigError> {
        let bytes = std::fs::read(path).map_err(|error| ConfigError::unreadable(path, &error))?;
        if is_yaml(path) {
            let config = HadolintConfig::from_bytes(path, bytes)?;
            self.layers.push(config.settings_layer());
            self.warnings.extend(
                config
                    .warnings()
                    .into_iter()
                    .map(|(line, what)| ConfigError { line, ..ConfigError::in_file(path, what) }),
            );
            return Ok(());
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| ConfigError::unreadable(path, &ErrorKind::InvalidData.into()))?;
        let options = ConfigTable::parse(path, &text)?;
        let own = options.policy.iter().map(|entry| entry.code.as_ref().clone());
        let mut reader = OptionReader { file: path, text: &text, policies: own.collect() };
        check_version(&options, &reader)?;
        let directory = path.parent().unwrap_or(path);
        if let Some(base) = &options.extend {
            let base = absolute_path(directory, Path::new(reader.file_name("extend", base)?));
            if chain.contains(&base) || chain.len() >= LONGEST_CHAIN {
                let help = "remove `extend` from this file, or from the file that it names".to_string();
                let error = ConfigError::in_file(path, "`extend` leads back to this file");
                return Err(ConfigError { help: Some(help), ..error });
            }
            chain.push(base.clone());
            self.extended.push(base.clone());
            self.merge_file(&base, chain).map_err(|error| {
                if error.file.as_ref() != Some(&base) {
                    return error;
                }
                // Names the file that extends it, which may be in another directory.
                let named = format!("`extend` in {} names this file", shown_path(path));
                let help = match error.help {
                    Some(help) => format!("{help}; {named}"),
                    None if error.line.is_none() => format!("correct `extend` in {}", shown_path(path)),
                    None => named,
                };
                ConfigError { help: Some(help), ..error }
            })?;
        }
        let extended = self.layers.iter().flat_map(|layer| &layer.policies);
        reader.policies.extend(extended.map(|policy| policy.code.to_string()));
        self.layers.push(options.settings_layer(&reader)?);
        for (index, entry) in options.overrides.iter().enumerate() {
            if entry.files.is_empty() {
                let help = "add a pattern, such as `files = [\"docker/**\"]`".to_string();
                let error = ConfigError::in_file(path, "`files` in `[[overrides]]` is empty");
                // An empty list has no value that knows its place.
                let error = match text.match_indices("[[overrides]]").nth(index) {
                    Some((heading, _)) => error.with_line_of(heading, &text),
                    None => error,
                };
                return Err(ConfigError { help: Some(help), ..error });
            }
            self.overrides
                .push((parse_path_globs(directory, &entry.files, &reader)?, entry.settings_layer(&reader)?));
        }
        if let Some(exclude) = &options.exclude {
            self.exclude.push(parse_path_globs(directory, exclude, &reader)?);
        }
        Ok(())
    }
}

/// Whether a configuration is read as hadolint's, judging by its name.
#[must_use]
pub(crate) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn parse_path_globs(
    directory: &Path,
    patterns: &[toml::Spanned<String>],
    reader: &OptionReader<'_>,
) -> Result<PathGlobs, ConfigError> {
    for pattern in patterns {
        if pattern.as_ref().is_empty() {
            let error = reader.error(pattern, "a pattern is empty".to_string());
            return Err(ConfigError { help: Some("remove it, or write a pattern".to_string()), ..error });
        }
        PathGlobs::new(directory, [pattern.as_ref().as_str()])
            .map_err(|(written, why)| reader.invalid_pattern(pattern, written, why))?;
    }
    PathGlobs::new(directory, patterns.iter().map(|pattern| pattern.as_ref().as_str()))
        .map_err(|(_, why)| ConfigError { help: why.help, ..ConfigError::in_file(reader.file, why.message) })
}

fn check_version(options: &ConfigTable, reader: &OptionReader<'_>) -> Result<(), ConfigError> {
    let Some(required) = &options.required_version else { return Ok(()) };
    let written = required.as_ref();
    let requirement = semver::VersionReq::parse(written).map_err(|_| ConfigError {
        help: Some(format!("write a version such as `>={}`", RuleVersion::CURRENT)),
        ..reader.error(required, invalid_value("required-version", written))
    })?;
    let this = env!("CARGO_PKG_VERSION");
    if semver::Version::parse(this).is_ok_and(|version| requirement.matches(&version)) {
        return Ok(());
    }
    Err(ConfigError {
        help: Some("install a matching version, or change `required-version`".to_string()),
        ..reader.error(required, format!("`required-version` is `{written}`, but this is version {this}"))
    })
}
