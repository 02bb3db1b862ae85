//! DW5015: a tool that needs a project file that is certainly not in its directory.

use crate::optimize::facts::{ImagePathState, ImagePaths, LocatedCommand, StepDraft};
use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::rules::build_commands::{decisive_commands, runs_in_build};
use crate::semantic::effects::is_python;
use crate::semantic::managers::manager_of_program;
use crate::shell::ShellCommand;
use crate::source::Span;
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW5015",
    name: "missing-project-file",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5015.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

/// A tool that works on a project in its working directory.
struct ProjectTool {
    programs: &'static [&'static str],
    /// Subcommands for which the rule applies. Empty for a tool without subcommands.
    verbs: &'static [&'static str],
    /// One of these files must exist.
    files: &'static [&'static str],
    /// Whether it also searches the parent directories.
    looks_above: bool,
    /// Options (without dashes), besides those of its manager, with which it uses another directory, or no project.
    elsewhere: &'static [&'static str],
    /// Whether the rule only applies if there are no operands after the subcommand.
    is_alone: bool,
}

const ROW: ProjectTool =
    ProjectTool { programs: &[], verbs: &[], files: &[], looks_above: true, elsewhere: &[], is_alone: false };

const TOOLS: &[ProjectTool] = &[
    ProjectTool {
        programs: &["npm"],
        verbs: &["ci", "clean-install"],
        files: &["package-lock.json", "npm-shrinkwrap.json"],
        ..ROW
    },
    ProjectTool {
        programs: &["npm"],
        verbs: &["run", "run-script", "test"],
        files: &["package.json"],
        ..ROW
    },
    ProjectTool { programs: &["yarn"], verbs: &["run", "build", "test"], files: &["package.json"], ..ROW },
    ProjectTool {
        programs: &["make", "gmake"],
        files: &["Makefile", "makefile", "GNUmakefile"],
        looks_above: false,
        elsewhere: &["f", "file", "makefile", "C", "directory", "v", "eval"],
        ..ROW
    },
    ProjectTool {
        programs: &["cargo"],
        verbs: &["build", "b", "check", "test", "t", "run", "r", "fetch", "bench", "clippy"],
        files: &["Cargo.toml"],
        elsewhere: &["Z", "V"],
        ..ROW
    },
    ProjectTool {
        programs: &["bundle"],
        verbs: &["install"],
        files: &["Gemfile", "gems.rb"],
        is_alone: true,
        ..ROW
    },
    ProjectTool { programs: &["poetry"], verbs: &["install"], files: &["pyproject.toml"], ..ROW },
    ProjectTool {
        programs: &["uv"],
        verbs: &["sync"],
        files: &["pyproject.toml"],
        elsewhere: &["script"],
        ..ROW
    },
];

fn check(cx: &mut RuleChecker<'_>) {
    let (Some(absence), Some(outline)) = (cx.program_absence(), cx.outline()) else { return };
    let paths = ImagePaths::new(outline, cx.context);
    if !paths.has_copies() {
        return;
    }
    for (step, run) in runs_in_build(cx) {
        if !run.script.commands.iter().any(is_project_tool) {
            continue;
        }
        let mut commands = decisive_commands(absence, step);
        let found = commands.find_map(|(before, one)| describe_problem(cx, &paths, step, before, one));
        let Some((span, message, help)) = found else { continue };
        cx.report(run.outer, span, message).help(help);
        // Later steps may need the same file, so only the first one is reported.
        return;
    }
}

/// Whether this rule may report the command.
fn is_project_tool(command: &ShellCommand) -> bool {
    let name = command.name.as_deref().unwrap_or_default();
    matches!(name, "pip" | "pip3")
        || is_python(name)
        || TOOLS.iter().any(|tool| tool.programs.contains(&name))
}

/// The span, the message and the help.
fn describe_problem(
    cx: &RuleChecker<'_>,
    paths: &ImagePaths<'_, '_, '_>,
    step: &StepDraft<'_, '_>,
    before: &[LocatedCommand<'_>],
    one: &LocatedCommand<'_>,
) -> Option<(Span, String, String)> {
    let command = one.command;
    let directory = one.directory.as_deref()?;
    let is_plain = command.wrappers.is_empty()
        && !command.may_have_options
        && command.assignments.is_empty()
        && command.words.iter().all(|word| word.literal);
    if !is_plain {
        return None;
    }
    let state = |directory: &str, file: &str| {
        let path = crate::optimize::join_path(Some(directory), file);
        path.map_or(ImagePathState::Unknown, |path| paths.state_before(step, before, &path))
    };
    if let Some(word) = local_project(command) {
        return find_missing_python_project(command, &word.text, directory, &state);
    }
    let tool = find_tool(command)?;
    find_missing_script(cx, command, &state(directory, "package.json"))
        .or_else(|| find_missing_tool_file(tool, command, directory, &state))
}

/// `pip install .` without a project.
fn find_missing_python_project(
    command: &ShellCommand,
    project: &str,
    directory: &str,
    state: &dyn Fn(&str, &str) -> ImagePathState,
) -> Option<(Span, String, String)> {
    let path = crate::optimize::join_path(Some(directory), project)?;
    let files = ["setup.py", "pyproject.toml", "setup.cfg"];
    let is_absent = files.iter().all(|file| state(&path, file) == ImagePathState::Absent);
    let message = format!(
        "`pip install {project}` needs `pyproject.toml` or `setup.py`, which {} does not have",
        quote_excerpt(&path)
    );
    is_absent.then(|| (command.span, message, "copy it before this step".to_string()))
}

/// The row of the tool that the command calls, if it looks for its files in the current directory.
fn find_tool(command: &ShellCommand) -> Option<&'static ProjectTool> {
    let name = command.name.as_deref()?;
    let verb = subcommand(command);
    let tool = TOOLS.iter().find(|tool| {
        tool.programs.contains(&name) && (tool.verbs.is_empty() || tool.verbs.contains(&verb))
    })?;
    let install = manager_of_program(name).and_then(|manager| manager.install.as_ref());
    let elsewhere = install.map_or(&[][..], |install| install.elsewhere);
    let mut options = tool.elsewhere.iter().chain(elsewhere).chain(&["h", "help", "version"]);
    let is_elsewhere =
        options.any(|option| command.has_flag(option)) || tool.is_alone && command.operands().count() > 1;
    (!is_elsewhere).then_some(tool)
}

