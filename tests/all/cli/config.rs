//! Configuration files and how they are merged.

use super::{CLEAN, LATEST, Sandbox};

/// A repository with the same Dockerfile in two directories.
fn sandbox(configuration: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::with(configuration);
    sandbox.write("a/Dockerfile", LATEST);
    sandbox.write("a/b/Dockerfile", LATEST);
    sandbox
}

const IGNORE: &str = "[rules]\nignore = [\"DL3007\"]\n";

#[test]
fn the_nearest_file_counts() {
    for (configuration, flags, files) in [
        (&[("dockwright.toml", IGNORE)][..], "", &[][..]),
        (&[(".dockwright.toml", IGNORE)], "", &[]),
        (&[("a/b/dockwright.toml", IGNORE)], "", &["a/Dockerfile"]),
        (&[("dockwright.toml", IGNORE), ("a/b/dockwright.toml", "")], "", &["a/b/Dockerfile"]),
        (&[("dockwright.toml", IGNORE)], "--isolated", &["a/Dockerfile", "a/b/Dockerfile"]),
        (&[("dockwright.toml", IGNORE)], "--select DL3007", &["a/Dockerfile", "a/b/Dockerfile"]),
        (&[("dockwright.toml", IGNORE)], "--select ALL --ignore DL3057,DW", &[]),
        (&[("other.toml", IGNORE)], "--config other.toml", &[]),
        (
            &[("dockwright.toml", IGNORE), ("other.toml", "")],
            "--config other.toml",
            &["a/Dockerfile", "a/b/Dockerfile"],
        ),
        (&[("base.toml", IGNORE), ("dockwright.toml", "extend = \"base.toml\"\n")], "", &[]),
        (
            &[("dockwright.toml", "[[overrides]]\nfiles = [\"a/b/*\"]\nignore = [\"DL30\"]\n")],
            "",
            &["a/Dockerfile"],
        ),
        // hadolint's file is used only if there is no file of dockwright.
        (&[(".hadolint.yaml", "ignored: [DL3007]\n")], "", &[]),
        (&[(".hadolint.yml", "ignored: [DL3007]\n")], "", &[]),
        (
            &[("a/.hadolint.yaml", "ignored: [DL3007]\n"), ("dockwright.toml", "")],
            "",
            &["a/Dockerfile", "a/b/Dockerfile"],
        ),
    ] {
        let run = sandbox(configuration).run(&format!("check --select DL3007 {flags}").replace(
            "--select DL3007 ",
            if flags.contains("--select") { "" } else { "--extend-select DL1000 " },
        ));
        assert_eq!(run.files(), files, "{configuration:?} {flags} {run:?}");
    }
}

#[test]
fn the_search_ends_at_the_root_of_the_repository() {
    let sandbox = sandbox(&[("dockwright.toml", IGNORE)]);
    std::fs::create_dir(sandbox.path("a/.git")).expect("a new directory");
    assert_eq!(sandbox.run("check").files(), ["a/Dockerfile", "a/b/Dockerfile"]);
}

#[test]
fn severities_and_thresholds_are_changed() {
    for (configuration, line, code) in [
        ("fail-on = \"error\"\n", "warning", 0),
        ("[rules]\nseverity = { DL3007 = \"error\" }\n", "error", 1),
        ("[rules]\nseverity = { latest-tag = \"style\" }\n", "style", 0),
        ("fail-on = \"style\"\n[rules]\nseverity = { DL30 = \"style\" }\n", "style", 1),
        ("fail-on = \"never\"\n", "warning", 0),
    ] {
        let run = sandbox(&[("dockwright.toml", configuration)]).run("check a/Dockerfile");
        assert!(run.out.contains(&format!(": {line} DL3007")), "{configuration} {run:?}");
        assert_eq!(run.code, code, "{configuration}");
    }
    for (configuration, code) in [
        ("override: {style: [DL3007]}\n", 0),
        ("override: {info: [DL3007]}\n", 1),
        ("failure-threshold: error\n", 0),
        ("no-fail: true\n", 0),
        ("failure-threshold: none\noverride: {style: [DL3007]}\n", 1),
    ] {
        let run = sandbox(&[(".hadolint.yaml", configuration)]).run("check a/Dockerfile");
        assert_eq!(run.code, code, "{configuration} {run:?}");
    }
}

#[test]
fn a_wrong_configuration_is_an_error_with_its_line() {
    let mut errors = String::new();
    for (name, text) in [
        ("dockwright.toml", "fail-on = \"info\"\n[rulez]\n"),
        ("dockwright.toml", "[rules]\nignore = [\"DL30007\"]\n"),
        (
            "dockwright.toml",
            "[[policy]]\ncode = \"AB1\"\nmessage = \"m\"\nmatch = { instruction = \"RUNN\" }\n",
        ),
        ("dockwright.toml", "extend = \"no.toml\"\n"),
        ("dockwright.toml", "extend = \".\"\n"),
        ("dockwright.toml", "rules-of = \"\"\n"),
        ("dockwright.toml", "required-version = \"\"\n"),
        ("dockwright.toml", "rules.select = [\"\"]\n"),
        ("dockwright.toml", "extend = \"\"\n"),
        ("dockwright.toml", "baseline = \" \"\n"),
        ("dockwright.toml", "required-version = \">=99\"\n"),
        ("dockwright.toml", "\nextend = \"missing.toml\"\n"),
        ("dockwright.toml", "extend = \"dockwright.toml\"\n"),
        ("dockwright.toml", "exclude = [\"[\"]\n"),
        (".hadolint.yaml", "ignored: DL3007\n"),
        (".hadolint.yaml", "a: b\nfailure-threshold: foo\n"),
    ] {
        let run = sandbox(&[(name, text)]).run("check");
        assert_eq!(run.code, 2, "{text}");
        assert_eq!(run.err.matches("dockwright: error: ").count(), 1, "printed once: {run:?}");
        errors += &format!("{text}{}\n", run.err);
    }
    insta::assert_snapshot!(errors);
}

