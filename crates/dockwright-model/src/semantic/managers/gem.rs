//! Facts about RubyGems.

use super::Verb::{Configure, Download, Install, Query, Remove, Upgrade};
use super::{MountableCache, PackageManager, language};
use crate::semantic::ProgramSyntax;

pub static GEM: ProgramSyntax = ProgramSyntax {
    names: &["gem"],
    valued: "B P bindir build-root config-file document g file i install-dir n p http-proxy platform s \
        source target-rbconfig trust-policy v version",
    ..ProgramSyntax::DEFAULT
};

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "gem",
    program: ProgramSyntax { names: &["gem"], valued: GEM.valued, ..ProgramSyntax::DEFAULT },
    versioned: true,
    into_language: true,
    compiles: true,
    verbs: &[
        ("install|pristine", Install),
        ("update", Upgrade),
        ("uninstall|cleanup", Remove),
        ("sources", Configure),
        ("fetch|build", Download),
        ("env|environment|list|query|search|which|specification|contents|dependency|info|help", Query),
    ],
    caches: &["/usr/local/bundle/cache", "~/.gem"],
    config: &["/etc/gemrc", "~/.gemrc"],
    files: &["g", "file"],
    cached: Some(MountableCache {
        manager: "gem",
        targets: &["$GEM_HOME/cache"],
        locked: true,
        options: &["i"],
        ..MountableCache::DEFAULT
    }),
    package_name: |text| text.split(':').next().unwrap_or_default(),
    costs: language::PACKAGES,
    ..PackageManager::DEFAULT
}];
