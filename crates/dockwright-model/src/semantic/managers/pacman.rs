//! Facts about pacman, the package manager of Arch Linux.

use super::Verb::{Clean, Configure, Download, Install, Query, Remove, Update, Upgrade};
use super::{DistributionFamily, FilesKeptByManager, MountableCache, PackageManager, system};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::{Effects, PathSet, operand_effects, read_call};
use crate::shell::ShellCommand;

const VALUED: &str = "r b root dbpath cachedir config logfile overwrite ignore";

const PACKAGES: &str = "/var/cache/pacman/pkg";

const LISTS: &str = "/var/lib/pacman/sync";

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "pacman",
    program: ProgramSyntax { names: &["pacman"], valued: VALUED, ..ProgramSyntax::DEFAULT },
    family: Some(DistributionFamily::Pacman),
    programs: &[
        ("pacman", pacman_effects),
        ("pacman-key", |_| {
            let writes = Effects::with_writes(PathSet::from_path("/etc/pacman.d"));
            Some(Effects { network: true, starts: true, ..writes })
        }),
    ],
    only_downloads: &["downloadonly", "w"],
    caches: &[PACKAGES, LISTS],
    kept: &[FilesKeptByManager {
        what: "packages and databases of pacman",
        filled_by: &[Update, Install, Upgrade],
        directories: &["/var/cache/pacman"],
        weight: 40.0,
        ..FilesKeptByManager::DEFAULT
    }],
    cached: Some(MountableCache {
        manager: "pacman",
        verbs: &[Install, Upgrade, Download],
        targets: &[PACKAGES],
        locked: true,
        system: true,
        options: &["root", "r", "sysroot", "cachedir", "config"],
        ..MountableCache::DEFAULT
    }),
    package_name: |text| text.split(['=', '<', '>']).next().unwrap_or_default(),
    is_version: |rest| rest.starts_with(['=', '<', '>']),
    costs: system::COSTS,
    ..PackageManager::DEFAULT
}];

fn pacman_effects(command: &ShellCommand) -> Option<Effects> {
    let call = read_call(command, VALUED);
    let about = |verb, network| Some(operand_effects("pacman", verb, network, command, VALUED));
    if call.has_any_of_options(&["S", "sync"]) {
        let clean = call.count("c") + call.count("clean") > 0;
        if clean {
            let caches = PathSet::from_paths(&[PACKAGES, LISTS]);
            return Some(Effects { writes: PathSet::None, deletes: caches, ..about(Clean, false)? });
        }
        if call.has_any_of_options(&["s", "search", "i", "info", "l", "list", "g", "groups"]) {
            return about(Query, false);
        }
        let verb = match (call.operands.is_empty(), call.has_any_of_options(&["u", "sysupgrade"])) {
            (false, _) => Install,
            (true, true) => Upgrade,
            (true, false) => {
                return Some(Effects { writes: PathSet::from_path(LISTS), ..about(Update, true)? });
            }
        };
        about(verb, true)
    } else if call.has_any_of_options(&["U", "upgrade"]) {
        about(Install, false)
    } else if call.has_any_of_options(&["R", "remove"]) {
        about(Remove, false)
    } else if call.has_any_of_options(&["Q", "query", "F", "files", "T", "deptest", "V", "version"]) {
        about(Query, false)
    } else if call.has_any_of_options(&["D", "database"]) {
        Some(Effects { writes: PathSet::from_path("/var/lib/pacman"), ..about(Configure, false)? })
    } else {
        None
    }
}
