//! Every page in `rules/` is run: a `bad` example reports its rule exactly once, a `good` one never, a `fixed`
//! one is what the `bad` one before it becomes. Behind that word a fence may name options of the configuration:
//! `bad trusted-registries=ghcr.io,*.gcr.io`. A snapshot of each page pins words and messages.

use std::fmt::Write as _;

use dockwright::lint::Linter;
use dockwright::rule::RuleOptions;
use dockwright::rules;
use dockwright::semantic::IgnoreFile;
use dockwright::source::LineIndex;

/// A fenced block of Dockerfile text.
struct Example<'p> {
    /// `bad`, `good`, `fixed`.
    role: &'p str,
    options: RuleOptions,
    text: &'p str,
}

fn examples(page: &str) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find("```dockerfile ") {
        let after = &rest[start + "```dockerfile ".len()..];
        let (info, body) = after.split_once('\n').expect("a fence ends its line");
        let end = body.find("```").expect("a fence is closed");
        let (role, options) = info.trim().split_once(' ').unwrap_or((info.trim(), ""));
        examples.push(Example { role, options: rule_options(options), text: &body[..end] });
        rest = &body[end + 3..];
    }
    examples
}

/// Reads `trusted-registries=HOST,…`, `label-schema=LABEL:TYPE,…`, `strict-labels`, `dockerignore=PATTERN,…`.
fn rule_options(words: &str) -> RuleOptions {
    let mut options = RuleOptions::default();
    for word in words.split_whitespace() {
        let (name, values) = word.split_once('=').unwrap_or((word, ""));
        match name {
            "trusted-registries" => {
                options.trusted_registries = values.split(',').map(ToString::to_string).collect();
            }
            "label-schema" => {
                let entries = values.split(',').filter_map(|entry| entry.split_once(':'));
                options.label_schema = entries
                    .map(|(label, kind)| (label.to_string(), kind.parse().expect("a label type")))
                    .collect();
            }
            "strict-labels" => options.strict_labels = true,
            "dockerignore" => {
                let content = values.replace(',', "\n");
                options.ignore_file = Some(IgnoreFile::parse(content.as_bytes()).into());
            }
            unknown => panic!("there is no option `{unknown}`"),
        }
    }
    options
}

#[test]
fn pages_hold() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        let mut linter = Linter::of_rules([*rule]);
        let mut heading = rule.docs.lines().next().unwrap_or_default().split_whitespace().skip(1);
        if heading.next() != Some(rule.code) || heading.next() != Some(rule.name) {
            wrong.push(format!("{}: the heading is not `# {} {}`", rule.code, rule.code, rule.name));
        }
        let examples = examples(rule.docs);
        if !examples.iter().any(|example| example.role == "bad") {
            wrong.push(format!("{}: no bad example", rule.code));
        }
        let mut snapshot = String::new();
        for example in examples {
            linter.options = example.options;
            let lines = LineIndex::new(example.text.as_bytes());
            let found: Vec<_> = linter
                .lint(example.text.as_bytes())
                .into_iter()
                .filter(|found| found.code == rule.code || found.aliases.contains(&rule.code))
                .collect();
            let expected = usize::from(example.role == "bad");
            if !matches!(example.role, "bad" | "good" | "fixed") || found.len() != expected {
                wrong.push(format!(
                    "{}: {} reports {}:\n{}",
                    rule.code,
                    example.role,
                    found.len(),
                    example.text
                ));
            }
            for diagnostic in found {
                let at = lines.position(diagnostic.span.start, example.text.as_bytes());
                let words = &example.text[diagnostic.span.range()];
                let message = &diagnostic.message;
                if message.contains(": ") || message.contains('\n') {
                    wrong.push(format!("{}: message has a colon or a line break", rule.code));
                }
                let _ = writeln!(
                    snapshot,
                    "{}:{} {words:?} {} {message}",
                    at.line,
                    at.column,
                    diagnostic.severity.as_str()
                );
                let _ = writeln!(snapshot, "    {}", diagnostic.help.unwrap_or_default());
            }
        }
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "snapshots/rules", omit_expression => true }, {
            insta::assert_snapshot!(rule.code, snapshot);
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
