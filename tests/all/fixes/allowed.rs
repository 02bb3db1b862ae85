//! [`AllowedChanges`]: whether the [`declared`](super::declared) changes cover a difference.

use std::collections::BTreeMap;

use super::build_steps::{Step, StepKind};
use super::declared::{Change, DECLARED, SYSTEM};
use super::names::{LIBRARIES, MANIFESTS};
use super::words::{dollars, is_version, renamed_package};

use Change::*;

/// All changes that fixes of some rules may make.
pub(super) struct AllowedChanges {
    changes: Vec<Change>,
    /// Those that concern the spelling of words: every pair of words of two steps is compared.
    spellings: Vec<Change>,
}

impl AllowedChanges {
    pub(super) fn by(codes: &[&str]) -> Self {
        let of = |code: &&str| DECLARED.iter().find(|(known, _)| known == code).map(|(_, changes)| *changes);
        let changes: Vec<Change> = codes.iter().filter_map(of).flatten().copied().collect();
        let is_spelling = |change: &&Change| {
            matches!(change, Quotes | Dollars | BlankLines | RenamesPackages | LosesLetter(_) | Renames(_, _))
        };
        let spellings = changes.iter().filter(is_spelling).copied().collect();
        Self { changes, spellings }
    }

    fn any(&self, is: impl Fn(&Change) -> bool) -> bool {
        self.changes.iter().any(is)
    }

    pub(super) fn new_stage(&self) -> bool {
        self.any(|change| matches!(change, NewStage))
    }

    pub(super) fn may_copy_later(&self) -> bool {
        self.any(|change| matches!(change, FilesLater))
    }

    /// The name that marks the base of a stage after which a new stage is inserted.
    pub(super) fn named(base: &str) -> String {
        if base.ends_with(" as ") { format!("{base}build") } else { base.to_string() }
    }

    pub(super) fn base(&self, old: &str, new: &str) -> bool {
        let own = || {
            let is =
                |word: &&str| word.starts_with("$TARGETPLATFORM") || word.starts_with("${TARGETPLATFORM");
            let rest: Vec<&str> = old.split(' ').filter(|word| !is(word)).collect();
            rest.join(" ") == new
        };
        old == new || (self.any(|change| matches!(change, OwnPlatform)) && own())
    }

    /// The first difference between two configurations that is not allowed.
    pub(super) fn config_difference(
        &self,
        old: &BTreeMap<String, String>,
        new: &BTreeMap<String, String>,
    ) -> Option<String> {
        let wrong = |key: &&String| {
            let (before, after) = (old.get(*key), new.get(*key));
            before != after && !self.config(key, old, new)
        };
        let key = old.keys().chain(new.keys()).find(wrong)?;
        Some(format!("`{key}` is {:?} instead of {:?}", new.get(key), old.get(key)))
    }

