//! Copies the sources after the install, which does not need them: first the dependency files, then the install, then
//! the rest.

#[cfg(test)]
mod ecosystem_tests;
mod install;
mod jvm;
mod language;
mod node;
mod others;
mod project;
mod python;
mod site;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use install::ProjectInstall;
use project::{ContextProject, InstallNeeds, join_in_project};
pub(crate) use site::{CopyAndInstall, find_copy_sites};

use crate::diagnostic::{Applicability, Fix};
use crate::rule::RuleChecker;

/// Copies the sources after the install.
///
/// # Errors
/// The text gives the reason why the fix is not offered.
pub(crate) fn build_fix(cx: &RuleChecker<'_>, site: &CopyAndInstall<'_, '_>) -> Result<Fix, String> {
    if let Some(reason) = site.install.reason_against_split() {
        return Err(reason);
    }
    if site.run.stage != site.copy.stage {
        return Err("the install and the `COPY` are in different stages".to_string());
    }
    if site.is_part {
        return Err("the sources are copied separately from the dependency files".to_string());
    }
    if site.is_files {
        return Err("single files are copied, not a directory".to_string());
    }
    site.check(cx)?;
    let (directory, files) = install_directory(site)?;
    let Some(files_there) = cx.context else {
        let needs = site.install.guess_install_needs(&files);
        let edits = write::split_edits(cx, site, &directory, &needs)?;
        let fix = Fix::new(Applicability::Suggestion, fix_title(site), edits).without_information_loss();
        return Ok(fix.with_risk("the build context is unknown"));
    };
    let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
    let project = ContextProject { files: files_there, directory: &prefix };
    let needs = site.install.required_files(&project, &files)?;
    let edits = write::split_edits(cx, site, &directory, &needs)?;
    let mut fix = Fix::new(Applicability::UnsafeMid, fix_title(site), edits).without_information_loss();
    fix.proof = collect_proof(cx, site, needs);
    Ok(fix.with_risk("package scripts may read the sources"))
}

/// The known dependency files of the install, relative to the build context: those that it names, or that exist.
pub(crate) fn dependency_files(cx: &RuleChecker<'_>, site: &CopyAndInstall<'_, '_>) -> Vec<String> {
    if site.source_has_variable() {
        return Vec::new();
    }
    let Ok((directory, files)) = install_directory(site) else { return Vec::new() };
    let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
    let mut paths: Vec<String> = match cx.context {
        None => files,
        Some(context) => {
            let project = ContextProject { files: context, directory: &prefix };
            let guessed = || {
                site.install
                    .guess_install_needs(&files)
                    .paths
                    .into_iter()
                    .filter(|path| project.has_file(path))
            };
            match site.install.required_files(&project, &files) {
                Ok(needs) => needs.paths.into_iter().collect(),
                Err(_) => files.iter().cloned().chain(guessed()).collect(),
            }
        }
    };
    paths.sort_by_key(|path| write::copy_order_of_file(path));
    paths.into_iter().map(|path| format!("{prefix}{path}")).collect()
}

/// Whether a Go project may require modules; `false` if the build context is known, and its `go.mod` requires none or
/// does not exist.
fn may_require_modules(cx: &RuleChecker<'_>, site: &CopyAndInstall<'_, '_>) -> bool {
    let (Some(files), Ok((directory, _))) = (cx.context, install_directory(site)) else { return true };
    let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
    ContextProject { files, directory: &prefix }.text("go.mod").is_ok_and(|text| text.contains("require"))
}

/// Whether project scripts that the install runs may need more than its dependency files, by the build context.
fn may_run_project_scripts(cx: &RuleChecker<'_>, site: &CopyAndInstall<'_, '_>) -> bool {
    let Some(files) = cx.context else { return false };
    let Ok((directory, named)) = install_directory(site) else { return true };
    let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
    let project = ContextProject { files, directory: &prefix };
    matches!(site.install.manager, "npm" | "yarn" | "pnpm" | "bun" | "composer")
        && site.install.required_files(&project, &named).is_err()
}

fn fix_title(site: &CopyAndInstall<'_, '_>) -> String {
    format!("copy the dependency files before `{}`, and the rest after it", site.install.shorten_call())
}

fn collect_proof(cx: &RuleChecker<'_>, site: &CopyAndInstall<'_, '_>, needs: InstallNeeds) -> Vec<String> {
    let mut proof = needs.proof;
    if !site.between.is_empty() {
        let line = |start: u32| cx.semantics.line(start);
        let (copy, run) = (line(site.copy.instruction.span.start), line(site.run.instruction.span.start));
        proof.push(format!(
            "nothing between line {copy} and line {run} uses `{}`",
            site.display_destination()
        ));
    }
    proof
}

/// The directory of the context in which the install runs, and the files named by its options, relative to it.
fn install_directory(site: &CopyAndInstall<'_, '_>) -> Result<(String, Vec<String>), String> {
    let source = match site.pattern.as_str() {
        "." => "",
        file if site.is_files => project::parent_directory(file),
        directory => directory,
    };
    let below = |path: &str| {
        let rest = path.strip_prefix(site.destination.as_str())?;
        let rest = rest.strip_prefix('/').or_else(|| rest.is_empty().then_some(""))?;
        join_in_project(source, rest)
    };
    let outside = || format!("`{}` uses files outside the copied directory", site.install.shorten_call());
    if site.install.files.is_empty() {
        return Ok((below(&site.directory).ok_or_else(outside)?, Vec::new()));
    }
    // Requirement files and environments may be anywhere in the context.
    let files: Option<Vec<String>> = site
        .install
        .files
        .iter()
        .map(|file| {
            let path =
                if file.starts_with('/') { file.clone() } else { format!("{}/{file}", site.directory) };
            let path = format!("/{}", join_in_project("", path.trim_start_matches('/'))?);
            let rest = path.strip_prefix(site.destination.as_str())?.strip_prefix('/')?;
            join_in_project("", rest)
        })
        .collect();
    Ok((source.to_string(), files.ok_or_else(outside)?))
}
