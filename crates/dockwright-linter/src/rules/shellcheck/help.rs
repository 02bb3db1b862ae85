//! The help for a code, depending on the shell that runs the text.

use crate::semantic::{Run, Semantics};
use crate::shell::analysis::codes::ShellCheckCode;
use crate::source::Span;

/// The advice that many codes share.
const SET_SHELL: &str = "set `SHELL` to Bash";

/// The help for a code found at `span` of a RUN.
pub(super) fn help_for_code(
    semantics: &Semantics<'_>,
    run: &Run<'_>,
    code: &ShellCheckCode,
    span: Span,
) -> String {
    if let Some(name) = expanding_heredoc(semantics, run, span)
        && (code.number == 2154 || code.number >= 3000)
    {
        return format!(
            "quote the delimiter (`<<'{name}'`) or write `\\$` to keep this `RUN`'s shell from expanding it"
        );
    }
    let instead = if semantics.view.reads_scripts_in_current_shell {
        SET_SHELL
    } else if semantics.shebang(run).is_some() {
        "use `bash` in the `#!` line"
    } else if run.stage.is_some_and(|stage| semantics.has_busybox_sh(stage)) {
        "install Bash and set `SHELL` to it"
    } else {
        SET_SHELL
    };
    code.help.replace(SET_SHELL, instead)
}

/// The delimiter of the heredoc that holds `span`, if the shell of the RUN expands its text and passes it to another
/// program.
fn expanding_heredoc<'r>(semantics: &Semantics<'_>, run: &'r Run<'_>, span: Span) -> Option<&'r str> {
    let heredocs = &run.instruction.heredocs;
    let heredoc = heredocs.iter().find(|heredoc| heredoc.expand && heredoc.body.contains(span))?;
    (!semantics.view.reads_scripts_in_current_shell && !run.is_heredoc_only()).then_some(&heredoc.name)
}

#[cfg(test)]
mod tests {
    use super::SET_SHELL;
    use crate::shell::analysis::codes;

    #[test]
    fn some_codes_suggest_another_shell() {
        let proposing = codes::all_codes().filter(|code| code.help.contains(SET_SHELL)).count();
        assert!(proposing > 10, "{proposing}");
    }
}
