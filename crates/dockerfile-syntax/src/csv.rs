//! One record of comma-separated values, as Go's `encoding/csv` reads it: the values of `--mount` and
//! `--device`.

use std::borrow::Cow;
use std::ops::Range;

/// A field and its range, including quotes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CsvField<'t> {
    pub text: Cow<'t, str>,
    pub range: Range<usize>,
}

/// The fields; after the first fault the rest of the text is one field.
pub(super) struct CsvRecord<'t> {
    pub fields: Vec<CsvField<'t>>,
    /// The first misplaced quote.
    pub fault: Option<Range<usize>>,
}

pub(super) fn parse_record(text: &str) -> CsvRecord<'_> {
    let mut record = CsvRecord { fields: Vec::new(), fault: None };
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let field = if rest.starts_with('"') { take_quoted_field(rest) } else { take_bare_field(rest) };
        let Some((value, len)) = field else {
            let quote = rest.find('"').unwrap_or_default();
            record.fault = Some(at + quote..at + quote + 1);
            record.fields.push(CsvField { text: Cow::Borrowed(rest), range: at..text.len() });
            return record;
        };
        record.fields.push(CsvField { text: value, range: at..at + len });
        at += len + 1;
    }
    record
}

fn take_bare_field(rest: &str) -> Option<(Cow<'_, str>, usize)> {
    let field = rest.split(',').next().unwrap_or_default();
    (!field.contains('"')).then_some((Cow::Borrowed(field), field.len()))
}

/// A quoted field; two quotes in it are one.
fn take_quoted_field(rest: &str) -> Option<(Cow<'_, str>, usize)> {
    let mut at = 1;
    loop {
        at += rest.get(at..)?.find('"')? + 1;
        match rest.as_bytes().get(at) {
            Some(b'"') => at += 1,
            None | Some(b',') => {
                let inner = rest.get(1..at - 1)?;
                return Some((Cow::Owned(inner.replace("\"\"", "\"")), at));
            }
            Some(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_records_into_fields() {
        for (text, expected, fault) in [
            ("", vec![""], None),
            ("a", vec!["a"], None),
            ("a,,b,", vec!["a", "", "b", ""], None),
            ("\"a,b\",c", vec!["a,b", "c"], None),
            ("\"a\"\"b\"", vec!["a\"b"], None),
            ("a,b\"c,d", vec!["a", "b\"c,d"], Some(3..4)),
            ("\"a\"b,c", vec!["\"a\"b,c"], Some(0..1)),
            ("x,\"a", vec!["x", "\"a"], Some(2..3)),
        ] {
            let record = parse_record(text);
            let fields: Vec<_> = record.fields.iter().map(|field| field.text.as_ref()).collect();
            assert_eq!((fields, record.fault), (expected, fault), "{text}");
        }
    }
}
