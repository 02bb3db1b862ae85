//! Diagnostics in the form of the protocol, pushed or pulled.

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticSeverity, DocumentDiagnosticReport,
    FullDocumentDiagnosticReport, Message, PublishDiagnosticsParams, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
};

use super::analysis::DocumentAnalysis;
use super::position::DocumentText;
use super::wording::problem_lines;
use crate::diagnostic::{self, Severity};
use crate::rule_links::rule_page;

/// The word that editors show next to each.
pub(super) const SOURCE: &str = "dockwright";

/// A diagnostic in the protocol's form.
pub(super) fn to_lsp_diagnostic(found: &diagnostic::Diagnostic, text: &DocumentText) -> Diagnostic {
    Diagnostic {
        range: text.range(found.span),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
            Severity::Info => DiagnosticSeverity::Information,
            Severity::Style => DiagnosticSeverity::Hint,
        }),
        code: Some(Code::String(found.code.to_string())),
        code_description: rule_page(found.code)
            .and_then(|page| Uri::parse(&page).ok())
            .map(CodeDescription::new),
        source: Some(SOURCE.to_string()),
        message: Message::String(problem_lines(found)),
        ..Diagnostic::default()
    }
}

/// All diagnostics of a text.
pub(crate) fn all_diagnostics(analysis: &DocumentAnalysis, text: &DocumentText) -> Vec<Diagnostic> {
    analysis.lint.diagnostics.iter().map(|found| to_lsp_diagnostic(found, text)).collect()
}

/// The diagnostics that are pushed to a client that does not pull them.
pub(super) fn published_diagnostics(
    uri: Uri,
    version: i32,
    analysis: &DocumentAnalysis,
    text: &DocumentText,
) -> PublishDiagnosticsParams {
    PublishDiagnosticsParams { uri, version: Some(version), diagnostics: all_diagnostics(analysis, text) }
}

/// The response to a client that pulls. `serial` numbers the texts and configurations of a session; `previous` is
/// the client's last result.
pub(super) fn pulled_diagnostics(
    analysis: &DocumentAnalysis,
    text: &DocumentText,
    serial: u64,
    previous: Option<&str>,
) -> DocumentDiagnosticReport {
    let result_id = serial.to_string();
    if previous == Some(&result_id) {
        let unchanged = UnchangedDocumentDiagnosticReport { result_id };
        return RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: unchanged,
        }
        .into();
    }
    let full =
        FullDocumentDiagnosticReport { result_id: Some(result_id), items: all_diagnostics(analysis, text) };
    RelatedFullDocumentDiagnosticReport { related_documents: None, full_document_diagnostic_report: full }
        .into()
}

/// The notification that is pushed when a document is closed.
pub(super) const fn no_diagnostics(uri: Uri) -> PublishDiagnosticsParams {
    PublishDiagnosticsParams { uri, version: None, diagnostics: Vec::new() }
}
