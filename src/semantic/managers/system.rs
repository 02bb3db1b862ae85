//! What the managers of distributions have in common.

use super::Verb::{Download, Install, Update, Upgrade};
use super::{Cost, CostRow, fetches_for_system, of_program};
use crate::shell::Command;

/// Packages that take long, since there is much of them.
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

const fn costs(usual: Cost) -> [CostRow; 3] {
    [
        CostRow { verbs: &[Install], words: LARGE, bare: false, cost: Cost::L },
        CostRow::of(&[Upgrade], Cost::L),
        CostRow::of(&[Install, Update, Download], usual),
    ]
}

pub const COSTS: &[CostRow] = &costs(Cost::M);

/// Of a manager that is quick.
pub const QUICK: &[CostRow] = &costs(Cost::S);

/// Whether a manager of a distribution removes packages, or empties a cache.
pub fn takes_away(command: &Command) -> bool {
    let manager = command.name.as_deref().and_then(of_program);
    manager.is_some_and(|manager| fetches_for_system(manager.name))
        && command.has_argument(&["clean", "purge", "remove", "autoremove", "autoclean", "del"])
}
