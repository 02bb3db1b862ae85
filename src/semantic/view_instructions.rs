//! The part of [`View`] that is about instructions other than RUN: how hadolint 2.15.1 reads their values and
//! what stages mean to it.

use super::View;
use crate::source::Span;
use crate::syntax::{Dockerfile, Instruction};

impl View {
    /// A rule says one thing per instruction at most. Each of the words concerned is worth naming.
    pub fn reported<T>(self, found: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        found.take(if self.hadolint() { 1 } else { usize::MAX })
    }

    /// In the values of ENV and LABEL, an escape counts before a blank, and in quotes before the quote that
    /// would close them. BuildKit takes it before any character, in double quotes before `"`, `$` and itself.
    pub fn escapes(self, quote: Option<char>, next: char, escape: char) -> bool {
        match (self, quote) {
            (Self::Hadolint, None) => next == ' ' || next == '\t',
            (Self::Hadolint, Some(quote)) => next == quote,
            (Self::Exact, None) => true,
            (Self::Exact, Some('"')) => next == '"' || next == '$' || next == escape,
            (Self::Exact, Some(_)) => false,
        }
    }

    /// `ENV key value`, USER and WORKDIR keep quotes and trailing blanks. BuildKit takes both off.
    pub fn rest_of_line_is_verbatim(self) -> bool {
        self.hadolint()
    }

    /// Only the first name of an ARG is read. An ARG may declare several.
    pub fn first_argument_only(self) -> bool {
        self.hadolint()
    }

    /// Names that one stage defines count in all that follow, and so do references in single quotes (DL3044).
    /// A stage inherits from what it is built on only, and quoted text is not expanded.
    pub fn names_are_global(self) -> bool {
        self.hadolint()
    }

    /// `COPY --from` means a stage by exact name or by the number that the value starts with, up to the
    /// current one. BuildKit compares names in lower case, and knows later stages, too.
    pub fn copies_from_names_seen(self) -> bool {
        self.hadolint()
    }

    /// A variable is taken for what it looks like: an image from Docker Hub (DL3026), a value that is no URL,
    /// date or version (DL3052 and others), a user that is not a number (DL3066). Its value is not known here.
    pub fn variables_are_text(self) -> bool {
        self.hadolint()
    }

    /// An image whose name starts with a variable, and no other, is taken to have a tag (DL3006). A variable
    /// brings a tag only if no `/` follows it.
    pub fn leading_variable_hides_tag(self) -> bool {
        self.hadolint()
    }

    /// The registry of `COPY --from` and of mounts is what stands before the first `/`, if it has a dot, and
    /// stage numbers are images. BuildKit reads the value as in FROM.
    pub fn splits_registry_at_slash(self) -> bool {
        self.hadolint()
    }

    /// Numbers of ports are read modulo 2^64.
    pub fn numbers_wrap(self) -> bool {
        self.hadolint()
    }

    /// `--platform` must name BUILDPLATFORM or TARGETPLATFORM (DL3029). Any variable leaves the choice to who
    /// builds, and a stage whose name says the platform means it, as in BuildKit's check.
    pub fn wants_named_platform(self) -> bool {
        self.hadolint()
    }

    /// `ADD` of a git repository, of what a variable names, or with a flag that `COPY` lacks counts as one of
    /// local files (DL3020). `COPY` could not do that.
    pub fn knows_few_uses_of_add(self) -> bool {
        self.hadolint()
    }

    /// `COPY a b .` and `COPY a b C:\dir\` are reported for want of a slash (DL3021). Both are directories.
    pub fn slash_alone_is_a_directory(self) -> bool {
        self.hadolint()
    }

    /// `token` in TOKENIZERS and `secret` in SECRETARY make a secret (DL3064), and so does the name of a file
    /// with one. Names consist of words.
    pub fn finds_secrets_inside_words(self) -> bool {
        self.hadolint()
    }

    /// Labels are checked against looser or older standards than those that hold: see `label_format`.
    pub fn loose_label_formats(self) -> bool {
        self.hadolint()
    }

    /// Names of stages are compared as written. BuildKit compares in lower case.
    pub fn stage_name(self, name: &str) -> String {
        if self.hadolint() { name.to_string() } else { name.to_ascii_lowercase() }
    }

    /// A label that a LABEL sets twice is reported once.
    pub fn reports_label_once(self) -> bool {
        self.hadolint()
    }

    /// Shell form is reported although the stage set its own SHELL (DL3025). Who does that wants it.
    pub fn shell_is_no_choice(self) -> bool {
        self.hadolint()
    }

    /// How many flags of a COPY are source paths: the first that does not exist and has no `=`, with all that
    /// follow, and `--`. BuildKit refuses the former and passes over the latter.
    pub fn sources_among_flags(self, file: &Dockerfile<'_>, copy: &Instruction<'_>) -> usize {
        if !self.hadolint() {
            return 0;
        }
        let paths = copy.flags.iter().skip_while(|flag| !flag.is_path_to_hadolint()).count();
        let before = copy.flags.last().map_or(copy.keyword.span, |flag| flag.span);
        let between =
            Span { start: before.end, end: copy.rest.span.start.max(before.end) }.bytes(file.source);
        paths + usize::from(between.trim_ascii_end().ends_with(b"--"))
    }

    /// Whether a WORKDIR (DL3000) or the destination of a COPY (DL3045) is absolute, or may be because it starts
    /// with a variable. A drive counts in any stage; a leading backslash, which hadolint does not know, only on
    /// Windows.
    pub fn may_be_absolute(self, path: &str, windows: bool) -> bool {
        let mut characters = path.chars();
        path.starts_with(['/', '$'])
            || (characters.next().is_some_and(char::is_alphabetic) && characters.next() == Some(':'))
            || (windows && !self.hadolint() && path.starts_with('\\'))
    }

    /// In a JSON array, the file's escape character is the one that matters, and two of them before a quote
    /// make it no array. JSON has its own escape, the backslash.
    pub fn reads_strings_by_escape(self) -> bool {
        self.hadolint()
    }

    /// Every USER is judged by itself (DL3066). Only the one that the image starts with is in its
    /// configuration, and root is root under both its names.
    pub fn judges_every_user(self) -> bool {
        self.hadolint()
    }

    /// A health check in shell form is reported as a command is (DL3025). Nobody sends signals to one, and
    /// `|| exit 1` needs a shell.
    pub fn health_checks_want_arrays(self) -> bool {
        self.hadolint()
    }
}
