//! DW2406: the whole directory of a build in the image.

use crate::diagnostic::{ProblemCost, Severity};
use crate::optimize::facts::{CopiedOrigin, StepDraft};
use crate::optimize::{LocatedCommand, StepOutline, pattern_covers};
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::effects::Verb;
use crate::semantic::managers;
use crate::semantic::paths::base_name;
use crate::syntax::{Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW2406",
    name: "build-directory-copied",
    severity: Severity::Info,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2406.md"),
    ..Rule::OPTIMIZER
};

/// Managers whose builds create a program that needs no sources to run.
const COMPILERS: [&str; 5] = ["cargo", "go", "maven", "gradle", "dotnet"];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    let copies = outline.drafts.steps.iter().filter(|step| {
        step.instruction.kind == Kind::Copy && outline.graph.is_stage_in_image(step.stage) && !step.fired
    });
    for copy in copies {
        for taken in copy.key.taken.iter().filter(|taken| !taken.mount) {
            let CopiedOrigin::Stage(stage) = taken.origin else { continue };
            // The image may be a build environment.
            if outline.graph.is_stage_in_image(stage) {
                continue;
            }
            if let Some((path, help)) =
                taken.paths.iter().find_map(|path| directory_in_base_image(outline, path))
            {
                let message =
                    format!("{} is also in the base image, so it is stored twice", quote_excerpt(&path));
                cx.report(copy.instruction, copy.instruction.rest.span, message)
                    .help(help)
                    .set_cost(ProblemCost::UnknownSize { usual_megabytes: 40 });
                continue;
            }
            let whole = taken.paths.iter().find_map(|path| {
                let path = format!("/{}", path.trim_matches('/'));
                let output = tool_writing_to(outline, stage, &path);
                let with = if output.is_some() { "" } else { " the sources and" };
                Some((build_tool_of_directory(cx, outline, stage, &path).or(output)?, with, path))
            });
            let Some((tool, with, path)) = whole else { continue };
            let message = format!(
                "{} is copied with{with} everything that `{tool}` leaves there",
                quote_excerpt(&path)
            );
            cx.report(copy.instruction, copy.instruction.rest.span, message)
                .help("copy only the program and the files that it reads")
                .set_cost(ProblemCost::UnknownSize { usual_megabytes: 60 });
        }
    }
}

/// A directory that the official image of a language, on which the image is built, also contains, and what to copy
/// instead.
fn directory_in_base_image(outline: &StepOutline<'_, '_>, path: &str) -> Option<(String, &'static str)> {
    const LANGUAGES: [&str; 5] = ["python", "pypy", "node", "ruby", "php"];
    let image = outline.graph.image(outline.graph.image_root_stage()?)?;
    let name = base_name(image).split([':', '@']).next().unwrap_or_default();
    let path = format!("/{}", path.trim_matches('/'));
    let is_version =
        |rest: &str| rest.starts_with('3') && rest.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_library = name == "python" && path.strip_prefix("/usr/local/lib/python").is_some_and(is_version);
    let is_whole = matches!(path.as_str(), "/usr" | "/usr/local" | "/usr/local/lib");
    let help = match name {
        "python" => {
            "install the packages in a virtual environment or with `pip install --prefix`, and copy that"
        }
        _ => "copy only what the stage has added",
    };
    (LANGUAGES.contains(&name) && (is_library || is_whole)).then_some((path, help))
}

/// The tool that writes its results to this directory of a stage: the program, and also object files, classes and reports.
fn tool_writing_to(outline: &StepOutline<'_, '_>, stage: usize, path: &str) -> Option<&'static str> {
    const OUTPUTS: [(&str, &str); 3] = [("maven", "/target"), ("gradle", "/build"), ("cargo", "/target")];
    let steps = outline
        .drafts
        .steps
        .iter()
        .filter(|step| outline.graph.stage_and_ancestors(stage).any(|one| one == step.stage));
    steps.flat_map(|step| &step.commands).find_map(|one| {
        let manager = one.manager().filter(|manager| COMPILERS.contains(&manager.name))?;
        let (_, output) = OUTPUTS.iter().find(|(name, _)| *name == manager.name)?;
        let directory = one.directory.as_deref()?.trim_end_matches('/');
        (path == format!("{directory}{output}")).then_some(manager.name)
    })
}

/// The tool that compiles in this directory of a stage, or below it, if the sources are copied there from the build
/// context.
fn build_tool_of_directory(
    cx: &RuleChecker<'_>,
    outline: &StepOutline<'_, '_>,
    stage: usize,
    path: &str,
) -> Option<&'static str> {
    let chain: Vec<usize> = cx.semantics.stage_chain(stage).map(|stage| stage.index).collect();
    let steps = || outline.drafts.steps.iter().filter(|step| chain.contains(&step.stage));
    let is_source = |step: &&StepDraft<'_, '_>| {
        let to = step.destination.as_deref().map(|to| to.trim_end_matches('/'));
        let is_whole = step.key.reads.iter().any(|read| {
            read.known && !read.is_glob() && !crate::optimize::facts::is_manifest_source(&read.pattern)
        });
        matches!(step.instruction.kind, Kind::Copy | Kind::Add)
            && is_whole
            && to.is_some_and(|to| pattern_covers(path, to))
    };
    steps().find(is_source)?;
    let build = |one: &LocatedCommand<'_>| -> Option<&'static str> {
        if !pattern_covers(path, one.directory.as_deref()?) {
            return None;
        }
        if let Some(call) = one.effects.packages.as_ref() {
            let is_compiler = COMPILERS.contains(&call.manager) && call.verb == Verb::Build;
            return is_compiler.then_some(call.manager);
        }
        // Project scripts that download the tool.
        let wrapper = base_name(one.command.name.as_deref()?);
        managers::manager_of_wrapper(wrapper).map(|manager| manager.name)
    };
    let found = steps().flat_map(|step| &step.commands).find_map(build)?;
    // After a deletion, the directory is no longer complete.
    let deletes = steps().flat_map(|step| &step.commands).any(|one| {
        one.command.is("find") && one.command.has_argument(&["-delete"])
            || one.command.is("rm")
                && one.absolute_paths(&one.effects.deletes).iter().any(|gone| pattern_covers(path, gone))
    });
    let manager = managers::find_manager(found)?;
    (!deletes).then_some(manager.name)
}
