//! The programs that `go build` and `go install` build.

use super::go_sources::{GoSources, scan_go_sources};
use super::{ArtifactContext, RuntimeStagePlan};
use crate::optimize::LocatedCommand;
use crate::optimize::inputs::join_path;
use crate::semantic::base_image::{ToolPresence, find_base_image};
use crate::semantic::managers::go;
use crate::semantic::paths::base_name;
use crate::syntax::{Arguments, Kind, Source, quote_excerpt};

/// Variables that only the tool chain reads; others that start with `GO` are for programs (`GOMAXPROCS`).
const TOOL_VARIABLES: [&str; 20] = [
    "GO111MODULE",
    "GOPROXY",
    "GOPRIVATE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOSUMDB",
    "GOFLAGS",
    "GOPATH",
    "GOBIN",
    go::BUILDS_VARIABLE,
    go::MODULES_VARIABLE,
    "GOOS",
    "GOARCH",
    "GOARM",
    "GOAMD64",
    "GOTOOLCHAIN",
    "GOEXPERIMENT",
    "GOINSECURE",
    "GOWORK",
    "CGO_ENABLED",
];

const DIRECTORIES: [&str; 7] =
    ["/go/bin", "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

pub(super) fn plan_go(site: &ArtifactContext<'_, '_, '_>) -> Result<RuntimeStagePlan, String> {
    let program = site.start.program();
    let mut made: Vec<(String, u32, Option<String>, bool)> = Vec::new();
    for (draft, one) in site.certain_commands() {
        let is_go = matches!(one.command.name.as_deref(), Some("go" | "/usr/local/go/bin/go"));
        if is_go && let Some((path, doubt)) = output_of_go_call(site, one, program) {
            let is_static = is_cgo_disabled(site, one, draft.instruction.span.start);
            made.push((path, site.line(draft), doubt, is_static));
        }
    }
    let paths: Vec<String> = made.iter().map(|(path, ..)| path.clone()).collect();
    let path = site.resolve_program(program, &DIRECTORIES, &paths);
    let found = made.iter().rev().find(|(own, ..)| Some(own) == path.as_ref());
    let Some((path, line, doubt, is_static)) = found else {
        return Err(format!(
            "`{}` starts {}, which no `go build` in this file creates",
            site.start.keyword(),
            quote_excerpt(program)
        ));
    };
    let (runtime, moves) = site.runtime_image()?;
    let mut plan = RuntimeStagePlan {
        runtime: String::new(),
        copies: Vec::new(),
        starts_itself: false,
        of_tools: |name| TOOL_VARIABLES.contains(&name),
        proof: Vec::new(),
        missing: Vec::new(),
    };
    plan.proof.push(format!(
        "line {line} builds {}, which `{}` starts",
        quote_excerpt(path),
        site.start.keyword()
    ));
    plan.missing.extend(doubt.clone());
    let sources = site.files.map(|files| scan_go_sources(files, &copied_sources(site)));
    check_files_read(site, sources.as_ref(), &mut plan);
    check_other_commands(site, path, &mut plan);
    let base = site.semantics.base_image(0).ok_or("the base image is unknown")?.image;
    // A static program needs no other files, unless it uses parts of a system.
    let alone = *is_static && !site.start.shell && sources.as_ref().is_some_and(GoSources::needs_no_system);
    let certificates = base.facts.tool("ca-certificates");
    let has_certificates = matches!(certificates, ToolPresence::Present(_));
    let needs_shell = site.steps.iter().any(|draft| draft.instruction.kind == Kind::Healthcheck);
    let small = find_base_image(&runtime).map(|image| image.facts);
    if alone && has_certificates && !needs_shell {
        plan.proof.push("`CGO_ENABLED=0`, so the program links to no C library".to_string());
        plan.runtime = "scratch".to_string();
    } else {
        plan.proof.push(format!("`{runtime}` is the release that `{}` is built on", site.image));
        plan.runtime = runtime;
        if moves && !is_static {
            plan.missing.push(format!("`{}` may change to another release", site.image));
        }
    }
    let lacks = |tool: &str| {
        plan.runtime == "scratch" || small.is_some_and(|small| small.tool(tool) == ToolPresence::Absent)
    };
    if has_certificates && lacks("ca-certificates") {
        let path = "/etc/ssl/certs/ca-certificates.crt".to_string();
        plan.copies.push((path.clone(), path));
    }
    if lacks("tzdata") && sources.as_ref().is_none_or(|sources| sources.zones) {
        let path = if matches!(base.facts.tool("tzdata"), ToolPresence::Present(_)) {
            "/usr/share/zoneinfo"
        } else {
            "/usr/local/go/lib/time/zoneinfo.zip"
        };
        plan.copies.push((path.to_string(), path.to_string()));
    }
    // A program that is started by name is also found in another directory.
    let to = match path.strip_prefix("/go/bin/") {
        Some(name) if !program.contains('/') => format!("/usr/local/bin/{name}"),
        _ => path.clone(),
    };
    plan.copies.push((path.clone(), to));
    Ok(plan)
}

/// The output of a call of `go`, and the conditions for it.
fn output_of_go_call(
    site: &ArtifactContext<'_, '_, '_>,
    one: &LocatedCommand<'_>,
    program: &str,
) -> Option<(String, Option<String>)> {
    let source = site.semantics.file.source;
    let words = one.command.arguments();
    let verb = words.first().map(|word| word.text.as_str())?;
    if words.iter().any(|word| {
        word.text.starts_with("-buildmode") && !word.text.ends_with("exe") && !word.text.ends_with("pie")
    }) {
        return None;
    }
    let package = words.iter().skip(1).rfind(|word| !word.is_flag() && word.literal);
    let package = package
        .map(|word| word.text.trim_end_matches("/..."))
        .filter(|text| text.starts_with('.') || text.contains('/') || text.contains(".go"));
    let last = |text: &str| {
        let text = text.split('@').next().unwrap_or_default();
        let name = base_name(text.trim_end_matches('/'));
        (!name.is_empty() && name != "." && name != ".." && !name.ends_with("...")).then(|| name.to_string())
    };
    let own_name = base_name(program);
    let module = || format!("the module may not be named {}", quote_excerpt(own_name));
    let named = match package {
        Some(text) if text.contains(".go") => last(text).map(|name| name.trim_end_matches(".go").to_string()),
        Some(text) => last(text),
        None => None,
    };
    match verb {
        "install" => {
            let set = |name: &str| {
                site.semantics
                    .file
                    .instructions()
                    .any(|other| other.kind == Kind::Env && other.rest.text.contains(name))
            };
            let elsewhere = one.command.assignments.iter().any(|span| {
                let text = span.bytes(source);
                ["GOPATH", "GOBIN", "GOOS", "GOARCH"].iter().any(|name| text.starts_with(name.as_bytes()))
            });
            if elsewhere || ["GOPATH", "GOBIN", "GOOS", "GOARCH"].into_iter().any(set) {
                return None;
            }
            let doubt = named.is_none().then(module);
            let name = named.unwrap_or_else(|| own_name.to_string());
            Some((format!("/go/bin/{name}"), doubt))
        }
        "build" => {
            let at = words.iter().position(|word| word.text == "-o" || word.text.starts_with("-o="));
            let Some(at) = at else {
                let doubt = named.is_none().then(module);
                let name = named.unwrap_or_else(|| own_name.to_string());
                return Some((join_path(one.directory.as_deref(), &name)?, doubt));
            };
            let value = match words.get(at)?.text.strip_prefix("-o=") {
                Some(value) => value.to_string(),
                None => words.get(at + 1).filter(|word| word.literal)?.text.clone(),
            };
            let value = if value.ends_with('/') { format!("{value}{}", named?) } else { value };
            Some((join_path(one.directory.as_deref(), &value)?, None))
        }
        _ => None,
    }
}

/// Whether `CGO_ENABLED=0` is in effect for a command.
fn is_cgo_disabled(site: &ArtifactContext<'_, '_, '_>, one: &LocatedCommand<'_>, at: u32) -> bool {
    let source = site.semantics.file.source;
    let given = one
        .command
        .assignments
        .iter()
        .any(|span| matches!(span.bytes(source), b"CGO_ENABLED=0" | b"CGO_ENABLED=\"0\""));
    let scopes = &site.semantics.build.scopes;
    let binding = scopes.get(scopes.scope_before(at), "CGO_ENABLED");
    given || binding.is_some_and(|binding| binding.certain && binding.value.as_deref() == Some("0"))
}

/// The sources of COPY and ADD from the build context.
fn copied_sources(site: &ArtifactContext<'_, '_, '_>) -> Vec<String> {
    let mut all = Vec::new();
    for draft in &site.steps {
        all.extend(draft.key.reads.iter().map(|read| read.pattern.clone()));
    }
    all
}

/// Whether the program reads files that were copied next to its sources.
fn check_files_read(
    site: &ArtifactContext<'_, '_, '_>,
    sources: Option<&GoSources>,
    plan: &mut RuntimeStagePlan,
) {
    let copies: Vec<_> =
        site.steps.iter().filter(|draft| matches!(draft.instruction.kind, Kind::Copy | Kind::Add)).collect();
    if let Some(fetched) = copies.iter().find(|draft| draft.key.reads.is_empty()) {
        plan.missing.push(format!("the program may need what line {} adds", site.line(fetched)));
    }
    let Some(sources) = sources else {
        // Judging by their names, all files may be source files.
        let other = copies.iter().find(|draft| match &draft.instruction.arguments {
            Arguments::Paths(paths) => paths.sources.iter().any(|source| match source {
                Source::Path(word) => !is_go_source(&word.text),
                Source::Heredoc(..) => true,
            }),
            _ => true,
        });
        if let Some(other) = other {
            plan.missing.push(format!("the program may read files that line {} copies", site.line(other)));
        }
        plan.missing.push("the program may start other programs".to_string());
        return;
    };
    match &sources.other {
        Some(other) => plan.missing.push(format!("the program may read {}", quote_excerpt(other))),
        None => {
            plan.proof.push("only Go sources are copied, so the program cannot read other files".to_string());
        }
    }
    match &sources.starts {
        Some(starts) => plan.missing.push(starts.clone()),
        None => plan.proof.push("the sources start no other programs and call no C code".to_string()),
    }
}

/// Whether a file with this name is only read by a build.
pub(super) fn is_go_source(path: &str) -> bool {
    let name = base_name(path.trim_matches(['"', '\'']));
    name.ends_with(".go") || matches!(name, "go.mod" | "go.sum" | "go.work" | "go.work.sum")
}

/// Checks whether other commands of the build create files that the program may need.
fn check_other_commands(site: &ArtifactContext<'_, '_, '_>, path: &str, plan: &mut RuntimeStagePlan) {
    for draft in &site.steps {
        for one in &draft.commands {
            let name = one.command.name.as_deref().unwrap_or("a command");
            let at = site.line(draft);
            let is_go = name == "go";
            let verb = one.command.arguments().first().map_or("", |word| word.text.as_str());
            if is_go
                && matches!(
                    verb,
                    "build" | "install" | "mod" | "get" | "test" | "vet" | "env" | "version" | "clean"
                )
            {
                continue;
            }
            let installs = one.effects.packages.is_some();
            if one.effects.unknown || installs {
                plan.missing.push(format!("the program may need what `{name}` on line {at} leaves behind"));
                return;
            }
            let own = [&one.effects.writes, &one.effects.deletes];
            let touches = own
                .iter()
                .flat_map(|paths| one.absolute_paths(paths))
                .any(|own| crate::optimize::paths_overlap(&own, path));
            let makes_directory = one.command.is_any(&["mkdir", "cd", "echo", "true", "set", "ls"]);
            if touches && !makes_directory {
                plan.missing.push(format!("`{name}` on line {at} may change the program"));
                return;
            }
            if one.effects.changes_files() && !makes_directory {
                plan.missing.push(format!("the program may need what `{name}` on line {at} writes"));
                return;
            }
        }
    }
    plan.proof.push("no other command creates anything that the program could need".to_string());
}
