//! DW3105: a program that the user who runs it can overwrite.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason, Severity};
use crate::rule::{Check, Fixable, Rule, RuleActivation, RuleChecker};
use crate::semantic::base_image::StageUser;
use crate::semantic::interpreted::is_interpreter;
use crate::shell::ShellCommand;
use crate::source::Span;
use crate::syntax::{Arguments, Flag, Instruction, Kind, Paths, Source};

pub(crate) static RULE: Rule = Rule {
    code: "DW3105",
    name: "program-writable-by-its-user",
    severity: Severity::Info,
    enabled: RuleActivation::Selected,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3105.md"),
    ..Rule::SECURITY
};

/// The owner of the program, and the instruction that sets it.
struct ProgramOwner<'a> {
    name: String,
    anchor: Span,
    span: Span,
    /// The `--chown` of the COPY, if that copies one file.
    flag: Option<&'a Flag<'a>>,
    writable: bool,
}

fn check(cx: &mut RuleChecker<'_>) {
    let Some(stage) = cx.semantics.stages.last() else { return };
    let (end, stage) = (u32::try_from(cx.file.source.len()).unwrap_or(u32::MAX), stage.index);
    let StageUser::Other(user) = cx.semantics.user_at(stage, end) else { return };
    let user = user_without_group(&user);
    let Some(program) = started_program(cx, stage) else { return };
    let Some(owner) = owner_of_program(cx, stage, &program).filter(|owner| owner.writable) else { return };
    if owner.name != user && !is_account_number(cx, stage, &owner.name, user) {
        return;
    }
    let message = format!("`{}` can be overwritten by the user that runs it", program.replace('`', "'"));
    let offer = offer_fix(cx, &owner);
    cx.report_at(owner.anchor, owner.span, message)
        .help("let root own it, and give the user only the files it writes")
        .fix_or_reason(offer);
}

/// The user without the group.
fn user_without_group(user: &str) -> &str {
    user.split(':').next().unwrap_or(user)
}

/// The absolute path of the program that the container starts: the program, or the script of an interpreter.
fn started_program(cx: &RuleChecker<'_>, stage: usize) -> Option<String> {
    let first = cx.semantics.start_instructions(stage).program_instruction()?;
    let commands = cx.semantics.commands_of(first);
    let command = commands.first()?;
    let name = command.name.as_deref()?;
    let word = command.words.get(command.name_at).map_or(name, |word| word.text.as_str());
    let script = is_interpreter(name.rsplit('/').next().unwrap_or(name))
        .then(|| command.operands().next())
        .flatten()
        .filter(|_| !command.arguments().iter().any(|word| matches!(word.text.as_str(), "-c" | "-m" | "-e")));
    let path = script.map_or(word, |word| word.text.as_str());
    let is_plain = path.starts_with('/') && !path.contains(['$', '*', '?', ' ']);
    is_plain.then(|| path.to_string())
}

/// The owner that the last instruction of the chain gives the program.
fn owner_of_program<'a>(cx: &RuleChecker<'a>, stage: usize, program: &str) -> Option<ProgramOwner<'a>> {
    let mut owner: Option<ProgramOwner<'a>> = None;
    for instruction in cx.semantics.instructions_of(stage) {
        if let Arguments::Paths(paths) = &instruction.arguments {
            if let Some(alone) = copies_program(paths, program) {
                let flag = instruction.flags.iter().find(|flag| flag.name.text == "chown");
                let mode = instruction.flag_value("chmod");
                let value = flag.and_then(|flag| flag.value.as_ref());
                owner = Some(ProgramOwner {
                    name: value.map_or("root".to_string(), |word| user_without_group(&word.text).to_string()),
                    anchor: instruction.span,
                    span: flag.map_or(instruction.span, |flag| flag.span),
                    flag: flag.filter(|_| alone),
                    writable: mode.is_none_or(|mode| owner_can_write(&mode.text)),
                });
            }
        } else if instruction.kind == Kind::Run {
            let run = cx.semantics.find_run(instruction);
            for command in run.map(|run| run.script.commands.as_slice()).unwrap_or_default() {
                apply_owner_change(instruction, command, program, &mut owner);
            }
        }
    }
    owner
}

/// Whether the COPY or ADD copies the program, and if so, whether it copies nothing else.
fn copies_program(paths: &Paths<'_>, program: &str) -> Option<bool> {
    let destination = paths.destination.as_ref()?.text.trim_matches(['"', '\'']).to_string();
    if destination == program {
        return Some(true);
    }
    let directory = destination.trim_end_matches('/');
    let rest = program.strip_prefix(directory)?.strip_prefix('/')?;
    let names: Vec<String> = paths
        .sources
        .iter()
        .filter_map(Source::path)
        .map(|word| word.text.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_string())
        .collect();
    let named = names.iter().any(|name| name == rest);
    let may_bring =
        named || names.iter().any(|name| matches!(name.as_str(), "." | "" | "*") || !name.contains('.'));
    may_bring.then_some(named && names.len() == 1)
}

