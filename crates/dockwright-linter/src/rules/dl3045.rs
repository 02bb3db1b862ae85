//! DL3045: COPY to a relative path in a stage without WORKDIR.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::StageFlags;
use crate::syntax::{Arguments, Instruction, Kind, Word};

pub(super) static RULE: Rule = Rule {
    code: "DL3045",
    name: "copy-without-workdir",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3045.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    let mut with_workdir = StageFlags::new(semantics.view);
    for instruction in file.instructions() {
        if let Some(stage) = semantics.stage_starting_at(instruction.span.start) {
            with_workdir.enter_stage(stage);
        }
        match &instruction.arguments {
            Arguments::Text(_) if instruction.kind == Kind::Workdir => with_workdir.set_flag(),
            Arguments::Paths(paths) if instruction.kind == Kind::Copy && !with_workdir.is_flag_set() => {
                if let Some(target) = &paths.destination {
                    check_relative_target(cx, instruction, target);
                }
            }
            _ => {}
        }
    }
}

fn check_relative_target(cx: &mut RuleChecker<'_>, copy: &Instruction<'_>, target: &Word<'_>) {
    let path = target.text.trim_matches(['"', '\'']);
    if cx.semantics.may_be_absolute(path, copy.span.start) {
        return;
    }
    cx.report(
        copy,
        target.span,
        format!("relative destination `{path}` depends on the base image's working directory"),
    )
    .help("set a `WORKDIR`, or use an absolute path");
}
