//! DW2002: a full base image although the slim one should be sufficient.

use crate::diagnostic::{Applicability, Edit, Fix, ProblemCost, Severity};
use crate::facts::{format_size, images};
use crate::optimize::facts::{self, ReasonAgainstSlim, SlimBase, SmallerBaseReason};
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
const HELP_SMALLER: &str = "try the smaller image";

fn check(cx: &mut RuleChecker<'_>) {
    let without_runtime = || facts::find_base_without_runtime(cx.outline()?, cx.context);
    let smaller_runtime = || {
        let outline = cx.outline().filter(|outline| !outline.is_for_development())?;
        facts::find_small_runtime(outline, cx.context)
    };
    let found = facts::find_slim_base(cx.semantics).or_else(without_runtime).or_else(smaller_runtime);
    let Some(SlimBase { stage, image: slim, doubt, advice }) = found else { return };
    let Some(stage) = cx.semantics.stages.get(stage) else { return };
    let message = match &doubt {
        None => format!("`{slim}` should be enough here"),
        Some(ReasonAgainstSlim::Lacks { program, .. }) => {
            format!("`{slim}` with `{program}` may be enough here")
        }
        Some(ReasonAgainstSlim::Unknown(_)) => format!("`{slim}` may be enough here"),
    };
    let full = stage.image.text().split('@').next().unwrap_or_default();
    let image = stage.image_word;
    let is_written = image.is_verbatim(cx.file.source) && !image.text.contains('$');
    let saved = images::size_saved(full, &slim);
    let (text, usual_megabytes) = match advice {
        SmallerBaseReason::Slim => (HELP, 400),
        SmallerBaseReason::WithoutRuntime => (HELP_WITHOUT_RUNTIME, 100),
        SmallerBaseReason::SmallerRuntime => (HELP_SMALLER, 80),
    };
    let mut help = match saved {
        Some(bytes) => format!("{text} (~{} smaller)", format_size(bytes)),
        None => text.to_string(),
    };
    // The full images of languages are built on `buildpack-deps`; those of Debian have no compilers either.
    let (lacks, example) = if full.split(':').next().is_some_and(|name| name == "debian") {
        ("man pages, documentation or translations", "translations")
    } else {
        ("compilers or headers", "compilers")
    };
    match &doubt {
        Some(ReasonAgainstSlim::Lacks { program, line }) => {
            help += &format!(", and install `{program}`, which line {line} needs");
        }
        Some(ReasonAgainstSlim::Unknown(why)) => help += &format!("; {why}"),
        None => {}
    }
    let loss = saved.map_or(ProblemCost::UnknownSize { usual_megabytes }, ProblemCost::Image);
    let found = cx.report(stage.from, image.span, message).help(help).set_cost(loss);
    if stage.image.digest().is_some() {
        found.add_reason_not_fixed("the digest of the other image is unknown");
    } else if is_written {
        let fix =
            Fix::new(Applicability::Suggestion, format!("use `{slim}`"), [Edit::replace(image.span, &*slim)]);
        let fix = fix.with_proof(format!("`{slim}` is the same release"));
        found.fix(match doubt {
            Some(doubt) if advice == SmallerBaseReason::SmallerRuntime => fix
                .with_risk(doubt.to_string())
                .with_proof("the image installs nothing and starts one program"),
            Some(doubt) => fix.with_risk(format!("{doubt}; the slim image has no {lacks}")),
            None if advice == SmallerBaseReason::WithoutRuntime => fix
                .with_risk("the container may start other programs, which need the runtime")
                .with_proof("every `dotnet publish` of the file includes the runtime"),
            None => fix
                .with_risk(format!(
                    "the container may need files that only the full image has, such as {example}"
                ))
                .with_proof("all commands in the file are known, and the slim image provides what they need"),
        });
    } else {
        found.add_reason_not_fixed("a variable selects the image");
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
