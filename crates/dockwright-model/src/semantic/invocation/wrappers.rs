//! Programs that run the program named in their arguments.

use super::{InvocationArgument, program};
use crate::semantic::effects::is_python;
use crate::semantic::managers;
use crate::semantic::paths::base_name;
use crate::shell::WrapperProgram;

/// The syntax of the command line of a wrapper.
pub struct WrapperSyntax {
    /// Its names; empty for a package manager, whose own file has them.
    pub names: &'static [&'static str],
    /// The options whose value is the next word, unless it is attached: letters and long names, separated by spaces.
    pub valued: &'static str,
    /// The options with which it runs no program, or one on another system.
    pub without: &'static str,
    /// One of these options means that a program follows.
    pub requires: &'static str,
    /// Operands before the program.
    pub(crate) operands: usize,
    /// Whether `NAME=VALUE` may be before the program.
    pub assignments: bool,
    /// The subcommand that runs a program.
    pub(crate) subcommand: Option<&'static str>,
    /// The only programs that it runs; empty for any program.
    pub only: &'static [&'static str],
    /// Whether images install it in arbitrary directories, such as `/tini`.
    pub anywhere: bool,
}

impl WrapperSyntax {
    pub(crate) const DEFAULT: Self = Self {
        names: &[],
        valued: "",
        without: "",
        requires: "",
        operands: 0,
        assignments: false,
        subcommand: None,
        only: &[],
        anywhere: false,
    };
}

/// Wrappers that run the program as another user, or as root.
pub const OTHER_USERS: [&str; 8] = ["sudo", "doas", "su", "runuser", "gosu", "su-exec", "setpriv", "chroot"];

/// Wrappers that prepare an environment first, which may have any effect. Package managers that run programs also do.
const ENVIRONMENTS: [&str; 7] = ["nodenv", "pdm", "pixi", "pyenv", "rbenv", "rye", "asdf"];

/// Whether a wrapper prepares an environment first, which may have any effect.
pub(crate) fn prepares_environment(wrapper: &WrapperProgram) -> bool {
    let name = wrapper.name.as_str();
    ENVIRONMENTS.contains(&name) || managers::manager_of_program(name).is_some_and(|one| one.runs.is_some())
}

