//! `optimize`: problems are listed, and fixes are applied, shown and explained as under `check`.

use super::Sandbox;

/// The package lists stay in the layer; the fix is safe.
const KEPT: &str =
    "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nCMD [\"tree\"]\n";
const FIXED: &str = "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends tree && rm -rf \
                      /var/lib/apt/lists/*\nCMD [\"tree\"]\n";

#[test]
fn shows_and_applies_fix() {
    let sandbox = Sandbox::with(&[("Dockerfile", KEPT), ("b/Dockerfile", FIXED)]);
    let run = sandbox.run("optimize --diff");
    assert_eq!((run.code, run.out.matches("\n+RUN").count()), (1, 1), "{run:?}");
    assert!(run.err.contains("(DL3009)"), "{run:?}");
    assert_eq!(sandbox.read("Dockerfile"), KEPT);
    let run = sandbox.run_with("optimize --fix -", KEPT, &[]);
    assert_eq!((run.code, run.out.as_str()), (0, FIXED));
    let run = sandbox.run("optimize --fix");
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    assert!(run.err.contains("Dockerfile: applied DL3009 on line "), "{run:?}");
    assert_eq!(sandbox.read("Dockerfile"), FIXED);
    for arguments in ["optimize --fix", "optimize --diff"] {
        let run = sandbox.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    }
}

#[test]
fn does_not_fix_ignored_problems() {
    let ignored = KEPT.replace("RUN", "# dockwright ignore=DL3009 wanted\nRUN");
    let config = "[rules]\nignore = [\"DL3009\"]\n";
    for (file, configuration, arguments, changes) in [
        (KEPT, "", "", true),
        (KEPT, "", "--ignore DL3009", false),
        (KEPT, "", "--select DL3015", false),
        (KEPT, "", "--select DL3009", true),
        (KEPT, config, "", false),
        (KEPT, config, "--isolated", true),
        (KEPT, "[rules]\nselect = [\"DL3007\"]\n", "", true),
        (&ignored, "", "", false),
        (&ignored, "", "--no-inline-ignores", true),
    ] {
        let sandbox = Sandbox::with(&[("Dockerfile", file), ("dockwright.toml", configuration)]);
        let run = sandbox.run(&format!("optimize --diff {arguments}"));
        assert_eq!(run.code, i32::from(changes), "{arguments} {configuration} {run:?}");
    }
}

#[test]
fn levels_must_be_requested() {
    let text =
        "FROM debian:12\nRUN apt-get update && apt-get install -y tree && rm -rf /var/lib/apt/lists/*\n";
    let sandbox = Sandbox::with(&[("Dockerfile", text)]);
    for (arguments, code) in [
        ("", 0),
        ("--unsafe-fixes", 0),
        ("--unsafe-fixes=low", 0),
        ("--unsafe-fixes=mid", 1),
        ("--unsafe-fixes=high", 1),
    ] {
        let run = sandbox.run(&format!("optimize --diff --select DL3015 {arguments}"));
        assert_eq!(run.code, code, "{arguments} {run:?}");
    }
    for arguments in ["--fix --diff", "--fix --explain", "--fix --format json", "--explain --format html"] {
        assert_eq!(sandbox.run(&format!("optimize {arguments}")).code, 2, "{arguments}");
    }
    let run = sandbox.run("optimize --fix --unsafe-fixes mid");
    assert!(run.code == 2 && run.err.contains("`--unsafe-fixes=mid`"), "{run:?}");
    assert_eq!(sandbox.read("Dockerfile"), text);
}

#[test]
fn rewrites_are_explained() {
    let shown = "FROM debian:12\nCOPY run.sh /run.sh\nRUN chmod +x /run.sh\nCOPY . /x\nRUN rm -rf /x\n";
    let sandbox = Sandbox::with(&[("Dockerfile", shown), ("b/Dockerfile", KEPT), ("run.sh", "#!/bin/sh\n")]);
    let run = sandbox.run("optimize --explain --no-context");
    assert_eq!(run.code, 0, "{run:?}");
    for part in [
        "line 3  DW2201 mode-changed-later",
        "suggestion, not applied by any command",
        "risk: ",
        "      -COPY run.sh /run.sh\n",
        "not fixed: ",
        "applied by `--fix`",
        "saves: ~19.9 MB",
    ] {
        assert!(run.out.contains(part), "{part} is not in\n{}", run.out);
    }
    assert!(run.out.lines().all(|line| line.chars().count() <= 100), "{}", run.out);
    assert_eq!(sandbox.read("Dockerfile"), shown);
}

