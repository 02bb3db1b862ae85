//! Workspace diagnostics: the results of `check` for the Dockerfiles of the workspace that are not open.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use gen_lsp_types::{
    FullDocumentDiagnosticReport, PreviousResultId, UnchangedDocumentDiagnosticReport, Uri,
    WorkspaceDiagnosticReport, WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};

use lsp_server::{RequestId, ResponseError};
use serde_json::{Value, json};

use super::analysis::DocumentAnalysis;
use super::configuration::{DocumentConfiguration, DocumentRules, LastValidConfigs};
use super::diagnostics;
use super::position::{DocumentText, PositionUnits};
use super::requests::{error_if_panics, to_json};
use super::session::{Session, ThreadResult};
use crate::config::{ConfigSource, PathGlobs};
use crate::files::discover::{CandidateFile, FileFinder, starts_like_dockerfile};

/// The data for workspace diagnostics.
#[derive(Debug)]
pub(super) struct Workspace {
    pub directories: Vec<PathBuf>,
    pub source: ConfigSource,
    /// Configurations that are in effect while they have an error.
    pub valid: LastValidConfigs,
    pub encoding: PositionUnits,
    /// The open documents: the client requests their diagnostics separately.
    pub open: BTreeSet<Uri>,
    /// The client's previous results.
    pub previous: Vec<PreviousResultId>,
}

/// Requests for the diagnostics of the workspace. A client asks again as soon as it has a response, so a request is held
/// until something has changed.
#[derive(Debug, Default)]
pub(super) struct WorkspaceWatch {
    /// The number of changes.
    serial: u64,
    /// The number of changes at the last response.
    responded: Option<u64>,
    waiting: Option<(RequestId, Vec<PreviousResultId>)>,
    is_running: bool,
}

impl Session {
    /// The client requests the diagnostics of the workspace.
    pub(super) fn request_workspace_diagnostics(&mut self, id: RequestId, previous: Vec<PreviousResultId>) {
        self.pending.insert(id.clone());
        if let Some((older, _)) = self.watch.waiting.replace((id, previous)) {
            self.send_response(older, Ok(json!({"items": []})));
        }
        self.start_workspace();
    }

    /// A file of the workspace, or its configuration, may have changed.
    pub(super) fn workspace_changed(&mut self) {
        self.watch.serial += 1;
        self.start_workspace();
    }

    /// The diagnostics of the workspace are known.
    pub(super) fn handle_workspace_result(&mut self, id: RequestId, response: Result<Value, ResponseError>) {
        self.watch.is_running = false;
        self.send_response(id, response);
        self.start_workspace();
    }

    fn start_workspace(&mut self) {
        let watch = &mut self.watch;
        let is_due = watch.responded != Some(watch.serial)
            || watch.waiting.as_ref().is_some_and(|(_, previous)| previous.is_empty());
        if watch.is_running || !is_due {
            return;
        }
        let Some((id, previous)) = watch.waiting.take() else { return };
        watch.is_running = true;
        watch.responded = Some(watch.serial);
        let workspace = Workspace {
            directories: self.configuration.directories.clone(),
            source: self.configuration.source.clone(),
            valid: self.configuration.valid.clone(),
            encoding: self.client.encoding,
            open: self.documents.open.keys().cloned().collect(),
            previous,
        };
        self.spawn(move || {
            let response = error_if_panics(|| to_json(&workspace.report()));
            ThreadResult::Workspace { id, response }
        });
    }
}

