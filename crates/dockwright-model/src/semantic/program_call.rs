//! [`ProgramCall`]: a command that is parsed with the options of its program.

use super::View;
use crate::shell::{ShellCommand, ShellWord};
use crate::source::Span;

/// The syntax of a program's command line.
#[derive(Debug)]
pub struct ProgramSyntax {
    pub names: &'static [&'static str],
    /// Names that hadolint does not know.
    pub more_names: &'static [&'static str],
    /// The options whose value is the next word, unless it is attached: letters and long names, separated by spaces.
    pub valued: &'static str,
    /// The options that have a value according to hadolint 2.15.1.
    pub valued_in_hadolint: &'static str,
    /// Whether `-name` is one option, as in Go programs, and not a group of letters.
    pub single_dash: bool,
    /// Words before the subcommand proper: `module` in `dnf module install`.
    pub prefixes: &'static [&'static str],
}

/// A call of a [`ProgramSyntax`].
#[derive(Debug)]
pub struct ProgramCall<'r> {
    pub command: &'r ShellCommand,
    /// Words that are neither options nor their values, including the subcommand.
    pub operands: Vec<&'r ShellWord>,
    options: Vec<GivenOption<'r>>,
    prefixes: &'static [&'static str],
    view: View,
}

#[derive(Debug)]
struct GivenOption<'r> {
    name: &'r str,
    value: Option<OptionValue<'r>>,
}

/// The value of an option.
#[derive(Debug, Clone, Copy)]
pub struct OptionValue<'r> {
    pub text: &'r str,
    /// The span of the word that contains it.
    pub span: Span,
}

impl ProgramSyntax {
    pub(crate) const DEFAULT: Self = Self {
        names: &[],
        more_names: &[],
        valued: "",
        valued_in_hadolint: "",
        single_dash: false,
        prefixes: &[],
    };

    /// The call, if the command runs this program.
    pub fn read<'r>(&self, command: &'r ShellCommand, view: View) -> Option<ProgramCall<'r>> {
        let more = || !view.knows_early_dnf_only && command.is_any(self.more_names);
        (command.is_any(self.names) || more()).then(|| self.read_call_under_any_name(command, view))
    }

    /// Its names in a view.
    pub fn names_in_view(&self, view: View) -> impl Iterator<Item = &'static str> + use<> {
        let more = if view.knows_early_dnf_only { &[] } else { self.more_names };
        self.names.iter().chain(more).copied()
    }

    /// Whether the command runs this program with one of these subcommands.
    pub fn runs_any_subcommand(&self, command: &ShellCommand, view: View, any: &[&str]) -> bool {
        self.read(command, view).is_some_and(|call| call.is_subcommand(any))
    }

    /// The command read as if it ran this program, under any name.
    pub fn read_call_under_any_name<'r>(&self, command: &'r ShellCommand, view: View) -> ProgramCall<'r> {
        let mut call =
            ProgramCall { command, operands: Vec::new(), options: Vec::new(), prefixes: self.prefixes, view };
        if view.reads_options_by_letter {
            let valued: Vec<&str> = self.valued_in_hadolint.split_whitespace().collect();
            call.operands = command.operands_without_values_of(&valued);
        } else {
            self.read_words(&mut call);
        }
        call
    }

    fn takes_value(&self, option: &str) -> bool {
        self.valued.split_whitespace().any(|name| name == option)
    }

    fn read_words(&self, call: &mut ProgramCall<'_>) {
        // If wrappers were not resolved, the arguments are the words after the name.
        let after_name = || call.command.words.get(call.command.name_at + 1..).unwrap_or_default();
        let mut words = call.command.given.as_deref().unwrap_or_else(after_name).iter();
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            if text == "--" {
                call.operands.extend(words);
                return;
            }
            if !word.is_flag() {
                call.operands.push(word);
            } else if text.starts_with("--") || self.single_dash {
                let (name, value) = match text.trim_start_matches('-').split_once('=') {
                    Some((name, value)) => (name, Some(OptionValue { text: value, span: word.span })),
                    None => (text.trim_start_matches('-'), None),
                };
                let takes_next = value.is_none() && self.takes_value(name);
                let value = if takes_next { words.next().map(OptionValue::from_word) } else { value };
                call.options.push(GivenOption { name, value });
            } else {
                self.read_option_cluster(word, &mut words, call);
            }
        }
    }

    /// Reads `-abc`, up to the first letter with a value, which is the rest of the word or the next word.
    fn read_option_cluster<'r>(
        &self,
        word: &'r ShellWord,
        words: &mut std::slice::Iter<'r, ShellWord>,
        call: &mut ProgramCall<'r>,
    ) {
        let cluster = word.text.get(1..).unwrap_or_default();
        for (at, letter) in cluster.char_indices() {
            let (Some(name), Some(rest)) =
                (cluster.get(at..at + letter.len_utf8()), cluster.get(at + letter.len_utf8()..))
            else {
                return;
            };
            if !self.takes_value(name) {
                call.options.push(GivenOption { name, value: None });
                continue;
            }
            let value = if rest.is_empty() {
                words.next().map(OptionValue::from_word)
            } else {
                Some(OptionValue { text: rest, span: word.span })
            };
            call.options.push(GivenOption { name, value });
            return;
        }
    }
}

