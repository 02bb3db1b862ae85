//! Dependency files of projects.

use crate::semantic::paths::base_name;
use crate::semantic::{PathPattern, managers};

/// Dependency files of build tools that are not package managers.
const OTHER_MANIFESTS: [&str; 6] =
    ["mix.exs", "mix.lock", "build.sbt", "project.clj", "Package.swift", "Package.resolved"];

/// The names of all of them.
fn manifest_names() -> impl Iterator<Item = &'static str> {
    managers::all_managers().flat_map(|manager| manager.manifests).chain(&OTHER_MANIFESTS).copied()
}

/// Whether a file of this name, without its directory, declares the dependencies of a project.
pub(super) fn is_manifest(name: &str) -> bool {
    manifest_names().any(|known| known == name)
        || name.ends_with(".csproj")
        || name.ends_with(".fsproj")
        || name.ends_with(".sln")
        || is_requirements(name)
}

/// Whether the name is one such as `requirements-dev.txt` or `base_requirements.txt`.
fn is_requirements(name: &str) -> bool {
    name.contains("requirements") && std::path::Path::new(name).extension().is_some_and(|ext| ext == "txt")
}

/// The manifest that people edit, of a manager: `requirements.txt` for `pip`.
pub(super) fn manifest_of_manager(manager: &str) -> Option<&'static str> {
    let manager = match manager {
        "yarn" | "pnpm" | "bun" => "npm",
        "uv" => "poetry",
        _ => manager,
    };
    managers::find_manager(manager)?.manifests.first().copied()
}

/// A manifest that a glob matches: `package.json` for `package*.json`.
pub(super) fn manifest_for_glob(pattern: &str) -> Option<String> {
    let name = base_name(pattern);
    let glob = PathPattern::new(name)?;
    let known = manifest_names().find(|known| glob.is_match(known));
    Some(known.map_or_else(|| name.replace('*', "x"), str::to_string))
}

/// Whether a source of COPY names manifests only: `package*.json`, `api/requirements.txt`, `requirements/`.
pub fn is_manifest_source(pattern: &str) -> bool {
    let name = base_name(pattern);
    if name.contains(['*', '?', '[']) {
        let Some(glob) = PathPattern::new(name) else { return false };
        let fixed =
            name.chars().take_while(|c| !"*?[".contains(*c)).filter(char::is_ascii_alphanumeric).count();
        let named = fixed >= 2 && manifest_names().any(|known| glob.is_match(known));
        return named || name.contains("requirements") || is_manifest(&name.replace('*', "x"));
    }
    is_manifest(name) || name == "requirements"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separates_manifests_from_sources() {
        for (source, expected) in [
            ("package.json", true),
            ("package*.json", true),
            ("api/requirements-dev.txt", true),
            ("*.csproj", true),
            ("go.*", true),
            ("go.mod", true),
            (".", false),
            ("src", false),
            ("*", false),
            ("*.py", false),
            ("entrypoint.sh", false),
            ("requirements/", false),
            ("requirements", true),
        ] {
            assert_eq!(is_manifest_source(source), expected, "{source}");
        }
        assert_eq!(manifest_of_manager("yarn"), Some("package.json"));
    }
}
