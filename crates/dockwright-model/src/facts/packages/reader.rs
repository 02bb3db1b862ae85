//! [`ByteReader`]: the bytes of a packed table, in order; [`TextTable`], [`NumberColumn`] and [`NumberLists`], which
//! are read in place; [`NameTable`], which has to be unpacked.
//!
//! A run that needs facts about a few packages should not decode the whole table. Therefore a table has the offset of
//! every n-th entry, and the few entries before the requested one are skipped.

/// The rest of a body.
#[derive(Debug)]
pub(super) struct ByteReader<'b>(pub &'b [u8]);

impl<'b> ByteReader<'b> {
    pub(super) fn read_byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    pub(super) fn read_bytes(&mut self, count: usize) -> Option<&'b [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A number in LEB128.
    pub(super) fn read_number(&mut self) -> Option<u32> {
        let mut number = 0_u32;
        for shift in (0..35).step_by(7) {
            let byte = self.read_byte()?;
            number |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn read_count(&mut self) -> Option<usize> {
        usize::try_from(self.read_number()?).ok()
    }

    /// The rest of the line; its line end is skipped.
    fn read_line(&mut self) -> Option<&'b [u8]> {
        let end = self.0.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.get(1..)?;
        Some(line)
    }

    /// Sorted names, each without the part that it shares with the one before.
    pub(super) fn read_names(&mut self, count: usize) -> Option<NameTable> {
        let mut names = NameTable { text: Vec::new(), ends: Vec::with_capacity(count) };
        let mut start = 0_usize;
        for _ in 0..count {
            let shared = usize::from(self.read_byte()?);
            let next = names.text.len();
            names.text.extend_from_within(start..start.checked_add(shared).filter(|end| *end <= next)?);
            names.text.extend_from_slice(self.read_line()?);
            names.ends.push(u32::try_from(names.text.len()).ok()?);
            start = next;
        }
        Some(names)
    }

    /// A table of `step` entries for each offset: the number of entries, the number of bytes, the offsets, the bytes.
    fn read_table(&mut self, step: usize) -> Option<EntryTable<'b>> {
        let (count, length) = (self.read_fixed_number()?, self.read_fixed_number()?);
        let offsets = self.read_bytes(count.div_ceil(step).checked_mul(4)?)?;
        Some(EntryTable { count, step, offsets, data: self.read_bytes(length)? })
    }

    /// A number of four bytes.
    fn read_fixed_number(&mut self) -> Option<usize> {
        let bytes = self.read_bytes(4)?;
        usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
    }

    pub(super) fn read_texts(&mut self) -> Option<TextTable<'b>> {
        self.read_table(16).map(TextTable)
    }

    pub(super) fn read_number_column(&mut self) -> Option<NumberColumn<'b>> {
        self.read_table(16).map(NumberColumn)
    }

    pub(super) fn read_lists(&mut self) -> Option<NumberLists<'b>> {
        self.read_table(4).map(NumberLists)
    }
}

/// Entries of different lengths, by number.
#[derive(Debug, Default)]
struct EntryTable<'b> {
    count: usize,
    /// Every `step`-th entry has an offset.
    step: usize,
    offsets: &'b [u8],
    data: &'b [u8],
}

impl<'b> EntryTable<'b> {
    /// The bytes from the last entry with an offset, and how many entries to skip before the one with this number.
    fn seek_nearest_offset(&self, index: u32) -> Option<(ByteReader<'b>, usize)> {
        let at = index as usize;
        if at >= self.count {
            return None;
        }
        let start = at / self.step * 4;
        let mut offset = ByteReader(self.offsets.get(start..start + 4)?);
        Some((ByteReader(self.data.get(offset.read_fixed_number()?..)?), at % self.step))
    }
}

/// Texts, by number: lines.
#[derive(Debug, Default)]
pub(super) struct TextTable<'b>(EntryTable<'b>);

impl<'b> TextTable<'b> {
    pub(super) fn len(&self) -> usize {
        self.0.count
    }

    pub(super) fn get(&self, index: u32) -> &'b str {
        let line = || {
            let (mut reader, before) = self.0.seek_nearest_offset(index)?;
            for _ in 0..before {
                reader.read_line()?;
            }
            std::str::from_utf8(reader.read_line()?).ok()
        };
        line().unwrap_or_default()
    }

    /// The number of a text, if they are sorted.
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        let step = u32::try_from(self.0.step).ok().filter(|step| *step > 0)?;
        // The entries with an offset are compared first: nothing has to be skipped for them.
        let blocks = self.len().div_ceil(self.0.step);
        let block = lower_bound(blocks, |block| self.get(block * step) <= text).checked_sub(1)?;
        let (mut reader, _) = self.0.seek_nearest_offset(block * step)?;
        let entries = block * step..u32::try_from(self.len()).ok()?;
        entries.take(self.0.step).find(|_| reader.read_line() == Some(text.as_bytes()))
    }
}

/// A column of numbers, by index.
#[derive(Debug, Default)]
pub(super) struct NumberColumn<'b>(EntryTable<'b>);

impl NumberColumn<'_> {
    /// 0 if there is none.
    pub(super) fn get(&self, index: u32) -> u32 {
        let number = || {
            let (mut reader, before) = self.0.seek_nearest_offset(index)?;
            for _ in 0..before {
                reader.read_number()?;
            }
            reader.read_number()
        };
        number().unwrap_or_default()
    }
}

