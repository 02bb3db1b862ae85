//! The output of other toolchains. The file does not show what the program needs to run, so the fixes are suggestions
//! at most.

use super::{ArtifactContext, RuntimeStagePlan};
use crate::optimize::LocatedCommand;
use crate::optimize::inputs::join_path;
use crate::optimize::toolchain::java_version;
use crate::semantic::paths::base_name;
use crate::syntax::quote_excerpt;

/// `target/release/NAME`, `/usr/local/cargo/bin/NAME`.
pub(super) fn plan_rust(site: &ArtifactContext<'_, '_, '_>) -> Result<RuntimeStagePlan, String> {
    let program = site.start.program();
    let name = base_name(program);
    let mut made = Vec::new();
    for (draft, one) in site.certain_commands().filter(|(_, one)| one.command.is("cargo")) {
        let at = site.line(draft);
        if one.command.has_argument(&["build"]) {
            let profile = if one.command.has_argument(&["--release", "-r"]) { "release" } else { "debug" };
            let target = option_value(one, "--target").map_or(String::new(), |target| format!("{target}/"));
            let path = join_path(one.directory.as_deref(), &format!("target/{target}{profile}/{name}"));
            made.extend(path.map(|path| (path, at)));
        } else if one.command.has_argument(&["install"]) {
            made.push((format!("/usr/local/cargo/bin/{name}"), at));
        }
    }
    let paths: Vec<String> = made.iter().map(|(path, _)| path.clone()).collect();
    let path = site.resolve_program(program, &["/usr/local/cargo/bin"], &paths);
    let found = made.iter().rev().find(|(own, _)| Some(own) == path.as_ref());
    let (path, at) = found.ok_or_else(|| not_created_message(site, "cargo build"))?;
    let (runtime, _) = site.runtime_image()?;
    let to = match path.strip_prefix("/usr/local/cargo/bin/") {
        Some(name) if !program.contains('/') => format!("/usr/local/bin/{name}"),
        _ => path.clone(),
    };
    Ok(RuntimeStagePlan {
        runtime,
        copies: vec![(path.clone(), to)],
        starts_itself: false,
        of_tools: |name| name.starts_with("CARGO") || name.starts_with("RUST"),
        proof: vec![format!(
            "line {at} builds {}, which `{}` starts",
            quote_excerpt(path),
            site.start.keyword()
        )],
        missing: vec![
            "the libraries that the program links to are unknown".to_string(),
            "the program may read other files".to_string(),
        ],
    })
}

/// `java -jar target/NAME.jar`.
pub(super) fn plan_jar(site: &ArtifactContext<'_, '_, '_>) -> Result<RuntimeStagePlan, String> {
    let words = &site.start.words;
    let at = words.iter().position(|word| word == "-jar").filter(|_| site.start.program() == "java");
    let jar = at.and_then(|at| words.get(at + 1)).filter(|jar| !jar.contains(['*', '$']));
    let jar = jar.ok_or("the start command is not `java -jar` with a file name")?;
    let path = join_path(Some(&site.workdir), jar).ok_or("the directory of the archive is unknown")?;
    let built = path.contains("/target/") || path.contains("/build/libs/");
    if !built {
        return Err(not_created_message(site, "build"));
    }
    let major = site
        .image
        .rsplit_once(':')
        .and_then(|(_, tag)| java_version(tag))
        .ok_or("the Java version of the build is unknown")?;
    Ok(RuntimeStagePlan {
        runtime: format!("eclipse-temurin:{major}-jre"),
        copies: vec![(path.clone(), path.clone())],
        starts_itself: false,
        of_tools: |name| name.starts_with("MAVEN") || name.starts_with("GRADLE"),
        proof: vec![
            format!("`{}` starts {}, which the build creates", site.start.keyword(), quote_excerpt(&path)),
            format!("the program is built with Java {major}"),
        ],
        missing: vec![
            "the program may need more of the JDK".to_string(),
            "the program may read other files".to_string(),
        ],
    })
}

