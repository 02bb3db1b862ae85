//! [`Shipped`]: a toolchain that stays in the image although the container starts only what was built with it, and the stage
//! that would do instead.

mod front_end;
mod go;
mod go_sources;
mod others;
mod start;

use super::commands::is_complete;
use super::context::Files;
use super::draft::Draft;
use super::outline::Outline;
use super::toolchain::{Toolchain, toolchain};
use super::waste::{builds_with, runs_tool, starts_something};
use super::{Located, located};
use crate::semantic::base_image::{Certainty, lookup};
use crate::semantic::effects::Verb;
use crate::semantic::{Base, Semantics};
use crate::shell::Place;
use crate::syntax::{Instruction, Kind};

pub use start::Start;

/// A toolchain in the image.
#[derive(Debug)]
pub struct Shipped<'a> {
    /// The `RUN` that builds, or the `FROM` of the image if nothing in its stage does.
    pub at: &'a Instruction<'a>,
    /// "the Go toolchain".
    pub what: &'static str,
    /// The image that contains it.
    pub image: String,
    /// The image that is enough to run the result.
    pub runtime: Option<String>,
    /// How much smaller that is; an estimate.
    pub saves: Option<u64>,
    /// The stage that would do, or why none is known.
    pub plan: Result<Plan, String>,
}

/// A stage that has what the container starts, and no tool chain.
#[derive(Debug)]
pub struct Plan {
    /// The image that it is built on.
    pub runtime: String,
    /// What is copied from the build, and to where.
    pub copies: Vec<(String, String)>,
    /// The image starts by itself what serves the files: what the file says of that goes.
    pub starts_itself: bool,
    /// Variables that only the tool chain reads: they stay behind.
    pub of_tools: fn(&str) -> bool,
    /// What met the conditions.
    pub proof: Vec<String>,
    /// What is not known.
    pub missing: Vec<String>,
}

/// What a recogniser sees.
struct Site<'f, 's, 'a> {
    semantics: &'f Semantics<'a>,
    steps: Vec<&'f Draft<'s, 'a>>,
    /// The commands of each step that is a RUN.
    commands: Vec<(&'f Draft<'s, 'a>, Vec<Located<'s>>)>,
    files: Option<&'f Files>,
    start: Start<'a>,
    /// The folder that the container starts in.
    workdir: String,
    /// The image with its tag.
    image: &'f str,
}

impl Site<'_, '_, '_> {
    fn line(&self, draft: &Draft<'_, '_>) -> u32 {
        self.semantics.line(draft.instruction.span.start)
    }

    /// The image of the same release without tools: `debian:bookworm-slim`, `alpine:3.20`. And whether a later
    /// build on the same tag finds another release.
    fn runtime(&self) -> Result<(String, bool), String> {
        let base = self.semantics.base_image(0).filter(|base| base.certain);
        let base = base.ok_or("its base image is not known")?.image;
        let release = base.release.as_deref().filter(|_| base.certainty != Certainty::Family);
        let release = release.ok_or_else(|| {
            let image = self.image;
            format!(
                "the Debian release of `{image}` is unknown; name it in the tag, as in `{image}-bookworm`"
            )
        })?;
        let reference = match base.facts.distro.as_deref() {
            Some("debian") => format!("debian:{release}-slim"),
            Some("alpine") => format!("alpine:{release}"),
            _ => return Err("no small image of its distribution is known".to_string()),
        };
        let exists = lookup(&reference).is_some_and(|image| image.certainty == Certainty::Exact);
        let moves = base.facts.moving && !self.image.contains(release);
        if exists { Ok((reference, moves)) } else { Err(format!("`{reference}` is not known")) }
    }

    /// The absolute path of a program, as the container would find it.
    fn resolve(&self, program: &str, folders: &[&str], made: &[String]) -> Option<String> {
        if program.contains('/') {
            return super::inputs::join(Some(&self.workdir), program);
        }
        let mut paths = folders.iter().map(|folder| format!("{folder}/{program}"));
        paths.find(|path| made.contains(path))
    }

    /// Commands that run with certainty, one after the other.
    fn top<'l>(&'l self) -> impl Iterator<Item = (&'l Draft<'l, 'l>, &'l Located<'l>)>
    where
        Self: 'l,
    {
        self.commands.iter().flat_map(|(draft, commands)| {
            let top = commands.iter().filter(|one| one.command.place == Place::Top);
            top.map(move |one| (*draft as &Draft<'_, '_>, one))
        })
    }
}

