//! The files that `npm`, `yarn`, `pnpm` and `bun` read when they install a project.

use saphyr::Yaml;
use serde_json::Value;

use super::project::{ContextProject, InstallNeeds, join_in_project, parent_directory, parse_yaml};
use crate::semantic::IgnorePattern;

/// Scripts that are run when a project is installed.
const SCRIPTS: [&str; 8] = [
    "preinstall",
    "install",
    "postinstall",
    "prepublish",
    "preprepare",
    "prepare",
    "postprepare",
    "dependencies",
];
const DEPENDENCIES: [&str; 6] = [
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "peerDependencies",
    "overrides",
    "resolutions",
];
/// Maximum number of members that are copied one by one.
const MAX_MEMBERS: usize = 12;

/// The lock files of a manager.
const fn lock_files(manager: &str) -> &'static [&'static str] {
    match manager.as_bytes() {
        b"yarn" => &["yarn.lock"],
        b"pnpm" => &["pnpm-lock.yaml"],
        b"bun" => &["bun.lock", "bun.lockb"],
        _ => &["package-lock.json", "npm-shrinkwrap.json"],
    }
}

/// `scripts_off`: whether no script of the project runs.
pub(super) fn install_needs_of_node(
    project: &ContextProject<'_>,
    manager: &str,
    scripts_off: bool,
) -> Result<InstallNeeds, String> {
    let mut needs = InstallNeeds::default();
    project.require_absent_directories(&["node_modules"])?;
    needs.add_condition("no `node_modules` is in the build context");
    let root = check_manifest(project, "package.json", scripts_off)?;
    needs.add("package.json");
    needs.add_existing_files(project, lock_files(manager));
    needs.add_existing_files(project, &[".npmrc"]);
    match manager {
        "yarn" => {
            needs.add_existing_files(project, &[".yarnrc", ".yarnrc.yml"]);
            if project.has_file_below(".yarn") {
                needs.add(".yarn/");
            }
        }
        "pnpm" => {
            needs.add_existing_files(project, &[".pnpmfile.cjs", "pnpm-workspace.yaml"]);
            let patched = root.pointer("/pnpm/patchedDependencies").and_then(Value::as_object);
            for patch in patched.into_iter().flatten().filter_map(|(_, path)| path.as_str()) {
                add_patch_file(project, &mut needs, "package.json", patch)?;
            }
        }
        "bun" => needs.add_existing_files(project, &["bunfig.toml"]),
        _ => {}
    }
    if project.has_file("binding.gyp") {
        return Err("`binding.gyp` compiles the project itself".to_string());
    }
    let patterns = match manager {
        "pnpm" if project.has_file("pnpm-workspace.yaml") => {
            let space = pnpm_workspace(&project.text("pnpm-workspace.yaml")?)?;
            for patch in &space.patches {
                add_patch_file(project, &mut needs, "pnpm-workspace.yaml", patch)?;
            }
            space.packages
        }
        "pnpm" => Vec::new(),
        _ => workspace_patterns(&root)?,
    };
    for member in workspace_members(project, &patterns)? {
        let path = format!("{member}/package.json");
        let own = check_manifest(project, &path, scripts_off)?;
        if own.get("bin").is_some() {
            return Err(format!("`{path}` declares a program that the install links to"));
        }
        project.require_absent_directories(&[&format!("{member}/node_modules")])?;
        needs.add(path);
    }
    check_lock_file(project, &needs)?;
    let names = needs.list_paths("lists", "list");
    needs.add_condition(format!("{names} everything that is installed, and no project files"));
    if !scripts_off {
        needs.add_condition("`package.json` has no install scripts");
    }
    Ok(needs)
}

/// Checks that nothing in a manifest needs the sources, and returns it.
fn check_manifest(project: &ContextProject<'_>, path: &str, scripts_off: bool) -> Result<Value, String> {
    let text = project.text(path)?;
    let value: Value = serde_json::from_str(&text).map_err(|_| format!("`{path}` is not valid JSON"))?;
    let script = SCRIPTS.iter().find(|name| value.pointer(&format!("/scripts/{name}")).is_some());
    if let Some(name) = script.filter(|_| !scripts_off) {
        return Err(format!("`{path}` has the script `{name}`, which may need the sources"));
    }
    for section in DEPENDENCIES {
        if let Some(spec) = value.get(section).and_then(local_dependency) {
            return Err(format!("`{path}` depends on `{spec}`"));
        }
    }
    Ok(value)
}

/// A dependency that is a project file.
fn local_dependency(value: &Value) -> Option<String> {
    match value {
        Value::String(spec) => {
            let is_local = ["file:", "link:", "portal:", "patch:", "exec:", ".", "/", "~/"]
                .iter()
                .any(|start| spec.starts_with(start));
            is_local.then(|| spec.clone())
        }
        Value::Object(fields) => fields.values().find_map(local_dependency),
        _ => None,
    }
}

/// A patch that the install applies, if it is in the project.
fn add_patch_file(
    project: &ContextProject<'_>,
    needs: &mut InstallNeeds,
    from: &str,
    patch: &str,
) -> Result<(), String> {
    let path = join_in_project("", patch).filter(|path| project.has_file(path));
    needs.add(path.ok_or_else(|| format!("`{from}` applies `{patch}`, which is not in the build context"))?);
    Ok(())
}

