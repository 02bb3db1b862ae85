//! Package managers with options instead of subcommands: `dpkg -i`, `pacman -S`.

use super::managers::index_of_word;
use super::{Effects, PathSet, read_call};
use crate::semantic::managers::{PackageCall, Verb};
use crate::shell::ShellCommand;

/// A call that changes the manager's own settings.
pub(crate) fn configuration_effects(manager: &'static str, verb: Verb, config: &[&str]) -> Effects {
    let config = PathSet::from_paths(config);
    let packages = Some(PackageCall { manager, verb, packages: Vec::new(), files: Vec::new() });
    Effects { reads: config.clone(), writes: config, network: true, packages, ..Effects::default() }
}

/// A call whose packages are the words that are not options.
pub(crate) fn operand_effects(
    manager: &'static str,
    verb: Verb,
    network: bool,
    command: &ShellCommand,
    valued: &'static str,
) -> Effects {
    let call = read_call(command, valued);
    let packages = call.operands.iter().filter_map(|word| index_of_word(command, word)).collect();
    let files = call.operands.iter().copied().filter(|word| !word.text.contains("://"));
    let network = network || call.operands.iter().any(|word| word.text.contains("://"));
    let packages = Some(PackageCall { manager, verb, packages, files: Vec::new() });
    let reads = PathSet::from_words(files);
    match verb {
        Verb::Query => Effects { reads: PathSet::Anything, network, packages, ..Effects::default() },
        Verb::Remove => {
            Effects { writes: PathSet::Anything, deletes: PathSet::Anything, packages, ..Effects::default() }
        }
        _ => Effects { reads, writes: PathSet::Anything, network, packages, ..Effects::default() },
    }
}
