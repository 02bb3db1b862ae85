//! [`WrittenText`]: the text that a RUN or a COPY heredoc writes to files.

use super::{Run, Semantics};
use crate::semantic::effects::redirected_file;
use crate::shell::{CommandPlace, ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::{Arguments, Heredoc, Instruction, Source};

/// Text from the Dockerfile that is written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenText {
    /// As written, without quotes: `/etc/apt/sources.list.d/x.list`, `~/.curlrc`, `$HOME/x`.
    pub path: String,
    /// Its lines, each with the words on it. Expansions are replaced with `${…}`.
    pub lines: Vec<WrittenTextLine>,
    /// Index of the command in its script; 0 for a COPY.
    pub command: usize,
    /// Whether the command replaces lines of an existing file, like `sed -i`; then `lines` is only the new text.
    pub edits: bool,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenTextLine {
    pub text: String,
    pub span: Span,
}

impl WrittenText {
    /// Whether the path is one of these, or in one of them that ends with `/`. `~/` means any home directory, and
    /// `*/` for any directory.
    #[must_use]
    pub fn is_written_to(&self, paths: &[&str]) -> bool {
        paths.iter().any(|path| matches_path(&self.path, path))
    }
}

fn matches_path(own: &str, pattern: &str) -> bool {
    let own = own.trim_matches(['"', '\'']);
    if let Some(name) = pattern.strip_prefix("*/") {
        return own == name || own.strip_suffix(name).is_some_and(|before| before.ends_with('/'));
    }
    let own = own.strip_prefix("./").unwrap_or(own);
    match pattern.strip_suffix('/') {
        Some(directory) => own.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/')),
        None => match pattern.strip_suffix('*') {
            Some(start) => own.starts_with(start),
            None => own == pattern,
        },
    }
}

/// The text that the commands of a RUN write to files.
#[must_use]
pub fn find_written_text(run: &Run<'_>, source: &[u8]) -> Vec<WrittenText> {
    let mut found = Vec::new();
    for (index, command) in run.script.commands.iter().enumerate() {
        let lines = match command.name.as_deref() {
            Some("echo") => echoed_text(command, source),
            Some("printf") => printf_text(command, source),
            Some("cat" | "tee" | "dd") => heredoc_lines(command, run, source),
            Some("sed") => {
                super::sed_edits::find_sed_edits(command, index, &mut found);
                continue;
            }
            Some("add-apt-repository") => {
                let lines = command.operands().map(line_of_word).collect();
                let path = "/etc/apt/sources.list".to_string();
                found.push(WrittenText { path, lines, command: index, edits: false });
                continue;
            }
            _ => continue,
        };
        if lines.is_empty() {
            continue;
        }
        for path in output_files(run, index, source) {
            found.push(WrittenText { path, lines: lines.clone(), command: index, edits: false });
        }
    }
    found
}

/// The text that the heredocs of a COPY or ADD write.
#[must_use]
pub fn find_copied_text(semantics: &Semantics<'_>, copy: &Instruction<'_>) -> Vec<WrittenText> {
    let inner = match &copy.arguments {
        Arguments::Onbuild(inner) => inner,
        _ => copy,
    };
    let Arguments::Paths(paths) = &inner.arguments else { return Vec::new() };
    let source = semantics.file.source;
    let destination = paths.destination.as_ref().map(|word| word.text.trim_matches(['"', '\'']).to_string());
    let Some(destination) = destination else { return Vec::new() };
    let heredocs = paths.sources.iter().filter_map(|source| match source {
        Source::Heredoc(_, Some(index)) => inner.heredocs.get(*index),
        _ => None,
    });
    heredocs
        .map(|heredoc| {
            let path = match destination.strip_suffix('/') {
                Some(directory) => format!("{directory}/{}", heredoc.name),
                None => destination.clone(),
            };
            WrittenText { path, lines: lines_of_span(heredoc.body, source), command: 0, edits: false }
        })
        .collect()
}

/// The text of `echo`: its words, joined by spaces.
fn echoed_text(command: &ShellCommand, source: &[u8]) -> Vec<WrittenTextLine> {
    let words = command.arguments();
    let options =
        words.iter().take_while(|word| matches!(word.text.as_str(), "-e" | "-n" | "-en" | "-ne" | "-E"));
    let words = words.get(options.count()..).unwrap_or_default();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Vec::new() };
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    split_lines(&text, first.span.enclosing_span(last.span), source)
}

