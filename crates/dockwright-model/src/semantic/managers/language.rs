//! Costs that language package managers share.

use super::Verb::{Build, Download, Install, Update, Upgrade};
use super::{Cost, ManagerCost};

pub(super) const BARE: ManagerCost =
    ManagerCost { verbs: &[Install, Upgrade], words: &[], bare: true, cost: Cost::L };

pub(super) const NAMED: ManagerCost =
    ManagerCost::cost_of_verbs(&[Install, Upgrade, Update, Download], Cost::M);

/// The costs of a manager that installs the dependencies of a project, or named packages.
pub(super) const INSTALLS: &[ManagerCost] = &[BARE, NAMED];

/// The costs of a manager that also runs project scripts.
pub(super) const INSTALLS_AND_RUNS: &[ManagerCost] = &[BARE, NAMED, ManagerCost::for_other_verbs(Cost::L)];

/// The costs of a manager that installs named packages.
pub(super) const PACKAGES: &[ManagerCost] = &[NAMED];

/// The costs of a manager that compiles.
pub(super) const COMPILES: &[ManagerCost] = &[
    ManagerCost::cost_of_verbs(&[Download, Update], Cost::M),
    ManagerCost::cost_of_verbs(&[Build, Install], Cost::L),
    ManagerCost::for_other_verbs(Cost::L),
];

/// The costs of a manager whose compilation takes long.
pub(super) const COMPILES_LONG: &[ManagerCost] = &[
    ManagerCost::cost_of_verbs(&[Build, Install], Cost::XL),
    ManagerCost::cost_of_verbs(&[Download, Update], Cost::M),
    ManagerCost::for_other_verbs(Cost::XL),
];
