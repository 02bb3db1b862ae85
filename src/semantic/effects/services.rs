//! Programs that start, stop and enable services.

use super::{Effects, Paths, read};
use crate::shell::Command;

pub(super) fn of(name: &str, command: &Command) -> Option<Effects> {
    let starts = || Effects {
        reads: Paths::Anything,
        writes: Paths::Anything,
        network: true,
        starts: true,
        ..Effects::default()
    };
    if name.starts_with("/etc/init.d/") {
        return Some(starts());
    }
    Some(match name {
        "systemctl" => match read(command, "").operands.first()?.text.as_str() {
            "enable" | "disable" | "mask" | "unmask" | "set-default" | "preset" | "preset-all"
            | "add-wants"
                if !read(command, "").has("now") =>
            {
                let reads = Paths::all(&["/lib/systemd", "/usr/lib/systemd", "/etc/systemd"]);
                Effects { reads, writes: Paths::one("/etc/systemd"), ..Effects::default() }
            }
            "status" | "show" | "cat" | "is-enabled" | "is-active" | "list-units" | "list-unit-files" => {
                Effects::reading(Paths::all(&["/lib/systemd", "/usr/lib/systemd", "/etc/systemd"]))
            }
            _ => starts(),
        },
        "service" | "invoke-rc.d" | "rc-service" | "start-stop-daemon" | "initctl" | "ssh-agent"
        | "gpg-agent" | "dbus-daemon" | "dbus-launch" | "dirmngr" => starts(),
        "update-rc.d" | "rc-update" | "chkconfig" => {
            let places = || Paths::one("/etc");
            Effects { reads: places(), writes: places(), ..Effects::default() }
        }
        _ => return None,
    })
}