/// The text of `printf`: each word is treated as a line, because of formats such as `%s\n`.
fn printf_text(command: &ShellCommand, source: &[u8]) -> Vec<WrittenTextLine> {
    command.arguments().iter().flat_map(|word| split_lines(&word.text, word.span, source)).collect()
}

/// Splits a text at `\n` into lines.
fn split_lines(text: &str, span: Span, source: &[u8]) -> Vec<WrittenTextLine> {
    let text = text.replace("\\n", "\n").replace("\\t", "\t");
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| WrittenTextLine { text: line.to_string(), span: span_of_line(line, span, source) })
        .collect()
}

/// The span of the line, or of the words around it.
fn span_of_line(line: &str, span: Span, source: &[u8]) -> Span {
    let line = line.trim().as_bytes();
    let at = span.bytes(source).windows(line.len().max(1)).position(|window| window == line);
    at.map_or(span, |at| {
        let start = span.start + u32::try_from(at).unwrap_or(0);
        Span::new(start, start + u32::try_from(line.len()).unwrap_or(0))
    })
}

fn line_of_word(word: &ShellWord) -> WrittenTextLine {
    WrittenTextLine { text: word.text.clone(), span: word.span }
}

/// The heredoc or here-string that the command reads.
fn heredoc_lines(command: &ShellCommand, run: &Run<'_>, source: &[u8]) -> Vec<WrittenTextLine> {
    command
        .redirections
        .iter()
        .flat_map(|span| {
            let text = String::from_utf8_lossy(span.bytes(source)).into_owned();
            let operator = text.trim_start_matches(|c: char| c.is_ascii_digit());
            if let Some(word) = operator.strip_prefix("<<<") {
                return split_lines(word.trim().trim_matches(['"', '\'']), *span, source);
            }
            if !operator.starts_with("<<") {
                return Vec::new();
            }
            heredoc_body(*span, operator, run.instruction, source)
                .map_or_else(Vec::new, |body| lines_of_span(body, source))
        })
        .collect()
}

/// The body of a heredoc: in the Dockerfile, or inside a script that is itself a heredoc.
#[must_use]
fn heredoc_body(span: Span, operator: &str, run: &Instruction<'_>, source: &[u8]) -> Option<Span> {
    let own = |heredoc: &&Heredoc<'_>| {
        heredoc.operator.overlaps_or_adjoins(span) && heredoc.operator.start >= span.start
    };
    if let Some(heredoc) = run.heredocs.iter().find(own) {
        return Some(heredoc.body);
    }
    let word = operator.trim_start_matches("<<").trim_start_matches('-').trim();
    let name = word.split_whitespace().next()?.trim_matches(['"', '\'', '\\']);
    let rest = source.get(span.start as usize..)?;
    let start = rest.iter().position(|byte| *byte == b'\n')? + 1;
    let mut end = start;
    for line in rest.get(start..)?.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii() == name.as_bytes() {
            let at = |offset: usize| span.start + u32::try_from(offset).unwrap_or(0);
            return Some(Span::new(at(start), at(end)));
        }
        end += line.len();
    }
    None
}

/// The lines of a span of the file.
fn lines_of_span(body: Span, source: &[u8]) -> Vec<WrittenTextLine> {
    let mut start = body.start;
    let mut lines = Vec::new();
    for line in body.bytes(source).split_inclusive(|byte| *byte == b'\n') {
        let text = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
        let length = u32::try_from(line.trim_ascii_end().len()).unwrap_or(0);
        if !text.trim().is_empty() {
            lines.push(WrittenTextLine { text, span: Span::new(start, start + length) });
        }
        start += u32::try_from(line.len()).unwrap_or(0);
    }
    lines
}

/// The files to which the command at `index` writes its output: by redirection, through `tee`, or by redirection of
/// its group.
#[must_use]
pub fn output_files(run: &Run<'_>, index: usize, source: &[u8]) -> Vec<String> {
    let Some(command) = run.script.commands.get(index) else { return Vec::new() };
    let mut paths: Vec<String> = command
        .redirections
        .iter()
        .filter_map(|span| redirected_file(&String::from_utf8_lossy(span.bytes(source))))
        .collect();
    if command.is("tee") {
        paths.extend(command.operands().map(|word| word.text.clone()));
    }
    if let Some(next) = run.script.command_piped_to(index, source).and_then(|at| run.script.commands.get(at))
    {
        if next.is("tee") {
            paths.extend(next.operands().map(|word| word.text.clone()));
        } else if next.is_any(&["visudo"]) {
            paths.push("/etc/sudoers".to_string());
        } else if next.is_any(&["cat", "sed", "tr", "base64"]) {
            let spans = next.redirections.iter();
            paths.extend(
                spans.filter_map(|span| redirected_file(&String::from_utf8_lossy(span.bytes(source)))),
            );
        }
    }
    if paths.is_empty() && command.place == CommandPlace::Compound {
        paths.extend(group_redirection_target(command.span, run, source));
    }
    paths
}

