//! `text`: for a terminal, the most expensive problems first, in at most 40 lines for a file.

mod effects;
mod explain;
mod layout;
mod problems;
mod steps;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use layout::{wrap_paragraph, write_paragraph};

use super::values::{DurationFormat, capitalize, image_sentence, shorten_digest};
use super::{ReportDetail, TextReportStyle, write_to_string};
use crate::facts::count_noun;
use crate::facts::format_size;
use crate::optimize::context::IgnoreFileProposal;
use crate::optimize::{FileReport, StageReport};
use crate::plan::FilePlan;
use crate::report::neutralize;
use crate::syntax::quote_excerpt;

/// The size from which an ignore file is worthwhile.
const MIN_EXCLUDED_BYTES: u64 = 1_000;

/// Maximum number of lines for an ordinary file.
const MAX_LINES: usize = 40;

pub(super) fn render(plan: &FilePlan, style: TextReportStyle) -> String {
    let page = TextReport { style };
    write_to_string(|out| match style.detail {
        ReportDetail::Summary => page.print_summary(out, plan, Some(MAX_LINES)),
        ReportDetail::All => page.print_summary(out, plan, None),
        ReportDetail::Steps => page.print_steps(out, plan),
        ReportDetail::Explain => page.print_explanations(out, plan),
    })
}

#[derive(Clone, Copy)]
struct TextReport {
    style: TextReportStyle,
}

impl TextReport {
    fn print_summary(self, out: &mut dyn Write, plan: &FilePlan, most: Option<usize>) -> io::Result<()> {
        let head = self.summary_lines(plan);
        let mut tail = Vec::new();
        let effects = self.format_effects(plan);
        if !effects.is_empty() {
            tail.push(String::new());
            tail.extend(effects);
        }
        tail.push(String::new());
        tail.extend(self.describe_missing_ignore_file(plan));
        tail.push(self.dim("Steps: --steps · Reasons: --explain · Web page: --format html -o cost.html"));
        let room = most.map(|most| most.saturating_sub(head.len() + tail.len() + 1));
        let problems = self.format_problems(plan, room);
        let gap = vec![String::new()];
        let mut all = head.iter().chain(&gap).chain(&problems).chain(&tail);
        all.try_for_each(|line| writeln!(out, "{}", line.trim_end()))
    }

    /// The base image, the size of the image, and what source changes cost.
    fn summary_lines(self, plan: &FilePlan) -> Vec<String> {
        let report = &plan.report;
        let name = neutralize(&report.file);
        let mut line = format!("{name}  ");
        if let Some(base) = &report.base {
            if base.reference.is_empty() {
                line += "unknown base image";
            } else {
                line += &neutralize(&shorten_digest(&base.reference));
                match &base.system {
                    Some(system) => line += &format!(" ({})", capitalize_system_name(system)),
                    None if !base.known => line += " (unknown image)",
                    None => {}
                }
            }
            line += ", ";
        }
        let stages = report.stages.iter().filter(|stage| stage.built).count();
        let all = report.stages.len();
        line += &if stages == all {
            count_noun(stages, "stage")
        } else {
            format!("{stages} of {all} stages built")
        };
        line += &format!(", {}", count_noun(plan.before.layers, "layer"));
        if let Some(target) = chosen_target(report) {
            line += &format!(", target {target}");
        }
        let mut lines = wrap_paragraph("", &line, self.style.width);
        if let Some(first) = lines.first_mut() {
            *first = first.replacen(&*name, &self.bold(&name), 1);
        }
        let before = &plan.before;
        lines.extend(wrap_paragraph("", &image_sentence(plan), self.style.width));
        if before.source.happens && before.source.seconds.most >= 0.5 {
            let clock = DurationFormat::format_for_report(report);
            let mut text =
                format!("100 source changes cost {} of rebuilds", clock.format_duration(plan.changes.now));
            text += &if plan.changes.fixed < plan.changes.now * 0.95 {
                format!("; {} with the fixes below.", clock.format_duration(plan.changes.fixed))
            } else {
                ".".to_string()
            };
            lines.extend(wrap_paragraph("", &text, self.style.width));
        }
        if let Some(refused) = &report.refused {
            let red = self.style_if_colored(AnsiColor::Red.on_default());
            let text = format!("The build fails on line {}: {}", refused.line, neutralize(&refused.message));
            let wrapped = wrap_paragraph("", &text, self.style.width);
            lines.extend(wrapped.into_iter().map(|line| format!("{red}{line}{red:#}")));
        }
        lines
    }

