//! [`ShippedToolchain`]: a toolchain that stays in the image although the container only starts the program that was
//! built with it, and a stage without it.

mod front_end;
mod go;
mod go_sources;
mod others;
mod start;

use super::LocatedCommand;
use super::commands::is_shell_text_complete;
use super::context::ContextFiles;
use super::draft::StepDraft;
use super::outline::StepOutline;
use super::toolchain::{Toolchain, find_toolchain};
use super::waste::{has_start_command, starts_tool, uses_build_program};
use crate::semantic::base_image::{FactCertainty, find_base_image};
use crate::semantic::effects::Verb;
use crate::semantic::{Semantics, StageBaseKind};
use crate::shell::CommandPlace;
use crate::syntax::{Instruction, Kind};

pub(super) use start::StartCommand;

/// A toolchain in the image.
#[derive(Debug)]
pub struct ShippedToolchain<'a> {
    /// The `FROM` that names the image.
    pub from: &'a Instruction<'a>,
    /// The last `RUN` that builds with the tools.
    pub built: Option<&'a Instruction<'a>>,
    /// "the Go toolchain".
    pub what: &'static str,
    /// The image that contains it.
    pub image: String,
    /// The image that is enough to run the result.
    pub runtime: Option<String>,
    /// How much smaller that image is; an estimate.
    pub saves: Option<u64>,
    /// A sufficient stage, or the reason why none is known.
    pub plan: Result<RuntimeStagePlan, String>,
}

/// A stage that contains the program that the container starts, and no toolchain.
#[derive(Debug)]
pub struct RuntimeStagePlan {
    /// The image that it is built on.
    pub runtime: String,
    /// The paths that are copied from the build, and their destinations.
    pub copies: Vec<(String, String)>,
    /// Whether the image itself starts the server of the files, so the file's own start command is dropped.
    pub starts_itself: bool,
    /// Whether only the toolchain reads the variable of this name; such variables are dropped.
    pub of_tools: fn(&str) -> bool,
    /// The conditions that are met.
    pub proof: Vec<String>,
    /// The facts that are unknown.
    pub missing: Vec<String>,
}

/// The data for recognizing an artifact.
struct ArtifactContext<'f, 's, 'a> {
    semantics: &'f Semantics<'a>,
    steps: Vec<&'f StepDraft<'s, 'a>>,
    files: Option<&'f ContextFiles>,
    start: StartCommand<'a>,
    /// The directory that the container starts in.
    workdir: String,
    /// The image with its tag.
    image: &'f str,
}

impl ArtifactContext<'_, '_, '_> {
    fn line(&self, draft: &StepDraft<'_, '_>) -> u32 {
        self.semantics.line(draft.instruction.span.start)
    }

    /// The image of the same release without tools: `debian:bookworm-slim`, `alpine:3.20`. Also returns whether the
    /// same tag may be another release in a later build.
    fn runtime_image(&self) -> Result<(String, bool), String> {
        let base = self.semantics.base_image(0).filter(|base| base.certain);
        let base = base.ok_or("the base image is unknown")?.image;
        let release = base.release.as_deref().filter(|_| base.certainty != FactCertainty::Family);
        let release = release.ok_or_else(|| {
            let image = self.image;
            format!(
                "the Debian release of `{image}` is unknown; name it in the tag, as in `{image}-bookworm`"
            )
        })?;
        let reference = match base.facts.distro.as_deref() {
            Some("debian") => format!("debian:{release}-slim"),
            Some("alpine") => format!("alpine:{release}"),
            _ => return Err("no small image of the distribution is known".to_string()),
        };
        let exists = find_base_image(&reference).is_some_and(|image| image.certainty == FactCertainty::Exact);
        let moves = base.facts.moving && !self.image.contains(release);
        if exists { Ok((reference, moves)) } else { Err(format!("the image `{reference}` is unknown")) }
    }

    /// The absolute path of a program, as the container resolves it.
    fn resolve_program(&self, program: &str, directories: &[&str], made: &[String]) -> Option<String> {
        if program.contains('/') {
            return super::inputs::join_path(Some(&self.workdir), program);
        }
        let mut paths = directories.iter().map(|directory| format!("{directory}/{program}"));
        paths.find(|path| made.contains(path))
    }

    /// Commands that certainly run, in order.
    fn certain_commands<'l>(&'l self) -> impl Iterator<Item = (&'l StepDraft<'l, 'l>, &'l LocatedCommand<'l>)>
    where
        Self: 'l,
    {
        self.steps.iter().flat_map(|draft| {
            let top = draft.commands.iter().filter(|one| one.command.place == CommandPlace::Top);
            top.map(move |one| (*draft as &StepDraft<'_, '_>, one))
        })
    }
}

