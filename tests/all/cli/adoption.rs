//! Features for adoption: `rules-of`, baselines in the configuration, warnings about `.hadolint.yaml`, completion.

use super::{CLEAN, LATEST, Sandbox};

#[test]
fn rules_of_keeps_later_rules_off() {
    let sandbox = Sandbox::with(&[("Dockerfile", LATEST), ("dockwright.toml", "rules-of = \"0.1\"\n")]);
    assert_eq!(sandbox.run("check").codes(), ["DL3007"]);
    assert_eq!(
        sandbox.run("config update").out,
        "dockwright.toml already uses the rules of this version (0.1)\n"
    );
    // No rule is older than the first version.
    sandbox.write("dockwright.toml", "# why\nrules-of = '0.0' # soon\n");
    assert_eq!(sandbox.run("check").codes(), Vec::<&str>::new());
    assert_eq!(sandbox.run("check --extend-select DL3007").codes(), ["DL3007"]);
    let run = sandbox.run("config update");
    assert_eq!(run.code, 0);
    assert!(run.out.starts_with("dockwright.toml "), "{}", run.out);
    assert!(run.out.contains("  DL3007 "), "{}", run.out);
    let line = run.out.lines().find(|line| line.contains("DL3007")).expect("it is listed");
    assert!(line.ends_with("latest-tag  1 problem"), "{line}");
    assert_eq!(run.err, "dockwright: `dockwright config update --write` sets it\n");
    assert_eq!(sandbox.run("config update --write").code, 0);
    assert_eq!(sandbox.read("dockwright.toml"), "# why\nrules-of = \"0.1\" # soon\n");
    assert_eq!(sandbox.run("check").codes(), ["DL3007"]);
}

#[test]
fn rules_of_must_be_a_known_version() {
    let sandbox = Sandbox::with(&[("Dockerfile", LATEST)]);
    let mut errors = String::new();
    for text in ["9.0", "new"] {
        sandbox.write("dockwright.toml", format!("rules-of = \"{text}\"\n"));
        let run = sandbox.run("check");
        assert_eq!(run.code, 2);
        errors += &run.err;
    }
    sandbox.write("dockwright.toml", "");
    let run = sandbox.run("config update");
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    let directory = sandbox.path("").to_string_lossy().into_owned();
    insta::assert_snapshot!(errors + &run.err.replace(&directory, ""));
}

#[test]
fn a_baseline_can_be_configured() {
    let config = "baseline = \"known.json\"\n";
    let sandbox = Sandbox::with(&[("a/Dockerfile", LATEST), ("dockwright.toml", config)]);
    let run = sandbox.run("check");
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("known.json: cannot read file (no such file)\n  help: correct `baseline` in"),
        "{}",
        run.err
    );
    assert_eq!(sandbox.run("check --write-baseline known.json").code, 0);
    assert_eq!((sandbox.run("check").code, sandbox.run("check").out), (0, String::new()));
    assert_eq!(sandbox.run("check a/Dockerfile").out, "");
    assert_eq!(sandbox.run("check --isolated").codes(), ["DL3007"]);
    // It is written again, with the known problems.
    assert_eq!(sandbox.run("check --write-baseline known.json").code, 0);
    assert!(sandbox.read("known.json").contains("DL3007"));
    sandbox.write("empty.json", "{\"version\": 1, \"files\": {}}");
    assert_eq!(sandbox.run("check --baseline empty.json").codes(), ["DL3007"]);
    sandbox.write("a/Dockerfile", CLEAN);
    let stale = "dockwright: 1 problem in known.json is no longer reported; update it with `--write-baseline known.json`\n";
    assert_eq!(sandbox.run("check").err, stale);
    // A rule that does not run has not been fixed.
    sandbox.write("a/Dockerfile", LATEST);
    assert_eq!(sandbox.run("check --ignore DL3007").err, "");
    sandbox.write("a/Dockerfile", CLEAN);
    // The nearest configuration applies to each file.
    sandbox.write("b/Dockerfile", LATEST);
    sandbox.write("b/dockwright.toml", "baseline = \"b.json\"\n");
    sandbox.write(
        "b/b.json",
        "{\"version\": 1, \"files\": {\"Dockerfile\": [{\"code\": \"DL3007\", \"text\": \
                   \"debian:latest\", \"count\": 1}]}}",
    );
    assert_eq!((sandbox.run("check").code, sandbox.run("check").err), (0, stale.to_string()));
}

