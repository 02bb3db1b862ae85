//! [`Mount`]: a parsed `--mount` of RUN.

use std::borrow::Cow;
use std::ops::Range;

use super::ast::{Flag, Instruction, Word};
use super::csv;
use crate::Span;

/// One `--mount=key=value,…`. Read leniently: keys that BuildKit does not know are kept.
#[derive(Debug, Clone)]
pub struct Mount<'a> {
    /// The whole flag.
    pub span: Span,
    /// In source order, including those with unknown keys.
    pub fields: Vec<MountField<'a>>,
}

/// `key=value`, or a word alone.
#[derive(Debug, Clone)]
pub struct MountField<'a> {
    pub span: Span,
    /// `None` if BuildKit does not know the key.
    pub key: Option<MountKey>,
    /// As written.
    pub name: Word<'a>,
    /// What follows the first `=`.
    pub value: Option<Word<'a>>,
}

/// The keys. Aliases map to the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MountKey {
    Type,
    Target,
    Source,
    From,
    ReadOnly,
    ReadWrite,
    Id,
    Sharing,
    Required,
    Size,
    Mode,
    Uid,
    Gid,
    Env,
}

impl MountKey {
    /// The key of that name, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "type" => Self::Type,
            "target" | "dst" | "destination" => Self::Target,
            "source" | "src" => Self::Source,
            "from" => Self::From,
            "readonly" | "ro" => Self::ReadOnly,
            "readwrite" | "rw" => Self::ReadWrite,
            "id" => Self::Id,
            "sharing" => Self::Sharing,
            "required" => Self::Required,
            "size" => Self::Size,
            "mode" => Self::Mode,
            "uid" => Self::Uid,
            "gid" => Self::Gid,
            "env" => Self::Env,
            _ => return None,
        })
    }
}

impl<'a> Mount<'a> {
    /// The last field with that key: it overrides those before it.
    #[must_use]
    pub fn field(&self, key: MountKey) -> Option<&MountField<'a>> {
        self.fields.iter().rev().find(|field| field.key == Some(key))
    }

    /// The value of the last field with that key; `None` if it has no `=`.
    #[must_use]
    pub fn value(&self, key: MountKey) -> Option<&Word<'a>> {
        self.field(key)?.value.as_ref()
    }

    /// `bind`, `cache`, `tmpfs`, `secret` or `ssh`, in lower case, or whatever is written; `bind` by default.
    #[must_use]
    pub fn kind(&self) -> Cow<'_, str> {
        match self.value(MountKey::Type) {
            None => Cow::Borrowed("bind"),
            Some(word) if word.text.contains(|c: char| c.is_ascii_uppercase()) => {
                Cow::Owned(word.text.to_ascii_lowercase())
            }
            Some(word) => Cow::Borrowed(word.text.as_ref()),
        }
    }

    #[must_use]
    pub fn target(&self) -> Option<&Word<'a>> {
        self.value(MountKey::Target)
    }

    /// Whether files written there are not part of a layer: it is a cache or a tmpfs.
    #[must_use]
    pub fn is_cache_or_tmpfs(&self) -> bool {
        let kind = self.kind();
        kind.eq_ignore_ascii_case("cache") || kind.eq_ignore_ascii_case("tmpfs")
    }

    /// The target as written; empty if there is none.
    #[must_use]
    pub fn mount_target_text(&self) -> &str {
        self.target().map_or("", |target| &target.text)
    }

    #[must_use]
    pub fn source(&self) -> Option<&Word<'a>> {
        self.value(MountKey::Source)
    }

    #[must_use]
    pub fn from(&self) -> Option<&Word<'a>> {
        self.value(MountKey::From)
    }

    #[must_use]
    pub fn id(&self) -> Option<&Word<'a>> {
        self.value(MountKey::Id)
    }

    /// The fields whose key BuildKit does not know.
    pub fn unknown_fields(&self) -> impl Iterator<Item = &MountField<'a>> {
        self.fields.iter().filter(|field| field.key.is_none())
    }

    fn read(flag: &Flag<'_>, value: &'a Word<'_>) -> Self {
        let fields = csv::parse_record(&value.text).fields;
        let fields = fields.into_iter().map(|found| read_mount_field(value, found)).collect();
        Self { span: flag.span, fields }
    }
}

impl Instruction<'_> {
    /// The `--mount`s with a value, in order.
    #[must_use]
    pub fn mounts(&self) -> Vec<Mount<'_>> {
        let mounts = self.flags.iter().filter(|flag| flag.name.text == "mount");
        mounts.filter_map(|flag| Some(Mount::read(flag, flag.value.as_ref()?))).collect()
    }
}

fn read_mount_field<'a>(value: &'a Word<'_>, found: csv::CsvField<'a>) -> MountField<'a> {
    let range = found.range;
    let equals = found.text.find('=');
    let split = equals.unwrap_or(found.text.len());
    let quoted = found.text.len() != range.len();
    let part = |text: Cow<'a, str>, range: Range<usize>| Word { text, span: span_of_part(value, range) };
    let cut = |piece: Range<usize>| match &found.text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(piece).unwrap_or_default()),
        Cow::Owned(text) => Cow::Owned(text.get(piece).unwrap_or_default().to_string()),
    };
    let place = |piece: Range<usize>| {
        if quoted { range.clone() } else { range.start + piece.start..range.start + piece.end }
    };
    let name = part(cut(0..split), place(0..split));
    let after = split + 1..found.text.len();
    MountField {
        span: span_of_part(value, range.clone()),
        key: MountKey::from_name(&name.text),
        name,
        value: equals.map(|_| part(cut(after.clone()), place(after))),
    }
}

/// The span of a part of a flag's value; the whole span if the source differs because of quotes, escapes or
/// continuations.
pub(super) fn span_of_part(value: &Word<'_>, range: Range<usize>) -> Span {
    let at = |offset: usize| value.span.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
    let verbatim = matches!(value.text, Cow::Borrowed(_)) && value.span.len() as usize == value.text.len();
    if verbatim { Span::new(at(range.start), at(range.end)) } else { value.span }
}
