//! The location of a cache in a RUN, which depends on the user, the home directory and variables.

use crate::rule::RuleChecker;
use crate::rules::fixes::yarn::{self, YarnGeneration};
use crate::semantic::base_image::StageUser;
use crate::semantic::managers::{MountableCache, dnf};
use crate::semantic::programs::USERADD;
use crate::semantic::{BaseVariable, Run, View};

/// The user who fills a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CacheOwner {
    pub(crate) home: String,
    /// `,uid=1000,gid=1000`; empty for root.
    pub ids: String,
    /// A description for messages.
    pub description: String,
}

impl CacheOwner {
    pub(super) fn root() -> Self {
        Self { home: "/root".to_string(), ids: String::new(), description: "root".to_string() }
    }
}

/// The state of a variable in a RUN.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum VariableState {
    Unset,
    Is(String),
    Unknown,
}

/// The state of the variable in the RUN. In an unknown image, it is assumed to be unset.
pub(super) fn variable_state(cx: &RuleChecker<'_>, run: &Run<'_>, name: &str) -> VariableState {
    let scopes = &cx.semantics.build.scopes;
    let scope = scopes.scope_before(run.outer.span.start);
    match scopes.get(scope, name) {
        Some(binding) if binding.known && binding.certain => binding
            .value
            .as_deref()
            .map_or(VariableState::Unset, |value| VariableState::Is(value.to_string())),
        Some(_) => VariableState::Unknown,
        None => match scopes.base_variable(scope, name) {
            BaseVariable::Set(Some(value)) => VariableState::Is(value.to_string()),
            BaseVariable::Set(None) => VariableState::Unknown,
            BaseVariable::Unset { .. } | BaseVariable::Unknown => VariableState::Unset,
        },
    }
}

/// The user who fills the caches in the RUN.
///
/// # Errors
/// The user, or a required fact about it, is unknown; the text gives the reason.
pub(super) fn cache_owner(cx: &RuleChecker<'_>, run: &Run<'_>) -> Result<CacheOwner, String> {
    let stage = run.stage.ok_or("the instruction is outside of a stage")?;
    let owner = match cx.semantics.user_at(stage, run.outer.span.start) {
        StageUser::Root => CacheOwner::root(),
        StageUser::Unknown => return Err("the user of the `RUN` is unknown".to_string()),
        StageUser::Other(user) => owner_for_user(cx, run, stage, &user)?,
    };
    match variable_state(cx, run, "HOME") {
        VariableState::Unset => Ok(owner),
        VariableState::Is(home) if home == owner.home => Ok(owner),
        _ => Err("`HOME`, which determines the cache directory, is set".to_string()),
    }
}

fn owner_for_user(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    stage: usize,
    user: &str,
) -> Result<CacheOwner, String> {
    let named = |home: &str, ids: String| {
        Ok(CacheOwner { home: home.to_string(), ids, description: user.to_string() })
    };
    let official = cx.semantics.base_image(stage).filter(|base| base.image.official);
    if let Some(base) = official.filter(|base| base.image.name == user && matches!(user, "node" | "gradle")) {
        return named(&format!("/home/{}", base.image.name), ",uid=1000,gid=1000".to_string());
    }
    let runs = cx.semantics.runs_of_stage_chain(stage);
    let before = runs.filter(|other| other.outer.span.start < run.outer.span.start);
    for command in before.flat_map(|run| &run.script.commands).filter(|command| command.is("useradd")) {
        let call = USERADD.read_call_under_any_name(command, View::Exact);
        if call.operands.last().is_none_or(|word| word.text != user) {
            continue;
        }
        let value = |options: [&str; 2]| {
            let values = options.into_iter().flat_map(|option| call.values(option));
            values.map(|value| value.text.to_string()).next_back()
        };
        let number = |text: &String| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(uid) = value(["u", "uid"]).filter(number) {
            let gid = value(["g", "gid"]).filter(number).map(|gid| format!(",gid={gid}")).unwrap_or_default();
            let home = value(["d", "home-dir"]).unwrap_or_else(|| format!("/home/{user}"));
            return named(&home, format!(",uid={uid}{gid}"));
        }
    }
    Err(format!("the UID of the user `{user}` is unknown"))
}

