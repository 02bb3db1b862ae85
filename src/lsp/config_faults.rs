//! Errors in configuration files: a message once, and diagnostics on the file until it is correct again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gen_lsp_types::{
    Diagnostic, DiagnosticSeverity, Message, MessageType, PublishDiagnosticsNotification,
    PublishDiagnosticsParams, Range, ShowMessageNotification, ShowMessageParams, Uri,
};

use super::configuration::ConfigFault;
use super::diagnostics::SOURCE;
use super::position::{DocumentText, PositionUnits};
use super::session::Session;

/// What the client received about configuration files.
#[derive(Debug, Default)]
pub(super) struct ReportedFaults {
    messages: BTreeSet<String>,
    diagnostics: BTreeMap<PathBuf, Vec<Diagnostic>>,
}

impl Session {
    /// Tells the client about errors that are new, and removes those that are corrected.
    pub(super) fn report_faults(&mut self) {
        let faults = &self.configuration.faults;
        let messages: BTreeSet<String> = faults.values().map(|fault| self.fault_message(fault)).collect();
        for message in messages.difference(&self.reported_faults.messages) {
            self.notify::<ShowMessageNotification>(&ShowMessageParams::new(
                MessageType::Error,
                message.clone(),
            ));
        }
        self.reported_faults.messages = messages;
        let diagnostics = self.fault_diagnostics();
        let known = std::mem::take(&mut self.reported_faults.diagnostics);
        for file in known.keys().filter(|file| !diagnostics.contains_key(*file)) {
            self.publish_faults(file, Vec::new());
        }
        for (file, now) in diagnostics.iter().filter(|(file, now)| known.get(*file) != Some(*now)) {
            self.publish_faults(file, now.clone());
        }
        self.reported_faults.diagnostics = diagnostics;
    }

    /// Whether a document is a configuration file that has diagnostics.
    pub(super) fn has_config_diagnostics(&self, uri: &Uri) -> bool {
        uri.to_file_path().is_ok_and(|path| self.reported_faults.diagnostics.contains_key(&path))
    }

    fn publish_faults(&self, file: &Path, diagnostics: Vec<Diagnostic>) {
        let Ok(uri) = Uri::from_file_path(file) else { return };
        let params = PublishDiagnosticsParams { uri, version: None, diagnostics };
        self.notify::<PublishDiagnosticsNotification>(&params);
    }

    /// The error with its place, relative to the workspace, and what is in effect.
    fn fault_message(&self, fault: &ConfigFault) -> String {
        let mut error = fault.error.clone();
        error.file = error.file.map(|file| {
            let inside = self.configuration.directories.iter().find_map(|it| file.strip_prefix(it).ok());
            inside.map(Path::to_path_buf).unwrap_or(file)
        });
        format!("dockwright: {error}; {}", fault.fallback)
    }

    fn fault_diagnostics(&self) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
        let mut found: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
        for (file, fault) in &self.configuration.faults {
            let mut message = fault.error.message.clone();
            if let Some(help) = &fault.error.help {
                message += &format!("\nhelp: {help}");
            }
            let range = line_range(file, fault.error.line, self.client.encoding);
            let diagnostic = to_diagnostic(range, DiagnosticSeverity::Error, message);
            found.entry(file.clone()).or_default().push(diagnostic);
        }
        // Several files may extend the one with the fault.
        let warnings = self.configuration.warnings.values().flatten();
        let unique: BTreeSet<_> =
            warnings.map(|warning| (&warning.file, warning.line, &warning.message)).collect();
        for (file, line, message) in unique {
            let Some(file) = file else { continue };
            let range = line_range(file, line, self.client.encoding);
            let diagnostic = to_diagnostic(range, DiagnosticSeverity::Warning, message.clone());
            found.entry(file.clone()).or_default().push(diagnostic);
        }
        found
    }
}

fn to_diagnostic(range: Range, severity: DiagnosticSeverity, message: String) -> Diagnostic {
    Diagnostic {
        range,
        severity: Some(severity),
        source: Some(SOURCE.to_string()),
        message: Message::String(message),
        ..Diagnostic::default()
    }
}

/// The text of a line of a file, counted from 1; the start of the file if the line is unknown.
fn line_range(file: &Path, line: Option<usize>, encoding: PositionUnits) -> Range {
    let (Some(line), Ok(bytes)) = (line, std::fs::read(file)) else { return Range::default() };
    let text = DocumentText::new(String::from_utf8_lossy(&bytes).into_owned(), encoding);
    text.line_range(u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX))
}
