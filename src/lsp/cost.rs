//! The report of `dockwright optimize` on a document, and its steps by the instructions that they come from.

use super::configuration::DocumentRules;
use super::requests::RequestContext;
use crate::facts::format_size;
use crate::facts::images::{self, ImageSize};
use crate::optimize::{FileReport, ReportInputs, StepReport, build_report};
use crate::report::optimize::{DurationFormat, size_in_prose};

/// The report; `None` if there is nothing to build. It is computed once for each text.
pub(super) fn report_of_document(subject: &RequestContext) -> Option<&FileReport> {
    let made = subject.analysis.cost.get_or_init(|| {
        let DocumentRules::Engine(engine, _, context) = &subject.rules else { return None };
        if subject.analysis.is_template {
            return None;
        }
        let path = subject.uri.to_file_path().ok();
        let name = path.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
        let files = context.files_for_costs(subject.text.bytes());
        let target = engine.settings.target.as_deref();
        let inputs = ReportInputs { target, files: files.as_deref(), ..ReportInputs::default() };
        build_report(name.as_deref().unwrap_or("Dockerfile"), subject.text.bytes(), &inputs)
            .ok()
            .map(Box::new)
    });
    made.as_deref()
}

/// The step of the instruction that starts on a line, counted from 1.
pub(super) fn step_on_line(report: &FileReport, line: u32) -> Option<&StepReport> {
    report.steps.iter().find(|step| step.line == line && !step.fired)
}

/// What a step adds and how long it takes: `adds ~84 MB, takes ~30 s in a full build`. `None` if it makes no layer.
pub(super) fn step_sentence(report: &FileReport, step: &StepReport) -> Option<String> {
    if !step.layer {
        return None;
    }
    let not_built = if step.built { "" } else { "; the target does not need it" };
    let time = DurationFormat::format_for_report(report).format_duration(step.time);
    Some(format!("adds {}, takes {time} in a full build{not_built}", size_in_prose(step.adds)))
}

/// The size on disk of the image that the stage on this line, counted from 1, starts from.
pub(super) fn base_image_size(report: &FileReport, line: u32) -> Option<String> {
    let stage = report.stages.iter().find(|stage| stage.line == line && stage.parent.is_none())?;
    images::image_size(&stage.from).as_ref().map(format_disk_size)
}

/// The size of an image on disk: `117 MB`, or `~117 MB` for an estimate.
pub(super) fn format_disk_size(known: &ImageSize) -> String {
    format!("{}{}", if known.exact { "" } else { "~" }, format_size(known.disk))
}
