//! [`ShellState`]: the shell and the variables for ShellCheck.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::name_map::{NameMap, NameMapState};
use super::scope::is_builder_variable;
use super::setting::unquote;
use super::{HadolintPragma, Image, View, mentioned_variables};
use crate::shell::analysis::{KnownNames, is_variable_name};
use crate::syntax::{Arguments, CommandLine, Dockerfile, Instruction, Kind, Node};

/// Docker's default shell, as written in SHELL.
pub(super) const DEFAULT: &str = "/bin/sh -c";

/// The shell and the variables at a RUN.
#[derive(Debug, Clone)]
pub struct ShellState {
    /// The strings of SHELL, joined by spaces, or the value of a `shell=` comment.
    pub shell: Rc<str>,
    variables: VariableState,
    names: Rc<NameMap<'static, ShellName>>,
}

/// The state of a name.
#[derive(Debug, Clone, Copy, Default)]
struct ShellName {
    /// Whether it is an ARG or ENV of the stage so far.
    declared: bool,
    /// Whether the file does not set its value: it is an ARG without a default (here and before the first FROM), or
    /// an ENV with the value of one.
    open: bool,
}

impl ShellState {
    /// Whether it is the name of an ARG or ENV of the stage so far.
    pub fn declares_name(&self, name: &str) -> bool {
        self.get(name).declared
    }

    /// Whether the value comes from outside the file.
    pub fn has_outside_value(&self, name: &str) -> bool {
        self.get(name).open
    }

    fn get(&self, name: &str) -> ShellName {
        self.names.get(self.variables.names, name).copied().unwrap_or_default()
    }

    /// The ARGs and ENVs of the stage so far.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let all = self.names.all_name_bindings(self.variables.names);
        all.filter(|(_, value)| value.is_some_and(|value| value.declared)).map(|(name, _)| name)
    }

    /// The number of these names.
    pub fn name_count(&self) -> usize {
        self.variables.count
    }

    /// Whether one of these names is not valid for a shell variable.
    pub fn has_invalid_name(&self) -> bool {
        self.variables.has_odd_name
    }
}

impl KnownNames for ShellState {
    fn contains_name(&self, name: &str) -> bool {
        self.declares_name(name)
    }

    fn count(&self) -> usize {
        self.name_count()
    }

    fn list(&self) -> Vec<&str> {
        self.names().collect()
    }
}

/// The variables of a [`ShellWalkState`].
#[derive(Debug, Clone, Copy)]
struct VariableState {
    names: NameMapState,
    count: usize,
    has_odd_name: bool,
}

#[derive(Debug, Clone)]
struct ShellWalkState {
    shell: Rc<str>,
    variables: VariableState,
}

impl ShellWalkState {
    fn from_shell(shell: &Rc<str>) -> Self {
        let variables = VariableState { names: NameMapState::EMPTY, count: 0, has_odd_name: false };
        Self { shell: Rc::clone(shell), variables }
    }
}

/// One state for each RUN in shell form, keyed by the offset of its instruction (inside ONBUILD, of the inner
/// one).
pub fn shell_states(file: &Dockerfile<'_>, view: View) -> HashMap<u32, ShellState> {
    let mut states = Vec::new();
    let (mut normal, mut onbuild) = (ShellStateWalk::new(view), ShellStateWalk::new(view));
    for item in &file.items {
        match &item.node {
            Node::Comment(comment) => {
                if let Some(HadolintPragma::Shell(name)) = HadolintPragma::parse(&comment.text) {
                    normal.apply_shell_pragma(name);
                }
            }
            Node::Instruction(outer) => {
                let in_onbuild = matches!(outer.arguments, Arguments::Onbuild(_));
                let (walk, instruction) = match &outer.arguments {
                    Arguments::Onbuild(inner) => (&mut onbuild, inner.as_ref()),
                    _ => (&mut normal, outer.as_ref()),
                };
                walk.apply_instruction(instruction, file.escape);
                if instruction.kind == Kind::Run {
                    states.push((instruction.span.start, in_onbuild, walk.current_state()));
                }
            }
            _ => {}
        }
    }
    let (normal, onbuild) = (Rc::new(normal.names), Rc::new(onbuild.names));
    let with_names = |(start, in_onbuild, state): (u32, bool, ShellWalkState)| {
        let names = Rc::clone(if in_onbuild { &onbuild } else { &normal });
        (start, ShellState { shell: state.shell, variables: state.variables, names })
    };
    states.into_iter().map(with_names).collect()
}

