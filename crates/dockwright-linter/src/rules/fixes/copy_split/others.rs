//! The files that the package managers of other languages read: Ruby, PHP, Go, Elixir, .NET.

use serde_json::Value;

use super::project::{ContextProject, InstallNeeds, find_named_word, join_in_project, parent_directory};

pub(super) fn install_needs_of_bundler(project: &ContextProject<'_>) -> Result<InstallNeeds, String> {
    let mut needs = InstallNeeds::default();
    let text = project.text("Gemfile")?;
    let code =
        text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let local = [
        "gemspec",
        "path:",
        ":path",
        "\"path\"",
        "path ",
        "eval_gemfile",
        "File.",
        "Dir",
        "require",
        "load ",
    ];
    if let Some(word) = local.iter().find(|word| code.contains(**word)) {
        return Err(format!("`Gemfile` has `{}`, which may need the sources", word.trim()));
    }
    project.require_absent_directories(&["vendor/bundle", "vendor/cache", ".bundle"])?;
    needs.add("Gemfile");
    needs.add_existing_files(project, &["Gemfile.lock", ".ruby-version", ".tool-versions"]);
    needs.add_condition("`Gemfile` has no local path and reads no other file");
    Ok(needs)
}

/// The call stays after the sources; a call without scripts and autoloader is added before them.
pub(super) fn install_needs_of_composer(
    project: &ContextProject<'_>,
    call: &str,
) -> Result<InstallNeeds, String> {
    let mut needs = InstallNeeds::default();
    let text = project.text("composer.json")?;
    let value: Value =
        serde_json::from_str(&text).map_err(|_| "`composer.json` is not valid JSON".to_string())?;
    let repositories = value.get("repositories").map(ToString::to_string).unwrap_or_default();
    if repositories.contains("\"path\"") || repositories.contains("\"artifact\"") {
        return Err("`composer.json` has a repository in the project".to_string());
    }
    let plugins = value.pointer("/config/allow-plugins");
    let none = |plugins: &Value| match plugins {
        Value::Object(list) => list.values().all(|allowed| *allowed == Value::Bool(false)),
        other => *other == Value::Bool(false),
    };
    if !plugins.is_none_or(none) {
        return Err("`composer.json` allows plugins, which may need the sources".to_string());
    }
    if value.pointer("/config/vendor-dir").is_some() {
        return Err("`composer.json` installs the packages elsewhere".to_string());
    }
    project.require_absent_directories(&["vendor"])?;
    needs.add("composer.json");
    needs.add_existing_files(project, &["composer.lock", "symfony.lock"]);
    let missing = ["--no-scripts", "--no-autoloader"].into_iter().filter(|option| !call.contains(option));
    let missing: Vec<&str> = missing.collect();
    if !missing.is_empty() {
        let call = call.replace("--optimize-autoloader", "").replace("--classmap-authoritative", "");
        let words: Vec<&str> =
            call.split_whitespace().filter(|word| *word != "-o" && *word != "-a").collect();
        needs.fetch = Some(format!("{} {}", words.join(" "), missing.join(" ")));
    }
    needs.add_condition("`composer.json` has no repository in the project and allows no plugins");
    Ok(needs)
}

pub(super) fn install_needs_of_go(project: &ContextProject<'_>) -> Result<InstallNeeds, String> {
    let mut needs = InstallNeeds { fetch: Some("go mod download".to_string()), ..InstallNeeds::default() };
    let text = project.text("go.mod")?;
    if project.has_file("go.work") {
        return Err("`go.work` lists other modules of the project".to_string());
    }
    project.require_absent_directories(&["vendor"])?;
    let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let local = code.filter_map(|line| line.split_once("=>")).map(|(_, path)| path.trim().to_string());
    if let Some(path) = local.into_iter().find(|path| path.starts_with(['.', '/'])) {
        return Err(format!("`go.mod` replaces a module with `{path}`"));
    }
    needs.add("go.mod");
    needs.add_existing_files(project, &["go.sum"]);
    needs.add_condition("`go.mod` replaces no module with a directory");
    needs.add_condition("the build context has neither `vendor` nor `go.work`");
    Ok(needs)
}

