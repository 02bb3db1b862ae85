//! Programs that run the program which their arguments name.

use super::{Argument, program};
use crate::semantic::effects::is_python;
use crate::shell::Wrapper;

/// How the command line of a wrapper is written.
struct Row {
    names: &'static [&'static str],
    /// The options whose value is the next word, unless it is glued to them: letters and long names, with blanks
    /// between.
    valued: &'static str,
    /// The options with which it runs no program, or one elsewhere.
    without: &'static str,
    /// One of these options says that a program follows.
    requires: &'static str,
    /// Operands that stand before the program.
    operands: usize,
    /// `NAME=VALUE` may stand before the program.
    assignments: bool,
    /// The subcommand that runs a program.
    subcommand: Option<&'static str>,
    /// The programs that it runs; any, where none is named.
    only: &'static [&'static str],
}

const ROW: Row = Row {
    names: &[],
    valued: "",
    without: "",
    requires: "",
    operands: 0,
    assignments: false,
    subcommand: None,
    only: &[],
};

/// Wrappers that run the program as another user, or as root.
pub const OTHER_USERS: [&str; 8] = ["sudo", "doas", "su", "runuser", "gosu", "su-exec", "setpriv", "chroot"];

/// Wrappers that prepare an environment first, with all that this needs.
pub const ENVIRONMENTS: [&str; 14] = [
    "bundle",
    "conda",
    "mamba",
    "micromamba",
    "nodenv",
    "pdm",
    "pipenv",
    "pixi",
    "poetry",
    "pyenv",
    "rbenv",
    "rye",
    "uv",
    "asdf",
];

static WRAPPERS: &[Row] = &[
    Row {
        names: &["env"],
        valued: "u unset C chdir a argv0",
        without: "S split-string version help",
        assignments: true,
        ..ROW
    },
    Row {
        names: &["sudo"],
        valued: "u user g group p prompt C close-from D chdir r role t type T command-timeout U other-user h host",
        without: "R chroot l list v validate e edit K remove-timestamp V version",
        assignments: true,
        ..ROW
    },
    Row { names: &["doas"], valued: "u C a", without: "C L s", ..ROW },
    Row { names: &["gosu", "su-exec"], operands: 1, without: "version help v h", ..ROW },
    Row {
        names: &["setpriv"],
        valued: "reuid regid groups inh-caps ambient-caps bounding-set securebits pdeathsig selinux-label \
            apparmor-profile",
        without: "d dump list-caps",
        ..ROW
    },
    Row {
        names: &["runuser"],
        valued: "u user g group G supp-group w whitelist-environment",
        without: "c command",
        requires: "u user",
        ..ROW
    },
    Row { names: &["command"], without: "v V", ..ROW },
    Row { names: &["builtin", "busybox"], without: "list list-full install help", ..ROW },
    Row { names: &["exec"], valued: "a", ..ROW },
    Row { names: &["time"], valued: "f format o output", ..ROW },
    Row {
        names: &["nohup", "eatmydata", "unbuffer", "catchsegv", "linux32", "linux64", "torsocks", "torify"],
        ..ROW
    },
    Row { names: &["setsid"], ..ROW },
    Row { names: &["nice"], valued: "n adjustment", ..ROW },
    Row { names: &["ionice"], valued: "c class n classdata", without: "p pid P pgid u uid", ..ROW },
    Row { names: &["chrt"], valued: "T P D", without: "p pid m max", operands: 1, ..ROW },
    Row { names: &["taskset"], without: "p pid", operands: 1, ..ROW },
    Row {
        names: &["numactl"],
        valued: "i interleave N cpunodebind m membind C physcpubind p preferred",
        without: "s show H hardware",
        ..ROW
    },
    Row { names: &["stdbuf"], valued: "i input o output e error", ..ROW },
    Row { names: &["timeout"], valued: "k kill-after s signal", operands: 1, ..ROW },
    Row {
        names: &["flock"],
        valued: "E conflict-exit-code w wait timeout",
        without: "c command u unlock",
        operands: 1,
        ..ROW
    },
    Row {
        names: &["xargs"],
        valued: "a arg-file d delimiter E I L n max-args P max-procs s max-chars process-slot-var",
        ..ROW
    },
    Row { names: &["fakeroot"], valued: "l lib faked s i b", ..ROW },
    Row { names: &["proxychains", "proxychains4"], valued: "f", ..ROW },
    Row { names: &["tini", "dumb-init"], valued: "p e r rewrite", ..ROW },
    Row {
        names: &["xvfb-run"],
        valued: "e error-file f auth-file n server-num p xauth-protocol s server-args w wait",
        ..ROW
    },
    Row { names: &["dbus-run-session"], valued: "config-file dbus-daemon", ..ROW },
    Row { names: &["ssh-agent"], valued: "a t E O P", without: "k c s D d", ..ROW },
    Row { names: &["corepack"], only: &["yarn", "pnpm", "npm"], ..ROW },
    Row {
        names: &["conda", "mamba", "micromamba"],
        valued: "n name p prefix cwd r root-prefix e env a attach",
        subcommand: Some("run"),
        ..ROW
    },
    Row {
        names: &["uv"],
        valued: "p python with with-editable with-requirements extra no-extra group no-group only-group env-file \
            index default-index index-url i extra-index-url f find-links project directory package cache-dir \
            config-file link-mode resolution prerelease exclude-newer C config-setting P upgrade-package \
            refresh-package reinstall-package no-build-package no-binary-package w color allow-insecure-host",
        without: "m module s script gui-script",
        subcommand: Some("run"),
        ..ROW
    },
    Row { names: &["poetry"], valued: "C directory P project", subcommand: Some("run"), ..ROW },
    Row { names: &["pipenv"], valued: "python", subcommand: Some("run"), ..ROW },
    Row { names: &["pdm"], valued: "p project c config", subcommand: Some("run"), ..ROW },
    Row { names: &["rye"], valued: "pyproject", subcommand: Some("run"), ..ROW },
    Row { names: &["pixi"], valued: "e environment manifest-path", subcommand: Some("run"), ..ROW },
    Row { names: &["pyenv", "rbenv", "nodenv", "asdf"], subcommand: Some("exec"), ..ROW },
    Row { names: &["bundle"], valued: "gemfile", subcommand: Some("exec"), ..ROW },
];