impl<'r> OptionValue<'r> {
    fn from_word(word: &'r ShellWord) -> Self {
        Self { text: &word.text, span: word.span }
    }
}

impl<'r> ProgramCall<'r> {
    /// Whether the subcommand is one of these.
    pub fn is_subcommand(&self, any: &[&str]) -> bool {
        if self.view.subcommand_is_any_word {
            return self.command.has_argument(any);
        }
        self.subcommand().is_some_and(|word| any.contains(&word.text.as_str()))
    }

    /// The subcommand, after prefixes.
    fn subcommand(&self) -> Option<&'r ShellWord> {
        self.operands.iter().find(|word| !self.prefixes.contains(&word.text.as_str())).copied()
    }

    /// The operands without `words`, which are the subcommand and its prefixes.
    pub fn operands_without_subcommand(&self, words: &'r [&'r str]) -> impl Iterator<Item = &'r ShellWord> {
        let mut in_front = true;
        let anywhere = self.view.subcommand_is_any_word;
        self.operands.iter().copied().filter(move |word| {
            let is_one = words.contains(&word.text.as_str());
            in_front &= is_one;
            !(is_one && (anywhere || in_front))
        })
    }

    /// Whether the option is given: a letter, or a long name without its dashes.
    pub fn has_option(&self, option: &str) -> bool {
        if self.view.reads_options_by_letter {
            return self.command.has_flag(option);
        }
        self.options.iter().any(|given| given.name == option)
    }

    pub fn has_any_of_options(&self, options: &[&str]) -> bool {
        options.iter().any(|option| self.has_option(option))
    }

    /// Whether `-o` sets one of the settings (`NAME=VALUE`), as in apt.
    pub fn has_setting(&self, settings: &[&str]) -> bool {
        let exact = !self.view.reads_options_by_letter;
        exact && self.values("o").iter().any(|value| settings.contains(&value.text))
    }

    /// Whether certainly none of the options is given: no variable may contain them.
    pub fn lacks_options(&self, options: &[&str]) -> bool {
        !self.command.may_have_options && !self.has_any_of_options(options)
    }

    /// The number of times that the option is given.
    pub fn count(&self, option: &str) -> usize {
        if self.view.reads_options_by_letter {
            let words = self.command.arguments().iter();
            return words.flat_map(ShellWord::flags).filter(|flag| *flag == option).count();
        }
        self.options.iter().filter(|given| given.name == option).count()
    }

    /// All values of the option.
    pub fn values(&self, option: &str) -> Vec<OptionValue<'r>> {
        if self.view.reads_options_by_letter {
            let words = self.command.arguments().windows(2);
            return words
                .filter_map(|pair| match pair {
                    [word, value] if word.flags().any(|flag| flag == option) => {
                        Some(OptionValue::from_word(value))
                    }
                    _ => None,
                })
                .collect();
        }
        let given = self.options.iter().filter(|given| given.name == option);
        given.filter_map(|given| given.value).collect()
    }

    /// The packages that are named without a version. If the name comes from a variable, this is unknown.
    pub fn unpinned_packages(
        &self,
        packages: impl Iterator<Item = &'r ShellWord>,
        is_pinned: impl Fn(&str) -> bool,
    ) -> Vec<&'r ShellWord> {
        let knows = |word: &ShellWord| {
            self.view.judges_variables_by_name || !(word.text.is_empty() || word.text.contains("${"))
        };
        packages.filter(|word| knows(word) && !is_pinned(&word.text)).collect()
    }
}
