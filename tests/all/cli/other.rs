//! `rule` and `syntax`.

use super::{CLEAN, Sandbox};

#[test]
fn a_rule_is_explained() {
    let sandbox = Sandbox::empty();
    let text = sandbox.run("rule DL3020").out;
    assert!(
        text.starts_with("DL3020 add-for-local-files\n=====")
            && text.contains("Source: hadolint · Severity: error · Default: on · "),
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
    // The first line names the columns.
    assert_eq!(json.len() + 1, sandbox.run("rule --all").out.lines().count());
    let run = sandbox.run("rule DL302");
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("`DL302`") && run.err.contains("`DL30"), "{run:?}");
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

#[test]
fn man_pages_have_the_usual_sections() {
    let sandbox = Sandbox::empty();
    let sections = |page: &str| -> Vec<String> {
        let heading = |line: &str| Some(line.strip_prefix(".SH ")?.trim_matches('"').to_string());
        sandbox.run(&format!("man {page}")).out.lines().filter_map(heading).collect()
    };
    let closing = ["EXAMPLES", "EXIT STATUS", "FILES", "SEE ALSO", "VERSION"];
    for page in ["", "check", "optimize", "pin", "rule", "config", "completions"] {
        let sections = sections(page);
        let expected = closing.iter().filter(|section| match **section {
            "EXAMPLES" => page != "config",
            "FILES" => !["rule", "config", "completions"].contains(&page),
            _ => true,
        });
        let missing: Vec<_> = expected.filter(|section| !sections.iter().any(|it| it == **section)).collect();
        assert!(missing.is_empty() && !sections.contains(&"EXTRA".to_string()), "{page}: {sections:?}");
    }
    // Each page lists the exit codes of its own command.
    for (page, meaning) in [
        ("check", "Something was found."),
        ("pin", "A lookup failed"),
        ("format", "found a file that would change."),
        ("policy test", "An example fails."),
    ] {
        assert!(sandbox.run(&format!("man {page}")).out.contains(meaning), "{page}");
    }
    assert!(!sandbox.run("man rule").out.contains("\n.TP\n1\n"));
    let page = sandbox.run("man check").out;
    assert!(
        page.contains(".nf\n  dockwright check  ") && page.contains("\\fBdockwright\\-optimize\\fR(1)"),
        "{page}"
    );
}

#[test]
fn errors_name_their_subject() {
    let sandbox = Sandbox::with(&[
        ("Dockerfile", "FROM debian:12\n"),
        ("compose.yaml", "services:\n  gone:\n    build: services/gone\n"),
        ("program", "\u{7f}ELF\0\0\n"),
    ]);
    for (arguments, expected) in [
        ("check --jobs 0", "must be a whole number of at least 1\n  help: use a number, as in `--jobs 4`\n"),
        (
            "check --format xml",
            "`--format xml`: unknown format\n  help: choose from `full`, `concise`, `json`",
        ),
        ("check --format ful", "`--format ful`: unknown format\n  help: did you mean `full`?"),
        ("check --select DL3O08", "unknown rule or group\n  help: did you mean `DL3008`?"),
        ("check --context nope", "`--context nope`: no such directory\n"),
        ("check --config nope.toml", "nope.toml: cannot read file (no such file)\n"),
        ("check --baseline nope.json", "nope.json: cannot read file (no such file)\n"),
        ("optimize --fail-on wast>1", "unknown metric `wast`\n  help: did you mean `wasted`?\n"),
        ("optimize nofile", "nofile: cannot read file (no such file)\n"),
        (
            "completions tcsh",
            "unknown shell `tcsh`\n  help: choose from `bash`, `elvish`, `fish`, `powershell`, `zsh`\n",
        ),
        (
            "check compose.yaml",
            "compose.yaml: service `gone`: no Dockerfile at services/gone/Dockerfile\n  help: correct `build` of the service, or create the file\n",
        ),
        ("check --fixx", "unknown option `--fixx`\n  help: did you mean `--fix`?\n"),
        ("check --unsafe-fixes=hgh", "`--unsafe-fixes=hgh`: unknown value\n  help: did you mean `high`?\n"),
        (
            "optimize program",
            "program: not analyzed: binary file\n  help: name a text file, or exclude this one\n",
        ),
        ("lint", "unknown command `lint`\n  help: did you mean `dockwright check`?\n"),
        ("program", "unknown command `program`\n  help: did you mean `dockwright check program`?\n"),
        ("check --fail-on warn", "`--fail-on warn`: unknown value\n  help: did you mean `warning`?\n"),
        (
            "optimize --touch nope",
            "no such file, and the build context is unknown\n  help: name an existing file",
        ),
        ("check --since=", "`--since` requires a value\n  help: use `--since REF`\n"),
        (
            "rule security",
            "`security` is a group of rules, not a rule\n  help: `dockwright check --select security`",
        ),
        ("policy test --isolated", "\n  help: remove `--isolated`\n"),
        ("config update --write", "`--write`: `rules-of` is not set, because there is no `dockwright.toml`"),
        ("check --fix-only nofile", "nofile: cannot read file (no such file)\n"),
        ("rule DL9999", "unknown rule `DL9999`\n  help: "),
        ("man chek", "unknown command `chek`\n  help: did you mean `check`?"),
    ] {
        let run = sandbox.run(arguments);
        assert_eq!(run.code, 2, "{arguments}: {run:?}");
        assert!(
            run.err.starts_with("dockwright: error: ") && run.err.contains(expected),
            "{arguments}: {run:?}"
        );
    }
    let run = sandbox.run("check nofile");
    assert_eq!(
        run.out, "nofile:1:1: error DW0010 cannot read file (no such file); check the path\n",
        "{run:?}"
    );
}

#[test]
fn errors_name_what_was_written() {
    let sandbox = Sandbox::with(&[("Dockerfile", CLEAN)]);
    sandbox.write("binary.compose.yaml", b"\x80\x81 a");
    for (arguments, (message, help)) in [
        (
            "rule DL30",
            (
                "`DL30` is a prefix of rule codes, not a rule",
                "`dockwright check --select DL30` runs the rules that start with it",
            ),
        ),
        (
            "check binary.compose.yaml",
            ("binary.compose.yaml: cannot read file (not UTF-8 text)", "save it as UTF-8"),
        ),
        ("config update nofile", ("nofile: cannot read file (no such file)", "check the path")),
        (
            "lsp",
            (
                "standard input: cannot read (a header line has no colon)",
                "start `dockwright lsp` from an editor, which sends LSP messages",
            ),
        ),
        (
            "check --since x",
            ("`--since x`: the repository has no commits yet", "commit first, or remove `--since`"),
        ),
    ] {
        if arguments.contains("--since") {
            // The directory `.git` of a sandbox is not a repository.
            std::fs::remove_dir(sandbox.path(".git")).expect("it is empty");
            let mut git = sandbox.command(std::path::Path::new("git"));
            git.env("PATH", std::env::var_os("PATH").unwrap_or_default());
            if !git.args(["init", "-q"]).status().is_ok_and(|status| status.success()) {
                continue;
            }
        }
        let path = std::env::var("PATH").unwrap_or_default();
        let run = sandbox.run_with(arguments, "garbage\n", &[("PATH", &path)]);
        assert_eq!(run.code, 2, "{arguments} {run:?}");
        assert_eq!(run.err, format!("dockwright: error: {message}\n  help: {help}\n"), "{arguments}");
    }
}

#[test]
fn migrate_reads_standard_input() {
    let run = Sandbox::empty().run_with("config migrate -o - -", "ignored: [DL3008]\n", &[]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.out.starts_with("# Converted from standard input.\n") && run.out.contains("DL3008"),
        "{run:?}"
    );
}
