//! DW3104: programs that run with the rights of their owner, and strong capabilities.

use super::mode_changes::{self, LocatedModeChange, list_paths};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::layer_contents;
use crate::semantic::paths::base_name;
use crate::shell::ShellWord;

pub(crate) static RULE: Rule = Rule {
    code: "DW3104",
    name: "setuid-program",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3104.md"),
    ..Rule::SECURITY
};

/// Programs that distributions install with the bit.
const USUAL: [&str; 16] = [
    "su",
    "sudo",
    "passwd",
    "ping",
    "ping6",
    "mount",
    "umount",
    "newgrp",
    "chsh",
    "chfn",
    "gpasswd",
    "newuidmap",
    "newgidmap",
    "bwrap",
    "ssh-keysign",
    "pkexec",
];

/// Capabilities with which a process becomes root.
const STRONG: [&str; 11] = [
    "cap_sys_admin",
    "cap_setuid",
    "cap_setgid",
    "cap_dac_override",
    "cap_dac_read_search",
    "cap_chown",
    "cap_fowner",
    "cap_sys_ptrace",
    "cap_sys_module",
    "cap_sys_rawio",
    "cap_setfcap",
];

const HELP: &str = "remove the bit and start the container as the required user";

fn check(cx: &mut RuleChecker<'_>) {
    for changed in mode_changes::find_mode_changes(cx).into_iter().filter(|changed| changed.change.setuid) {
        report_mode(cx, &changed);
    }
    let runs: Vec<_> = cx.semantics.runs_in_bourne_shell().filter(|run| run.ships).collect();
    for run in runs {
        for (index, command) in
            run.script.commands.iter().enumerate().filter(|(_, command)| command.is("setcap"))
        {
            let operands: Vec<&ShellWord> = command.operands().collect();
            let [capabilities, path] = operands.as_slice() else { continue };
            let Some(capability) = strong_capability(&capabilities.text) else { continue };
            if layer_contents::keeps_in_layer(run, &path.text, index) && !command.has_flag("r") {
                let path = path.text.replace('`', "'");
                let message = format!("{capability} gives `{path}` privileges equivalent to root");
                cx.report_at(run.outer.span, command.span, message)
                    .help("grant only the capability that the program needs, such as `cap_net_bind_service`")
                    .add_reason_not_fixed("the capability that the program needs is unknown");
            }
        }
    }
}

fn report_mode(cx: &mut RuleChecker<'_>, changed: &LocatedModeChange<'_>) {
    let is_usual = |path: &String| {
        let name = base_name(path);
        USUAL.contains(&name) || name.starts_with("fusermount")
    };
    let paths: Vec<String> = changed.paths.iter().filter(|path| !is_usual(path)).cloned().collect();
    if paths.is_empty() {
        return;
    }
    let shown = changed.shown.replace('`', "'");
    let become_root = paths.iter().all(|path| path.ends_with("gosu") || path.ends_with("su-exec"));
    let message = match changed.flag {
        _ if become_root => format!("`{shown}` on {} lets every user become root", list_paths(&paths)),
        Some(_) => format!(
            "`{shown}` lets every user run the files under {} with their owner's privileges",
            list_paths(&paths)
        ),
        None => format!("`{shown}` lets every user run {} with its owner's privileges", list_paths(&paths)),
    };
    let source = cx.file.source;
    let problem = cx.report_at(changed.anchor, changed.span, message).help(HELP);
    if let Some(mode) = changed.flag.filter(|mode| mode.span.bytes(source) == mode.text.as_bytes()) {
        let plain = mode.text.get(mode.text.len().saturating_sub(3)..).unwrap_or("755").to_string();
        if plain.bytes().all(|byte| byte.is_ascii_digit()) {
            let title = format!("use `--chmod={plain}`");
            problem.fix(
                Fix::new(Applicability::Suggestion, title, [Edit::replace(mode.span, plain)])
                    .with_risk("users may need the program's privileges"),
            );
        }
    }
    if problem.fix.is_none() {
        problem.add_reason_not_fixed("users may need the program's privileges");
    }
}

/// The granted strong capability, as text for messages.
fn strong_capability(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let (names, flags) =
        lower.split_once(['=', '+']).map(|(names, flags)| (names, flags.trim_start_matches(['=', '+'])))?;
    if !flags.contains(['e', 'p']) {
        return None;
    }
    if names.is_empty() || names == "all" {
        return Some("every capability".to_string());
    }
    let name = names.split(',').find(|name| STRONG.contains(name))?;
    Some(format!("`{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::{check_problem_counts, find_problems};

    #[test]
    fn reports_setuid_bits_and_capabilities() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN chmod +s /sbin/gosu"),
                (1, "RUN chmod 4755 f"),
                (1, "RUN chmod 6755 f"),
                (1, "RUN chmod u=rwxs,go=rx f"),
                (1, "RUN chmod u+s /usr/local/bin/fixuid"),
                (1, "RUN install -m 4755 a /usr/bin/a"),
                (1, "COPY --chmod=4755 a /usr/bin/"),
                (1, "RUN setcap cap_setuid+ep /bin/x"),
                (1, "RUN setcap cap_net_raw,cap_sys_admin=eip /bin/x"),
                (1, "RUN setcap =ep /bin/x"),
                (0, "RUN chmod g+s /srv"),
                (0, "RUN chmod 2755 /srv"),
                (0, "RUN chmod 0755 /srv"),
                (0, "RUN chmod 1755 /srv"),
                (0, "RUN setcap cap_net_bind_service=+ep node"),
                (0, "RUN setcap -r /bin/x"),
                (0, "RUN find / -perm /6000 -type f -exec chmod a-s {} +"),
                (0, "FROM debian:12 AS b\nRUN chmod u+s /x\nFROM debian:12\nCOPY --from=b /y /y"),
                (0, "RUN chmod u+s /usr/bin/sudo /usr/bin/newuidmap"),
            ],
        );
        let found = find_problems(&RULE, "RUN chmod +s /sbin/gosu");
        assert_eq!(found[0].message, "`chmod +s` on `/sbin/gosu` lets every user become root");
    }
}
