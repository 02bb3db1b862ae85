//! [`Stage`]: what a Dockerfile builds, in a form in which two texts can be compared. It does not depend on layout,
//! comments, case or unnecessary quotes.

use std::collections::BTreeMap;
use std::rc::Rc;

use dockwright::semantic::convert::port::PortSpec;
use dockwright::semantic::scope::{ScopeId, VariableOrigin};
use dockwright::semantic::{
    Run, Semantics, StageBaseKind, View, mentioned_variables, parse_settings, shell_span, text_argument,
};
use dockwright::shell::{self, CommandPlace, ParseOutcome};
use dockwright::syntax::{self, Arguments, CommandLine, Instruction, Kind};

use super::run_steps::Reader;

/// A stage: its base, its steps, and the configuration at its end.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub base: String,
    pub steps: Vec<Step>,
    /// By name: `cmd`, `env PATH`, `label a`. It includes what the stage inherits from another stage of the file.
    pub config: BTreeMap<String, String>,
}

impl Stage {
    /// The first step that does more than copy files from the previous stage.
    pub(super) fn work_besides_copies(&self) -> Option<String> {
        let is_copy = |step: &&Step| match step.kind {
            StepKind::Copy => step.words.first().is_some_and(|word| word.starts_with("--from=")),
            kind => kind == StepKind::Workdir,
        };
        self.steps.iter().find(|step| !is_copy(step)).map(|step| format!("the new stage does {step}"))
    }
}

/// A simple command of a RUN, or an instruction that changes files.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub kind: StepKind,
    /// The program that is run, after `exec`, `command` and similar programs.
    pub program: String,
    /// The words of a command; flags, sources and destination of COPY and ADD; the path of WORKDIR.
    pub words: Vec<String>,
    /// Assignments and redirections of a command.
    pub rest: Vec<String>,
    /// The text before a command: `RUN` for the first one of a RUN, `&&`, `; then`.
    pub lead: String,
    /// The text after the last command of a RUN.
    pub tail: String,
    /// Whether its RUN begins with `set -e`, so that `;` has the effect of `&&`.
    pub strict: bool,
    /// The flags of the RUN.
    pub flags: Rc<Vec<String>>,
    pub state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepKind {
    Command,
    /// In a substitution of the command before it.
    Nested,
    Copy,
    Add,
    Workdir,
    /// A RUN without known commands, or an unknown instruction.
    Opaque,
}

/// The state at a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub user: Rc<str>,
    pub directory: Rc<str>,
    pub shell: Rc<str>,
    pub environment: Rc<BTreeMap<String, String>>,
}

/// The stages of a text.
pub(super) fn stages(source: &[u8]) -> Vec<Stage> {
    let file = syntax::parse(source);
    let semantics = Semantics::new(&file, View::Exact);
    let mut walk = Walk { semantics: &semantics, stages: Vec::new(), ends: Vec::new() };
    for at in 0..semantics.stages.len() {
        walk.stage(at);
    }
    walk.stages
}

struct Walk<'w, 'a> {
    semantics: &'w Semantics<'a>,
    stages: Vec<Stage>,
    /// The state at the end of each stage.
    ends: Vec<State>,
}

impl Walk<'_, '_> {
    fn stage(&mut self, at: usize) {
        let semantics = self.semantics;
        let stage = &semantics.stages[at];
        let parent = match stage.base {
            StageBaseKind::Stage(parent) => Some(parent),
            _ => None,
        };
        let platform = stage.platform().map_or("", |word| word.text.as_ref());
        let image = self.valued(&stage.image_word.text, semantics.build.global);
        let base = match parent {
            Some(parent) => format!("stage {parent} {platform}"),
            None => format!("{image} {platform}"),
        };
        let name = stage.name.map(|name| name.text.to_lowercase()).unwrap_or_default();
        let mut new = Stage {
            base: format!("{} as {name}", base.trim()),
            steps: Vec::new(),
            config: parent.map(|parent| self.stages[parent].config.clone()).unwrap_or_default(),
        };
        let mut state = parent.map_or_else(
            || State { user: "".into(), directory: "?".into(), shell: "".into(), environment: Rc::default() },
            |parent| self.ends[parent].clone(),
        );
        let inside =
            |one: &&Instruction<'_>| stage.span.start < one.span.start && one.span.start < stage.span.end;
        for instruction in semantics.file.instructions().filter(inside) {
            let scope = semantics.build.scopes.scope_before(instruction.span.start);
            state.environment = self.environment(scope);
            self.instruction(instruction, scope, &mut state, &mut new);
        }
        let end = semantics.build.stages.get(at).map_or(ScopeId::EMPTY, |stage| stage.end);
        for (name, binding) in semantics.build.scopes.names(end) {
            if binding.origin == VariableOrigin::Env {
                let value = binding.value.as_deref().unwrap_or_default();
                new.config.insert(format!("env {name}"), format!("{value} {}", binding.known));
            }
        }
        for (name, value) in [("user", &state.user), ("workdir", &state.directory), ("shell", &state.shell)] {
            new.config.insert(name.to_string(), value.to_string());
        }
        self.stages.push(new);
        self.ends.push(state);
    }

