//! DW2002: a full base image where the slim one would do.

use crate::diagnostic::{Applicability, Edit, Fix, Severity};
use crate::facts::{about, images};
use crate::optimize::facts;
use crate::rule::{Check, Checker, Fixable, Rule};

pub(super) static RULE: Rule = Rule {
    code: "DW2002",
    name: "full-base-image",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../rules/DW2002.md"),
    ..Rule::DOCKWRIGHT
};

const HELP: &str = "try the slim image: the same release without compilers and headers";

fn check(cx: &mut Checker<'_>) {
    let Some((index, slim)) = facts::slim_base(cx.semantics) else { return };
    let Some(stage) = cx.semantics.stages.get(index) else { return };
    let message = format!("`{slim}` should be enough here, instead of `{}`", stage.image.text());
    let image = stage.image_word;
    let is_written = image.is_verbatim(cx.file.source) && !image.text.contains('$');
    let help = match images::saved(stage.image.text(), &slim) {
        Some(bytes) => format!("{HELP}, ~{} smaller", about(bytes)),
        None => HELP.to_string(),
    };
    let found = cx.report(stage.from, image.span, message).help(help);
    if is_written {
        let fix = Fix::new(Applicability::Shown, "use the slim image", [Edit::replace(image.span, &*slim)]);
        found.fix(
            fix.missing("the container may need files that only the full image has")
                .proved(format!("`{slim}` is the same release"))
                .proved("every command in the file is known, and the slim image provides what they need"),
        );
    } else {
        found.refuse("a variable selects the image");
    }
}
