//! The files that `pip`, `conda`, `pipenv`, `poetry` and `uv` read when they install the dependencies of a project.

use std::path::Path;

use saphyr::Yaml;

use super::project::{ContextProject, InstallNeeds, join_in_project, parent_directory, parse_yaml};

/// Maximum number of requirements files that include each other.
const MAX_FILES: usize = 30;

/// `files`: those that options name, relative to the project.
pub(super) fn install_needs_of_pip(
    project: &ContextProject<'_>,
    files: &[String],
) -> Result<InstallNeeds, String> {
    let mut needs = InstallNeeds::default();
    let mut open: Vec<String> = files.to_vec();
    while let Some(path) = open.pop() {
        if needs.paths.contains(&path) {
            continue;
        }
        if needs.paths.len() >= MAX_FILES {
            return Err("too many requirement files include each other".to_string());
        }
        let text = project.text(&path)?;
        open.extend(check_requirements(&text, &path)?);
        needs.add(path);
    }
    let names = needs.list_paths("lists", "list");
    needs.add_condition(format!("{names} packages only, no local paths"));
    Ok(needs)
}

/// The files that a requirement file names.
fn check_requirements(text: &str, path: &str) -> Result<Vec<String>, String> {
    let mut named = Vec::new();
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let local = || format!("`{path}` contains `{line}`, which refers to the project");
        let file = ["-r", "--requirement", "-c", "--constraint"].into_iter().find_map(|option| {
            let rest = line.strip_prefix(option)?;
            let value = rest.strip_prefix('=').unwrap_or(rest).trim();
            (rest.starts_with([' ', '=', '\t']) || option.len() == 2).then(|| value.to_string())
        });
        if let Some(file) = file {
            if file.contains("://") {
                continue;
            }
            named.push(join_in_project(parent_directory(path), &file).ok_or_else(local)?);
            continue;
        }
        let needs_files = ["-e", "--editable", "-f", "--find-links", ".", "/", "~", "file:"]
            .iter()
            .any(|start| line.starts_with(start));
        let first = line.split([' ', ';', '[', '=', '<', '>', '!']).next().unwrap_or_default();
        let is_file = !first.contains("://")
            && (first.contains('/') || first.ends_with(".whl") || first.ends_with(".gz"));
        let finds_online = line.starts_with("-f") || line.starts_with("--find-links");
        if (needs_files && !(finds_online && line.contains("://"))) || is_file || line.contains("file:") {
            return Err(local());
        }
    }
    Ok(named)
}

/// `files`: those that options name, relative to the project; if there are none, `environment.yml` is used.
pub(super) fn install_needs_of_conda(
    project: &ContextProject<'_>,
    files: &[String],
) -> Result<InstallNeeds, String> {
    let mut needs = InstallNeeds::default();
    let by_default = ["environment.yml", "environment.yaml"].into_iter().find(|name| project.has_file(name));
    let by_default = [by_default.unwrap_or("environment.yml").to_string()];
    let mut named = Vec::new();
    for path in if files.is_empty() { &by_default[..] } else { files } {
        named.extend(requirements_of_environment(&project.text(path)?, path)?);
        needs.add(path);
    }
    if !named.is_empty() {
        needs.paths.extend(install_needs_of_pip(project, &named)?.paths);
    }
    let names = needs.list_paths("lists", "list");
    needs.add_condition(format!("{names} packages only, no local paths"));
    Ok(needs)
}

/// The requirement files that an environment, or a list of packages, names in its part for `pip`.
fn requirements_of_environment(text: &str, path: &str) -> Result<Vec<String>, String> {
    let local = |line: &str| format!("`{path}` contains `{line}`, which refers to the project");
    let is_local = |line: &str| line.starts_with(['.', '/', '~']) || line.contains("file:");
    if !Path::new(path).extension().is_some_and(|end| end == "yml" || end == "yaml") {
        let found = text.lines().map(str::trim).find(|line| is_local(line));
        return found.map_or(Ok(Vec::new()), |line| Err(local(line)));
    }
    let environment = parse_yaml(text, path)?;
    let list = |key: &str| environment.as_mapping_get(key).and_then(Yaml::as_sequence).into_iter().flatten();
    let mut named = Vec::new();
    for item in list("channels").chain(list("dependencies")) {
        if let Some(line) = item.as_str().filter(|line| is_local(line)) {
            return Err(local(line));
        }
        for line in item.as_mapping_get("pip").and_then(Yaml::as_sequence).into_iter().flatten() {
            named.extend(check_requirements(line.as_str().unwrap_or_default(), path)?);
        }
    }
    Ok(named)
}

pub(super) fn install_needs_of_pipenv(project: &ContextProject<'_>) -> Result<InstallNeeds, String> {
    let mut needs = InstallNeeds::default();
    let text = project.text("Pipfile")?;
    let value: toml::Table = toml::from_str(&text).map_err(|_| "`Pipfile` is not valid TOML".to_string())?;
    check_no_paths(&toml::Value::Table(value), "Pipfile")?;
    project.require_absent_directories(&[".venv"])?;
    needs.add("Pipfile");
    needs.add_existing_files(project, &["Pipfile.lock"]);
    needs.add_condition("`Pipfile` has no local path and no editable package");
    Ok(needs)
}

