//! DW4013: a cache mount that the user of the RUN cannot write to.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::semantic::base_image::StageUser;
use crate::semantic::{OTHER_USERS, Run, View};
use crate::syntax::{Mount, MountKey, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW4013",
    name: "unwritable-cache-mount",
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::No,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW4013.md"),
    ..Rule::DOCKWRIGHT
};

/// With one of these, the mount belongs to another user, has another mode, or begins with files of an image.
const CHOSEN: [MountKey; 6] =
    [MountKey::Uid, MountKey::Gid, MountKey::Mode, MountKey::From, MountKey::Source, MountKey::ReadOnly];

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let Some(stage) = run.stage.filter(|_| !run.onbuild && run.view == View::Exact) else { return };
    let StageUser::Other(user) = cx.semantics.user_at(stage, run.outer.span.start) else { return };
    let other = |command: &crate::shell::ShellCommand| {
        command.runs_through(&OTHER_USERS) || command.is_any(&OTHER_USERS)
    };
    if run.script.commands.iter().any(other) || cx.semantics.is_windows(run.outer.span.start) {
        return;
    }
    for mount in &run.mounts {
        if mount.kind() != "cache" || CHOSEN.iter().any(|key| mount.field(*key).is_some()) {
            continue;
        }
        let name = user.split(':').next().unwrap_or_default();
        let message =
            format!("root owns this cache mount, so user {} cannot write to it", quote_excerpt(name));
        let offer = offer_fix(mount, &user);
        cx.report(run.outer, mount.span, message)
            .help("set `uid` and `gid` of the mount")
            .fix_or_reason(offer);
    }
}

fn offer_fix(mount: &Mount<'_>, user: &str) -> FixOrReason {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (uid, gid) = user.split_once(':').map_or((user, None), |(uid, gid)| (uid, Some(gid)));
    if !is_number(uid) {
        return Err("the ID of the user is unknown".into());
    }
    // After the last field, only a closing quote is allowed.
    let last = mount.fields.last().ok_or("the mount has no options")?;
    let owner = match gid.filter(|gid| is_number(gid)) {
        Some(gid) => format!("uid={uid},gid={gid}"),
        None => format!("uid={uid}"),
    };
    let edit = Edit::insert(last.span.end, format!(",{owner}"));
    Ok(Fix::new(Applicability::UnsafeLow, format!("add `{owner}`"), [edit])
        .with_risk("the cache starts empty"))
}