/// The toolchain that stays in the image unnecessarily, if there is one. `files` is the build context, if it is known.
pub fn find_shipped_toolchain<'a>(
    outline: &StepOutline<'_, 'a>,
    files: Option<&ContextFiles>,
) -> Option<ShippedToolchain<'a>> {
    let StepOutline { semantics, drafts, graph } = outline;
    let root = semantics.build.stages.first()?;
    if semantics.build.stages.len() == 1 && root.base != StageBaseKind::Image {
        return None;
    }
    let image = graph.image(graph.image_root_stage()?)?;
    let found = find_toolchain(image).or_else(|| front_end::front_end_tools(semantics, image))?;
    let is_needed = outline.is_for_development() || starts_tool(semantics, found.programs);
    if is_needed || !has_start_command(semantics, graph) {
        return None;
    }
    let Toolchain { what, programs, .. } = found;
    let saves = found.saved_bytes(image);
    let steps: Vec<&StepDraft<'_, 'a>> =
        drafts.steps.iter().filter(|draft| graph.is_stage_in_image(draft.stage)).collect();
    let built =
        steps.iter().rfind(|draft| draft.commands.iter().any(|one| uses_build_program(programs, one)));
    let built = built.map(|draft| draft.instruction);
    let from = semantics.stages.get(graph.image_root_stage()?)?.from;
    // A stage that builds nothing itself only needs what it copies.
    if built.is_none() && !certainly_compiles_nothing(&steps) {
        return None;
    }
    let image = image.to_string();
    let plan = match built {
        Some(_) => plan_runtime_stage(semantics, steps, files, what, &image),
        None => Err("the program may need more than the runtime".to_string()),
    };
    Some(ShippedToolchain { from, built, what, image, runtime: found.runtime, saves, plan })
}

/// Whether all commands are known, and none may compile.
fn certainly_compiles_nothing(steps: &[&StepDraft<'_, '_>]) -> bool {
    let may_build = |one: &LocatedCommand<'_>| {
        one.effects.unknown || one.effects.packages.as_ref().is_some_and(|call| call.verb == Verb::Build)
    };
    steps.iter().all(|draft| is_shell_text_complete(draft) && !draft.commands.iter().any(may_build))
}

