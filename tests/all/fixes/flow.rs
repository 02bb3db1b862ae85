//! [`CommandFlow`]: the structure of the commands of one RUN: their order and conditions.

use super::build_steps::{Step, StepKind};

/// A part of a shell script.
#[derive(Debug)]
pub(super) enum CommandFlow<'s> {
    Command(&'s Step),
    /// A test or assignments, with the substitutions in it.
    Text(String, Vec<Self>),
    /// Each element with the connector before it.
    List(Vec<(FlowConnector, Self)>),
    Not(Box<Self>),
    Pipe(Vec<Self>),
    Subshell(Box<Self>),
    Group(Box<Self>),
    /// Conditions with their branches, and the branch after `else`.
    If(Vec<(Self, Self)>, Option<Box<Self>>),
    /// `while` and `until` with their condition; `for` has none.
    Loop(Option<(Box<Self>, bool)>, Box<Self>),
    Case(String, Vec<Self>),
    Function(String, Box<Self>),
}

impl<'s> CommandFlow<'s> {
    pub(super) fn first_command(&self) -> Option<&'s Step> {
        match self {
            Self::Command(step) => Some(step),
            Self::Text(_, inner) | Self::Pipe(inner) | Self::Case(_, inner) => {
                inner.iter().find_map(Self::first_command)
            }
            Self::List(elements) => elements.iter().find_map(|(_, one)| one.first_command()),
            Self::Not(inner) | Self::Subshell(inner) | Self::Group(inner) | Self::Function(_, inner) => {
                inner.first_command()
            }
            Self::Loop(condition, body) => {
                condition.as_ref().and_then(|(one, _)| one.first_command()).or_else(|| body.first_command())
            }
            Self::If(branches, otherwise) => branches
                .iter()
                .find_map(|(condition, body)| condition.first_command().or_else(|| body.first_command()))
                .or_else(|| otherwise.as_ref().and_then(|body| body.first_command())),
        }
    }
}

/// A connector of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FlowConnector {
    /// `;`, a line end, or nothing before the first element.
    Next,
    And,
    Or,
    /// The element before it runs in the background.
    Background,
}

#[derive(Clone, Copy)]
enum FlowPiece<'s> {
    Char(char),
    Command(&'s Step),
}

/// The scripts of a stage, one for each RUN. `None` for a RUN with unknown structure.
pub(super) fn scripts(steps: &[Step]) -> Vec<Option<CommandFlow<'_>>> {
    let mut runs: Vec<Vec<FlowPiece<'_>>> = Vec::new();
    for step in steps {
        if !matches!(step.kind, StepKind::Command | StepKind::Opaque) {
            continue;
        }
        let lead = step.lead.strip_prefix("RUN");
        if lead.is_some() || step.kind == StepKind::Opaque || runs.is_empty() {
            runs.push(Vec::new());
        }
        let lead = lead.map_or(step.lead.as_str(), |lead| lead.trim_start_matches(" ["));
        let Some(run) = runs.last_mut() else { continue };
        let exec = step.lead == "RUN [";
        // Two commands on two lines have at least the line end between them, one around the other has nothing.
        run.extend(lead.chars().filter(|_| !exec).chain([' ']).map(FlowPiece::Char));
        run.push(FlowPiece::Command(step));
        run.extend([' '].into_iter().chain(step.tail.chars()).map(FlowPiece::Char));
    }
    runs.iter()
        .map(|pieces| {
            let mut parser = Parser { pieces, at: 0 };
            let list = parser.list()?;
            (parser.at == pieces.len()).then_some(list)
        })
        .collect()
}

struct Parser<'p, 's> {
    pieces: &'p [FlowPiece<'s>],
    at: usize,
}

const CLOSING: [&str; 8] = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];

