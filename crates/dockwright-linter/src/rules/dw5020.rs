//! DW5020: a service that has been shut down.

use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::shell::ShellCommand;
use crate::source::Span;
use crate::syntax::{Arguments, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW5020",
    name: "service-gone",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5020.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

/// A service that has been shut down.
struct ShutDownService {
    /// The programs that need it; each of them fails without it.
    programs: &'static [&'static str],
    /// The common part of its addresses: a host or a domain, or the start of a URL.
    address: &'static str,
    /// When it was shut down.
    since: &'static str,
    help: &'static str,
}

const KEYS: &[&str] = &["gpg", "gpg2", "apt-key"];
const ALL: &[&str] = &["wget", "git", "svn", "curl"];

static SERVICES: &[ShutDownService] = &[
    ShutDownService {
        programs: KEYS,
        address: "sks-keyservers.net",
        since: "June 2021",
        help: "use `hkps://keys.openpgp.org` or `hkps://keyserver.ubuntu.com`",
    },
    ShutDownService {
        programs: &["git"],
        address: "git://github.com/",
        since: "March 2022",
        help: "use `https://github.com/`",
    },
    ShutDownService {
        programs: &["svn"],
        address: ".googlecode.com/",
        since: "January 2016",
        help: "use the new address of the project, or a mirror",
    },
    ShutDownService {
        programs: ALL,
        address: ".invalid/",
        since: "",
        help: "use the address of an existing host",
    },
];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(absence) = cx.program_absence() else { return };
    for run in &cx.semantics.runs {
        if run.onbuild || !cx.build_runs_instruction_at(run.outer.span.start) {
            continue;
        }
        let mut decisive =
            run.script.commands.iter().filter(|command| absence.run_fails_with_command(command));
        let Some((service, span)) = decisive.find_map(find_closed_service) else { continue };
        report(cx, run.outer, span, service);
    }
    for instruction in cx.file.instructions() {
        let Arguments::Paths(paths) = &instruction.arguments else { continue };
        for source in &paths.sources {
            let word = source.word();
            let is_url = word.text.starts_with("https://") || word.text.starts_with("http://");
            let is_reserved = is_url && matches_service_address(&word.text, ".invalid/");
            if is_reserved
                && cx.build_runs_instruction_at(instruction.span.start)
                && let Some(service) = SERVICES.last()
            {
                report(cx, instruction, word.span, service);
            }
        }
    }
}

fn report(
    cx: &mut RuleChecker<'_>,
    anchor: &crate::syntax::Instruction<'_>,
    span: Span,
    service: &ShutDownService,
) {
    let shown = service.address.trim_matches(['.', '/']);
    let message = match service.since {
        "" => format!("{} is reserved, so no host has this name", quote_excerpt(".invalid")),
        since => format!("{} has been offline since {since}", quote_excerpt(shown)),
    };
    cx.report(anchor, span, message).help(service.help);
}

/// The service that a command needs, and the word that names it.
fn find_closed_service(command: &ShellCommand) -> Option<(&'static ShutDownService, Span)> {
    let name = command.name.as_deref()?;
    let services = SERVICES.iter().filter(|service| service.programs.contains(&name));
    let plain = command.wrappers.is_empty();
    services.filter(|_| plain).find_map(|service| {
        let words = command.arguments().iter().filter(|word| word.literal);
        let mut named = words.filter(|word| matches_service_address(&word.text, service.address));
        let word = named.next()?;
        let is_used = match name {
            "git" => command.has_argument(&["clone"]),
            "svn" => command.has_argument(&["checkout", "co", "export"]),
            "gpg" | "gpg2" | "apt-key" => has_keyserver(command, service.address),
            _ => true,
        };
        is_used.then_some((service, word.span))
    })
}

/// Whether a word is an address of the service: the text is the end of a host, or the start of a URL.
fn matches_service_address(word: &str, address: &str) -> bool {
    if address.contains("://") {
        return word.starts_with(address);
    }
    let word = word.rsplit_once('=').map_or(word, |(_, value)| value);
    let host = word.split_once("://").map_or(word, |(_, rest)| rest);
    let host = host.split(['/', ':', '?']).next().unwrap_or_default();
    let domain = address.trim_matches(['.', '/']);
    host == domain || host.ends_with(&format!(".{domain}"))
}

/// Whether the only key server of the command is this service, and it requests keys from it.
fn has_keyserver(command: &ShellCommand, address: &str) -> bool {
    let servers = command.arguments().windows(2).filter(|pair| pair[0].text == "--keyserver");
    let joined = command.arguments().iter().filter_map(|word| word.text.strip_prefix("--keyserver="));
    let servers: Vec<&str> = servers.map(|pair| pair[1].text.as_str()).chain(joined).collect();
    let asks = command
        .arguments()
        .iter()
        .any(|word| matches!(word.text.as_str(), "--recv-keys" | "--recv-key" | "--recv" | "--receive-keys"));
    asks && servers.len() == 1 && servers.iter().all(|server| matches_service_address(server, address))
}
