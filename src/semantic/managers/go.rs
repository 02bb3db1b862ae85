//! the modules of Go.

use super::Verb::{Build, Clean, Configure, Install, Query};
use super::{Cached, Manager, Project, language};
use crate::semantic::Program;

pub static GO: Program = Program {
    names: &["go"],
    valued: "C asmflags buildmode compiler coverpkg exec gccgoflags gcflags installsuffix ldflags mod \
        modfile o overlay p pgo pkgdir tags toolexec",
    single_dash: true,
    ..Program::DEFAULT
};

/// Say where fetched modules are, and what was compiled.
pub const MODULES_VARIABLE: &str = "GOMODCACHE";
pub const BUILDS_VARIABLE: &str = "GOCACHE";

pub static MANAGERS: &[Manager] = &[Manager {
    name: "go",
    program: Program { names: &["go"], single_dash: true, valued: GO.valued, ..Program::DEFAULT },
    compiles: true,
    verbs: &[
        ("get|mod download|mod vendor|mod tidy|work sync", Install),
        ("build|install|list|vet|mod verify|mod init|work init|work use", Build),
        ("clean", Clean),
        ("env", Configure),
        ("version|doc|help|fmt", Query),
    ],
    caches: &["/go/pkg/mod", "~/go/pkg/mod", "~/.cache/go-build"],
    config: &["~/.config/go", "go.mod", "go.sum"],
    project: Project::WithoutPackages,
    cached: Some(Cached {
        manager: "go",
        verbs: &[Install, Build],
        targets: &["$GOPATH/pkg/mod", "~/.cache/go-build"],
        homes: &[("GOPATH", "~/go")],
        moved_by: &[MODULES_VARIABLE, BUILDS_VARIABLE, "XDG_CACHE_HOME"],
        emptied_by: &[&["clean"]],
        needed_by: &["go"],
        ..Cached::DEFAULT
    }),
    manifests: &["go.mod", "go.sum", "go.work", "go.work.sum"],
    costs: language::COMPILES,
    ..Manager::DEFAULT
}];
