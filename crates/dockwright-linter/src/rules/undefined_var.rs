//! UndefinedVar: a variable that nothing sets before it is used.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "UndefinedVar",
    name: "undefined-variable",
    moment: BuildCheckTiming::Variables,
    check: Check::File(check),
    docs: include_str!("../../../../rules/UndefinedVar.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    for found in semantics.build.undefined_variables() {
        let name = quote_excerpt(&found.name);
        // The settings of an external image are only known after pulling it.
        let is_name = found.name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let may_be_set = is_name && found.may_be_set && found.nearest.is_none();
        let message = if may_be_set {
            format!("{name} is not defined in this file; the base image may set it")
        } else {
            format!("{name} is not defined here")
        };
        let mut heredocs = cx.file.instructions().flat_map(|instruction| &instruction.heredocs);
        let delimiter =
            heredocs.find(|heredoc| heredoc.body.contains(found.span)).map(|heredoc| &*heredoc.name);
        let diagnostic = cx.report(found.site.anchor, found.span, message);
        diagnostic.help(match &found.nearest {
            None if delimiter.is_some() => format!(
                "if the file should contain `${0}` itself, quote the delimiter (`<<'{1}'`) or write `\\${0}`",
                found.name,
                delimiter.unwrap_or_default(),
            ),
            None if found.name == "HOME" => {
                "write the path, such as `/root`: BuildKit sets `HOME` only for `RUN`".to_string()
            }
            Some(near) => format!("did you mean {}?", quote_excerpt(near)),
            None if !is_name => "to write a `$`, escape it or put it in single quotes".to_string(),
            None => format!("declare it first with `ARG {}` or `ENV`", found.name),
        });
        if may_be_set {
            diagnostic.severity = Severity::Info;
        }
    }
}
