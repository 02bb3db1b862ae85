//! LegacyKeyValueFormat: ENV or LABEL without `=`.

use super::fixes::instruction_edit;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::expand::{self, ExpansionMode, NoVariables};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, KeyValuePair, quote_excerpt};

pub(crate) static RULE: Rule = Rule {
    code: "LegacyKeyValueFormat",
    name: "legacy-key-value-format",
    severity: Severity::Style,
    fixable: Fixable::Sometimes,
    is_notation: true,
    check: Check::File(check),
    docs: include_str!("../../../../rules/LegacyKeyValueFormat.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let build = &cx.semantics.build;
    for site in build.facts.legacy_pairs.iter().filter(|site| build.is_reachable(site)) {
        let Arguments::Pairs { pairs, .. } = &site.instruction.arguments else { continue };
        let span = pairs
            .first()
            .map_or(site.instruction.rest.span, |pair| pair.key.span.enclosing_span(pair.value.span));
        let keyword = quote_excerpt(&site.instruction.keyword.text);
        let edit = pairs
            .first()
            .filter(|_| !site.fired)
            .and_then(|pair| rewrite_pair(site.instruction, pair, cx.file.escape, cx.file.source));
        let message = format!("{keyword} without `=` is deprecated");
        let diagnostic = cx
            .report(site.anchor, site.report_span(span), message)
            .help("use `KEY=VALUE`; quote values that contain spaces");
        diagnostic.fix_or_reason(match edit {
            Some(edit) => Ok(Fix::safe("use `KEY=VALUE`", [edit])),
            None if site.fired => Err(instruction_edit::FIRED.into()),
            None if pairs.first().is_some_and(|pair| pair.value.is_empty()) => {
                Err("the variable has no value".into())
            }
            None => Err("the value may be different in the `KEY=VALUE` form".into()),
        });
    }
}

/// The pair with `=`, if that certainly gives the same key and value.
fn rewrite_pair(
    instruction: &Instruction<'_>,
    pair: &KeyValuePair<'_>,
    escape: u8,
    source: &[u8],
) -> Option<Edit> {
    // The builder rejects a name without a value; the intended value is unknown.
    if pair.value.is_empty()
        || !instruction.continuations.is_empty()
        || !pair.key.is_verbatim(source)
        || !pair.value.is_verbatim(source)
    {
        return None;
    }
    let (key, value) = (pair.key.text.as_ref(), pair.value.text.as_ref());
    let special = |c: char| matches!(c, '\'' | '"') || c == char::from(escape);
    if key.contains(special) || key.contains(['=', '$']) {
        return None;
    }
    // Quotes around the whole value only preserve it if it contains nothing to quote or escape.
    let spelling = if value.contains(special) {
        (!value.contains(char::is_whitespace)).then(|| value.to_string())?
    } else if value.contains(char::is_whitespace) {
        format!("\"{value}\"")
    } else {
        value.to_string()
    };
    if value.ends_with(char::from(escape)) || splits_at_space(&spelling, escape) {
        return None;
    }
    let before = expand::expand(value, escape, ExpansionMode::Word, &NoVariables);
    let after = expand::expand(&spelling, escape, ExpansionMode::Word, &NoVariables);
    let names = |expansion: &expand::Expansion<'_>| {
        expansion.uses.iter().map(|found| found.name.to_string()).collect::<Vec<_>>()
    };
    let same = before.result.is_ok() && before.result == after.result && names(&before) == names(&after);
    let span: Span = pair.key.span.enclosing_span(pair.value.span);
    same.then(|| Edit::replace(span, format!("{key}={spelling}")))
}

/// Whether a value would be read as more than one word: spaces inside `${…}`, or a quote left open.
fn splits_at_space(spelling: &str, escape: u8) -> bool {
    let mut quote = None;
    let mut characters = spelling.chars();
    while let Some(c) = characters.next() {
        match quote {
            Some('\'') if c == '\'' => quote = None,
            Some('\'') => {}
            _ if c == char::from(escape) => {
                characters.next();
            }
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None if c.is_whitespace() => return true,
            Some(_) | None => {}
        }
    }
    quote.is_some()
}