fn subcommand(command: &ShellCommand) -> &str {
    command.operands().next().map_or("", |word| word.text.as_str())
}

/// A call of a tool in a directory without any of its files.
fn find_missing_tool_file(
    tool: &ProjectTool,
    command: &ShellCommand,
    directory: &str,
    state: &dyn Fn(&str, &str) -> ImagePathState,
) -> Option<(Span, String, String)> {
    let (name, verb) = (command.name.as_deref()?, subcommand(command));
    let shown = if tool.verbs.is_empty() { name.to_string() } else { format!("{name} {verb}") };
    // make has rules for `x` from `x.c` and similar.
    let may_be_implicit = tool.verbs.is_empty()
        && command.operands().any(|target| {
            ["", ".c", ".cc", ".cpp", ".sh", ".o"]
                .iter()
                .any(|ending| state(directory, &format!("{}{ending}", target.text)) != ImagePathState::Absent)
        });
    let directories = std::iter::successors(Some(directory), |directory| {
        let above = directory.rsplit_once('/')?.0;
        (tool.looks_above && !directory.trim_matches('/').is_empty()).then_some(if above.is_empty() {
            "/"
        } else {
            above
        })
    });
    let all_absent = directories
        .flat_map(|directory| tool.files.iter().map(move |file| (directory, *file)))
        .all(|(directory, file)| state(directory, file) == ImagePathState::Absent);
    if !all_absent || may_be_implicit {
        return None;
    }
    let files: Vec<String> = tool.files.iter().take(2).map(|file| format!("`{file}`")).collect();
    let message =
        format!("`{shown}` needs {}, which {} does not have", files.join(" or "), quote_excerpt(directory));
    let help = match verb {
        "ci" | "clean-install" => "copy the lock file before this step, or use `npm install`",
        _ => "copy it before this step, or change to the directory of the project",
    };
    Some((command.span, message, help.to_string()))
}

/// `npm run build` if the `package.json` of the context has no such script.
fn find_missing_script(
    cx: &RuleChecker<'_>,
    command: &ShellCommand,
    state: &ImagePathState,
) -> Option<(Span, String, String)> {
    let ImagePathState::Copied(file) = state else { return None };
    let operands: Vec<_> = command.operands().collect();
    let script = match operands.as_slice() {
        [verb, script, ..] if matches!(verb.text.as_str(), "run" | "run-script") => *script,
        [verb, ..] if verb.text == "test" => *verb,
        _ => return None,
    };
    // npm defines these itself.
    let is_builtin = ["env", "start", "restart", "stop"].contains(&script.text.as_str());
    if !command.is("npm") || is_builtin || command.has_flag("if-present") {
        return None;
    }
    let text = cx.context?.text(&file.source)?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    let scripts = manifest.as_object()?.get("scripts");
    let has = |name: &str| scripts.is_some_and(|scripts| scripts.get(name).is_some());
    let message = format!("{} has no script {}", quote_excerpt(&file.source), quote_excerpt(&script.text));
    (!has(&script.text)).then(|| (script.span, message, "add the script, or correct its name".to_string()))
}

/// The directory that `pip install .` installs from.
fn local_project(command: &ShellCommand) -> Option<&crate::shell::ShellWord> {
    let mut words = command.operands();
    let name = command.name.as_deref()?;
    if is_python(name) {
        let starts = command.arguments().first()?.text == "-m" && words.next()?.text == "pip";
        if !starts {
            return None;
        }
    } else if !matches!(name, "pip" | "pip3") {
        return None;
    }
    let is_install = words.next()?.text == "install";
    let has_values =
        ["r", "c", "t", "i", "f", "requirement", "target"].iter().any(|flag| command.has_flag(flag));
    let word = words.next().filter(|_| is_install && !has_values)?;
    let is_alone = words.next().is_none();
    (is_alone && (word.text == "." || word.text.starts_with("./"))).then_some(word)
}
