//! Runs the commands in the documents, the hooks and the examples for CI services, if that is possible here.

use std::collections::BTreeSet;
use std::path::PathBuf;

use dockwright::config;
use saphyr::{LoadableYamlNode, Yaml};

use super::{CLEAN, LATEST, Run, Sandbox};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("it is there")
}

fn yaml(text: &str) -> Yaml<'_> {
    Yaml::load_from_str(text).expect("it is YAML").into_iter().next().expect("a document")
}

/// A repository with files for the examples.
fn sandbox() -> Sandbox {
    Sandbox::with(&[
        ("Dockerfile", LATEST),
        ("app/Dockerfile", CLEAN),
        ("docker/Dockerfile", CLEAN),
        ("docker/web.Dockerfile", CLEAN),
        ("fixtures/readme/Dockerfile", CLEAN),
        ("compose.yaml", "services: {app: {build: ./app}}\n"),
        ("docker-bake.hcl", "target \"app\" {\n  context = \"app\"\n}\n"),
        (".hadolint.yaml", "ignored: [DL3008]\n"),
        ("ci/hadolint.yaml", "{}\n"),
    ])
}

/// Runs a command as written in the sandbox; a command that needs git is only parsed.
fn run_line(sandbox: &Sandbox, line: &str) -> Run {
    let line = line.replace("$FILES", "Dockerfile").replace("--since origin/main", "");
    let line = line.split(" | ").next().unwrap_or_default().split(" > ").next().unwrap_or_default();
    let (line, stdin) = match line.split_once(" < ") {
        Some((line, file)) => (line, sandbox.read(file.trim())),
        None => (line, CLEAN.to_string()),
    };
    let arguments = line.trim().strip_prefix("dockwright").expect("a command of ours");
    if arguments.starts_with(" pin") {
        // Otherwise, it would query registries for the images in the sandbox.
        let arguments = arguments.replace(" --offline", "");
        return Sandbox::with(&[("Dockerfile", "FROM scratch\n")]).run(&format!("{arguments} --offline"));
    }
    if arguments.starts_with(" policy") {
        let policy = "[[policy]]\ncode = \"ACME001\"\nmessage = \"x\"\nmatch = { instruction = \"RUN\" }\n\
                      examples = { bad = [\"RUN x\"] }\n";
        return Sandbox::with(&[("dockwright.toml", policy)]).run(arguments);
    }
    sandbox.run_with(arguments, &stdin, &[])
}

#[test]
fn commands_in_documents_work() {
    let mut commands = 0;
    for document in ["README.md", "docs/coming-from-hadolint.md", "docs/configuration.md", "docs/format.md"] {
        let text = read(document);
        for block in text.split("\n```sh\n").skip(1) {
            let (block, _) = block.split_once("\n```").expect("the block ends");
            for line in block.lines().filter(|line| line.starts_with("dockwright ")) {
                let sandbox = sandbox();
                for command in line.split(" # ").next().unwrap_or_default().split(" && ") {
                    let run = run_line(&sandbox, command);
                    assert!(run.code < 2, "{document}: {line}: {run:?}");
                }
                commands += 1;
            }
        }
    }
    assert!(commands > 5, "{commands}");
}

#[test]
fn every_help_has_examples_that_work() {
    let sandbox = sandbox();
    let mut commands = 0;
    for command in [
        "",
        "check",
        "pin",
        "rule",
        "syntax",
        "config migrate",
        "config update",
        "policy test",
        "completions",
        "man",
    ] {
        let help = sandbox.run(&format!("{command} --help")).out;
        let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{command}: {help}"));
        for line in examples.lines().filter(|line| line.starts_with("  dockwright ")) {
            // The text after two spaces describes the command.
            let line = line.trim();
            let line = line.split("  ").next().unwrap_or_default();
            let files = self::sandbox();
            if command == "config update" {
                files.write("dockwright.toml", "rules-of = \"0.1\"\n");
            }
            let run = run_line(&files, line);
            assert!(run.code < 2, "{command}: {line}: {run:?}");
            commands += 1;
        }
        assert_eq!(sandbox.run(&format!("{command} -h")).code, 0, "{command}");
    }
    assert!(commands > 20, "{commands}");
}