    /// The value of each current variable, from any source.
    fn environment(&self, scope: ScopeId) -> Rc<BTreeMap<String, String>> {
        let scopes = &self.semantics.build.scopes;
        let variables = scopes.names(scope).filter(|(_, binding)| binding.origin != VariableOrigin::Builder);
        let values = variables.filter_map(|(name, binding)| {
            Some((name.to_string(), format!("{} {}", binding.value.as_deref()?, binding.known)))
        });
        Rc::new(values.collect())
    }

    /// The text, with the values of the variables that occur in it.
    fn valued(&self, text: &str, scope: ScopeId) -> String {
        let mut valued = text.to_string();
        for name in mentioned_variables(text) {
            let binding = self.semantics.build.scopes.get(scope, name);
            let value = binding.map(|binding| (binding.value.as_deref(), binding.known));
            valued += &format!(" [{name} is {value:?}]");
        }
        valued
    }

    fn instruction(
        &self,
        instruction: &Instruction<'_>,
        scope: ScopeId,
        state: &mut State,
        stage: &mut Stage,
    ) {
        let text = |text: &str| self.valued(text, scope);
        let mut set = |key: String, value: String| stage.config.insert(key, value);
        match (instruction.kind, &instruction.arguments) {
            (Kind::Run, _) => stage.steps.extend(self.run(instruction, state)),
            (Kind::Copy | Kind::Add, Arguments::Paths(paths)) => {
                let mut words: Vec<String> =
                    instruction.flags.iter().map(|flag| text(&flag_text(flag))).collect();
                words.sort();
                for source in &paths.sources {
                    words.push(text(&source.word().text));
                }
                for heredoc in &instruction.heredocs {
                    let body = String::from_utf8_lossy(heredoc.body.bytes(self.semantics.file.source));
                    words.push(text(&body.replace("\r\n", "\n")));
                }
                let into = paths.destination.as_ref().map_or("", |word| word.text.as_ref());
                words.push(text(&entered(&state.directory, into)));
                let kind = if instruction.kind == Kind::Add { StepKind::Add } else { StepKind::Copy };
                stage.steps.push(Step::new(kind, words, state));
            }
            (Kind::Workdir, Arguments::Text(_)) => {
                let path = text_argument(self.semantics.file, instruction, View::Exact);
                state.directory = entered(&state.directory, &text(&path)).trim_end_matches('/').into();
                let words = vec![state.directory.to_string()];
                stage.steps.push(Step::new(StepKind::Workdir, words, state));
            }
            (Kind::User, Arguments::Text(_)) => {
                state.user = text(&text_argument(self.semantics.file, instruction, View::Exact)).into();
            }
            (Kind::Shell, Arguments::Command(line)) => state.shell = command_line(line).into(),
            (Kind::Cmd | Kind::Entrypoint, Arguments::Command(line)) => {
                let shell = match line {
                    CommandLine::Exec { .. } => "",
                    CommandLine::Shell(_) => &state.shell,
                };
                let key = if instruction.kind == Kind::Cmd { "cmd" } else { "entrypoint" };
                set(key.to_string(), format!("{} {shell}", command_line(line)));
            }
            (Kind::Healthcheck, Arguments::Healthcheck(check)) => {
                let flags: Vec<String> = instruction.flags.iter().map(flag_text).collect();
                let command = check.command.as_ref().map(command_line);
                set("healthcheck".to_string(), format!("{flags:?} {command:?} {}", state.shell));
            }
            (Kind::Env, _) => {}
            (Kind::Label, _) => {
                for pair in parse_settings(self.semantics.file, instruction, View::Exact) {
                    set(format!("label {}", text(&pair.key)), text(&pair.value));
                }
            }
            (Kind::Arg, Arguments::Declarations(declared)) => {
                for one in declared {
                    let default = one.default.as_ref().map(|default| text(&default.text));
                    set(format!("arg {}", one.name.text), format!("{default:?}"));
                }
            }
            (Kind::Expose, Arguments::List { words, .. }) => {
                for word in words {
                    let port = PortSpec::new(&word.text);
                    let protocol = port.protocol.to_lowercase();
                    let protocol = if protocol.is_empty() { "tcp" } else { &protocol };
                    set(text(&format!("expose {}/{protocol}", port.container)), String::new());
                }
            }
            (Kind::Volume, Arguments::List { words, .. }) => {
                for word in words {
                    set(text(&format!("volume {}", word.text)), String::new());
                }
            }
            (Kind::Maintainer, Arguments::Text(word)) => {
                set("maintainer".to_string(), word.text.to_string());
            }
            (Kind::Stopsignal, Arguments::Text(word)) => {
                set("stopsignal".to_string(), text(&word.text));
            }
            (Kind::Onbuild, Arguments::Onbuild(inner)) => {
                let number = stage.config.keys().filter(|key| key.starts_with("onbuild")).count();
                let words = format!("{:?} {}", inner.kind, blanks_joined(&inner.rest.text));
                stage.config.insert(format!("onbuild {number:05}"), words);
            }
            _ => {
                let words = vec![format!("{:?}", instruction.kind), instruction.rest.text.to_string()];
                stage.steps.push(Step::new(StepKind::Opaque, words, state));
            }
        }
    }

