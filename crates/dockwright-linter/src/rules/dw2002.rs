//! DW2002: a full base image although the slim one should be sufficient.

use crate::diagnostic::{Applicability, Edit, Fix, ProblemCost, Severity};
use crate::facts::{format_size, images};
use crate::optimize::facts::{self, SlimBase};
use crate::rule::{Check, Fixable, Rule, RuleChecker};

pub(crate) static RULE: Rule = Rule {
    code: "DW2002",
    name: "full-base-image",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2002.md"),
    ..Rule::OPTIMIZER
};

const HELP: &str = "try the slim image";
const HELP_WITHOUT_RUNTIME: &str = "try the image without the .NET runtime, which the program contains";

fn check(cx: &mut RuleChecker<'_>) {
    let without_runtime = || facts::find_base_without_runtime(cx.outline()?, cx.context);
    let found = facts::find_slim_base(cx.semantics).or_else(without_runtime);
    let Some(SlimBase { stage, image: slim, doubt, contains_runtime }) = found else { return };
    let Some(stage) = cx.semantics.stages.get(stage) else { return };
    let enough = if doubt.is_some() { "may be enough" } else { "should be enough" };
    let message = format!("`{slim}` {enough} here, instead of `{}`", stage.image.text());
    let image = stage.image_word;
    let is_written = image.is_verbatim(cx.file.source) && !image.text.contains('$');
    let saved = images::size_saved(stage.image.text(), &slim);
    let advice = if contains_runtime { HELP_WITHOUT_RUNTIME } else { HELP };
    let mut help = match saved {
        Some(bytes) => format!("{advice}, ~{} smaller", format_size(bytes)),
        None => advice.to_string(),
    };
    if let Some(doubt) = &doubt {
        help += &format!("; {doubt}");
    }
    let usual_megabytes = if contains_runtime { 100 } else { 400 };
    let loss = saved.map_or(ProblemCost::UnknownSize { usual_megabytes }, ProblemCost::Image);
    let found = cx.report(stage.from, image.span, message).help(help).set_cost(loss);
    if is_written {
        let fix =
            Fix::new(Applicability::Suggestion, "use the slim image", [Edit::replace(image.span, &*slim)]);
        let fix = fix.with_proof(format!("`{slim}` is the same release"));
        found.fix(match doubt {
            Some(doubt) => fix.with_risk(format!("{doubt}; the slim image has no compilers or headers")),
            None if contains_runtime => fix
                .with_risk("the container may start other programs, which need the runtime")
                .with_proof("every `dotnet publish` of the file includes the runtime"),
            None => fix
                .with_risk("the container may need files that only the full image has, such as compilers")
                .with_proof("every command in the file is known, and the slim image provides what they need"),
        });
    } else {
        found.not_fixed("a variable selects the image");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::Linter;

    #[test]
    fn reports_programs_with_their_own_runtime() {
        let linter = Linter::with_rules([&RULE]);
        let build = "FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build\nWORKDIR /src\nCOPY . .\nRUN ";
        for (publish, end, reports) in [
            ("dotnet publish -r linux-x64 --self-contained -o /out", "CMD [\"/app/shop\"]", 1),
            ("dotnet publish -r linux-x64 --self-contained true -o /out", "CMD [\"/app/shop\"]", 1),
            ("dotnet publish -r linux-x64 -p:PublishAot=true -o /out", "CMD [\"/app/shop\"]", 1),
            ("dotnet publish -r linux-x64 --self-contained false -o /out", "CMD [\"/app/shop\"]", 0),
            ("dotnet publish --self-contained -o /out", "CMD [\"dotnet\", \"/app/shop.dll\"]", 0),
            ("dotnet publish --self-contained -o /out", "CMD [\"/app/start.sh\"]", 0),
            (
                "dotnet publish --self-contained -o /out",
                "COPY --from=build /usr/share/dotnet /usr/share/dotnet\nCMD [\"/app/shop\"]",
                0,
            ),
            ("dotnet publish --self-contained -o /out && dotnet publish b -o /out", "CMD [\"/app/shop\"]", 0),
        ] {
            let text = format!(
                "{build}{publish}\nFROM mcr.microsoft.com/dotnet/aspnet:8.0-alpine\nCOPY --from=build /out /app\n{end}\n"
            );
            assert_eq!(linter.lint(text.as_bytes()).len(), reports, "{text}");
        }
    }
}