/// Modules of Python that are package managers.
const MODULES: [&str; 5] = ["pip", "pipx", "pipenv", "poetry", "uv"];

/// The place of the program that runs in the end, and the wrappers before it.
pub(super) fn look_behind(arguments: &[Argument]) -> (usize, Vec<Wrapper>) {
    let (mut at, mut wrappers) = (0, Vec::new());
    while let Some(argument) = arguments.get(at) {
        let Some(name) = program::name_of(argument) else { break };
        let rest = arguments.get(at + 1..).unwrap_or_default();
        let next = if is_python(&name) {
            module(rest)
        } else {
            WRAPPERS.iter().filter(|row| row.names.contains(&name.as_str())).find_map(|row| row.program(rest))
        };
        let Some(next) = next.map(|next| at + 1 + next) else { break };
        if arguments.get(next).and_then(program::name_of).is_none() {
            break;
        }
        wrappers.push(Wrapper { name, at: argument.at });
        at = next;
    }
    (at, wrappers)
}

/// `python -m pip`: the module is the program.
fn module(arguments: &[Argument]) -> Option<usize> {
    let mut words = arguments.iter().map(|argument| argument.word.text.as_str()).enumerate();
    let text = |at: usize| arguments.get(at).map(|argument| argument.word.text.as_str());
    while let Some((at, word)) = words.next() {
        match word {
            "-m" => return text(at + 1).filter(|module| MODULES.contains(module)).map(|_| at + 1),
            "-W" | "-X" => {
                words.next();
            }
            // `-Im`, as it is written for a Python that looks at nothing besides.
            _ if is_cluster(word) && word.ends_with('m') => {
                return text(at + 1).filter(|module| MODULES.contains(module)).map(|_| at + 1);
            }
            _ if word.starts_with('-') && !word.starts_with("-c") => {}
            _ => return None,
        }
    }
    None
}

fn is_cluster(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|letters| letters.chars().all(|c| c.is_ascii_alphabetic()))
}

fn lists(options: &str, name: &str) -> bool {
    options.split_whitespace().any(|option| option == name)
}

impl Row {
    /// Which of the words after the wrapper is the program.
    fn program(&self, arguments: &[Argument]) -> Option<usize> {
        let text = |at: usize| arguments.get(at).map(|argument| argument.word.text.as_str());
        let (mut at, mut left, mut required) = (0, self.operands, self.requires.is_empty());
        let mut subcommand = self.subcommand;
        loop {
            let word = text(at)?;
            if word == "--" {
                at += 1 + left;
                break;
            }
            if word.starts_with('-') && word.len() > 1 {
                let (option, takes_next) = self.option(word)?;
                required |= option.is_some_and(|option| lists(self.requires, option));
                at += 1 + usize::from(takes_next);
            } else if let Some(wanted) = subcommand {
                if word != wanted {
                    return None;
                }
                subcommand = None;
                at += 1;
            } else if self.assignments && (word == "-" || is_assignment(word)) {
                at += 1;
            } else if left > 0 {
                left -= 1;
                at += 1;
            } else {
                break;
            }
        }
        while self.assignments && text(at).is_some_and(is_assignment) {
            at += 1;
        }
        let fits = self.only.is_empty() || text(at).is_some_and(|name| self.only.contains(&name));
        (required && subcommand.is_none() && fits).then_some(at)
    }

    /// The option with a value in this word, if there is one, and whether that value is the next word. `None` where
    /// the wrapper runs nothing with it.
    fn option<'w>(&self, word: &'w str) -> Option<(Option<&'w str>, bool)> {
        if let Some(long) = word.strip_prefix("--") {
            let (name, has_value) = long.split_once('=').map_or((long, false), |(name, _)| (name, true));
            return (!lists(self.without, name))
                .then(|| (Some(name), !has_value && lists(self.valued, name)));
        }
        let letters = word.get(1..).unwrap_or_default();
        for (at, letter) in letters.char_indices() {
            let end = at + letter.len_utf8();
            let name = letters.get(at..end)?;
            if lists(self.without, name) {
                return None;
            }
            if lists(self.valued, name) {
                return Some((Some(name), end == letters.len()));
            }
        }
        Some((None, false))
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
    })
}
