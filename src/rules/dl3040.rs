//! DL3040: dnf keeps its cache in the layer.

use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::clean_up;
use crate::semantic::{Program, Run, programs};
use crate::shell::Command;

pub(super) static RULE: Rule = Rule {
    code: "DL3040",
    name: "dnf-cache-kept",
    fixable: Fixable::Sometimes,
    in_optimizer: true,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3040.md"),
    ..Rule::HADOLINT
};

const FILLS: [&str; 8] = ["install", "in", "upgrade", "up", "upgrade-minimal", "up-min", "reinstall", "rei"];

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let elsewhere = ["/var/cache/libdnf5", ".cache/libdnf5"];
    let knows_all = run.view.knows_every_way_to_empty_a_cache();
    if !run.matters() || elsewhere.iter().any(|path| run.has_throwaway_mount(path)) {
        return;
    }
    if knows_all && ["/var/cache/dnf", "/var/cache/tdnf"].iter().any(|path| run.has_throwaway_mount(path)) {
        return;
    }
    for tool in programs::DNF.names_for(run.view) {
        let does =
            |command: &Command, any: &[&str]| command.is(tool) && programs::DNF.does(command, run.view, any);
        let empties = |command: &Command| {
            let name = command.name.as_deref().unwrap_or_default();
            let is_one = name == tool || (knows_all && programs::shares_cache(name, tool));
            let cleans = |program: &Program| program.empties_cache(command, run.view);
            is_one && (cleans(&programs::DNF) || cleans(&programs::YUM))
                || run.removes(command, "/var/cache/libdnf5*")
                || (knows_all && run.removes(command, "/var/cache/dnf/*"))
                || (knows_all && run.removes(command, "/var/cache/tdnf/*"))
        };
        if let Some(install) = run.unemptied(|command| does(command, &FILLS), empties) {
            let message = format!("`{tool}` leaves its package cache in the image");
            let offer = clean_up::clean(cx, run, install, &format!("{tool} clean all"));
            cx.report(run.outer, install.span_of(&FILLS), message)
                .help(format!("add `&& {tool} clean all` after it"))
                .offer(offer);
            return;
        }
    }
}