/// A column of lists of numbers, by index.
#[derive(Debug, Default)]
pub(super) struct NumberLists<'b>(EntryTable<'b>);

impl<'b> NumberLists<'b> {
    /// Empty if there is none.
    pub(super) fn get(&self, index: u32) -> NumberList<'b> {
        let list = || {
            let (mut reader, before) = self.0.seek_nearest_offset(index)?;
            for _ in 0..before {
                for _ in 0..reader.read_count()? {
                    reader.read_number()?;
                }
            }
            Some(NumberList { left: reader.read_count()?, bytes: reader.0 })
        };
        list().unwrap_or_default()
    }
}

/// A list of numbers, decoded one by one.
#[derive(Debug, Clone, Default)]
pub(super) struct NumberList<'b> {
    left: usize,
    bytes: &'b [u8],
}

impl Iterator for NumberList<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        let mut reader = ByteReader(self.bytes);
        let number = reader.read_number()?;
        self.bytes = reader.0;
        Some(number)
    }
}

/// The first of `count` numbers for which `is_before` is false.
fn lower_bound(count: usize, is_before: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, u32::try_from(count).unwrap_or(u32::MAX));
    while low < high {
        let middle = low.midpoint(high);
        if is_before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Texts, by number.
#[derive(Debug, Default)]
pub(super) struct NameTable {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl NameTable {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, index: u32) -> &str {
        items_of_entry(&self.text, &self.ends, index)
            .and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or("")
    }

    /// The number of a name, if they are sorted.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.from(name).next().filter(|found| self.get(*found) == name)
    }

    /// The numbers of that name and of all that follow it, if they are sorted.
    pub(super) fn from(&self, name: &str) -> std::ops::Range<u32> {
        let end = u32::try_from(self.len()).unwrap_or(u32::MAX);
        lower_bound(self.len(), |index| self.get(index) < name)..end
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..).take(self.len()).map(|index| self.get(index))
    }
}

fn items_of_entry<'t, T>(items: &'t [T], ends: &[u32], index: u32) -> Option<&'t [T]> {
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
        let names = ByteReader(b"\0abc\n\x02d\n\x03e\n\0b\n").read_names(4).expect("they are read");
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
        assert_eq!(reader.read_number(), Some(5));
        assert_eq!(reader.read_number(), Some(128));
        assert_eq!(reader.read_number(), Some(u32::MAX));
        assert_eq!(reader.read_number(), None);
    }

    #[test]
    fn rejects_truncated_bytes() {
        assert!(ByteReader(b"\x05abc\n").read_names(1).is_none());
        assert!(ByteReader(b"\x01\0\0\0\x02\0\0\0\0\0\0\0a").read_texts().is_none());
        assert!(ByteReader(b"\x01\0\0\0\x02\0\0\0\0\0").read_texts().is_none());
    }
    /// Every entry of a table with offsets is found, and none beyond it.
    #[test]
    fn entries_are_found_by_number() {
        let table = |step: usize, entries: &[&[u8]]| {
            let (mut offsets, mut data) = (Vec::new(), Vec::new());
            for (at, entry) in entries.iter().enumerate() {
                if at % step == 0 {
                    offsets.extend(u32::try_from(data.len()).expect("it is small").to_le_bytes());
                }
                data.extend_from_slice(entry);
            }
            let fixed = |number: usize| u32::try_from(number).expect("it is small").to_le_bytes();
            [&fixed(entries.len())[..], &fixed(data.len()), &offsets, &data].concat()
        };
        for count in [0_u32, 1, 4, 15, 16, 17, 50] {
            let names: Vec<String> = (0..count).map(|number| format!("p{number:03}")).collect();
            let lines: Vec<String> = names.iter().map(|name| format!("{name}\n")).collect();
            let bytes = table(16, &lines.iter().map(String::as_bytes).collect::<Vec<_>>());
            let texts = ByteReader(&bytes).read_texts().expect("it is whole");
            for (at, name) in (0..).zip(&names) {
                assert_eq!((texts.get(at), texts.find(name)), (name.as_str(), Some(at)));
            }
            assert_eq!((texts.get(count), texts.find(""), texts.find("z")), ("", None, None));
            assert!(names.iter().all(|name| texts.find(&format!("{name}-")).is_none()));

            let lists: Vec<Vec<u8>> = (0..count)
                .map(|number| {
                    [vec![u8::try_from(number % 3).expect("it is small")], vec![5; number as usize % 3]]
                        .concat()
                })
                .collect();
            let bytes = table(4, &lists.iter().map(Vec::as_slice).collect::<Vec<_>>());
            let lists = ByteReader(&bytes).read_lists().expect("it is whole");
            for number in 0..count {
                assert_eq!(lists.get(number).collect::<Vec<_>>(), vec![5; number as usize % 3], "{number}");
            }
            assert_eq!(lists.get(count).next(), None);

            let numbers: Vec<Vec<u8>> =
                (0..count).map(|number| vec![0x80 | u8::try_from(number).expect("it is small"), 1]).collect();
            let bytes = table(16, &numbers.iter().map(Vec::as_slice).collect::<Vec<_>>());
            let column = ByteReader(&bytes).read_number_column().expect("it is whole");
            assert!((0..count).all(|number| column.get(number) == 128 + number));
            assert_eq!(column.get(count), 0);
        }
    }
}
