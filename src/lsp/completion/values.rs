//! Values of some instructions.

use gen_lsp_types::CompletionItemKind;

use super::item::{CompletionEntry, Items};
use super::{Cursor, names};
use crate::semantic::convert::signal;
use crate::syntax::Kind;

/// `operands`: how many words come before the one that is typed, flags not counted.
pub(super) fn add_values(
    cursor: &Cursor<'_>,
    kind: Kind,
    operands: usize,
    current: &str,
    items: &mut Items<'_>,
) {
    match kind {
        Kind::Healthcheck if operands == 0 => {
            for keyword in ["CMD", "NONE"] {
                items.add_keyword(current, keyword);
            }
        }
        Kind::Stopsignal if operands == 0 => {
            for name in signal::signal_names() {
                let label = format!("SIG{name}");
                let is_usual = ["TERM", "QUIT", "INT", "HUP", "USR1", "WINCH"].contains(name);
                let item = CompletionEntry {
                    label: &label,
                    rank: u8::from(!is_usual),
                    ..CompletionEntry::default()
                };
                items.add(current, CompletionItemKind::EnumMember, item);
            }
        }
        Kind::Arg => names::add_arguments(cursor, current, items),
        Kind::User if operands == 0 => {
            let stage = cursor.semantics.stage_at(cursor.offset);
            let base = stage.and_then(|stage| cursor.semantics.base_image(stage.index));
            let users = base.iter().flat_map(|base| &base.image.facts.users);
            for user in users {
                let detail = base.as_ref().map(|base| base.image.name.clone());
                items.add(
                    current,
                    CompletionItemKind::Value,
                    CompletionEntry { label: user, detail, ..CompletionEntry::default() },
                );
            }
        }
        _ => {}
    }
}
