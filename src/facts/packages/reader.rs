//! [`ByteReader`]: the bytes of a packed table, in order; [`NameTable`] and [`NumberLists`], what most of it consists of.

/// What is left of a body.
#[derive(Debug)]
pub struct ByteReader<'b>(pub &'b [u8]);

impl<'b> ByteReader<'b> {
    pub fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    pub fn bytes(&mut self, count: usize) -> Option<&'b [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A number in LEB128.
    pub fn number(&mut self) -> Option<u32> {
        let mut number = 0_u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    pub fn numbers(&mut self, count: usize) -> Option<Vec<u32>> {
        (0..count).map(|_| self.number()).collect()
    }

    /// Up to the end of the line, which is skipped.
    fn line(&mut self) -> Option<&'b [u8]> {
        let end = self.0.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.get(1..)?;
        Some(line)
    }

    /// Sorted names, each without the part that it shares with the one before.
    pub fn names(&mut self, count: usize) -> Option<NameTable> {
        let mut names = NameTable { text: Vec::new(), ends: Vec::with_capacity(count) };
        let mut start = 0_usize;
        for _ in 0..count {
            let shared = usize::from(self.byte()?);
            let next = names.text.len();
            names.text.extend_from_within(start..start.checked_add(shared).filter(|end| *end <= next)?);
            names.text.extend_from_slice(self.line()?);
            names.ends.push(u32::try_from(names.text.len()).ok()?);
            start = next;
        }
        Some(names)
    }

    /// Lines of text, in any order.
    pub fn lines(&mut self, count: usize) -> Option<NameTable> {
        let mut names = NameTable { text: Vec::new(), ends: Vec::with_capacity(count) };
        for _ in 0..count {
            names.text.extend_from_slice(self.line()?);
            names.ends.push(u32::try_from(names.text.len()).ok()?);
        }
        Some(names)
    }

    pub fn lists(&mut self, count: usize) -> Option<NumberLists> {
        let mut lists = NumberLists { items: Vec::new(), ends: Vec::with_capacity(count) };
        for _ in 0..count {
            let items = self.count()?;
            for _ in 0..items {
                lists.items.push(self.number()?);
            }
            lists.ends.push(u32::try_from(lists.items.len()).ok()?);
        }
        Some(lists)
    }
}

/// Texts, by number.
#[derive(Debug, Default)]
pub struct NameTable {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl NameTable {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, index: u32) -> &str {
        slice(&self.text, &self.ends, index).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("")
    }

    /// The number of a name, if they are sorted.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.from(name).next().filter(|found| self.get(*found) == name)
    }

    /// The numbers of that name and of all that follow it, if they are sorted.
    pub fn from(&self, name: &str) -> std::ops::Range<u32> {
        let (mut low, end) = (0, u32::try_from(self.len()).unwrap_or(u32::MAX));
        let mut high = end;
        while low < high {
            let middle = low.midpoint(high);
            if self.get(middle) < name {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low..end
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..).take(self.len()).map(|index| self.get(index))
    }
}

/// Lists of numbers, by number.
#[derive(Debug, Default)]
pub struct NumberLists {
    items: Vec<u32>,
    ends: Vec<u32>,
}

impl NumberLists {
    pub fn get(&self, index: u32) -> &[u32] {
        slice(&self.items, &self.ends, index).unwrap_or_default()
    }
}

fn slice<'t, T>(items: &'t [T], ends: &[u32], index: u32) -> Option<&'t [T]> {
    let at = index as usize;
    let end = *ends.get(at)? as usize;
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |start| *start as usize);
    items.get(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_names_with_shared_prefixes() {
        let names = ByteReader(b"\0abc\n\x02d\n\x03e\n\0b\n").names(4).expect("they are read");
        assert_eq!(names.iter().collect::<Vec<_>>(), ["abc", "abd", "abde", "b"]);
        for (at, name) in ["abc", "abd", "abde", "b"].into_iter().enumerate() {
            assert_eq!(names.find(name).map(|found| found as usize), Some(at), "{name}");
        }
        for name in ["", "a", "abdd", "c"] {
            assert_eq!(names.find(name), None, "{name}");
        }
    }

    #[test]
    fn numbers_have_up_to_five_bytes() {
        let mut reader = ByteReader(&[5, 0x80, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x80]);
        assert_eq!(reader.number(), Some(5));
        assert_eq!(reader.number(), Some(128));
        assert_eq!(reader.number(), Some(u32::MAX));
        assert_eq!(reader.number(), None);
    }

    #[test]
    fn rejects_truncated_bytes() {
        assert!(ByteReader(b"\x01\x02").lists(2).is_none());
        assert!(ByteReader(b"\x05abc\n").names(1).is_none());
    }
}
