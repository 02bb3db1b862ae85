//! Cache mounts that an option keeps empty.

use super::{find_verb_of_command, has_mount};
use crate::diagnostic::Edit;
use crate::rule::RuleChecker;
use crate::rules::fixes::removal_edits::remove_word;
use crate::semantic::{Run, managers};
use crate::shell::{CommandPlace, ParseOutcome, ShellWord};

/// An option that turns the cache off, although the RUN has a mount for it.
pub(crate) struct UnusedMount<'r> {
    pub(crate) manager: &'static str,
    pub option: &'r ShellWord,
    /// Removes the option.
    pub edit: Option<Edit>,
}

/// The first such option of the RUN.
pub(crate) fn find_unused_mount<'r>(cx: &RuleChecker<'_>, run: &'r Run<'_>) -> Option<UnusedMount<'r>> {
    let source = cx.file.source;
    if !run.mounts.iter().any(|mount| mount.kind() == "cache") || run.script.reading != ParseOutcome::Complete
    {
        return None;
    }
    let caches = || managers::all_managers().filter_map(|manager| manager.cached.as_ref());
    run.script.commands.iter().find_map(|command| {
        let cached = caches().find(|cached| {
            // Other managers need the option in another form.
            cached.fresh.is_none()
                && has_mount(run, cached)
                && find_verb_of_command(cached, command, source)
                    .is_some_and(|verb| cached.verbs.contains(&verb))
        })?;
        let at = command.words.iter().position(|word| cached.off.contains(&word.text.as_str()))?;
        let (before, option) = (command.words.get(at.checked_sub(1)?)?, command.words.get(at)?);
        let is_plain = run.is_shell_form() && command.place != CommandPlace::Quoted;
        let edit = is_plain.then(|| remove_word(before.span, option.span, source)).flatten();
        Some(UnusedMount { manager: cached.manager, option, edit })
    })
}
