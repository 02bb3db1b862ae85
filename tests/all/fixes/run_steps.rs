//! [`Reader`]: the commands of one RUN as [`Step`]s.

use std::rc::Rc;

use dockwright::shell::{CommandPlace, Connector, ShellCommand, ShellWord};
use dockwright::source::Span;

use super::build_steps::{State, Step, StepKind, blanks_joined, entered};

/// The text of one RUN, split.
pub(super) struct Reader<'r> {
    /// Masked, as the shell receives it.
    pub text: &'r str,
    /// Where it is in the file.
    pub start: u32,
    pub commands: &'r [ShellCommand],
}

impl Reader<'_> {
    pub(super) fn steps(&self, flags: &Rc<Vec<String>>, state: &State) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let (mut end, mut last) = (self.start, None);
        let mut directory = Rc::clone(&state.directory);
        let mut open = Vec::new();
        let exits = |word: &ShellWord| word.text.starts_with('-') && word.text.contains('e');
        let strict =
            self.commands.first().is_some_and(|first| first.is("set") && first.words.iter().any(exits));
        for (at, command) in self.commands.iter().enumerate() {
            let nested = command.span.start < end;
            // The command after `time` is a separate command.
            let inside =
                |place: CommandPlace| matches!(place, CommandPlace::Substitution | CommandPlace::Quoted);
            let next = self.commands.get(at + 1).filter(|next| !inside(next.place));
            let within = next.map(|next| next.span).filter(|next| next.start < command.span.end);
            let mut lead = "in".to_string();
            if !nested {
                lead = self.slice(Span::new(end, command.span.start));
                brackets(&lead, &mut open, &mut directory);
                if last.is_none() {
                    lead = format!("RUN {lead}").trim().to_string();
                }
                end = within.map_or(command.span.end, |within| within.start);
                last = Some(steps.len());
            }
            let kind = if nested { StepKind::Nested } else { StepKind::Command };
            let own = |word: &&ShellWord| within.is_none_or(|within| word.span.end <= within.start);
            let words = command.words.iter().filter(own).map(|word| self.word(word, at)).collect();
            let mut step = Step { lead, strict, flags: Rc::clone(flags), ..Step::new(kind, words, state) };
            if let Some(program) = &command.name {
                step.program.clone_from(program);
            }
            let rest = command.assignments.iter().chain(&command.redirections);
            step.rest = rest.map(|span| self.without_commands(*span, at)).collect();
            step.state.directory = Rc::clone(&directory);
            if command.is("cd") && !inside(command.place) {
                let path = step.words.get(1).map_or("~".to_string(), |word| word.replace('"', ""));
                let path = path.as_str();
                let sure = matches!(
                    command.connector,
                    None | Some(Connector::And | Connector::Sequence | Connector::Newline)
                );
                directory =
                    if sure { entered(&directory, path).into() } else { format!("{path} or not").into() };
            }
            steps.push(step);
        }
        if let Some(step) = last.and_then(|last| steps.get_mut(last)) {
            let text_end = self.start + u32::try_from(self.text.len()).expect("a text is short");
            step.tail = self.slice(Span::new(end, text_end));
        }
        steps
    }

    /// The value of a word; if the shell computes it, its text without the commands in it.
    fn word(&self, word: &ShellWord, command: usize) -> String {
        if word.literal { word.text.clone() } else { self.without_commands(word.span, command) }
    }

    fn without_commands(&self, span: Span, command: usize) -> String {
        let mut text = String::new();
        let mut end = span.start;
        for inner in self.commands.iter().skip(command + 1).take_while(|inner| inner.span.start < span.end) {
            if end <= inner.span.start && inner.span.end <= span.end {
                text += &self.slice(Span::new(end, inner.span.start));
                text.push('§');
                end = inner.span.end;
            }
        }
        text + &self.slice(Span::new(end, span.end))
    }

    fn slice(&self, span: Span) -> String {
        let at = |offset: u32| offset.saturating_sub(self.start) as usize;
        blanks_joined(&self.text.get(at(span.start)..at(span.end)).unwrap_or("�").replace("\\\n", " "))
    }
}

/// Restores the directory at the end of a subshell. `open`: the directory for each open bracket; `None` for a
/// substitution.
fn brackets(text: &str, open: &mut Vec<Option<Rc<str>>>, directory: &mut Rc<str>) {
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '(' => open.push((before != '$').then(|| Rc::clone(directory))),
            ')' => {
                if let Some(Some(outer)) = open.pop() {
                    *directory = outer;
                }
            }
            _ => {}
        }
        before = c;
    }
}
