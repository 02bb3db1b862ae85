//! DW4007: a dynamically linked program, copied into an image without its loader.

use crate::optimize::context::ContextFiles;
use crate::rule::{Check, OptimizerScope, Rule, RuleChecker};
use crate::semantic::base_image::{DistributionEvidence, ToolPresence};
use crate::semantic::paths::is_within;
use crate::semantic::{
    CopyFromOrigin, EffectiveWorkdir, ProgramCall, ProgramSyntax, Run, Semantics, Stage, View, programs,
};
use crate::shell::ShellCommand;
use crate::syntax::{Arguments, Instruction, Kind, Source, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW4007",
    name: "dynamic-binary",
    needs_file_only: false,
    in_optimizer: OptimizerScope::No,
    check: Check::Instruction(&[Kind::Copy], check),
    docs: include_str!("../../../../rules/DW4007.md"),
    ..Rule::DOCKWRIGHT
};

static COMPILER: ProgramSyntax = ProgramSyntax {
    names: &["gcc", "g++", "cc", "c++", "clang", "clang++"],
    more_names: &[],
    valued: "o I L l D x include isystem MF MT",
    valued_in_hadolint: "",
    single_dash: true,
    prefixes: &[],
};

/// Maximum size of a source file that is read, in bytes.
const LARGEST: u64 = 1_000_000;

/// Go packages that call the C library.
const CGO: [&str; 5] = ["\"net\"", "\"net/", "\"os/user\"", "import \"C\"", "\"plugin\""];

/// The C library of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Libc {
    None,
    Glibc,
    Musl,
    Other,
}

impl Libc {
    const fn name(self) -> &'static str {
        match self {
            Self::None => "no C library",
            Self::Glibc => "glibc",
            Self::Musl => "musl",
            Self::Other => "another C library",
        }
    }
}

/// How a program was built.
#[derive(Clone, Copy)]
enum Language {
    C,
    Go,
    Rust,
}

fn check(cx: &mut RuleChecker<'_>, copy: &Instruction<'_>) {
    let semantics = cx.semantics;
    let (Some(stage), Arguments::Paths(paths)) = (semantics.stage_at(copy.span.start), &copy.arguments)
    else {
        return;
    };
    let Some(from) = copy.flag_value("from") else { return };
    let CopyFromOrigin::Earlier(origin) = semantics.copy_from_origin(&from.text, Some(stage)) else { return };
    let (Some(build), Some(target)) =
        (libc_of_stage(semantics, origin), libc_of_stage(semantics, stage.index))
    else {
        return;
    };
    if build == target || !matches!(build, Libc::Glibc | Libc::Musl) || may_have_c_libraries(semantics, stage)
    {
        return;
    }
    for source in &paths.sources {
        let Source::Path(word) = source else { continue };
        let Some((language, line)) = find_build_of_program(cx, origin, &word.text) else { continue };
        let image = stage.image_word.text.as_ref();
        let message = format!(
            "{} is linked dynamically against {} on line {line}, but {} has {}",
            quote_excerpt(&word.text),
            build.name(),
            quote_excerpt(image),
            target.name()
        );
        let help = match language {
            Language::Go => "build it with `CGO_ENABLED=0`, or use a base image with the same C library",
            Language::C => "link it with `-static`, or use a base image with the same C library",
            Language::Rust => "build it for a `musl` target, or use a base image with the same C library",
        };
        cx.report(copy, word.span, message).help(help);
    }
}

/// The C library of a stage's base image. `None` if it is not known.
fn libc_of_stage(semantics: &Semantics<'_>, stage: usize) -> Option<Libc> {
    let Some(base) = semantics.base_image(stage).filter(|base| base.certain) else {
        // Images that are not in the table may be named after a distribution; the gcc image is based on Debian.
        let root = semantics.stage_chain(stage).last()?;
        if root.image.name() == "gcc" && root.image.registry().is_none() && !root.image.text().contains('$') {
            return Some(Libc::Glibc);
        }
        let system = semantics
            .distribution(stage)
            .filter(|system| system.certain && system.evidence == DistributionEvidence::Name)?;
        return match system.id.as_deref()? {
            "debian" | "ubuntu" => Some(Libc::Glibc),
            "alpine" => Some(Libc::Musl),
            _ => None,
        };
    };
    if base.image.name == "scratch" || base.image.name.starts_with("gcr.io/distroless/static") {
        return Some(Libc::None);
    }
    Some(match base.image.facts.libc.as_deref()? {
        "glibc" => Libc::Glibc,
        "musl" => Libc::Musl,
        _ => Libc::Other,
    })
}

