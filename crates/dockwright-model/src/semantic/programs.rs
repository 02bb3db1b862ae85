//! The programs whose options rules read: [`ProgramSyntax`] tables. Those of package managers are in
//! [`managers`](super::managers).

use super::ProgramSyntax;
pub use super::managers::apk::APK;
pub use super::managers::apt::{APT_GET, read_apt_call};
pub use super::managers::cargo::CARGO;
pub use super::managers::conda::CONDA;
pub use super::managers::dnf::{DNF, YUM};
pub use super::managers::gem::GEM;
pub use super::managers::go::GO;
pub use super::managers::npm::NPM;
pub use super::managers::pip::PIP;
pub use super::managers::yarn::YARN;
pub use super::managers::zypper::ZYPPER;

/// Programs that compile, or start compilers.
pub const COMPILERS: [&str; 10] =
    ["make", "gcc", "g++", "cc", "cmake", "cargo", "go", "./configure", "ninja", "rustc"];

pub static USERADD: ProgramSyntax = ProgramSyntax {
    names: &["useradd"],
    valued: "b base-dir c comment d home-dir home e expiredate f inactive g gid G groups k skel K key p \
        password R root P prefix s shell u uid Z selinux-user",
    ..ProgramSyntax::DEFAULT
};

/// The options of curl that have a value.
pub const CURL_VALUED: &str = "A b c C d D e E F h H K m o P Q r t T u U w x X Y y z cacert capath cert cert-type ciphers \
    config connect-timeout connect-to continue-at cookie cookie-jar data data-ascii data-binary data-raw \
    data-urlencode dump-header form header interface key key-type keepalive-time limit-rate max-filesize \
    max-redirs max-time output output-dir pass pinnedpubkey proto proto-default proto-redir proxy proxy-header \
    proxy-user range rate referer request resolve retry retry-delay retry-max-time speed-limit speed-time \
    stderr tls-max trace trace-ascii unix-socket upload-file url user user-agent write-out";

pub(crate) static CURL: ProgramSyntax =
    ProgramSyntax { names: &["curl"], valued: CURL_VALUED, ..ProgramSyntax::DEFAULT };

/// The options of wget that have a value.
pub const WGET_VALUED: &str = "A a append-output B base body-data body-file ca-certificate ca-directory certificate \
        connect-timeout cut-dirs D directory-prefix domains e execute h header http-password \
        http-user i I input-file l level load-cookies method o O output-document output-file P \
        password post-data post-file private-key Q quota R read-timeout referer save-cookies t T \
        timeout tries U user user-agent w wait waitretry X";

pub static WGET: ProgramSyntax =
    ProgramSyntax { names: &["wget"], valued: WGET_VALUED, ..ProgramSyntax::DEFAULT };

/// Git, with the options of `git clone`.
pub static GIT: ProgramSyntax = ProgramSyntax {
    names: &["git"],
    valued: "C c o origin b branch u upload-pack reference separate-git-dir depth shallow-since shallow-exclude \
        recurse-submodules filter j jobs template bundle-uri server-option revision",
    ..ProgramSyntax::DEFAULT
};

pub static LN: ProgramSyntax =
    ProgramSyntax { names: &["ln"], valued: "S suffix t target-directory", ..ProgramSyntax::DEFAULT };
