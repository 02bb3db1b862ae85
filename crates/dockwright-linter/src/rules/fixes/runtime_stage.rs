//! A separate stage for the program that the container starts; the build stays in the first stage.

use super::fold_into_copy::start_line;
use super::inherited::inherited_setup;
use super::instruction_edit;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::RuntimeStagePlan;
use crate::rule::RuleChecker;
use crate::semantic::{View, mentioned_variables, parse_settings};
use crate::syntax::{Arguments, Instruction, Item, Kind, quote_excerpt};

/// Adds a second stage, or returns the reason why that is not possible.
pub(crate) fn add_runtime_stage(cx: &RuleChecker<'_>, plan: &RuntimeStagePlan) -> Result<Fix, String> {
    let source = cx.file.source;
    let items = &cx.file.items;
    let of_layer = |item: &Item<'_>| {
        item.instruction().is_some_and(|one| matches!(one.kind, Kind::Run | Kind::Copy | Kind::Add))
    };
    let split = items.iter().rposition(of_layer).ok_or("nothing is built")?;
    let before = items.get(..=split).unwrap_or_default().iter().filter_map(Item::instruction);
    let before: Vec<&Instruction<'_>> = before.collect();
    let from = before.iter().find(|one| one.kind == Kind::From).copied().ok_or("the file has no `FROM`")?;
    let Arguments::From(words) = &from.arguments else {
        return Err("the `FROM` of the stage has a syntax error".to_string());
    };
    let upper = from.keyword.text.chars().any(char::is_uppercase);
    let case = |word: &str| if upper { word.to_string() } else { word.to_lowercase() };
    let mut edits = Vec::new();
    let name = if let Some(alias) = &words.alias {
        alias.name.text.to_string()
    } else {
        edits.push(Edit::insert(words.image.span.end, case(" AS build")));
        "build".to_string()
    };
    // The new stage gets the flags of the FROM: a program that is built for one platform also runs on it.
    let flags =
        from.flags.iter().map(|flag| String::from_utf8_lossy(flag.span.bytes(source)).into_owned() + " ");
    let flags: String = flags.collect();
    let mut lines = vec![format!("{} {flags}{}", case("FROM"), plan.runtime)];
    let mut proof = plan.proof.clone();
    for instruction in before.iter().filter(|one| one.span.start > from.span.start) {
        repeat_metadata(cx, plan, instruction, &before, &mut lines, &mut edits)?;
    }
    check_remaining_instructions(cx, plan)?;
    let behind = items.get(split + 1..).unwrap_or_default().iter().filter_map(Item::instruction);
    let said = behind.map(|one| String::from_utf8_lossy(one.span.bytes(source)).into_owned());
    let texts: Vec<String> = lines.iter().cloned().chain(said).collect();
    let inherited = inherited_setup(cx, plan, &texts)?;
    // Before instructions that may use them.
    lines.splice(1..1, inherited.lines.iter().map(|line| keyword_in_case(line, upper)));
    proof.extend(inherited.proof);
    let outline = cx.outline().ok_or("the file is too long to analyze")?;
    let at_split = outline
        .drafts
        .steps
        .iter()
        .rfind(|draft| before.iter().any(|one| one.span == draft.instruction.span));
    let workdir = at_split.and_then(|draft| draft.state.workdir.clone());
    let workdir = workdir.ok_or("the working directory is unknown")?;
    if workdir != "/" && !plan.starts_itself {
        lines.push(format!("{} {workdir}", case("WORKDIR")));
    }
    for (path, to) in &plan.copies {
        lines.push(format!("{} --from={name} {path} {to}", case("COPY")));
    }
    if plan.starts_itself {
        let starts = cx.file.instructions().filter(|one| matches!(one.kind, Kind::Cmd | Kind::Entrypoint));
        for start in starts.filter(|one| !before.iter().any(|own| own.span == one.span)) {
            edits.push(
                instruction_edit::remove_lines(cx, start)
                    .ok_or("the program that the image starts cannot be separated")?,
            );
        }
    }
    let item = items.get(split).ok_or("nothing is built")?;
    let newline = if item.span.bytes(source).ends_with(b"\n") { "" } else { "\n" };
    let end = if newline.is_empty() { "\n" } else { "" };
    edits.push(Edit::insert(item.span.end, format!("{newline}\n{}{end}", lines.join("\n"))));
    edits.sort();
    proof.push("the new stage repeats the settings of the image".to_string());
    let title = format!("use `{}` as the base, and copy the result of the build", plan.runtime);
    let missing: Vec<String> = plan.missing.iter().cloned().chain(inherited.missing).collect();
    let fix = if missing.is_empty() {
        Fix::new(Applicability::UnsafeHigh, title, edits).with_risk("other programs of the image may be used")
    } else {
        Fix::new(Applicability::Suggestion, title, edits).with_risk(missing.join("; "))
    };
    Ok(proof.into_iter().fold(fix.without_information_loss(), Fix::with_proof))
}

/// A line with its keyword in the case that the file uses.
fn keyword_in_case(line: &str, upper: bool) -> String {
    match line.split_once(' ') {
        Some((keyword, rest)) if !upper => format!("{} {rest}", keyword.to_lowercase()),
        _ => line.to_string(),
    }
}

