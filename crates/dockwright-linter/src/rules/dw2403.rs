//! DW2403: tools of the build in the image, installed with a package manager of a language.

use crate::diagnostic::{ProblemCost, Severity};
use crate::optimize::{LocatedCommand, StartedCommands};
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::effects::Verb;
use crate::semantic::interpreted::is_interpreter;
use crate::shell::{Connector, ShellCommand};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "DW2403",
    name: "build-tool-kept",
    severity: Severity::Info,
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2403.md"),
    ..Rule::OPTIMIZER
};

/// A package that a program needs only while it is built, tested or edited.
struct BuildTool {
    manager: &'static str,
    package: &'static str,
    programs: &'static [&'static str],
}

const fn build_tool(
    manager: &'static str,
    package: &'static str,
    programs: &'static [&'static str],
) -> BuildTool {
    BuildTool { manager, package, programs }
}

static TOOLS: [BuildTool; 50] = [
    build_tool("npm", "@angular/cli", &["ng"]),
    build_tool("npm", "@nestjs/cli", &["nest"]),
    build_tool("npm", "@vue/cli", &["vue", "vue-cli-service"]),
    build_tool("npm", "bower", &["bower"]),
    build_tool("npm", "browserify", &["browserify"]),
    build_tool("npm", "create-react-app", &["create-react-app"]),
    build_tool("npm", "eslint", &["eslint"]),
    build_tool("npm", "grunt", &["grunt"]),
    build_tool("npm", "grunt-cli", &["grunt"]),
    build_tool("npm", "gulp", &["gulp"]),
    build_tool("npm", "gulp-cli", &["gulp"]),
    build_tool("npm", "jest", &["jest"]),
    build_tool("npm", "lerna", &["lerna"]),
    build_tool("npm", "less", &["lessc"]),
    build_tool("npm", "mocha", &["mocha"]),
    build_tool("npm", "node-gyp", &["node-gyp"]),
    build_tool("npm", "nodemon", &["nodemon"]),
    build_tool("npm", "npm-check-updates", &["ncu"]),
    build_tool("npm", "nx", &["nx"]),
    build_tool("npm", "parcel", &["parcel"]),
    build_tool("npm", "parcel-bundler", &["parcel"]),
    build_tool("npm", "pnpm", &["pnpm", "pnpx"]),
    build_tool("npm", "prettier", &["prettier"]),
    build_tool("npm", "react-scripts", &["react-scripts"]),
    build_tool("npm", "rimraf", &["rimraf"]),
    build_tool("npm", "rollup", &["rollup"]),
    build_tool("npm", "sass", &["sass"]),
    build_tool("npm", "tslint", &["tslint"]),
    build_tool("npm", "turbo", &["turbo"]),
    build_tool("npm", "typescript", &["tsc", "ts-node", "tsx"]),
    build_tool("npm", "uglify-js", &["uglifyjs"]),
    build_tool("npm", "vite", &["vite"]),
    build_tool("npm", "webpack", &["webpack"]),
    build_tool("npm", "webpack-cli", &["webpack"]),
    build_tool("npm", "yarn", &["yarn", "yarnpkg"]),
    build_tool("pip", "black", &["black"]),
    build_tool("pip", "flake8", &["flake8"]),
    build_tool("pip", "hatch", &["hatch"]),
    build_tool("pip", "isort", &["isort"]),
    build_tool("pip", "mypy", &["mypy"]),
    build_tool("pip", "nox", &["nox"]),
    build_tool("pip", "pdm", &["pdm"]),
    build_tool("pip", "pip-tools", &["pip-compile", "pip-sync"]),
    build_tool("pip", "pipenv", &["pipenv"]),
    build_tool("pip", "poetry", &["poetry"]),
    build_tool("pip", "pre-commit", &["pre-commit"]),
    build_tool("pip", "pylint", &["pylint"]),
    build_tool("pip", "tox", &["tox"]),
    build_tool("pip", "twine", &["twine"]),
    build_tool("pip", "uv", &["uv", "uvx"]),
];