    fn run(&self, instruction: &Instruction<'_>, state: &State) -> Vec<Step> {
        let flags: Rc<Vec<String>> = Rc::new(instruction.flags.iter().map(flag_text).collect());
        let runs = &self.semantics.runs;
        let run = runs.iter().find(|run| std::ptr::eq(run.instruction, instruction));
        let unread = |run: &&Run<'_>| {
            run.script.commands.is_empty() || !matches!(run.script.reading, ParseOutcome::Complete)
        };
        let Some(run) = run.filter(|run| !unread(run)) else {
            let words = vec!["RUN".to_string(), blanks_joined(&instruction.rest.text)];
            return vec![Step { flags, ..Step::new(StepKind::Opaque, words, state) }];
        };
        match &instruction.arguments {
            Arguments::Command(CommandLine::Shell(text)) => {
                let span = shell_span(self.semantics.file.source, instruction, text.span, View::Exact);
                let mut text =
                    shell::mask_continuations(self.semantics.file.source, span, &instruction.continuations);
                for comment in &run.script.comments {
                    let range = comment.start - span.start..comment.end - span.start;
                    let range = range.start as usize..range.end as usize;
                    if text.is_char_boundary(range.start) && text.is_char_boundary(range.end) {
                        text.replace_range(range.clone(), &" ".repeat(range.len()));
                    }
                }
                Reader { text: &text, start: span.start, commands: &run.script.commands }.steps(&flags, state)
            }
            _ => {
                let own = run.script.commands.iter().filter(|command| command.place != CommandPlace::Quoted);
                let words = own.flat_map(|command| &command.words);
                let words = words.map(|word| word.text.clone()).collect();
                let lead = "RUN [".to_string();
                vec![Step { lead, flags, ..Step::new(StepKind::Command, words, state) }]
            }
        }
    }
}

impl Step {
    pub(super) fn new(kind: StepKind, words: Vec<String>, state: &State) -> Self {
        let none = String::new;
        let state = state.clone();
        let program = words.first().cloned().unwrap_or_default();
        Self {
            kind,
            program,
            words,
            rest: Vec::new(),
            lead: none(),
            tail: none(),
            strict: false,
            flags: Rc::default(),
            state,
        }
    }

    /// Whether both do the same at any place.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind && self.words == other.words && self.rest == other.rest
    }

    /// Whether both do the same at the same place of their RUN.
    pub(super) fn is_unchanged_line(&self, other: &Self) -> bool {
        self.is_like(other) && self.lead == other.lead && self.flags == other.flags
    }

    /// Whether it copies files, or makes a directory.
    pub(super) fn is_about_files(&self) -> bool {
        matches!(self.kind, StepKind::Copy | StepKind::Add | StepKind::Workdir)
    }

    /// Whether the name of a variable occurs in it.
    pub(super) fn mentions(&self, name: &str) -> bool {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let texts =
            self.words.iter().chain(&self.rest).chain(self.flags.iter()).chain([&self.lead, &self.tail]);
        texts.flat_map(|text| text.split(|c| !is_word(c))).any(|word| word == name)
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, words, rest, lead, tail, .. } = self;
        write!(f, "{kind:?} `{lead} {} {} {tail}`", words.join(" "), rest.join(" "))
    }
}

/// The text with runs of spaces, and runs of line ends, reduced to one.
pub(super) fn blanks_joined(text: &str) -> String {
    let lines = text.split('\n').map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    if lines.is_empty() && text.contains('\n') { "\n".to_string() } else { lines.join("\n") }
}

fn flag_text(flag: &syntax::Flag<'_>) -> String {
    let value = flag.value.as_ref().map(|value| value.text.as_ref());
    match (flag.name.text.as_ref(), value) {
        // Stages are looked up in lower case.
        ("from", Some(value)) => format!("--from={}", value.to_lowercase()),
        (name, Some(value)) => format!("--{name}={value}"),
        (name, None) => format!("--{name}"),
    }
}

fn command_line(line: &CommandLine<'_>) -> String {
    match line {
        CommandLine::Exec { words, .. } => {
            format!("{:?}", words.iter().map(|word| word.text.as_ref()).collect::<Vec<&str>>())
        }
        CommandLine::Shell(text) => blanks_joined(&text.text),
    }
}

/// A path as seen from a directory, both as written.
pub(super) fn entered(directory: &str, path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    match path {
        _ if path.starts_with(['/', '$']) => path.to_string(),
        "." | "" => directory.to_string(),
        _ => format!("{}/{path}", directory.trim_end_matches('/')),
    }
}
