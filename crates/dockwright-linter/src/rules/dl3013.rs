//! DL3013: `pip install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::rules::families::unpinned;
use crate::semantic::{ProgramCall, Run, View, is_pip_install, is_uv_pip_install, programs};
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DL3013",
    name: "unpinned-pip-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3013.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.affects_final_image() {
        return;
    }
    let by_uv = |command: &&ShellCommand| run.view.sees_through_wrappers && is_uv_pip_install(command);
    let installs = run.script.commands.iter().filter(|command| is_pip_install(command) || by_uv(command));
    let unpinned = installs.flat_map(|command| {
        let call = programs::PIP.read_call_under_any_name(command, run.view);
        if takes_versions_from_file(&call, run.view) {
            return Vec::new();
        }
        let packages = call.operands.iter().copied().skip_while(|word| word.text != "install");
        call.unpinned_packages(packages.skip_while(|word| word.text == "install"), |package| {
            is_pinned(package, run.view)
        })
    });
    let unpinned: Vec<_> = unpinned.collect();
    unpinned::report_pinnable(cx, run, &unpinned, "pip", |package| {
        if package.contains("://") {
            return format!("`{package}@TAG`");
        }
        format!("`{package}==VERSION` or a requirements file")
    });
}

/// Whether a requirements file, a constraints file, or the project in the directory sets the versions.
fn takes_versions_from_file(call: &ProgramCall<'_>, view: View) -> bool {
    call.has_any_of_options(&["constraint", "c"])
        || call.command.has_argument(&["-r", "--requirement", "."])
        || (!view.reads_options_by_letter && call.has_any_of_options(&["r", "requirement"]))
}

fn is_pinned(package: &str, view: View) -> bool {
    const SCHEMES: [&str; 13] = [
        "hg+file",
        "hg+http",
        "hg+https",
        "hg+ssh",
        "hg+static-http",
        "bzr+http",
        "bzr+https",
        "bzr+ssh",
        "bzr+sftp",
        "bzr+ftp",
        "bzr+lp",
        "git+",
        "svn+",
    ];
    let is_repository = SCHEMES.iter().any(|scheme| package.starts_with(scheme))
        || (view.misreads_pip_names && (package.starts_with("git") || package.starts_with("svn")));
    let has_version = ["==", ">", "<", "!=", "~="].iter().any(|operator| package.contains(operator));
    let is_file = package.ends_with(".whl") || package.ends_with(".tar.gz");
    let is_here = package.starts_with('.') && !view.misreads_pip_names;
    has_version || is_file || is_here || package.contains(if is_repository { '@' } else { '/' })
}
