//! DW5018: a user other than root creates a file in a directory that belongs to root.

use crate::optimize::facts::{ImagePathState, ImagePaths, LocatedCommand, StepDraft};
use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::rules::build_commands::{decisive_commands, runs_in_build};
use crate::rules::dw5012::may_become_root;
use crate::semantic::base_image::StageUser;
use crate::semantic::effects::{PathSet, Verb, redirected_file};
use crate::source::Span;
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW5018",
    name: "unwritable-directory",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5018.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

/// Commands that fail if they cannot create their output files.
const CREATES: [&str; 8] = ["cp", "curl", "git", "ln", "mkdir", "mv", "tee", "touch"];

fn check(cx: &mut RuleChecker<'_>) {
    let (Some(absence), Some(outline)) = (cx.program_absence(), cx.outline()) else { return };
    let paths = ImagePaths::new(outline, cx.context);
    let granted = cx.semantics.runs.iter().find(|run| may_become_root(run)).map(|run| run.outer.span.start);
    for (step, run) in runs_in_build(cx) {
        let start = run.outer.span.start;
        let StageUser::Other(user) = cx.semantics.user_at(step.stage, start) else { continue };
        let name = user.split(':').next().unwrap_or_default();
        let may_be_root = name.is_empty() || name.contains('$') || name.chars().all(|c| c == '0');
        if may_be_root || granted.is_some_and(|granted| granted <= start) {
            continue;
        }
        let mut commands =
            decisive_commands(absence, step).filter(|(_, one)| one.command.wrappers.is_empty());
        let found = commands.find_map(|(before, one)| {
            Some((find_unwritable_directory(cx, &paths, step, before, one)?, one.command.span))
        });
        let Some((directory, span)) = found else { continue };
        let message = format!(
            "user {} cannot create files in {}, which belongs to root",
            quote_excerpt(name),
            quote_excerpt(&directory)
        );
        cx.report(run.outer, span, message)
            .help("run it before `USER`, or give the directory to the user (`chown`, or `COPY --chown`)");
        return;
    }
}

/// The directory of root in which the command has to create a file.
fn find_unwritable_directory(
    cx: &RuleChecker<'_>,
    paths: &ImagePaths<'_, '_, '_>,
    step: &StepDraft<'_, '_>,
    before: &[LocatedCommand<'_>],
    one: &LocatedCommand<'_>,
) -> Option<String> {
    let command = one.command;
    let name = command.name.as_deref()?;
    if command.may_have_options || command.words.iter().any(|word| !word.literal) {
        return None;
    }
    if let Some(call) = &one.effects.packages {
        let directory = one.directory.as_deref()?;
        let is_local = matches!(call.manager, "npm" | "yarn")
            && call.verb == Verb::Install
            && !["g", "global", "prefix", "location", "C", "cwd", "help", "dry-run"]
                .iter()
                .any(|flag| command.has_flag(flag))
            && command.has_argument(&["install", "i", "ci"]);
        let modules = crate::optimize::join_path(Some(directory), "node_modules")?;
        let is_new = || paths.state_before(step, before, &modules) == ImagePathState::Absent;
        return (is_local && paths.is_owned_by_root(step, before, directory) && is_new())
            .then(|| directory.to_string());
    }
    let redirected = command.redirections.iter().find_map(|span: &Span| {
        let target = redirected_file(&String::from_utf8_lossy(span.bytes(cx.file.source)))?;
        (!target.contains(['$', '*', '?', '`', '('])).then_some(target)
    });
    let by_redirection = redirected.and_then(|target| {
        let path = crate::optimize::join_path(one.directory.as_deref(), &target)?;
        find_root_owned_parent(paths, step, before, &path)
    });
    if by_redirection.is_some() || !CREATES.contains(&name) {
        return by_redirection;
    }
    let known = &one.effects.writes;
    let PathSet::Known(written) = known else { return None };
    let absolute = one.absolute_paths(known);
    let is_plain =
        absolute.len() == written.len() && !absolute.iter().any(|path| path.contains(['*', '?', '[']));
    // With this option, an existing directory is not an error.
    let creates_parents = name == "mkdir" && (command.has_flag("p") || command.has_flag("parents"));
    absolute.iter().filter(|_| is_plain).find_map(|path| {
        let is_into_directory =
            matches!(name, "cp" | "mv" | "ln" | "curl" | "git") && paths.is_owned_by_root(step, before, path);
        if is_into_directory && name != "curl" && name != "git" {
            return Some(path.clone());
        }
        let must_be_new = creates_parents || matches!(name, "git" | "curl");
        if must_be_new && paths.state_before(step, before, path) != ImagePathState::Absent {
            return None;
        }
        find_root_owned_parent(paths, step, before, path)
    })
}

/// The nearest directory above a path that exists, if it certainly belongs to root.
fn find_root_owned_parent(
    paths: &ImagePaths<'_, '_, '_>,
    step: &StepDraft<'_, '_>,
    before: &[LocatedCommand<'_>],
    path: &str,
) -> Option<String> {
    let mut path = path;
    loop {
        let (above, _) = path.rsplit_once('/')?;
        let above = if above.is_empty() { "/" } else { above };
        if paths.is_owned_by_root(step, before, above) {
            return Some(above.to_string());
        }
        if above == "/" || paths.state_before(step, before, above) != ImagePathState::Absent {
            return None;
        }
        path = above;
    }
}