fn plan_runtime_stage<'f, 'a>(
    semantics: &'f Semantics<'a>,
    steps: Vec<&'f StepDraft<'_, 'a>>,
    files: Option<&'f ContextFiles>,
    what: &str,
    image: &'f str,
) -> Result<RuntimeStagePlan, String> {
    if semantics.build.stages.len() > 1 {
        return Err("the file already has several stages".to_string());
    }
    if !semantics.build.stages.first().is_some_and(|stage| stage.image.certain) {
        return Err("a variable selects the base image".to_string());
    }
    let has = |kind: Kind| steps.iter().any(|draft| draft.instruction.kind == kind);
    if steps.iter().any(|draft| draft.fired) || has(Kind::Onbuild) {
        return Err("`ONBUILD` runs in other builds".to_string());
    }
    if has(Kind::Shell) {
        return Err("`SHELL` affects how the container starts".to_string());
    }
    let start = start::start_command(semantics)?;
    let workdir = steps.last().and_then(|last| match last.instruction.kind {
        Kind::Workdir => last.destination.clone(),
        _ => last.state.workdir.clone(),
    });
    let workdir = workdir.ok_or("the working directory of the container is unknown")?;
    let site = ArtifactContext { semantics, steps, files, start, workdir, image };
    match what {
        "the Go toolchain" => go::plan_go(&site),
        "the Rust toolchain" => others::plan_rust(&site),
        "Maven and a JDK" | "Gradle and a JDK" => others::plan_jar(&site),
        front_end::CONTENT => front_end::plan_front_end(&site),
        "the .NET SDK" => others::plan_dotnet(&site),
        "the GNU compilers" => others::plan_c_program(&site),
        _ => Err("no suitable runtime image is known".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::context;
    use crate::semantic::View;
    use crate::syntax;

    /// The base of the new stage and what is unknown, or the reason why there is no such stage.
    fn planned(text: &str, files: &[(&str, &str)]) -> Option<Result<(String, Vec<String>), String>> {
        let directory = tempfile::tempdir().expect("a directory");
        for (path, content) in files {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            std::fs::write(path, content).expect("a file");
        }
        let shown = directory.path().to_string_lossy().into_owned();
        let read = context::read_context(directory.path(), &shown, None).expect("a context");
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let shipped = find_shipped_toolchain(
            &StepOutline::new(&semantics, None).ok()?,
            (!files.is_empty()).then_some(&read),
        )?;
        Some(shipped.plan.map(|plan| (plan.runtime, plan.missing)))
    }

    const MAIN: &str =
        "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n";
    const MODULE: &str = "module example.com/api\n\ngo 1.22\n";

    #[test]
    fn proves_go_programs_by_sources() {
        let built = |how: &str| {
            format!("FROM golang:1.22-bookworm\nWORKDIR /src\nCOPY . .\nRUN {how}\nCMD [\"/bin/api\"]\n")
        };
        let plain = built("go build -o /bin/api .");
        let alone = built("CGO_ENABLED=0 go build -o /bin/api .");
        let sources = [("main.go", MAIN), ("go.mod", MODULE), ("README.md", "x")];
        let with = |path, content| [("main.go", MAIN), ("go.mod", MODULE), (path, content)];
        let slim = "debian:bookworm-slim";
        for (text, files, runtime, missing) in [
            (&plain, &sources[..], slim, ""),
            (&alone, &sources[..], "scratch", ""),
            (&plain, &[], slim, "the program may read files that line 3 copies"),
            (&plain, &with("index.html", "x")[..], slim, "the program may read `index.html`"),
            (&plain, &with("b.go", "import \"os/exec\"")[..], slim, "`b.go` uses `os/exec`"),
            (&plain, &with("b.go", "import \"C\"")[..], slim, "`b.go` uses `C`"),
            (&alone, &with("b.go", "os.CreateTemp(\"\", \"\")")[..], slim, ""),
            (
                &plain,
                &with("go.mod", "module a\nrequire example.com/x v1.0.0\n")[1..],
                slim,
                "the module `example.com/x` may start",
            ),
            (
                &built("apt-get update && apt-get install -y git && go build -o /bin/api ."),
                &sources[..],
                slim,
                "what `apt-get`",
            ),
            (&built("go build -o /bin/api . && ./finish"), &sources[..], slim, "what `./finish`"),
            (
                &built("go build -o /bin/api . && mv /bin/api /bin/b"),
                &sources[..],
                slim,
                "`mv` on line 4 may change the program",
            ),
            (
                &built("CGO_ENABLED=0 go install ./cmd/api").replace("/bin/api\"", "api\""),
                &sources[..],
                "scratch",
                "",
            ),
            (&plain.replace("1.22-bookworm", "1.22-alpine3.20"), &sources[..], "alpine:3.20", ""),
        ] {
            let (found, unknown) = planned(text, files).expect("a toolchain").expect("a plan");
            assert_eq!(found, runtime, "{text}");
            let unknown = unknown.first().cloned().unwrap_or_default();
            assert!(unknown.contains(missing) && unknown.is_empty() == missing.is_empty(), "{text}{unknown}");
        }
    }

    #[test]
    fn adds_no_stage_without_proof() {
        for (text, reason) in [
            ("FROM golang:1.22\nRUN go build -o /bin/a .\nCMD [\"/bin/b\"]\n", "no `go build`"),
            ("FROM golang:1.22\nRUN go build -o /bin/a .\nCMD [\"sh\", \"-c\", \"a\"]\n", "a shell"),
            ("FROM golang:1.22\nRUN go build -o /bin/a .\nCMD /bin/a && true\n", "more than one command"),
            ("FROM golang:1.22\nRUN go build -o $OUT .\nCMD [\"/bin/a\"]\n", "no `go build`"),
            (
                "FROM golang:1.22\nRUN go build -buildmode=plugin -o /bin/a .\nCMD [\"/bin/a\"]\n",
                "no `go build`",
            ),
            (
                "FROM golang:1.22\nSHELL [\"/bin/bash\", \"-c\"]\nRUN go build -o /bin/a .\nCMD [\"/bin/a\"]\n",
                "`SHELL`",
            ),
            ("ARG V=1.22\nFROM golang:$V\nRUN go build -o /bin/a .\nCMD [\"/bin/a\"]\n", "a variable"),
            (
                "FROM maven:3-eclipse-temurin-21\nRUN mvn package\nCMD [\"java\", \"-jar\", \"/opt/a.jar\"]\n",
                "no `build`",
            ),
            ("FROM rust:1.82\nRUN cargo build --release\nENTRYPOINT [\"/usr/bin/a\"]\n", "no `cargo build`"),
        ] {
            let found = planned(text, &[]).expect("a toolchain");
            assert!(found.as_ref().is_err_and(|found| found.contains(reason)), "{text}{found:?}");
        }
        for text in [
            "FROM golang:1.22\nRUN go build -o /bin/a .\nCMD [\"go\", \"run\", \".\"]\n",
            "FROM golang:1.22\nRUN go build -o /bin/a .\n",
            "FROM golang:1.22 AS b\nRUN go build -o /bin/a .\nFROM scratch\nCOPY --from=b /bin/a /a\nCMD [\"/a\"]\n",
            "FROM debian:12\nRUN go build -o /bin/a .\nCMD [\"/bin/a\"]\n",
        ] {
            assert!(planned(text, &[]).is_none(), "{text}");
        }
    }
}