impl<'s> Parser<'_, 's> {
    fn char(&self) -> Option<char> {
        match self.pieces.get(self.at) {
            Some(FlowPiece::Char(c)) => Some(*c),
            _ => None,
        }
    }

    fn looks_at(&self, text: &str) -> bool {
        text.chars().enumerate().all(
            |(at, c)| matches!(self.pieces.get(self.at + at), Some(FlowPiece::Char(other)) if *other == c),
        )
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.looks_at(text);
        if found {
            self.at += text.chars().count();
        }
        found
    }

    /// Whether a keyword is next, followed by a space, a connector or a command.
    fn keyword(&self, word: &str) -> bool {
        let end = self.pieces.get(self.at + word.chars().count());
        let ends = match end {
            None | Some(FlowPiece::Command(_)) => true,
            Some(FlowPiece::Char(c)) => c.is_whitespace() || ";&|()<>`".contains(*c),
        };
        ends && self.looks_at(word)
    }

    fn take_keyword(&mut self, word: &str) -> Option<()> {
        self.space(true);
        (self.keyword(word) && self.take(word)).then_some(())
    }

    fn space(&mut self, lines: bool) {
        while self.char().is_some_and(|c| c.is_whitespace() && (lines || c != '\n')) {
            self.at += 1;
        }
    }

    fn list(&mut self) -> Option<CommandFlow<'s>> {
        let mut elements = Vec::new();
        let mut joint = FlowConnector::Next;
        loop {
            self.space(true);
            // Stray separators, as in `; \n;`, which only masking leaves.
            if self.at >= self.pieces.len()
                || self.looks_at(")")
                || self.looks_at("`")
                || self.looks_at(";;")
                || CLOSING.iter().any(|word| self.keyword(word))
            {
                break;
            }
            elements.push((joint, self.pipeline()?));
            self.space(false);
            joint = if self.take("&&") {
                FlowConnector::And
            } else if self.take("||") {
                FlowConnector::Or
            } else if self.looks_at(";;") {
                break;
            } else if self.take("&") {
                FlowConnector::Background
            } else {
                self.take(";");
                FlowConnector::Next
            };
        }
        if joint == FlowConnector::Background {
            elements.push((joint, CommandFlow::Text("nothing".to_string(), Vec::new())));
        }
        Some(CommandFlow::List(elements))
    }

    fn pipeline(&mut self) -> Option<CommandFlow<'s>> {
        self.space(true);
        if self.keyword("!") {
            self.at += 1;
            return Some(CommandFlow::Not(Box::new(self.pipeline()?)));
        }
        let mut parts = vec![self.element()?];
        loop {
            self.space(false);
            if self.looks_at("||") || !self.take("|") {
                break;
            }
            self.take("&");
            self.space(true);
            parts.push(self.element()?);
        }
        if parts.len() == 1 { parts.pop() } else { Some(CommandFlow::Pipe(parts)) }
    }

    fn element(&mut self) -> Option<CommandFlow<'s>> {
        self.space(true);
        let start = self.at;
        if let Some(FlowPiece::Command(step)) = self.pieces.get(self.at) {
            self.at += 1;
            self.space(false);
            // `time make`: only the inner command matters.
            return match self.pieces.get(self.at) {
                Some(FlowPiece::Command(_)) => self.element(),
                _ => Some(CommandFlow::Command(step)),
            };
        }
        let compound = if self.looks_at("((") {
            self.skip_to("))")?;
            Some(CommandFlow::Text("(( ))".to_string(), Vec::new()))
        } else if self.take("(") {
            let list = self.list()?;
            self.space(true);
            self.take(")").then_some(())?;
            Some(CommandFlow::Subshell(Box::new(list)))
        } else if self.keyword("{") {
            self.at += 1;
            let list = self.list()?;
            self.take_keyword("}")?;
            Some(CommandFlow::Group(Box::new(list)))
        } else if self.keyword("if") {
            self.at += 2;
            Some(self.condition()?)
        } else if self.keyword("while") || self.keyword("until") {
            let until = self.looks_at("until");
            self.at += 5;
            let condition = self.list()?;
            self.take_keyword("do")?;
            let body = self.list()?;
            self.take_keyword("done")?;
            Some(CommandFlow::Loop(Some((Box::new(condition), until)), Box::new(body)))
        } else if self.keyword("for") || self.keyword("select") {
            let (_, _) = self.words()?;
            self.space(true);
            self.take(";");
            self.take_keyword("do")?;
            let body = self.list()?;
            self.take_keyword("done")?;
            Some(CommandFlow::Loop(None, Box::new(body)))
        } else if self.keyword("case") {
            self.at += 4;
            Some(self.case()?)
        } else {
            None
        };
        if let Some(compound) = compound {
            // Redirections.
            self.words()?;
            return Some(compound);
        }
        let (text, inner) = self.words()?;
        if self.at == start {
            return None;
        }
        let name = text.trim().trim_start_matches("function ").trim();
        if self.looks_at("(") && !name.contains(' ') {
            self.at += 1;
            self.space(false);
            self.take(")").then_some(())?;
            return Some(CommandFlow::Function(name.to_string(), Box::new(self.element()?)));
        }
        Some(CommandFlow::Text(text.replace(['"', '\''], ""), inner))
    }

    fn condition(&mut self) -> Option<CommandFlow<'s>> {
        let mut branches = Vec::new();
        loop {
            let condition = self.list()?;
            self.take_keyword("then")?;
            branches.push((condition, self.list()?));
            self.space(true);
            if self.keyword("elif") {
                self.at += 4;
                continue;
            }
            let otherwise = if self.keyword("else") {
                self.at += 4;
                Some(Box::new(self.list()?))
            } else {
                None
            };
            self.take_keyword("fi")?;
            return Some(CommandFlow::If(branches, otherwise));
        }
    }

    fn case(&mut self) -> Option<CommandFlow<'s>> {
        let (word, _) = self.words()?;
        // The words include `in` and, on the same line, the first pattern.
        let start = word.find(" in").map_or(word.as_str(), |at| word.split_at(at).0).trim().to_string();
        let mut branches = Vec::new();
        let mut first = word.contains(" in ");
        loop {
            self.space(true);
            if !first && self.keyword("esac") {
                self.at += 4;
                return Some(CommandFlow::Case(start, branches));
            }
            first = false;
            self.take("(");
            while let Some(c) = self.char().filter(|c| *c != ')') {
                self.at += 1;
                if c == '\'' || c == '"' {
                    self.skip_to(&c.to_string())?;
                }
            }
            self.take(")").then_some(())?;
            branches.push(self.list()?);
            self.space(true);
            if self.take(";;") {
                self.take("&");
            }
        }
    }

    /// Plain text up to the next connector, with the commands of its substitutions.
    fn words(&mut self) -> Option<(String, Vec<CommandFlow<'s>>)> {
        let (mut text, mut inner) = (String::new(), Vec::new());
        let mut quoted = false;
        self.space(false);
        if self.looks_at("[[") {
            let start = self.at;
            self.skip_to("]]")?;
            text.extend(self.pieces.get(start..self.at)?.iter().filter_map(|piece| match piece {
                FlowPiece::Char(c) => Some(*c),
                FlowPiece::Command(_) => None,
            }));
        }
        while let Some(c) = self.char() {
            if !quoted && (";&|)\n".contains(c) || (c == '(' && !text.ends_with(['$', '=', '<', '>']))) {
                // `2>&1` and `&>` redirect.
                let redirects = c == '&' && (text.ends_with('>') || self.looks_at("&>"));
                if !redirects {
                    break;
                }
            }
            if self.looks_at("$((") {
                self.skip_to("))")?;
                continue;
            }
            match c {
                '\'' if !quoted => {
                    self.at += 1;
                    let start = self.at;
                    self.skip_to("'")?;
                    text.extend(self.pieces.get(start..self.at)?.iter().filter_map(|piece| match piece {
                        FlowPiece::Char(c) => Some(*c),
                        FlowPiece::Command(_) => None,
                    }));
                    continue;
                }
                '"' => quoted = !quoted,
                '\\' => self.at += 1,
                '`' if !inner.is_empty() && text.ends_with('`') => {}
                '`' => {
                    self.at += 1;
                    inner.push(self.list()?);
                    self.space(true);
                    self.take("`").then_some(())?;
                    text.push('§');
                    continue;
                }
                '(' if text.ends_with(['$', '<', '>']) => {
                    self.at += 1;
                    text.pop();
                    inner.push(self.list()?);
                    self.space(true);
                    self.take(")").then_some(())?;
                    text.push('§');
                    continue;
                }
                '(' if !quoted => {
                    self.skip_to(")")?;
                    continue;
                }
                _ => {}
            }
            text.push(c);
            self.at += 1;
        }
        Some((text.split_whitespace().collect::<Vec<_>>().join(" "), inner))
    }

    /// Skips to the position after the next `end`; fails if there is a command before it.
    fn skip_to(&mut self, end: &str) -> Option<()> {
        while !self.looks_at(end) {
            self.char()?;
            self.at += 1;
        }
        self.take(end).then_some(())
    }
}
