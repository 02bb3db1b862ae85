//! Programs that start, stop and enable services.

use super::{Effects, PathSet, read_call};
use crate::shell::ShellCommand;

pub(super) fn service_effects(name: &str, command: &ShellCommand) -> Option<Effects> {
    let starts = || Effects {
        reads: PathSet::Anything,
        writes: PathSet::Anything,
        network: true,
        starts: true,
        ..Effects::default()
    };
    if name.starts_with("/etc/init.d/") {
        return Some(starts());
    }
    Some(match name {
        "systemctl" => match read_call(command, "").operands.first()?.text.as_str() {
            "enable" | "disable" | "mask" | "unmask" | "set-default" | "preset" | "preset-all"
            | "add-wants"
                if !read_call(command, "").has_option("now") =>
            {
                let reads = PathSet::from_paths(&["/lib/systemd", "/usr/lib/systemd", "/etc/systemd"]);
                Effects { reads, writes: PathSet::from_path("/etc/systemd"), ..Effects::default() }
            }
            "status" | "show" | "cat" | "is-enabled" | "is-active" | "list-units" | "list-unit-files" => {
                Effects::with_reads(PathSet::from_paths(&[
                    "/lib/systemd",
                    "/usr/lib/systemd",
                    "/etc/systemd",
                ]))
            }
            _ => starts(),
        },
        "service" | "invoke-rc.d" | "rc-service" | "start-stop-daemon" | "initctl" | "ssh-agent"
        | "gpg-agent" | "dbus-daemon" | "dbus-launch" | "dirmngr" => starts(),
        "update-rc.d" | "rc-update" | "chkconfig" => {
            let places = || PathSet::from_path("/etc");
            Effects { reads: places(), writes: places(), ..Effects::default() }
        }
        _ => return None,
    })
}
