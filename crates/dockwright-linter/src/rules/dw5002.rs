//! DW5002: a package manager that the base image does not have.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::facts::absence::{MissingCommand, programs};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::effects::{self, Verb};
use crate::semantic::{Run, View};
use crate::shell::{ParseOutcome, ShellCommand};
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW5002",
    name: "wrong-package-manager",
    fixable: Fixable::Sometimes,
    reveals: &["DL3008", "DL3018", "DW1102"],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5002.md"),
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    for (run, missing) in cx.missing_programs(true) {
        let message = format!("{} is not in `{}`", quote_excerpt(&missing.program), missing.lack.image);
        let own = run
            .stage
            .and_then(|stage| semantics.base_image(stage))
            .and_then(|base| base.image.facts.managers.clone());
        let own = own.unwrap_or_default().first().map(|manager| match manager.as_str() {
            "apt" => "apt-get".to_string(),
            other => other.to_string(),
        });
        let help = match &own {
            Some(manager) => format!("use {}, the package manager of this image", quote_excerpt(manager)),
            None => "use a base image with a package manager".to_string(),
        };
        let offer = offer_fix(cx, run, missing, own.as_deref());
        cx.report(run.outer, missing.span, message).help(help).fix_or_reason(offer);
    }
}

/// The installation with the available manager, if the RUN does nothing else and the names of all packages are known.
fn offer_fix(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    missing: &MissingCommand,
    own: Option<&str>,
) -> FixOrReason {
    const OTHER: &str = "the `RUN` does more than install packages";
    let own = own.ok_or("the base image has no package manager")?;
    if run.view != View::Exact
        || run.script.reading != ParseOutcome::Complete
        || !run.is_known_and_list(cx.file.source)
    {
        return Err(OTHER.into());
    }
    let mut packages: Vec<&str> = Vec::new();
    for command in &run.script.commands {
        match manager_verb(command, cx.file.source) {
            Some(Verb::Install) => packages.extend(names_for_manager(command, cx.file.source, own)?),
            Some(Verb::Update | Verb::Clean) => {}
            None if command.is("rm") => {}
            _ => return Err(OTHER.into()),
        }
    }
    if packages.is_empty()
        || !run.instruction.continuations.is_empty()
            && cx.semantics.first_and_last_line(run.instruction.span).0 == 0
    {
        return Err("the command installs nothing".into());
    }
    let list = packages.join(" ");
    let text = match own {
        "apk" => format!("apk add --no-cache {list}"),
        "apt-get" => format!(
            "apt-get update && apt-get install -y --no-install-recommends {list} && rm -rf /var/lib/apt/lists/*"
        ),
        _ => return Err("the names of the packages for that package manager are unknown".into()),
    };
    let title = format!("install them with `{own}` instead of {}", quote_excerpt(&missing.program));
    Ok(Fix::new(Applicability::UnsafeMid, title, [Edit::replace(run.instruction.rest.span, text)])
        .with_risk("the packages may differ"))
}

fn manager_verb(command: &ShellCommand, source: &[u8]) -> Option<Verb> {
    effects::command_effects(command, source).packages.map(|call| call.verb)
}

/// The packages of a call, under the names that they have for another manager.
fn names_for_manager(
    command: &ShellCommand,
    source: &[u8],
    manager: &str,
) -> Result<Vec<&'static str>, &'static str> {
    const SAME: [&str; 5] = ["ca-certificates", "tzdata", "openssl", "tree", "file"];
    let unknown = "the name of a package for that package manager is unknown";
    let call = effects::command_effects(command, source).packages.ok_or(unknown)?;
    let name = |name: &str| {
        if let Some(same) = SAME.iter().find(|same| **same == name) {
            return Some(*same);
        }
        let row = programs::PROGRAMS.iter().find(|row| row.apt.contains(&name) || row.apk.contains(&name))?;
        if manager == "apk" { row.apk.first().copied() } else { row.apt.first().copied() }
    };
    call.words(command).map(|word| name(&word.text).filter(|_| word.literal).ok_or(unknown)).collect()
}
