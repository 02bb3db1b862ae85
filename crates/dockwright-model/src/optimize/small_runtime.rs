//! Smaller images of the same runtime of .NET or Java, for images that install nothing and start one program.

use super::context::ContextFiles;
use super::outline::StepOutline;
use super::slim_base::{ReasonAgainstSlim, SlimBase, SmallerBaseReason};
use super::started_commands::StartedCommands;
use crate::semantic::paths::base_name;
use crate::semantic::{Image, StageBaseKind, View, is_exec_form};
use crate::syntax::{Arguments, Word};

/// The repositories of .NET's runtime images.
const DOTNET: [&str; 3] = ["dotnet/aspnet", "dotnet/runtime", "dotnet/runtime-deps"];
/// The first version of .NET whose images without a shell are supported.
const FIRST_CHISELED: u32 = 8;
/// The first version of Java whose Alpine images exist for ARM, too.
const FIRST_ON_ARM: u32 = 21;

/// The smaller image, if the image needs nothing that the base image has in addition, as far as the file shows.
pub fn find_small_runtime(outline: &StepOutline<'_, '_>, files: Option<&ContextFiles>) -> Option<SlimBase> {
    let semantics = outline.semantics;
    let root = outline.graph.image_root_stage()?;
    let stage = semantics.build.stages.get(root)?;
    let reference: &str = stage.image.result.as_ref().ok()?;
    if stage.base != StageBaseKind::Image || !stage.image.certain {
        return None;
    }
    let word = Word { text: reference.into(), ..Word::default() };
    let image = Image::new(&word, View::Exact);
    let start = ImageStartProgram::from_outline(outline, files)?;
    let tag = image.tag()?;
    let (version, variant) = tag.split_once('-').unwrap_or((tag, ""));
    let major: u32 = version.split(['.', '_']).next()?.parse().ok()?;
    let is_dotnet = image.registry() == Some("mcr.microsoft.com") && DOTNET.contains(&image.name());
    let is_java = base_name(image.name()) == "eclipse-temurin";
    let (small, doubt) = match variant {
        "" | "jammy" | "noble" | "bookworm-slim" | "bullseye-slim" | "buster-slim" if is_dotnet => {
            if major >= FIRST_CHISELED && start.needs_no_shell {
                let release = if major == FIRST_CHISELED { "jammy" } else { "noble" };
                (
                    format!("{version}-{release}-chiseled"),
                    "the image has no shell, culture data or time zones",
                )
            } else if outline.semantics.runs.iter().any(|run| has_platform_option(&run.script.commands)) {
                return None;
            } else {
                (
                    format!("{version}-alpine"),
                    "the image has no culture data, and native libraries must be built for musl",
                )
            }
        }
        "jre" | "jre-focal" | "jre-jammy" | "jre-noble" if is_java && start.program == "java" => {
            let doubt = if major >= FIRST_ON_ARM {
                "native libraries must be built for musl"
            } else {
                "the image is for x86-64 only, and native libraries must be built for musl"
            };
            (format!("{version}-jre-alpine"), doubt)
        }
        _ => return None,
    };
    let without_tag = reference.split('@').next()?.strip_suffix(&format!(":{tag}"))?;
    Some(SlimBase {
        stage: root,
        image: format!("{without_tag}:{small}"),
        doubt: Some(ReasonAgainstSlim::Unknown(doubt.to_string())),
        advice: SmallerBaseReason::SmallerRuntime,
    })
}

/// The program that a container starts, for an image without commands that depend on the distribution.
struct ImageStartProgram {
    program: String,
    needs_no_shell: bool,
}

impl ImageStartProgram {
    /// `None` if a command of the image or its start may need more than the runtime.
    fn from_outline(outline: &StepOutline<'_, '_>, files: Option<&ContextFiles>) -> Option<Self> {
        let start = outline.semantics.start_instructions(outline.graph.target?);
        let program = start.program_instruction()?;
        let started = StartedCommands::find_all_started_programs(outline, files)?;
        let [words] = started.commands.as_slice() else { return None };
        let shipped = || {
            outline
                .drafts
                .steps
                .iter()
                .filter(|step| outline.graph.is_stage_in_image(step.stage) && step.run.is_some())
        };
        let is_portable = |one: &super::commands::LocatedCommand<'_>| {
            one.command.is_any(&["mkdir", "chown", "chmod", "rm", "ln", "mv", "cp", "touch", "echo"])
        };
        let is_simple =
            shipped().all(|step| !step.commands.is_empty() && step.commands.iter().all(is_portable));
        if start.healthcheck.is_some() || !is_simple {
            return None;
        }
        let is_exec = match &program.arguments {
            Arguments::Command(line) => is_exec_form(outline.semantics.file, line, View::Exact),
            _ => false,
        };
        Some(Self {
            program: base_name(words.first()?).to_string(),
            needs_no_shell: shipped().next().is_none() && is_exec,
        })
    }
}

/// Whether a `dotnet` command names the platform: programs for glibc do not run with musl.
fn has_platform_option(commands: &[crate::shell::ShellCommand]) -> bool {
    let mut calls = commands.iter().filter(|command| command.is("dotnet"));
    calls.any(|command| ["r", "runtime", "a", "arch", "os"].iter().any(|flag| command.has_flag(flag)))
}
