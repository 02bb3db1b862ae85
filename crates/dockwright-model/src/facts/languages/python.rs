//! Files that name Python packages: requirements, `pyproject.toml`, and the lock files of uv, Poetry and Pipenv.

use std::collections::{HashMap, HashSet};

use toml::{Table, Value};

use super::RequestedPackage;

/// Maximum depth of files that include each other.
const DEPTH: usize = 5;

/// One requirement, `name[extra]>=1.2; marker`. `None` if the marker excludes it on Linux.
pub(super) fn parse_requirement(text: &str) -> Option<RequestedPackage> {
    let (text, marker) = text.split_once(';').map_or((text, ""), |(text, marker)| (text, marker));
    let text = text.trim();
    if !dependency_marker_applies(marker) {
        return None;
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let rest = rest.trim_start();
    let (extras, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((extras, rest)) => (extras, rest.trim_start()),
        None => ("", rest),
    };
    let plain = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && (rest.is_empty() || rest.starts_with(['=', '<', '>', '!', '~', '(']))
        && ![".txt", ".whl", ".zip", ".gz"].iter().any(|end| name.ends_with(end));
    if !plain {
        return Some(RequestedPackage::from_name(text));
    }
    let extras = extras.split(',').map(|extra| extra.trim().replace(['_', '.'], "-").to_ascii_lowercase());
    let pinned = ["==", "~="].iter().find_map(|sign| rest.strip_prefix(sign)).unwrap_or_default();
    Some(RequestedPackage {
        extras: extras.filter(|extra| !extra.is_empty()).collect(),
        ..RequestedPackage::from_name(name).with_version(pinned)
    })
}

/// Whether a marker holds for a current Python on Linux, evaluated for simple comparisons only; others are assumed to
/// hold.
fn dependency_marker_applies(marker: &str) -> bool {
    let fails = |part: &str| {
        let part = part.trim().trim_matches(['(', ')']).replace('\'', "\"");
        let Some((variable, rest)) = part.split_once(|c: char| "=!<> ".contains(c)) else { return false };
        let Some(value) = rest.split('"').nth(1) else { return false };
        let operator: String =
            part.get(variable.len()..).unwrap_or_default().split('"').next().unwrap_or_default().into();
        let operator = operator.trim();
        match variable {
            "sys_platform" | "platform_system" | "os_name" => {
                let linux = ["linux", "Linux", "posix"].contains(&value);
                (operator == "==" && !linux) || (operator == "!=" && linux)
            }
            "python_version" | "python_full_version" => {
                let mut numbers = value.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
                let version = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
                let old = version <= (3, 9);
                old && matches!(operator, "<" | "<=" | "==")
            }
            "platform_python_implementation" | "implementation_name" => {
                operator == "==" && !value.eq_ignore_ascii_case("cpython")
            }
            "extra" => true,
            _ => false,
        }
    };
    marker.contains(" or ") || !marker.split(" and ").any(fails)
}

/// The packages of a requirements file; `read` gives the text of another one, by its path relative to this one.
pub(super) fn parse_requirements(text: &str, read: &dyn Fn(&str) -> Option<String>) -> Vec<RequestedPackage> {
    let mut wanted = Vec::new();
    add_requirements(text, read, DEPTH, &mut wanted);
    wanted
}

fn add_requirements(
    text: &str,
    read: &dyn Fn(&str) -> Option<String>,
    depth: usize,
    wanted: &mut Vec<RequestedPackage>,
) {
    let text = text.trim_start_matches('\u{feff}').replace("\\\r\n", " ").replace("\\\n", " ");
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let option = |names: &[&str]| {
            let rest = names.iter().find_map(|name| line.strip_prefix(name))?;
            Some(rest.trim_start_matches([' ', '=', '\t']).trim())
        };
        if let Some(path) = option(&["--requirement", "-r"]) {
            match read(path).filter(|_| depth > 0) {
                Some(text) => add_requirements(&text, read, depth - 1, wanted),
                None => wanted.push(RequestedPackage::from_name(path)),
            }
        } else if let Some(path) = option(&["--editable", "-e"]) {
            wanted.push(RequestedPackage::from_name(path));
        } else if !line.starts_with('-') {
            wanted.extend(parse_requirement(line.split(" --").next().unwrap_or_default()));
        }
    }
}

/// The dependencies of the project in a `pyproject.toml`.
pub(super) fn parse_pyproject(text: &str) -> Option<Vec<RequestedPackage>> {
    let document: Table = toml::from_str(text).ok()?;
    if let Some(dependencies) = toml_value_at_path(&document, &["project", "dependencies"]) {
        let all = dependencies.as_array()?.iter().filter_map(Value::as_str);
        return Some(all.filter_map(parse_requirement).collect());
    }
    let dependencies = toml_value_at_path(&document, &["tool", "poetry", "dependencies"])?.as_table()?;
    Some(dependencies.keys().filter(|name| *name != "python").map(RequestedPackage::from_name).collect())
}