/// Poetry and uv also install the project itself, unless the option `alone` prevents it. The original call stays
/// after the sources, and a call with the option comes before them.
pub(super) fn install_needs_of_locked(
    project: &ContextProject<'_>,
    manager: &str,
    call: &str,
    alone: &str,
) -> Result<InstallNeeds, String> {
    let lock = if manager == "uv" { "uv.lock" } else { "poetry.lock" };
    let mut needs = InstallNeeds::default();
    let text = project.text("pyproject.toml")?;
    let value: toml::Table =
        toml::from_str(&text).map_err(|_| "`pyproject.toml` is not valid TOML".to_string())?;
    let value = toml::Value::Table(value);
    check_no_paths(&value, "pyproject.toml")?;
    let tool = |path: &[&str]| path.iter().try_fold(&value, |value, key| value.get(key)).is_some();
    if tool(&["tool", "uv", "workspace"]) || tool(&["tool", "poetry", "build"]) {
        return Err("`pyproject.toml` has a workspace or a build script".to_string());
    }
    project.require_absent_directories(&[".venv"])?;
    if !project.has_file(lock) {
        return Err(format!("`{lock}` is not in the build context"));
    }
    needs.add("pyproject.toml");
    needs.add(lock);
    let others: &[&str] = if manager == "uv" { &["uv.toml", ".python-version"] } else { &["poetry.toml"] };
    needs.add_existing_files(project, others);
    if !call.split_whitespace().any(|word| word == alone || word == "--no-root") {
        needs.fetch = Some(format!("{call} {alone}"));
    }
    needs.add_condition(format!("`pyproject.toml` and `{lock}` have no local path"));
    Ok(needs)
}

/// # Errors
/// A dependency is a local path.
fn check_no_paths(value: &toml::Value, file: &str) -> Result<(), String> {
    let mut open = vec![(value, false)];
    while let Some((value, in_dependencies)) = open.pop() {
        match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    let dependency = in_dependencies
                        && matches!(key.as_str(), "path" | "editable" | "file" | "develop" | "workspace");
                    if dependency {
                        return Err(format!("`{file}` depends on a path, `{key} = {value}`"));
                    }
                    let within = in_dependencies
                        || key.contains("dependenc")
                        || matches!(key.as_str(), "packages" | "dev-packages" | "sources");
                    open.push((value, within));
                }
            }
            toml::Value::Array(list) => open.extend(list.iter().map(|value| (value, in_dependencies))),
            toml::Value::String(text) if in_dependencies && text.contains("file:") => {
                return Err(format!("`{file}` depends on `{text}`"));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_environment_files() {
        for (text, expected) in [
            ("channels:\n  - conda-forge\ndependencies:\n  - python=3.12\n", Some(&[][..])),
            ("dependencies:\n  - pip\n  - pip:\n    - flask==3\n  - numpy\n", Some(&[])),
            ("dependencies:\n- pip:\n  - -r req.txt\n- numpy\n", Some(&["env/req.txt"])),
            ("dependencies:\n- pip:\n  - -e .\n", None),
            ("dependencies:\n- pip:\n  - \"-e .\"\n", None),
            ("dependencies:\n  - pip:\n    - ./lib\n", None),
            ("channels:\n  - ./own\n", None),
            ("channels:\n  - file:///own\n", None),
            ("dependencies: [python, {pip: [-e .]}]\n", None),
            ("dependencies: [\n", None),
            ("channels:\n  - nvidia/label/cuda-12\n", Some(&[])),
        ] {
            let named = requirements_of_environment(text, "env/all.yml").ok();
            let expected =
                expected.map(|list| list.iter().map(|text| (*text).to_string()).collect::<Vec<_>>());
            assert_eq!(named, expected, "{text}");
        }
    }

    #[test]
    fn parses_requirements_lines() {
        for (line, expected) in [
            ("flask==3.0", Some(vec![])),
            ("flask[async]>=2 ; python_version > '3'", Some(vec![])),
            ("# -e .", Some(vec![])),
            ("-r base.txt", Some(vec!["req/base.txt"])),
            ("-rbase.txt", Some(vec!["req/base.txt"])),
            ("--requirement=../top.txt", Some(vec!["top.txt"])),
            ("-c constraints.txt # why", Some(vec!["req/constraints.txt"])),
            ("--index-url https://example.org/simple", Some(vec![])),
            ("a @ https://example.org/a.whl", Some(vec![])),
            ("git+https://example.org/a.git#egg=a", Some(vec![])),
            ("--hash=sha256:00", Some(vec![])),
            ("a==1 \\\n  --hash=sha256:00", Some(vec![])),
            ("-e .", None),
            ("-e git+https://example.org/a.git#egg=a", None),
            (".", None),
            ("./lib", None),
            ("lib/a", None),
            ("a.whl", None),
            ("a @ file:///x", None),
            ("-f ./wheels", None),
            ("--find-links https://example.org/wheels", Some(vec![])),
            ("-r ../../x.txt", None),
            ("/x", None),
        ] {
            let named = check_requirements(line, "req/all.txt").ok();
            let expected = expected.map(|list| list.into_iter().map(str::to_string).collect::<Vec<_>>());
            assert_eq!(named, expected, "{line}");
        }
    }
}
