//! Programs that change users and groups.

use super::{Effects, PathSet, read_call};
use crate::shell::ShellCommand;

const FILES: [&str; 6] =
    ["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/subuid", "/etc/subgid"];

pub(super) fn account_effects(name: &str, command: &ShellCommand) -> Option<Effects> {
    let files = || PathSet::from_paths(&FILES);
    Some(match name {
        "useradd" | "usermod" | "adduser" => {
            let valued = "b base-dir c comment d home-dir e expiredate f inactive g gid G groups h home k skel K \
                key l p password R root s shell u uid uid-start ingroup gecos Z";
            let call = read_call(command, valued);
            let homes = ["d", "home-dir", "h", "home", "b", "base-dir"];
            let homes: Vec<_> = homes.iter().flat_map(|option| call.values(option)).collect();
            let homes = PathSet::from_values(&homes).or_if_empty(PathSet::single("/home"));
            let reads = files().union(PathSet::single("/etc/skel"));
            Effects {
                reads,
                writes: files().union(homes).union(PathSet::from_paths(&[
                    "/var/mail",
                    "/var/spool/mail",
                    "/var/log",
                ])),
                ..Effects::default()
            }
        }
        "groupadd" | "addgroup" | "groupmod" | "groupdel" | "delgroup" | "gpasswd" | "passwd"
        | "chpasswd" | "chgpasswd" | "chage" | "chsh" | "chfn" | "newusers" => {
            Effects { reads: files(), writes: files(), ..Effects::default() }
        }
        "userdel" | "deluser" => {
            let home =
                read_call(command, "R root").has_any(&["r", "remove", "remove-home", "remove-all-files"]);
            let deletes =
                if home { PathSet::from_paths(&["/home", "/var/mail", "/root"]) } else { PathSet::None };
            Effects { reads: files(), writes: files(), deletes, ..Effects::default() }
        }
        _ => return None,
    })
}
