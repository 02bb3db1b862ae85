//! The mounts and devices of RUN.

use std::borrow::Cow;
use std::ops::Range;

use super::pass::Pass;
use super::{Refusal, Site, Step};
use crate::semantic::convert::{boolean, size};
use crate::semantic::expand::Mode;
use crate::semantic::nearest::nearest;
use crate::semantic::scope::Scope;
use crate::source::Span;
use crate::syntax::{DirectiveKind, Word};

const KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "target",
    "readonly",
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "src",
    "dst",
    "destination",
    "ro",
    "rw",
    "readwrite",
    "env",
];
const TYPES: [&str; 5] = ["bind", "cache", "tmpfs", "secret", "ssh"];
const SHARINGS: [&str; 3] = ["shared", "private", "locked"];

/// A field of `--mount`.
#[derive(Debug)]
struct Field<'t> {
    /// In lower case.
    key: String,
    value: Option<Cow<'t, str>>,
    /// Bytes of the whole field in the flag's value.
    range: Range<usize>,
    /// Where the value begins in the flag's value; `None` where quotes hide that.
    value_at: Option<usize>,
}

impl Field<'_> {
    /// The key, or the whole field where it has no value.
    fn key_range(&self) -> Range<usize> {
        self.range.start..self.value_at.map_or(self.range.end, |at| at - 1)
    }
}

/// The fields of a value; `None` where it is no CSV.
fn fields(text: &str) -> Option<Vec<Field<'_>>> {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let (whole, end, quoted) = match rest.strip_prefix('"') {
            Some(_) => {
                let (value, length) = quoted(rest)?;
                (Cow::Owned(value), at + length, true)
            }
            None => {
                let length = rest.find(',').unwrap_or(rest.len());
                (Cow::Borrowed(rest.get(..length)?), at + length, false)
            }
        };
        if !quoted && whole.contains('"') {
            return None;
        }
        let equals = whole.find('=');
        let key = whole.get(..equals.unwrap_or(whole.len()))?.to_lowercase();
        let value = match &whole {
            Cow::Borrowed(whole) => equals.and_then(|equals| whole.get(equals + 1..)).map(Cow::Borrowed),
            Cow::Owned(whole) => {
                equals.and_then(|equals| whole.get(equals + 1..)).map(|value| Cow::Owned(value.to_string()))
            }
        };
        let value_at = equals.filter(|_| !quoted).map(|equals| at + equals + 1);
        fields.push(Field { key, value, range: at..end, value_at });
        match text.get(end..)?.chars().next() {
            None => return Some(fields),
            Some(',') => at = end + 1,
            Some(_) => return None,
        }
    }
}

/// The value of a quoted field at the start of `text`, and its length with the quotes.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c != '"' {
            value.push(c);
        } else if characters.next_if(|(_, c)| *c == '"').is_some() {
            value.push('"');
        } else {
            return Some((value, at + 1));
        }
    }
    None
}

/// What is known of a mount while its fields are read.
#[derive(Debug, Default)]
struct MountState {
    kind: String,
    from: bool,
    source: bool,
    target: Option<String>,
    id: bool,
    sharing: Option<Span>,
    /// The first of `mode`, `uid`, `gid`, with its key.
    file_info: Option<(Span, String)>,
    certain: bool,
}