/// The file that a group (`{ …; } > file`) is redirected to, if the command is in one.
fn group_redirection_target(command: Span, run: &Run<'_>, source: &[u8]) -> Option<String> {
    let rest = source.get(command.end as usize..run.instruction.span.end as usize)?;
    let mut depth = 0i32;
    let mut quote = None;
    for (at, byte) in rest.iter().enumerate() {
        match (*byte, quote) {
            (b'\'' | b'"', None) => quote = Some(*byte),
            (c, Some(open)) if c == open => quote = None,
            (b'{' | b'(', None) => depth += 1,
            (b'}' | b')', None) => {
                depth -= 1;
                if depth < 0 {
                    let after = String::from_utf8_lossy(rest.get(at + 1..)?).into_owned();
                    let after = after.trim_start();
                    if let Some(tee) = after.strip_prefix('|') {
                        let mut words = tee.split_whitespace().skip_while(|word| *word == "sudo");
                        let is_tee = words.next() == Some("tee");
                        return words
                            .find(|word| !word.starts_with('-'))
                            .filter(|_| is_tee)
                            .map(str::to_string);
                    }
                    let operator = after.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
                    return after.starts_with('>').then(|| redirected_file(&operator)).flatten();
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    fn written_files(text: &str) -> Vec<(String, Vec<String>)> {
        let text = format!("FROM debian\n{text}");
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let mut all: Vec<WrittenText> =
            semantics.runs.iter().flat_map(|run| find_written_text(run, file.source)).collect();
        all.extend(file.instructions().flat_map(|copy| find_copied_text(&semantics, copy)));
        all.into_iter().map(|one| (one.path, one.lines.into_iter().map(|line| line.text).collect())).collect()
    }

    #[test]
    fn finds_text_written_to_files() {
        for (text, path, lines) in [
            ("RUN echo a b > /x\n", "/x", &["a b"][..]),
            ("RUN echo 'a' >>/x && y\n", "/x", &["a"]),
            ("RUN echo -e \"a\\nb\" | tee -a /x\n", "/x", &["a", "b"]),
            ("RUN echo a | sudo tee /x > /dev/null\n", "/x", &["a"]),
            ("RUN printf '%s\\n' 'a b' c > \"/x\"\n", "/x", &["%s", "a b", "c"]),
            ("RUN { echo a; echo b; } > /x\n", "/x", &["a"]),
            ("RUN cat <<EOF > /x\na\n b\nEOF\n", "/x", &["a", " b"]),
            ("RUN cat > /x <<'EOF'\na\nEOF\n", "/x", &["a"]),
            ("RUN tee /x <<EOF\na\nEOF\n", "/x", &["a"]),
            ("RUN <<E\ncat <<F > /x\na\nF\nE\n", "/x", &["a"]),
            ("RUN cat <<< 'a b' > /x\n", "/x", &["a b"]),
            ("RUN sed -i 's/a/b c/' /x\n", "/x", &["b c"]),
            ("RUN sed -i -e 's|a|b/c|g' -e '/x/a d' /x\n", "/x", &["b/c", "d"]),
            ("RUN sed -i '/^root/a\\jenkins ALL' /x\n", "/x", &["jenkins ALL"]),
            ("RUN bash -c \"echo a > /x\"\n", "/x", &["a"]),
            ("RUN echo \"a $B\" > ~/x\n", "~/x", &["a ${B}"]),
            ("COPY <<E /x\na\nE\n", "/x", &["a"]),
            ("COPY <<E /d/\na\nE\n", "/d/E", &["a"]),
        ] {
            let found = written_files(text);
            let lines: Vec<String> = lines.iter().map(|line| (*line).to_string()).collect();
            assert!(found.contains(&(path.to_string(), lines)), "{text}: {found:?}");
        }
        for text in ["RUN echo a\n", "RUN echo a | sh\n", "RUN sed 's/a/b/' /x\n", "RUN echo a 2>&1\n"] {
            assert_eq!(written_files(text), [], "{text}");
        }
    }
}
