//! Generated files: the rule index and the schemas. They are updated if `INSTA_UPDATE` is `always`; otherwise a stale
//! file fails the test. Paths in docs must exist.

use std::path::Path;

use dockwright::report::{optimize, schema};
use dockwright::rule::{Fixable, Rule, RuleActivation, RuleGroup};
use dockwright::{config, foreign, rules};
use serde_json::Value;

use super::{CLEAN, LATEST, Sandbox};

/// Asserts that the file at this path of the repository has this text.
fn is_up_to_date(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("the directory can be created");
        std::fs::write(&path, text).expect("our file");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == text, "{} is stale: run the test with INSTA_UPDATE=always", path.display());
}

#[test]
fn the_index_of_rules() {
    let mut text = "# Rules\n\nGenerated from the pages in `rules/`. `dockwright rule CODE` prints a page, with\ncaptions \
        such as \"Bad\", \"Good\" and \"Fixed\" above the examples. The pages on GitHub do not show these captions.\n\n\
        **Default**: on, preview, or only if selected. **Fix**: whether the rule can fix its problems. Some fixes\n\
        require `--unsafe-fixes`; the page gives the level.\n"
        .to_string();
    for (group, title) in [
        (RuleGroup::Dockwright, "dockwright"),
        (RuleGroup::Build, "build"),
        (RuleGroup::Hadolint, "hadolint"),
        (RuleGroup::Buildkit, "BuildKit checks"),
    ] {
        text += &format!("\n## {title}\n\n| Code | Name | Severity | Default | Fix | Summary |\n");
        text += "| --- | --- | --- | --- | --- | --- |\n";
        let all = rules::ALL.iter().chain(rules::about_files::ALL).copied();
        let mut rows: Vec<&Rule> = all.filter(|rule| rule.group == group).collect();
        rows.sort_by_key(|rule| rule.code);
        for rule in rows {
            let code = rule.code;
            let on = match rule.enabled {
                RuleActivation::Default => "on",
                RuleActivation::Preview => "preview",
                RuleActivation::Selected => "if selected",
            };
            let fix = match rule.fixable {
                Fixable::Never => "",
                Fixable::Sometimes => "sometimes",
                Fixable::Always => "yes",
            };
            let (severity, summary) = (rule.severity.as_str(), rule.summary().replace('|', "\\|"));
            text += &format!(
                "| [{code}](../rules/{code}.md) | {} | {severity} | {on} | {fix} | {summary} |\n",
                rule.name
            );
        }
    }
    text += "\n## ShellCheck\n\n[One page](../rules/ShellCheck.md) lists all codes that dockwright checks. The \
        most common ones also have separate pages:\n\n";
    for rule in rules::all_rules().filter(|rule| rule.group == RuleGroup::ShellCheck) {
        let code = rule.code;
        if rule.docs.starts_with(&format!("# {code} ")) {
            text += &format!("[{code}](../rules/{code}.md) {}\\\n", rule.name);
        }
    }
    text = format!("{}\n", text.trim_end_matches(['\\', '\n']));
    is_up_to_date("docs/rules.md", &text);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let links: Vec<&str> = text.split("](../").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(links.len() > 100, "{links:?}");
    for link in links {
        assert!(root.join(link).is_file(), "{link}");
    }
}

/// The page with the line that names the codes of other tools for the same problem; the rest is written manually.
fn with_elsewhere(page: &str, checks: &[(&str, &str)]) -> String {
    const WIDTH: usize = 120;
    let mut parts: Vec<String> = page
        .split("\n\n")
        .filter(|part| !part.starts_with("Codes in other tools: "))
        .map(str::to_string)
        .collect();
    let mut line = "Codes in other tools:".to_string();
    let mut lines = Vec::new();
    for (at, (tool, code)) in checks.iter().enumerate() {
        // The first 8 digits of a UUID are sufficient, and the usual form.
        let is_uuid = code.len() == 36 && code.matches('-').count() == 4;
        let code = if is_uuid { &code[..8] } else { code };
        let is_first = at == 0 || checks[at - 1].0 != *tool;
        let end = match checks.get(at + 1) {
            None => "",
            Some((next, _)) if next == tool => ",",
            Some(_) => ";",
        };
        let tool = if is_first { format!(" {tool}") } else { String::new() };
        let word = format!("{tool} `{code}`{end}");
        if line.len() + word.len() > WIDTH {
            lines.push(std::mem::replace(&mut line, word.trim_start().to_string()));
        } else {
            line += &word;
        }
    }
    lines.push(line);
    if !checks.is_empty() {
        parts.insert(2, lines.join("\n"));
    }
    parts.join("\n\n")
}

