//! Costs and calls that the managers of distributions share.

use super::Verb::{Download, Install, Update, Upgrade};
use super::{Cost, ManagerCost, fetches_for_system, manager_of_program};
use crate::shell::ShellCommand;

/// Packages that take long to install, because they are large.
const LARGE: &[&str] = &[
    "build-essential",
    "build-base",
    "texlive-full",
    "libreoffice",
    "base-devel",
    "llvm",
    "clang",
    "default-jdk",
    "chromium",
    "firefox-esr",
    "texlive",
];

const fn costs_of_system_manager(usual: Cost) -> [ManagerCost; 3] {
    [
        ManagerCost { verbs: &[Install], words: LARGE, bare: false, cost: Cost::L },
        ManagerCost::cost_of_verbs(&[Upgrade], Cost::L),
        ManagerCost::cost_of_verbs(&[Install, Update, Download], usual),
    ]
}

pub(crate) const COSTS: &[ManagerCost] = &costs_of_system_manager(Cost::M);

/// The costs of a fast manager.
pub(crate) const QUICK: &[ManagerCost] = &costs_of_system_manager(Cost::S);

/// Whether a manager of a distribution removes packages, or deletes a cache.
pub fn removes_or_cleans(command: &ShellCommand) -> bool {
    let manager = command.name.as_deref().and_then(manager_of_program);
    manager.is_some_and(|manager| fetches_for_system(manager.name))
        && command.has_argument(&["clean", "purge", "remove", "autoremove", "autoclean", "del"])
}
