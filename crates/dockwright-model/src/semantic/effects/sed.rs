//! Whether a sed script does more than edit text: GNU sed can run commands and write other files.

/// Whether the script may run a command or write another file. True for a script that cannot be parsed.
pub(super) fn may_write_or_run(script: &str) -> bool {
    let mut script = script;
    loop {
        script = script.trim_start_matches([' ', '\t', '\n', ';', '{', '}']);
        if script.is_empty() {
            return false;
        }
        let Some(rest) = skip_addresses(script) else { return true };
        let rest = rest.trim_start_matches([' ', '!']);
        let mut letters = rest.chars();
        script = match letters.next() {
            Some('s') => {
                let Some(flags) = skip_delimited(letters.as_str(), 2) else { return true };
                let end = flags.find([';', '\n', '}']).unwrap_or(flags.len());
                let (flags, rest) = flags.split_at(end);
                if !flags.trim().chars().all(|flag| flag.is_ascii_digit() || "gpiImM".contains(flag)) {
                    return true;
                }
                rest
            }
            Some('y') => match skip_delimited(letters.as_str(), 2) {
                Some(rest) => rest,
                None => return true,
            },
            // The commands in braces are read like those outside.
            Some('{') => letters.as_str(),
            // Commands whose argument is the rest of the line.
            Some('a' | 'i' | 'c' | '#' | ':' | 'b' | 't' | 'T') => {
                letters.as_str().split_once('\n').map_or("", |(_, rest)| rest)
            }
            Some(
                'd' | 'D' | 'p' | 'P' | 'n' | 'N' | 'g' | 'G' | 'h' | 'H' | 'x' | 'q' | 'Q' | 'l' | 'z' | '=',
            ) => letters.as_str().trim_start_matches(|c: char| c.is_ascii_digit()),
            _ => return true,
        };
    }
}

/// The script after its addresses, such as `1,/b/`.
fn skip_addresses(script: &str) -> Option<&str> {
    let script = skip_address(script)?;
    match script.trim_start().strip_prefix(',') {
        Some(second) => skip_address(second.trim_start().trim_start_matches(['+', '~'])),
        None => Some(script),
    }
}

fn skip_address(script: &str) -> Option<&str> {
    if script.starts_with('/') {
        return Some(skip_delimited(script, 1)?.trim_start_matches(['I', 'M']));
    }
    if let Some(rest) = script.strip_prefix('\\') {
        return Some(skip_delimited(rest, 1)?.trim_start_matches(['I', 'M']));
    }
    // Not `$` before a brace, which is an expansion.
    let script = if script.starts_with("${") { return None } else { script };
    Some(script.trim_start_matches(|c: char| c.is_ascii_digit() || c == '$' || c == '~'))
}

/// The text after `parts` parts that the first character delimits.
fn skip_delimited(text: &str, parts: usize) -> Option<&str> {
    let mut characters = text.char_indices();
    let (_, delimiter) = characters.next()?;
    let (mut left, mut escaped, mut bracket) = (parts, false, false);
    for (at, character) in characters {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            // A delimiter in brackets is an ordinary character in an address, but not in `s`.
            '[' if parts == 1 => bracket = true,
            ']' => bracket = false,
            _ if character == delimiter && !bracket => {
                left -= 1;
                if left == 0 {
                    return text.get(at + delimiter.len_utf8()..);
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

    #[test]
    fn detects_scripts_with_side_effects() {
        for (script, more) in [
            ("s/a/b/", false),
            ("s/a/b/g", false),
            ("s,^a/$,b,gI", false),
            ("s|a|${X}|2", false),
            ("s/a/b/; s/c/d/g", false),
            ("s/a\\/b/c/", false),
            ("/x/d", false),
            ("/x/s/a/b/", false),
            ("/x/,/y/{s/a/b/;d}", false),
            ("1d", false),
            ("$d", false),
            ("1,5p", false),
            ("$ a\\text", false),
            ("/a/i write", false),
            ("\\,x,d", false),
            ("/[/]/!d", false),
            ("y/abc/def/", false),
            ("10q", false),
            ("", false),
            ("s/a/b/e", true),
            ("s/a/b/w /f", true),
            ("s/a/b/w /g", true),
            ("s/a/b", true),
            ("w /f", true),
            ("1e ls", true),
            ("/x/w /f", true),
            ("p;w /f", true),
            ("r /f", true),
            ("${X}", true),
            ("s/a/b/;e", true),
        ] {
            assert_eq!(may_write_or_run(script), more, "{script}");
        }
    }
}
