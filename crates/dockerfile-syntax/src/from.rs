//! Parses and checks FROM.

use super::ast::{Alias, Arguments, From, Instruction, Word};
use super::error::{ErrorKind, SyntaxError, quote_excerpt};

/// The words of a FROM; `Unreadable` if there are none.
pub(super) fn parse_from(words: Vec<Word<'_>>) -> Arguments<'_> {
    let mut words = words.into_iter();
    let Some(image) = words.next() else { return Arguments::Unreadable };
    let mut stray: Vec<_> = words.collect();
    let alias = match stray.as_slice() {
        [keyword, name, ..] if keyword.text.eq_ignore_ascii_case("as") => {
            Some(Alias { keyword: keyword.clone(), name: name.clone() })
        }
        _ => None,
    };
    if alias.is_some() {
        stray.drain(..2);
    }
    Arguments::From(From { image, alias, stray })
}

/// Requires one word, or three with `AS` in the middle and a name that BuildKit accepts.
pub(super) fn check_from(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    let refuse = |span, message| SyntaxError::instruction(span, instruction.span, message);
    let Arguments::From(from) = &instruction.arguments else {
        let error = refuse(instruction.keyword.span, "`FROM` has no image".to_string());
        errors.push(error.help("add an image, a stage name or `scratch`").kind(ErrorKind::MissingArguments));
        return;
    };
    if let Some((first, last)) = from.stray.first().zip(from.stray.last()) {
        let shown = quote_excerpt(&first.text);
        let is_as = first.text.eq_ignore_ascii_case("as");
        let (message, help) = match &from.alias {
            Some(_) => {
                (format!("unexpected {shown} after the stage name"), "use a single word as the stage name")
            }
            None if is_as => (format!("{shown} has no stage name after it"), "add a stage name"),
            None => {
                (format!("unexpected {shown} after the image"), "use `FROM image` or `FROM image AS name`")
            }
        };
        let comment = first.text.starts_with('#');
        let help = if comment { "put the comment on its own line" } else { help };
        let error = refuse(first.span.enclosing_span(last.span), message).help(help);
        errors.push(error.kind(ErrorKind::UnexpectedArguments));
    } else if let Some(alias) = from.alias.as_ref().filter(|alias| !is_stage_name(&alias.name.text)) {
        let message = format!("invalid stage name {}", quote_excerpt(&alias.name.text));
        let help = "use a letter first, then letters, digits, `-`, `_` and `.`";
        errors.push(refuse(alias.name.span, message).help(help));
    }
}

/// Whether BuildKit accepts the name, after converting it to lowercase.
fn is_stage_name(name: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
}