    /// Whether this part of the configuration may differ.
    fn config(&self, key: &str, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> bool {
        const AUTHOR: &str = "maintainer";
        const AUTHORS: &str = "label org.opencontainers.image.authors";
        let same_author = || match (before.get(AUTHOR), after.get(AUTHORS)) {
            (Some(old), Some(new)) => new == old || new.starts_with(&format!("{old} [")),
            _ => false,
        };
        self.any(|change| match (change, before.get(key), after.get(key)) {
            (ConfigGone(start), Some(_), None) | (ConfigNew(start), None, Some(_)) => key.starts_with(start),
            (Author, Some(_), None) => key == AUTHOR && same_author(),
            (Author, None, Some(_)) => key == AUTHORS && same_author(),
            (ExecForm, Some(old), Some(new)) => {
                let words: Vec<String> = serde_json::from_str(new.trim()).unwrap_or_default();
                let old = old.trim().replace(['"', '\''], "");
                // In exec form, an entrypoint gets the words of the CMD, too.
                let is_alone = key == "cmd" || (key == "entrypoint" && !before.contains_key("cmd"));
                is_alone && words.join(" ") == old
            }
            (IntendedArray, Some(old), Some(new)) => {
                let words = |text: &str| text.replace(['"', '\'', '[', ']', ',', ' ', '\\'], "");
                new.contains(']') && words(old) == words(new)
            }
            // The last stage has only the variables that it needs.
            (NewStage, Some(_), None) => key.starts_with("arg ") || key.starts_with("env "),
            _ => false,
        })
    }

    pub(super) fn kind(&self, old: StepKind, new: StepKind) -> bool {
        let add = old == StepKind::Add && new == StepKind::Copy;
        old == new || (add && self.any(|change| matches!(change, AddIsCopy)))
    }

    /// Whether one word may be another spelling of the other.
    pub(super) fn may_respell(&self, old: &str, new: &str) -> bool {
        let bare = |text: &str| text.replace('"', "");
        let quotes = |text: &str| text.matches('"').count();
        let has_dollars = self.spellings.iter().any(|change| matches!(change, Dollars));
        let spelt = || if has_dollars { dollars(old) } else { old.to_string() };
        old == new
            || self.spellings.iter().any(|change| match change {
                Quotes => quotes(new) > quotes(old) && bare(&spelt()) == bare(new),
                Dollars => spelt() == new,
                // In quotes, a line that the builder removes is blank here.
                BlankLines => old.split_whitespace().eq(new.split_whitespace()),
                RenamesPackages => renamed_package(old).iter().any(|name| name == new),
                LosesLetter(letter) => old.starts_with('-') && old.replacen(*letter, "", 1) == new,
                Renames(from, to) => {
                    let directory = |path: &str, name: &str| {
                        let directory =
                            path.strip_suffix(name).filter(|it| it.is_empty() || it.ends_with('/'));
                        directory.map(str::to_string)
                    };
                    directory(old, from).is_some_and(|old| directory(new, to) == Some(old))
                }
                _ => false,
            })
    }

    pub(super) fn may_gain_word(&self, step: &Step, word: &str) -> bool {
        let name = step.program.as_str();
        self.any(|change| match change {
            Gains(programs, words) => contains_program(programs, name) && words.contains(&word),
            Regroups(programs) => contains_program(programs, name) && !word.starts_with('-'),
            Folds(_, flag) => is_copy(step) && word.starts_with(flag),
            _ => false,
        })
    }

    /// Whether this variable may be added to the command.
    pub(super) fn may_gain_assignment(&self, step: &Step, assignment: &str) -> bool {
        self.any(|change| {
            matches!(change, Assigns(programs, value) if contains_program(programs, &step.program) && assignment.starts_with(value))
        })
    }

    pub(super) fn may_lose_word(&self, step: &Step, word: &str) -> bool {
        let name = step.program.as_str();
        self.any(|change| match change {
            Loses(programs, words) => {
                let wraps = || step.words.iter().any(|own| programs.contains(&own.as_str()));
                (contains_program(programs, name) || wraps())
                    && (words.contains(&word) || (words == &["?"] && word.starts_with('/')))
            }
            Regroups(programs) => contains_program(programs, name) && !word.starts_with('-'),
            Repeats(programs) => {
                let is_repeated = |other: &&String| {
                    let is_version = |rest: &str| contains_program(SYSTEM, name) && is_version(name, rest);
                    other.strip_prefix(word).is_some_and(|rest| rest.is_empty() || is_version(rest))
                };
                contains_program(programs, name) && step.words.iter().filter(is_repeated).count() > 1
            }
            _ => false,
        })
    }

    pub(super) fn stops_at_errors(&self) -> bool {
        self.any(|change| matches!(change, StopsAtErrors))
    }

    pub(super) fn declares_any_change(&self) -> bool {
        self.any(|change| matches!(change, Declares))
    }

    pub(super) fn may_be_added(&self, step: &Step) -> bool {
        self.any(|change| match change {
            New(words) => {
                step.kind == StepKind::Command
                    && (step.lead.ends_with("&&")
                        || step.lead == "\n"
                        || step.lead.starts_with("RUN")
                        || (step.strict && step.lead == ";"))
                    && matches(step, words)
            }
            NewElse(words) => step.kind == StepKind::Command && step.lead == "||" && matches(step, words),
            StopsAtErrors => step.kind == StepKind::Command && step.lead == "RUN" && matches(step, "set -e"),
            CdIsWorkdir => step.kind == StepKind::Workdir,
            Manifests => step.kind == StepKind::Copy && copies_manifests(step),
            _ => false,
        })
    }

    pub(super) fn may_be_removed(&self, step: &Step) -> bool {
        self.any(|change| match change {
            Gone(words) => step.kind == StepKind::Command && matches(step, words),
            Folds(program, _) => step.kind == StepKind::Command && step.program == *program,
            Mounts => step.kind == StepKind::Copy,
            _ => false,
        })
    }

    /// Whether commands may move.
    pub(super) fn moves_commands(&self) -> bool {
        self.any(|change| matches!(change, Moves(_)))
    }

    pub(super) fn may_move(&self, step: &Step) -> bool {
        let name = step.program.as_str();
        step.kind == StepKind::Command
            && self.any(|change| matches!(change, Moves(programs) if contains_program(programs, name)))
    }

    /// Whether the command may be run in another directory.
    pub(super) fn may_run_in_other_directory(&self, step: &Step) -> bool {
        let anywhere = |word: &String| word.starts_with(['-', '/']);
        self.any(|change| matches!(change, AnyDirectory))
            && step.rest.is_empty()
            && (contains_program(SYSTEM, &step.program) || step.words.iter().skip(1).all(anywhere))
    }

    /// Whether the command may be run with another value of the variable.
    pub(super) fn may_run_with_other_value(&self, name: &str, step: &Step) -> bool {
        const READ: [&str; 9] =
            ["PATH", "LD_", "DEBIAN_", "DEBCONF_", "APT_", "ACCEPT_EULA", "LANG", "LC_", "TERM"];
        let program = step.program.as_str();
        !READ.iter().any(|read| name.starts_with(read))
            && !name.to_lowercase().ends_with("_proxy")
            && self.any(
                |change| matches!(change, PassesSettings(programs) if contains_program(programs, program)),
            )
    }

    pub(super) fn may_set_later(&self, name: &str, config: &BTreeMap<String, String>) -> bool {
        config.contains_key(&format!("arg {name}")) && self.any(|change| matches!(change, ArgLater))
    }

    pub(super) fn flag(&self, flag: &str) -> bool {
        self.any(|change| matches!(change, RunFlag(start) if flag.starts_with(start)))
    }

    /// Whether the text before a command is the same, except for brackets and quotes.
    pub(super) fn lead(&self, old: &str, new: &str) -> bool {
        let splits = old == "&&" && new == "RUN" && self.any(|change| matches!(change, Splits));
        let half = |text: &str| text.replace("$(", "`").replace(')', "`");
        let dollars = self.any(|change| matches!(change, Dollars)) && half(old) == half(new);
        splits || dollars || self.may_respell(&self.without_groups(old), &self.without_groups(new))
    }

    /// Whether the RUN no longer has a shell, and its only command needs none; `lead`: the text before the old
    /// command. Quotes are part of the values of words; a word that the shell expands contains one of the other
    /// characters.
    pub(super) fn runs_directly(&self, lead: &str, old: &Step, new: &Step) -> bool {
        (lead, new.lead.as_str()) == ("RUN", "RUN [")
            && old.rest.is_empty()
            && old.tail.trim().is_empty()
            && !old.words.iter().any(|word| word.contains(['$', '`', '*', '?', '[', '{', '~', '\\', '§']))
            && self.any(|change| matches!(change, RunExecForm))
    }

    /// Whether the first command of a RUN may follow an inserted one with `&&`.
    pub(super) fn may_follow_inserted(&self, old: &str, new: &str) -> bool {
        let (old, new) = (self.without_groups(old), self.without_groups(new));
        let rest = old.strip_prefix("RUN").map(|rest| format!("&& {}", rest.trim()));
        rest.is_some_and(|rest| self.may_respell(rest.trim(), &new))
    }

    pub(super) fn may_be_joined(&self, old: &str, new: &str) -> bool {
        self.any(|change| matches!(change, Joins)) && self.may_follow_inserted(old, new)
    }

    pub(super) fn tail(&self, tail: &str) -> String {
        let mut tail = self.without_groups(tail);
        // The text of a script that another program reads.
        if self.stops_at_errors() {
            tail = tail.trim_start_matches("set -e\n").to_string();
        }
        if self.any(|change| matches!(change, NewElse("exit"))) {
            tail = tail.replace(" || exit", "");
        }
        // Backticks that are closed after the last command.
        if self.any(|change| matches!(change, Dollars)) { tail.replace(')', "`") } else { tail }
    }

    fn without_groups(&self, text: &str) -> String {
        if !self.any(|change| matches!(change, Groups)) {
            return text.to_string();
        }
        let text = text.replace(['(', ')', '{', '}'], "");
        let words: Vec<&str> = text.trim().trim_start_matches([';', ' ']).split_whitespace().collect();
        words.join(" ")
    }

    /// Whether a word that a call lost must be in another call of the program.
    pub(super) fn must_reappear(&self, name: &str, word: &str) -> bool {
        !word.starts_with('-')
            && !["install", "add", "update", "clean", "all", name].contains(&word)
            && self.any(|change| matches!(change, Regroups(programs) if contains_program(programs, name)))
            && !self.any(|change| matches!(change, Loses(programs, words) if (contains_program(programs, name) || programs.contains(&word)) && words.contains(&word)))
    }

    /// Whether packages may be named in another call of the program.
    pub(super) fn may_move_between_calls(&self, program: &str) -> bool {
        self.any(|change| matches!(change, Regroups(programs) if contains_program(programs, program)))
    }

    /// Whether a package that one program installed may be installed by the other.
    pub(crate) fn may_install(&self, old: &str, new: &str) -> bool {
        let are_managers = SYSTEM.contains(&old) && SYSTEM.contains(&new);
        old == new || (are_managers && self.any(|change| matches!(change, OtherManager)))
    }

    /// Whether a word that a call got must be from another call of the program.
    pub(super) fn must_be_known(&self, name: &str, word: &str) -> bool {
        let given = |change: &Change| matches!(change, Gains(programs, words) if contains_program(programs, name) && words.contains(&word));
        self.must_reappear(name, word)
            && !self.any(given)
            && !(name == "apk" && (LIBRARIES.contains(&word) || ["del", ".build-deps"].contains(&word)))
    }

    /// Whether the source of a COPY is in a bind mount of one of these RUNs.
    pub(super) fn is_mounted(copy: &Step, runs: &[Step]) -> bool {
        let Some((_, sources)) = copy.words.split_last() else { return false };
        let mount = |source: &String| format!("--mount=type=bind,source={source},target=/");
        let has = |source: &String| {
            runs.iter().any(|run| run.flags.iter().any(|flag| flag.starts_with(&mount(source))))
        };
        sources.iter().all(has)
    }

    /// Whether the command was replaced by a flag, which is allowed for some commands.
    pub(super) fn is_folded(&self, step: &Step, gained: &[(String, String)]) -> bool {
        let Some(flag) = self.changes.iter().find_map(|change| match change {
            Folds(program, flag) if step.program == *program => Some(flag),
            _ => None,
        }) else {
            return true;
        };
        let value = step.words.iter().skip(1).find(|word| !word.starts_with('-'));
        value.is_some_and(|value| {
            let is = |word: &str| word == format!("{flag}{value}") || word == format!("{flag}{value}:0");
            gained.iter().any(|(_, word)| is(word))
        })
    }
}

/// Whether the program is one of these; a version may follow the names of some.
fn contains_program(programs: &[&str], name: &str) -> bool {
    // A program in a virtual environment is the same.
    let name = name.rsplit_once("bin/").map_or(name, |(_, name)| name);
    let versioned = |base: &str| {
        let rest = name.strip_prefix(base);
        rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte)))
    };
    programs.iter().any(|one| *one == name || (matches!(*one, "pip" | "python") && versioned(one)))
}

fn is_copy(step: &Step) -> bool {
    matches!(step.kind, StepKind::Copy | StepKind::Add)
}

/// Whether the words of a command match a pattern: `?` is any one word, `…` any number.
fn matches(step: &Step, pattern: &str) -> bool {
    let mut words = step.words.iter().map(String::as_str).peekable();
    let mut pattern = pattern.split(' ').peekable();
    while let Some(part) = pattern.next() {
        if part == "…" {
            let Some(next) = pattern.peek() else { return true };
            while words.peek().is_some_and(|word| word != next) {
                words.next();
            }
        } else if !words.next().is_some_and(|word| part == "?" || part == word) {
            return false;
        }
    }
    words.next().is_none() && step.rest.is_empty()
}

/// Whether each source of a COPY is a manifest of a project.
fn copies_manifests(step: &Step) -> bool {
    let sources = step.words.iter().filter(|word| !word.starts_with("--"));
    let sources: Vec<&String> = sources.collect();
    let Some((_, sources)) = sources.split_last() else { return false };
    sources.iter().all(|source| {
        let name = source.rsplit('/').next().unwrap_or_default();
        MANIFESTS.contains(&name) || name.ends_with(".txt") || name.ends_with(".csproj")
    })
}