/// The paths in `pnpm-workspace.yaml`.
#[derive(Debug, Default, PartialEq, Eq)]
struct PnpmWorkspace {
    packages: Vec<String>,
    patches: Vec<String>,
}

/// The settings of pnpm that name files.
fn pnpm_workspace(text: &str) -> Result<PnpmWorkspace, String> {
    const NAME: &str = "pnpm-workspace.yaml";
    let settings = parse_yaml(text, NAME)?;
    let local = ["file:", "link:", "portal:"];
    if let Some(line) = text.lines().find(|line| local.iter().any(|word| line.contains(word))) {
        return Err(format!("`{NAME}` has `{}`", line.trim()));
    }
    let mut space = PnpmWorkspace::default();
    if let Some(packages) = settings.as_mapping_get("packages") {
        let list = packages.as_sequence().into_iter().flatten();
        space.packages = list.filter_map(Yaml::as_str).map(str::to_string).collect();
    }
    if let Some(patched) = settings.as_mapping_get("patchedDependencies").and_then(Yaml::as_mapping) {
        space.patches = patched.values().filter_map(Yaml::as_str).map(str::to_string).collect();
    }
    Ok(space)
}

/// The patterns of the workspaces.
fn workspace_patterns(root: &Value) -> Result<Vec<String>, String> {
    let listed = match root.get("workspaces") {
        None => return Ok(Vec::new()),
        Some(Value::Array(list)) => list.clone(),
        Some(Value::Object(fields)) => match fields.get("packages") {
            Some(Value::Array(list)) => list.clone(),
            _ => Vec::new(),
        },
        Some(_) => return Err("the workspaces of `package.json` are not valid".to_string()),
    };
    Ok(listed.iter().map(|pattern| pattern.as_str().unwrap_or_default().to_string()).collect())
}

/// The directories that the patterns of workspaces match.
fn workspace_members(project: &ContextProject<'_>, patterns: &[String]) -> Result<Vec<String>, String> {
    let mut members = Vec::new();
    for pattern in patterns {
        // Without the exclusion, only too much is copied.
        if pattern.starts_with('!') || pattern == "." {
            continue;
        }
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        if pattern.is_empty() || pattern.starts_with(['.', '/']) || pattern.contains('{') {
            return Err(format!("the workspace pattern `{pattern}` is not supported"));
        }
        let glob = IgnorePattern::new(pattern);
        let found = project.all_files().filter(|path| path.ends_with("/package.json")).map(parent_directory);
        members.extend(found.filter(|directory| glob.matches(directory)).map(str::to_string));
    }
    members.sort();
    members.dedup();
    members.retain(|directory| !directory.contains("node_modules"));
    if members.len() > MAX_MEMBERS {
        return Err(format!("the project has more than {MAX_MEMBERS} workspaces"));
    }
    Ok(members)
}

/// Checks that the lock file of npm only names directories that are copied.
fn check_lock_file(project: &ContextProject<'_>, needs: &InstallNeeds) -> Result<(), String> {
    if !project.has_file("package-lock.json") {
        return Ok(());
    }
    let text = project.text("package-lock.json")?;
    let lock: Value =
        serde_json::from_str(&text).map_err(|_| "`package-lock.json` is not valid JSON".to_string())?;
    let packages = lock.get("packages").and_then(Value::as_object);
    for (name, package) in packages.into_iter().flatten() {
        let resolved = package.get("resolved").and_then(Value::as_str).unwrap_or_default();
        let links = package.get("link").and_then(Value::as_bool).unwrap_or(false);
        let known = needs.paths.contains(&format!("{resolved}/package.json"));
        if (links && !known) || resolved.starts_with("file:") {
            return Err(format!("`package-lock.json` links `{name}` to `{resolved}`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_and_patches_of_a_workspace() {
        for (text, packages, patches) in [
            ("packages:\n  - 'apps/*'\n  - \"libs/a\" # why\n", &["apps/*", "libs/a"][..], &[][..]),
            ("packages:\n- apps/*\n\n# more\n- '!apps/old'\n", &["apps/*", "!apps/old"], &[]),
            ("onlyBuiltDependencies:\n  - esbuild\n", &[], &[]),
            ("packages: [a, b]\n", &["a", "b"], &[]),
            ("catalog:\n  react: ^19.0.0\npackages:\n  - a\n", &["a"], &[]),
            ("patchedDependencies:\n  a@1.0.0: patches/a.patch\n", &[], &["patches/a.patch"]),
        ] {
            let space = pnpm_workspace(text).expect("a workspace");
            assert_eq!(
                (space.packages.as_slice(), space.patches.as_slice()),
                (&to_strings(packages)[..], &to_strings(patches)[..]),
                "{text}"
            );
        }
        for text in ["packages: [a\n", "overrides:\n  a: link:../a\n"] {
            assert!(pnpm_workspace(text).is_err(), "{text}");
        }
    }

    fn to_strings(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_string()).collect()
    }
}