/// Whether a stage may get a loader and libraries besides those of its base image.
fn may_have_c_libraries(semantics: &Semantics<'_>, stage: &Stage<'_>) -> bool {
    let chain: Vec<usize> = semantics.stage_chain(stage.index).map(|stage| stage.index).collect();
    let is_in = |offset: u32| semantics.stage_at(offset).is_some_and(|stage| chain.contains(&stage.index));
    semantics.file.instructions().filter(|one| is_in(one.span.start)).any(|one| {
        match (&one.arguments, one.kind) {
            (Arguments::Paths(paths), _) => paths.destination.as_ref().is_some_and(|to| {
                let to = to.text.trim_end_matches('/');
                let many = paths.sources.iter().any(|source| {
                    let text = source.word().text.trim_end_matches('/');
                    text.is_empty() || text.contains("lib") || text.ends_with("rootfs")
                });
                to.starts_with("/lib")
                    || to.starts_with("/usr/lib")
                    || (to.len() < 5 && (many || one.kind == Kind::Add))
            }),
            (_, Kind::Run) => {
                let text = String::from_utf8_lossy(one.span.bytes(semantics.file.source)).into_owned();
                text.contains("compat") || text.contains("glibc") || text.contains("ld-")
            }
            _ => false,
        }
    })
}

/// How, and on which line, a stage builds the program at a path, if the program is certainly dynamic.
fn find_build_of_program(cx: &RuleChecker<'_>, stage: usize, path: &str) -> Option<(Language, u32)> {
    let semantics = cx.semantics;
    let mut found = None;
    for run in semantics.runs_of_stage_chain(stage) {
        for command in &run.script.commands {
            if let Some(language) = language_of_command(cx, run, command, path) {
                found = Some((language, semantics.line(command.span.start)));
            }
        }
    }
    found
}

fn language_of_command(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    command: &ShellCommand,
    path: &str,
) -> Option<Language> {
    let semantics = cx.semantics;
    let text = String::from_utf8_lossy(command.span.bytes(semantics.file.source)).into_owned();
    if text.contains("static") {
        return None;
    }
    let leads_to = |output: &str| {
        let output = absolute_output_path(semantics, run, output)?;
        let path = path.trim_end_matches('/');
        is_within(&output, path).then_some(())
    };
    if let Some(call) = COMPILER.read(command, View::Exact) {
        let is_program = !call.has_any_of_options(&["c", "shared", "S", "E", "nostdlib", "static-pie"]);
        let output = call.values("o").first().map_or("a.out", |value| value.text);
        leads_to(output).filter(|()| is_program)?;
        return Some(Language::C);
    }
    if let Some(call) = programs::GO.read(command, View::Exact).filter(|call| call.is_subcommand(&["build"]))
    {
        leads_to(call.values("o").first()?.text)?;
        return certainly_uses_cgo(cx, run, &call).then_some(Language::Go);
    }
    if command.is("cargo") && command.has_argument(&["build"]) {
        let has_target = command.arguments().iter().any(|word| word.text.starts_with("--target"));
        let release = if command.has_argument(&["--release", "-r"]) { "release" } else { "debug" };
        let output = absolute_output_path(semantics, run, &format!("target/{release}"))?;
        let file = String::from_utf8_lossy(semantics.file.source);
        let other = ["RUSTFLAGS", "CARGO_BUILD_TARGET", "crt-static", "CARGO_TARGET"]
            .iter()
            .any(|one| file.contains(one));
        let config =
            cx.context.is_some_and(|files| files.all.iter().any(|file| file.path.starts_with(".cargo/")));
        let name = path.strip_prefix(&output)?.strip_prefix('/')?;
        return (!has_target
            && !other
            && !config
            && !name.contains('/')
            && !name.is_empty()
            && is_glibc(semantics, run))
        .then_some(Language::Rust);
    }
    None
}