/// The call is unchanged and moves before the sources.
pub(super) fn install_needs_of_mix(project: &ContextProject<'_>) -> Result<InstallNeeds, String> {
    let mut needs = InstallNeeds::default();
    let code = project.text("mix.exs")?;
    let local = ["path:", "in_umbrella:", "apps_path:", "\"deps.get\":", "File.", "Code.", "System.cmd"];
    if let Some(word) = find_named_word(&code, "#", &local) {
        return Err(format!("`mix.exs` has `{word}`, which may need the sources"));
    }
    project.require_absent_directories(&["deps", "_build"])?;
    needs.add("mix.exs");
    needs.add_existing_files(project, &["mix.lock", ".formatter.exs"]);
    if project.has_file_below("config") {
        for path in project.all_files().filter(|path| path.starts_with("config/")) {
            let reads = ["File.", "Code.", "System.cmd", "import_config \"../"];
            if let Some(word) = find_named_word(&project.text(path)?, "#", &reads) {
                return Err(format!("`{path}` has `{word}`, which may need the sources"));
            }
        }
        needs.add("config/");
    }
    needs.add_condition("`mix.exs` has no local path, and its configuration reads no other file");
    Ok(needs)
}

/// `operand`: the project that the call names.
pub(super) fn install_needs_of_dotnet(
    project: &ContextProject<'_>,
    operand: Option<&str>,
) -> Result<InstallNeeds, String> {
    let mut needs = InstallNeeds::default();
    let top = || project.all_files().filter(|path| !path.contains('/'));
    let is_either = |path: &str| is_project(path) || path.ends_with(".sln");
    let first = match operand {
        Some(path) if is_either(path) => join_in_project("", path).ok_or("the project is elsewhere")?,
        Some(other) => return Err(format!("`{other}` is not a project file")),
        None => {
            let mut found = top().filter(|path| is_either(path));
            match (found.next(), found.next()) {
                (Some(one), None) => one.to_string(),
                _ => return Err("the build context does not have exactly one project file".to_string()),
            }
        }
    };
    let mut open = if is_project(&first) {
        vec![first]
    } else {
        let listed = projects_of_solution(&project.text(&first)?, &first)?;
        needs.add(first);
        listed
    };
    while let Some(path) = open.pop() {
        if needs.paths.contains(&path) {
            continue;
        }
        if needs.paths.len() > 12 {
            return Err("the build has more than 12 projects".to_string());
        }
        let text = project.text(&path)?;
        if text.contains("<Import ") || text.contains("HintPath") {
            return Err(format!("`{path}` imports or references other files"));
        }
        for reference in text.split("<ProjectReference").skip(1) {
            let include = reference.split_once("Include=\"").and_then(|(_, rest)| rest.split_once('"'));
            let include =
                include.ok_or_else(|| format!("`{path}` references a project"))?.0.replace('\\', "/");
            open.push(
                join_in_project(parent_directory(&path), &include)
                    .ok_or_else(|| format!("`{path}` references `{include}`"))?,
            );
        }
        project.require_absent_directories(&[
            &format!("{}obj", directory_with_slash(&path)),
            &format!("{}bin", directory_with_slash(&path)),
        ])?;
        needs.add(path);
    }
    needs.add_existing_files(
        project,
        &[
            "Directory.Build.props",
            "Directory.Build.targets",
            "Directory.Packages.props",
            "nuget.config",
            "NuGet.config",
            "NuGet.Config",
            "global.json",
            "packages.lock.json",
        ],
    );
    let operand = operand.map(|path| format!(" {path}")).unwrap_or_default();
    needs.fetch = Some(format!("dotnet restore{operand}"));
    needs.add_condition("the project files import nothing, and everything they reference is copied");
    Ok(needs)
}

fn is_project(path: &str) -> bool {
    path.ends_with(".csproj") || path.ends_with(".fsproj")
}

/// The projects that a solution lists: `Project("{kind}") = "name", "path", "{id}"`.
fn projects_of_solution(text: &str, path: &str) -> Result<Vec<String>, String> {
    let mut listed = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("Project(")) {
        let named = line.split('"').nth(5).unwrap_or_default().replace('\\', "/");
        // A solution directory has no file.
        if !named.ends_with("proj") {
            continue;
        }
        let project = join_in_project(parent_directory(path), &named).filter(|named| is_project(named));
        listed.push(project.ok_or_else(|| format!("`{path}` lists `{named}`"))?);
    }
    if listed.is_empty() { Err(format!("`{path}` lists no project")) } else { Ok(listed) }
}

/// The directory of a file with `/` after it; empty at the top.
fn directory_with_slash(path: &str) -> String {
    let directory = parent_directory(path);
    if directory.is_empty() { String::new() } else { format!("{directory}/") }
}
