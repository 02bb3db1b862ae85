//! The programs whose options rules read: [`Program`] tables. Those of package managers are in
//! [`managers`](super::managers).

use super::Program;
pub use super::managers::apk::APK;
pub use super::managers::apt::APT_GET;
pub use super::managers::cargo::CARGO;
pub use super::managers::conda::CONDA;
pub use super::managers::dnf::{DNF, YUM};
pub use super::managers::gem::GEM;
pub use super::managers::go::GO;
pub use super::managers::npm::NPM;
pub use super::managers::pip::PIP;
pub use super::managers::yarn::YARN;
pub use super::managers::zypper::ZYPPER;

pub static USERADD: Program = Program {
    names: &["useradd"],
    valued: "b base-dir c comment d home-dir home e expiredate f inactive g gid G groups k skel K key p \
        password R root P prefix s shell u uid Z selinux-user",
    ..Program::DEFAULT
};

pub static WGET: Program = Program {
    names: &["wget"],
    valued: "A a append-output B base body-data body-file ca-certificate ca-directory certificate \
        connect-timeout cut-dirs D directory-prefix domains e execute h header http-password \
        http-user i I input-file l level load-cookies method o O output-document output-file P \
        password post-data post-file private-key Q quota R read-timeout referer save-cookies t T \
        timeout tries U user user-agent w wait waitretry X",
    ..Program::DEFAULT
};

pub static LN: Program =
    Program { names: &["ln"], valued: "S suffix t target-directory", ..Program::DEFAULT };
