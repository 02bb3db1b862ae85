//! The context as a table: sizes by directory, the files that each COPY uses, and those that it should not copy.

use std::collections::BTreeMap;

use super::{
    Amount, ContextFiles, ContextReport, CopiedSources, DirectorySize, SecretFile, UnwantedFile, find_junk,
    is_secret, proposal,
};
use crate::optimize::draft::StepDraft;
use crate::optimize::graph::StageGraph;
use crate::optimize::model::StepReport;
use crate::semantic::paths::base_name;
use crate::syntax::Kind;

const LARGEST_DIRECTORIES: usize = 10;
const MAX_SECRETS: usize = 50;
const MAX_JUNK: usize = 50;

/// `steps` are the drafts as reports show them, in the same order.
pub(crate) fn context_report(
    files: &ContextFiles,
    drafts: &[StepDraft<'_, '_>],
    steps: &[StepReport],
    graph: &StageGraph,
) -> ContextReport {
    let mut copies = Vec::new();
    let mut unwanted: BTreeMap<&str, (Amount, &'static str, bool)> = BTreeMap::new();
    let mut secrets = Vec::new();
    // Each file counts once as unwanted, even if several steps use it.
    let mut counted = vec![false; files.all.len()];
    let needed = drafts.iter().zip(steps).filter(|(draft, _)| graph.is_stage_needed(draft.stage));
    for (draft, step) in needed.filter(|(draft, _)| !draft.key.reads.is_empty()) {
        let mut amount = Amount::default();
        let ships = graph.is_stage_in_image(draft.stage) && draft.instruction.kind != Kind::Run;
        for (file, counted) in files.all.iter().zip(&mut counted) {
            if !draft
                .key
                .reads
                .iter()
                .any(|read| read.known && read.path_prefix_named_by_source(&file.path).is_some())
            {
                continue;
            }
            amount.add(file.bytes);
            if let Some((path, why)) = find_junk(&file.path) {
                let (amount, _, shipped) = unwanted.entry(path).or_insert((Amount::default(), why, false));
                *shipped |= ships;
                if !std::mem::replace(counted, true) {
                    amount.add(file.bytes);
                }
            }
            if secrets.len() < MAX_SECRETS && is_secret_file(files, &file.path) {
                secrets.push(SecretFile { path: file.path.clone(), step: step.id, line: step.line, ships });
            }
        }
        let sources = draft.key.reads.iter().map(|read| read.written.clone()).collect();
        copies.push(CopiedSources { step: step.id, line: step.line, sources, amount });
    }
    secrets.sort_by(|a, b| (!a.ships, &a.path, a.step).cmp(&(!b.ships, &b.path, b.step)));
    secrets.dedup_by(|later, first| later.path == first.path);
    let mut junk: Vec<UnwantedFile> = unwanted
        .into_iter()
        .map(|(path, (amount, why, ships))| UnwantedFile {
            path: path.to_string(),
            amount,
            why: why.to_string(),
            ships,
        })
        .collect();
    junk.sort_by(|a, b| (b.amount.bytes, &a.path).cmp(&(a.amount.bytes, &b.path)));
    junk.truncate(MAX_JUNK);
    let reads = drafts.iter().flat_map(|draft| &draft.key.reads).filter(|read| !read.is_whole_context());
    let named: Vec<&str> = reads.map(|read| read.pattern.as_str()).collect();
    let commands = drafts.iter().filter_map(|draft| draft.run).flat_map(|run| &run.script.commands);
    let git = commands.into_iter().any(|command| command.is("git"));
    ContextReport {
        directory: files.directory.clone(),
        assumed: files.assumed,
        ignore_file: files.ignore_file.clone(),
        total: files.total(),
        excluded: files.excluded,
        unreadable: files.unreadable,
        directories: largest_directories(files),
        copies,
        junk,
        secrets,
        proposal: proposal::propose_ignore_file(files, &named, git),
        additions: proposal::propose_additions(files, &named, git),
    }
}

/// Whether a file of the context contains a secret: by its name, and by its content if that is readable. A file
/// named like a key may state that it is not one.
pub fn is_secret_file(files: &ContextFiles, path: &str) -> bool {
    let name = base_name(path);
    let marks: &[&str] = match name {
        ".npmrc" => &["_auth", "_password"],
        "config.json" => &["\"auth\"", "\"auths\"", "identitytoken"],
        _ => &[],
    };
    let is_harmless = || files.text(path).is_some_and(|text| !marks.iter().any(|mark| text.contains(mark)));
    is_secret(path)
        && !is_public_key_file(files, path)
        && !is_chart_template(files, path)
        && (marks.is_empty() || !is_harmless())
}

/// Whether a file is a template of a Helm chart, which gets its values when the chart is installed.
fn is_chart_template(files: &ContextFiles, path: &str) -> bool {
    let Some((chart, _)) = path.rsplit_once("/templates/") else { return false };
    let manifest = format!("{chart}/Chart.yaml");
    files.all.binary_search_by(|file| file.path.as_str().cmp(&manifest)).is_ok()
}

fn is_public_key_file(files: &ContextFiles, path: &str) -> bool {
    let encoded = [".pem", ".key"].iter().any(|end| path.ends_with(end));
    encoded
        && files.text(path).is_some_and(|text| text.contains("-----BEGIN ") && !text.contains("PRIVATE KEY"))
}

fn largest_directories(files: &ContextFiles) -> Vec<DirectorySize> {
    let mut sizes: BTreeMap<&str, Amount> = BTreeMap::new();
    for file in &files.all {
        let directory = file.path.split_once('/').map_or(".", |(directory, _)| directory);
        sizes.entry(directory).or_default().add(file.bytes);
    }
    let mut directories: Vec<DirectorySize> =
        sizes.into_iter().map(|(path, amount)| DirectorySize { path: path.to_string(), amount }).collect();
    directories.sort_by(|a, b| (b.amount.bytes, &a.path).cmp(&(a.amount.bytes, &b.path)));
    directories.truncate(LARGEST_DIRECTORIES);
    directories
}