/// The directories of a cache.
///
/// # Errors
/// The text gives the reason why they are not certain.
pub(super) fn mount_targets(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    cached: &MountableCache,
    owner: &CacheOwner,
) -> Result<Vec<String>, String> {
    for name in cached.moved_by {
        let description = || format!("`{name}` sets the cache directory");
        if variable_state(cx, run, name) != VariableState::Unset || run.instruction.rest.text.contains(name) {
            return Err(description());
        }
    }
    for name in cached.off_by {
        if variable_state(cx, run, name) != VariableState::Unset || run.instruction.rest.text.contains(name) {
            return Err(format!("`{name}` disables the cache"));
        }
    }
    if let Some(reason) = cached.unproved {
        return Err(reason.to_string());
    }
    if let Some(of_distribution) = directories_of_distribution(cx, run, cached) {
        return of_distribution;
    }
    if cached.manager == "yarn" {
        return match yarn::yarn_generation(cx, run) {
            YarnGeneration::First => Ok(cached.targets.iter().map(|text| (*text).to_string()).collect()),
            YarnGeneration::Later => Ok(vec![format!("{}/.yarn/berry/cache", owner.home)]),
            YarnGeneration::InPlace => {
                Err("the cache directory also contains the installed packages".to_string())
            }
            YarnGeneration::Unknown => Err("the version of yarn is unknown".to_string()),
        };
    }
    // The directory in which a wrapper stores the managers that it downloads.
    let wrapped = run.script.commands.iter().any(|command| command.is_any(cached.wrappers));
    let used = cached.targets.iter().filter(|text| wrapped || !text.ends_with("/wrapper"));
    used.map(|text| mount_target(cx, run, cached, owner, text)).collect()
}

/// The directory that one of [`MountableCache::targets`] means in the RUN.
fn mount_target(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    cached: &MountableCache,
    owner: &CacheOwner,
    text: &str,
) -> Result<String, String> {
    let in_home = |text: &str| text.strip_prefix('~').map(|rest| format!("{}{rest}", owner.home));
    let Some((name, rest)) = text.strip_prefix('$').and_then(|text| text.split_once('/')) else {
        return Ok(in_home(text).unwrap_or_else(|| text.to_string()));
    };
    let unknown = || format!("the value of `{name}`, which sets the cache directory, is unknown");
    if run.instruction.rest.text.contains(&format!("{name}=")) {
        return Err(unknown());
    }
    let base = run.stage.and_then(|stage| cx.semantics.base_image(stage));
    let default =
        cached.homes.iter().find(|(own, _)| *own == name).and_then(|(_, directory)| in_home(directory));
    let directory = match (variable_state(cx, run, name), default) {
        (VariableState::Is(value), _) if value.starts_with('/') && !value.contains([':', ',', ' ']) => value,
        (VariableState::Unset, Some(default)) if base.is_some() => default,
        _ => return Err(unknown()),
    };
    Ok(format!("{}/{rest}", directory.trim_end_matches('/')))
}

/// Each generation of `yum` and `dnf` keeps its cache in a different place.
fn directories_of_distribution(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    cached: &MountableCache,
) -> Option<Result<Vec<String>, String>> {
    if !matches!(cached.manager, "yum" | "dnf" | "microdnf") {
        return None;
    }
    let calls = |names: &[&str]| run.script.commands.iter().any(|command| command.is_any(names));
    if calls(&dnf::DNF_5) && !calls(&dnf::DNF_4) {
        return Some(Ok(vec![dnf::CACHE_OF_DNF_5.to_string()]));
    }
    let unknown = || Some(Err(format!("the version of `{}` in the base image is unknown", cached.manager)));
    let Some(base) = run.stage.and_then(|stage| cx.semantics.base_image(stage)) else { return unknown() };
    let release =
        base.image.release.as_deref().and_then(|release| release.split('.').next()?.parse::<u32>().ok());
    let (Some(distro), Some(release), true) = (base.image.facts.distro.as_deref(), release, base.certain)
    else {
        return unknown();
    };
    if cached.manager == "microdnf" {
        let early = "early versions of `microdnf` do not support keeping packages";
        return Some(if release >= 9 {
            Ok(vec![dnf::CACHE_OF_YUM.to_string()])
        } else {
            Err(early.to_string())
        });
    }
    match dnf::cache_directory_in(distro, release) {
        Some(directory) => Some(Ok(vec![directory.to_string()])),
        None => unknown(),
    }
}