#[test]
fn pages_name_the_codes_of_other_tools() {
    let pages = rules::all_rules().filter(|rule| rule.docs.starts_with(&format!("# {} ", rule.code)));
    let mut named = 0;
    for rule in pages {
        let checks = foreign::equivalent_checks(rule.code);
        named += usize::from(!checks.is_empty());
        is_up_to_date(&format!("rules/{}.md", rule.code), &with_elsewhere(rule.docs, &checks));
    }
    assert!(named > 50, "{named}");
}

#[test]
fn the_page_about_other_scanners_says_what_the_table_says() {
    let page = include_str!("../../../docs/coming-from-scanners.md");
    let mut rows = 0;
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).split(" | ").collect();
        let (Some(code), Some(rules)) = (cells.first(), cells.last()) else { continue };
        let Some(foreign::ForeignCode::Rules { codes, reason }) =
            foreign::find_foreign_code(code.trim_matches('`'))
        else {
            continue;
        };
        if !(rules.contains("](../rules/") || rules.starts_with("none: ") || rules.starts_with("SC")) {
            continue;
        }
        rows += 1;
        let links = rules.split(", ").filter(|_| !rules.starts_with("none: "));
        let linked: Vec<&str> =
            links.filter_map(|link| link.trim_start_matches('[').split(']').next()).collect();
        assert_eq!(linked, codes, "{code}");
        assert_eq!(rules.starts_with("none: "), reason.is_some(), "{code}");
    }
    assert!(rows > 195, "{rows}");
}

fn pretty(schema: &schemars::Schema) -> String {
    format!("{}\n", serde_json::to_string_pretty(schema).expect("JSON"))
}

#[test]
fn schemas_are_up_to_date() {
    is_up_to_date("docs/schemas/dockwright.toml.json", &pretty(&config::config_schema()));
    is_up_to_date("docs/schemas/json.json", &pretty(&schema::report_schema()));
    is_up_to_date("docs/schemas/jsonl.json", &pretty(&schema::line_schema()));
    is_up_to_date("docs/schemas/statistics.json", &pretty(&schema::statistics_schema()));
    is_up_to_date("docs/schemas/pin.json", &pretty(&schema::pin_schema()));
    is_up_to_date("docs/schemas/optimize.json", &pretty(&optimize::report_schema()));
    is_up_to_date("docs/schemas/optimize-since.json", &pretty(&optimize::comparison_schema()));
    assert_eq!(Sandbox::empty().run("config schema").out, pretty(&config::config_schema()));
}

