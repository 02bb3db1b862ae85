//! The frontend that a file requests with `# syntax=…` or with another form that BuildKit accepts.

use super::ast::{DirectiveKind, Dockerfile};
use super::directives::parse_directive;
use super::lines::SourceLines;

impl Dockerfile<'_> {
    /// The image of the frontend that the file requests: with `# syntax=`; otherwise, with `// syntax=` in an
    /// unbroken run of such lines at the top, after a shebang line if there is one; otherwise, with the
    /// member `syntax` if the file is a JSON object. The built-in frontend can only read files of the first
    /// kind.
    #[must_use]
    pub fn frontend(&self) -> Option<String> {
        let written =
            self.directives().find(|found| found.kind == DirectiveKind::Syntax && found.is_effective);
        let value = match written {
            Some(directive) => directive.value.text.to_string(),
            None => self.frontend_from_slashes().or_else(|| self.frontend_from_json())?,
        };
        Some(value.split(' ').next().unwrap_or_default().to_string())
    }

    /// Whether the frontend is neither `docker/dockerfile` nor its labs channel.
    #[must_use]
    pub fn has_other_frontend(&self) -> bool {
        self.frontend().is_some_and(|reference| {
            let name = reference.strip_prefix("docker.io/").unwrap_or(&reference);
            let version = name.strip_prefix("docker/dockerfile");
            !version.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '@', '-']))
        })
    }

    /// The position from which directives are searched: after a byte-order mark and a shebang line.
    fn directives_start(&self) -> usize {
        let start = if self.source.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let first = SourceLines::new(self.source, start).next();
        match first.filter(|line| line.text.bytes(self.source).starts_with(b"#!")) {
            Some(shebang) => shebang.end as usize,
            None => start,
        }
    }

    fn frontend_from_slashes(&self) -> Option<String> {
        let mut seen = Vec::new();
        for line in SourceLines::new(self.source, self.directives_start()) {
            let found = parse_directive(line.text.bytes(self.source), b"//", line.text.start)?;
            if seen.contains(&found.kind) {
                return None;
            }
            seen.push(found.kind);
            if found.kind == DirectiveKind::Syntax {
                return Some(found.value.text.into_owned());
            }
        }
        None
    }

    fn frontend_from_json(&self) -> Option<String> {
        let text = self.source.get(self.directives_start()..)?;
        // For most files, the search ends here, at the first letter.
        if text.trim_ascii_start().first() != Some(&b'{') {
            return None;
        }
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(text).ok()?;
        Some(object.get("syntax")?.as_str()?.to_string())
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn three_ways_to_name_a_frontend() {
        for (source, expected) in [
            ("FROM a", None),
            ("# syntax=x/y:1 and more\nFROM a", Some("x/y:1")),
            ("#!/bin/sh\n# check=skip=all\n#SYNTAX = x\n", Some("x")),
            ("\n# syntax=x\n", None),
            (" # syntax=x\n", None),
            ("//syntax=x\n# syntax=y", Some("x")),
            ("// escape=`\n// syntax=x", Some("x")),
            ("// foo=y\n// syntax=x", None),
            ("#!/bin/sh\n//syntax=x\n", Some("x")),
            ("\u{feff}// syntax = x y", Some("x")),
            ("{\"a\": 1, \"syntax\": \"x y\"}", Some("x")),
            ("#!/bin/sh\n {\"syntax\": \"x\"}\n", Some("x")),
            ("{\"syntax\": \"x\"} a", None),
            ("{\"syntax\": \"x\"", None),
            ("{\"syntax\": 1}", None),
            ("[\"syntax\"]", None),
        ] {
            assert_eq!(parse(source.as_bytes()).frontend().as_deref(), expected, "{source:?}");
        }
    }

    #[test]
    fn other_frontends() {
        for (reference, other) in [
            ("docker/dockerfile:1", false),
            ("docker.io/docker/dockerfile:1-labs", false),
            ("docker/dockerfile", false),
            ("docker/dockerfile-upstream:master", false),
            ("docker/dockerfiles:1", true),
            ("x/y", true),
        ] {
            let source = format!("# syntax={reference}\nFROM a");
            assert_eq!(parse(source.as_bytes()).has_other_frontend(), other, "{reference}");
        }
    }
}
