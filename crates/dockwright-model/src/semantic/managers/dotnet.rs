//! Facts about .NET and its packages.

use super::Verb::{Build, Clean, Configure, Install, Query, Remove, Upgrade};
use super::{
    FetchCall, MountableCache, PackageManager, ProjectBuild, ProjectInstallSyntax, ProjectUse, language,
};
use crate::semantic::ProgramSyntax;
use crate::shell::ShellCommand;

/// Options whose value is a separate word.
const VALUED: &str = "c configuration o output r runtime f framework s source v verbosity a arch os version-suffix tool-path configfile add-source version n name";

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "dotnet",
    program: ProgramSyntax { names: &["dotnet"], valued: VALUED, ..ProgramSyntax::DEFAULT },
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
    build: Some(ProjectBuild {
        fetches: &["restore"],
        reuses: Some(|command| format!("{:?} {:?}", configuration(command), projects(command))),
        ..ProjectBuild::DEFAULT
    }),
    costs: language::COMPILES,
    ..PackageManager::DEFAULT
}];

/// The projects or solutions that a command names, without `./`.
pub fn projects(command: &ShellCommand) -> Vec<&str> {
    let valued: Vec<&str> = VALUED.split(' ').collect();
    let operands = command.operands_without_values_of(&valued);
    let is_property = |text: &str| text.starts_with("/p:") || text.starts_with("-p:");
    let names = operands.into_iter().skip(1).map(|word| word.text.trim_start_matches("./"));
    names.filter(|name| !is_property(name)).collect()
}

/// The configuration that a command names, such as `Release`.
pub fn configuration(command: &ShellCommand) -> Option<&str> {
    value_of_option(command, ["-c", "--configuration"])
}

/// The directory that a command names for its result.
pub fn output(command: &ShellCommand) -> Option<&str> {
    value_of_option(command, ["-o", "--output"])
}

fn value_of_option<'c>(command: &'c ShellCommand, names: [&str; 2]) -> Option<&'c str> {
    let words = command.arguments();
    words.iter().enumerate().find_map(|(at, word)| {
        let text = word.text.as_str();
        if names.contains(&text) {
            return words.get(at + 1).map(|value| value.text.as_str());
        }
        names.iter().find_map(|name| text.strip_prefix(name)?.strip_prefix(['=', ':']))
    })
}