struct ShellStateWalk {
    view: View,
    /// The shell of stages that do not continue another.
    default: Rc<str>,
    docker: Rc<str>,
    /// `None` until the first instruction that changes it; a comment before that applies to the whole file.
    state: Option<ShellWalkState>,
    alias: Option<String>,
    ended: HashMap<String, ShellWalkState>,
    /// ARGs with a default before the first FROM.
    globals: BTreeSet<String>,
    in_stage: bool,
    names: NameMap<'static, ShellName>,
}

impl ShellStateWalk {
    fn new(view: View) -> Self {
        let docker: Rc<str> = DEFAULT.into();
        let default = Rc::clone(&docker);
        Self {
            view,
            default,
            docker,
            state: None,
            alias: None,
            ended: HashMap::new(),
            globals: BTreeSet::new(),
            in_stage: false,
            names: NameMap::default(),
        }
    }

    fn current_state(&self) -> ShellWalkState {
        self.state.clone().unwrap_or_else(|| ShellWalkState::from_shell(&self.default))
    }

    fn apply_shell_pragma(&mut self, name: &str) {
        if let Some(state) = &mut self.state {
            state.shell = name.into();
        } else {
            self.default = name.into();
            self.state = Some(ShellWalkState::from_shell(&self.default));
        }
    }

    fn apply_instruction(&mut self, instruction: &Instruction<'_>, escape: u8) {
        match &instruction.arguments {
            Arguments::From(from) => {
                let image = Image::new(&from.image, self.view);
                let alias = from.alias.as_ref().map(|alias| self.state_key_of_stage(&alias.name.text));
                self.start_stage(&self.state_key_of_stage(image.name()), alias);
            }
            Arguments::Declarations(declared) => {
                for one in declared {
                    self.set_has_value(&one.name.text, one.default.is_some());
                }
                let read = if self.view.first_argument_only { 1 } else { declared.len() };
                self.declare(declared.iter().take(read).map(|one| one.name.text.to_string()));
            }
            Arguments::Pairs { pairs, .. } if instruction.kind == Kind::Env => {
                let view = self.view;
                // All values are read before the first is set.
                let before = self.current_state().variables.names;
                let opens: Vec<bool> = pairs
                    .iter()
                    .map(|pair| self.variable_refers_to_outside_value(before, &pair.value.text))
                    .collect();
                for (pair, opens) in pairs.iter().zip(opens) {
                    let name = unquote(&pair.key.text, escape, view);
                    if opens {
                        self.mark_outside_value(&name);
                    } else {
                        self.set_has_value(&name, true);
                    }
                }
                self.declare(pairs.iter().map(|pair| unquote(&pair.key.text, escape, view)));
            }
            Arguments::Command(line) if instruction.kind == Kind::Shell => {
                let shell = match line {
                    CommandLine::Exec { words, .. } => {
                        words.iter().map(|word| &*word.text).collect::<Vec<_>>().join(" ")
                    }
                    CommandLine::Shell(text) => text.text.to_string(),
                };
                let mut state = self.current_state();
                state.shell = shell.into();
                self.state = Some(state);
            }
            _ => {}
        }
    }

    /// Records whether the file sets a value for the name.
    fn set_has_value(&mut self, name: &str, has_value: bool) {
        if !self.in_stage {
            if has_value {
                self.globals.insert(name.to_owned());
            }
            return;
        }
        let before = self.shell_name(name);
        let is_known = has_value || self.globals.contains(name) || before.declared;
        if !is_known {
            self.mark_outside_value(name);
        } else if has_value && before.open {
            self.bind(name, ShellName { open: false, ..before });
        }
    }

    /// Records that the value comes from a build argument without a default.
    fn mark_outside_value(&mut self, name: &str) {
        let before = self.shell_name(name);
        self.bind(name, ShellName { open: true, ..before });
    }

    fn shell_name(&self, name: &str) -> ShellName {
        let state = self.state.as_ref().map_or(NameMapState::EMPTY, |state| state.variables.names);
        self.names.get(state, name).copied().unwrap_or_default()
    }

    fn bind(&mut self, name: &str, value: ShellName) {
        if let Some(state) = &mut self.state {
            let names = &mut state.variables.names;
            *names = self.names.bind(*names, name.to_owned().into(), value);
        }
    }

    fn variable_refers_to_outside_value(&self, state: NameMapState, value: &str) -> bool {
        mentioned_variables(value).any(|name| {
            self.names.get(state, name).is_some_and(|value| value.open) && !is_builder_variable(name)
        })
    }

    fn state_key_of_stage(&self, name: &str) -> String {
        if self.view.earliest_stage_of_a_name { name.to_owned() } else { name.to_lowercase() }
    }

    fn start_stage(&mut self, image: &str, alias: Option<String>) {
        self.finish_stage();
        self.in_stage = true;
        let parent = self.state.as_ref().and_then(|_| self.ended.get(image).cloned());
        self.state = Some(parent.unwrap_or_else(|| ShellWalkState::from_shell(&self.default)));
        self.alias = alias;
    }

