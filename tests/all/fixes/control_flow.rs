//! Whether a command that ran only if the one before it succeeded, or failed, still does. The commands that two texts
//! run are compared for many outcomes. A removed command is assumed to have succeeded. A new clean-up succeeds only
//! after a command of the program whose files it removes: if the program is missing or only runs in another branch,
//! the build must not fail because of the fix.

use std::collections::{HashMap, HashSet};

use super::allowed::AllowedChanges;
use super::build_steps::{self, Stage, Step};
use super::flow::{CommandFlow, FlowConnector, scripts};
use super::same_build::kept_steps;
use super::updates::{RemovedUpdate, find_removed_updates};

/// The number of random outcomes, in addition to single failures.
const AT_RANDOM: u64 = 60;
/// The maximum number of commands of a stage that fail alone.
const ALONE: usize = 150;

/// The first outcome in which the new text runs other commands or ends differently.
pub(super) fn difference(old: &[u8], new: &[u8], made: &[&str]) -> Option<String> {
    let allowed = AllowedChanges::by(made);
    let (old, new) = (build_steps::stages(old), build_steps::stages(new));
    old.iter().zip(&new).enumerate().find_map(|(at, (before, after))| {
        let found = stage_difference(&allowed, before, after)?;
        Some(format!("in stage {at}, {found}"))
    })
}

fn stage_difference(allowed: &AllowedChanges, before: &Stage, after: &Stage) -> Option<String> {
    let (old, new) = (scripts(&before.steps), scripts(&after.steps));
    let understood = |scripts: &[Option<CommandFlow<'_>>]| scripts.iter().all(Option::is_some);
    match (understood(&old), understood(&new)) {
        (true, true) => {}
        (true, false) => return Some("the new commands have a structure that is not understood".to_string()),
        // Scripts with unknown structure can only be compared as a whole.
        (false, _) => return None,
    }
    let (old, new): (Vec<CommandFlow<'_>>, Vec<CommandFlow<'_>>) =
        (old.into_iter().flatten().collect(), new.into_iter().flatten().collect());
    let pairs = kept_steps(allowed, before, after);
    let mut ids: HashMap<*const Step, usize> = HashMap::new();
    for (id, (a, b)) in pairs.iter().enumerate() {
        ids.insert(std::ptr::from_ref(*a), id);
        ids.insert(std::ptr::from_ref(*b), id);
    }
    let programs: HashSet<&str> = pairs.iter().map(|(old, _)| old.program.as_str()).collect();
    let mut programs: Vec<&str> = programs.into_iter().collect();
    programs.sort_unstable();
    let updates = find_removed_updates(allowed, before, &pairs, &ids);
    let network = (0..updates.len()).map(FailingCommands::Update);
    let alone = (0..pairs.len().min(ALONE)).map(FailingCommands::One);
    let missing = programs.into_iter().map(FailingCommands::Program);
    let outcomes = [FailingCommands::None].into_iter().chain(alone).chain(missing);
    for failing in outcomes.chain(network).chain((0..AT_RANDOM).map(FailingCommands::Random)) {
        let outcome = Outcome { failing, ids: &ids, pairs: &pairs, updates: &updates };
        let (first, second) = (build(&old, &outcome, false), build(&new, &outcome, true));
        if second.stopped_early {
            continue;
        }
        if let FailingCommands::Update(at) = failing {
            if !first.success && second.success {
                let program = updates.get(at).map_or("", |update| update.step.program.as_str());
                return Some(format!("if `{program} update` fails, the build no longer does"));
            }
            continue;
        }
        let same_trace = if allowed.moves_commands() {
            let sorted = |trace: &[(usize, bool)]| {
                let mut trace = trace.to_vec();
                trace.sort_unstable();
                trace
            };
            !first.success || sorted(&first.trace) == sorted(&second.trace)
        } else {
            first.trace == second.trace
        };
        if first.success == second.success && same_trace {
            continue;
        }
        // The build now ends where a command fails.
        if allowed.stops_at_errors() && !second.success && first.trace.starts_with(&second.trace) {
            continue;
        }
        let names = |built: &BuildRun| {
            let names = built.trace.iter().filter_map(|(id, _)| Some(pairs.get(*id)?.0.words.join(" ")));
            format!(
                "{} then {}",
                names.collect::<Vec<_>>().join(", "),
                if built.success { "success" } else { "failure" }
            )
        };
        return Some(format!("if {failing:?} fails, [{}] becomes [{}]", names(&first), names(&second)));
    }
    None
}

/// The commands that fail.
#[derive(Debug, Clone, Copy)]
enum FailingCommands<'f> {
    None,
    One(usize),
    /// Every call of the program, as if it were missing.
    Program(&'f str),
    /// A removed update, and later calls of its program.
    Update(usize),
    Random(u64),
}

struct Outcome<'o> {
    failing: FailingCommands<'o>,
    updates: &'o [RemovedUpdate<'o>],
    /// The IDs of the commands of both texts; paired commands have the same ID.
    ids: &'o HashMap<*const Step, usize>,
    pairs: &'o [(&'o Step, &'o Step)],
}

