//! DW3002: a token or private key in the file.

use crate::diagnostic::Severity;
use crate::rule::{Check, DiagnosticPairing, Rule, RuleActivation, RuleChecker};
use crate::semantic::secrets::{SecretToken, find_tokens};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Node};

pub(crate) static RULE: Rule = Rule {
    code: "DW3002",
    name: "secret-value",
    severity: Severity::Error,
    enabled: RuleActivation::Default,
    leads: &[
        ("DL3064", DiagnosticPairing::Words),
        ("SecretsUsedInArgOrEnv", DiagnosticPairing::Words),
        ("DW3003", DiagnosticPairing::Words),
    ],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3002.md"),
    ..Rule::SECURITY
};

fn check(cx: &mut RuleChecker<'_>) {
    let mut last = None;
    for token in find_tokens(cx.file.source) {
        let at = cx.file.items.partition_point(|item| item.span.end <= token.span.start);
        let Some(item) = cx.file.items.get(at) else { continue };
        let instruction = match &item.node {
            Node::Instruction(instruction) => Some(&**instruction),
            _ => None,
        };
        let span = instruction.map_or(token.span, |instruction| enclosing_pair(instruction, token.span));
        // Two tokens in one value are reported once.
        if last.replace(span) == Some(span) {
            continue;
        }
        let in_image = instruction.is_some_and(|instruction| !is_in_comment(instruction, token.span));
        let anchor = match (&item.node, instruction) {
            (_, Some(instruction)) => instruction.span,
            (Node::Comment(comment), _) => comment.span,
            _ => token.span,
        };
        report(cx, &token, anchor, span, in_image);
    }
}

fn report(cx: &mut RuleChecker<'_>, token: &SecretToken, anchor: Span, span: Span, in_image: bool) {
    let readers = if in_image { "the image or this file" } else { "this file" };
    let excerpt = token.excerpt(cx.file.source).replace('`', "'");
    let message = format!("`{excerpt}` looks like {}; anyone with {readers} can use it", token.kind);
    cx.report_at(anchor, span, message)
        .help("revoke it, then pass a new one with `RUN --mount=type=secret` or when the container starts")
        .add_reason_not_fixed("the old value is in the repository history, so it must be revoked");
}

/// The `KEY=VALUE` of ENV, ARG or LABEL that contains the token, or the token.
fn enclosing_pair(instruction: &Instruction<'_>, token: Span) -> Span {
    let pairs: Vec<Span> = match &instruction.arguments {
        Arguments::Onbuild(inner) => return enclosing_pair(inner, token),
        Arguments::Pairs { pairs, .. } => {
            pairs.iter().map(|pair| pair.key.span.enclosing_span(pair.value.span)).collect()
        }
        Arguments::Declarations(names) => names
            .iter()
            .filter_map(|one| Some(one.name.span.enclosing_span(one.default.as_ref()?.span)))
            .collect(),
        _ => Vec::new(),
    };
    pairs.into_iter().find(|pair| pair.contains(token)).unwrap_or(token)
}

/// Whether the token is in a comment between the lines of the instruction.
fn is_in_comment(instruction: &Instruction<'_>, token: Span) -> bool {
    instruction.continuations.iter().flat_map(|one| &one.skipped).any(|line| line.span.contains(token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::find_problems;

    const RANDOM: &str = "R7kQ2mZp9XvB4tLw8NsYc3HdJf6GaEuT5qWi";

    #[test]
    fn finds_tokens_everywhere() {
        // Code forges reject files that contain tokens, so the test assembles them.
        let token = format!("gh{}{RANDOM}", "p_");
        for (count, text) in [
            (1, "RUN curl -H \"Authorization: token TOKEN\" https://api.example.org"),
            (1, "LABEL a=TOKEN"),
            (1, "# TOKEN"),
            (1, "RUN a \\\n  # TOKEN\n  && b"),
            (1, "ONBUILD ENV A=TOKEN"),
            (2, "ENV A=TOKEN B=TOKEN"),
            (1, "ENV A TOKEN TOKEN"),
            (1, "ARG A=TOKEN"),
            (1, "COPY <<E /root/.netrc\nmachine a password TOKEN\nE"),
            (1, "RUN <<'E'\nexport A=TOKEN\nE"),
            (1, "RUN git clone https://x:TOKEN@example.org/a"),
            (1, "CMD [\"a\", \"TOKEN\"]"),
            (0, "ENV A=ghp_$TOKEN_OF_CI"),
        ] {
            let found = find_problems(&RULE, &text.replace("TOKEN", &token));
            assert_eq!(found.len(), count, "{text}");
            for one in found {
                assert!(
                    one.message.contains("`ghp_R7…`") && !one.message.contains(&token),
                    "{}",
                    one.message
                );
            }
        }
    }
}
