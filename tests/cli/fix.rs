//! `--fix` and `--diff`.

use super::{CLEAN, LATEST, Sandbox};

#[test]
fn nothing_to_fix_changes_nothing() {
    let sandbox = Sandbox::with(&[("Dockerfile", CLEAN), ("b/Dockerfile", LATEST)]);
    for arguments in ["check --fix", "check --diff", "check --fix-only", "check --fix --unsafe-fixes=high"] {
        let run = sandbox.run(arguments);
        let reports = arguments.contains("--fix ") || arguments.ends_with("--fix");
        assert_eq!(run.code, i32::from(reports), "{arguments} {run:?}");
        assert_eq!(run.err, "", "{arguments}");
        assert_eq!((sandbox.read("Dockerfile"), sandbox.read("b/Dockerfile")), (CLEAN.into(), LATEST.into()));
    }
    for arguments in ["check --fix --diff", "check --unsafe-fixes low", "check --fix --unsafe-fixes=lowest"] {
        assert_eq!(sandbox.run(arguments).code, 2, "{arguments}");
    }
}

#[test]
fn standard_input_comes_out_fixed() {
    let sandbox = Sandbox::empty();
    let run = sandbox.run_with("check --fix -", LATEST, &[]);
    assert_eq!((run.code, run.out.as_str()), (1, LATEST));
    assert!(run.err.starts_with("-:1:13: warning DL3007 "), "{run:?}");
    let run = sandbox.run_with("check --fix-only -", LATEST, &[]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, LATEST, ""));
}
