//! DW5024: a Python module that certainly is not installed.

use crate::optimize::facts::{ImagePathState, ImagePaths, LocatedCommand, StepDraft};
use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::rules::build_commands::{decisive_commands, runs_in_build};
use crate::semantic::effects::is_python;
use crate::shell::{ShellCommand, ShellWord};
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW5024",
    name: "missing-module",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5024.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

/// Third-party modules, which no release of Python contains: frameworks and tools that Dockerfiles run.
const MODULES: [&str; 40] = [
    "alembic",
    "black",
    "build",
    "celery",
    "coverage",
    "cython",
    "django",
    "fastapi",
    "flask",
    "gunicorn",
    "hatch",
    "ipykernel",
    "jupyter",
    "mypy",
    "nltk",
    "notebook",
    "numpy",
    "pandas",
    "pdm",
    "pipenv",
    "playwright",
    "poetry",
    "pre_commit",
    "pylint",
    "pytest",
    "requests",
    "ruff",
    "scipy",
    "sklearn",
    "spacy",
    "sphinx",
    "sqlalchemy",
    "streamlit",
    "tensorflow",
    "torch",
    "tox",
    "transformers",
    "twine",
    "uvicorn",
    "virtualenv",
];

fn check(cx: &mut RuleChecker<'_>) {
    let (Some(absence), Some(outline)) = (cx.program_absence(), cx.outline()) else { return };
    if String::from_utf8_lossy(cx.file.source).contains("PYTHON") {
        return;
    }
    let paths = ImagePaths::new(outline, cx.context);
    for (step, run) in runs_in_build(cx) {
        let is_known = absence.programs_before_run(run.outer.span.start).is_some_and(|state| {
            let is_python_image =
                state.image().is_some_and(|image| image.official && !image.pinned && image.name == "python");
            is_python_image && state.lost.is_none() && !state.only_system
        });
        if !is_known || !run.mounts.is_empty() {
            continue;
        }
        let mut commands = decisive_commands(absence, step);
        let found = commands.find_map(|(before, one)| find_missing_module(&paths, step, before, one));
        let Some((module, word)) = found else { continue };
        let message = format!("the Python module {} is not installed", quote_excerpt(&module));
        cx.report(run.outer, word.span, message).help("install it first, with `pip install`");
    }
}

/// The missing module in `python -m MODULE` or `python -c "import MODULE"`.
fn find_missing_module<'c>(
    paths: &ImagePaths<'_, '_, '_>,
    step: &StepDraft<'_, '_>,
    before: &[LocatedCommand<'_>],
    one: &LocatedCommand<'c>,
) -> Option<(String, &'c ShellWord)> {
    let command: &'c ShellCommand = one.command;
    let is_plain =
        is_python(command.name.as_deref()?) && command.wrappers.is_empty() && !command.may_have_options;
    let nothing_before =
        before.iter().all(|other| !other.effects.unknown && other.effects.packages.is_none());
    let [option, word, ..] = command.arguments() else { return None };
    if !is_plain || !nothing_before || !word.literal {
        return None;
    }
    let module = match option.text.as_str() {
        "-m" => word.text.as_str(),
        "-c" => word.text.strip_prefix("import ")?.split([';', ',', ' ', '\n']).next()?,
        _ => return None,
    };
    let module = module.split('.').next()?.to_string();
    let directory = one.directory.as_deref()?;
    let is_local = [module.clone(), format!("{module}.py")].iter().any(|name| {
        crate::optimize::join_path(Some(directory), name)
            .is_none_or(|path| paths.state_before(step, before, &path) != ImagePathState::Absent)
    });
    (MODULES.contains(&module.as_str()) && !is_local).then_some((module, word))
}