#[test]
fn every_key_of_the_configuration_is_explained() {
    let page = read("docs/configuration.md");
    let (_, rest) = page.split_once("```toml\n").expect("a configuration");
    let (toml, _) = rest.split_once("```").expect("its end");
    let sandbox =
        Sandbox::with(&[("Dockerfile", CLEAN), ("dockwright.toml", toml), ("ci/dockwright.toml", "")]);
    sandbox.write("known.json", "{\"version\": 1, \"files\": {}}");
    assert_eq!(sandbox.run("check").code, 0, "{:?}", sandbox.run("check"));
    let value: toml::Value = toml::from_str(toml).expect("TOML");
    let schema = config::config_schema().to_value();
    let mut known: Vec<(Option<&toml::Value>, &serde_json::Value)> =
        vec![(Some(&value), &schema["properties"])];
    let part = |name: &str| &schema["definitions"][name]["properties"];
    known.push((value.get("rules"), part("RuleTable")));
    known.push((value.get("overrides").and_then(|overrides| overrides.get(0)), part("Override")));
    known.push((value.get("fix"), part("FixTable")));
    let policy = value.get("policy").and_then(|policies| policies.get(0));
    known.push((policy, part("Policy")));
    known.push((policy.and_then(|policy| policy.get("match")), part("PolicyMatch")));
    known.push((policy.and_then(|policy| policy.get("examples")), part("PolicyExamples")));
    known.push((value.get("optimize"), part("OptimizeTable")));
    known.push((value.get("pin"), part("PinTable")));
    for (written, properties) in known {
        let properties: BTreeSet<&String> = properties.as_object().expect("keys").keys().collect();
        let keys: BTreeSet<&String> =
            written.and_then(toml::Value::as_table).expect("a table").keys().collect();
        assert_eq!(keys, properties);
    }
}

#[test]
fn the_examples_for_ci_services_work() {
    let text = read("docs/gitlab-ci.yml");
    let document = yaml(&text);
    let job = &document["dockerfiles"];
    for line in job["script"].as_sequence().expect("a list") {
        let sandbox = sandbox();
        let run = run_line(&sandbox, line.as_str().expect("a command"));
        assert!(run.code == 1 && run.out.starts_with("Dockerfile:1:13: warning DL3007 "), "{run:?}");
        let report = job["artifacts"]["reports"]["codequality"].as_str().expect("a path");
        let report: serde_json::Value = serde_json::from_str(&sandbox.read(report)).expect("JSON");
        assert_eq!(report[0]["check_name"], "DL3007");
    }
    let text = read("docs/github-actions.yml");
    let document = yaml(&text);
    let steps = document["jobs"]["dockwright"]["steps"].as_sequence().expect("a list");
    let ours = steps.iter().filter_map(|step| step.as_mapping_get("run")?.as_str());
    let lines: Vec<&str> = ours.filter(|line| line.starts_with("dockwright ")).collect();
    assert!(!lines.is_empty());
    for line in lines {
        let sandbox = sandbox();
        let run = run_line(&sandbox, line);
        assert!(run.code == 1 && run.out.starts_with("::warning file=Dockerfile,line=1,"), "{run:?}");
        let sarif =
            steps.iter().find_map(|step| step.as_mapping_get("with")?.as_mapping_get("sarif_file")?.as_str());
        assert!(sandbox.read(sarif.expect("an upload")).contains("\"DL3007\""));
    }
}

