//! Facts about .NET and its packages.

use super::Verb::{Build, Clean, Configure, Install, Query, Remove, Upgrade};
use super::{FetchCall, Manager, MountableCache, ProjectBuild, ProjectInstallSyntax, ProjectUse, language};
use crate::semantic::ProgramSyntax;

pub(crate) static MANAGERS: &[Manager] = &[Manager {
    name: "dotnet",
    program: ProgramSyntax {
        names: &["dotnet"],
        valued: "c configuration o output r runtime f framework s source v verbosity a arch os version-suffix tool-path configfile add-source version n name",
        ..ProgramSyntax::DEFAULT
    },
    verbs: &[
        ("restore|tool install|tool restore|workload install|workload restore", Install),
        ("tool update|workload update", Upgrade),
        ("tool uninstall|workload uninstall|remove", Remove),
        ("build|publish|pack|msbuild|clean|new|sln|add", Build),
        ("nuget locals", Clean),
        ("nuget add|nuget update|nuget remove|nuget disable|nuget enable|dev-certs", Configure),
        ("--info|--list-runtimes|--list-sdks|--version|list|help|tool list|nuget list|workload list", Query),
    ],
    caches: &["~/.nuget/packages", "~/.local/share/NuGet"],
    config: &["~/.nuget", "NuGet.config"],
    project: ProjectUse::Always,
    // MSBuild and the compiler leave servers running for the next build.
    daemon: Some(&["--disable-build-servers", "-nodeReuse:false", "-nr:false"]),
    cached: Some(MountableCache {
        manager: "dotnet",
        verbs: &[Install, Build],
        targets: &["~/.nuget/packages"],
        moved_by: &["NUGET_PACKAGES"],
        options: &["packages"],
        emptied_by: &[&["nuget", "locals"]],
        needed_by: &["dotnet"],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        subcommands: &["restore", "build", "publish"],
        usual_files: &["*.csproj"],
        fetch: FetchCall::Other("dotnet restore"),
        ..ProjectInstallSyntax::DEFAULT
    }),
    manifests: &["Directory.Packages.props", "packages.lock.json", "nuget.config", "global.json"],
    build: Some(ProjectBuild { fetches: &["restore"], ..ProjectBuild::DEFAULT }),
    costs: language::COMPILES,
    ..Manager::DEFAULT
}];
