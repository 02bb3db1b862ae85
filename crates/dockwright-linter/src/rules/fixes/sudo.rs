//! Removes `sudo` if root runs the command anyway.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::shell::{CommandPlace, ShellCommand};
use crate::source::Span;

use super::run_edit::NOT_ROOT;

/// Deletes every `sudo` of the RUN, if the user is certainly root. `sudo` has its own PATH, which may differ from
/// that of the image.
pub(crate) fn remove_sudo(cx: &RuleChecker<'_>, run: &Run<'_>) -> FixOrReason {
    if !run.stage.is_some_and(|stage| cx.semantics.is_known_root(stage, run.outer.span.start)) {
        return Err(NOT_ROOT.into());
    }
    let calls = run.script.commands.iter().filter(|command| command.find_call_word("sudo").is_some());
    let edits: Option<Vec<Edit>> = calls.map(|command| sudo_edit(command, cx.file.source)).collect();
    let fix = Fix::new(
        Applicability::UnsafeMid,
        "remove `sudo`",
        edits.ok_or("`sudo` does more here than run a command as root")?,
    );
    Ok(fix.with_risk("a command may rely on the `PATH` of `sudo`"))
}

/// The command without `sudo` and those of its options that change nothing for root.
fn sudo_edit(command: &ShellCommand, source: &[u8]) -> Option<Edit> {
    const HARMLESS: [&str; 6] = ["-E", "-H", "-n", "--preserve-env", "--set-home", "--non-interactive"];
    let sudo = command.find_call_word("sudo").filter(|_| command.place != CommandPlace::Quoted)?;
    let mut rest = command.words.iter().skip_while(|word| word.span != sudo.span).skip(1);
    let program = rest.find(|word| !HARMLESS.contains(&word.text.as_str()))?;
    // The word may set another user, a login shell or a variable.
    if program.text.starts_with('-') || program.text.contains('=') || sudo.text != "sudo" {
        return None;
    }
    let span = Span::new(sudo.span.start, program.span.start);
    (!span.bytes(source).contains(&b'#')).then(|| Edit::delete(span))
}