impl Workspace {
    /// The diagnostics of all files.
    pub(super) fn report(self) -> WorkspaceDiagnosticReport {
        let mut previous: BTreeMap<Uri, String> =
            self.previous.iter().map(|one| (one.uri.clone(), one.value.clone())).collect();
        let mut configuration = DocumentConfiguration::new(self.source.clone(), self.directories.clone());
        configuration.valid.clone_from(&self.valid);
        let mut items = Vec::new();
        for candidate in workspace_dockerfiles(&self.directories) {
            let Ok(uri) = Uri::from_file_path(&candidate.absolute) else { continue };
            if self.open.contains(&uri) {
                previous.remove(&uri);
                continue;
            }
            let rules = configuration.rules(&uri);
            let known = previous.remove(&uri);
            items.extend(self.file_report(&candidate, uri, &rules, known));
        }
        // Files that no longer exist or are no longer checked.
        let gone = previous.into_keys().filter(|uri| !self.open.contains(uri));
        items.extend(gone.map(|uri| full_diagnostic_report(uri, None, Vec::new())));
        WorkspaceDiagnosticReport { items }
    }

    fn file_report(
        &self,
        candidate: &CandidateFile,
        uri: Uri,
        rules: &DocumentRules,
        known: Option<String>,
    ) -> Option<WorkspaceDocumentDiagnosticReport> {
        let DocumentRules::Engine(engine, beside, context) = rules else {
            return known.map(|_| full_diagnostic_report(uri, None, Vec::new()));
        };
        // Only a declared context has files that rules read.
        let files = (!context.declared.is_empty()).then(|| context.files_for_costs(&[])).flatten();
        let files = files
            .map(|files| files.all.iter().map(|file| (file.path.clone(), file.bytes)).collect::<Vec<_>>());
        let status = std::fs::metadata(&candidate.absolute).ok()?;
        let changed = status.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let changed = changed.map_or(0, |time| time.as_nanos());
        let mut hasher = DefaultHasher::new();
        (engine.settings.as_toml(), format!("{beside:?}"), files, changed, status.len()).hash(&mut hasher);
        let result_id = hasher.finish().to_string();
        if known.as_ref() == Some(&result_id) {
            let unchanged = UnchangedDocumentDiagnosticReport { result_id };
            let report = WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version: None,
                unchanged_document_diagnostic_report: unchanged,
            };
            return Some(WorkspaceDocumentDiagnosticReport::WorkspaceUnchangedDocumentDiagnosticReport(
                report,
            ));
        }
        let bytes = std::fs::read(&candidate.absolute).ok()?;
        if candidate.must_start_like_one && !starts_like_dockerfile(&bytes) {
            return known.map(|_| full_diagnostic_report(uri, None, Vec::new()));
        }
        let text = DocumentText::new(String::from_utf8_lossy(&bytes).into_owned(), self.encoding);
        let analysis = DocumentAnalysis::new(&text, rules);
        Some(full_diagnostic_report(uri, Some(result_id), diagnostics::all_diagnostics(&analysis, &text)))
    }
}

/// The Dockerfiles in these directories, sorted by path, as `check` finds them.
pub(super) fn workspace_dockerfiles(directories: &[PathBuf]) -> Vec<CandidateFile> {
    let mut found = Vec::new();
    for directory in directories {
        let Ok(exclude) = PathGlobs::new(directory, std::iter::empty()) else { continue };
        let finder = FileFinder {
            current: directory,
            exclude: &exclude,
            force_exclude: true,
            respect_gitignore: true,
            stdin_name: None,
        };
        found.extend(finder.find([directory]).candidates);
    }
    // A Dockerfile inside a Compose file belongs to that file.
    found.retain(|candidate| candidate.inline_dockerfile().is_none());
    found.sort_by(|one, other| one.absolute.cmp(&other.absolute));
    found.dedup_by(|one, other| one.absolute == other.absolute);
    found
}

fn full_diagnostic_report(
    uri: Uri,
    result_id: Option<String>,
    items: Vec<gen_lsp_types::Diagnostic>,
) -> WorkspaceDocumentDiagnosticReport {
    let report = FullDocumentDiagnosticReport { result_id, items };
    WorkspaceFullDocumentDiagnosticReport { uri, version: None, full_document_diagnostic_report: report }
        .into()
}
