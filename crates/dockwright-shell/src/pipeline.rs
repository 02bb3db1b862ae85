//! Which commands are neighbors in a pipeline, also across `{ … }` and `( … )`.

use crate::{CommandPlace, Connector, ShellScript};
use dockerfile_syntax::Span;

impl ShellScript {
    /// The commands whose output the command at `index` reads through a pipe, in source order: one, or those of a
    /// group. Empty if its input is not a pipe.
    #[must_use]
    pub fn commands_piped_into(&self, index: usize, source: &[u8]) -> Vec<usize> {
        let Some(command) = self.commands.get(index) else { return Vec::new() };
        if command.connector != Some(Connector::Pipe) {
            return Vec::new();
        }
        // The script of `su -c "…"` reads the input of `su`.
        let own = command.span.start;
        let start =
            match self.outermost_command_around(index).filter(|_| command.place == CommandPlace::Quoted) {
                Some(outer) => {
                    let begins_text = !self.commands.iter().any(|other| {
                        outer.contains(other.span) && outer != other.span && other.span.end <= own
                    });
                    if begins_text { outer.start } else { own }
                }
                None => own,
            };
        let before = self.commands.iter().enumerate().filter(|(_, other)| other.span.end <= start);
        let Some((nearest, left)) = before.max_by_key(|(at, other)| (other.span.end, usize::MAX - at)) else {
            return Vec::new();
        };
        let gap = Span::new(left.span.end, start).bytes(source);
        let Some(pipe) = gap.iter().rposition(|byte| *byte == b'|') else { return vec![nearest] };
        let closing = gap.get(..pipe).unwrap_or_default().trim_ascii_end();
        let Some(bracket @ (b'}' | b')')) = closing.last().copied() else { return vec![nearest] };
        let end = left.span.end as usize + closing.len();
        let from = group_start_before(source.get(..end).unwrap_or_default(), bracket);
        let group = Span::new(u32::try_from(from).unwrap_or(0), start);
        let within = |other: &Span| group.start <= other.start && other.end <= group.end;
        self.commands
            .iter()
            .enumerate()
            .filter(|(_, other)| other.place != CommandPlace::Substitution && within(&other.span))
            .map(|(at, _)| at)
            .collect()
    }

    /// The command that reads the output of the one at `index` through a pipe.
    #[must_use]
    pub fn command_piped_to(&self, index: usize, source: &[u8]) -> Option<usize> {
        let later = self.commands.iter().enumerate().skip(index + 1);
        later
            .filter(|(_, other)| other.connector == Some(Connector::Pipe))
            .find(|(at, _)| self.commands_piped_into(*at, source).contains(&index))
            .map(|(at, _)| at)
    }

    /// The outermost command whose argument contains the one at `index`.
    fn outermost_command_around(&self, index: usize) -> Option<Span> {
        let inner = self.commands.get(index)?.span;
        let before = self.commands.get(..index)?.iter();
        before.map(|outer| outer.span).find(|outer| outer.contains(inner))
    }
}

/// The start of the group that ends with `closing` at the end of the text.
fn group_start_before(text: &[u8], closing: u8) -> usize {
    let open = if closing == b'}' { b'{' } else { b'(' };
    let mut depth = 0usize;
    for (at, byte) in text.iter().enumerate().rev() {
        if *byte == closing {
            depth += 1;
        } else if *byte == open {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use crate::read_script;

    #[test]
    fn the_left_side_of_a_pipe_is_found() {
        for (run, expected) in [
            ("a | sh", &["a"][..]),
            ("x; a | sh", &["a"]),
            ("x && { a; b; } | sh", &["a", "b"]),
            ("(a; b) | sudo sh", &["a", "b"]),
            ("a | tee f | sh", &["tee"]),
            ("a $(y) | sh", &["a"]),
            ("a; sh", &[]),
            ("a || sh", &[]),
        ] {
            let script = read_script(run, 0);
            let is_shell = |word: &crate::ShellWord| word.text == "sh";
            let at = script.commands.iter().rposition(|command| command.words.iter().any(is_shell));
            let found = script.commands_piped_into(at.expect("a shell"), run.as_bytes());
            let names: Vec<_> =
                found.iter().map(|at| script.commands[*at].name.as_deref().unwrap_or_default()).collect();
            assert_eq!(names, expected, "{run}");
            for one in found {
                assert!(script.command_piped_to(one, run.as_bytes()).is_some(), "{run}");
            }
        }
    }
}
