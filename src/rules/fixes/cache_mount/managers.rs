//! What package managers keep for their next call: where, what moves it, what switches it off.

use crate::semantic::effects::Verb::{self, Build, Download, Install, Update, Upgrade};

/// A cache, or several of one manager.
#[derive(Debug)]
pub struct Cached {
    /// As the effects of commands name it.
    pub manager: &'static str,
    /// The calls that fill it.
    pub verbs: &'static [Verb],
    /// Where it is: `~` is the home of the user, `$NAME` the value of a variable, which must be known.
    pub targets: &'static [&'static str],
    /// Whether two builds may not use it at once.
    pub locked: bool,
    /// Variables that put it elsewhere.
    pub moved_by: &'static [&'static str],
    /// Options, word for word, that keep it from being used.
    pub off: &'static [&'static str],
    /// Options that put it elsewhere, or use it otherwise: without the dashes before them.
    pub options: &'static [&'static str],
    /// Variables that keep it from being used.
    pub off_by: &'static [&'static str],
    /// Commands that empty it, by their words; without any, all that the effects of commands call a clean-up.
    pub emptied_by: &'static [&'static [&'static str]],
    /// What the manager needs to keep its downloads, behind its name.
    pub option: Option<&'static str>,
    /// What stands in the place of an option that keeps the cache from being used, so that indexes are new.
    pub fresh: Option<&'static str>,
    /// Variables that each call is given: where its cache is, or how it is to be used.
    pub sets: &'static [(&'static str, &'static str)],
    /// Files of the project that run the manager, in whatever version.
    pub wrappers: &'static [&'static str],
    /// Whether it is of the system, so that only root can call it.
    pub system: bool,
    /// Why no mount is offered.
    pub unproved: Option<&'static str>,
    /// Programs that need what is in it later, so that all of their calls get the same mounts. Empty for what is
    /// needed only while it is filled.
    pub needed_by: &'static [&'static str],
}

impl Cached {
    const DEFAULT: Self = Self {
        manager: "",
        verbs: &[Install, Upgrade, Download],
        targets: &[],
        locked: false,
        moved_by: &[],
        off: &[],
        options: &[],
        off_by: &[],
        emptied_by: &[],
        option: None,
        fresh: None,
        sets: &[],
        wrappers: &[],
        system: false,
        unproved: None,
        needed_by: &[],
    };
}

const RPM: Cached = Cached {
    verbs: &[Install, Upgrade, Update],
    locked: true,
    system: true,
    options: &["installroot"],
    emptied_by: &[&["clean"]],
    option: Some("--setopt=keepcache=True"),
    ..Cached::DEFAULT
};

/// Where a variable of [`Cached::targets`] leads while nobody sets it.
pub const UNSET: [(&str, &str); 5] = [
    ("GOPATH", "~/go"),
    ("CARGO_HOME", "~/.cargo"),
    ("PNPM_HOME", "~/.local/share/pnpm"),
    ("GRADLE_USER_HOME", "~/.gradle"),
    ("COMPOSER_HOME", "~/.composer"),
];

