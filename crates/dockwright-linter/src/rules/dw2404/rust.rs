//! Programs that Cargo builds with their symbols.

use super::{is_in_image, stage_strips_programs};
use crate::diagnostic::{Applicability, Edit, Fix, ProblemCost};
use crate::optimize::context::ContextFiles;
use crate::optimize::{LocatedCommand, StepOutline, join_path, pattern_covers};
use crate::rule::RuleChecker;
use crate::rules::fixes::run_edit::NOT_PLAIN;
use crate::semantic::paths::base_name;
use crate::semantic::scope::VariableBinding;
use crate::shell::{CommandPlace, ShellCommand};

/// The variable that sets `strip` for the release profile.
const STRIP: &str = "CARGO_PROFILE_RELEASE_STRIP";

/// Reports release builds whose profile, as far as the context shows, does not set `strip`.
pub(super) fn check(cx: &mut RuleChecker<'_>, outline: &StepOutline<'_, '_>) {
    let Some(files) = cx.context else { return };
    let steps = &outline.drafts.steps;
    for step in steps.iter().filter(|step| !step.fired) {
        let Some(run) = step.run else { continue };
        let builds = |one: &&LocatedCommand<'_>| is_release_build(one.command);
        let Some(one) = step.commands.iter().find(builds) else { continue };
        let scopes = &cx.semantics.build.scopes;
        let scope = scopes.scope_before(run.outer.span.start);
        let own = |name: &str| {
            let texts = one
                .command
                .assignments
                .iter()
                .map(|span| String::from_utf8_lossy(span.bytes(cx.file.source)));
            texts.into_iter().find(|text| text.starts_with(&format!("{name}="))).map(|text| text.to_string())
        };
        let is_set = |name: &str| scopes.get(scope, name).is_some() || own(name).is_some();
        let may_strip_by = |binding: &VariableBinding<'_>| {
            binding.value.as_deref().is_none_or(|flags| flags.contains("strip"))
        };
        let has_flag = match own("RUSTFLAGS") {
            Some(text) => text.contains("strip") || text.contains('$'),
            None => scopes.get(scope, "RUSTFLAGS").is_some_and(may_strip_by),
        };
        if has_flag
            || is_set(STRIP)
            || stage_strips_programs(cx, step.stage)
            || one.command.has_argument(&["--config"])
            || profile_may_strip(files)
            || !is_in_image(outline, step.stage, || output_directory(outline, step.stage, one))
        {
            continue;
        }
        let at = one.command.name_span();
        let is_plain = run.is_shell_form()
            && one.command.place != CommandPlace::Quoted
            && at.bytes(cx.file.source) == b"cargo";
        let found = cx
            .report(run.outer, at, "`cargo build` leaves symbols in the program")
            .help("set `strip = true` under `[profile.release]` in `Cargo.toml`")
            .set_cost(ProblemCost::UnknownSize { usual_megabytes: 4 });
        if is_plain {
            let edit = Edit::insert(at.start, format!("{STRIP}=true "));
            found.fix(
                Fix::new(Applicability::Suggestion, format!("set `{STRIP}`"), [edit])
                    .with_risk("a debugger or a profiler may need them"),
            );
        } else {
            found.add_reason_not_fixed(NOT_PLAIN);
        }
    }
}

/// Whether the command is `cargo build --release`, without an option for another profile or for a program outside the
/// project.
fn is_release_build(command: &ShellCommand) -> bool {
    let verb = command.operands().next().map_or("", |word| word.text.as_str());
    command.is("cargo")
        && !command.may_have_options
        && matches!(verb, "build" | "b")
        && command.has_argument(&["--release", "-r"])
        && !command.has_flag("profile")
}

/// Whether a file of the context may set `strip`. True if there is no such file, or if one cannot be read.
fn profile_may_strip(files: &ContextFiles) -> bool {
    let is_settings = |path: &str| {
        base_name(path) == "Cargo.toml"
            || path.ends_with(".cargo/config.toml")
            || path.ends_with(".cargo/config")
    };
    let mut settings = files.all.iter().filter(|file| is_settings(&file.path)).peekable();
    let sets = |text: &str| {
        text.lines().any(|line| line.trim_start().starts_with("strip") || line.contains("strip="))
    };
    settings.peek().is_none() || settings.any(|file| files.text(&file.path).is_none_or(|text| sets(&text)))
}

/// The directory with the program: `target`, or where a later command of the stage copies it.
fn output_directory(outline: &StepOutline<'_, '_>, stage: usize, one: &LocatedCommand<'_>) -> Option<String> {
    let named = one.command.arguments().iter().position(|word| word.text == "--target-dir");
    let named = named.and_then(|at| one.command.arguments().get(at + 1));
    let target = join_path(one.directory.as_deref(), named.map_or("target", |word| word.text.as_str()))?;
    let in_chain = |other: usize| outline.graph.stage_and_ancestors(stage).any(|own| own == other);
    let mut commands =
        outline.drafts.steps.iter().filter(|step| in_chain(step.stage)).flat_map(|step| &step.commands);
    let moved = commands.find_map(|later| {
        let copies = later.command.is_any(&["cp", "mv", "install"])
            && later.absolute_paths(&later.effects.reads).iter().any(|path| pattern_covers(&target, path));
        copies.then(|| later.absolute_paths(&later.effects.writes).into_iter().next()).flatten()
    });
    Some(moved.unwrap_or(target))
}
