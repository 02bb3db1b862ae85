//! DW5014: commands of bash in `/bin/sh`.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::base_image::{BaseImage, BinSh};
use crate::semantic::{Run, ShellKind, shell_span};
use crate::shell::analysis::{AnalysisShell, NO_NAMES, ShellAnalyzer, ShellText};
use crate::shell::{CommandPlace, ListItem, ShellCommand, mask_continuations};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Instruction, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW5014",
    name: "bash-in-sh",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5014.md"),
    ..Rule::BUILD
};

/// Commands of bash that dash does not have.
const BASH_ONLY: [&str; 12] = [
    "[[",
    "source",
    "pushd",
    "popd",
    "let",
    "declare",
    "typeset",
    "shopt",
    "mapfile",
    "readarray",
    "function",
    "compgen",
];
/// Releases whose dash certainly has no `pipefail`.
const WITHOUT_PIPEFAIL: [&str; 9] =
    ["bullseye", "bookworm", "trixie", "focal", "jammy", "noble", "20.04", "22.04", "24.04"];

/// Syntax that dash cannot parse, so that it rejects the whole script.
const SYNTAX: [u32; 7] = [3001, 3005, 3008, 3011, 3030, 2112, 2113];
/// Expansions at which dash exits.
const EXPANSIONS: [u32; 5] = [3053, 3054, 3057, 3059, 3060];

/// A feature of bash that dash lacks.
enum Bashism {
    /// A command that dash does not know.
    Command(String, Span),
    /// Syntax that dash cannot parse.
    Syntax(Span),
}

fn check(cx: &mut RuleChecker<'_>) {
    let Some(absence) = cx.program_absence() else { return };
    let shells = cx.semantics.shells();
    let source = cx.file.source;
    let replaced =
        cx.file.instructions().find(|one| may_replace_bin_sh(one, source)).map(|one| one.span.start);
    let mut analyzer: Option<ShellAnalyzer> = None;
    for run in &cx.semantics.runs {
        let start = run.outer.span.start;
        let Some(state) = absence.programs_before_run(start).filter(|state| state.lost.is_none()) else {
            continue;
        };
        let Some(image) = state.image() else { continue };
        let is_default = shells.shell_at(run.instruction.span.start) == ShellKind::Default
            && cx.semantics.effective_state(run.instruction.span.start).shell.is_none()
            && image.facts.has_default_shell != Some(false);
        let is_run = run.is_shell_form()
            && is_default
            && cx.semantics.shebang(run).is_none()
            && cx.build_runs_instruction_at(start)
            && !run.onbuild;
        if !is_dash(image) || !is_run || replaced.is_some_and(|replaced| replaced <= start) {
            continue;
        }
        let has_no_pipefail =
            image.release.as_deref().is_some_and(|release| WITHOUT_PIPEFAIL.contains(&release));
        let found = find_bash_command(cx, run, has_no_pipefail)
            .map(|(name, span)| Bashism::Command(name, span))
            .or_else(|| find_bash_syntax(cx, run, &mut analyzer).map(Bashism::Syntax));
        let mut help = "add `SHELL [\"/bin/bash\", \"-c\"]` before it, or write it for `sh`";
        let (message, span) = match found {
            Some(Bashism::Command(name, span)) => {
                if name == "source" {
                    help = "add `SHELL [\"/bin/bash\", \"-c\"]` before it, or use `.` instead of `source`";
                }
                (format!("`{name}` is a Bash command, but `/bin/sh` of the base image is dash"), span)
            }
            Some(Bashism::Syntax(span)) => (
                format!(
                    "{} is Bash syntax, but `/bin/sh` of the base image is dash",
                    quote_excerpt(&String::from_utf8_lossy(span.bytes(source)))
                ),
                span,
            ),
            None => continue,
        };
        cx.report(run.outer, span, message).help(help);
    }
}

/// Whether `/bin/sh` is dash. Ubuntu has had it since 6.10.
fn is_dash(image: &BaseImage) -> bool {
    let is_old = |release: &str| ["warty", "hoary", "breezy", "dapper", "6.06"].contains(&release);
    let is_ubuntu = image.official
        && image.facts.distro.as_deref() == Some("ubuntu")
        && image.facts.sh.is_none()
        && image.release.as_deref().is_some_and(|release| !is_old(release));
    image.facts.sh == Some(BinSh::Dash) || is_ubuntu
}

