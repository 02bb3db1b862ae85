//! DW3402: volumes and working directories at paths that belong to the host or the system.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::paths::{base_name, is_within};
use crate::semantic::{View, text_argument};
use crate::syntax::{Arguments, Instruction, Kind};

pub(crate) static RULE: Rule = Rule {
    code: "DW3402",
    name: "host-path-as-volume",
    check: Check::Instruction(&[Kind::Volume, Kind::Workdir], check),
    docs: include_str!("../../../../rules/DW3402.md"),
    ..Rule::SECURITY
};

/// System directories whose files come with the image.
const SYSTEM: [&str; 7] = ["/boot", "/etc", "/bin", "/sbin", "/usr", "/lib", "/"];
/// Directories that the kernel provides.
const KERNEL: [&str; 3] = ["/proc", "/sys", "/dev"];

fn check(cx: &mut RuleChecker<'_>, instruction: &Instruction<'_>) {
    if !cx.semantics.is_in_image_at(instruction.span.start) || cx.semantics.is_windows(instruction.span.start)
    {
        return;
    }
    match &instruction.arguments {
        Arguments::List { words, .. } if instruction.kind == Kind::Volume => {
            for word in words {
                let path = clean_path(&word.text);
                let Some(message) = reason_against_volume(&path) else { continue };
                cx.report(instruction, word.span, message)
                    .help("remove it; if it is needed, mount it with `docker run`");
            }
        }
        Arguments::Text(word) => {
            let path = clean_path(&text_argument(cx.file, instruction, View::Exact));
            if is_within(&path, "/boot") || KERNEL.iter().any(|kernel| is_within(&path, kernel)) {
                let message = format!("`{}` is not a suitable working directory", path.replace('`', "'"));
                cx.report(instruction, word.span, message)
                    .help("use a directory of the application, such as `/app`");
            }
        }
        _ => {}
    }
}

fn clean_path(path: &str) -> String {
    let path = path.trim().trim_matches(['"', '\'']);
    if path.len() > 1 { path.trim_end_matches('/').to_string() } else { path.to_string() }
}

fn reason_against_volume(path: &str) -> Option<String> {
    let name = base_name(path);
    let is_socket = ["docker.sock", "containerd.sock", "podman.sock", "crio.sock"].contains(&name);
    if is_socket && path.starts_with('/') {
        return Some(format!("`{name}` as a volume gives the container control of the host"));
    }
    let usual = ["/sys/fs/cgroup", "/dev/shm", "/dev/net", "/dev/mqueue"];
    if usual.iter().any(|usual| is_within(path, usual)) {
        return None;
    }
    if KERNEL.iter().any(|kernel| is_within(path, kernel)) {
        return Some(format!("`VOLUME {path}` hides the files that the kernel provides there"));
    }
    SYSTEM
        .contains(&path)
        .then(|| format!("`VOLUME {path}` hides image updates from containers that already have the volume"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_mounted_host_paths() {
        check_problem_counts(
            &RULE,
            &[
                (1, "VOLUME /var/run/docker.sock"),
                (1, "VOLUME [\"/proc\", \"/data\"]"),
                (1, "VOLUME \"/dev\""),
                (1, "VOLUME /etc"),
                (1, "VOLUME /sys/x /data"),
                (1, "WORKDIR /sys/x"),
                (1, "WORKDIR /boot"),
                (0, "VOLUME /sys/fs/cgroup"),
                (0, "VOLUME /process /devices"),
                (0, "VOLUME /etc/nginx"),
                (0, "VOLUME /var/lib/app /run /tmp /root"),
                (0, "FROM debian:12 AS b\nVOLUME /proc\nFROM debian:12\nCOPY --from=b /a /a"),
                (0, "WORKDIR /dev-tools"),
            ],
        );
    }
}