fn toml_value_at_path<'v>(table: &'v Table, path: &[&str]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(*first)?;
    if rest.is_empty() { Some(value) } else { toml_value_at_path(value.as_table()?, rest) }
}

/// The packages of `uv.lock` that the project needs; also those for development, unless they are excluded.
pub(super) fn parse_uv_lock(text: &str, development: bool) -> Option<Vec<RequestedPackage>> {
    let document: Table = toml::from_str(text).ok()?;
    let packages: Vec<&Table> =
        document.get("package")?.as_array()?.iter().filter_map(Value::as_table).collect();
    let name_of = |table: &Table| table.get("name").and_then(Value::as_str).map(str::to_string);
    let by_name: HashMap<String, &Table> =
        packages.iter().filter_map(|one| Some((name_of(one)?, *one))).collect();
    let is_root = |one: &&&Table| {
        let source = one.get("source").and_then(Value::as_table);
        source.is_some_and(|source| {
            ["editable", "virtual", "directory"].iter().any(|key| source.contains_key(*key))
        })
    };
    let mut open: Vec<String> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    for root in packages.iter().filter(is_root) {
        seen.extend(name_of(root));
        open.extend(dependency_names(root.get("dependencies")));
        if development && let Some(groups) = root.get("dev-dependencies").and_then(Value::as_table) {
            open.extend(groups.values().flat_map(|group| dependency_names(Some(group))));
        }
    }
    let mut wanted = Vec::new();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        if let Some(one) = by_name.get(&name) {
            open.extend(dependency_names(one.get("dependencies")));
            // All extras in the lock file count, because it only contains those that are used.
            let extras = one.get("optional-dependencies").and_then(Value::as_table);
            open.extend(
                extras
                    .iter()
                    .flat_map(|extras| extras.values())
                    .flat_map(|extra| dependency_names(Some(extra))),
            );
        }
        wanted.push(RequestedPackage::from_lock_file(name));
    }
    wanted.sort_by(|one, other| one.name.cmp(&other.name));
    Some(wanted)
}

/// The names in a list of dependencies, without those that a marker omits.
fn dependency_names(list: Option<&Value>) -> Vec<String> {
    let entries = list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    let entries =
        entries.filter(|one| one.get("marker").and_then(Value::as_str).is_none_or(dependency_marker_applies));
    entries.filter_map(|one| Some(one.get("name")?.as_str()?.to_string())).collect()
}

/// The packages of `poetry.lock`; those of the main group only, unless development packages are included.
pub(super) fn parse_poetry_lock(text: &str, development: bool) -> Option<Vec<RequestedPackage>> {
    let document: Table = toml::from_str(text).ok()?;
    let packages = document.get("package")?.as_array()?.iter().filter_map(Value::as_table);
    let is_in = |one: &&Table| {
        let groups = one.get("groups").and_then(Value::as_array);
        let in_main = groups.is_none_or(|groups| groups.iter().any(|group| group.as_str() == Some("main")));
        let of_main = one.get("category").and_then(Value::as_str).is_none_or(|category| category == "main");
        let optional = one.get("optional").and_then(Value::as_bool).unwrap_or_default();
        let marker = one.get("markers").and_then(Value::as_str).is_none_or(dependency_marker_applies);
        (development || (in_main && of_main)) && !optional && marker
    };
    let names = packages.filter(is_in).filter_map(|one| one.get("name")?.as_str());
    Some(names.map(RequestedPackage::from_lock_file).collect())
}

