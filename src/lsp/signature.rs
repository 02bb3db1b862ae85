//! Signature help: the syntax of the instruction or flag at the cursor.

use gen_lsp_types::{
    ActiveParameter, Documentation, ParameterInformation, ParameterInformationLabel, Position, SignatureHelp,
    SignatureInformation,
};

use super::place::{CompletionPlace, completion_place_at};
use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::facts::manual::{FlagPage, InstructionPage, instruction_page};
use crate::syntax::Kind;

/// The forms of the instruction at a position; `None` outside instructions.
pub(super) fn signature_help_at(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    position: Position,
) -> Option<SignatureHelp> {
    let CompletionPlace::Arguments { kind, words, current } =
        completion_place_at(parsed.file, subject.text.offset(position))
    else {
        return None;
    };
    signature_help(kind, &words, &current)
}

fn signature_help(kind: Kind, words: &[String], current: &str) -> Option<SignatureHelp> {
    if kind == Kind::Onbuild
        && let Some((trigger, rest)) = words.split_first()
    {
        return signature_help(Kind::from_name(trigger), rest, current);
    }
    let page = instruction_page(kind)?;
    let only_flags = words.iter().all(|word| word.starts_with("--"));
    if only_flags
        && let Some((name, _)) = current.strip_prefix("--").and_then(|flag| flag.split_once('='))
        && let Some(flag) = page.find_flag(name)
    {
        return Some(SignatureHelp {
            signatures: vec![signature_of_flag(flag)],
            active_signature: Some(0),
            active_parameter: Some(ActiveParameter::Int(0)),
        });
    }
    let first = words.iter().find(|word| !word.starts_with("--")).map_or(current, String::as_str);
    let active = index_of_active_form(page, first);
    let parameters = page.forms.get(active).map(|form| parameters_of_form(form)).unwrap_or_default();
    let operands = words.iter().filter(|word| !word.starts_with("--")).count();
    let is_flag = only_flags && current.starts_with("--");
    let optional =
        parameters.first().is_some_and(|first| first.starts_with("[OPTIONS") || first.starts_with("[--"));
    let index = if is_flag { 0 } else { operands + usize::from(optional) };
    let index = index.min(parameters.len().saturating_sub(1));
    Some(SignatureHelp {
        signatures: page.forms.iter().map(|form| signature_of_form(page, form)).collect(),
        active_signature: u32::try_from(active).ok(),
        active_parameter: u32::try_from(index).ok().map(ActiveParameter::Int),
    })
}

/// The form that is being written, by its first argument.
fn index_of_active_form(page: &InstructionPage, first: &str) -> usize {
    let has = |needle: &str| page.forms.iter().position(|form| form.contains(needle));
    let is_json = |form: &&str| form.contains("[\"");
    let found = if first.starts_with('[') {
        has("[\"")
    } else if first.starts_with("<<") {
        has("<<")
    } else if first.eq_ignore_ascii_case("NONE") {
        has(" NONE")
    } else {
        page.forms.iter().position(|form| !is_json(form))
    };
    found.unwrap_or(0)
}

fn signature_of_form(page: &InstructionPage, form: &str) -> SignatureInformation {
    let of = |label: &str| ParameterInformation {
        label: ParameterInformationLabel::String(label.to_string()),
        documentation: None,
    };
    SignatureInformation {
        label: form.to_string(),
        documentation: Some(Documentation::String(page.summary.to_string())),
        parameters: Some(parameters_of_form(form).into_iter().map(of).collect()),
        active_parameter: None,
    }
}

fn signature_of_flag(flag: &FlagPage) -> SignatureInformation {
    let label = if flag.value.is_empty() {
        format!("--{}", flag.name)
    } else {
        format!("--{}={}", flag.name, flag.value)
    };
    let value = if flag.value.is_empty() { label.clone() } else { flag.value.to_string() };
    let parameter =
        ParameterInformation { label: ParameterInformationLabel::String(value), documentation: None };
    SignatureInformation {
        label,
        documentation: Some(Documentation::String(flag.summary.to_string())),
        parameters: Some(vec![parameter]),
        active_parameter: None,
    }
}

/// The parameters of a form: the words after the first one; text in brackets counts as one word.
fn parameters_of_form(form: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0_i32);
    for (at, char) in form.char_indices().chain([(form.len(), ' ')]) {
        match char {
            '[' => depth += 1,
            ']' => depth -= 1,
            ' ' if depth == 0 => {
                found.extend(form.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.drain(..1.min(found.len()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn the_parameter_that_is_typed_is_active() {
        for (text, form, parameter) in [
            ("FROM |", "FROM [--platform=PLATFORM] IMAGE [AS NAME]", "IMAGE"),
            ("FROM --pl|", "FROM [--platform=PLATFORM] IMAGE [AS NAME]", "[--platform=PLATFORM]"),
            ("FROM a |", "FROM [--platform=PLATFORM] IMAGE [AS NAME]", "[AS NAME]"),
            ("FROM a AS b|", "FROM [--platform=PLATFORM] IMAGE [AS NAME]", "[AS NAME]"),
            ("COPY --link a |", "COPY [OPTIONS] SOURCE… DESTINATION", "DESTINATION"),
            ("COPY --from=|", "--from=STAGE|IMAGE|CONTEXT", "STAGE|IMAGE|CONTEXT"),
            ("CMD [\"a|", "CMD [\"PROGRAM\", \"ARGUMENT\"…]", "[\"PROGRAM\", \"ARGUMENT\"…]"),
            ("CMD a|", "CMD COMMAND…", "COMMAND…"),
            ("RUN <<|", "RUN [OPTIONS] <<EOF", "<<EOF"),
            ("HEALTHCHECK NONE|", "HEALTHCHECK NONE", "NONE"),
            ("ONBUILD COPY |", "COPY [OPTIONS] SOURCE… DESTINATION", "SOURCE…"),
        ] {
            let offset = u32::try_from(text.find('|').expect("a cursor")).expect("small");
            let text = text.replacen('|', "", 1);
            let file = syntax::parse(text.as_bytes());
            let CompletionPlace::Arguments { kind, words, current } = completion_place_at(&file, offset)
            else {
                panic!("{text}")
            };
            let help = signature_help(kind, &words, &current).expect("help");
            let signature = &help.signatures[help.active_signature.expect("a form") as usize];
            let Some(ActiveParameter::Int(index)) = help.active_parameter else { panic!("{text}") };
            let parameters = signature.parameters.as_ref().expect("parameters");
            assert_eq!(signature.label, form, "{text}");
            assert_eq!(
                parameters[index as usize].label,
                ParameterInformationLabel::String(parameter.to_string()),
                "{text}"
            );
        }
    }
}