impl Outcome<'_> {
    fn succeeds(&self, id: usize) -> bool {
        match self.failing {
            FailingCommands::None => true,
            FailingCommands::One(other) => id != other,
            // By the old name, because a fix may change it.
            FailingCommands::Program(program) => {
                self.pairs.get(id).is_none_or(|(old, _)| old.program != program)
            }
            FailingCommands::Update(at) => {
                self.updates.get(at).is_none_or(|update| !update.later.contains(&id))
            }
            FailingCommands::Random(seed) => !hash(seed, &id.to_string()).is_multiple_of(3),
        }
    }

    fn analyze_text(&self, text: &str) -> u64 {
        match self.failing {
            FailingCommands::Random(seed) => hash(seed, text),
            FailingCommands::One(id) => hash(id as u64, text),
            _ => 0,
        }
    }
}

fn hash(seed: u64, text: &str) -> u64 {
    let start = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xcbf2_9ce4_8422_2325;
    let sum = text.bytes().fold(start, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    sum ^ (sum >> 29)
}

/// The result of building a stage.
struct BuildRun {
    /// The commands that ran, and whether in the background.
    trace: Vec<(usize, bool)>,
    success: bool,
    /// A new `exit` ended a RUN, as intended.
    stopped_early: bool,
}

fn build(scripts: &[CommandFlow<'_>], outcome: &Outcome<'_>, new: bool) -> BuildRun {
    let mut built = BuildRun { trace: Vec::new(), success: true, stopped_early: false };
    for script in scripts {
        let mut shell = Shell {
            outcome,
            new,
            built: &mut built,
            errexit: false,
            pipefail: false,
            functions: HashMap::new(),
            worked: HashSet::new(),
            depth: 0,
            background: false,
            status: true,
        };
        shell.start(script);
        let success = shell.run(script, false).unwrap_or_else(|end| end.0);
        if !success {
            built.success = false;
            break;
        }
    }
    built
}

/// The end of a shell, with its status.
struct ShellEnd(bool);

#[expect(clippy::struct_excessive_bools, reason = "each is an independent state of the shell")]
struct Shell<'r, 's, 'f> {
    outcome: &'r Outcome<'r>,
    /// Whether this is the new text.
    new: bool,
    built: &'r mut BuildRun,
    errexit: bool,
    pipefail: bool,
    functions: HashMap<&'f str, &'f CommandFlow<'s>>,
    /// Words of the commands that succeeded.
    worked: HashSet<&'s str>,
    depth: usize,
    background: bool,
    status: bool,
}

impl<'s, 'f> Shell<'_, 's, 'f> {
    /// Sets the options of the current SHELL.
    fn start(&mut self, flow: &CommandFlow<'s>) {
        if let Some(step) = flow.first_command() {
            let shell: Vec<&str> = step.state.shell.split(['"', ',', ' ', '[', ']']).collect();
            let option = |word: &&&str| word.starts_with('-') && word.contains('e');
            self.errexit = shell.iter().any(|word| option(&word)) || shell.contains(&"errexit");
            self.pipefail = shell.contains(&"pipefail");
        }
    }

    /// Runs a part and returns its status. `ignored`: `set -e` does not end the shell where it fails.
    fn run(&mut self, flow: &'f CommandFlow<'s>, ignored: bool) -> Result<bool, ShellEnd> {
        let status = match flow {
            CommandFlow::Command(step) => self.command(step, ignored)?,
            CommandFlow::Text(text, inner) => {
                let mut status = true;
                for one in inner {
                    status = self.inside(one, ignored);
                }
                let assigns = text.split(' ').next().is_some_and(|word| {
                    word.split_once('=').is_some_and(|(name, _)| {
                        name.chars().all(|c| c.is_ascii_alphanumeric() || "_+".contains(c))
                    })
                });
                let test = text.starts_with('[') || text.starts_with("((");
                let status =
                    if assigns || !test { status } else { self.outcome.analyze_text(text).is_multiple_of(2) };
                self.checked(status, ignored)?
            }
            CommandFlow::List(elements) => self.list(elements, ignored)?,
            CommandFlow::Not(inner) => !self.run(inner, true)?,
            CommandFlow::Pipe(parts) => {
                let mut all = true;
                let mut last = true;
                for part in parts {
                    last = self.inside(part, true);
                    all &= last;
                }
                self.checked(if self.pipefail { all } else { last }, ignored)?
            }
            CommandFlow::Subshell(inner) => {
                let status = self.inside(inner, ignored);
                self.checked(status, ignored)?
            }
            CommandFlow::Group(inner) => self.run(inner, ignored)?,
            CommandFlow::If(branches, otherwise) => {
                for (condition, body) in branches {
                    if self.run(condition, true)? {
                        return self.run(body, ignored);
                    }
                }
                match otherwise {
                    Some(body) => self.run(body, ignored)?,
                    None => true,
                }
            }
            CommandFlow::Loop(None, body) => self.run(body, ignored)?,
            CommandFlow::Loop(Some((condition, until)), body) => {
                let goes_in = self.run(condition, true)? != *until;
                if goes_in { self.run(body, ignored)? } else { true }
            }
            CommandFlow::Case(word, branches) => {
                let which =
                    usize::try_from(self.outcome.analyze_text(word)).unwrap_or(0) % branches.len().max(1);
                match branches.get(which) {
                    Some(body) => self.run(body, ignored)?,
                    None => true,
                }
            }
            CommandFlow::Function(name, body) => {
                self.functions.insert(name, body);
                true
            }
        };
        self.status = status;
        Ok(status)
    }

    fn list(
        &mut self,
        elements: &'f [(FlowConnector, CommandFlow<'s>)],
        ignored: bool,
    ) -> Result<bool, ShellEnd> {
        let mut status = true;
        for (at, (joint, element)) in elements.iter().enumerate() {
            let next = elements.get(at + 1).map(|(joint, _)| *joint);
            match joint {
                FlowConnector::And if !status => continue,
                FlowConnector::Or if status => continue,
                _ => {}
            }
            let tied = matches!(next, Some(FlowConnector::And | FlowConnector::Or));
            status = if next == Some(FlowConnector::Background) {
                let outer = std::mem::replace(&mut self.background, true);
                self.inside(element, true);
                self.background = outer;
                true
            } else {
                self.run(element, ignored || tied)?
            };
        }
        Ok(status)
    }

    /// Runs a part in a separate shell. Returns whether it succeeds.
    fn inside(&mut self, flow: &'f CommandFlow<'s>, ignored: bool) -> bool {
        let (errexit, pipefail) = (self.errexit, self.pipefail);
        let status = self.run(flow, ignored).unwrap_or_else(|end| end.0);
        (self.errexit, self.pipefail) = (errexit, pipefail);
        status
    }

    fn checked(&self, status: bool, ignored: bool) -> Result<bool, ShellEnd> {
        if !status && self.errexit && !ignored { Err(ShellEnd(false)) } else { Ok(status) }
    }

    fn command(&mut self, step: &'s Step, ignored: bool) -> Result<bool, ShellEnd> {
        let known = self.outcome.ids.get(&std::ptr::from_ref(step)).copied();
        let words: Vec<&str> = step.words.iter().map(String::as_str).collect();
        let function = self.functions.get(step.program.as_str()).copied().filter(|_| self.depth < 8);
        // Commands that always succeed or fail; a fix may remove a word before them.
        let old = known.and_then(|id| self.outcome.pairs.get(id)).map_or(step, |(old, _)| old);
        let fixed = old.words.first().map_or("", |word| word.as_str());
        let status = match (step.program.as_str(), known) {
            _ if function.is_some() => {
                self.depth += 1;
                let status = function.map_or(Ok(true), |body| self.run(body, ignored));
                self.depth -= 1;
                return status;
            }
            ("exit" | "return", _) => {
                let status = match words.get(1) {
                    Some(code) => *code == "0",
                    None => self.status,
                };
                self.built.stopped_early |= known.is_none() && self.new && !status;
                return Err(ShellEnd(status));
            }
            _ if matches!(fixed, "true" | ":") => true,
            _ if fixed == "false" => false,
            ("set", _) => {
                for word in &words {
                    let short =
                        |sign: char| word.starts_with(sign) && word.contains('e') && !word.contains("--");
                    self.errexit = (self.errexit || short('-') || *word == "errexit") && !short('+');
                    self.pipefail |= *word == "pipefail";
                }
                true
            }
            (_, Some(id)) => {
                self.built.trace.push((id, self.background));
                self.outcome.succeeds(id)
            }
            (_, None) => {
                let fails = |at: usize| {
                    self.outcome.updates.get(at).is_some_and(|update| std::ptr::eq(update.step, step))
                };
                (!self.new && !matches!(self.outcome.failing, FailingCommands::Update(at) if fails(at)))
                    || self.new
                        && cleaned_by(step).is_none_or(|any| any.iter().any(|one| self.worked.contains(one)))
            }
        };
        if status {
            self.worked.extend(words.iter().map(|word| word.rsplit('/').next().unwrap_or(word)));
        }
        if words.first() == Some(&"exec") && words.len() > 1 {
            return Err(ShellEnd(status));
        }
        self.checked(status, ignored)
    }
}

