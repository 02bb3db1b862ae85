//! The identity of a diagnostic from one run to the next, regardless of its lines.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::{FileResult, LocatedDiagnostic};
use crate::hexadecimal::to_hexadecimal;

/// Gives each diagnostic of a run a unique fingerprint.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    /// How often the same text of a file has been reported with the same code.
    seen: HashMap<[u8; 32], u64>,
}

impl Fingerprints {
    /// 32 hexadecimal digits. They depend on the file's name, the code, and the affected text; trailing spaces and
    /// kinds of line ends do not matter. Equal ones are distinguished by their order.
    pub(super) fn next(&mut self, file: &FileResult, located: &LocatedDiagnostic) -> String {
        let found = &located.diagnostic;
        let words = found.span.bytes(&file.source).split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
        let same = digest([file.name.as_bytes(), found.code.as_bytes()].into_iter().chain(words));
        let number = self.seen.entry(same).or_default();
        *number += 1;
        let own = digest([&same[..], &number.to_le_bytes()].into_iter());
        to_hexadecimal(&own[..16])
    }
}

fn digest<'a>(parts: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
