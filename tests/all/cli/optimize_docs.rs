//! `docs/optimize.md` shows what the program prints, and its examples for CI services work.

use std::path::Path;

use saphyr::{LoadableYamlNode, Yaml};

use super::since::git;
use super::{CLEAN, Sandbox};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The blocks of the document with this language.
fn blocks(language: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("docs/optimize.md")).expect("the document");
    let start = format!("```{language}\n");
    let blocks = text.split(&start).skip(1);
    blocks.map(|rest| rest.split_once("\n```").expect("the block ends").0.to_string() + "\n").collect()
}

#[test]
fn the_sample_is_real_output() {
    let sandbox = Sandbox::empty();
    let directory = root().join("fixtures/readme/report");
    for entry in directory.read_dir().expect("the sample") {
        let entry = entry.expect("a file");
        let name = entry.file_name().into_string().expect("UTF-8").replace("dot-", ".");
        sandbox.write(&name, std::fs::read(entry.path()).expect("a file"));
    }
    let shown = blocks("dockerfile");
    assert_eq!(shown.first(), Some(&sandbox.read("Dockerfile")));
    let printed = sandbox.run("optimize").out;
    assert_eq!(blocks("text").first(), Some(&printed), "docs/optimize.md has to show this:\n{printed}");
    assert!(printed.lines().count() <= 40, "{printed}");
}

#[test]
fn examples_for_ci_services_work() {
    let sandbox = Sandbox::with(&[("Dockerfile", CLEAN)]);
    std::fs::remove_dir(sandbox.path(".git")).expect("our directory");
    let has_git = git(&sandbox, "init -q").is_some();
    if has_git {
        git(&sandbox, "add -A");
        git(&sandbox, "commit -qm one");
    }
    sandbox.write("Dockerfile", CLEAN.replace("USER", "EXPOSE 80\nUSER"));
    let mut commands = 0;
    for block in blocks("yaml") {
        let parsed = Yaml::load_from_str(&block).expect("YAML");
        assert_eq!(parsed.len(), 1, "{block}");
        for line in block.lines().filter_map(|line| Some(line.split_once("dockwright optimize ")?.1)) {
            let arguments = line.replace('\'', "");
            let mut words: Vec<&str> = arguments.split(' ').collect();
            let at = words.iter().position(|word| *word == "--since").expect("a reference") + 1;
            assert!(words[at].starts_with('"') && words[at].contains('$'), "{line}");
            words[at] = "HEAD";
            commands += 1;
            if !has_git {
                continue;
            }
            let path = std::env::var("PATH").unwrap_or_default();
            let run =
                sandbox.run_with(&format!("optimize {}", words.join(" ")), "", &[("PATH", path.as_str())]);
            assert_eq!(run.code, 0, "{line} {run:?}");
            // The next step posts this file.
            assert!(words.join(" ").contains("-o cost.md") && block.contains("cost.md\n"), "{block}");
            assert!(
                sandbox.read("cost.md").contains("**Dockerfile**: image "),
                "{}",
                sandbox.read("cost.md")
            );
        }
    }
    assert!(commands >= 2, "{commands}");
}
