//! Finds the uses of variables in a shell text.

/// `$NAME` or `${NAME…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableUse<'t> {
    pub name: &'t str,
    /// Bytes of the text, from the dollar sign to the end of the name or to the closing brace.
    pub range: std::ops::Range<usize>,
    /// What follows the name in braces: `:-1` of `${A:-1}`. Empty for a plain use.
    pub operator: &'t str,
}

/// What encloses the current position.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nesting {
    Double,
    /// `$(`: code again, up to the parenthesis.
    Code,
}

/// The uses of variables in a shell text, in order. Single quotes, comments and the bodies of heredocs with a quoted
/// delimiter are not searched.
#[must_use]
pub fn find_variable_uses(text: &str) -> Vec<VariableUse<'_>> {
    let bytes = text.as_bytes();
    let mut uses = Vec::new();
    let mut open: Vec<Nesting> = Vec::new();
    let mut pending: Vec<(&str, bool)> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let in_double = open.last() == Some(&Nesting::Double);
        match byte {
            b'\\' => at += 1,
            b'\'' if !in_double => {
                at += 1 + find_byte_sequence(bytes, at + 1, b"'").map_or(bytes.len(), |end| end - at - 1);
            }
            b'"' if in_double => _ = open.pop(),
            b'"' => open.push(Nesting::Double),
            b'$' if bytes.get(at + 1) == Some(&b'(') => {
                open.push(Nesting::Code);
                at += 1;
            }
            b'(' if !in_double && !open.is_empty() => open.push(Nesting::Code),
            b')' if !in_double => _ = open.pop(),
            b'#' if !in_double && at.checked_sub(1).is_none_or(|before| starts_comment(bytes, before)) => {
                at = find_byte_sequence(bytes, at, b"\n").unwrap_or(bytes.len());
                continue;
            }
            b'<' if !in_double && bytes.get(at + 1) == Some(&b'<') => {
                if let Some((delimiter, quoted, end)) = heredoc_delimiter(text, at + 2) {
                    pending.push((delimiter, quoted));
                    at = end;
                    continue;
                }
                at += 1;
            }
            b'\n' if !pending.is_empty() => {
                for (delimiter, quoted) in std::mem::take(&mut pending) {
                    let end = find_heredoc_body_end(text, at + 1, delimiter);
                    if quoted {
                        at = end;
                    }
                }
            }
            b'$' => {
                if let Some(found) = variable_at(text, at) {
                    // In braces, more may be nested.
                    at += 1 + found.name.len();
                    uses.push(found);
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    uses
}

fn starts_comment(bytes: &[u8], before: usize) -> bool {
    bytes.get(before).is_none_or(|byte| byte.is_ascii_whitespace() || b";&|(".contains(byte))
}

fn find_byte_sequence(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(needle.len()).position(|window| window == needle).map(|at| from + at)
}

fn variable_at(text: &str, at: usize) -> Option<VariableUse<'_>> {
    let rest = text.get(at + 1..)?;
    let braced = rest.strip_prefix('{');
    let inside = braced.unwrap_or(rest);
    let inside = if braced.is_some() { inside.strip_prefix('#').unwrap_or(inside) } else { inside };
    let length = inside.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
    let name = inside.get(..length).filter(|name| !name.starts_with(|c: char| c.is_ascii_digit()))?;
    if name.is_empty() {
        return None;
    }
    let start = text.len() - inside.len();
    let (end, operator) = match braced {
        None => (start + length, ""),
        Some(_) => {
            let after = inside.get(length..)?;
            let close = after.find('}')?;
            (start + length + close + 1, after.get(..close)?)
        }
    };
    Some(VariableUse { name, range: at..end, operator })
}

/// The delimiter after `<<`, whether a part of it is quoted, and where it ends.
fn heredoc_delimiter(text: &str, from: usize) -> Option<(&str, bool, usize)> {
    let rest = text.get(from..)?;
    let word = rest.strip_prefix('-').unwrap_or(rest).trim_start_matches([' ', '\t']);
    if word.starts_with(['<', '(']) {
        return None;
    }
    let end = word.find(|c: char| c.is_whitespace() || ";&|<>()".contains(c)).unwrap_or(word.len());
    let word = word.get(..end).filter(|word| !word.is_empty())?;
    let delimiter = word.trim_matches(['\'', '"', '\\']);
    let end = word.as_ptr() as usize - text.as_ptr() as usize + word.len();
    Some((delimiter, delimiter.len() < word.len(), end))
}

/// The end of the body that begins at `from`: the start of its last line.
fn find_heredoc_body_end(text: &str, from: usize, delimiter: &str) -> usize {
    let mut at = from;
    for line in text.get(from..).unwrap_or_default().split_inclusive('\n') {
        if line.trim_start_matches('\t').trim_end_matches(['\n', '\r']) == delimiter {
            return at;
        }
        at += line.len();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::find_variable_uses;

    #[test]
    fn finds_expanded_variables() {
        for (text, expected) in [
            ("echo $A ${B} \"$C\"", "A B C"),
            ("echo '$A' \\$B \"'$C'\"", "C"),
            ("echo ${A:-1} ${#B} ${C%.*}", "A:-1 B C%.*"),
            ("echo ${A:-$B}", "A:-$B B"),
            ("echo \"$(cat '$A' \"$B\")\" $C", "B C"),
            ("a # it's $A\nb $B", "B"),
            ("echo a#$A", "A"),
            ("cat <<'E' > x\n$A it's\nE\necho $B", "B"),
            ("cat <<E > x\n$A\nE\necho $B", "A B"),
            ("cat <<-\"E\"\n\t$A\n\tE\necho $B", "B"),
            ("case \"$A\" in x) echo $B;; esac; echo '$C'", "A B"),
            ("awk '{print $1}' $A $1 $@ $$", "A"),
            ("echo $((A + $B))", "B"),
            ("x <<< \"$A\"", "A"),
            ("echo `x $A`", "A"),
        ] {
            let found: Vec<String> =
                find_variable_uses(text).iter().map(|one| format!("{}{}", one.name, one.operator)).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn ranges_are_those_of_the_text() {
        let text = "echo $A\"${BC:-x}\"";
        let found: Vec<&str> = find_variable_uses(text).into_iter().map(|one| &text[one.range]).collect();
        assert_eq!(found, ["$A", "${BC:-x}"]);
    }
}
