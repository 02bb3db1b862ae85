//! .NET programs that contain the runtime, on an image that has it, too.

use super::context::ContextFiles;
use super::outline::StepOutline;
use super::slim_base::{SlimBase, SmallerBaseReason};
use super::started_commands::StartedCommands;
use crate::semantic::paths::base_name;
use crate::semantic::{Image, StageBaseKind, View};
use crate::shell::ShellCommand;
use crate::syntax::Word;

/// Repositories of images with the runtime; the image without it has the same tags.
const WITH_RUNTIME: [&str; 2] = ["dotnet/aspnet", "dotnet/runtime"];

/// The image without the runtime, if every program that the file publishes contains it.
pub fn find_base_without_runtime(
    outline: &StepOutline<'_, '_>,
    files: Option<&ContextFiles>,
) -> Option<SlimBase> {
    let semantics = outline.semantics;
    let root = outline.graph.image_root_stage()?;
    let stage = semantics.build.stages.get(root)?;
    let reference: &str = stage.image.result.as_ref().ok()?;
    if stage.base != StageBaseKind::Image || !stage.image.certain {
        return None;
    }
    let word = Word { text: reference.into(), ..Word::default() };
    let image = Image::new(&word, View::Exact);
    let tag = image.tag().filter(|_| image.digest().is_none())?;
    if image.registry() != Some("mcr.microsoft.com") || !WITH_RUNTIME.contains(&image.name()) {
        return None;
    }
    let commands = semantics.runs.iter().flat_map(|run| &run.script.commands);
    let mut publishes = commands.filter(|command| command.is("dotnet") && command.has_argument(&["publish"]));
    let first = publishes.next()?;
    // A script may start the runtime.
    let starts_runtime = |words: &Vec<String>| {
        words.first().is_some_and(|name| base_name(name) == "dotnet" || base_name(name).contains(".sh"))
    };
    let mut shipped = outline.drafts.steps.iter().filter(|step| outline.graph.is_stage_in_image(step.stage));
    // If a step copies `dotnet`, other programs need the runtime.
    let brings_runtime = shipped.any(|step| {
        step.key.taken.iter().flat_map(|taken| &taken.paths).any(|path| base_name(path) == "dotnet")
    });
    let started = StartedCommands::find_known_started_programs(outline, files).commands;
    if !is_self_contained(first)
        || !publishes.all(is_self_contained)
        || started.iter().any(starts_runtime)
        || brings_runtime
    {
        return None;
    }
    let reference = format!("mcr.microsoft.com/dotnet/runtime-deps:{tag}");
    Some(SlimBase { stage: root, image: reference, doubt: None, advice: SmallerBaseReason::WithoutRuntime })
}

/// Whether the options of `dotnet publish` include the runtime in the result.
fn is_self_contained(command: &ShellCommand) -> bool {
    let words = command.arguments();
    let is_property = |text: &str, name: &str| {
        let text = text.trim_start_matches(['-', '/']).to_ascii_lowercase();
        text.strip_prefix("p:").or_else(|| text.strip_prefix("property:")).is_some_and(|set| set == name)
    };
    words.iter().enumerate().any(|(at, word)| match word.text.as_str() {
        "--self-contained" | "--sc" => words.get(at + 1).is_none_or(|next| next.text != "false"),
        "--self-contained=true" => true,
        text => is_property(text, "selfcontained=true") || is_property(text, "publishaot=true"),
    })
}
