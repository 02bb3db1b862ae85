//! Runs the examples of every page in `rules/`. A `bad` example reports its rule exactly once (`bad twice`: twice, if
//! one mistake shows in two places), and a `good` one never. A `fixed` example is the result of the rule's fixes for
//! the `bad` one before it: of safe fixes, or of those up to the level in the fence (`fixed low`, `fixed mid`, `fixed
//! high`); `fixed suggestion` is the result of a suggestion. After that, a fence may set options of the
//! configuration: `bad trusted-registries=ghcr.io,*.gcr.io`. With `context`, the other fences of the page that name a
//! file (`file=package.json`) are the build context. A snapshot of each page records positions and messages.

use std::fmt::Write as _;
use std::sync::Arc;

use dockwright::diagnostic::Applicability;
use dockwright::fix::{FixSelection, fix_until_stable};
use dockwright::lint::{BuildContext, Linter};
use dockwright::optimize::context;
use dockwright::rule::{Fixable, Rule, RuleGroup, RuleOptions};
use dockwright::rules;
use dockwright::semantic::IgnoreFile;
use dockwright::source::LineIndex;

/// A fenced block of Dockerfile text.
struct Example<'p> {
    /// For `fixed`: the class of the fix.
    class: Applicability,
    /// The number of reports of a `bad` example.
    times: usize,
    /// `bad`, `good`, `fixed`.
    role: &'p str,
    options: RuleOptions,
    /// Whether the files of the page are the build context.
    in_context: bool,
    text: &'p str,
}

/// The build context that a page shows, in a separate directory.
struct Context {
    _directory: tempfile::TempDir,
    build_context: BuildContext,
}

fn context(page: &str) -> Option<Context> {
    let directory = tempfile::tempdir().expect("a directory");
    let mut lines = page.lines();
    let mut any = false;
    while let Some(line) = lines.next() {
        let named = line.strip_prefix("```").and_then(|info| info.split_once(" file="));
        let Some((_, name)) = named else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let path = directory.path().join(name.trim());
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        std::fs::write(path, text.join("\n") + "\n").expect("a file");
        any = true;
    }
    let shown = directory.path().display().to_string();
    let files = context::read_context(directory.path(), &shown, None).ok().filter(|_| any)?;
    Some(Context {
        _directory: directory,
        build_context: BuildContext { context: Some(Arc::new(files)), ..BuildContext::default() },
    })
}

fn examples(page: &str) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find("```dockerfile ") {
        let after = &rest[start + "```dockerfile ".len()..];
        let (info, body) = after.split_once('\n').expect("a fence ends its line");
        let end = body.find("```").expect("a fence is closed");
        let (role, options) = info.trim().split_once(' ').unwrap_or((info.trim(), ""));
        let (times, options) = options.strip_prefix("twice").map_or((1, options), |rest| (2, rest.trim()));
        let (class, options) = class(options);
        let in_context = options.split_whitespace().any(|word| word == "context");
        let (options, text) = (rule_options(options), &body[..end]);
        examples.push(Example { class, times, role, options, in_context, text });
        rest = &body[end + 3..];
    }
    examples
}

/// The class of fix in a fence, and the rest of its words.
fn class(words: &str) -> (Applicability, &str) {
    let (first, rest) = words.split_once(' ').unwrap_or((words, ""));
    match first {
        "safe" => (Applicability::Safe, rest),
        "low" => (Applicability::UnsafeLow, rest),
        "mid" => (Applicability::UnsafeMid, rest),
        "high" => (Applicability::UnsafeHigh, rest),
        "suggestion" => (Applicability::Suggestion, rest),
        _ => (Applicability::Safe, words),
    }
}

/// An error if the rule's fixes of the `bad` example do not result in the `fixed` one. The class must be the
/// documented one, so no fix is safer or less safe than its page says.
fn check_fixed_example(
    linter: &Linter,
    build_context: &BuildContext,
    code: &str,
    before: Option<&str>,
    fixed: &Example<'_>,
) -> Option<String> {
    let Some(before) = before else { return Some(format!("{code}: `fixed` without a `bad` before it")) };
    let classes: Vec<Applicability> = linter
        .lint_in_context(before.as_bytes(), build_context)
        .iter()
        .filter(|found| found.code == code || found.aliases.contains(&code))
        .filter_map(|found| found.fix.as_ref())
        .map(|fix| fix.applicability)
        .collect();
    if !classes.contains(&fixed.class) {
        return Some(format!("{code}: no fix is {:?}, but {classes:?}:\n{before}", fixed.class));
    }
    let lint = |text: &[u8]| {
        let mut lint = linter.lint_for_fixes_in_context(text, build_context);
        // Suggestions are tested like applied fixes.
        for fix in lint.diagnostics.iter_mut().filter_map(|found| found.fix.as_mut()) {
            if fix.applicability == fixed.class {
                fix.applicability = Applicability::Safe;
            }
        }
        lint
    };
    let wanted = |wanted: &str| wanted == code;
    let settled =
        fix_until_stable(before.as_bytes(), FixSelection { least: fixed.class, wanted: &wanted }, &lint);
    let text = String::from_utf8_lossy(&settled.text);
    (text != fixed.text)
        .then(|| format!("{code}: is fixed to\n{text}instead of\n{}{:?}", fixed.text, settled.refused))
}

