//! InvalidDefinitionDescription: a comment above ARG or FROM that does not describe it.

use crate::diagnostic::{Edit, Fix};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::syntax::{Arguments, AttachedComment, Instruction, quote_excerpt};

pub(crate) static RULE: Rule = Rule {
    code: "InvalidDefinitionDescription",
    name: "description-comment",
    fixable: Fixable::Sometimes,
    is_notation: true,
    needs_file_only: false,
    moment: BuildCheckTiming::Instruction,
    check: Check::File(check),
    docs: include_str!("../../../../rules/InvalidDefinitionDescription.md"),
    ..Rule::BUILDKIT
};

/// An experimental check of BuildKit: it only runs if a `# check=experimental=…` comment or the user enables it.
fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    for instruction in file.instructions() {
        if !cx.options.experimental_checks.contains(&RULE.code)
            && !semantics.check_config.enables_explicitly(RULE.code, instruction.span.start)
        {
            continue;
        }
        let names: Vec<String> = match &instruction.arguments {
            Arguments::From(from) => from.alias.iter().map(|alias| alias.name.text.to_lowercase()).collect(),
            Arguments::Declarations(names) => names.iter().map(|name| name.name.text.to_string()).collect(),
            _ => continue,
        };
        let comments = file.attached_comments(instruction);
        let Some(last) = comments.last().filter(|_| !names.is_empty()) else { continue };
        let word = last.text.split(' ').next().unwrap_or_default();
        if names.iter().any(|name| name == word) {
            continue;
        }
        let wanted = names.iter().map(|name| quote_excerpt(name)).collect::<Vec<_>>().join(" or ");
        let fix = detach_comments(&comments, instruction);
        let message = format!(
            "BuildKit reads this as the description of {wanted}, but it does not start with that name"
        );
        let diagnostic = cx.report(instruction, last.span, message);
        diagnostic.help("start it with the name, or add a line with only `#` below it");
        diagnostic.fix_or_reason(fix.ok_or_else(|| "one of the comments is a directive for a tool".into()));
    }
}

/// Adds a `#` between the comments and the instruction, unless BuildKit interprets one of them.
fn detach_comments(comments: &[AttachedComment<'_>], instruction: &Instruction<'_>) -> Option<Fix> {
    let tells = |comment: &AttachedComment<'_>| {
        let text = comment.text.to_lowercase();
        [
            "check",
            "hadolint",
            "dockwright",
            "shellcheck",
            "renovate:",
            "trivy:",
            "checkov:",
            "syntax",
            "escape",
        ]
        .iter()
        .any(|word| text.starts_with(word))
    };
    (!comments.iter().any(tells))
        .then(|| Fix::safe("add a `#` line below the comment", [Edit::insert(instruction.span.start, "#\n")]))
}