    fn finish_stage(&mut self) {
        let (Some(alias), Some(state)) = (self.alias.take(), &self.state) else { return };
        if self.view.earliest_stage_of_a_name {
            self.ended.entry(alias).or_insert_with(|| state.clone());
        } else {
            self.ended.insert(alias, state.clone());
        }
    }

    fn declare(&mut self, names: impl Iterator<Item = String>) {
        let known = self.state.is_some();
        self.state = Some(self.current_state());
        for name in names {
            let before = self.shell_name(&name);
            if !before.declared {
                self.bind(&name, ShellName { declared: true, ..before });
                if let Some(state) = &mut self.state {
                    state.variables.count += 1;
                    state.variables.has_odd_name |= !is_variable_name(&name);
                }
            }
        }
        if known
            && self.view.env_resets_shell
            && let Some(state) = &mut self.state
        {
            state.shell = Rc::clone(&self.docker);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn shells(text: &str, view: View) -> Vec<String> {
        let file = parse(text.as_bytes());
        let mut states: Vec<_> = shell_states(&file, view).into_iter().collect();
        states.sort_by_key(|(start, _)| *start);
        let show = |state: ShellState| {
            let names: BTreeSet<&str> = state.names().collect();
            format!("{} {}", state.shell, names.into_iter().collect::<Vec<_>>().join(","))
        };
        states.into_iter().map(|(_, state)| show(state)).collect()
    }

    #[test]
    fn variables_without_a_value() {
        let file = parse(
            b"ARG P=1\nFROM a\nARG A\nARG B=1\nARG P\nARG TARGETARCH\nENV C=$A D=${A}x E=$B F=${A:-1} G=$TARGETARCH A=1\n\
              ENV C=2 H=$C I=$D\nRUN x\n",
        );
        let states = shell_states(&file, View::Exact);
        let open: Vec<&str> = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "P", "TARGETARCH"]
            .into_iter()
            .filter(|name| states.values().any(|state| state.has_outside_value(name)))
            .collect();
        assert_eq!(open, ["D", "H", "I", "TARGETARCH"]);
    }

    #[test]
    fn tracks_shell_state() {
        for (text, hadolint, exact) in [
            ("FROM a\nRUN x\n", &["/bin/sh -c "][..], &["/bin/sh -c "][..]),
            ("ARG A\nFROM a\nRUN x\n", &["/bin/sh -c "], &["/bin/sh -c "]),
            ("FROM a\nARG A=1\nENV B=1 C=2\nRUN x\n", &["/bin/sh -c A,B,C"], &["/bin/sh -c A,B,C"]),
            ("FROM a\nARG A=1 B=2 C\nRUN x\n", &["/bin/sh -c A"], &["/bin/sh -c A,B,C"]),
            ("FROM a\nENV \"A\"=1 'B'=2\nRUN x\n", &["/bin/sh -c A,B"], &["/bin/sh -c A,B"]),
            (
                "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN x\nENV A=1\nRUN x\n",
                &["/bin/bash -c ", "/bin/sh -c A"],
                &["/bin/bash -c ", "/bin/bash -c A"],
            ),
            (
                "FROM a AS b\nENV A=1\nSHELL [\"bash\"]\nFROM c\nRUN x\nFROM b\nRUN x\n",
                &["/bin/sh -c ", "bash A"],
                &["/bin/sh -c ", "bash A"],
            ),
            ("FROM a AS B\nENV A=1\nFROM b\nRUN x\n", &["/bin/sh -c "], &["/bin/sh -c A"]),
            (
                "# hadolint shell=/bin/ash\nFROM a\nRUN x\nENV A=1\nRUN x\nFROM b\nRUN x\n",
                &["/bin/ash ", "/bin/sh -c A", "/bin/ash "],
                &["/bin/ash ", "/bin/ash A", "/bin/ash "],
            ),
            (
                "FROM a\n# hadolint shell=bash\nRUN x\nFROM b\nRUN x\n",
                &["bash ", "/bin/sh -c "],
                &["bash ", "/bin/sh -c "],
            ),
            (
                "FROM a\nENV A=1\nONBUILD RUN x\nONBUILD ENV B=1\nONBUILD RUN x\n",
                &["/bin/sh -c ", "/bin/sh -c B"],
                &["/bin/sh -c ", "/bin/sh -c B"],
            ),
        ] {
            assert_eq!(shells(text, View::Hadolint), hadolint, "{text}");
            assert_eq!(shells(text, View::Exact), exact, "{text}");
        }
    }
}