/// Whether the stage of the RUN uses glibc. With musl, Rust links the C library statically.
fn is_glibc(semantics: &Semantics<'_>, run: &Run<'_>) -> bool {
    run.stage.and_then(|stage| libc_of_stage(semantics, stage)) == Some(Libc::Glibc)
}

/// An output of a command as an absolute path.
fn absolute_output_path(semantics: &Semantics<'_>, run: &Run<'_>, path: &str) -> Option<String> {
    if path.contains('$') {
        return None;
    }
    if path.starts_with('/') {
        return Some(path.to_string());
    }
    if run.script.commands.iter().any(|command| command.is_any(&["cd", "pushd"])) {
        return None;
    }
    let directory = match semantics.effective_state(run.outer.span.start).workdir {
        Some(EffectiveWorkdir::Known(directory)) => directory,
        Some(EffectiveWorkdir::Unknown) => return None,
        None => {
            let base = semantics.base_image(run.stage?)?;
            base.image.facts.workdir.clone()?
        }
    };
    Some(format!("{}/{}", directory.trim_end_matches('/'), path.trim_start_matches("./")))
}

/// Whether Go certainly links the program against the C library: cgo is enabled, a compiler is available, and the
/// main package imports a package that needs it.
fn certainly_uses_cgo(cx: &RuleChecker<'_>, run: &Run<'_>, call: &ProgramCall<'_>) -> bool {
    const DECIDING: [&str; 7] = ["CGO_ENABLED", "GOOS", "GOARCH", "GOFLAGS", "netgo", "osusergo", "linkmode"];
    let file = String::from_utf8_lossy(cx.file.source);
    if DECIDING.iter().any(|word| file.contains(word)) {
        return only_enables_cgo(&file) && imports_cgo(cx.context, run, cx.semantics, call);
    }
    let base = run.stage.and_then(|stage| cx.semantics.base_image(stage));
    let has_compiler =
        base.is_some_and(|base| matches!(base.image.facts.tool("gcc"), ToolPresence::Present(_)));
    has_compiler && imports_cgo(cx.context, run, cx.semantics, call)
}

/// Whether the file only sets `CGO_ENABLED=1`.
fn only_enables_cgo(file: &str) -> bool {
    let all = file.matches("CGO_ENABLED").count();
    all > 0
        && file.matches("CGO_ENABLED=1").count() == all
        && !["GOOS", "GOARCH", "GOFLAGS", "netgo", "osusergo", "linkmode"]
            .iter()
            .any(|word| file.contains(word))
}

fn imports_cgo(
    files: Option<&ContextFiles>,
    run: &Run<'_>,
    semantics: &Semantics<'_>,
    call: &ProgramCall<'_>,
) -> bool {
    let Some(files) = files else { return false };
    // The directory of the package in the build context, if everything is copied to the working directory.
    let is_copied = semantics.file.instructions().any(|one| {
        let Arguments::Paths(paths) = &one.arguments else { return false };
        one.kind == Kind::Copy
            && one.flag("from").is_none()
            && semantics.stage_at(one.span.start).map(|stage| stage.index) == run.stage
            && paths.sources.iter().any(|source| {
                matches!(source.word().text.as_ref(), "." | "./") || source.word().text.ends_with(".go")
            })
    });
    if !is_copied
        || run.script.commands.iter().any(|other| other.is_any(&["cd", "pushd"]))
        || call.has_option("C")
    {
        return false;
    }
    let operand = call.operands_without_subcommand(&["build"]).next();
    let directory = operand.map_or("", |word| word.text.trim_start_matches("./").trim_matches(['.', '/']));
    let directory = directory
        .rsplit_once('/')
        .filter(|(_, name)| name.ends_with(".go"))
        .map_or(directory, |(directory, _)| directory);
    let directory = if directory.ends_with(".go") || directory.contains("...") { "" } else { directory };
    let is_of_package = |path: &str| {
        let (own, name) = path.rsplit_once('/').unwrap_or(("", path));
        own == directory && name.ends_with(".go") && !name.ends_with("_test.go")
    };
    files.all.iter().filter(|file| file.bytes < LARGEST && is_of_package(&file.path)).any(|file| {
        let text = std::fs::read_to_string(files.root.join(&file.path)).unwrap_or_default();
        CGO.iter().any(|import| text.contains(import))
    })
}
