//! DW3403: ports of services for administration.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::paths::base_name;

pub(crate) static RULE: Rule = Rule {
    code: "DW3403",
    name: "admin-port",
    severity: Severity::Info,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3403.md"),
    ..Rule::SECURITY
};

/// Ports (first and last), with the service.
const PORTS: [(u16, u16, &str); 7] = [
    (22, 22, "SSH"),
    (23, 23, "Telnet"),
    (512, 514, "a remote shell"),
    (2375, 2375, "the Docker API without TLS"),
    (3389, 3389, "RDP"),
    (5900, 5909, "VNC"),
    (5985, 5985, "WinRM"),
];

/// Programs whose images are these services, or need them.
const SERVERS: [&str; 12] = [
    "sshd",
    "dropbear",
    "dockerd",
    "in.telnetd",
    "vncserver",
    "x11vnc",
    "xvnc",
    "gitea",
    "gogs",
    "forgejo",
    "tigervncserver",
    "telnetd",
];

fn check(cx: &mut RuleChecker<'_>) {
    let stage = cx.semantics.stages.last().map_or(0, |stage| stage.index);
    for port in &cx.semantics.build.facts.ports {
        if port.site.fired || !cx.semantics.is_in_image_at(port.site.anchor.span.start) || !port.known {
            continue;
        }
        let Some(service) = admin_service_of_port(&port.value) else { continue };
        if starts_admin_server(cx, stage) {
            return;
        }
        let shown = port.value.replace('`', "'");
        let message =
            format!("`EXPOSE {shown}` declares the port of {service}, which a container rarely needs");
        cx.report_at(port.site.anchor.span, port.span, message)
            .help("remove the `EXPOSE`; to administer a container, use `docker exec`");
    }
}

/// The service of a port or of one in a range.
fn admin_service_of_port(text: &str) -> Option<&'static str> {
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    if !protocol.eq_ignore_ascii_case("tcp") {
        return None;
    }
    let ports = ports.rsplit(':').next().unwrap_or(ports);
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let (first, last): (u16, u16) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    PORTS.iter().find(|(low, high, _)| first <= *high && *low <= last).map(|(_, _, service)| *service)
}

/// Whether the container starts such a server.
fn starts_admin_server(cx: &RuleChecker<'_>, stage: usize) -> bool {
    let started = cx.semantics.start_instructions(stage);
    let is_server = |text: &str| {
        let name = base_name(text).to_ascii_lowercase();
        // With an init system, the container is used as a machine.
        matches!(text, "/sbin/init" | "/lib/systemd/systemd" | "/usr/lib/systemd/systemd" | "systemd")
            || SERVERS.iter().any(|server| name.starts_with(server))
            || name.starts_with("gitlab")
            || name.starts_with("sftp")
    };
    started.instructions().flat_map(|one| cx.semantics.commands_of(one)).any(|command| {
        command.name.as_deref().is_some_and(is_server)
            || command.words.iter().any(|word| is_server(&word.text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_administration_ports() {
        check_problem_counts(
            &RULE,
            &[
                (1, "EXPOSE 80 22"),
                (1, "EXPOSE 22/tcp"),
                (1, "EXPOSE 20-25"),
                (1, "ARG P=22\nEXPOSE $P"),
                (1, "EXPOSE 5901"),
                (1, "EXPOSE 2375"),
                (0, "EXPOSE 2222"),
                (0, "EXPOSE 514/udp"),
                (0, "EXPOSE 22\nCMD [\"/usr/sbin/sshd\",\"-D\"]"),
                (0, "EXPOSE 22\nENTRYPOINT exec /usr/sbin/sshd -D"),
                (0, "FROM debian:12 AS b\nEXPOSE 22\nFROM debian:12\nCOPY --from=b /a /a"),
                (0, "EXPOSE 2375\nENTRYPOINT [\"dockerd-entrypoint.sh\"]"),
                (0, "EXPOSE 22\nENTRYPOINT [\"/entry\", \"/sbin/init\"]"),
                (0, "EXPOSE 2376"),
            ],
        );
    }
}