#[test]
fn hooks_choose_files_of_search() {
    let text = read(".pre-commit-hooks.yaml");
    let hooks = yaml(&text);
    let hooks = hooks.as_sequence().expect("a list");
    let ids: Vec<&str> = hooks.iter().filter_map(|hook| hook["id"].as_str()).collect();
    assert_eq!(ids, ["dockwright", "dockwright-fix", "dockwright-format", "hadolint"]);
    let names = [
        "Dockerfile",
        "dockerfile",
        "Containerfile",
        "Dockerfile.dev",
        "Dockerfile-dev",
        "Dockerfile_dev",
        "web.Dockerfile",
        "web.containerfile",
        "a/b/Dockerfile",
        "Dockerfile.md",
        "Dockerfile.j2",
        "Dockerfiles",
        "Dockerfile.dockerignore",
        "MyDockerfile",
        "Dockerfile.YAML",
        "Dockerfile.txt",
        "x.dockerfile.bak",
        "docker",
    ];
    for hook in hooks {
        let pattern =
            |key: &str| regex::Regex::new(hook[key].as_str().expect("a pattern")).expect("a pattern");
        let (files, exclude) = (pattern("files"), pattern("exclude"));
        for name in names {
            let sandbox = Sandbox::with(&[(name, CLEAN)]);
            let found = !sandbox.run("check --show-files").out.is_empty();
            assert_eq!(files.is_match(name) && !exclude.is_match(name), found, "{name}");
        }
        let sandbox = sandbox();
        let entry = hook["entry"].as_str().expect("a command");
        // Hooks that change files do not report other problems; other hooks do. The hook that fixes problems fails if
        // it changed a file.
        sandbox.write("odd/Dockerfile", CLEAN.replace("12", "12 as odd"));
        let fixes = entry.contains("--fix");
        if entry.contains("format") {
            run_line(&sandbox, &format!("{entry} odd/Dockerfile"));
            assert!(sandbox.read("odd/Dockerfile").contains(" AS "));
            continue;
        }
        for (file, code) in
            [("Dockerfile", i32::from(!fixes)), ("app/Dockerfile", 0), ("odd/Dockerfile", i32::from(fixes))]
        {
            let run = run_line(&sandbox, &format!("{entry} {file}"));
            assert_eq!(run.code, code, "{entry} {file} {run:?}");
        }
    }
}

#[test]
fn releases_have_programs_for_every_platform() {
    let text = read(".github/workflows/release.yml");
    let workflow = yaml(&text);
    let matrix = &workflow["jobs"]["programs"]["strategy"]["matrix"]["include"];
    let layout = read("packaging/layout.py");
    let entries = matrix.as_sequence().expect("a list");
    let values =
        |key: &str| -> Vec<&str> { entries.iter().filter_map(|entry| entry[key].as_str()).collect() };
    for system in [
        "x86_64-unknown-linux-musl",
        "aarch64-unknown-linux-musl",
        "x86_64-apple-darwin",
        "aarch64-apple-darwin",
        "x86_64-pc-windows-msvc",
    ] {
        assert!(values("target").contains(&system), "{system}");
    }
    for platform in values("platform") {
        assert!(layout.contains(&format!("\"{platform}\": \"hadolint-{platform}")), "{platform}");
    }
    let sandbox = Sandbox::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(layout.contains(shell));
        let run = sandbox.run(&format!("completions {shell}"));
        assert!(run.code == 0 && run.out.contains("show-settings"), "{shell} {run:?}");
    }
    assert!(sandbox.run("man chek").err.contains("`check`"));
}

#[test]
fn our_own_dockerfile_passes_every_rule() {
    let sandbox = Sandbox::with(&[("Dockerfile", &read("Dockerfile"))]);
    // A digest would become outdated in this repository, so a release pins it.
    for arguments in ["check --isolated --select ALL --ignore DW3308 Dockerfile", "hadolint Dockerfile"] {
        let run = sandbox.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (0, ""), "{arguments} {run:?}");
    }
}
