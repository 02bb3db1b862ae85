//! The programs whose options rules read: [`Program`] tables.

use super::{Program, View};
use crate::shell::Command;

const PROGRAM: Program = Program {
    names: &[],
    more_names: &[],
    valued: "",
    valued_in_hadolint: "",
    single_dash: false,
    prefixes: &[],
};

pub static APT_GET: Program = Program {
    names: &["apt-get"],
    valued: "t target-release default-release o option c config-file a host-architecture P build-profiles \
        solver planner",
    valued_in_hadolint: "t target-release",
    ..PROGRAM
};

pub static APK: Program = Program {
    names: &["apk"],
    valued: "t virtual X repository p root arch cache-dir cache-max-age keys-dir progress-fd \
        repositories-file timeout wait",
    valued_in_hadolint: "t virtual repository X",
    ..PROGRAM
};

const PIP_VALUED: &str = "abi b build e editable extra-index-url f find-links i index-url implementation no-binary \
        only-binary platform prefix progress-bar proxy python python-version root root-user-action \
        src t target trusted-host upgrade-strategy";

/// The names are not asked for: see [`is_pip_install`](super::is_pip_install).
pub static PIP: Program = Program {
    valued: "abi b build build-constraint c C cache-dir cert client-cert config-settings constraint e \
        editable exists-action extra-index-url f find-links global-option group i implementation \
        index-url install-option keyring-provider log m no-binary only-binary platform prefix \
        progress-bar proxy python python-version r report requirement resume-retries retries root \
        root-user-action src t target timeout trusted-host upgrade-strategy use-deprecated \
        use-feature",
    valued_in_hadolint: PIP_VALUED,
    ..PROGRAM
};

pub static CONDA: Program = Program {
    names: &["conda", "mamba", "micromamba"],
    valued: "n name p prefix f file c channel solver set add prepend append remove r root-prefix",
    ..PROGRAM
};

pub static NPM: Program = Program {
    names: &["npm"],
    valued: "C cache cpu fetch-retries fetch-timeout globalconfig include install-strategy libc loglevel \
        maxsockets network-timeout omit os prefix registry tag userconfig w workspace",
    valued_in_hadolint: "loglevel registry",
    ..PROGRAM
};

pub static GEM: Program = Program {
    names: &["gem"],
    valued: "B P bindir build-root config-file document g file i install-dir n p http-proxy platform s \
        source target-rbconfig trust-policy v version",
    ..PROGRAM
};

const YUM_VALUED: &str = "c config comment d debuglevel disableplugin disablerepo e enablerepo enableplugin errorlevel \
        exclude forcearch installroot releasever repo repofrompath repoid R randomwait rpmverbosity \
        setopt x";

pub static YUM: Program =
    Program { names: &["yum"], valued: YUM_VALUED, prefixes: &["module", "group", "groups"], ..PROGRAM };

pub static DNF: Program = Program {
    names: &["dnf", "microdnf"],
    more_names: &["dnf5", "tdnf", "dnf4", "dnf-3"],
    valued: YUM_VALUED,
    prefixes: &["module", "group", "groups"],
    ..PROGRAM
};

/// Whether the two are one program, or work on one cache: yum of later systems is dnf, and so is dnf5.
pub fn shares_cache(one: &str, other: &str) -> bool {
    const FAMILY: [&str; 5] = ["yum", "dnf", "dnf4", "dnf-3", "dnf5"];
    one == other || (FAMILY.contains(&one) && FAMILY.contains(&other))
}

impl Program {
    /// Whether yum or one of its kin empties its cache: `clean all`. What else there is to clean leaves the metadata.
    pub fn empties_cache(&self, command: &Command, view: View) -> bool {
        if view.takes_part_of_a_cache_for_all() {
            return self.does(command, view, &["clean", "all"]);
        }
        self.does(command, view, &["clean"]) && command.has_argument(&["all"])
    }
}

pub static ZYPPER: Program = Program {
    names: &["zypper"],
    valued: "C D R c cache-dir capability config from installroot p plus-content plus-repo pkg-cache-dir \
        r raw-cache-dir releasever repo reposd-dir root solv-cache-dir t type",
    ..PROGRAM
};

pub static YARN: Program = Program {
    names: &["yarn"],
    valued: "cache-folder cwd global-folder modules-folder mutex network-concurrency network-timeout \
        prefix registry use-yarnrc",
    prefixes: &["global", "workspace"],
    ..PROGRAM
};

pub static GO: Program = Program {
    names: &["go"],
    valued: "C asmflags buildmode compiler coverpkg exec gccgoflags gcflags installsuffix ldflags mod \
        modfile o overlay p pgo pkgdir tags toolexec",
    single_dash: true,
    ..PROGRAM
};

pub static USERADD: Program = Program {
    names: &["useradd"],
    valued: "b base-dir c comment d home-dir home e expiredate f inactive g gid G groups k skel K key p \
        password R root P prefix s shell u uid Z selinux-user",
    ..PROGRAM
};

pub static WGET: Program = Program {
    names: &["wget"],
    valued: "A a append-output B base body-data body-file ca-certificate ca-directory certificate \
        connect-timeout cut-dirs D directory-prefix domains e execute h header http-password \
        http-user i I input-file l level load-cookies method o O output-document output-file P \
        password post-data post-file private-key Q quota R read-timeout referer save-cookies t T \
        timeout tries U user user-agent w wait waitretry X",
    ..PROGRAM
};

pub static LN: Program = Program { names: &["ln"], valued: "S suffix t target-directory", ..PROGRAM };