/// The toolchain that stays in the image unnecessarily, if there is one. `files` is the build context, where it is known.
pub fn shipped_tools<'a>(outline: &Outline<'_, 'a>, files: Option<&Files>) -> Option<Shipped<'a>> {
    let Outline { semantics, drafts, graph } = outline;
    let root = semantics.build.stages.first()?;
    if semantics.build.stages.len() == 1 && root.base != Base::Image {
        return None;
    }
    let image = graph.image(graph.root()?)?;
    let found = toolchain(image).or_else(|| front_end::tools(semantics, image))?;
    if !starts_something(semantics, graph) || runs_tool(semantics, found.programs) {
        return None;
    }
    let Toolchain { what, programs, .. } = found;
    let saves = found.saves(image);
    let source = semantics.file.source;
    let steps: Vec<&Draft<'_, 'a>> =
        drafts.steps.iter().filter(|draft| graph.is_shipped(draft.stage)).collect();
    let commands: Vec<_> = steps.iter().map(|draft| (*draft, located(draft, source))).collect();
    let built =
        commands.iter().rev().find(|(_, commands)| commands.iter().any(|one| builds_with(programs, one)));
    let built = built.map(|(draft, _)| draft.instruction);
    // A stage that builds nothing itself only needs what it copies.
    let at = built.or_else(|| base_of(semantics, &commands, graph.root()?))?;
    let image = image.to_string();
    let plan = match built {
        Some(_) => plan(semantics, steps, commands, files, what, &image),
        None => Err("the program may need more than the runtime".to_string()),
    };
    Some(Shipped { at, what, image, runtime: found.runtime, saves, plan })
}

/// The `FROM` of a stage in which nothing is built: all its commands are known, and none may compile.
fn base_of<'a>(
    semantics: &Semantics<'a>,
    commands: &[(&Draft<'_, 'a>, Vec<Located<'_>>)],
    root: usize,
) -> Option<&'a Instruction<'a>> {
    let all = || commands.iter().flat_map(|(_, commands)| commands);
    let may_build = |one: &Located<'_>| {
        one.effects.unknown || one.effects.packages.as_ref().is_some_and(|call| call.verb == Verb::Build)
    };
    let is_complete = commands.iter().all(|(draft, _)| is_complete(draft));
    (is_complete && !all().any(may_build))
        .then(|| semantics.stages.get(root).map(|stage| stage.from))
        .flatten()
}

fn plan<'f, 's, 'a>(
    semantics: &'f Semantics<'a>,
    steps: Vec<&'f Draft<'s, 'a>>,
    commands: Vec<(&'f Draft<'s, 'a>, Vec<Located<'s>>)>,
    files: Option<&'f Files>,
    what: &str,
    image: &'f str,
) -> Result<Plan, String> {
    if semantics.build.stages.len() > 1 {
        return Err("the file has several stages already".to_string());
    }
    if !semantics.build.stages.first().is_some_and(|stage| stage.image.certain) {
        return Err("a variable says which image it is built on".to_string());
    }
    let has = |kind: Kind| steps.iter().any(|draft| draft.instruction.kind == kind);
    if steps.iter().any(|draft| draft.fired) || has(Kind::Onbuild) {
        return Err("ONBUILD runs in builds that are not seen here".to_string());
    }
    if has(Kind::Shell) {
        return Err("`SHELL` says how the container starts".to_string());
    }
    let start = start::start(semantics)?;
    let workdir = steps.last().and_then(|last| match last.instruction.kind {
        Kind::Workdir => last.destination.clone(),
        _ => last.state.workdir.clone(),
    });
    let workdir = workdir.ok_or("the directory that the container starts in is not known")?;
    let site = Site { semantics, steps, commands, files, start, workdir, image };
    match what {
        "the Go toolchain" => go::plan(&site),
        "the Rust toolchain" => others::rust(&site),
        "Maven and a JDK" | "Gradle and a JDK" => others::jar(&site),
        front_end::WHAT => front_end::plan(&site),
        "the .NET SDK" => others::dotnet(&site),
        "the GNU compilers" => others::c(&site),
        _ => Err("no image is known that runs what it builds".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::context;
    use crate::semantic::View;
    use crate::syntax;

    /// The base of the new stage and what is not known, or why there is no such stage.
    fn planned(text: &str, files: &[(&str, &str)]) -> Option<Result<(String, Vec<String>), String>> {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, content) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, content).expect("a file");
        }
        let shown = folder.path().to_string_lossy().into_owned();
        let read = context::read(folder.path(), &shown, None).expect("a context");
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let shipped =
            shipped_tools(&Outline::new(&semantics, None).ok()?, (!files.is_empty()).then_some(&read))?;
        Some(shipped.plan.map(|plan| (plan.runtime, plan.missing)))
    }

    const MAIN: &str =
        "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n";
    const MODULE: &str = "module example.com/api\n\ngo 1.22\n";

    #[test]
    fn programs_in_go_are_proved_by_their_sources() {
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
            (&plain, &[], slim, "whether it reads files that line 3 copies"),
            (&plain, &with("index.html", "x")[..], slim, "whether it reads `index.html`"),
            (&plain, &with("b.go", "import \"os/exec\"")[..], slim, "what `b.go` does with `os/exec`"),
            (&plain, &with("b.go", "import \"C\"")[..], slim, "what `b.go` does with `C`"),
            (&alone, &with("b.go", "os.CreateTemp(\"\", \"\")")[..], slim, ""),
            (
                &plain,
                &with("go.mod", "module a\nrequire example.com/x v1.0.0\n")[1..],
                slim,
                "whether the module",
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
                "what `mv` on line 4 does to it",
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
    fn what_is_not_proved_has_no_stage() {
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