/// The packages of `Pipfile.lock`.
pub(super) fn parse_pipfile_lock(text: &str, development: bool) -> Option<Vec<RequestedPackage>> {
    let document: serde_json::Value = serde_json::from_str(text).ok()?;
    let sections: &[&str] = if development { &["default", "develop"] } else { &["default"] };
    let packages = sections.iter().filter_map(|section| document.get(section)?.as_object()).flatten();
    let holds = |one: &serde_json::Value| {
        one.get("markers").and_then(|marker| marker.as_str()).is_none_or(dependency_marker_applies)
    };
    Some(
        packages
            .filter(|(_, one)| holds(one))
            .map(|(name, _)| RequestedPackage::from_lock_file(name))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(wanted: &[RequestedPackage]) -> Vec<&str> {
        wanted.iter().map(|one| one.name.as_str()).collect()
    }

    #[test]
    fn requirements_are_read() {
        for (text, name, extras) in [
            ("flask", "flask", &[][..]),
            ("Flask == 2.0", "Flask", &[]),
            ("uvicorn[standard]>=0.3,<1", "uvicorn", &["standard"]),
            ("celery[redis, SQS]", "celery", &["redis", "sqs"]),
            ("zope.interface~=5.0", "zope.interface", &[]),
            ("./app", "./app", &[]),
            (".", ".", &[]),
            ("git+https://example.com/x.git@v1", "git+https://example.com/x.git@v1", &[]),
            ("x @ https://example.com/x.whl", "x @ https://example.com/x.whl", &[]),
            ("x-1.0-py3-none-any.whl", "x-1.0-py3-none-any.whl", &[]),
            ("attrs; python_version >= '3.8'", "attrs", &[]),
            ("uvloop; sys_platform != 'win32'", "uvloop", &[]),
            ("x; sys_platform == 'win32' or python_version > '3'", "x", &[]),
        ] {
            let wanted = parse_requirement(text).unwrap_or_else(|| panic!("{text} is left out"));
            assert_eq!(
                (wanted.name.as_str(), wanted.extras),
                (name, extras.iter().map(ToString::to_string).collect()),
                "{text}"
            );
        }
        for text in [
            "pywin32; sys_platform == 'win32'",
            "pyobjc ; platform_system == \"Darwin\"",
            "futures; python_version < '3'",
            "importlib-metadata; python_version<\"3.8\" and sys_platform != 'x'",
            "x; sys_platform != 'linux'",
            "x; extra == 'test'",
        ] {
            assert_eq!(parse_requirement(text), None, "{text}");
        }
    }

    #[test]
    fn requirements_files_include_others() {
        let read = |path: &str| {
            (path == "base.txt").then(|| "redis # a cache\n\n# no package\n-r base.txt\n".to_string())
        };
        let text = "-r base.txt\n--index-url https://example.com\nflask==2 \\\n    --hash=sha256:00\n-e ./app\n-c x.txt\n-r missing.txt\n";
        let found = parse_requirements(text, &read);
        assert_eq!(names(&found).iter().filter(|name| **name == "redis").count(), DEPTH);
        let others: Vec<&str> =
            names(&found).into_iter().filter(|name| !["redis", "base.txt"].contains(name)).collect();
        assert_eq!(others, ["flask", "./app", "missing.txt"]);
    }

    #[test]
    fn projects_are_read() {
        let found = parse_pyproject("[project]\nname = 'x'\ndependencies = ['flask>=2', 'redis[hiredis]']\n");
        assert_eq!(found.map(|found| names(&found).join(" ")).as_deref(), Some("flask redis"));
        let found = parse_pyproject(
            "[tool.poetry.dependencies]\npython = '^3.9'\nflask = '*'\nredis = {version = '5'}\n",
        );
        assert_eq!(found.map(|found| names(&found).join(" ")).as_deref(), Some("flask redis"));
        assert_eq!(parse_pyproject("[project]\nname = 'x'\n"), None);
        assert_eq!(parse_pyproject("no toml ["), None);
    }

    #[test]
    fn skips_development_packages_in_lock_files() {
        let uv = r#"
            [[package]]
            name = "app"
            source = { virtual = "." }
            dependencies = [{ name = "flask" }, { name = "colorama", marker = "sys_platform == 'win32'" }]
            [package.dev-dependencies]
            dev = [{ name = "pytest" }]
            [[package]]
            name = "flask"
            dependencies = [{ name = "click" }]
            [[package]]
            name = "click"
            [[package]]
            name = "pytest"
            [[package]]
            name = "colorama"
        "#;
        let poetry = r#"
            [[package]]
            name = "flask"
            groups = ["main"]
            optional = false
            [[package]]
            name = "click"
            groups = ["main", "dev"]
            [[package]]
            name = "pytest"
            groups = ["dev"]
            [[package]]
            name = "colorama"
            groups = ["main"]
            markers = "sys_platform == \"win32\""
        "#;
        let pipfile = r#"{"default": {"flask": {}, "click": {}, "colorama": {"markers": "sys_platform == 'win32'"}},
            "develop": {"pytest": {}}}"#;
        for (lock, text) in [
            (parse_uv_lock as fn(&str, bool) -> Option<Vec<RequestedPackage>>, uv),
            (parse_poetry_lock, poetry),
            (parse_pipfile_lock, pipfile),
        ] {
            for (development, expected) in
                [(false, &["click", "flask"][..]), (true, &["click", "flask", "pytest"])]
            {
                let found = lock(text, development).expect("it is a lock file");
                let mut found = names(&found);
                found.sort_unstable();
                assert_eq!(found, expected);
            }
            assert!(lock("<", true).is_none());
        }
    }
}
