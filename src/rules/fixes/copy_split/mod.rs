//! The sources copied after what does not need them: first the files that say what a project depends on, then the
//! install, then the rest.

#[cfg(test)]
mod ecosystem_tests;
mod install;
mod jvm;
mod node;
mod others;
mod project;
mod python;
mod site;
#[cfg(test)]
mod tests;
mod write;

pub use install::Install;
use project::{Needs, Project, joined};
pub use site::{Site, sites};

use crate::diagnostic::{Applicability, Fix};
use crate::rule::Checker;

/// The sources behind the install.
///
/// # Errors
/// Why that is not offered.
pub fn fix(cx: &Checker<'_>, site: &Site<'_, '_>) -> Result<Fix, String> {
    if let Some(reason) = site.install.refusal() {
        return Err(reason);
    }
    site.check(cx)?;
    let (folder, files) = folder(site)?;
    let Some(files_there) = cx.context else {
        let needs = site.install.guess(&files);
        let edits = write::edits(cx, site, &folder, &needs)?;
        let fix = Fix::new(Applicability::Shown, title(site), edits).moving();
        return Ok(fix.missing("the build context is unknown"));
    };
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let project = Project { files: files_there, folder: &prefix };
    let needs = site.install.needs(&project, &files)?;
    let edits = write::edits(cx, site, &folder, &needs)?;
    let mut fix = Fix::new(Applicability::UnsafeMid, title(site), edits).moving();
    fix.proof = proof(cx, site, needs);
    Ok(fix.missing("package scripts may read the sources"))
}

fn title(site: &Site<'_, '_>) -> String {
    format!("copy what `{}` reads before it, and the rest after it", site.install.call)
}

fn proof(cx: &Checker<'_>, site: &Site<'_, '_>, needs: Needs) -> Vec<String> {
    let mut proof = needs.proof;
    if !site.between.is_empty() {
        let line = |start: u32| cx.semantics.line(start);
        let (copy, run) = (line(site.copy.instruction.span.start), line(site.run.instruction.span.start));
        proof.push(format!("nothing between line {copy} and line {run} uses `{}`", site.destination));
    }
    proof
}

/// The folder of the context that the install works in, and the files that its options name, from there.
fn folder(site: &Site<'_, '_>) -> Result<(String, Vec<String>), String> {
    let source = if site.pattern == "." { "" } else { site.pattern.as_str() };
    let below = |path: &str| {
        let rest = path.strip_prefix(site.destination.as_str())?;
        let rest = rest.strip_prefix('/').or_else(|| rest.is_empty().then_some(""))?;
        joined(source, rest)
    };
    let outside = || format!("`{}` works outside of what is copied", site.install.call);
    if site.install.files.is_empty() {
        return Ok((below(&site.folder).ok_or_else(outside)?, Vec::new()));
    }
    // Requirement files and environments are named from anywhere.
    let files: Option<Vec<String>> = site
        .install
        .files
        .iter()
        .map(|file| {
            let path = if file.starts_with('/') { file.clone() } else { format!("{}/{file}", site.folder) };
            let path = format!("/{}", joined("", path.trim_start_matches('/'))?);
            let rest = path.strip_prefix(site.destination.as_str())?.strip_prefix('/')?;
            joined("", rest)
        })
        .collect();
    Ok((source.to_string(), files.ok_or_else(outside)?))
}