#[test]
fn unknown_keys_of_a_hadolint_configuration_are_noted() {
    let files = [(".hadolint.yaml", "ignore: [DL3007]\nx: 1\n")];
    let run = sandbox(&files).run("check");
    let notes: Vec<&str> = run.err.lines().filter(|line| line.contains("unknown key")).collect();
    assert_eq!(notes.len(), 2, "once for all files: {run:?}");
    assert!(
        notes[0].ends_with(".hadolint.yaml:1: skipped unknown key `ignore`; did you mean `ignored`?"),
        "{run:?}"
    );
    assert!(notes[1].ends_with(".hadolint.yaml:2: skipped unknown key `x`"), "{run:?}");
    assert_eq!(run.code, 1, "they change nothing: {run:?}");
    assert!(!sandbox(&files).run("check --quiet").err.contains("unknown key"));
    assert!(!sandbox(&files).run("hadolint a/Dockerfile").err.contains("unknown key"));
}

#[test]
fn a_wrong_configuration_stops_only_its_files() {
    let sandbox = sandbox(&[("a/b/dockwright.toml", "x = 1\n")]);
    let run = sandbox.run("check");
    assert_eq!((run.code, run.files()), (2, vec!["a/Dockerfile"]));
}

#[test]
fn settings_are_shown() {
    let sandbox = sandbox(&[(
        "dockwright.toml",
        "fail-on = \"info\"\npreview = true\n[rules]\nselect = [\"DL3007\"]\nseverity = { DL3007 = \"style\" }\n[fix]\nunsafe = \"mid\"\n",
    )]);
    let show = |arguments: &str| {
        let shown = sandbox.run(&format!("check --show-settings {arguments}")).out;
        let canonical = sandbox.path("").canonicalize().expect("it is there");
        let shown = shown.replace(&canonical.display().to_string(), "…");
        shown.replace(&sandbox.path("").display().to_string(), "…/").replace("…//", "…/")
    };
    insta::assert_snapshot!(show("--verbose"));
    let changes = "# off, but on by default: DL1000";
    let short = show("");
    assert!(!short.contains(changes) && short.contains("\n# off, but on by default: "), "{short}");
    let expected = "# settings that differ from the defaults:\nfail-on = \"info\"\npreview = true\n\n\
                    [fix]\nunsafe = \"mid\"\n\n[rules.severity]\nDL3007 = \"style\"\n\
                    # all settings and rules: --show-settings --verbose\n";
    assert!(short.ends_with(expected), "{short}");
    assert!(short.starts_with("# settings for a/Dockerfile\n# from …/dockwright.toml\n# 2 of "), "{short}");
    let isolated = show("--isolated");
    assert!(isolated.contains("\n# all other settings have their defaults\n"), "{isolated}");
    assert_eq!(isolated.lines().count(), 5, "{isolated}");
}

#[test]
fn file_name_selects_builder() {
    let file = "FROM debian:12 AS Base\nUSER 1000\nCMD [\"true\"]\n";
    for (name, configuration, class) in [
        ("Dockerfile", "", "unsafe, low"),
        ("Containerfile", "", "suggestion"),
        ("Containerfile", "builder = \"buildkit\"\n", "unsafe, low"),
        ("Dockerfile", "builder = \"buildah\"\n", "suggestion"),
    ] {
        let sandbox = Sandbox::with(&[("dockwright.toml", configuration), (name, file)]);
        let run = sandbox.run("check --select StageNameCasing --format full");
        assert!(run.out.contains(class), "{name} {configuration} {run:?}");
    }
    let sandbox = Sandbox::with(&[("Dockerfile", file), ("app.containerfile", file)]);
    let run = sandbox.run("check --select StageNameCasing --fix --unsafe-fixes");
    assert_eq!(run.files(), ["app.containerfile"], "{run:?}");
}

#[test]
fn warnings_name_the_file_and_the_line() {
    let sandbox = Sandbox::with(&[
        ("Dockerfile", CLEAN),
        ("a.toml", "extend = \"h.yaml\"\n"),
        (
            "h.yaml",
            "foo: x\nignored:\n  - DL9999\n  - DL30\noverride:\n  error: [DL9998]\n  wrong: [DL3007]\n",
        ),
    ]);
    let run = sandbox.run("check --config a.toml");
    assert_eq!(
        run.err,
        "dockwright: h.yaml:1: skipped unknown key `foo`\n\
         dockwright: h.yaml:7: skipped unknown key `override.wrong`\n\
         dockwright: h.yaml:4: skipped unknown rule `DL30` in `ignored`; name each rule, because hadolint supports no prefixes\n\
         dockwright: h.yaml:3: skipped unknown rule `DL9999` in `ignored`\n\
         dockwright: h.yaml:6: skipped unknown rule `DL9998` in `override`\n"
    );
}

#[test]
fn a_run_without_rules_is_noted() {
    let sandbox = Sandbox::with(&[("Dockerfile", CLEAN), ("c.toml", "[rules]\nselect = []\n")]);
    let note = "dockwright: only build errors (DL1000) are reported\n";
    for arguments in ["--select DL3018 --ignore DL30", "--config c.toml", "--ignore ALL"] {
        assert_eq!(sandbox.run(&format!("check {arguments}")).err, note, "{arguments}");
    }
    assert_eq!(sandbox.run("check --ignore ALL --quiet").err, "");
    assert_eq!(sandbox.run("check --select DL3018").err, "");
}