/// Reads `trusted-registries=HOST,…`, `label-schema=LABEL:TYPE,…`, `strict-labels`, `require-reason`, `dockerignore=PATTERN,…`.
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
            "trusted-indexes" => {
                options.trusted_indexes = values.split(',').map(ToString::to_string).collect();
            }
            "digests" => {
                let places =
                    values.split(',').map(|place| serde_json::Value::String(place.to_string())).collect();
                options.digests = serde_json::from_value(serde_json::Value::Array(places)).expect("places");
            }
            "require-reason" => options.require_reason = true,
            "builder" => {
                let value = serde_json::Value::String(values.to_string());
                options.builder = serde_json::from_value(value).expect("a builder");
            }
            "context" => {}
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
fn examples_of_pages_behave_as_labeled() {
    let mut wrong = Vec::new();
    let with_examples = rules::all_rules().filter(|rule| rule.docs.contains("```dockerfile "));
    for rule in with_examples {
        let mut linter = Linter::with_rules([rule]);
        let mut heading = rule.docs.lines().next().unwrap_or_default().split_whitespace().skip(1);
        if heading.next() != Some(rule.code) || heading.next() != Some(rule.name) {
            wrong.push(format!("{}: the heading is not `# {} {}`", rule.code, rule.code, rule.name));
        }
        let context = context(rule.docs);
        // Code forges refuse files that contain a token, so the page of DW3002 contains a placeholder.
        let token = format!("gh{}R7kQ2mZp9XvB4tLw8NsYc3HdJf6GaEuT5qWi", "p_");
        let docs = rule.docs.replace("ghp_…", &token);
        let examples = examples(&docs);
        if !examples.iter().any(|example| example.role == "bad") {
            wrong.push(format!("{}: no bad example", rule.code));
        }
        let mut snapshot = String::new();
        let mut before = None;
        for example in examples {
            linter.options.clone_from(&example.options);
            let build_context = match &context {
                Some(context) if example.in_context => context.build_context.clone(),
                _ => BuildContext { ignored: example.options.ignore_file.clone(), ..BuildContext::default() },
            };
            match example.role {
                "bad" => before = Some(example.text),
                "fixed" => {
                    wrong.extend(check_fixed_example(&linter, &build_context, rule.code, before, &example));
                }
                _ => {}
            }
            let lines = LineIndex::new(example.text.as_bytes());
            let found: Vec<_> = linter
                .lint_in_context(example.text.as_bytes(), &build_context)
                .into_iter()
                .filter(|found| found.code == rule.code || found.aliases.contains(&rule.code))
                .collect();
            let expected = if example.role == "bad" { example.times } else { 0 };
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
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../snapshots/rules", omit_expression => true }, {
            insta::assert_snapshot!(rule.code, snapshot.replace(&token, "ghp_…"));
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pages_say_when_there_is_no_fix() {
    const SAID: [&str; 3] = ["## Fix", "Not fixed", "suggestion"];
    // The fixes of other ShellCheck codes are all suggestions.
    const OWN: [&str; 5] = ["SC2006", "SC2046", "SC2086", "SC2164", "SC2295"];
    let own = |rule: &&'static Rule| rule.group != RuleGroup::ShellCheck || OWN.contains(&rule.code);
    let silent: Vec<&str> = rules::all_rules()
        .filter(|rule| rule.fixable != Fixable::Never)
        .filter(own)
        .filter(|rule| !SAID.iter().any(|words| rule.docs.contains(words)))
        .map(|rule| rule.code)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

/// Sections about options, fixes and exceptions have the same name on every page, and come last, in this order.
#[test]
fn pages_have_the_standard_sections() {
    const SECTIONS: [&str; 3] = ["Options", "Fix", "When to ignore"];
    for rule in rules::all_rules().filter(|rule| rule.docs.contains("```dockerfile ")) {
        let headings = rule.docs.lines().filter_map(|line| line.strip_prefix("## "));
        let found: Vec<Option<usize>> = headings
            .inspect(|heading| {
                let topic = heading.to_lowercase();
                let is_standard = SECTIONS.contains(heading)
                    || !["option", "fix", "ignore"].iter().any(|word| topic.contains(word));
                assert!(is_standard, "{}: `{heading}` should be one of {SECTIONS:?}", rule.code);
            })
            .map(|heading| SECTIONS.iter().position(|section| *section == heading))
            .collect();
        assert!(found.is_sorted(), "{}: sections in the wrong order", rule.code);
    }
}
