//! What the managers of languages have in common.

use super::Verb::{Build, Download, Install, Update, Upgrade};
use super::{Cost, CostRow};

pub const BARE: CostRow = CostRow { verbs: &[Install, Upgrade], words: &[], bare: true, cost: Cost::L };

pub const NAMED: CostRow = CostRow::of(&[Install, Upgrade, Update, Download], Cost::M);

/// Of one that installs what a project needs, or packages that are named.
pub const INSTALLS: &[CostRow] = &[BARE, NAMED];

/// The same, of one that runs scripts of the project, too.
pub const INSTALLS_AND_RUNS: &[CostRow] = &[BARE, NAMED, CostRow::otherwise(Cost::L)];

/// Of one that installs packages that are named.
pub const PACKAGES: &[CostRow] = &[NAMED];

/// Of a compiler and its packages.
pub const COMPILES: &[CostRow] = &[
    CostRow::of(&[Download, Update], Cost::M),
    CostRow::of(&[Build, Install], Cost::L),
    CostRow::otherwise(Cost::L),
];

/// The same where that takes long.
pub const COMPILES_LONG: &[CostRow] = &[
    CostRow::of(&[Build, Install], Cost::XL),
    CostRow::of(&[Download, Update], Cost::M),
    CostRow::otherwise(Cost::XL),
];