/// Applies the changes of a command to the owner or the mode.
fn apply_owner_change<'a>(
    run: &Instruction<'a>,
    command: &ShellCommand,
    program: &str,
    owner: &mut Option<ProgramOwner<'a>>,
) {
    let recursive = command.arguments().iter().any(|word| {
        word.text == "--recursive"
            || (word.is_flag() && !word.text.starts_with("--") && word.text.contains('R'))
    });
    let mut operands = command.operands();
    let (Some(value), true) = (operands.next(), command.is_any(&["chown", "chmod"])) else { return };
    let is_concerned = operands.any(|word| {
        let path = word.text.trim_end_matches('/');
        path == program || (recursive && program.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
    });
    if !is_concerned {
        return;
    }
    if command.is("chmod") {
        if let Some(owner) = owner {
            owner.writable = owner_can_write(&value.text);
        }
    } else if owner.is_some() {
        let writable = owner.as_ref().is_some_and(|owner| owner.writable);
        let name = user_without_group(&value.text).to_string();
        *owner = Some(ProgramOwner { name, anchor: run.span, span: command.span, flag: None, writable });
    }
}

/// Whether the owner can write with this mode; a mode that does not mention this changes nothing.
fn owner_can_write(mode: &str) -> bool {
    let digits = mode.trim_start_matches('0');
    match digits
        .len()
        .checked_sub(3)
        .and_then(|at| digits.get(at..=at))
        .and_then(|digit| digit.parse::<u8>().ok())
    {
        Some(digit) => digit & 2 != 0,
        None => !mode.split(',').any(|part| {
            let who = part.split(['-', '=', '+']).next().unwrap_or_default();
            let is_owner = who.is_empty() || who.contains(['a', 'u']);
            let takes = part.split_once('-').is_some_and(|(_, what)| what.contains('w'));
            let sets = part.split_once('=').is_some_and(|(_, what)| !what.contains('w'));
            is_owner && (takes || sets)
        }),
    }
}

/// Whether the file creates an account with this name and this number.
fn is_account_number(cx: &RuleChecker<'_>, stage: usize, one: &str, other: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (number, name) = match (is_number(one), is_number(other)) {
        (true, false) => (one, other),
        (false, true) => (other, one),
        _ => return false,
    };
    let runs = cx.semantics.runs_of_stage_chain(stage);
    runs.flat_map(|run| &run.script.commands).filter(|command| command.is_any(&["useradd", "adduser"])).any(
        |command| {
            let words = command.arguments();
            let names_it = words.iter().any(|word| word.text == name);
            let by_pair = words.windows(2).any(|pair| match pair {
                [option, value] => {
                    let is_uid = option.text == "--uid"
                        || (option.text.starts_with('-')
                            && !option.text.starts_with("--")
                            && option.text.ends_with('u'));
                    is_uid && value.text == number
                }
                _ => false,
            });
            let by_word = words.iter().any(|word| word.text.strip_prefix("--uid=") == Some(number));
            names_it && (by_pair || by_word)
        },
    )
}

fn offer_fix(cx: &RuleChecker<'_>, owner: &ProgramOwner<'_>) -> FixOrReason {
    let Some(flag) = owner.flag else { return Err("the command also changes other files".into()) };
    let after = Span::new(flag.span.end, flag.span.end + 1).bytes(cx.file.source);
    if after != b" " {
        return Err("the flag is not followed by one space".into());
    }
    let edit = Edit::delete(Span::new(flag.span.start, flag.span.end + 1));
    let fix = Fix::new(Applicability::Suggestion, "let root own the program", [edit]);
    Ok(fix.with_risk("the program may write to its own file"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn programs_that_their_user_can_write() {
        check_problem_counts(
            &RULE,
            &[
                (1, "COPY --chown=app server /app/server\nUSER app\nENTRYPOINT [\"/app/server\"]"),
                (1, "COPY --chown=app:app server /app/\nUSER app:app\nCMD [\"/app/server\"]"),
                (1, "COPY server /app/server\nRUN chown -R 1000 /app\nUSER 1000\nCMD [\"/app/server\"]"),
                (
                    1,
                    "RUN useradd -u 1000 app\nCOPY --chown=app server /app/server\nUSER 1000\nCMD /app/server",
                ),
                (
                    1,
                    "RUN useradd --uid=1000 app\nCOPY --chown=1000 server /app/server\nUSER app\nCMD /app/server",
                ),
                (1, "COPY --chown=app . /app\nUSER app\nCMD [\"python3\", \"/app/main.py\"]"),
                (1, "FROM debian AS a\nCOPY --chown=app s /app/s\nFROM a\nUSER app\nCMD [\"/app/s\"]"),
                (0, "COPY --chown=other server /app/server\nUSER app\nENTRYPOINT [\"/app/server\"]"),
                (
                    0,
                    "COPY --chown=app --chmod=0555 server /app/server\nUSER app\nENTRYPOINT [\"/app/server\"]",
                ),
                (
                    0,
                    "COPY --chown=app server /app/server\nRUN chmod a-w /app/server\nUSER app\nCMD [\"/app/server\"]",
                ),
                (0, "COPY --chown=app server /app/server\nUSER app\nENTRYPOINT [\"server\"]"),
                (0, "COPY --chown=app server /app/server\nUSER root\nENTRYPOINT [\"/app/server\"]"),
                (0, "COPY --chown=app data /data\nUSER app\nENTRYPOINT [\"/usr/bin/server\"]"),
                (0, "COPY server /app/server\nUSER app\nENTRYPOINT [\"/app/server\"]"),
                (
                    0,
                    "RUN useradd -u 1001 app\nCOPY --chown=app server /app/server\nUSER 1000\nCMD /app/server",
                ),
                (
                    0,
                    "COPY --chown=app server /app/server\nRUN chown root /app/server\nUSER app\nCMD /app/server",
                ),
            ],
        );
    }
}
