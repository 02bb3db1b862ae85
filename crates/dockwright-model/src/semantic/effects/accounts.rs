//! Programs that change users and groups.

use super::{Effects, PathSet, read_call};
use crate::shell::ShellCommand;

const FILES: [&str; 6] =
    ["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/subuid", "/etc/subgid"];

/// The options of `useradd`, `usermod` and `adduser` that have a value.
const VALUED: &str = "b base-dir c comment d home-dir e expiredate f inactive g gid G groups h home k skel K \
    key l p password R root s shell u uid uid-start ingroup gecos Z";

/// The account that a command creates, if its name is plain text.
pub fn find_created_account(command: &ShellCommand) -> Option<&str> {
    let operands = || read_call(command, VALUED).operands;
    let word = match command.name.as_deref()? {
        "useradd" => operands().last().copied(),
        // `adduser USER GROUP`
        "adduser" => operands().first().copied(),
        _ => None,
    }?;
    word.literal.then_some(word.text.as_str())
}

pub(super) fn account_effects(name: &str, command: &ShellCommand) -> Option<Effects> {
    let files = || PathSet::from_paths(&FILES);
    Some(match name {
        "useradd" | "usermod" | "adduser" => {
            let call = read_call(command, VALUED);
            let homes = ["d", "home-dir", "h", "home", "b", "base-dir"];
            let homes: Vec<_> = homes.iter().flat_map(|option| call.values(option)).collect();
            let homes = PathSet::from_values(&homes).or_if_empty(PathSet::from_path("/home"));
            let reads = files().union(PathSet::from_path("/etc/skel"));
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
            let home = read_call(command, "R root").has_any_of_options(&[
                "r",
                "remove",
                "remove-home",
                "remove-all-files",
            ]);
            let deletes =
                if home { PathSet::from_paths(&["/home", "/var/mail", "/root"]) } else { PathSet::None };
            Effects { reads: files(), writes: files(), deletes, ..Effects::default() }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::{Semantics, View};
    use crate::syntax;

    #[test]
    fn the_created_account_is_an_operand() {
        for (run, expected) in [
            ("useradd -r -d /srv/app -u 1000 app", Some("app")),
            ("adduser -D app", Some("app")),
            ("adduser --system --ingroup staff app", Some("app")),
            ("adduser app sudo", Some("app")),
            ("useradd $NAME", None),
            ("usermod -aG docker app", None),
            ("useradd", None),
        ] {
            let text = format!("FROM scratch\nRUN {run}\n");
            let file = syntax::parse(text.as_bytes());
            let semantics = Semantics::new(&file, View::Exact);
            let command = semantics.runs[0].script.commands.first().expect("a command");
            assert_eq!(find_created_account(command), expected, "{run}");
        }
    }
}
