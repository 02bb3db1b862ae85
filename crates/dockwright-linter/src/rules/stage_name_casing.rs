//! StageNameCasing: the name of a stage with upper-case letters.

use crate::diagnostic::{Applicability, Edit, Fix, Severity};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::Builder;
use crate::semantic::build::BuildCheckTiming;
use crate::syntax::{Arguments, Dockerfile, Instruction, Kind, Word, quote_excerpt};

pub(crate) static RULE: Rule = Rule {
    code: "StageNameCasing",
    name: "stage-name-casing",
    severity: Severity::Style,
    fixable: Fixable::Sometimes,
    is_notation: true,
    moment: BuildCheckTiming::Node,
    check: Check::Instruction(&[Kind::From], check),
    docs: include_str!("../../../../rules/StageNameCasing.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>, from: &Instruction<'_>) {
    let Arguments::From(arguments) = &from.arguments else { return };
    // The third word of three, whatever the second one is.
    let name = match (&arguments.alias, arguments.stray.as_slice()) {
        (Some(alias), []) => &alias.name,
        (None, [_, name]) => name,
        _ => return,
    };
    if !name.text.chars().any(char::is_uppercase) {
        return;
    }
    // The builder does not expand variables there: in lowercase, it would still not be a name.
    let is_name = arguments.alias.is_some() && !name.text.contains('$');
    let edits = is_name.then(|| lowercase_edits(cx.file, name)).flatten();
    let builder = cx.options.builder;
    let found = cx
        .report(from, name.span, format!("stage name {} is not lowercase", quote_excerpt(&name.text)))
        .help("use lowercase for the name and every reference to it");
    if let Some((edits, variable)) = edits {
        let title = format!("write {}", quote_excerpt(&name.text.to_lowercase()));
        let missing = if variable {
            Some("a variable in `FROM` may refer to the stage")
        } else {
            (builder != Builder::Buildkit).then_some("some builders compare stage names case-sensitively")
        };
        found.fix(match missing {
            Some(fact) => Fix::new(Applicability::Suggestion, title, edits).with_risk(fact),
            None => Fix::new(Applicability::UnsafeLow, title, edits)
                .with_risk("`--target` outside this file may use the old name"),
        });
    } else {
        found.add_reason_not_fixed("the name is used elsewhere in an unclear way");
    }
}

/// The name and all its uses in lower case; and whether variables might hide a use. `None` if two stages would then
/// have the same name, or if a use cannot be changed.
fn lowercase_edits(file: &Dockerfile<'_>, name: &Word<'_>) -> Option<(Vec<Edit>, bool)> {
    let lower = name.text.to_lowercase();
    let means = |word: &Word<'_>| word.text.to_lowercase() == lower;
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut variable = false;
    for instruction in file.instructions() {
        let inner = match &instruction.arguments {
            Arguments::Onbuild(inner) => inner,
            _ => instruction,
        };
        let before = words.len();
        if let Arguments::From(from) = &inner.arguments {
            variable |= from.image.text.contains('$');
            if let Some(alias) = from.alias.as_ref().filter(|alias| means(&alias.name)) {
                if alias.name.span != name.span {
                    return None;
                }
                words.push(name.clone());
            }
            // Before the stage, the name is that of an image.
            if from.image.span.start > name.span.start && means(&from.image) {
                words.push(from.image.clone());
            }
        } else {
            words.extend(inner.flag_value("from").filter(|from| means(from)).cloned());
            let mounts = inner.mounts();
            let sources = mounts.iter().filter_map(|mount| mount.from()).filter(|from| means(from));
            words.extend(sources.map(|from| Word { text: from.text.to_string().into(), span: from.span }));
        }
        if !std::ptr::eq(inner, instruction) && words.len() > before {
            return None;
        }
    }
    words.retain(|word| word.text != lower);
    let verbatim = words.iter().all(|word| word.is_verbatim(file.source));
    verbatim.then(|| (words.iter().map(|word| Edit::replace(word.span, lower.clone())).collect(), variable))
}
