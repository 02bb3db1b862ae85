//! `ENV` becomes `ARG`.

use super::fold::line;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::{BuildVariable, Reader};
use crate::rule::Checker;
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, quoted};

/// The variable as a build argument; `all` are those of the file. One ENV is changed as a whole.
pub fn fix(cx: &Checker<'_>, variable: &BuildVariable<'_>, all: &[BuildVariable<'_>]) -> Result<Fix, String> {
    let source = cx.file.source;
    let env = variable.env;
    let Arguments::Pairs { pairs, legacy } = &env.arguments else {
        return Err("it cannot be read".to_string());
    };
    let of_builds = |key: Span| all.iter().any(|other| other.key == key);
    if let Some(other) = pairs.iter().find(|pair| !of_builds(pair.key.span)) {
        return Err(format!("the same `ENV` sets {}", quoted(&other.key.text)));
    }
    if pairs.len() > 1 && pairs.iter().any(|pair| pair.value.text.contains('$')) {
        return Err("the values of one `ARG` see each other, those of one `ENV` do not".to_string());
    }
    if !env.keyword.is_verbatim(source) {
        return Err("its keyword is not in one piece".to_string());
    }
    let keyword = if env.keyword.text == "env" { "arg" } else { "ARG" };
    let mut edits = vec![Edit::replace(env.keyword.span, keyword)];
    if *legacy {
        edits.push(equals(env, source).ok_or("its value would need quotes")?);
    }
    let reader = all.iter().filter(|other| other.env.span == env.span).find_map(|other| other.reader);
    let title = "write `ARG`".to_string();
    let mut fix = match reader {
        None => Fix::new(Applicability::UnsafeMid, title, edits)
            .missing("whether anything outside of this file reads it")
            .proved("nothing in the image is unknown that could read it"),
        Some(Reader::Base) => {
            Fix::new(Applicability::Shown, title, edits).missing("whether the base image sets it, too")
        }
        Some(Reader::Step(step)) => Fix::new(Applicability::Shown, title, edits)
            .missing(format!("whether what line {} puts into the image reads it", line(cx, step))),
    };
    fix = match variable.uses.first() {
        Some(first) => fix.proved(format!(
            "{} is used in line {}, by the build",
            quoted(&variable.name),
            line(cx, first)
        )),
        None => fix.proved(format!("{} is for the package manager", quoted(&variable.name))),
    };
    Ok(fix.proved("no `CMD`, `ENTRYPOINT`, `HEALTHCHECK`, `ENV` or `LABEL` names it"))
}

/// `=` between name and value: `ENV A 1`.
fn equals(env: &Instruction<'_>, source: &[u8]) -> Option<Edit> {
    let Arguments::Pairs { pairs, .. } = &env.arguments else { return None };
    let [pair] = pairs.as_slice() else { return None };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._:/@+~-${}".contains(c);
    let between = Span::new(pair.key.span.end, pair.value.span.start);
    let blank = between.bytes(source).iter().all(|byte| matches!(byte, b' ' | b'\t'));
    (blank && pair.value.is_verbatim(source) && pair.value.text.chars().all(plain))
        .then(|| Edit::replace(between, "="))
}
