//! [`ShellScript`]: the facts about a piece of shell text.

use super::{ListConnector, ListItem};
use dockerfile_syntax::Span;

/// The commands of one shell text (of a RUN, a SHELL, a CMD …).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShellScript {
    /// Every simple command with at least one word, at any depth, in source order: a command comes before
    /// those nested in its words and redirections.
    pub commands: Vec<ShellCommand>,
    /// Whether there is a pipe (`|`, `|&`) anywhere.
    pub pipes: bool,
    pub reading: ParseOutcome,
    /// The list that the script is.
    pub list: Vec<ListItem>,
    /// The `;` or `&` after the last element of the list.
    pub end: Option<ListConnector>,
    /// Assignments without a command, at any depth, in source order.
    pub bare_assignments: Vec<Span>,
    /// Shell comments, each from its `#` to the end of its line, in source order.
    pub comments: Vec<Span>,
    /// The words of each `[ … ]`, brackets included, at any depth.
    pub tests: Vec<Vec<ShellWord>>,
    /// The `<` and `>` inside `[ … ]`, in source order. They are meant as comparisons; if they are not escaped, the
    /// shell treats them as redirections.
    pub comparisons: Vec<Span>,
}

impl ShellScript {
    /// The command that always runs first: the only one of a JSON array, or the first of the text.
    #[must_use]
    pub fn first_command(&self) -> Option<&ShellCommand> {
        let first = self.commands.first()?;
        let piped = self.commands.get(1).is_some_and(|next| next.connector == Some(Connector::Pipe));
        (first.place == CommandPlace::Top && !piped).then_some(first)
    }
}

/// How far a text could be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ParseOutcome {
    /// Completely.
    #[default]
    Complete,
    /// Up to a stray token: the commands before it are known.
    Partial,
    /// Not at all: no commands.
    Failed,
    /// Too deep or too long for the parser; not parsed.
    Refused,
    /// It is a script for a program that is not a shell: no commands.
    Foreign,
}

/// A simple command of a shell script: a program with its arguments, redirections and wrappers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellCommand {
    /// From its first word (or assignment) to its last word (or redirection).
    pub span: Span,
    /// All its words, the name first; assignments and redirections are not among them. Never empty.
    pub words: Vec<ShellWord>,
    /// The program that runs: the literal value of the first word, or what follows `busybox`, `builtin`, `command`,
    /// `run` or `exec`. `None` if it is not literal.
    pub name: Option<String>,
    /// Index in `words` of the word that `name` comes from.
    pub name_at: usize,
    /// The arguments of the program, if they are not simply the words after the first: because a wrapper precedes the
    /// program, or because a variable stands for some arguments. The spans are those of the words.
    pub given: Option<Vec<ShellWord>>,
    /// The wrappers before the program, from the outermost: `sudo`, `env`, `timeout`.
    pub wrappers: Vec<WrapperProgram>,
    /// Whether an argument is a variable with an unknown value, which may contain options.
    pub may_have_options: bool,
    /// `A=1` before the name.
    pub assignments: Vec<Span>,
    pub redirections: Vec<Span>,
    pub place: CommandPlace,
    /// The connector between the previous command of the list and this one; `None` for the first of a list.
    pub connector: Option<Connector>,
}

impl ShellCommand {
    /// The arguments of the program. If wrappers were not resolved, these are the words after the first one.
    #[must_use]
    pub fn arguments(&self) -> &[ShellWord] {
        match &self.given {
            Some(given) => given,
            None => self.words.get(1..).unwrap_or_default(),
        }
    }

    /// The word that names the program or wrapper.
    #[must_use]
    pub fn find_call_word(&self, name: &str) -> Option<&ShellWord> {
        let wrapper = self.wrappers.iter().find(|wrapper| wrapper.name == name).map(|wrapper| wrapper.at);
        let at = wrapper.or_else(|| self.is(name).then_some(self.name_at))?;
        self.words.get(at)
    }

