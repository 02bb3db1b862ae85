//! Checks the codes that options name.

use super::args::CheckArgs;
use super::error::CliError;
use super::jobs::FileJob;
use crate::config::{RuleSelector, nearest_name, nearest_rule};

/// Refuses codes that neither a rule nor a policy of the configurations has.
pub(super) fn check_selectors_are_defined(args: &CheckArgs, jobs: &[FileJob]) -> Result<(), CliError> {
    let policies = || jobs.iter().flat_map(|job| &job.settings.policies).map(|policy| policy.code);
    let selectors = args
        .select
        .iter()
        .flatten()
        .map(|selector| ("--select", selector))
        .chain(args.extend_select.iter().map(|selector| ("--extend-select", selector)))
        .chain(args.ignore.iter().map(|selector| ("--ignore", selector)));
    for (option, selector) in
        selectors.filter(|(_, selector)| !jobs.is_empty() && selector.is_undefined(policies()))
    {
        let (RuleSelector::Code(code) | RuleSelector::Prefix(code)) = selector else { continue };
        let nearest = nearest_name(code, policies()).or_else(|| nearest_rule(code));
        return Err(CliError::usage(format!("`{option} {code}`: unknown rule or group")).help(
            match nearest {
                Some(name) => format!("did you mean `{name}`?"),
                None => "`dockwright rule --all` lists the rules".to_string(),
            },
        ));
    }
    Ok(())
}