#[test]
fn a_hadolint_configuration_with_unknown_codes_is_reported() {
    let yaml = "ignored: [DL3008, DL3OO7, DL4002, XYZ]\noverride:\n  error: [SC2086, DL9999]\ntreshold: x\n";
    let sandbox = Sandbox::with(&[("Dockerfile", CLEAN), (".hadolint.yaml", yaml)]);
    let run = sandbox.run("check");
    assert_eq!(run.code, 0);
    for what in [
        ".hadolint.yaml:4: skipped unknown key `treshold`",
        ".hadolint.yaml:1: skipped unknown rule `DL3OO7` in `ignored`; did you mean `DL3007`?",
        ".hadolint.yaml:1: skipped unknown rule `XYZ` in `ignored`\n",
        ".hadolint.yaml:3: skipped unknown rule `DL9999` in `override`",
    ] {
        assert!(run.err.contains(what), "{what}\n{}", run.err);
    }
    assert!(!run.err.contains("DL4002") && !run.err.contains("SC2086") && !run.err.contains("DL3008"));
    assert_eq!(sandbox.run("check --quiet").err, "");
    assert_eq!(sandbox.run("hadolint Dockerfile").err, "");
    let migrated = sandbox.run("config migrate -o -").err;
    for what in [
        "skipped unknown key `treshold`",
        "skipped unknown rule `DL3OO7` in `ignored`",
        "skipped unknown rule `DL9999` in `override`",
    ] {
        assert!(migrated.contains(what), "{what}\n{migrated}");
    }
}

#[test]
fn completion_offers_values() {
    let sandbox = Sandbox::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = sandbox.run(&format!("completions {shell}")).out;
        assert!(script.contains("check"), "{shell}");
        if ["bash", "zsh", "fish"].contains(&shell) {
            for value in ["codeclimate", "DL3008", "SC2086", "StageNameCasing", "security"] {
                assert!(script.contains(value), "{shell} {value}");
            }
        }
    }
    // Values are offered, not required, and help does not list hundreds of them.
    assert!(!sandbox.run("check --help").out.contains("DL3020"));
    assert!(sandbox.run("check --help").out.contains("sarif"));
    assert!(sandbox.run("check -h").out.len() < 8000);
}

#[test]
fn the_version_names_the_commit() {
    let run = Sandbox::empty().run("--version");
    let version = run.out.trim().strip_prefix("dockwright ").expect("the name").to_string();
    assert!(version.starts_with(env!("CARGO_PKG_VERSION")), "{version}");
    if let Some((_, commit)) = version.split_once(' ') {
        let digits = commit.trim_matches(['(', ')']).trim_end_matches('+');
        assert!(digits.len() >= 7 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{version}");
    }
}

#[test]
fn every_command_has_a_man_page() {
    let sandbox = Sandbox::empty();
    let pages = sandbox.run("man --list").out;
    for page in [
        "dockwright",
        "dockwright-check",
        "dockwright-config-update",
        "dockwright-policy-test",
        "dockwright-hadolint",
    ] {
        assert!(pages.lines().any(|line| line == page), "{page}\n{pages}");
    }
    for page in pages.lines() {
        let words = page.split('-').skip(1).collect::<Vec<_>>().join(" ");
        let text = sandbox.run(&format!("man {words}"));
        assert!(text.code == 0 && text.out.contains(&format!(".TH {}", page.to_uppercase())), "{page}");
    }
    assert!(sandbox.run("man config updat").err.contains("`update`"));
}