static WRAPPERS: &[WrapperSyntax] = &[
    WrapperSyntax {
        names: &["env"],
        valued: "u unset C chdir a argv0",
        without: "S split-string version help",
        assignments: true,
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax {
        names: &["sudo"],
        valued: "u user g group p prompt C close-from D chdir r role t type T command-timeout U other-user h host",
        without: "R chroot l list v validate e edit K remove-timestamp V version",
        assignments: true,
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax { names: &["doas"], valued: "u C a", without: "C L s", ..WrapperSyntax::DEFAULT },
    WrapperSyntax {
        names: &["gosu", "su-exec"],
        operands: 1,
        without: "version help v h",
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax {
        names: &["setpriv"],
        valued: "reuid regid groups inh-caps ambient-caps bounding-set securebits pdeathsig selinux-label \
            apparmor-profile",
        without: "d dump list-caps",
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax {
        names: &["runuser"],
        valued: "u user g group G supp-group w whitelist-environment",
        without: "c command",
        requires: "u user",
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax { names: &["command"], without: "v V", ..WrapperSyntax::DEFAULT },
    WrapperSyntax {
        names: &["builtin", "busybox"],
        without: "list list-full install help",
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax { names: &["exec"], valued: "a", ..WrapperSyntax::DEFAULT },
    WrapperSyntax { names: &["time"], valued: "f format o output", ..WrapperSyntax::DEFAULT },
    WrapperSyntax {
        names: &["nohup", "eatmydata", "unbuffer", "catchsegv", "linux32", "linux64", "torsocks", "torify"],
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax { names: &["setsid"], ..WrapperSyntax::DEFAULT },
    WrapperSyntax { names: &["nice"], valued: "n adjustment", ..WrapperSyntax::DEFAULT },
    WrapperSyntax {
        names: &["ionice"],
        valued: "c class n classdata",
        without: "p pid P pgid u uid",
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax {
        names: &["chrt"],
        valued: "T P D",
        without: "p pid m max",
        operands: 1,
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax { names: &["taskset"], without: "p pid", operands: 1, ..WrapperSyntax::DEFAULT },
    WrapperSyntax {
        names: &["numactl"],
        valued: "i interleave N cpunodebind m membind C physcpubind p preferred",
        without: "s show H hardware",
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax { names: &["stdbuf"], valued: "i input o output e error", ..WrapperSyntax::DEFAULT },
    WrapperSyntax {
        names: &["timeout"],
        valued: "k kill-after s signal",
        operands: 1,
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax {
        names: &["flock"],
        valued: "E conflict-exit-code w wait timeout",
        without: "c command u unlock",
        operands: 1,
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax {
        names: &["xargs"],
        valued: "a arg-file d delimiter E I L n max-args P max-procs s max-chars process-slot-var",
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax { names: &["fakeroot"], valued: "l lib faked s i b", ..WrapperSyntax::DEFAULT },
    WrapperSyntax { names: &["proxychains", "proxychains4"], valued: "f", ..WrapperSyntax::DEFAULT },
    WrapperSyntax {
        names: &["tini", "tini-static", "dumb-init", "catatonit"],
        valued: "p e r rewrite",
        anywhere: true,
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax {
        names: &["xvfb-run"],
        valued: "e error-file f auth-file n server-num p xauth-protocol s server-args w wait",
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax {
        names: &["dbus-run-session"],
        valued: "config-file dbus-daemon",
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax {
        names: &["ssh-agent"],
        valued: "a t E O P",
        without: "k c s D d",
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax { names: &["corepack"], only: &["yarn", "pnpm", "npm"], ..WrapperSyntax::DEFAULT },
    WrapperSyntax {
        names: &["pdm"],
        valued: "p project c config",
        subcommand: Some("run"),
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax { names: &["rye"], valued: "pyproject", subcommand: Some("run"), ..WrapperSyntax::DEFAULT },
    WrapperSyntax {
        names: &["pixi"],
        valued: "e environment manifest-path",
        subcommand: Some("run"),
        ..WrapperSyntax::DEFAULT
    },
    WrapperSyntax {
        names: &["pyenv", "rbenv", "nodenv", "asdf"],
        subcommand: Some("exec"),
        ..WrapperSyntax::DEFAULT
    },
];

/// The index of the program that is finally run, and the wrappers before it.
pub(super) fn skip_wrappers(arguments: &[InvocationArgument]) -> (usize, Vec<WrapperProgram>) {
    let (mut at, mut wrappers) = (0, Vec::new());
    while let Some(argument) = arguments.get(at) {
        let Some(name) = program::program_called_by_word(argument).map(strip_system_directory) else { break };
        let rest = arguments.get(at + 1..).unwrap_or_default();
        let next = if is_python(&name) {
            module_argument(rest)
        } else {
            let of_manager = managers::manager_of_program(&name).and_then(|manager| manager.runs.as_ref());
            let listed = WRAPPERS.iter().filter(|row| row.names.contains(&name.as_str()));
            listed.chain(of_manager).find_map(|row| row.program(rest))
        };
        let Some(next) = next.map(|next| at + 1 + next) else { break };
        if arguments.get(next).and_then(program::program_called_by_word).is_none() {
            break;
        }
        wrappers.push(WrapperProgram { name, at: argument.at });
        at = next;
    }
    (at, wrappers)
}

/// The name of a wrapper without its directory, if images install it in arbitrary directories.
fn strip_system_directory(name: String) -> String {
    let base = base_name(&name);
    let is_anywhere = WRAPPERS.iter().any(|row| row.anywhere && row.names.contains(&base));
    if is_anywhere { base.to_string() } else { name }
}

/// `python -m pip`: the module is the program.
fn module_argument(arguments: &[InvocationArgument]) -> Option<usize> {
    let mut words = arguments.iter().map(|argument| argument.word.text.as_str()).enumerate();
    let text = |at: usize| arguments.get(at).map(|argument| argument.word.text.as_str());
    while let Some((at, word)) = words.next() {
        match word {
            "-m" => {
                return text(at + 1)
                    .filter(|module| managers::manager_of_module(module).is_some())
                    .map(|_| at + 1);
            }
            "-W" | "-X" => {
                words.next();
            }
            // A group of options such as `-Im`.
            _ if is_option_cluster(word) && word.ends_with('m') => {
                return text(at + 1)
                    .filter(|module| managers::manager_of_module(module).is_some())
                    .map(|_| at + 1);
            }
            _ if word.starts_with('-') && !word.starts_with("-c") => {}
            _ => return None,
        }
    }
    None
}

fn is_option_cluster(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|letters| letters.chars().all(|c| c.is_ascii_alphabetic()))
}

fn option_is_listed(options: &str, name: &str) -> bool {
    options.split_whitespace().any(|option| option == name)
}

impl WrapperSyntax {
    /// Which of the words after the wrapper is the program.
    fn program(&self, arguments: &[InvocationArgument]) -> Option<usize> {
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
                required |= option.is_some_and(|option| option_is_listed(self.requires, option));
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

    /// The option in this word that has a value, if there is one, and whether the value is the next word. `None` if
    /// the option makes the wrapper run no program.
    fn option<'w>(&self, word: &'w str) -> Option<(Option<&'w str>, bool)> {
        if let Some(long) = word.strip_prefix("--") {
            let (name, has_value) = long.split_once('=').map_or((long, false), |(name, _)| (name, true));
            return (!option_is_listed(self.without, name))
                .then(|| (Some(name), !has_value && option_is_listed(self.valued, name)));
        }
        let letters = word.get(1..).unwrap_or_default();
        for (at, letter) in letters.char_indices() {
            let end = at + letter.len_utf8();
            let name = letters.get(at..end)?;
            if option_is_listed(self.without, name) {
                return None;
            }
            if option_is_listed(self.valued, name) {
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
