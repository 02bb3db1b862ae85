//! `rule` and `syntax`.

use super::Sandbox;

#[test]
fn a_rule_is_explained() {
    let sandbox = Sandbox::empty();
    let text = sandbox.run("rule DL3020").out;
    assert!(
        text.starts_with("DL3020 add-for-local-files\n=====") && text.contains("hadolint, error, "),
        "{text}"
    );
    assert!(!text.contains("```"));
    assert_eq!(sandbox.run("rule add-for-local-files").out, text);
    assert!(sandbox.run("rule dl3020 --format markdown").out.starts_with("# DL3020 "));
    let json = sandbox.run("rule DL3020 --format json").out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["name"], "add-for-local-files");
    let json = sandbox.run("rule --all --format json").out;
    let json: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json.len(), sandbox.run("rule --all").out.lines().count());
    let run = sandbox.run("rule DL302");
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("there is no rule `DL302`; did you mean `DL30"), "{run:?}");
    assert_eq!(sandbox.run("rule").code, 2);
}

#[test]
fn the_syntax_tree_tiles_the_file() {
    let text = "# syntax=docker/dockerfile:1\n\nFROM a AS b\nRUN <<EOT x \\\n y\nz\nEOT\nFOO\n";
    let sandbox = Sandbox::with(&[("Dockerfile", text)]);
    let run = sandbox.run("syntax Dockerfile");
    let tree: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(tree["version"], 1);
    let mut end = 0;
    for item in tree["items"].as_array().expect("a list") {
        assert_eq!(item["span"][0], end);
        end = item["span"][1].as_u64().expect("an offset");
    }
    assert_eq!(end, text.len() as u64);
    assert_eq!(sandbox.run_with("syntax -", text, &[]).out, run.out);
    let run = sandbox.run("syntax missing");
    assert_eq!((run.code, run.out.as_str()), (2, ""));
}