/// The first bash command whose failure makes the RUN fail.
fn find_bash_command(cx: &RuleChecker<'_>, run: &Run<'_>, has_no_pipefail: bool) -> Option<(String, Span)> {
    let (absence, source) = (cx.program_absence()?, cx.file.source);
    let text = String::from_utf8_lossy(run.instruction.span.bytes(source)).into_owned();
    let is_function = |name: &str| text.contains(&format!("{name}()"));
    let command = run.script.commands.iter().find_map(|command| {
        let name = command.name.as_deref()?;
        let is_pipefail = has_no_pipefail && name == "set" && command.has_argument(&["pipefail"]);
        let is_missing = BASH_ONLY.contains(&name) && absence.run_fails_with_command(command);
        // `set` with an unknown option ends the shell, whatever follows.
        let ends = is_pipefail && (absence.run_fails_with_command(command) || is_first_command(run, command));
        let shown = if is_pipefail { "set -o pipefail" } else { name };
        let is_found = command.wrappers.is_empty() && (is_missing || ends) && !is_function(shown);
        is_found.then(|| (shown.to_string(), command.name_span()))
    });
    command.or_else(|| {
        let is_condition = |item: &&ListItem| {
            item.span.bytes(source).starts_with(b"[[") && absence.is_decisive_item(item.span)
        };
        let item = run.script.list.iter().find(is_condition)?;
        Some(("[[".to_string(), Span { start: item.span.start, end: item.span.start + 2 }))
    })
}

/// The first construct of bash that dash cannot read.
fn find_bash_syntax(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    analyzer: &mut Option<ShellAnalyzer>,
) -> Option<Span> {
    const HINTS: [&str; 12] =
        ["<(", ">(", "<<<", "=(", "((", "select ", "function ", "${!", "}", "^}", ",}", "]}"];
    let Arguments::Command(CommandLine::Shell(text)) = &run.instruction.arguments else { return None };
    let (semantics, source) = (cx.semantics, cx.file.source);
    let span = shell_span(source, run.instruction, text.span, semantics.view);
    let masked = mask_continuations(source, span, &run.instruction.continuations);
    let has_heredoc = !run.instruction.heredocs.is_empty();
    if has_heredoc || !HINTS.iter().any(|hint| masked.contains(hint)) {
        return None;
    }
    let shell = AnalysisShell::from_command("/bin/sh -c");
    let shown = ShellText { text: &masked, offset: span.start, original: &[], shell, names: NO_NAMES };
    let found = analyzer.get_or_insert_with(ShellAnalyzer::new).analyze(&shown).diagnostics;
    let absence = cx.program_absence()?;
    let is_nested = |place: Span| {
        let mut commands = run.script.commands.iter().filter(|command| command.span.contains(place));
        commands.next_back().is_some_and(|command| command.place == CommandPlace::Quoted)
    };
    let certain = |place: Span| {
        let mut commands = run.script.commands.iter().filter(|command| command.span.contains(place));
        commands.next().is_some_and(|command| {
            command.place == CommandPlace::Top && absence.run_fails_with_command(command)
        }) && commands.next().is_none()
    };
    let one = found.iter().find(|one| {
        (SYNTAX.contains(&one.code) && !is_nested(one.span))
            || (EXPANSIONS.contains(&one.code) && certain(one.span))
    })?;
    Some(one.span)
}

/// Whether the command is the first command of the script's top-level list.
fn is_first_command(run: &Run<'_>, command: &ShellCommand) -> bool {
    run.script.commands.first().is_some_and(|first| std::ptr::eq(first, command))
        && command.place == crate::shell::CommandPlace::Top
}

/// Whether an instruction may replace `/bin/sh` with another shell.
fn may_replace_bin_sh(instruction: &Instruction<'_>, source: &[u8]) -> bool {
    let text = String::from_utf8_lossy(instruction.span.bytes(source));
    text.contains("/sh") || text.contains("dash") || text.contains(" sh ")
}
