//! Where ShellCheck's reports for dash and for the `sh` of BusyBox differ from those for an unknown `sh`.

use super::{Dialect, RelativeDiagnostic, codes};
use crate::{ShellCommand, ShellScript};
use dockerfile_syntax::Span;
use dockwright_diagnostic::Severity;

/// Features that BusyBox supports and dash does not: `$'…'`, `[[ … ]]`, `==`, `&>`, `source`, signals with `SIG` or
/// in lowercase, and expansions that extract or replace text.
const BUSYBOX_CODES: [u32; 11] = [3003, 3010, 3012, 3014, 3020, 3046, 3048, 3049, 3057, 3058, 3060];

/// Removes reports about features that the shell supports. The remaining ones are errors instead of warnings.
pub(super) fn adapt_to_dash(
    found: &mut Vec<RelativeDiagnostic>,
    text: &str,
    script: &ShellScript,
    dialect: Dialect,
) {
    found.retain(|one| {
        let at = Span::new(one.start, one.end);
        let command = script.commands.iter().rev().find(|command| command.span.contains(at));
        let is_busybox = dialect == Dialect::Busybox;
        match one.code {
            2046 | 2086 => !command.is_some_and(|command| is_declared(one, text, command)),
            3037 => command.is_some_and(|echo| echo.has_flag("E") || (!is_busybox && echo.has_flag("e"))),
            3045 => {
                let option = text.get(at.range()).unwrap_or_default();
                !command.is_some_and(|command| {
                    command.is("ulimit")
                        || (is_busybox && command.is("type") && option == "-p")
                        || (command.is("read")
                            && option.trim_start_matches('-').chars().all(|c| "rp".contains(c)))
                })
            }
            code => !(is_busybox && BUSYBOX_CODES.contains(&code)),
        }
    });
    for one in found.iter_mut().filter(|one| one.code >= 3000) {
        if one.code == 3037 {
            one.code = 3036;
            one.message = codes::message_of_code(3036, "");
        }
        one.severity = Severity::Error;
    }
}

/// Whether the report is about the value of an assignment in `export`, `local` or `readonly`, which both
/// shells do not split.
fn is_declared(one: &RelativeDiagnostic, text: &str, command: &ShellCommand) -> bool {
    const DECLARATIONS: [&str; 5] = ["declare", "export", "local", "readonly", "typeset"];
    command.is_any(&DECLARATIONS)
        && command.arguments().iter().any(|word| {
            let before = text.get(word.span.start as usize..one.start as usize);
            word.span.contains(Span::new(one.start, one.end))
                && before
                    .and_then(|before| before.split_once('='))
                    .is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
        })
}