    /// Whether one of these wrappers precedes the program.
    #[must_use]
    pub fn runs_through(&self, wrappers: &[&str]) -> bool {
        self.wrappers.iter().any(|wrapper| wrappers.contains(&wrapper.name.as_str()))
    }

    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }

    #[must_use]
    pub fn is_any(&self, names: &[&str]) -> bool {
        self.name.as_deref().is_some_and(|name| names.contains(&name))
    }

    /// The name of the program in backticks, for a message; "a program" if it is not known.
    #[must_use]
    pub fn quoted_name(&self) -> String {
        self.name.as_ref().map_or_else(|| "a program".to_string(), |name| format!("`{name}`"))
    }

    /// The word that names the program.
    #[must_use]
    pub fn name_span(&self) -> Span {
        self.words.get(self.name_at).map_or(self.span, |word| word.span)
    }

    /// The first argument that is one of these, or else the whole command: the location to report for a problem with
    /// a subcommand.
    #[must_use]
    pub fn span_of_argument(&self, any: &[&str]) -> Span {
        let word = self.arguments().iter().find(|word| any.contains(&word.text.as_str()));
        word.map_or(self.span, |word| word.span)
    }

    /// Whether some argument is exactly one of these.
    #[must_use]
    pub fn has_argument(&self, any: &[&str]) -> bool {
        self.arguments().iter().any(|word| any.contains(&word.text.as_str()))
    }

    /// Whether it is `rm` of a path that contains `part`.
    #[must_use]
    pub fn removes_path_containing(&self, part: &str) -> bool {
        self.is("rm") && self.operands().any(|path| path.text.contains(part))
    }

    /// Whether an option of that name is given: `name` without its dashes; a single letter also in a cluster
    /// (`-yq`), a longer one only after two dashes, with or without `=value`.
    #[must_use]
    pub fn has_flag(&self, name: &str) -> bool {
        self.arguments().iter().any(|word| word.flags().any(|flag| flag == name))
    }

    /// The arguments that are not options.
    pub fn operands(&self) -> impl Iterator<Item = &ShellWord> {
        self.arguments().iter().filter(|word| !word.is_flag())
    }

    /// The arguments that are not options, without the values of the given options: the argument after such an option
    /// is its value, unless the option contains `=`.
    #[must_use]
    pub fn operands_without_values_of(&self, flags: &[&str]) -> Vec<&ShellWord> {
        let mut kept = Vec::new();
        let mut words = self.arguments().iter();
        while let Some(word) = words.next() {
            if word.is_flag() {
                if !word.text.contains('=') && word.flags().any(|flag| flags.contains(&flag)) {
                    words.next();
                }
            } else {
                kept.push(word);
            }
        }
        kept
    }
}

/// A program that runs the program named by its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapperProgram {
    /// Without its directory.
    pub name: String,
    /// Index of its word in [`ShellCommand::words`].
    pub at: usize,
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellWord {
    /// Its value as hadolint 2.15.1 computes it: without quotes and escapes; an expansion becomes `${…}` with the
    /// text between the braces, a command substitution `${` + its words + `}`; globs as written.
    pub text: String,
    /// Whether the program gets exactly `text`: the word contains no expansion, glob or brace.
    pub literal: bool,
    pub span: Span,
}

impl ShellWord {
    /// Starts with a dash and is neither `-` nor `--`.
    #[must_use]
    pub fn is_flag(&self) -> bool {
        self.text.starts_with('-') && self.text != "-" && self.text != "--"
    }

    /// The names of the options in this word: one for `--name` and `--name=value`, each character of `-abc`.
    pub fn flags(&self) -> impl Iterator<Item = &str> {
        let text = if self.is_flag() { self.text.as_str() } else { "" };
        let (long, short) = match text.strip_prefix("--") {
            Some(_) => (Some(text.trim_start_matches('-')), ""),
            None => (None, text.get(1..).unwrap_or_default()),
        };
        let long = long.map(|name| name.split('=').next().unwrap_or_default());
        let letters = short.char_indices().map(move |(at, c)| &short[at..at + c.len_utf8()]);
        long.into_iter().chain(letters)
    }
}

/// Whether a word of `set` or of a shell makes it exit at the first error: `-e`, `-eux`, `errexit`.
#[must_use]
pub fn is_errexit_option(word: &str) -> bool {
    word == "errexit" || (word.starts_with('-') && !word.starts_with("--") && word.contains('e'))
}

/// Where a command is in its script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommandPlace {
    /// In the top-level list of the script.
    Top,
    /// In a group, subshell, condition, loop, case or function.
    Compound,
    /// In a command, process or arithmetic substitution.
    Substitution,
    /// In the text that a command passes to another shell: `sh -c "…"`.
    Quoted,
}

/// The operator between two commands of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Connector {
    And,
    Or,
    Pipe,
    /// `;`
    Sequence,
    Newline,
    /// `&` ends the command before it.
    Background,
}
