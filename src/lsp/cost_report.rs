//! The command that returns the Markdown report of `dockwright optimize`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::configuration::DocumentRules;
use super::requests::RequestContext;
use crate::config::{RuleSelector, Settings, SettingsLayer};
use crate::files::engine::LintEngine;
use crate::lint::BuildContext;
use crate::optimize::{ReportError, ReportInputs, build_report, explain_missing_stage};
use crate::plan::{Analyzer, plan_file};
use crate::report::optimize::{OptimizeFormat, OptimizeReport, ReportDetail, TextReportStyle};
use crate::rules::is_optimizer_rule;
use crate::semantic::BuildInputs;

/// The name of the command.
pub(super) const COST: &str = "dockwright.cost";

/// The arguments of the command.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CostCommandArguments {
    pub uri: gen_lsp_types::Uri,
}

/// The report in Markdown.
///
/// # Errors
/// There is nothing to report; the text gives the reason.
pub(super) fn cost_report(subject: &RequestContext) -> Result<String, String> {
    let (engine, build) = match &subject.rules {
        DocumentRules::Engine(engine, _, build) => (engine, build),
        DocumentRules::Excluded => return Err("the configuration excludes this file".to_string()),
        DocumentRules::Template(_) => return Err("this is a template".to_string()),
        DocumentRules::Foreign => return Err("this is not a Dockerfile".to_string()),
    };
    let mut settings = Settings::clone(&engine.settings);
    settings.apply(&SettingsLayer {
        extend_select: vec![RuleSelector::Optimizer],
        as_hadolint: Some(false),
        ..SettingsLayer::default()
    });
    let contexts = build.contexts_for_costs();
    let engine = LintEngine::new(Arc::new(settings)).with_build(BuildInputs::default(), contexts);
    let source = subject.text.bytes();
    let path = subject.uri.to_file_path().ok();
    let context = engine.context_files(build.candidate(), source);
    let context = context.map_err(|_| "the build context has too many files".to_string())?;
    let build_context = BuildContext { context, ..engine.build_context(build.candidate()) };
    let name = path.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
    let name = name.as_deref().unwrap_or("Dockerfile");
    let target = engine.settings.target.clone();
    let inputs = ReportInputs {
        target: target.as_deref(),
        files: build_context.context.as_deref(),
        ..ReportInputs::default()
    };
    let analyzer = Analyzer {
        is_filtered: false,
        lint: &|text| engine.analyze(text, &build_context),
        is_listed: &is_optimizer_rule,
        is_fixed: &|_| true,
        report: &|text| build_report(name, text, &inputs),
    };
    let plan = plan_file(source, None, analyzer).map_err(|why| match why {
        ReportError::NoStage => explain_missing_stage(source),
        ReportError::UnknownStage => {
            format!("unknown target stage `{}`", target.as_deref().unwrap_or_default())
        }
        ReportError::TooLong => "too many instructions for a report".to_string(),
    })?;
    let style = TextReportStyle { detail: ReportDetail::All, color: false, width: TextReportStyle::WIDTHS.1 };
    let mut report = OptimizeReport::new(OptimizeFormat::Markdown, style);
    report.add(&plan);
    let mut text = Vec::new();
    report.write(&mut text).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
