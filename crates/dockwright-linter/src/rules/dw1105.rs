//! DW1105: a build argument with a new value in every build, declared before steps that do not use it.

use crate::diagnostic::{Applicability, Fix, Severity};
use crate::optimize::facts::{PROJECT_VERSIONS, is_cache_buster, is_per_build, is_project_metadata};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::instruction_edit;
use crate::rules::fixes::move_arg_down::{
    ArgPosition, exceeds_search_limit, find_adjacent_args, find_arg_position, is_read_in_later_stage,
};
use crate::semantic::{EffectiveShells, Stage};
use crate::syntax::{Arguments, Declaration, Instruction, Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW1105",
    name: "early-build-argument",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::Instruction(&[Kind::Arg], check),
    docs: include_str!("../../../../rules/DW1105.md"),
    ..Rule::OPTIMIZER
};

/// The new place of an ARG.
#[derive(Debug, PartialEq, Eq)]
enum ArgMove {
    /// Above the instruction that starts there; with an earlier step that may read it, if there is one.
    Above(u32, Option<String>),
    /// Nothing uses it.
    Unused,
}

fn check(cx: &mut RuleChecker<'_>, arg: &Instruction<'_>) {
    let Some(stage) = cx.semantics.stage_at(arg.span.start) else { return };
    let Arguments::Declarations(declared) = &arg.arguments else { return };
    let Some(first) =
        declared.iter().find(|one| changes_with_every_build(cx, one)).filter(|_| !exceeds_search_limit(cx))
    else {
        return;
    };
    let shells = cx.semantics.shells();
    let found = find_arg_position(cx, shells, stage, arg, declared);
    let Some(arg_move) = plan_arg_move(cx, stage, declared, &found) else { return };
    let name = quote_excerpt(&first.name.text);
    let needless = if found.named.is_some() { found.needless.len() } else { found.certain };
    let message = match needless {
        1 => format!("a new value of {name} rebuilds a `RUN` that does not use it"),
        more => format!("a new value of {name} rebuilds {more} `RUN`s that do not use it"),
    };
    let help = match arg_move {
        ArgMove::Above(..) => "move it just above its first use",
        ArgMove::Unused => "delete it, or use it in the `RUN` that it should rebuild",
    };
    let fix = if declared.iter().all(|one| changes_with_every_build(cx, one)) {
        build_fix(cx, shells, stage, arg, &arg_move, &found)
    } else {
        Err("the same `ARG` also declares other variables".to_string())
    };
    let diagnostic = cx.report(arg, first.name.span, message).help(help);
    match fix {
        Ok(fix) => diagnostic.fix = Some(fix),
        Err(reason) => {
            diagnostic.add_reason_not_fixed(reason);
        }
    }
}

/// Whether every build sets a new value. An ARG with a default is usually pinned there.
fn changes_with_every_build(cx: &RuleChecker<'_>, declared: &Declaration<'_>) -> bool {
    const PLACEHOLDERS: [&str; 13] = [
        "",
        "0",
        "dev",
        "develop",
        "development",
        "false",
        "head",
        "latest",
        "local",
        "main",
        "none",
        "snapshot",
        "unknown",
    ];
    let name = &*declared.name.text;
    let build = &cx.semantics.build;
    let global = build.scopes.get(build.global, name).and_then(|binding| binding.value.as_deref());
    let default = declared.default.as_ref().map(|word| word.text.trim_matches(['"', '\''])).or(global);
    let upper = name.to_ascii_uppercase();
    let counts =
        ["BUILD_DATE", "BUILD_NUMBER", "BUILD_TIME", "BUILDTIME", "BUILD_TIMESTAMP"].contains(&&*upper);
    // The version of the project itself: each release has a new one.
    let is_own_version = PROJECT_VERSIONS.contains(&&*upper) || upper == "SERVICE_VERSION";
    is_own_version
        || is_per_build(name, default.is_some())
            && is_project_metadata(name)
            && default.is_none_or(|default| {
                let default = default.to_ascii_lowercase();
                counts
                    || is_cache_buster(name)
                    || PLACEHOLDERS.contains(&&*default)
                    || default.starts_with("0.0")
            })
}