#[test]
fn reports_exceeded_limits() {
    for (configuration, arguments, code) in [
        ("", "", 0),
        ("", "--fail-on waste>10MB", 1),
        ("", "--fail-on waste>30MB", 0),
        ("", "--fail-on waste>30MB,layers>0", 1),
        ("", "--fail-on added>1MB --format json", 1),
        ("", "--fail-on rebuild>1s", 0),
        ("", "--fail-on image>+1MB", 2),
        ("", "--fail-on waste>10MB --fix", 0),
        ("", "--fail-on layers>0 --fix", 1),
        ("[optimize]\nfail-on = [\"waste>10MB\"]\n", "", 1),
        ("[optimize]\nfail-on = [\"waste>10MB\"]\n", "--fail-on waste>1GB", 0),
        ("[optimize]\nfail-on = [\"wasted<10MB\"]\n", "", 2),
        ("[optimize]\ntarget = \"none\"\n", "", 2),
        ("", "--fail-on score>0.8", 2),
        ("", "--fail-on efficiency>0.8", 2),
        ("", "--fail-on much", 2),
    ] {
        let sandbox = Sandbox::with(&[("Dockerfile", KEPT), ("dockwright.toml", configuration)]);
        let run = sandbox.run(&format!("optimize {arguments}"));
        assert_eq!(run.code, code, "{configuration} {arguments} {run:?}");
    }
}

#[test]
fn the_context_of_the_configuration_counts() {
    let copies = "FROM debian:12\nCOPY . /srv\n";
    let sandbox = Sandbox::with(&[("docker/x.Dockerfile", copies), ("app/a.txt", "12345")]);
    sandbox.write("dockwright.toml", "[optimize]\ncontext = \"app\"\n");
    let run = sandbox.run("optimize --steps docker/x.Dockerfile");
    assert!(run.code == 0 && run.out.contains("5 B in 1 file"), "{run:?}");
    let run = sandbox.run("optimize --steps --isolated docker/x.Dockerfile");
    assert!(run.code == 0 && !run.out.contains("in 1 file"), "{run:?}");
}

#[test]
fn every_format_lists_problems() {
    let sandbox = Sandbox::with(&[("Dockerfile", KEPT)]);
    for (format, parts) in [
        ("text", ["  --fix (1)", "~19.9 MB       --fix                DL3009", "1 fixable with `--fix`."]),
        (
            "json",
            [
                "\"level\":\"safe\"",
                "\"diagnostics\":[{\"file\":\"Dockerfile\",\"code\":\"DW2002\"",
                "\"measured\":-",
            ],
        ),
        ("markdown", ["| `--fix` (1) |", "| ~19.9 MB | `--fix` | DL3009 |", "<details>"]),
        ("html", ["<code>--fix (1)</code>", "class-safe", "~19.9 MB"]),
    ] {
        let run = sandbox.run(&format!("optimize --format {format}"));
        for part in parts {
            assert!(run.out.contains(part), "{format}: {part} is not in\n{}", run.out);
        }
    }
}

#[test]
fn the_touched_file_is_in_the_context() {
    let text = "FROM debian:12\nCOPY src/ /src/\nRUN make\n";
    let sandbox = Sandbox::with(&[
        ("Dockerfile", text),
        (".dockerignore", "*.log\n"),
        ("src/main.py", ""),
        ("src/debug.log", ""),
        ("b.log", ""),
    ]);
    for path in ["src/main.py", "./src/main.py", "src"] {
        assert_eq!(sandbox.run(&format!("optimize --touch {path}")).code, 0, "{path}");
    }
    for (path, why) in [
        ("nofile", "`--touch nofile`: no such file in the build context `.`"),
        ("src/main.p", "`--touch src/main.p`: no such file in the build context `.`"),
        ("b.log", "`--touch b.log`: `.dockerignore` excludes this file from the build context"),
    ] {
        let run = sandbox.run(&format!("optimize --touch {path}"));
        let expected = format!("dockwright: error: Dockerfile: {why}\n  help: name a file ");
        assert!(run.code == 2 && run.err.starts_with(&expected), "{path}: {run:?}");
    }
    for path in ["../x", "a/../../x", "/.."] {
        let run = sandbox.run(&format!("optimize --touch {path}"));
        let expected = format!("dockwright: error: `--touch {path}`: outside the build context\n");
        assert!(run.code == 2 && run.err.starts_with(&expected), "{run:?}");
    }
    // Nothing determines the directory of the context.
    sandbox.write("Dockerfile", "FROM debian:12\nRUN make\n");
    assert_eq!(sandbox.run("optimize --touch src/main.py").code, 0);
    assert_eq!(sandbox.run("optimize --touch nofile --no-context").code, 0);
    for path in ["nofile", "/etc/passwd"] {
        let run = sandbox.run(&format!("optimize --touch {path}"));
        let expected = format!("`--touch {path}`: no such file");
        assert!(run.code == 2 && run.err.contains(&expected), "{run:?}");
    }
}

