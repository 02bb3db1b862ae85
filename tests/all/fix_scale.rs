//! Fixing takes time in proportion to the number of instructions, without the time of the rules.

use std::time::Duration;

use dockwright::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use dockwright::fix::{FixSelection, LintResult, PlacedComment, fix_until_stable};
use dockwright::source::Span;

use crate::clock::timed;

fn diagnostic_with(code: &'static str, span: Span, fix: Option<Fix>) -> Diagnostic {
    Diagnostic {
        code,
        name: "test",
        aliases: Vec::new(),
        severity: Severity::Warning,
        message: String::new(),
        help: None,
        span,
        anchor: span,
        stage: None,
        loss: None,
        saving: None,
        conditional: false,
        hidden: Vec::new(),
        fix,
        refused: Vec::new(),
    }
}

/// Each line `x` has a problem with a fix, each line except comments a problem without one, and each comment belongs
/// to the next line.
fn lint(text: &[u8]) -> LintResult {
    let mut lint = LintResult::default();
    let mut start = 0u32;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let end = start + u32::try_from(line.len()).expect("a short text");
        let span = Span::new(start, end - 1);
        if line.starts_with(b"#") {
            let text = String::from_utf8_lossy(line).trim().to_string();
            lint.comments.push(PlacedComment { text, span, below: Some(end) });
        } else {
            if line.starts_with(b"x") {
                let fix = Fix::safe("write it out", [Edit::replace(span, "written out")]);
                lint.diagnostics.push(diagnostic_with("DL3020", span, Some(fix)));
            }
            lint.diagnostics.push(diagnostic_with("DL3021", span, None));
        }
        start = end;
    }
    lint
}

fn time(count: usize) -> Duration {
    let lines: Vec<String> = (0..count).map(|number| format!("# {number}\nx\n")).collect();
    let text = lines.concat();
    let (settled, time) = timed(|| {
        fix_until_stable(text.as_bytes(), FixSelection::trusting_at_least(Applicability::Safe), &lint)
    });
    assert_eq!((settled.made.len(), settled.refused.len()), (count, 0));
    time
}

#[test]
fn fixing_takes_linear_time() {
    let best = |count| (0..3).map(|_| time(count)).min().unwrap_or_default();
    let mut times = [Duration::ZERO; 3];
    // On a busy machine, one of several measurements is undisturbed.
    for _ in 0..3 {
        times = [2_000, 8_000, 32_000].map(best);
        // Linear is 4, with the logarithm of a search a little more; quadratic is 16.
        if times.windows(2).all(|pair| pair[1] < pair[0] * 7) {
            return;
        }
    }
    panic!("2,000, 8,000 and 32,000 instructions take {times:?}");
}