fn plan_arg_move(
    cx: &RuleChecker<'_>,
    stage: &Stage<'_>,
    declared: &[Declaration<'_>],
    found: &ArgPosition<'_>,
) -> Option<ArgMove> {
    let above = |one: &Instruction<'_>, missing| Some(ArgMove::Above(one.span.start, missing));
    if found.needless.is_empty() {
        return None;
    }
    match (found.named, &found.doubtful) {
        // The name shows that the argument only exists to invalidate the cache of the next step.
        (None, _) if declared.iter().any(|one| is_cache_buster(&one.name.text)) => Some(ArgMove::Unused),
        (Some(named), None) => above(named, None),
        (None, Some((doubtful, _))) if found.certain > 0 => above(doubtful, None),
        (Some(named), Some((_, what))) => above(named, Some(format!("{what} may read it"))),
        (None, Some(_)) => None,
        (None, None) => {
            let below = declared.iter().any(|one| is_read_in_later_stage(cx, stage, &one.name.text));
            (!below).then_some(ArgMove::Unused)
        }
    }
}

/// Adjacent arguments that move to the same place are moved together, each with the same fix.
fn build_fix(
    cx: &RuleChecker<'_>,
    shells: &EffectiveShells,
    stage: &Stage<'_>,
    arg: &Instruction<'_>,
    own: &ArgMove,
    found: &ArgPosition<'_>,
) -> Result<Fix, String> {
    let ArgMove::Above(target, missing) = own else {
        return Ok(instruction_edit::delete_instruction(arg, cx.file.source)
            .with_risk("the purpose of the `ARG` is unknown"));
    };
    let target = cx.file.instructions().find(|one| one.span.start == *target);
    let (Some(target), Some(block)) = (target, find_adjacent_args(cx, arg)) else {
        return Err("the new place is unknown".to_string());
    };
    let goes_along = |one: &Instruction<'_>| {
        let Arguments::Declarations(declared) = &one.arguments else { return false };
        let all = declared.iter().all(|one| changes_with_every_build(cx, one));
        all && plan_arg_move(cx, stage, declared, &find_arg_position(cx, shells, stage, one, declared))
            .as_ref()
            == Some(own)
    };
    let edits = block.move_args_down(cx, &goes_along, target)?;
    let class = if missing.is_none() { Applicability::Safe } else { Applicability::UnsafeLow };
    let mut fix = Fix::new(class, "move it just above its first use", edits).without_information_loss();
    fix.missing.clone_from(missing);
    Ok(add_proof(cx, fix, target, found))
}

