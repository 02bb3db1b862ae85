//! [`unpack_table`]: decompresses tables that are included in the program.

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// The content of a table: its magic, then a version, then `head` bytes, then the length of the body and the compressed
/// body. `None` if it is damaged.
pub(super) fn unpack_table<'t>(table: &'t [u8], magic: &[u8], head: usize) -> Option<(&'t [u8], Vec<u8>)> {
    let rest = table.strip_prefix(magic)?.strip_prefix(&[1])?;
    let (head, rest) = rest.split_at_checked(head)?;
    let (length, body) = rest.split_at_checked(4)?;
    let length = usize::try_from(u32::from_le_bytes(length.try_into().ok()?)).ok()?;
    Some((head, decompress_to_vec_zlib_with_limit(body, length).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_damaged_tables() {
        assert!(unpack_table(b"DWPK\x01\0\0\0\0", b"DWPK", 4).is_none());
        assert!(unpack_table(b"DWPX\x01", b"DWPK", 0).is_none());
    }
}