/// Metadata instructions of the build are repeated in the new stage.
fn repeat_metadata(
    cx: &RuleChecker<'_>,
    plan: &RuntimeStagePlan,
    instruction: &Instruction<'_>,
    before: &[&Instruction<'_>],
    lines: &mut Vec<String>,
    edits: &mut Vec<Edit>,
) -> Result<(), String> {
    let text = String::from_utf8_lossy(instruction.span.bytes(cx.file.source)).into_owned();
    match instruction.kind {
        Kind::Env => {
            let keys = parse_settings(cx.file, instruction, View::Exact);
            if keys.iter().all(|setting| (plan.of_tools)(&setting.key)) {
                return Ok(());
            }
        }
        Kind::User => {
            let user = instruction.rest.text.trim();
            if !user.split(':').all(|part| part == "root" || part.bytes().all(|byte| byte.is_ascii_digit())) {
                return Err(format!("the account {} does not exist in the new image", quote_excerpt(user)));
            }
        }
        Kind::Cmd | Kind::Entrypoint if plan.starts_itself => {
            return Err("the start command is set before the build".to_string());
        }
        Kind::Expose | Kind::Label | Kind::Volume | Kind::Stopsignal | Kind::Cmd | Kind::Entrypoint => {
            // The instruction only sets image metadata, so it moves unless a comment describes it.
            if let Some(removal) = instruction_edit::remove_lines(cx, instruction) {
                edits.push(removal);
            }
        }
        Kind::Healthcheck => {
            return Err("the program of the health check may not be in the new image".to_string());
        }
        _ => return Ok(()),
    }
    // The build arguments that it names are also declared in the new stage.
    for name in mentioned_variables(&text) {
        let declares = |one: &&&Instruction<'_>| match &one.arguments {
            Arguments::Declarations(all) => all.iter().any(|one| one.name.text == name),
            _ => false,
        };
        if let Some(argument) = before.iter().find(declares) {
            let declared = String::from_utf8_lossy(argument.span.bytes(cx.file.source)).into_owned();
            if !lines.contains(&declared) {
                lines.push(declared);
            }
        }
    }
    lines.push(text);
    Ok(())
}

/// Refuses the fix if instructions after the build need files that the new image lacks.
fn check_remaining_instructions(cx: &RuleChecker<'_>, plan: &RuntimeStagePlan) -> Result<(), String> {
    for instruction in cx.file.instructions() {
        let at = start_line(cx, instruction);
        if instruction.kind == Kind::Healthcheck && !instruction.rest.text.trim().eq_ignore_ascii_case("none")
        {
            return Err(format!("the program of the health check on line {at} may not be in the new image"));
        }
        if instruction.kind == Kind::User {
            let user = instruction.rest.text.trim();
            let known = |part: &str| part == "root" || part.bytes().all(|byte| byte.is_ascii_digit());
            if !user.split(':').all(known) {
                return Err(format!(
                    "the account {} does not exist in `{}`",
                    quote_excerpt(user),
                    plan.runtime
                ));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::rules::fixes::apply_first_fix::apply_first_fix;

    /// The file with the new stage, or why there is none.
    fn split(source: &str) -> Result<String, String> {
        apply_first_fix(&crate::rules::dw2401::RULE, source).map(|(_, text)| text)
    }

    #[test]
    fn new_stage_inherits_image_settings() {
        let before = "\
FROM --platform=linux/amd64 golang:1.22-alpine3.20
ARG VERSION=dev
# Which it is.
LABEL version=$VERSION
LABEL other=x
ENV APP_ENV=prod
ENV GOPROXY=direct
EXPOSE 80
USER 1000:1000
WORKDIR /src
COPY main.go ./
RUN go build -ldflags \"-X main.v=$VERSION\" -o /usr/local/bin/api .

# Cleanly.
STOPSIGNAL SIGINT
CMD [\"api\", \"--port\", \"80\"]
";
        let after = "\
FROM --platform=linux/amd64 golang:1.22-alpine3.20 AS build
ARG VERSION=dev
# Which it is.
LABEL version=$VERSION
ENV APP_ENV=prod
ENV GOPROXY=direct
USER 1000:1000
WORKDIR /src
COPY main.go ./
RUN go build -ldflags \"-X main.v=$VERSION\" -o /usr/local/bin/api .

FROM --platform=linux/amd64 alpine:3.20
ARG VERSION=dev
LABEL version=$VERSION
LABEL other=x
ENV APP_ENV=prod
EXPOSE 80
USER 1000:1000
WORKDIR /src
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /usr/local/go/lib/time/zoneinfo.zip
COPY --from=build /usr/local/bin/api /usr/local/bin/api

# Cleanly.
STOPSIGNAL SIGINT
CMD [\"api\", \"--port\", \"80\"]
";
        assert_eq!(split(before).as_deref(), Ok(after));
    }

    #[test]
    fn refuses_if_new_image_lacks_programs() {
        for (more, reason) in [
            ("USER app\n", "the account `app`"),
            ("HEALTHCHECK CMD curl -f http://localhost\n", "the health check"),
        ] {
            let text = format!("FROM golang:1.22\nRUN go build -o /bin/a .\n{more}CMD [\"/bin/a\"]\n");
            assert!(split(&text).is_err_and(|found| found.contains(reason)), "{text}");
        }
    }
}
