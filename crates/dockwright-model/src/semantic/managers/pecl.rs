//! Facts about PECL and PEAR, which install extensions of PHP.

use super::Verb::{Clean, Configure, Install, Query, Remove, Update, Upgrade};
use super::{Cost, ManagerCost, PackageManager, language};
use crate::semantic::ProgramSyntax;

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "pecl",
    program: ProgramSyntax {
        names: &["pecl", "pear"],
        valued: "D R c d C configureoptions",
        ..ProgramSyntax::DEFAULT
    },
    compiles: true,
    verbs: &[
        ("install", Install),
        ("upgrade|upgrade-all", Upgrade),
        ("uninstall", Remove),
        ("update-channels|channel-update|channel-discover", Update),
        ("clear-cache", Clean),
        ("config-set", Configure),
        ("list|info|search|config-show|config-get|version", Query),
    ],
    caches: &["/tmp/pear"],
    config: &["/usr/local/etc/pear.conf", "/etc/pear", "/usr/local/lib/php"],
    costs: &[language::NAMED, ManagerCost::for_other_verbs(Cost::M)],
    ..PackageManager::DEFAULT
}];
