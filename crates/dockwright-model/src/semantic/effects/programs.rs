//! Programs that administer a system: certificates, locales, keys, repositories.

use super::{Effects, PathSet, read_call};
use crate::semantic::managers::apt;
use crate::shell::ShellCommand;

pub(super) fn program_effects(name: &str, command: &ShellCommand) -> Option<Effects> {
    let between = |reads: &[&str], writes: &[&str]| Effects {
        reads: PathSet::from_paths(reads),
        writes: PathSet::from_paths(writes),
        ..Effects::default()
    };
    Some(match name {
        "ldconfig" => between(
            &["/etc/ld.so.conf", "/etc/ld.so.conf.d", "/lib", "/usr/lib", "/usr/local/lib"],
            &["/etc/ld.so.cache", "/var/cache/ldconfig", "/lib", "/usr/lib", "/usr/local/lib"],
        ),
        "update-ca-certificates" => between(
            &["/usr/local/share/ca-certificates", "/usr/share/ca-certificates", "/etc/ca-certificates.conf"],
            &["/etc/ssl", "/etc/ca-certificates"],
        ),
        "update-ca-trust" => between(&["/etc/pki", "/usr/share/pki"], &["/etc/pki"]),
        "c_rehash" => between(&["/etc/ssl"], &["/etc/ssl"]),
        "locale-gen" => {
            between(&["/etc/locale.gen", "/var/lib/locales"], &["/usr/lib/locale", "/etc/locale.gen"])
        }
        "localedef" => between(&["/usr/share/i18n"], &["/usr/lib/locale"]),
        "update-locale" => between(&["/etc/default/locale"], &["/etc/default/locale"]),
        "update-alternatives" | "alternatives" => {
            // The links that it creates are named on the command line, or were named when an alternative was
            // installed.
            Effects { reads: PathSet::Anything, ..Effects::with_writes(PathSet::Anything) }
        }
        "dpkg-reconfigure" => Effects { reads: PathSet::Anything, ..Effects::with_writes(PathSet::Anything) },
        "debconf-set-selections" => between(&["/var/cache/debconf"], &["/var/cache/debconf"]),
        "apt-key" => apt_key_effects(command)?,
        "add-apt-repository" | "apt-add-repository" => {
            let places = ["/etc/apt", "/usr/share/keyrings", apt::LISTS, apt::PACKAGES];
            // `add-apt-repository` downloads keys with gpg and its agents.
            Effects { network: true, starts: true, ..between(&["/etc/apt"], &places) }
        }
        "a2enmod" | "a2dismod" | "a2ensite" | "a2dissite" | "a2enconf" | "a2disconf" => {
            between(&["/etc/apache2"], &["/etc/apache2", "/var/lib/apache2"])
        }
        "docker-php-ext-enable" => between(&["/usr/local"], &["/usr/local/etc/php"]),
        "docker-php-ext-install" | "docker-php-ext-configure" | "docker-php-source" => {
            let installs = name != "docker-php-source";
            Effects {
                reads: PathSet::Anything,
                writes: PathSet::Anything,
                network: installs,
                ..Effects::default()
            }
        }
        "gpg" | "gpg2" => gpg_effects(command),
        "openssl" => openssl_effects(command)?,
        "ssh-keygen" => {
            let call = read_call(command, "f t b C N P q R F");
            Effects::with_writes(
                PathSet::from_values(&call.values("f"))
                    .or_if_empty(PathSet::from_paths(&["~/.ssh", "/etc/ssh"])),
            )
        }
        "rustup" => rustup_effects(command)?,
        "corepack" => {
            let places = ["/usr/local/bin", "/usr/local/lib", "~/.cache"];
            Effects { network: true, ..between(&["package.json"], &places) }
        }
        _ if is_python(name) => python_effects(command)?,
        _ => return None,
    })
}

/// Whether a program of that name is Python.
pub fn is_python(name: &str) -> bool {
    let version = name.strip_prefix("python");
    version.is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// `python -m venv DIR`, `python --version`; everything else runs unknown code.
fn python_effects(command: &ShellCommand) -> Option<Effects> {
    let call = read_call(command, "m c W X prompt");
    let module = call.values("m").first().map(|value| value.text);
    match module {
        Some("venv" | "virtualenv") => Some(Effects::with_writes(PathSet::from_words(call.operands))),
        None if call.operands.is_empty() && call.has_any_of_options(&["version", "V"]) => {
            Some(Effects::default())
        }
        _ => None,
    }
}

fn apt_key_effects(command: &ShellCommand) -> Option<Effects> {
    let call = read_call(command, "keyring keyserver");
    let verb = call.operands.first()?;
    let places = || PathSet::from_path("/etc/apt");
    Some(match verb.text.as_str() {
        "add" => {
            let file = call.operands.get(1).copied().filter(|word| word.text != "-");
            Effects {
                reads: places().union(PathSet::from_words(file)),
                writes: places(),
                ..Effects::default()
            }
        }
        // dirmngr downloads keys, and may keep running.
        "adv" => {
            Effects { reads: places(), writes: places(), network: true, starts: true, ..Effects::default() }
        }
        "del" | "delete" | "update" => Effects { reads: places(), writes: places(), ..Effects::default() },
        "list" | "finger" | "export" | "exportall" => Effects::with_reads(places()),
        _ => return None,
    })
}

/// All calls except `--dearmor` may start an agent that keeps running.
fn gpg_effects(command: &ShellCommand) -> Effects {
    let call = read_call(command, "o output keyserver homedir keyring recv-keys default-key u r options");
    let output: Vec<_> = ["o", "output", "keyring"].iter().flat_map(|option| call.values(option)).collect();
    let output = PathSet::from_values(&output);
    if call.has_option("dearmor") {
        return Effects { reads: PathSet::from_words(call.operands), writes: output, ..Effects::default() };
    }
    Effects {
        reads: PathSet::Anything,
        writes: PathSet::Anything,
        network: call.has_any_of_options(&[
            "recv-keys",
            "recv-key",
            "receive-keys",
            "refresh-keys",
            "search-keys",
            "keyserver",
        ]),
        starts: true,
        ..Effects::default()
    }
}

fn openssl_effects(command: &ShellCommand) -> Option<Effects> {
    let program = crate::semantic::ProgramSyntax {
        single_dash: true,
        ..super::program_with_options(
            "in out keyout key inkey CA CAkey config days \
            subj extfile passin passout newkey rand CAserial name caname certfile inform outform addext",
        )
    };
    let call = program.read_call_under_any_name(command, crate::semantic::View::Exact);
    match call.operands.first()?.text.as_str() {
        "s_client" | "s_server" | "ocsp" | "engine" => return None,
        _ => {}
    }
    let written: Vec<_> =
        ["out", "keyout", "CAserial"].iter().flat_map(|option| call.values(option)).collect();
    Some(Effects { reads: PathSet::Anything, writes: PathSet::from_values(&written), ..Effects::default() })
}

fn rustup_effects(command: &ShellCommand) -> Option<Effects> {
    let call = read_call(command, "toolchain profile target component t c");
    let places = || PathSet::from_paths(&["~/.rustup", "~/.cargo", "/usr/local/rustup", "/usr/local/cargo"]);
    match call.operands.first()?.text.as_str() {
        "target" | "component" | "toolchain" | "default" | "install" | "update" | "self" | "override"
        | "set" => Some(Effects { reads: places(), writes: places(), network: true, ..Effects::default() }),
        "show" | "which" => Some(Effects::with_reads(places())),
        _ => None,
    }
}