/// The managers. What is not here has no cache that would outlive a mount, or none whose place is certain.
pub static MANAGERS: &[Cached] = &[
    Cached {
        manager: "apt",
        verbs: &[Install, Upgrade, Update],
        targets: &["/var/cache/apt", "/var/lib/apt/lists"],
        locked: true,
        system: true,
        moved_by: &["APT_CONFIG"],
        emptied_by: &[&["clean"], &["autoclean"], &["distclean"], &["dist-clean"]],
        ..Cached::DEFAULT
    },
    Cached { manager: "yum", targets: &["/var/cache/yum"], ..RPM },
    Cached { manager: "dnf", targets: &["/var/cache/dnf"], ..RPM },
    Cached { manager: "microdnf", targets: &["/var/cache/yum"], option: Some("--setopt=keepcache=1"), ..RPM },
    Cached {
        manager: "tdnf",
        targets: &["/var/cache/tdnf"],
        unproved: Some("only some versions of `tdnf` support keeping packages"),
        ..RPM
    },
    // It keeps packages only in a folder that `/etc/apk/cache` leads to: see `apk.rs`.
    Cached {
        manager: "apk",
        verbs: &[Install, Upgrade, Update],
        targets: &["/var/cache/apk"],
        locked: true,
        system: true,
        off: &["--no-cache"],
        options: &["root", "p", "cache-dir"],
        emptied_by: &[&["cache", "clean"], &["cache", "purge"]],
        fresh: Some("-U"),
        ..Cached::DEFAULT
    },
    // What is fetched is kept for repositories only that say so: see `others.rs`.
    Cached {
        manager: "zypper",
        verbs: &[Install, Upgrade, Update],
        targets: &["/var/cache/zypp"],
        locked: true,
        system: true,
        options: &["root", "R", "installroot", "cache-dir", "C", "pkg-cache-dir"],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "pacman",
        targets: &["/var/cache/pacman/pkg"],
        locked: true,
        system: true,
        options: &["root", "r", "sysroot", "cachedir", "config"],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "pip",
        targets: &["~/.cache/pip"],
        moved_by: &["PIP_CACHE_DIR", "XDG_CACHE_HOME", "PIP_CONFIG_FILE"],
        off: &["--no-cache-dir"],
        options: &["cache-dir"],
        off_by: &["PIP_NO_CACHE_DIR"],
        emptied_by: &[&["cache", "purge"]],
        ..Cached::DEFAULT
    },
    // It runs pip, whose cache it uses.
    Cached {
        manager: "pipx",
        targets: &["~/.cache/pip"],
        moved_by: &["PIP_CACHE_DIR", "XDG_CACHE_HOME", "PIP_CONFIG_FILE"],
        options: &["pip-args"],
        off_by: &["PIP_NO_CACHE_DIR"],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "pipenv",
        targets: &["~/.cache/pipenv"],
        moved_by: &["PIPENV_CACHE_DIR", "XDG_CACHE_HOME"],
        off_by: &["PIP_NO_CACHE_DIR"],
        ..Cached::DEFAULT
    },
    // The rest of the folder holds the environments themselves.
    Cached {
        manager: "poetry",
        targets: &["~/.cache/pypoetry/cache", "~/.cache/pypoetry/artifacts"],
        moved_by: &["POETRY_CACHE_DIR", "XDG_CACHE_HOME"],
        off: &["--no-cache"],
        emptied_by: &[&["cache", "clear"]],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "uv",
        verbs: &[Install, Upgrade, Download, Build],
        targets: &["~/.cache/uv"],
        moved_by: &["UV_CACHE_DIR", "XDG_CACHE_HOME"],
        off: &["--no-cache", "--no-cache-dir", "-n"],
        options: &["cache-dir", "link-mode"],
        off_by: &["UV_NO_CACHE"],
        // Links cannot lead from one file system to another.
        sets: &[("UV_LINK_MODE", "copy")],
        emptied_by: &[&["cache"], &["clean"]],
        ..Cached::DEFAULT
    },
    // The folder that it uses by itself holds packages of the image, too.
    Cached {
        manager: "conda",
        targets: &["~/.conda/pkgs"],
        locked: true,
        moved_by: &["CONDA_PKGS_DIRS", "CONDARC"],
        options: &["offline", "clone", "use-index-cache"],
        sets: &[("CONDA_PKGS_DIRS", "~/.conda/pkgs")],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "npm",
        targets: &["~/.npm"],
        moved_by: &["npm_config_cache", "NPM_CONFIG_CACHE", "NPM_CONFIG_USERCONFIG"],
        options: &["cache"],
        emptied_by: &[&["cache", "clean"], &["cache", "clear"], &["cache", "rm"]],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "yarn",
        targets: &["/usr/local/share/.cache/yarn"],
        locked: true,
        moved_by: &["YARN_CACHE_FOLDER", "XDG_CACHE_HOME", "npm_config_cache_folder"],
        options: &["cache-folder"],
        emptied_by: &[&["cache", "clean"]],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "pnpm",
        targets: &["$PNPM_HOME/store"],
        moved_by: &["npm_config_store_dir", "NPM_CONFIG_STORE_DIR", "XDG_DATA_HOME"],
        options: &["store-dir"],
        emptied_by: &[&["store", "prune"]],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "bun",
        targets: &["~/.bun/install/cache"],
        locked: true,
        moved_by: &["BUN_INSTALL_CACHE_DIR", "BUN_INSTALL", "XDG_CACHE_HOME"],
        off: &["--no-cache"],
        options: &["cache-dir"],
        emptied_by: &[&["pm", "cache"]],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "bundle",
        targets: &["$GEM_HOME/cache"],
        locked: true,
        moved_by: &["BUNDLE_PATH", "BUNDLE_DEPLOYMENT", "BUNDLE_CACHE_PATH", "BUNDLE_NO_CACHE"],
        options: &["path", "deployment", "no-cache", "local"],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "gem",
        targets: &["$GEM_HOME/cache"],
        locked: true,
        options: &["i"],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "composer",
        targets: &["$COMPOSER_HOME/cache"],
        moved_by: &["COMPOSER_CACHE_DIR", "COMPOSER_NO_CACHE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"],
        off: &["--no-cache"],
        emptied_by: &[&["clear-cache"], &["clearcache"], &["cc"]],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "go",
        verbs: &[Install, Build],
        targets: &["$GOPATH/pkg/mod", "~/.cache/go-build"],
        moved_by: &["GOMODCACHE", "GOCACHE", "XDG_CACHE_HOME"],
        emptied_by: &[&["clean"]],
        needed_by: &["go"],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "cargo",
        verbs: &[Install, Build],
        targets: &["$CARGO_HOME/registry", "$CARGO_HOME/git"],
        needed_by: &["cargo"],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "maven",
        verbs: &[Install, Build],
        targets: &["~/.m2/repository", "~/.m2/wrapper"],
        locked: true,
        moved_by: &["maven.repo.local"],
        options: &["gs", "global-settings", "s", "settings"],
        wrappers: &["mvnw", "./mvnw"],
        needed_by: &["mvn", "mvnw", "./mvnw"],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "gradle",
        verbs: &[Install, Build],
        targets: &["$GRADLE_USER_HOME/caches", "$GRADLE_USER_HOME/wrapper"],
        locked: true,
        moved_by: &["gradle.user.home"],
        options: &["g", "gradle-user-home", "project-cache-dir"],
        wrappers: &["gradlew", "./gradlew"],
        needed_by: &["gradle", "gradlew", "./gradlew"],
        ..Cached::DEFAULT
    },
    Cached {
        manager: "dotnet",
        verbs: &[Install, Build],
        targets: &["~/.nuget/packages"],
        moved_by: &["NUGET_PACKAGES"],
        options: &["packages"],
        emptied_by: &[&["nuget", "locals"]],
        needed_by: &["dotnet"],
        ..Cached::DEFAULT
    },
];
