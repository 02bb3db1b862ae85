//! The values of RUN's flags, as far as BuildKit checks them before it expands variables.

use super::ast::{Instruction, Word};
use super::check_options::parse_go_bool;
use super::csv;
use super::error::{ErrorKind, SyntaxError, quote_excerpt};
use super::mounts::{MountKey, span_of_part};
use crate::Span;

/// Checks devices, mounts, network and security, in BuildKit's order.
pub(super) fn check_run(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    let values = |name: &'static str| {
        let flags = instruction.flags.iter().filter(move |flag| flag.name.text == name);
        flags.filter_map(|flag| flag.value.as_ref())
    };
    let mut refuse = |span, message: String, help: &str| {
        let error = SyntaxError::instruction(span, instruction.span, message);
        errors.push(error.help(help).kind(ErrorKind::FlagValue));
    };
    for value in values("device") {
        if let Some((span, message)) = find_device_fault(value) {
            refuse(span, message, "use `--device=VENDOR/CLASS=NAME`, with `,required` if it must exist");
        }
    }
    for value in values("mount") {
        let record = csv::parse_record(&value.text);
        if value.is_empty() {
            refuse(value.span, "`--mount` has an empty value".into(), "use `type=…,target=…`");
        } else if let Some(fault) = record.fault {
            let message = "misplaced quote in `--mount`".to_string();
            refuse(span_of_part(value, fault), message, "put the quotes around the whole option");
        }
    }
    for mount in instruction.mounts() {
        let Some(from) = mount.value(MountKey::From).filter(|from| contains_expansion(&from.text)) else {
            continue;
        };
        let message =
            format!("`from` of a `--mount` contains {}, which is not expanded", quote_excerpt(&from.text));
        refuse(
            from.span,
            message,
            "name the image in a separate stage (`FROM $… AS NAME`), and use the name of that stage",
        );
    }
    let known = |values: &[&str]| {
        let quoted: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
        match quoted.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => quoted.join(", "),
        }
    };
    for (name, allowed) in
        [("network", &["default", "none", "host"][..]), ("security", &["sandbox", "insecure"])]
    {
        for value in values(name).filter(|value| !allowed.contains(&value.text.as_ref())) {
            let message = format!("invalid value {} for `--{name}`", quote_excerpt(&value.text));
            refuse(value.span, message, &format!("use {}", known(allowed)));
        }
    }
}

/// Whether the text contains a `$` with something after it.
fn contains_expansion(from: &str) -> bool {
    from.find('$').is_some_and(|at| at + 1 < from.len())
}

fn find_device_fault(value: &Word<'_>) -> Option<(Span, String)> {
    let record = csv::parse_record(&value.text);
    if value.is_empty() {
        return Some((value.span, "`--device` has an empty value".to_string()));
    }
    if let Some(fault) = record.fault {
        return Some((span_of_part(value, fault), "misplaced quote in `--device`".to_string()));
    }
    let mut named = false;
    for field in record.fields {
        let span = span_of_part(value, field.range.clone());
        let text = quote_excerpt(&field.text);
        let (key, setting) = match field.text.split_once('=') {
            Some((key, setting)) => (key.to_ascii_lowercase(), Some(setting)),
            None => (field.text.to_ascii_lowercase(), None),
        };
        match (key.as_str(), setting) {
            ("required", None) => {}
            ("required", Some(setting)) if parse_go_bool(setting).is_some() => {}
            ("required", Some(setting)) => {
                return Some((span, format!("invalid value {} for `required`", quote_excerpt(setting))));
            }
            ("name", Some(_)) if named => return Some((span, "the device name is given twice".to_string())),
            _ if named => return Some((span, format!("unknown `--device` option {text}"))),
            _ => named = true,
        }
    }
    None
}
