//! Facts about Go and its modules.

use super::Verb::{Build, Clean, Configure, Install, Query};
use super::{
    FetchCall, MountableCache, PackageManager, ProjectBuild, ProjectInstallSyntax, ProjectUse, language,
};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::{PathSet, option_paths};

pub static GO: ProgramSyntax = ProgramSyntax {
    names: &["go"],
    valued: "C asmflags buildmode compiler coverpkg exec gccgoflags gcflags installsuffix ldflags mod \
        modfile o overlay p pgo pkgdir tags toolexec",
    single_dash: true,
    ..ProgramSyntax::DEFAULT
};

/// The variables for the directories of downloaded modules and of compiled packages.
pub(crate) const MODULES_VARIABLE: &str = "GOMODCACHE";
pub(crate) const BUILDS_VARIABLE: &str = "GOCACHE";

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "go",
    program: ProgramSyntax { names: &["go"], single_dash: true, valued: GO.valued, ..ProgramSyntax::DEFAULT },
    compiles: true,
    verbs: &[
        ("get|mod download|mod vendor|mod tidy|work sync", Install),
        ("build|install|list|vet|mod verify|mod init|work init|work use", Build),
        ("clean", Clean),
        ("env", Configure),
        ("version|doc|help|fmt|telemetry", Query),
    ],
    caches: &["/go/pkg/mod", "~/go/pkg/mod", "~/.cache/go-build"],
    config: &["~/.config/go", "go.mod", "go.sum"],
    project: ProjectUse::WithoutPackages,
    cached: Some(MountableCache {
        manager: "go",
        verbs: &[Install, Build],
        targets: &["$GOPATH/pkg/mod", "~/.cache/go-build"],
        homes: &[("GOPATH", "~/go")],
        moved_by: &[MODULES_VARIABLE, BUILDS_VARIABLE, "XDG_CACHE_HOME"],
        emptied_by: &[&["clean"]],
        needed_by: &["go"],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        usual_files: &["go.mod", "go.sum"],
        fetch: FetchCall::Other("go mod download"),
        ..ProjectInstallSyntax::DEFAULT
    }),
    creates: |command, _| {
        let builds = command.operands().next().is_some_and(|word| word.text == "build");
        if builds { option_paths(command, "o") } else { PathSet::None }
    },
    manifests: &["go.mod", "go.sum", "go.work", "go.work.sum"],
    build: Some(ProjectBuild { fetches: &["download", "vendor"], ..ProjectBuild::DEFAULT }),
    costs: language::COMPILES,
    ..PackageManager::DEFAULT
}];