#[test]
fn prints_reason_once() {
    let step = "RUN apt-get update\nCOPY a /a\n";
    for level in ["", "--unsafe-fixes=low", "--unsafe-fixes=mid"] {
        let sandbox = Sandbox::with(&[("Dockerfile", &format!("FROM debian:12\n{step}{step}"))]);
        let run = sandbox.run(&format!("optimize --fix {level}"));
        let mut reasons: Vec<&str> = run.err.lines().filter(|line| line.contains(" not fixed: ")).collect();
        assert!(reasons.iter().any(|line| line.contains("DL3009 ×2")), "{level} {run:?}");
        let said = reasons.len();
        reasons.sort_unstable();
        reasons.dedup();
        assert_eq!(reasons.len(), said, "{level} {run:?}");
    }
}

/// Lines of fixes that are applied after others may have changed, so they are omitted.
#[test]
fn applied_fixes_have_lines() {
    let text = "FROM debian:12\nENV A 1\nENV B 2\nCMD [\"true\"]\n";
    let run = Sandbox::with(&[("Dockerfile", text)]).run("optimize --diff");
    for line in [2, 3] {
        let note = format!("would apply LegacyKeyValueFormat on line {line}: use `KEY=VALUE`");
        assert!(run.err.contains(&note), "{run:?}");
    }
}

#[test]
fn filtered_lists_do_not_claim_that_no_rule_reports() {
    let text = "FROM alpine:3.20\nRUN apk add curl\nCMD [\"curl\"]\n";
    let sandbox = Sandbox::with(&[("Dockerfile", text)]);
    let filtered = "None of the selected rules reports the wasted space; `--steps` lists it.\n";
    for (options, is_shown) in
        [("--select DL3018", false), ("--select DL3007", true), ("--ignore DL3019", true), ("", false)]
    {
        let run = sandbox.run(&format!("optimize {options}"));
        assert_eq!(run.out.contains(filtered), is_shown, "{options} {}", run.out);
    }
}

#[test]
fn unknown_targets_have_advice() {
    let named = "FROM debian:12 AS build\nFROM debian:12 AS final\n";
    let sandbox = Sandbox::with(&[("Dockerfile", named), ("plain/Dockerfile", "FROM debian:12\n")]);
    for (arguments, help) in [
        ("check Dockerfile --target xyz", "choose from `build`, `final`"),
        ("optimize Dockerfile --target xyz", "choose from `build`, `final`"),
        ("check plain --target xyz", "the file has no named stages, so remove the target"),
        ("optimize plain --target xyz", "the file has no named stages, so remove `--target`"),
    ] {
        let run = sandbox.run(arguments);
        assert!(format!("{}{}", run.out, run.err).contains(help), "{arguments} {run:?}");
    }
    sandbox.write("dockwright.toml", "[optimize]\ntarget = \"xyz\"\n");
    let run = sandbox.run("optimize plain");
    assert!(run.err.contains("so remove `target` from the configuration"), "{run:?}");
}

/// The wasted part of the base image is not part of the layers that the file adds.
#[test]
fn waste_outside_of_known_layers_is_separate() {
    let text = "FROM golang:1.22\nCOPY main.go /\nRUN go build -o /a /main.go\nCMD [\"/a\"]\n";
    let run = Sandbox::with(&[("Dockerfile", text), ("main.go", "package main")]).run("optimize");
    assert!(run.out.contains("is wasted.") && !run.out.contains("of which"), "{}", run.out);
}
