//! DW2402: development dependencies in the image.

mod manifests;

use manifests::{Found, Options};

use crate::diagnostic::{Applicability, Edit, Fix, Loss, Severity};
use crate::optimize::facts::{Draft, Located, located};
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::{later, run_edit};
use crate::semantic::Run;
use crate::semantic::effects::Verb;
use crate::syntax::{Kind, quoted};

pub(super) static RULE: Rule = Rule {
    code: "DW2402",
    name: "development-dependencies",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../rules/DW2402.md"),
    ..Rule::OPTIMIZER
};

/// Programs that come with the development dependencies of a Node project, or run them.
const NODE_TOOLS: [&str; 9] = ["npm", "npx", "yarn", "pnpm", "pnpx", "bun", "bunx", "tsc", "webpack"];

fn check(cx: &mut Checker<'_>) {
    let Some(outline) = cx.outline() else { return };
    let source = cx.file.source;
    for draft in outline.drafts.steps.iter().filter(|draft| !draft.fired) {
        let Some(run) = draft.run.filter(|run| run.ships && !run.onbuild) else { continue };
        let commands = located(draft, source);
        for (at, one) in commands.iter().enumerate() {
            let installs = one.effects.packages.as_ref().filter(|call| call.verb == Verb::Install);
            let Some(manager) = installs.map(|call| call.manager) else { continue };
            if is_pruned(cx, run, commands.get(at + 1..).unwrap_or_default()) {
                continue;
            }
            let Some(found) = manifests::find(cx, draft, one, manager) else { continue };
            report(cx, draft, run, (&commands, at), &found);
        }
    }
}

/// Whether a later command deletes what is not needed: `npm prune --omit=dev`, `rm -rf node_modules`.
fn is_pruned(cx: &Checker<'_>, run: &Run<'_>, rest: &[Located<'_>]) -> bool {
    let prunes = |command: &crate::shell::Command| {
        command.has_argument(&["prune"])
            || command.is("rm") && command.arguments().iter().any(|word| word.text.contains("node_modules"))
            || command.is_any(&["node-prune", "npm"]) && command.has_argument(&["--omit=dev", "--production"])
    };
    rest.iter().any(|one| prunes(one.command))
        || later::runs(cx, run)
            .is_none_or(|runs| runs.into_iter().flat_map(|run| &run.script.commands).any(prunes))
}

fn report(
    cx: &mut Checker<'_>,
    draft: &Draft<'_, '_>,
    run: &Run<'_>,
    (commands, at): (&[Located<'_>], usize),
    found: &Found,
) {
    let Some(one) = commands.get(at) else { return };
    let message = format!("`{}` also installs {}", found.call, found.what);
    let fix = match &found.options {
        Options::None => None,
        Options::Flag(flag) => {
            let end = one.command.words.last().map_or(one.command.span, |word| word.span);
            Some(Edit::insert(run_edit::end_of(end, cx.file.source), format!(" {flag}")))
        }
        Options::Variable(text) => Some(Edit::insert(draft.instruction.span.start, format!("{text}\n"))),
    };
    let user =
        found.is_node.then(|| node_user(cx, run, commands.get(at + 1..).unwrap_or_default())).flatten();
    let title = match &found.options {
        Options::Flag(flag) => format!("add `{flag}`"),
        Options::Variable(text) => format!("set `{}`", text.trim_start_matches("ENV ")),
        Options::None => String::new(),
    };
    let is_proved = found.is_node && !found.has_scripts && user.is_none() && starts_node(cx);
    let help = match &user {
        Some(User { is_build: true, .. }) => {
            "build in a separate stage, or end that `RUN` with `npm prune --omit=dev`".to_string()
        }
        _ => found.help.clone(),
    };
    let reported = cx.report(run.outer, one.command.name_span(), message).help(help).costs(Loss::UnknownSize);
    match (fix, user) {
        (_, Some(User { name, line, is_build: true })) => {
            reported.refuse(format!("{} on line {line} needs them", quoted(&name)));
        }
        (None, _) => {
            reported.refuse("what to install instead is unknown");
        }
        (Some(edit), _) if is_proved => {
            let fix = Fix::new(Applicability::UnsafeMid, title, [edit])
                .proved("no later command and no install script uses a development dependency")
                .proved("the container starts `node` itself")
                .missing("the program may load a development dependency");
            reported.fix(fix);
        }
        (Some(edit), user) => {
            let missing = match user {
                Some(User { name, line, .. }) => {
                    format!("whether {} on line {line} needs them", quoted(&name))
                }
                None => "whether later commands or the container need them".to_string(),
            };
            reported.fix(Fix::new(Applicability::Shown, title, [edit]).missing(missing));
        }
    }
}

/// A later command that uses development dependencies.
struct User {
    name: String,
    line: u32,
    /// It certainly builds with them.
    is_build: bool,
}

/// The first command after the install that may run a development dependency of a Node project.
fn node_user(cx: &Checker<'_>, run: &Run<'_>, rest: &[Located<'_>]) -> Option<User> {
    let source = cx.file.source;
    let runs = later::runs(cx, run)?;
    let own = rest.iter().map(|one| (one.command, cx.semantics.line(one.command.span.start)));
    let other = runs.iter().flat_map(|run| {
        let line = cx.semantics.line(run.outer.span.start);
        run.script.commands.iter().map(move |command| (command, line))
    });
    own.chain(other).find_map(|(command, line)| {
        let name = command.name.clone()?;
        let is_tool = command.is_any(&NODE_TOOLS);
        let effects = crate::semantic::effects::of(command, source);
        let is_clean = effects.packages.as_ref().is_some_and(|call| call.verb == Verb::Clean);
        let is_build = is_tool && command.has_argument(&["build", "compile", "bundle", "generate", "tsc"])
            || command.is_any(&["tsc", "webpack"]);
        (is_build || (is_tool && !is_clean) || effects.unknown).then_some(User { name, line, is_build })
    })
}

/// Whether the container starts `node` itself, and no script of the project.
fn starts_node(cx: &Checker<'_>) -> bool {
    let last = cx.file.instructions().rfind(|one| matches!(one.kind, Kind::Cmd | Kind::Entrypoint));
    last.is_some_and(|last| {
        let mut words = last
            .rest
            .text
            .split(|c: char| c.is_whitespace() || matches!(c, '"' | '[' | ','))
            .filter(|word| !word.is_empty());
        words.next() == Some("node")
    })
}
