//! The development dependencies that an install adds, according to the project's dependency file.

use serde_json::Value;

use crate::optimize::facts::{LocatedCommand, StepDraft};
use crate::rule::RuleChecker;
use crate::semantic::managers::{ProductionAdvice, find_manager};
use crate::semantic::paths::base_name;
use crate::shell::ShellWord;

/// An install that includes development dependencies.
pub(super) struct DevInstall {
    /// The call, as in messages.
    pub call: String,
    /// "development dependencies such as `eslint`".
    pub what: String,
    pub help: String,
    pub options: DevExclusion,
    pub(crate) is_node: bool,
    /// Whether `package.json` has scripts that the install runs.
    pub(crate) has_scripts: bool,
    /// The text of the manifest; empty if the command names the dependencies itself.
    pub(crate) manifest: String,
    /// Whether the command names tools, so that the purpose of the image decides.
    pub(crate) names_tools: bool,
}

/// How to exclude the development dependencies.
pub(super) enum DevExclusion {
    /// An option of the command.
    Flag(&'static str),
    /// An instruction before it.
    Variable(String),
    None,
}

/// The development dependencies of the install; `None` if there are none, or if they are unknown.
pub(crate) fn find_dev_install(
    cx: &RuleChecker<'_>,
    draft: &StepDraft<'_, '_>,
    one: &LocatedCommand<'_>,
    manager: &str,
) -> Option<DevInstall> {
    if let Some(found) = installs_by_name(one, manager) {
        return Some(found);
    }
    let known = find_manager(manager)?.install.as_ref()?.production.as_ref()?;
    let call = one.effects.packages.as_ref()?;
    let has_names = call.words(one.command).next().is_some();
    if has_names || known.has_flag(one.command) || one.command.has_argument(&["-g", "--global", "global"]) {
        return None;
    }
    let scopes = &cx.semantics.build.scopes;
    let scope = scopes.scope_before(draft.instruction.span.start);
    let is_set = |(name, value): &(&str, &str)| {
        let set = scopes.get(scope, name).and_then(|binding| binding.value.as_deref().map(str::to_string));
        let here = one.command.assignments.iter().any(|span| {
            let text = String::from_utf8_lossy(span.bytes(cx.file.source)).to_string();
            text.split_once('=').is_some_and(|(own, set)| {
                own == *name && (value.is_empty() || set.trim_matches(['"', '\'']) == *value)
            })
        });
        here || set.is_some_and(|set| value.is_empty() || set == *value)
    };
    if known.variables.iter().any(is_set) {
        return None;
    }
    let verb = one.command.operands().next().map_or("install", |word| word.text.as_str());
    // `composer dump-autoload` only writes the class map.
    if matches!(verb, "dump-autoload" | "dumpautoload") {
        return None;
    }
    let text = copied_manifest(cx, draft, known.manifest)?;
    let call = format!("{manager} {verb}");
    let (what, has_scripts) = match known.manifest {
        "package.json" => dev_packages_of_node(&text)?,
        "composer.json" => (describe_composer_dev_packages(&text)?, false),
        "Gemfile" => {
            if configures_bundler(cx, draft) {
                return None;
            }
            (bundler_dev_gems(&text)?, false)
        }
        _ => (python_dev_packages(&text)?, false),
    };
    let (options, help) = match known.advice {
        ProductionAdvice::Variable(set) => {
            (DevExclusion::Variable(format!("ENV {set}")), format!("set `{set}` before it"))
        }
        ProductionAdvice::Flag(flag) => (DevExclusion::Flag(flag), format!("use `{call} {flag}`")),
    };
    let is_node = known.manifest == "package.json";
    Some(DevInstall { call, what, help, options, is_node, has_scripts, manifest: text, names_tools: false })
}

/// Installs that name development dependencies themselves: `pipenv install --dev`, `pip install -r requirements-dev.txt`.
fn installs_by_name(one: &LocatedCommand<'_>, manager: &str) -> Option<DevInstall> {
    let found = |call: &str, what: String, help: &str| DevInstall {
        call: call.to_string(),
        what,
        help: help.to_string(),
        options: DevExclusion::None,
        is_node: false,
        has_scripts: false,
        manifest: String::new(),
        names_tools: false,
    };
    match manager {
        "pipenv" if one.command.has_argument(&["--dev", "-d"]) => {
            Some(found("pipenv install --dev", "the development packages".to_string(), "remove `--dev`"))
        }
        "pip" => {
            let call = one.effects.packages.as_ref()?;
            let what = match call.files.iter().find(|file| is_development_file(file)) {
                Some(file) => format!("the packages in `{}`", file.replace('`', "'")),
                None => {
                    let mut names = call.words(one.command).map(|word| call.name(word));
                    let name = names.find(|name| is_development_tool(name))?;
                    format!("development tools such as `{}`", name.replace('`', "'"))
                }
            };
            let names_tools = call.files.is_empty();
            let found = found("pip install", what, "install them in a separate stage for tests");
            Some(DevInstall { names_tools, ..found })
        }
        _ => None,
    }
}

/// Packages of Python that test, check or format sources, and that no program needs.
const PYTHON_TOOLS: [&str; 22] = [
    "pytest",
    "black",
    "mypy",
    "flake8",
    "pylint",
    "isort",
    "ruff",
    "tox",
    "nox",
    "coverage",
    "pre-commit",
    "autopep8",
    "yapf",
    "bandit",
    "pyright",
    "pycodestyle",
    "pydocstyle",
    "pyflakes",
    "nose",
    "codecov",
    "coveralls",
    "ipdb",
];

/// Whether the package is a development tool, or an extension of one: `pytest-cov`.
pub(super) fn is_development_tool(name: &str) -> bool {
    let name = name.split('[').next().unwrap_or_default().to_ascii_lowercase();
    PYTHON_TOOLS.contains(&name.as_str()) || name.starts_with("pytest-") || name.starts_with("flake8-")
}

/// Whether the path is that of a file such as `requirements-dev.txt`, `requirements/test.txt` or
/// `dev-requirements.txt`.
fn is_development_file(path: &str) -> bool {
    let path = path.to_lowercase();
    path.contains("requirements")
        && path.split(|c: char| !c.is_ascii_alphabetic()).any(|word| {
            matches!(word, "dev" | "devel" | "development" | "test" | "tests" | "testing" | "lint")
        })
}

/// The text of the nearest manifest of this name that an earlier COPY of the stage copies.
fn copied_manifest(cx: &RuleChecker<'_>, draft: &StepDraft<'_, '_>, name: &str) -> Option<String> {
    let files = cx.context?;
    let chain: Vec<usize> = cx.semantics.stage_chain(draft.stage).map(|stage| stage.index).collect();
    let steps = &cx.outline()?.drafts.steps;
    let before = steps.iter().filter(|step| {
        chain.contains(&step.stage) && step.instruction.span.start < draft.instruction.span.start
    });
    let reads: Vec<_> = before.flat_map(|step| &step.key.reads).collect();
    let is_copied =
        |path: &str| reads.iter().any(|read| read.known && read.path_prefix_named_by_source(path).is_some());
    let mut all: Vec<&str> = files
        .all
        .iter()
        .map(|file| file.path.as_str())
        .filter(|path| base_name(path) == name && !path.contains("node_modules/") && is_copied(path))
        .collect();
    all.sort_by_key(|path| path.matches('/').count());
    files.text(all.first()?)
}

fn dev_packages_of_node(text: &str) -> Option<(String, bool)> {
    /// Scripts that an install runs.
    const SCRIPTS: [&str; 5] = ["preinstall", "install", "postinstall", "prepare", "prepublish"];
    let manifest: Value = serde_json::from_str(text).ok()?;
    let all: Vec<String> = manifest.get("devDependencies")?.as_object()?.keys().cloned().collect();
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    let has_scripts = scripts.is_some_and(|scripts| SCRIPTS.iter().any(|name| scripts.contains_key(*name)));
    Some((name_packages("devDependencies", &all)?, has_scripts))
}

fn describe_composer_dev_packages(text: &str) -> Option<String> {
    let manifest: Value = serde_json::from_str(text).ok()?;
    let all: Vec<String> = manifest.get("require-dev")?.as_object()?.keys().cloned().collect();
    name_packages("development packages", &all)
}

/// "devDependencies such as `eslint`".
fn name_packages(what: &str, all: &[String]) -> Option<String> {
    let first = all.first()?;
    Some(format!("{what} such as `{}`", first.replace('`', "'")))
}

fn bundler_dev_gems(text: &str) -> Option<String> {
    let group = text.lines().map(str::trim).filter(|line| !line.starts_with('#')).find_map(|line| {
        let is_group = line.starts_with("group ") || line.contains("group: ") || line.contains(":group =>");
        let names = ["development", "test"].into_iter().filter(|name| line.contains(&format!(":{name}")));
        names.into_iter().next().filter(|_| is_group)
    })?;
    Some(format!("the gems of the group `{group}`"))
}

/// Whether a command of the stage sets the groups that Bundler excludes.
fn configures_bundler(cx: &RuleChecker<'_>, draft: &StepDraft<'_, '_>) -> bool {
    let runs = cx.semantics.runs_of_stage_chain(draft.stage);
    let is_without =
        |word: &ShellWord| matches!(word.text.as_str(), "without" | "--without" | "only" | "deployment");
    runs.flat_map(|run| &run.script.commands).any(|command| {
        command.is("bundle")
            && command.has_argument(&["config"])
            && command.arguments().iter().any(is_without)
    })
}

fn python_dev_packages(text: &str) -> Option<String> {
    let table: toml::Table = text.parse().ok()?;
    let at = |path: &[&str]| {
        let mut value = table.get(*path.first()?)?;
        for key in path.iter().skip(1) {
            value = value.get(key)?;
        }
        Some(value)
    };
    let keys = |value: &toml::Value| -> Vec<String> {
        match value {
            toml::Value::Table(table) => table.keys().filter(|key| *key != "python").cloned().collect(),
            toml::Value::Array(all) => all
                .iter()
                .filter_map(toml::Value::as_str)
                .map(|one| {
                    one.split(['=', '>', '<', '~', '[', ' ', ';', '!']).next().unwrap_or(one).to_string()
                })
                .collect(),
            _ => Vec::new(),
        }
    };
    let places: [&[&str]; 5] = [
        &["tool", "poetry", "group", "dev", "dependencies"],
        &["tool", "poetry", "group", "test", "dependencies"],
        &["tool", "poetry", "dev-dependencies"],
        &["dependency-groups", "dev"],
        &["tool", "uv", "dev-dependencies"],
    ];
    places.into_iter().filter_map(at).find_map(|value| name_packages("development packages", &keys(value)))
}
