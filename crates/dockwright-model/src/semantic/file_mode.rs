//! The permissions of other users that a mode changes, as written for `chmod` and similar commands.

/// The effect of a mode on the bits that matter for security.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)] // each is a separate bit
pub struct ModeChange {
    /// Whether others may write.
    pub others_write: bool,
    /// Whether others lose write access.
    pub others_lose_write: bool,
    /// Whether the sticky bit is set: only owners can delete their files.
    pub sticky: bool,
    /// Whether the set-user-ID bit is set.
    pub setuid: bool,
}

/// Reads `777`, `u=rwX,o+w`; `open_umask`: the umask is 0, so `+w` applies to everyone.
#[must_use]
pub fn parse_mode_change(mode: &str, open_umask: bool) -> Option<ModeChange> {
    if !mode.is_empty() && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte)) {
        let bits = u32::from_str_radix(mode, 8).ok()?;
        return Some(ModeChange {
            others_write: bits & 0o2 != 0,
            others_lose_write: bits & 0o2 == 0,
            sticky: bits & 0o1000 != 0,
            setuid: bits & 0o4000 != 0,
        });
    }
    let mut change = ModeChange::default();
    for clause in mode.split(',') {
        let who_end = clause.find(|c: char| !"ugoa".contains(c))?;
        let (who, actions) = clause.split_at_checked(who_end)?;
        let others = who.contains(['o', 'a']) || (who.is_empty() && open_umask);
        let (everybody, user) = (who.contains('a') || who.is_empty(), who.contains('u'));
        let mut rest = actions;
        while let Some(operator) = rest.chars().next() {
            if !"+-=".contains(operator) {
                return None;
            }
            let after = rest.get(1..)?;
            let end = after.find(['+', '-', '=']).unwrap_or(after.len());
            let (bits, next) = after.split_at_checked(end)?;
            if !bits.chars().all(|c| "rwxXstugo".contains(c)) {
                return None;
            }
            rest = next;
            let sets = operator != '-';
            if others && (bits.contains('w') || operator == '=') {
                change.others_write = sets && bits.contains('w');
                change.others_lose_write = !change.others_write;
            }
            if bits.contains('t') {
                change.sticky = sets;
            }
            if bits.contains('s') && (everybody || user) {
                change.setuid = sets;
            } else if operator == '=' && user && !bits.contains('s') {
                change.setuid = false;
            }
        }
    }
    Some(change)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_read() {
        for (mode, writes, sticky, setuid) in [
            ("777", true, false, false),
            ("0666", true, false, false),
            ("1777", true, true, false),
            ("0755", false, false, false),
            ("4755", false, false, true),
            ("04755", false, false, true),
            ("2755", false, false, false),
            ("a+rwX", true, false, false),
            ("o+w", true, false, false),
            ("go=rw", true, false, false),
            ("ugo+w", true, false, false),
            ("u+x,o+w", true, false, false),
            ("g+w,o-w", false, false, false),
            ("+w", false, false, false),
            ("+x", false, false, false),
            ("a=rwx,+t", true, true, false),
            ("g=u", false, false, false),
            ("u+s", false, false, true),
            ("+s", false, false, true),
            ("g+s", false, false, false),
            ("a-s", false, false, false),
            ("u=rwxs,go=rx", false, false, true),
        ] {
            let change = parse_mode_change(mode, false).expect(mode);
            assert_eq!(
                (change.others_write, change.sticky, change.setuid),
                (writes, sticky, setuid),
                "{mode}"
            );
        }
        assert!(parse_mode_change("+w", true).expect("a mode").others_write);
        assert_eq!(parse_mode_change("888", false), None);
        assert_eq!(parse_mode_change("${MODE}", false), None);
    }
}
