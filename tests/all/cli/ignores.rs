//! Ignore comments: their diagnostics, and `--add-ignores`.

use super::{CLEAN, LATEST, Sandbox};

/// An ignore that is used, an unused one, and one with an unknown code.
const IGNORES: &str = "# dockwright ignore=DL3007 as is\nFROM debian:latest\n# dockwright ignore=DL3020 once\nUSER \
                       1000\n# dockwright ignore=DL3OO8\nCMD [\"true\"]\n";

#[test]
fn reports_unused_comments() {
    let sandbox = Sandbox::with(&[("Dockerfile", IGNORES)]);
    let run = sandbox.run("check");
    assert_eq!((run.code, run.codes()), (1, vec!["DW0001", "DW0002"]), "{run:?}");
    assert!(
        run.out.contains("Dockerfile:3:1: info DW0001 unused ignore comment (`DL3020` is not reported here)"),
        "{run:?}"
    );
    // An ignore is used if its rule would report something, whether or not the rule is selected.
    for (arguments, codes) in [
        ("check --select DW0001", vec!["DW0001"]),
        ("check --select DL3007", vec![]),
        ("check --select DL3007,DW0001", vec!["DW0001"]),
        ("check --ignore DL3007", vec!["DW0001", "DW0002"]),
        ("check --ignore DW", vec![]),
        ("check --no-inline-ignores", vec!["DL3007"]),
        ("check --no-inline-ignores --select DW", vec!["DW3308"]),
        ("check --select hadolint", vec![]),
    ] {
        assert_eq!(sandbox.run(arguments).codes(), codes, "{arguments}");
    }
    assert!(!sandbox.run("hadolint Dockerfile").out.contains("DW"));
    let run = sandbox.run("check --fix");
    assert_eq!(run.err.lines().next(), Some("dockwright: applied 1 fix in 1 file (DW0001)"), "{run:?}");
    assert_eq!(sandbox.read("Dockerfile"), IGNORES.replace("# dockwright ignore=DL3020 once\n", ""));
}

#[test]
fn reasons_are_required_where_the_configuration_says_so() {
    let sandbox = Sandbox::with(&[("Dockerfile", IGNORES)]);
    assert!(!sandbox.run("check").out.contains("DW0003"));
    sandbox.write("dockwright.toml", "[rules]\nrequire-reason = true\n");
    let run = sandbox.run("check --select DW0003");
    assert_eq!(
        run.out,
        "Dockerfile:5:1: warning DW0003 `DL3OO8` is ignored without a reason; add the reason after the codes\n"
    );
    assert_eq!(sandbox.run("check --add-ignores").code, 2);
    assert_eq!(sandbox.run("check --add-ignores=later").code, 0);
    assert_eq!(sandbox.run("check --fail-on style").code, 0);
}

#[test]
fn shellcheck_comments_apply_to_their_run() {
    let run = "RUN a \\\n  # shellcheck disable=SC2086\n  && cp $A /x\n";
    let heredoc = "RUN <<EOF\n# shellcheck disable=SC2086\ncp $A /x\ntrue\ncp $B /x\nEOF\n";
    let sandbox = Sandbox::with(&[("Dockerfile", &format!("FROM debian:12\n{run}{heredoc}RUN cp $B /x\n"))]);
    let run = sandbox.run("check --select SC2086");
    assert_eq!(run.out.lines().count(), 1, "{run:?}");
    assert!(run.out.starts_with("Dockerfile:11:"), "{run:?}");
}

#[test]
fn every_remaining_problem_can_be_ignored() {
    let long = "# syntax=docker/dockerfile:1\r\n# base is\r\n# what we build on\r\nFROM debian:latest AS \
                base\r\nWORKDIR app\r\n# hadolint ignore=DL3059\r\nRUN apt-get install x \\\r\n  # a note\r\n  && cat \
                <<EOF > /f\r\nADD not an instruction\r\nEOF\r\n\r\n  # dockwright ignore=DL3020 \
                why\r\n  ADD x $Y";
    let sandbox = Sandbox::with(&[("Dockerfile", long), ("b/Dockerfile", CLEAN), ("c/Dockerfile", LATEST)]);
    let diff = sandbox.run("check --diff --add-ignores");
    assert_eq!(diff.code, 1);
    assert_eq!(sandbox.read("Dockerfile"), long);
    let run = sandbox.run("check --add-ignores=later");
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    insta::assert_snapshot!(run.err);
    let added = sandbox.read("Dockerfile");
    assert!(added.starts_with("# syntax=docker/dockerfile:1\r\n# dockwright ignore="), "{added}");
    assert_eq!(added.matches('\n').count(), added.matches("\r\n").count(), "{added}");
    assert!(added.ends_with("\r\n  ADD x $Y") && added.contains(" why\r\n"), "{added}");
    let kept: String =
        added.split_inclusive('\n').filter(|line| !line.contains("dockwright ignore")).collect();
    assert_eq!(kept, long.replace("  # dockwright ignore=DL3020 why\r\n", ""));
    assert_eq!(sandbox.read("b/Dockerfile"), CLEAN);
    let again = sandbox.run("check --fail-on style");
    assert_eq!((again.code, again.out.as_str()), (0, ""), "{again:?}");
    let again = sandbox.run("check --add-ignores --exit-non-zero-on-fix");
    assert_eq!((again.code, again.err.as_str()), (0, ""));
    assert_eq!(sandbox.read("Dockerfile"), added);
}

#[test]
fn build_errors_are_not_ignored() {
    let sandbox = Sandbox::with(&[("Dockerfile", &format!("{LATEST}XYZ\n"))]);
    let run = sandbox.run("check --add-ignores");
    assert_eq!((run.code, run.codes()), (1, vec!["DL1000"]));
    // The report says so if the configuration ignores the code.
    sandbox.write("dockwright.toml", "rules.ignore = [\"DL1000\"]\n");
    let run = sandbox.run("check --format concise");
    let expected = "; `ignore` has no effect on build errors, but `exclude` skips the file\n";
    assert!(run.code == 1 && run.out.contains(" DL1000 ") && run.out.ends_with(expected), "{run:?}");
    sandbox.write("dockwright.toml", "");
    let generated = format!("# generated by make\n{LATEST}");
    sandbox.write("Dockerfile", &generated);
    let run = sandbox.run("check --add-ignores");
    assert_eq!((run.code, run.codes()), (1, vec!["DL3007"]));
    assert_eq!(run.err, "dockwright: Dockerfile: no ignore comments added: the file is generated\n");
    assert_eq!(sandbox.read("Dockerfile"), generated);
    for arguments in [
        "check --add-ignores=,x",
        "check --add-ignores --no-inline-ignores",
        "check --add-ignores --fix-only",
    ] {
        assert_eq!(sandbox.run(arguments).code, 2, "{arguments}");
    }
    let run = sandbox.run_with("check --add-ignores -", LATEST, &[]);
    assert_eq!((run.code, run.out), (0, format!("# dockwright ignore=DL3007\n{LATEST}")));
}

#[test]
fn fixes_come_before_ignores() {
    let text = "FROM debian:latest as a\nUSER 1000\nCMD [\"true\"]\n";
    let sandbox = Sandbox::with(&[("Dockerfile", text)]);
    let run = sandbox.run("check --fix --add-ignores --exit-non-zero-on-fix");
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    let fixed = "# dockwright ignore=DL3007\nFROM debian:latest AS a\nUSER 1000\nCMD [\"true\"]\n";
    assert_eq!(sandbox.read("Dockerfile"), fixed);
}
