//! Which source files are of the language whose packages an install fetches.

use crate::optimize::facts::is_manifest_source;
use crate::semantic::paths::base_name;

/// Languages: the extensions of their source files, and the package managers of their projects.
const LANGUAGES: [(&[&str], &[&str]); 5] = [
    (&["py"], &["pip", "pipenv", "poetry", "uv", "conda"]),
    (&["js", "mjs", "cjs", "ts", "mts", "jsx", "tsx"], &["npm", "yarn", "pnpm", "bun"]),
    (&["rb"], &["bundle"]),
    (&["php"], &["composer"]),
    (&["go"], &["go"]),
];

/// The package managers of the language in which a file, or each file of a pattern, is written. Files that configure
/// an install are none: `setup.py`, `babel.config.js`, `.pnpmfile.cjs`.
pub(super) fn language_of_file(pattern: &str) -> Option<&'static [&'static str]> {
    let name = base_name(pattern);
    let (stem, extension) = name.rsplit_once('.')?;
    let is_settings = stem.is_empty() || name.starts_with('.') || stem.contains("config") || stem == "setup";
    let (_, managers) = LANGUAGES.iter().find(|(extensions, _)| extensions.contains(&extension))?;
    (!is_settings && !is_manifest_source(pattern)).then_some(*managers)
}
