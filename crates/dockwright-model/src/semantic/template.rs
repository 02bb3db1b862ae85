//! Whether a file is a template for a Dockerfile.

use crate::byte_search;
use crate::syntax::{Dockerfile, Instruction, Kind};

/// Opening marks of template expressions (Go and Jinja; Jinja; ERB).
const OPENERS: [&str; 3] = ["{{", "{%", "<%"];

/// The marks around a placeholder that a script replaces: `%%ENV%%`.
const PLACEHOLDER: &str = "%%";

/// Markers of development container templates, anywhere in a file: neither shells nor builders know them.
const ANYWHERE: &str = "${templateOption:";

/// Whether an instruction or a part of its structure is a template expression. Text for a shell or a label may
/// contain the same characters: `--format '{{.Name}}'`.
#[must_use]
pub fn is_template_file(file: &Dockerfile<'_>) -> bool {
    let may_be = OPENERS
        .iter()
        .chain(&["{#", PLACEHOLDER, ANYWHERE])
        .any(|opener| byte_search::contains(file.source, opener.as_bytes()));
    may_be && file.instructions().any(|instruction| has_template_expression(instruction, file.source))
}

fn has_template_expression(instruction: &Instruction<'_>, source: &[u8]) -> bool {
    let keyword = &instruction.keyword.text;
    if keyword.starts_with("{#")
        || (keyword.starts_with(PLACEHOLDER) && keyword.ends_with(PLACEHOLDER) && keyword.len() > 4)
        || OPENERS.iter().any(|opener| keyword.contains(opener))
    {
        return true;
    }
    let head = instruction.head_span().bytes(source);
    if byte_search::contains(head, ANYWHERE.as_bytes()) {
        return true;
    }
    let structural = !matches!(
        instruction.kind,
        Kind::Run
            | Kind::Cmd
            | Kind::Entrypoint
            | Kind::Healthcheck
            | Kind::Label
            | Kind::Maintainer
            | Kind::Shell
            | Kind::Onbuild
            | Kind::Unknown
    );
    has_unquoted_opener(head, |before| structural || is_line_start(before))
}

/// Whether an opener is outside quotes and `fits` is true for the text before it.
fn has_unquoted_opener(text: &[u8], fits: impl Fn(&[u8]) -> bool) -> bool {
    let mut quote = None;
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate() {
        let rest = text.get(at..).unwrap_or_default();
        let before = text.get(..at).unwrap_or_default();
        match quote {
            Some(open) if *byte == open && !escaped => quote = None,
            None if matches!(byte, b'"' | b'\'') && !escaped => quote = Some(*byte),
            None if OPENERS.iter().any(|opener| rest.starts_with(opener.as_bytes())) && fits(before) => {
                return true;
            }
            Some(_) | None => {}
        }
        escaped = *byte == b'\\' && !escaped;
    }
    false
}

/// Whether only spaces precede it on the line, and the line is not the first.
fn is_line_start(before: &[u8]) -> bool {
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    line.len() < before.len() && line.trim_ascii().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn separates_templates_from_similar_text() {
        for text in [
            "FROM {{ base }}\n",
            "{% if x %}\nFROM a\n{% endif %}\n",
            "{{ env.from }}\nRUN x\n",
            "{# comment #}\nFROM a\n",
            "<%= from %>\n",
            "FROM a\nCOPY {{ src }} /x\n",
            "FROM a\nENV V {{ .version }}\n",
            "FROM a\nRUN set -eux; \\\n{{ if alpine then ( -}}\n  apk add \\\n{{ ) end -}}\n  x\n",
            "FROM a\nRUN apt-get install \\\n  {% for p in packages %} {{ p }} \\\n",
            "FROM --platform={{ platform }} a\n",
            "FROM a:${templateOption:variant}\n",
            "FROM a\nARG B=\"${templateOption:installZsh}\"\n",
            "FROM a\nRUN install ${templateOption:version}\n",
            "FROM a\n%%ENV%%\nRUN x\n",
        ] {
            assert!(is_template_file(&syntax::parse(text.as_bytes())), "{text}");
        }
        for text in [
            "FROM a\nRUN docker ps --format '{{.Names}}'\n",
            "FROM a\nRUN docker ps --format '\\\n{{.Names}}'\n",
            "FROM a\nRUN docker inspect -f {{.Id}} x\n",
            "FROM a\nLABEL format={{json}}\n",
            "FROM a\nENV FORMAT='{{.Names}}'\n",
            "FROM a\nCOPY <<EOF /x.tmpl\n{{ range . }}\n{% if x %}\nEOF\n",
            "FROM a\n# {{ not.an.instruction }}\n",
            "FROM a\n# ${templateOption:variant}\n",
            "FROM a\nRUN x ${option:1}\n",
            "FROM a:${A%%-*}\nENV A=%%B%%\n",
            "FROM a\nCMD [\"x\", \"{{.Y}}\"]\n",
            "",
        ] {
            assert!(!is_template_file(&syntax::parse(text.as_bytes())), "{text}");
        }
    }
}
