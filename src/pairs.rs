//! One problem, one diagnostic: where rules of two families say the same thing of one instruction, the user
//! sees it once, under the code that leads, with the other one as its alias.

use crate::diagnostic::Diagnostic;
use crate::rules::dl1000;
use crate::syntax::{Dockerfile, Kind};

/// How two diagnostics find each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meeting {
    /// In one instruction: the n-th with the n-th.
    Instruction,
    /// In one instruction, where their spans touch.
    Words,
    /// In one stage, by the kind of instruction: the n-th with the n-th. They stand at different lines; the
    /// earlier instruction, which has no effect, is shown.
    Stage(Kind),
}

/// The code that leads, the one that follows, and how they meet.
const PAIRS: [(&str, &str, Meeting); 20] = [
    ("DL3000", "WorkdirRelativePath", Meeting::Instruction),
    ("DL3024", "DuplicateStageName", Meeting::Instruction),
    ("DL3025", "JSONArgsRecommended", Meeting::Instruction),
    ("DL3029", "FromPlatformFlagConstDisallowed", Meeting::Instruction),
    ("DL3044", "UndefinedVar", Meeting::Words),
    ("DL3063", "ReservedStageName", Meeting::Instruction),
    ("DL3064", "SecretsUsedInArgOrEnv", Meeting::Words),
    ("DL3065", "RedundantTargetPlatform", Meeting::Instruction),
    ("DL4000", "MaintainerDeprecated", Meeting::Instruction),
    ("DL4003", "MultipleInstructionsDisallowed", Meeting::Stage(Kind::Cmd)),
    ("DL4004", "MultipleInstructionsDisallowed", Meeting::Stage(Kind::Entrypoint)),
    ("DL3012", "MultipleInstructionsDisallowed", Meeting::Stage(Kind::Healthcheck)),
    ("DL1000", "DL3061", Meeting::Instruction),
    ("DL1000", "DL3043", Meeting::Instruction),
    ("DL1000", "DL3023", Meeting::Instruction),
    ("DL1000", "DL3011", Meeting::Instruction),
    ("UndefinedArgInFrom", "InvalidDefaultArgInFrom", Meeting::Instruction),
    ("DL1000", "InvalidDefaultArgInFrom", Meeting::Words),
    ("DL3063", "StageNameCasing", Meeting::Instruction),
    ("ReservedStageName", "StageNameCasing", Meeting::Instruction),
];

/// The codes that say the same as `code` of one instruction: where one of them is ignored, so are the others.
pub fn partners(code: &str) -> impl Iterator<Item = &'static str> {
    PAIRS.iter().filter_map(move |(leads, follows, _)| match code {
        _ if code == *leads => Some(*follows),
        _ if code == *follows => Some(*leads),
        _ => None,
    })
}

/// A diagnostic, and whether a comment asks not to hear of it.
#[derive(Debug)]
pub struct Found {
    pub diagnostic: Diagnostic,
    pub ignored: bool,
}

/// Puts pairs together. A pair is ignored where either of the two is.
pub fn merge(file: &Dockerfile<'_>, mut found: Vec<Found>) -> Vec<Found> {
    for (leads, follows, meeting) in PAIRS {
        if !found.iter().any(|one| one.diagnostic.code == leads) {
            continue;
        }
        let followers: Vec<usize> = positions(&found, follows);
        if followers.is_empty() {
            continue;
        }
        let mut free: Vec<bool> = vec![true; followers.len()];
        let mut gone = vec![false; found.len()];
        for leader in positions(&found, leads) {
            let meet = |(at, follower): (usize, &usize)| {
                free[at] && meets(file, &found[leader].diagnostic, &found[*follower].diagnostic, meeting)
            };
            let Some(at) = followers.iter().enumerate().position(meet) else { continue };
            free[at] = false;
            gone[followers[at]] = true;
            join(&mut found, leader, followers[at], meeting);
        }
        let mut gone = gone.into_iter();
        found.retain(|_| !gone.next().unwrap_or(false));
    }
    found
}

fn positions(found: &[Found], code: &str) -> Vec<usize> {
    let of_code = found.iter().enumerate().filter(|(_, one)| one.diagnostic.code == code);
    of_code.map(|(at, _)| at).collect()
}

fn meets(file: &Dockerfile<'_>, leads: &Diagnostic, follows: &Diagnostic, meeting: Meeting) -> bool {
    let same = leads.anchor.start == follows.anchor.start;
    match meeting {
        Meeting::Instruction => same,
        Meeting::Words => same && leads.span.touches(follows.span),
        Meeting::Stage(kind) => {
            leads.stage == follows.stage && kind_at(file, follows.anchor.start) == Some(kind)
        }
    }
}

fn kind_at(file: &Dockerfile<'_>, start: u32) -> Option<Kind> {
    let at = file.items.partition_point(|item| item.span.end <= start);
    file.items.get(at)?.instruction().map(|instruction| instruction.kind)
}

fn join(found: &mut [Found], leader: usize, follower: usize, meeting: Meeting) {
    let other = &found[follower];
    let (code, ignored) = (other.diagnostic.code, other.ignored);
    let aliases = other.diagnostic.aliases.clone();
    let place = (other.diagnostic.span, other.diagnostic.anchor, other.diagnostic.message.clone());
    let fix = other.diagnostic.fix.clone();
    let one = &mut found[leader];
    // What cannot be built cannot be ignored.
    one.ignored |= ignored && one.diagnostic.code != dl1000::RULE.code;
    one.diagnostic.aliases.push(code);
    one.diagnostic.aliases.extend(aliases);
    if one.diagnostic.fix.is_none() {
        one.diagnostic.fix = fix;
    }
    if let Meeting::Stage(_) = meeting {
        (one.diagnostic.span, one.diagnostic.anchor, one.diagnostic.message) = place;
    }
}