    /// The cost of a missing ignore file, and the command that creates one.
    fn describe_missing_ignore_file(self, plan: &FilePlan) -> Vec<String> {
        let Some(context) = &plan.report.context else { return Vec::new() };
        let is_shown = |proposal: &&IgnoreFileProposal| proposal.leaves_out.bytes >= MIN_EXCLUDED_BYTES;
        let Some(proposal) = context.proposal.as_ref().filter(is_shown) else { return Vec::new() };
        // A Dockerfile in another file, or on standard input, is found by searching the directory.
        let file = match plan.report.file.as_str() {
            "-" => String::new(),
            inline if inline.contains('#') => String::new(),
            path => format!(" {}", neutralize(path)),
        };
        let text = format!(
            "No `.dockerignore`: the build context has {} in {}, of which {} can be excluded. Create one with `dockwright optimize --write-dockerignore{file}`.",
            format_size(context.total.bytes),
            count_noun(context.total.files, "file"),
            format_size(proposal.leaves_out.bytes)
        );
        wrap_paragraph("", &text, self.style.width)
    }

    fn print_section_title(self, out: &mut dyn Write, title: &str) -> io::Result<()> {
        writeln!(out, "\n{}", self.bold(title))
    }

    fn print_paragraph(self, out: &mut dyn Write, indent: &str, text: &str) -> io::Result<()> {
        write_paragraph(out, indent, text, self.style.width)
    }

    fn bold(self, text: &str) -> String {
        let bold = self.style_if_colored(Style::new().bold());
        format!("{bold}{text}{bold:#}")
    }

    fn dim(self, text: &str) -> String {
        let dim = self.style_if_colored(Style::new().dimmed());
        format!("{dim}{text}{dim:#}")
    }

    fn style_if_colored(self, style: Style) -> Style {
        if self.style.color { style } else { Style::new() }
    }

    /// Whether there is room for full options and column titles.
    fn has_wide_layout(self) -> bool {
        self.style.width >= 100
    }
}

/// `Debian bookworm` of `debian bookworm`.
fn capitalize_system_name(system: &str) -> String {
    const SPELLED: [(&str, &str); 8] = [
        ("almalinux", "AlmaLinux"),
        ("amazonlinux", "Amazon Linux"),
        ("archlinux", "Arch Linux"),
        ("centos", "CentOS"),
        ("opensuse", "openSUSE"),
        ("oraclelinux", "Oracle Linux"),
        ("rhel", "RHEL"),
        ("rockylinux", "Rocky Linux"),
    ];
    for (id, name) in SPELLED {
        if let Some(rest) = system.strip_prefix(id) {
            return neutralize(&format!("{name}{rest}")).into_owned();
        }
    }
    neutralize(&capitalize(system)).into_owned()
}

/// The stage that is built, unless it is the last one: `` `name` `` or `stage 2`.
fn chosen_target(report: &FileReport) -> Option<String> {
    let target = report.target.as_deref()?;
    let is_target = |stage: &&StageReport| match &stage.name {
        Some(name) => name == target,
        None => stage.index.to_string() == target,
    };
    let stage = report.stages.iter().find(is_target)?;
    let is_last = stage.index + 1 == report.stages.len();
    let name = || {
        stage
            .name
            .as_deref()
            .map_or(format!("stage {}", stage.index + 1), |name| quote_excerpt(&neutralize(name)))
    };
    (!is_last).then(name)
}