fn add_proof(cx: &RuleChecker<'_>, fix: Fix, target: &Instruction<'_>, found: &ArgPosition<'_>) -> Fix {
    let line = cx.semantics.line(target.span.start);
    let named = found.named.is_some_and(|named| named.span == target.span);
    let first = match (&found.doubtful, named) {
        (Some((_, what)), false) => format!("line {line} is the first that may read it, through {what}"),
        _ => format!("line {line} is the first that names it"),
    };
    let fix = fix.with_proof(first);
    if found.certain == found.needless.len() || !named {
        fix.with_proof("every command above that line is known, and none reads variables")
    } else {
        fix
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::{FixSelection, fix_until_stable};
    use crate::lint::Linter;

    /// The lines after `FROM debian:12` when fixed, at two levels; `-` if nothing changes.
    fn fix_lines(lines: &str) -> [String; 2] {
        let text = format!("FROM debian:12\n{lines}");
        let linter = Linter::with_rules([&RULE]);
        [Applicability::Safe, Applicability::UnsafeLow].map(|class| {
            let settled =
                fix_until_stable(text.as_bytes(), FixSelection::trusting_at_least(class), &|text| {
                    linter.analyze(text)
                });
            let new = String::from_utf8_lossy(&settled.text).to_string();
            if new == text { "-".to_string() } else { new.trim_start_matches("FROM debian:12\n").to_string() }
        })
    }

    #[test]
    fn moves_arg_to_first_use() {
        let known = "RUN apt-get update\n";
        for (lines, safe, low) in [
            ("ARG GIT_SHA\nRUN a\nRUN echo $GIT_SHA\n", "-", "RUN a\nARG GIT_SHA\nRUN echo $GIT_SHA\n"),
            ("ARG GIT_SHA\n#\nRUN echo $GIT_SHA\n", "-", "-"),
            ("ARG GIT_SHA\nRUN apt-get update\nLABEL a=${GIT_SHA:-x}\n", "+LABEL a=${GIT_SHA:-x}\n", "="),
            ("ARG GIT_SHA\nRUN apt-get update\nENV A=$GIT_SHA\n", "+ENV A=$GIT_SHA\n", "="),
            ("ARG GIT_SHA\nRUN apt-get update\nARG X=$GIT_SHA\n", "+ARG X=$GIT_SHA\n", "="),
            ("ARG GIT_SHA\nRUN apt-get update\nARG GIT_SHA=2\n", "+ARG GIT_SHA=2\n", "="),
            ("ARG GIT_SHA\nRUN apt-get update\nENV GIT_SHA=2\n", "+ENV GIT_SHA=2\n", "="),
            ("ARG GIT_SHA\nRUN apt-get update\nONBUILD RUN echo $GIT_SHA\n", "-", "-"),
            (
                "ARG GIT_SHA\nRUN apt-get update\nCOPY --chown=$GIT_SHA a b\n",
                "+COPY --chown=$GIT_SHA a b\n",
                "=",
            ),
            (
                "ARG GIT_SHA\nRUN apt-get update\nRUN --mount=id=$GIT_SHA ls\n",
                "+RUN --mount=id=$GIT_SHA ls\n",
                "=",
            ),
            (
                "ARG GIT_SHA\nRUN apt-get update\nCOPY <<E /a\n$GIT_SHA\nE\n",
                "+COPY <<E /a\n$GIT_SHA\nE\n",
                "=",
            ),
            ("ARG GIT_SHA\nRUN apt-get update\nRUN ./build.sh\n", "+RUN ./build.sh\n", "="),
            ("ARG GIT_SHA\nRUN apt-get update\nRUN printenv > /env\n", "+RUN printenv > /env\n", "="),
            ("ARG GIT_SHA\nRUN apt-get update\nRUN set\n", "+RUN set\n", "="),
            ("ARG GIT_SHA\nRUN apt-get update\nRUN envsubst < a\n", "+RUN envsubst < a\n", "="),
            ("ARG GIT_SHA\nRUN apt-get update\nRUN pip install a\n", "+RUN pip install a\n", "="),
            ("ARG GIT_SHA\nRUN apt-get update\nRUN git clone a\n", "+RUN git clone a\n", "="),
            ("ARG GIT_SHA\nRUN apt-get update\nRUN if a; then\n", "-", "-"),
            ("ARG GIT_SHA\nRUN apt-get update\nSHELL [\"x\"]\nRUN ls\nUSER a\n", "-", "-"),
            ("ARG GIT_SHA\nRUN apt-get update\nCMD echo $GIT_SHA\n", "-", "-"),
            ("ARG GIT_SHA\nRUN apt-get update\n", "-", "-"),
            ("ARG CACHEBUST=1\nRUN apt-get update\nRUN ./x\n", "-", "-"),
            ("ARG A GIT_SHA\nRUN apt-get update\nRUN ./x\n", "-", "-"),
            ("ARG GIT_SHA=4b825dc\nRUN apt-get update\nRUN echo $GIT_SHA\n", "-", "-"),
            ("ARG LUA_SHA\nRUN apt-get update\nRUN echo $LUA_SHA\n", "-", "-"),
            ("ARG GIT_SHA=dev\nRUN apt-get update\nRUN echo $GIT_SHA\n", "+RUN echo $GIT_SHA\n", "="),
            ("# why\nARG GIT_SHA\nRUN apt-get update\nRUN echo $GIT_SHA\n", "-", "-"),
            ("# GIT_SHA\nARG GIT_SHA\nRUN apt-get update\nRUN echo $GIT_SHA\n", "+RUN echo $GIT_SHA\n", "="),
            (
                "# hadolint\nARG GIT_SHA\n\nRUN apt-get update\nRUN echo $GIT_SHA\n",
                "\nRUN apt-get update\n# hadolint\nARG GIT_SHA\nRUN echo $GIT_SHA\n",
                "\nRUN apt-get update\n# hadolint\nARG GIT_SHA\nRUN echo $GIT_SHA\n",
            ),
        ] {
            let arg = lines.split("RUN").next().unwrap_or_default();
            let moved = |expected: &str| match expected.strip_prefix('+') {
                Some(target) => format!("{known}{arg}{target}"),
                None => expected.to_string(),
            };
            let expected_low = if low == "=" { moved(safe) } else { moved(low) };
            assert_eq!(fix_lines(lines), [moved(safe), expected_low], "{lines}");
        }
    }

    #[test]
    fn moves_arg_below_its_dependencies() {
        let [safe, _] = fix_lines("ARG A\nARG GIT_SHA=\nRUN ls\nARG B\nRUN ls $GIT_SHA\n");
        assert_eq!(safe, "ARG A\nRUN ls\nARG B\nARG GIT_SHA=\nRUN ls $GIT_SHA\n");
    }

    #[test]
    fn keeps_line_ends() {
        let [safe, _] = fix_lines("ARG GIT_SHA\r\nRUN ls\r\n\r\n# why\r\nRUN ls $GIT_SHA");
        assert_eq!(safe, "RUN ls\r\n\r\nARG GIT_SHA\r\n# why\r\nRUN ls $GIT_SHA");
    }

    #[test]
    fn versions_of_the_project_are_new_in_each_release() {
        let count = |text: &str| Linter::with_rules([&RULE]).lint(text.as_bytes()).len();
        let file =
            |name: &str| format!("FROM debian:12\nARG {name}\nRUN ls\nENV V=$V\nLABEL a=${{APP_VERSION}}\n");
        assert_eq!(count(&file("APP_VERSION=0.1.0")), 1);
        assert_eq!(count(&file("NGINX_VERSION=1.27.0")), 0);
        assert_eq!(count("FROM debian:12\nARG APP_VERSION=0.1.0\nRUN echo $APP_VERSION\n"), 0);
    }

    #[test]
    fn states_proofs_and_refusals() {
        let said = |text: &str| {
            let found = Linter::with_rules([&RULE]).lint(text.as_bytes());
            let one = found.into_iter().next().expect("a diagnostic");
            one.refused.into_iter().chain(one.fix.into_iter().flat_map(|fix| fix.proof)).collect::<Vec<_>>()
        };
        assert_eq!(
            said("FROM debian:12\nARG GIT_SHA\nRUN ls\nLABEL a=$GIT_SHA\n"),
            [
                "line 4 is the first that names it",
                "every command above that line is known, and none reads variables"
            ]
        );
        assert_eq!(
            said("FROM debian:12\nARG A=1 GIT_SHA\nRUN ls\nLABEL a=$GIT_SHA\n"),
            ["the same `ARG` also declares other variables"]
        );
    }
}
