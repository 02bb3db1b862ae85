//! ShellCheck's codes as rules. Their definitions and messages are next to the shell analysis.

mod embedded;
mod help;
mod interpreted;
mod pages;
mod program;

pub(crate) use embedded::shell_diagnostics;
pub(crate) use program::{UNLISTED, scripts_to_check};

use crate::rule::{Fixable, Rule, RuleGroup};
use crate::shell::analysis::codes::{ShellCheckCode, TABLES};

const NUMBER: usize = TABLES[0].len() + TABLES[1].len() + TABLES[2].len() + TABLES[3].len();

/// A rule for each code, by number.
pub static ALL: [Rule; NUMBER] = shellcheck_rules();

#[allow(clippy::large_stack_arrays)] // this is the stack of the compiler
const fn shellcheck_rules() -> [Rule; NUMBER] {
    let mut rules = [shellcheck_rule(&TABLES[0][0]); NUMBER];
    let (mut at, mut table) = (0, 0);
    while table < TABLES.len() {
        let mut row = 0;
        while row < TABLES[table].len() {
            rules[at] = shellcheck_rule(&TABLES[table][row]);
            at += 1;
            row += 1;
        }
        table += 1;
    }
    rules
}

const fn shellcheck_rule(code: &ShellCheckCode) -> Rule {
    Rule {
        code: code.id,
        name: code.name,
        group: RuleGroup::ShellCheck,
        severity: code.severity,
        fixable: Fixable::Sometimes,
        docs: pages::page_of_code(code.id),
        ..Rule::HADOLINT
    }
}
