//! One problem, one diagnostic: if rules of two families report the same for one instruction, the user
//! sees it once, under the code that leads, with the other one as its alias.

use std::sync::LazyLock;

use crate::diagnostic::Diagnostic;
use crate::rule::{DiagnosticPairing, Rule};
use crate::rules::{self, dl1000};
use crate::syntax::{Dockerfile, Kind};

/// The leading rule, the code of the following one, and how they are matched. DL1000 comes last: other checks
/// describe the cause more precisely.
static PAIRS: LazyLock<Vec<(&'static Rule, &'static str, DiagnosticPairing)>> = LazyLock::new(|| {
    let (last, first): (Vec<&Rule>, Vec<&Rule>) =
        rules::ALL.iter().copied().partition(|rule| rule.code == dl1000::RULE.code);
    let all = first.into_iter().chain(last);
    all.flat_map(|rule| rule.leads.iter().map(move |(follows, pairing)| (rule, *follows, *pairing))).collect()
});

/// The codes that report the same problem of an instruction as `code`: if one of them is ignored, so are the others.
pub fn equivalent_codes(code: &str) -> impl Iterator<Item = &'static str> {
    PAIRS.iter().filter_map(move |(leads, follows, _)| match code {
        _ if code == leads.code => Some(*follows),
        _ if code == *follows => Some(leads.code),
        _ => None,
    })
}

/// The codes that lead the rule with this code. While one of those rules runs, this one must, too: a comment that
/// ignores it ignores both.
pub fn leading_codes(code: &str) -> impl Iterator<Item = &'static str> {
    PAIRS.iter().filter(move |(_, follows, _)| code == *follows).map(|(leads, ..)| leads.code)
}

/// A diagnostic, and whether a comment ignores it.
#[derive(Debug)]
pub(crate) struct JudgedDiagnostic {
    pub diagnostic: Diagnostic,
    pub ignored: bool,
}

/// Merges pairs. A pair is ignored if either of the two is.
pub(crate) fn merge_pairs(file: &Dockerfile<'_>, mut found: Vec<JudgedDiagnostic>) -> Vec<JudgedDiagnostic> {
    for &(leads, follows, meeting) in PAIRS.iter() {
        let leads = leads.code;
        if !found.iter().any(|one| one.diagnostic.code == leads) {
            continue;
        }
        let followers: Vec<usize> = positions_of_code(&found, follows);
        if followers.is_empty() {
            continue;
        }
        let mut free: Vec<bool> = vec![true; followers.len()];
        let mut gone = vec![false; found.len()];
        for leader in positions_of_code(&found, leads) {
            let meet = |(at, follower): (usize, &usize)| {
                free[at]
                    && are_same_problem(
                        file,
                        &found[leader].diagnostic,
                        &found[*follower].diagnostic,
                        meeting,
                    )
            };
            let Some(at) = followers.iter().enumerate().position(meet) else { continue };
            free[at] = false;
            gone[followers[at]] = true;
            merge_paired_diagnostics(&mut found, leader, followers[at], meeting);
        }
        let mut gone = gone.into_iter();
        found.retain(|_| !gone.next().unwrap_or(false));
    }
    found
}

fn positions_of_code(found: &[JudgedDiagnostic], code: &str) -> Vec<usize> {
    let of_code = found.iter().enumerate().filter(|(_, one)| one.diagnostic.code == code);
    of_code.map(|(at, _)| at).collect()
}

fn are_same_problem(
    file: &Dockerfile<'_>,
    leads: &Diagnostic,
    follows: &Diagnostic,
    meeting: DiagnosticPairing,
) -> bool {
    let same = leads.anchor.start == follows.anchor.start;
    match meeting {
        DiagnosticPairing::Instruction => same,
        DiagnosticPairing::Words => same && leads.span.overlaps_or_adjoins(follows.span),
        DiagnosticPairing::Stage(kind) => {
            leads.stage == follows.stage && instruction_kind_at(file, follows.anchor.start) == Some(kind)
        }
    }
}

fn instruction_kind_at(file: &Dockerfile<'_>, start: u32) -> Option<Kind> {
    let at = file.items.partition_point(|item| item.span.end <= start);
    file.items.get(at)?.instruction().map(|instruction| instruction.kind)
}

fn merge_paired_diagnostics(
    found: &mut [JudgedDiagnostic],
    leader: usize,
    follower: usize,
    meeting: DiagnosticPairing,
) {
    let other = &found[follower];
    let (code, ignored) = (other.diagnostic.code, other.ignored);
    let aliases = other.diagnostic.aliases.clone();
    let place = (other.diagnostic.span, other.diagnostic.anchor, other.diagnostic.message.clone());
    let fix = other.diagnostic.fix.clone();
    let one = &mut found[leader];
    // Build errors cannot be ignored.
    one.ignored |= ignored && !one.diagnostic.is_certain_build_error();
    one.diagnostic.aliases.push(code);
    one.diagnostic.aliases.extend(aliases);
    if one.diagnostic.fix.is_none() {
        one.diagnostic.fix = fix;
    }
    if let DiagnosticPairing::Stage(_) = meeting {
        (one.diagnostic.span, one.diagnostic.anchor, one.diagnostic.message) = place;
    }
}
