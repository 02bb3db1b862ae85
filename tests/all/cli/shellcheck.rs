//! `--shellcheck` and `DOCKWRIGHT_SHELLCHECK`: which program is run, how often, and the effect of its output.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;

use super::Sandbox;

/// A shell script that pretends to be ShellCheck, counts its calls, and reports the last line of every script.
const PROGRAM: &str = r#"#!/bin/sh
if [ "$1" = --version ]; then echo "ShellCheck, so to speak"; echo "version: 9.9.9"; exit 0; fi
echo "$#" >> "$HOME/asked"
printf '{"comments":['
for name; do
  case $name in -*) continue ;; esac
  lines=0
  while read -r line || [ -n "$line" ]; do lines=$((lines + 1)); done < "$name"
  printf '%s{"file":"%s","line":%s,"endLine":%s,"column":6,"endColumn":8,"level":"warning","code":4321,"message":"in its: words"}' "$comma" "$name" "$lines" "$lines"
  comma=,
done
echo ']}'
exit 1
"#;

const A: &str = "FROM debian:12\nRUN echo $a\n";
const B: &str = "FROM debian:12\nENV b=1\nRUN echo\\\n  # c\n  $b\n";

fn sandbox(program: &str) -> Sandbox {
    let sandbox = Sandbox::with(&[("a.Dockerfile", A), ("b.Dockerfile", B), ("program", program)]);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(sandbox.path("program"), mode).expect("a mode");
    sandbox
}

const CHECK: &str = "check --jobs 1 --select shellcheck --format concise";

#[test]
fn runs_shellcheck_once_for_all_files() {
    let sandbox = sandbox(PROGRAM);
    let run = sandbox.run(&format!("{CHECK} --shellcheck ./program ."));
    assert_eq!(
        run.out,
        "a.Dockerfile:2:10: warning SC4321 in its – words\nb.Dockerfile:5:3: warning SC4321 in its – words\n"
    );
    assert_eq!(run.err, "");
    assert_eq!(run.code, 1);
    // Five options, and a file for each RUN.
    assert_eq!(sandbox.read("asked"), "7\n");
    let ignored = sandbox.run(&format!("{CHECK} --shellcheck ./program --ignore SC4321 ."));
    assert_eq!((ignored.out.as_str(), ignored.code), ("", 0));
}

#[test]
fn environment_variable_equals_flag() {
    let sandbox = sandbox(PROGRAM);
    let variable = [("DOCKWRIGHT_SHELLCHECK", "./program")];
    assert_eq!(sandbox.run_with(&format!("{CHECK} ."), "", &variable).codes(), ["SC4321", "SC4321"]);
    let run = sandbox.run_with(&format!("{CHECK} --shellcheck off a.Dockerfile"), "", &variable);
    assert_eq!(run.codes(), ["SC2086", "SC2154"]);
    let run = sandbox.run_with("hadolint -f gnu a.Dockerfile b.Dockerfile", "", &variable);
    assert_eq!(
        run.out,
        "hadolint:a.Dockerfile:2: SC4321 warning: in its: words\nhadolint:b.Dockerfile:3: SC4321 warning: in its: words\n"
    );
    assert_eq!(run.code, 1);
    let run = sandbox.run_with("hadolint -f gnu -", A, &variable);
    assert!(run.out.contains("SC4321 warning: in its: words"), "{run:?}");
}

#[test]
fn requires_shellcheck() {
    let sandbox = sandbox(PROGRAM);
    let run = sandbox.run(&format!("{CHECK} --shellcheck ./nothing ."));
    assert_eq!((run.out.as_str(), run.code), ("", 2));
    insta::assert_snapshot!(run.err);
    let other = sandbox.run(&format!("{CHECK} --shellcheck /bin/sh ."));
    assert_eq!((other.out.as_str(), other.code), ("", 2));
    insta::assert_snapshot!(other.err);
    let variable = [("DOCKWRIGHT_SHELLCHECK", "./nothing")];
    let run = sandbox.run_with("hadolint a.Dockerfile", "", &variable);
    assert_eq!((run.out.as_str(), run.code), ("", 1));
    assert!(run.err.contains("./nothing"), "{}", run.err);
}

#[test]
fn auto_uses_installed_program() {
    let sandbox = sandbox(PROGRAM);
    let nowhere = sandbox.path("nowhere").to_string_lossy().into_owned();
    let run = sandbox.run_with(
        &format!("{CHECK} --shellcheck auto a.Dockerfile"),
        "",
        &[("PATH", nowhere.as_str())],
    );
    assert_eq!(run.codes(), ["SC2086", "SC2154"]);
    assert!(run.err.contains("`shellcheck`"), "{}", run.err);
    let directory = sandbox.path("bin");
    std::fs::create_dir(&directory).expect("a directory");
    std::fs::rename(sandbox.path("program"), directory.join("shellcheck")).expect("another name");
    let directory = directory.to_string_lossy().into_owned();
    let run = sandbox.run_with(
        &format!("{CHECK} --verbose --shellcheck auto a.Dockerfile"),
        "",
        &[("PATH", directory.as_str())],
    );
    assert_eq!(run.codes(), ["SC4321"]);
    assert!(run.err.contains("ShellCheck 9.9.9"), "{}", run.err);
}

/// If the program fails, there are no problems of RUNs, and everything else is unchanged.
#[test]
fn reports_program_failures() {
    let sandbox = sandbox(&PROGRAM.replace("exit 1", "echo 'out of luck' >&2; exit 3"));
    let run = sandbox.run("check --isolated --format concise --shellcheck ./program a.Dockerfile");
    assert_eq!(run.code, 2);
    insta::assert_snapshot!(run.err);
    assert!(run.out.contains("a.Dockerfile:2:1: info DW0013 "), "{}", run.out);
    assert!(!run.out.contains(" SC"), "{}", run.out);
    let run = sandbox.run_with("hadolint a.Dockerfile", "", &[("DOCKWRIGHT_SHELLCHECK", "./program")]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("out of luck"), "{}", run.err);
}

/// Only scripts that fixes changed are checked again.
#[test]
fn fixes_check_changed_scripts_only() {
    let sandbox = sandbox(&PROGRAM.replace("4321", "2006"));
    sandbox.write("a.Dockerfile", "FROM debian:12\nRUN echo `date`\nRUN echo $b\n");
    let run = sandbox.run(&format!("{CHECK} --fix --shellcheck ./program a.Dockerfile"));
    assert_eq!(sandbox.read("a.Dockerfile"), "FROM debian:12\nRUN echo $(date)\nRUN echo $b\n");
    // Options and scripts; the fixed text has one new script.
    assert_eq!(sandbox.read("asked"), "7\n6\n");
    assert!(run.err.contains("(SC2006)"), "{}", run.err);
}