impl<'a> Pass<'a, '_> {
    pub(super) fn run(&mut self, site: &Site<'a>, scope: Scope) {
        for flag in &site.instruction.flags {
            let Some(value) = &flag.value else { continue };
            match flag.name.text.as_ref() {
                "mount" => self.mount(site, scope, value),
                "device" if !self.is_labs() => {
                    let message = "`--device` needs the labs channel of the Dockerfile frontend";
                    let refusal = Refusal::new(Step::Dispatch, site.anchor, site.shown(flag.span), message)
                        .help("begin the file with `# syntax=docker/dockerfile:1-labs`");
                    self.refuse(refusal);
                }
                _ => {}
            }
        }
    }

    /// Whether the file asks for another frontend than the stable one.
    fn is_labs(&self) -> bool {
        self.file.directives().any(|directive| {
            directive.kind == DirectiveKind::Syntax
                && directive.honoured
                && (directive.value.text.contains("-labs")
                    || directive.value.text.contains(":labs")
                    || !directive.value.text.contains("docker/dockerfile"))
        })
    }

    fn mount(&mut self, site: &Site<'a>, scope: Scope, word: &'a Word<'a>) {
        let Some(fields) = fields(&word.text) else { return };
        let mut state = MountState { kind: "bind".to_string(), certain: true, ..MountState::default() };
        for field in &fields {
            let span = site.shown(word.part(field.range.clone(), self.file.source));
            if field.key == "from"
                && let Some(value) = &field.value
                && !value.is_empty()
                && !value.contains('$')
            {
                self.source_of(site, value, span, None);
            }
            // The first wrong field ends the mount.
            let Some(message) = self.field(site, scope, word, field, &mut state) else { continue };
            let mut refusal = Refusal::new(Step::Dispatch, site.anchor, span, message).certain(state.certain);
            if !KEYS.contains(&field.key.as_str())
                && let Some(near) = nearest(&field.key, KEYS, &mut self.patience)
            {
                refusal = refusal.help(format!("did you mean `{near}`?"));
                if !site.fired {
                    refusal = refusal.suggest(word.part(field.key_range(), self.file.source), near);
                }
            }
            return self.refuse(refusal);
        }
        let whole = site.shown(word.span);
        if let Some((span, message)) = whole_mount(&state, whole) {
            self.refuse(Refusal::new(Step::Dispatch, site.anchor, span, message).certain(state.certain));
        }
    }

    /// Reads one field; a message where it is refused.
    fn field(
        &mut self,
        site: &Site<'a>,
        scope: Scope,
        word: &'a Word<'a>,
        field: &Field<'_>,
        state: &mut MountState,
    ) -> Option<String> {
        let key = field.key.as_str();
        let Some(raw) = &field.value else {
            return match key {
                "readonly" | "ro" | "readwrite" | "rw" => None,
                "required" if matches!(state.kind.as_str(), "secret" | "ssh") => None,
                "required" => Some(format!("`required` is not for a mount of type `{}`", state.kind)),
                _ if KEYS.contains(&key) => Some(format!("`{key}` needs a value")),
                "" => Some("there is an empty field in `--mount`".to_string()),
                _ => Some(format!("`{key}` is not an option of `--mount`")),
            };
        };
        // A word without text stands for its whole span.
        let hidden = Word { text: "".into(), span: word.span };
        let place = field.value_at.map_or((&hidden, 0), |at| (word, at));
        let expansion = self.part(site, scope, place, raw, Mode::Word);
        let Ok(value) = &expansion.result else { return None };
        state.certain &= expansion.certain;
        let span = site.shown(word.part(field.range.clone(), self.file.source));
        let kind = state.kind.as_str();
        let wrong = |what: &str| Some(format!("`{value}` is not {what} for `{key}`"));
        match key {
            "type" => {
                let lower = value.to_lowercase();
                if !TYPES.contains(&lower.as_str()) {
                    return Some(format!("`{value}` is not a type of mount"));
                }
                state.kind = lower;
            }
            "from" => state.from = !value.is_empty(),
            "source" | "src" => state.source = !value.is_empty(),
            "target" | "dst" | "destination" => state.target = Some(value.to_string()),
            "readonly" | "ro" | "readwrite" | "rw" if boolean(value).is_none() => {
                return wrong("true or false");
            }
            "required" | "size" => {
                let allowed = if key == "size" { kind == "tmpfs" } else { matches!(kind, "secret" | "ssh") };
                if !allowed {
                    let before = if kind == "bind" { " (`type` must come before it)" } else { "" };
                    return Some(format!("`{key}` is not for a mount of type `{kind}`{before}"));
                }
                if key == "required" && boolean(value).is_none() {
                    return wrong("true or false");
                }
                if key == "size" && size::bytes(value).is_none() {
                    return wrong("a size");
                }
            }
            "id" => state.id = !value.is_empty(),
            "sharing" if !SHARINGS.contains(&value.to_lowercase().as_str()) => {
                return wrong("`shared`, `private` or `locked`");
            }
            "sharing" => state.sharing = Some(span),
            "mode" | "uid" | "gid" => {
                let radix = if key == "mode" { 8 } else { 10 };
                let digits = value.bytes().all(|byte| byte.is_ascii_digit());
                if !digits || u32::from_str_radix(value, radix).is_err() {
                    return wrong(if key == "mode" { "an octal mode" } else { "a number" });
                }
                state.file_info.get_or_insert_with(|| (span, key.to_string()));
            }
            "readonly" | "ro" | "readwrite" | "rw" | "env" => {}
            _ => return Some(format!("`{key}` is not an option of `--mount`")),
        }
        None
    }
}

/// What is wrong with a mount whose fields are all right one by one.
fn whole_mount(state: &MountState, whole: Span) -> Option<(Span, String)> {
    let kind = state.kind.as_str();
    if let Some((span, key)) = &state.file_info
        && matches!(kind, "bind" | "tmpfs")
    {
        return Some((*span, format!("`{key}` is not for a mount of type `{kind}`")));
    }
    let no_target = state.target.as_deref().is_none_or(str::is_empty);
    if kind == "secret" {
        if state.from {
            return Some((whole, "a secret mount takes no `from`".to_string()));
        }
        if let Some(span) = state.sharing {
            return Some((span, "a secret mount takes no `sharing`".to_string()));
        }
        if !state.source && no_target && !state.id {
            return Some((whole, "a secret mount needs an `id`".to_string()));
        }
        if state.source && state.id {
            return Some((whole, "`id` and `source` of a secret mount are the same option".to_string()));
        }
    }
    if let Some(span) = state.sharing
        && kind != "cache"
    {
        return Some((span, format!("`sharing` is not for a mount of type `{kind}`")));
    }
    if kind == "ssh" && state.source {
        return Some((whole, "a mount of type `ssh` takes no `source`".to_string()));
    }
    let root = state.target.as_deref().is_some_and(|target| target.starts_with('/') && is_root(target));
    if matches!(kind, "bind" | "cache" | "tmpfs") && root {
        return Some((whole, "`/` cannot be mounted over".to_string()));
    }
    None
}

/// Whether an absolute path, made as short as possible, is `/`.
fn is_root(path: &str) -> bool {
    let mut depth = 0usize;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.saturating_sub(1),
            _ => depth += 1,
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn fields_of_a_mount() {
        let read = |text: &str| {
            fields(text).map(|fields| {
                fields
                    .iter()
                    .map(|field| format!("{}={}", field.key, field.value.as_deref().unwrap_or("-")))
                    .collect::<Vec<_>>()
                    .join(" ")
            })
        };
        for (text, expected) in [
            ("type=cache,Target=/x", Some("type=cache target=/x")),
            ("ro", Some("ro=-")),
            ("a=b=c,", Some("a=b=c =-")),
            ("\"target=/a,b\",ro", Some("target=/a,b ro=-")),
            ("\"a=\"\"b\"", Some("a=\"b")),
            ("a=\"b\"", None),
            ("\"a", None),
            ("\"a\"b", None),
            ("", Some("=-")),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }
}