/// Programs, one of which must have run before this clean-up; `None` for a command that is not a clean-up.
fn cleaned_by(step: &Step) -> Option<&'static [&'static str]> {
    let has = |part: &str| step.words.iter().any(|word| word.contains(part));
    let program = |names: &'static [&'static str]| Some(names);
    match step.program.as_str() {
        "rm" if has("/var/lib/apt/lists") => program(&["apt-get", "apt", "aptitude"]),
        "rm" if has("gem") => program(&["bundle", "bundler", "gem"]),
        "apk" if has("del") => program(&["apk"]),
        "yum" if has("clean") => program(&["yum"]),
        "dnf" if has("clean") => program(&["dnf", "dnf5"]),
        "microdnf" if has("clean") => program(&["microdnf"]),
        "tdnf" if has("clean") => program(&["tdnf"]),
        "zypper" if has("clean") => program(&["zypper"]),
        "npm" if has("cache") => program(&["npm"]),
        "yarn" if has("cache") => program(&["yarn", "yarnpkg"]),
        "composer" if has("clear-cache") => program(&["composer"]),
        "conda" if has("clean") => program(&["conda", "mamba"]),
        "mamba" if has("clean") => program(&["mamba"]),
        "micromamba" if has("clean") => program(&["micromamba"]),
        _ => None,
    }
}