/// A validator that rejects unknown fields, although readers should ignore them.
pub(super) fn strict(schema: schemars::Schema) -> jsonschema::Validator {
    fn close(value: &mut Value) {
        match value {
            Value::Object(object) => {
                if object.contains_key("properties") {
                    object.insert("additionalProperties".into(), false.into());
                }
                object.values_mut().for_each(close);
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    let mut schema = schema.to_value();
    close(&mut schema);
    jsonschema::validator_for(&schema).expect("a schema")
}

pub(super) fn is_valid(schema: &jsonschema::Validator, text: &str) {
    let value: Value = serde_json::from_str(text).expect("JSON");
    let errors: Vec<String> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0], "{text}");
}

#[test]
fn output_matches_schemas() {
    let all = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"))
        .expect("the directory can be created");
    let sandbox = Sandbox::with(&[("clean/Dockerfile", CLEAN), ("latest/Dockerfile", LATEST)]);
    // The examples in the pages of rules: every kind of diagnostic.
    for page in all {
        let page = page.expect("our file").path();
        let text = std::fs::read_to_string(&page).expect("our file");
        let name = page.file_stem().expect("a name").to_string_lossy().into_owned();
        for (number, example) in text.split("\n```dockerfile bad").skip(1).enumerate() {
            let code = example.split_once('\n').and_then(|(_, rest)| rest.split_once("\n```"));
            let (code, _) = code.expect("an example that ends");
            sandbox.write(&format!("{name}-{number}.Dockerfile"), code);
        }
    }
    let (report, line) = (strict(schema::report_schema()), strict(schema::line_schema()));
    let json = sandbox.run("check missing . --select ALL --format json").out;
    assert!(json.contains("\"unsafe\"") && json.contains("\"unreadable\":1"));
    is_valid(&report, &json);
    is_valid(&report, &sandbox.run("check clean --format json").out);
    let lines = sandbox.run("check . --select ALL --format jsonl").out;
    assert!(lines.lines().count() > 200);
    lines.lines().for_each(|text| is_valid(&line, text));
    let pins = sandbox.run_with("pin --offline --format json -", "FROM alpine:3\nFROM $X\n", &[]).out;
    assert!(pins.contains("\"failed\"") && pins.contains("\"skipped\""), "{pins}");
    is_valid(&strict(schema::pin_schema()), &pins);
    is_valid(&strict(optimize::report_schema()), &sandbox.run("optimize clean --format json").out);
    is_valid(&strict(schema::statistics_schema()), &sandbox.run("check . --statistics --format json").out);
}

#[test]
fn configuration_schema_matches_program() {
    let schema = jsonschema::validator_for(&config::config_schema().to_value()).expect("a schema");
    for (text, good) in [
        ("", true),
        ("fail-on = \"info\"\nexclude = [\"a/**\"]\nbuilder = \"kaniko\"\npreview = true\n", true),
        ("as-hadolint = true\ninline-ignores = false\nrequired-version = \">=0.1\"\n", true),
        ("[rules]\nselect = [\"ALL\", \"DL30\", \"SC*\", \"sc2086\", \"latest-tag\", \"buildkit\"]\n", true),
        ("[rules]\nseverity = { DL3007 = \"error\", SC2086 = \"style\" }\nstrict-labels = true\n", true),
        (
            "[rules]\nlabel-schema = { a = \"spdx\" }\ntrusted-registries = [\"x\"]\nrequire-reason = true\n",
            true,
        ),
        ("[[overrides]]\nfiles = [\"a\"]\nignore = [\"DL\"]\n[fix]\nunsafe = \"mid\"\n", true),
        ("[fix]\nunsafe = false\n", true),
        ("[optimize]\ncontext = \"app\"\ntarget = \"web\"\nfail-on = [\"waste>20MB\"]\n", true),
        ("[optimize]\nfail = []\n", false),
        ("[pin]\nonly = [\"pip\"]\nregistries = { a = \"b\" }\napt-style = \"minor\"\n", true),
        ("[pin]\nonly = [\"pips\"]\n", false),
        ("fail-on = \"wraning\"\n", false),
        ("faul-on = \"info\"\n", false),
        ("[rules]\nslect = []\n", false),
        ("[rules]\nselect = [\"DL3oo7\"]\n", false),
        ("[rules]\nseverity = { DL3007 = \"fatal\" }\n", false),
        ("[rules]\nlabel-schema = { a = \"ulr\" }\n", false),
        ("[[overrides]]\nignore = [\"DL\"]\n", false),
        ("[fix]\nunsafe = \"lowest\"\n", false),
    ] {
        let value: toml::Value = toml::from_str(text).expect("TOML");
        let value = serde_json::to_value(value).expect("JSON");
        assert_eq!(schema.is_valid(&value), good, "{text}");
        let sandbox = Sandbox::with(&[("Dockerfile", CLEAN), ("dockwright.toml", text)]);
        assert_eq!(sandbox.run("check").code == 2, !good, "{text}");
    }
}

#[test]
fn paths_in_docs_exist() {
    // An example of a new rule, and a directory that the reader creates.
    const EXAMPLES: [&str; 2] = ["linter/rules/dw4001.rs", "editors/vscode/bin"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = regex::Regex::new(
        "`((?:src|tests|docs|data|fixtures|packaging|crates|templates|editors|model|linter)/[A-Za-z0-9_./-]+)`",
    )
    .expect("a valid pattern");
    let docs = std::fs::read_dir(root.join("docs")).expect("the docs").map(|doc| doc.expect("a doc").path());
    let docs = docs.filter(|doc| doc.extension().is_some_and(|extension| extension == "md"));
    let mut count = 0;
    for doc in docs.chain(["README.md", "CONTRIBUTING.md"].map(|name| root.join(name))) {
        let text = std::fs::read_to_string(&doc).expect("a doc");
        for named in path.captures_iter(&text).filter_map(|found| found.get(1)) {
            count += 1;
            let path = match named.as_str().split_once('/') {
                Some((layer @ ("model" | "linter"), rest)) => format!("crates/dockwright-{layer}/src/{rest}"),
                _ => named.as_str().to_string(),
            };
            let exists = root.join(path).exists() || EXAMPLES.contains(&named.as_str());
            assert!(exists, "{}: no such file: {}", doc.display(), named.as_str());
        }
    }
    assert!(count > 60, "only {count} paths");
}