/// `dotnet publish -o DIRECTORY`, `dotnet DIRECTORY/NAME.dll`.
pub(super) fn plan_dotnet(site: &ArtifactContext<'_, '_, '_>) -> Result<RuntimeStagePlan, String> {
    let words = &site.start.words;
    let dll = match words.as_slice() {
        [program, dll, ..] if program == "dotnet" && dll.ends_with(".dll") => Some(dll),
        _ => None,
    };
    let path = dll
        .and_then(|dll| join_path(Some(&site.workdir), dll))
        .ok_or("the start command is not `dotnet NAME.dll`")?;
    let published = site
        .certain_commands()
        .filter(|(_, one)| one.command.is("dotnet") && one.command.has_argument(&["publish"]));
    let directories = published.filter_map(|(draft, one)| {
        let directory = option_value(one, "-o").or_else(|| option_value(one, "--output"))?;
        Some((join_path(one.directory.as_deref(), &directory)?, site.line(draft)))
    });
    let (directory, at) = directories
        .into_iter()
        .find(|(directory, _)| path.rsplit_once('/').is_some_and(|(own, _)| own == directory))
        .ok_or_else(|| not_created_message(site, "dotnet publish"))?;
    let (_, tag) = site.image.rsplit_once(':').ok_or("the version of .NET is unknown")?;
    let version = tag.split('-').next().unwrap_or_default();
    if version.split('.').count() != 2 || !version.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return Err("the runtime image for this version of .NET is unknown".to_string());
    }
    let name = if site.image.contains("/core/") { "core/aspnet" } else { "aspnet" };
    Ok(RuntimeStagePlan {
        runtime: format!("mcr.microsoft.com/dotnet/{name}:{tag}"),
        copies: vec![(directory.clone(), directory.clone())],
        starts_itself: false,
        of_tools: |name| name.starts_with("NUGET"),
        proof: vec![format!(
            "line {at} publishes {}, from which `{}` starts the program",
            quote_excerpt(&directory),
            site.start.keyword()
        )],
        missing: vec![
            "the program may load system libraries".to_string(),
            "the program may read other files".to_string(),
        ],
    })
}

/// `gcc -static -o PROGRAM`.
pub(super) fn plan_c_program(site: &ArtifactContext<'_, '_, '_>) -> Result<RuntimeStagePlan, String> {
    let program = site.start.program();
    let compilers = ["gcc", "g++", "cc", "c++", "clang"];
    let mut made = Vec::new();
    for (draft, one) in site.certain_commands().filter(|(_, one)| one.command.is_any(&compilers)) {
        let output = option_value(one, "-o").and_then(|value| join_path(one.directory.as_deref(), &value));
        made.extend(output.map(|path| (path, site.line(draft), one.command.has_argument(&["-static"]))));
    }
    let paths: Vec<String> = made.iter().map(|(path, ..)| path.clone()).collect();
    let path = site.resolve_program(program, &["/usr/local/bin", "/usr/bin", "/bin"], &paths);
    let found = made.iter().rev().find(|(own, ..)| Some(own) == path.as_ref());
    let (path, at, is_static) = found.ok_or_else(|| not_created_message(site, "gcc"))?;
    let runtime =
        if *is_static && !site.start.shell { "scratch".to_string() } else { site.runtime_image()?.0 };
    let mut missing = vec!["the program may read other files".to_string()];
    if !*is_static {
        missing.insert(0, "the libraries that the program links to are unknown".to_string());
    }
    Ok(RuntimeStagePlan {
        runtime,
        copies: vec![(path.clone(), path.clone())],
        starts_itself: false,
        of_tools: |name| matches!(name, "CFLAGS" | "CXXFLAGS" | "LDFLAGS" | "CC" | "CXX"),
        proof: vec![format!(
            "line {at} builds {}, which `{}` starts",
            quote_excerpt(path),
            site.start.keyword()
        )],
        missing,
    })
}

fn not_created_message(site: &ArtifactContext<'_, '_, '_>, by: &str) -> String {
    format!(
        "`{}` starts {}, which no `{by}` in this file creates",
        site.start.keyword(),
        quote_excerpt(site.start.program())
    )
}

/// The value of an option, after `=` or a space.
fn option_value(one: &LocatedCommand<'_>, option: &str) -> Option<String> {
    let words = one.command.arguments();
    words.iter().enumerate().find_map(|(at, word)| {
        if word.text == option {
            return words.get(at + 1).filter(|value| value.literal).map(|value| value.text.clone());
        }
        let rest = word.text.strip_prefix(option)?.strip_prefix('=')?;
        word.literal.then(|| rest.to_string())
    })
}
