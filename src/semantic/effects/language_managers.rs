//! The package managers of languages.

use super::Verb::{Build, Clean, Configure, Download, Install, Query, Remove, Update, Upgrade};
use super::managers::{Manager, Project};
use super::program;
use crate::semantic::Program;
use crate::semantic::programs::{CONDA, GEM, GO, NPM, PIP, YARN};

/// Subcommands that are not listed (`npm run`, `cargo test`, `poetry run`) run what the project says.
pub(super) static LANGUAGE: &[Manager] = &[
    Manager {
        name: "pip",
        program: Program { names: &["pip"], ..program(PIP.valued) },
        verbs: &[
            ("install", Install),
            ("uninstall", Remove),
            ("cache", Clean),
            ("download|wheel", Download),
            ("config", Configure),
            ("freeze|list|show|check|debug|index|help", Query),
        ],
        caches: &["~/.cache/pip"],
        config: &["/etc/pip.conf", "~/.config/pip", "~/.pip"],
        files: &["r", "requirement", "c", "constraint", "e", "editable", "f", "find-links"],
        ..Manager::DEFAULT
    },
    Manager {
        name: "pipx",
        program: Program { names: &["pipx"], ..program("python pip-args index-url spec i suffix") },
        verbs: &[
            ("install|inject|install-all", Install),
            ("upgrade|upgrade-all|reinstall|reinstall-all", Upgrade),
            ("uninstall|uninstall-all|uninject", Remove),
            ("ensurepath", Configure),
            ("list|environment", Query),
        ],
        caches: &["~/.cache/pipx", "~/.cache/pip"],
        config: &["~/.bashrc", "~/.profile", "~/.bash_profile"],
        ..Manager::DEFAULT
    },
    Manager {
        name: "pipenv",
        program: Program { names: &["pipenv"], ..program("python categories r index i extra-pip-args") },
        verbs: &[
            ("install|sync|upgrade", Install),
            ("update", Upgrade),
            ("uninstall", Remove),
            ("lock", Download),
            ("graph|requirements|check|verify", Query),
        ],
        caches: &["~/.cache/pipenv", "~/.cache/pip"],
        project: Project::Always,
        ..Manager::DEFAULT
    },
    Manager {
        name: "poetry",
        program: Program {
            names: &["poetry"],
            ..program("C directory P project with without only E extras o output f format G group")
        },
        verbs: &[
            ("install|add|sync|self add|self install", Install),
            ("update|self update", Upgrade),
            ("remove|self remove", Remove),
            ("config|source add|env use", Configure),
            ("cache clear", Clean),
            ("export|lock|build", Build),
            ("check|show|version|env info|about", Query),
        ],
        caches: &["~/.cache/pypoetry"],
        config: &["~/.config/pypoetry", "poetry.toml", "pyproject.toml"],
        project: Project::Always,
        ..Manager::DEFAULT
    },
    Manager {
        name: "uv",
        program: Program {
            names: &["uv"],
            ..program(
                "p python r requirement c constraint e editable extra group index-url extra-index-url index cache-dir project directory link-mode python-version target prefix with from o output-file",
            )
        },
        verbs: &[
            ("pip install|pip sync|sync|add|tool install|python install", Install),
            ("tool upgrade|self update", Upgrade),
            ("pip uninstall|remove|tool uninstall|python uninstall", Remove),
            ("cache clean|cache prune|clean|cache", Clean),
            ("lock|build|export|venv|pip compile", Build),
            ("pip list|pip show|pip freeze|pip check|tree|version|python list|python find|tool list", Query),
        ],
        caches: &["~/.cache/uv"],
        config: &["/etc/uv", "~/.config/uv"],
        project: Project::WithoutPackages,
        files: &["r", "requirement", "c", "constraint", "e", "editable"],
        ..Manager::DEFAULT
    },
    Manager {
        name: "conda",
        program: Program { names: CONDA.names, ..program(CONDA.valued) },
        verbs: &[
            ("install|create|env create|env update", Install),
            ("update|upgrade|self-update", Upgrade),
            ("remove|uninstall|env remove", Remove),
            ("clean", Clean),
            ("config|init", Configure),
            ("info|list|search|env list|doctor", Query),
        ],
        caches: &["/opt/conda/pkgs", "~/.conda/pkgs"],
        config: &["~/.condarc", "~/.bashrc", "/opt/conda"],
        project: Project::WithoutPackages,
        files: &["f", "file"],
        ..Manager::DEFAULT
    },
    Manager {
        name: "npm",
        program: Program { names: &["npm"], ..program(NPM.valued) },
        verbs: &[
            (
                "install|i|in|add|ci|clean-install|ic|install-clean|link|ln|rebuild|rb|install-test|it",
                Install,
            ),
            ("update|up|upgrade", Upgrade),
            ("uninstall|un|rm|r|remove|unlink|prune|dedupe", Remove),
            ("cache", Clean),
            ("config|set|c", Configure),
            (
                "view|info|show|v|ls|list|la|ll|outdated|root|prefix|bin|ping|whoami|get|help|search|version",
                Query,
            ),
        ],
        caches: &["~/.npm"],
        config: &["~/.npmrc", "/usr/local/etc/npmrc", ".npmrc"],
        project: Project::WithoutPackages,
        ..Manager::DEFAULT
    },
    Manager {
        name: "yarn",
        program: Program { names: &["yarn", "yarnpkg"], ..program(YARN.valued) },
        verbs: &[
            ("install|add|global add|import|dlx", Install),
            ("upgrade|up|global upgrade|set version", Upgrade),
            ("remove|global remove|autoclean", Remove),
            ("cache clean|cache", Clean),
            ("config", Configure),
            ("list|info|why|outdated|versions|licenses|bin|global bin|help|check|audit", Query),
        ],
        bare: Some(Install),
        caches: &["/usr/local/share/.cache/yarn", "~/.cache/yarn", "~/.yarn/berry/cache"],
        config: &["~/.yarnrc", "~/.yarnrc.yml", ".yarnrc", ".yarnrc.yml"],
        project: Project::WithoutPackages,
        ..Manager::DEFAULT
    },
    Manager {
        name: "pnpm",
        program: Program {
            names: &["pnpm"],
            ..program("C dir store-dir F filter registry reporter loglevel")
        },
        verbs: &[
            ("install|i|add|fetch|rebuild|link|env use", Install),
            ("update|up|upgrade", Upgrade),
            ("remove|rm|uninstall|un|prune", Remove),
            ("store prune", Clean),
            ("config|setup", Configure),
            ("list|ls|outdated|why|root|bin|store path|licenses|audit", Query),
        ],
        caches: &["~/.local/share/pnpm/store", "~/.cache/pnpm"],
        config: &["~/.npmrc", ".npmrc", "~/.bashrc"],
        project: Project::WithoutPackages,
        ..Manager::DEFAULT
    },
    Manager {
        name: "bun",
        program: Program { names: &["bun"], ..program("cwd registry c config cache-dir backend filter") },
        verbs: &[
            ("install|i|add|link", Install),
            ("update|upgrade", Upgrade),
            ("remove|rm", Remove),
            ("pm cache", Clean),
            ("pm|outdated", Query),
        ],
        caches: &["~/.bun/install/cache"],
        config: &["bunfig.toml", "~/.bunfig.toml"],
        project: Project::WithoutPackages,
        ..Manager::DEFAULT
    },
    Manager {
        name: "gem",
        program: Program { names: &["gem"], ..program(GEM.valued) },
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
        ..Manager::DEFAULT
    },
    Manager {
        name: "bundle",
        program: Program {
            names: &["bundle", "bundler"],
            ..program("gemfile j jobs path without with retry binstubs shebang")
        },
        verbs: &[
            ("install|cache|package|binstubs|add|pristine", Install),
            ("update", Upgrade),
            ("clean|remove", Remove),
            ("config", Configure),
            ("lock", Download),
            ("check|show|list|info|outdated|platform|version|env|doctor", Query),
        ],
        bare: Some(Install),
        caches: &["~/.bundle/cache", "/usr/local/bundle/cache"],
        config: &["~/.bundle", ".bundle", "/usr/local/bundle/config"],
        project: Project::Always,
        ..Manager::DEFAULT
    },
    Manager {
        name: "composer",
        program: Program {
            names: &["composer", "composer.phar"],
            ..program("d working-dir repository stability")
        },
        verbs: &[
            (
                "install|i|require|r|create-project|global require|global install|dump-autoload|dumpautoload|reinstall",
                Install,
            ),
            ("update|u|upgrade|self-update|selfupdate|global update", Upgrade),
            ("remove|global remove", Remove),
            ("clear-cache|clearcache|cc", Clean),
            ("config|global config", Configure),
            ("show|info|validate|diagnose|outdated|licenses|check-platform-reqs|about|audit", Query),
        ],
        caches: &["~/.composer/cache", "~/.cache/composer", "/tmp/cache"],
        config: &["composer.json", "~/.composer", "~/.config/composer"],
        project: Project::Always,
        ..Manager::DEFAULT
    },
    Manager {
        name: "go",
        program: Program { names: &["go"], single_dash: true, ..program(GO.valued) },
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
        ..Manager::DEFAULT
    },
    Manager {
        name: "cargo",
        program: Program {
            names: &["cargo"],
            ..program(
                "p package j jobs F features target target-dir manifest-path Z config profile bin example test bench version git branch tag rev path root index registry color message-format",
            )
        },
        verbs: &[
            ("install|binstall|fetch|add|vendor", Install),
            ("update|upgrade", Upgrade),
            ("uninstall|remove|clean", Remove),
            ("build|b|rustc|check|c|generate-lockfile|init|new|package|doc|chef prepare|chef cook", Build),
            ("metadata|tree|search|version|locate-project|pkgid|help", Query),
        ],
        caches: &["/usr/local/cargo/registry", "/usr/local/cargo/git", "~/.cargo/registry", "~/.cargo/git"],
        config: &["~/.cargo/config", "~/.cargo/config.toml", ".cargo"],
        project: Project::WithoutPackages,
        files: &["path"],
        ..Manager::DEFAULT
    },
    Manager {
        name: "maven",
        program: Program {
            names: &["mvn"],
            ..program(
                "f file s settings gs global-settings P activate-profiles pl projects D T threads t toolchains l log-file rf resume-from",
            )
        },
        verbs: &[
            (
                "dependency:go-offline|dependency:resolve|dependency:resolve-plugins|dependency:get|dependency:copy|dependency:copy-dependencies",
                Install,
            ),
            (
                "package|install|verify|compile|clean|test|test-compile|process-resources|validate|versions:set|help:evaluate",
                Build,
            ),
        ],
        caches: &["~/.m2/repository"],
        config: &["~/.m2", "/usr/share/maven"],
        project: Project::Always,
        ..Manager::DEFAULT
    },
    Manager {
        name: "gradle",
        program: Program {
            names: &["gradle"],
            ..program(
                "b build-file c settings-file g gradle-user-home p project-dir I init-script D P x exclude-task max-workers console warning-mode",
            )
        },
        verbs: &[(
            "dependencies|assemble|build|jar|bootJar|shadowJar|clean|installDist|distTar|distZip|classes|wrapper|war|compileJava|publishToMavenLocal",
            Build,
        )],
        caches: &["~/.gradle/caches", "/home/gradle/.gradle/caches"],
        config: &["~/.gradle"],
        project: Project::Always,
        daemon: Some(&["--no-daemon", "-Dorg.gradle.daemon=false"]),
        ..Manager::DEFAULT
    },
    Manager {
        name: "dotnet",
        program: Program {
            names: &["dotnet"],
            ..program(
                "c configuration o output r runtime f framework s source v verbosity a arch os version-suffix tool-path configfile add-source version n name",
            )
        },
        verbs: &[
            ("restore|tool install|tool restore|workload install|workload restore", Install),
            ("tool update|workload update", Upgrade),
            ("tool uninstall|workload uninstall|remove", Remove),
            ("build|publish|pack|msbuild|clean|new|sln|add", Build),
            ("nuget locals", Clean),
            ("nuget add|nuget update|nuget remove|nuget disable|nuget enable|dev-certs", Configure),
            ("--info|list|help|tool list|nuget list|workload list", Query),
        ],
        caches: &["~/.nuget/packages", "~/.local/share/NuGet"],
        config: &["~/.nuget", "NuGet.config"],
        project: Project::Always,
        // MSBuild and the compiler leave servers that wait for the next build.
        daemon: Some(&["--disable-build-servers", "-nodeReuse:false", "-nr:false"]),
        ..Manager::DEFAULT
    },
    Manager {
        name: "pecl",
        program: Program { names: &["pecl", "pear"], ..program("D R c d C configureoptions") },
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
        ..Manager::DEFAULT
    },
];