/// Installers of tools that are fetched and run.
const INSTALLERS: [(&str, &str); 2] = [("install.python-poetry.org", "poetry"), ("astral.sh/uv", "uv")];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    let mut found: Vec<(&crate::semantic::Run<'_>, Span, &'static BuildTool)> = Vec::new();
    let shipped = outline
        .drafts
        .steps
        .iter()
        .filter(|draft| outline.graph.is_stage_in_image(draft.stage) && !draft.fired);
    for draft in shipped.clone() {
        let Some(run) = draft.run else { continue };
        let commands = &draft.commands;
        for (at, one) in commands.iter().enumerate() {
            for (span, tool) in installed_tools(one, commands.get(at + 1)) {
                let is_removed = commands.iter().skip(at + 1).any(|later| removes_tool(later, tool));
                if !is_removed {
                    found.push((run, span, tool));
                }
            }
        }
    }
    if found.is_empty() {
        return;
    }
    let Some(started) = StartedCommands::find_all_started_programs(outline, cx.context) else { return };
    let is_started = |tool: &BuildTool| tool.programs.iter().any(|program| started.mentions(program));
    let is_used = |tool: &BuildTool| {
        let runs = shipped.clone().filter_map(|draft| draft.run);
        let mut commands = runs.flat_map(|run| &run.script.commands);
        commands.any(|command| command.is_any(tool.programs) || command.runs_through(tool.programs))
    };
    for (run, span, tool) in found {
        if is_started(tool) {
            continue;
        }
        let (message, help) = if is_used(tool) {
            (
                format!("`{}` is needed only at build time, but stays in the image", tool.package),
                "build in a separate stage, and copy the result",
            )
        } else {
            (
                format!("`{}` stays in the image, but nothing in this file uses it", tool.package),
                "remove it, or install it in a separate stage for development",
            )
        };
        cx.report(run.outer, span, message)
            .help(help)
            .set_cost(ProblemCost::UnknownSize { usual_megabytes: 60 });
    }
}

/// The tools that a command installs for the whole image.
fn installed_tools(
    one: &LocatedCommand<'_>,
    next: Option<&LocatedCommand<'_>>,
) -> Vec<(Span, &'static BuildTool)> {
    let find = |manager: &str, package: &str| {
        TOOLS.iter().find(|tool| tool.manager == manager && tool.package == package)
    };
    if let Some(next) = next.filter(|next| next.command.connector == Some(Connector::Pipe)) {
        let is_run = next.command.name.as_deref().is_some_and(is_interpreter);
        let fetched = one.command.arguments().iter().find_map(|word| {
            let (_, package) = INSTALLERS.iter().find(|(address, _)| word.text.contains(address))?;
            Some((word.span, find("pip", package)?))
        });
        return fetched.filter(|_| is_run).into_iter().collect();
    }
    let Some(call) = one.effects.packages.as_ref().filter(|call| call.verb == Verb::Install) else {
        return Vec::new();
    };
    let is_global = match call.manager {
        "npm" => is_global(one.command),
        "pip" | "pipx" => true,
        _ => false,
    };
    if !is_global {
        return Vec::new();
    }
    let manager = if call.manager == "pipx" { "pip" } else { call.manager };
    call.words(one.command).filter_map(|word| Some((word.span, find(manager, call.name(word))?))).collect()
}

fn is_global(command: &ShellCommand) -> bool {
    command.has_flag("g") || command.has_flag("global") || command.has_argument(&["--location=global"])
}

fn removes_tool(one: &LocatedCommand<'_>, tool: &BuildTool) -> bool {
    let call = one.effects.packages.as_ref().filter(|call| call.verb == Verb::Remove);
    call.is_some_and(|call| call.words(one.command).any(|word| call.name(word) == tool.package))
}
