//! The tables of measured packages, unpacked on first use.

use std::sync::LazyLock;

use crate::facts::packed::unpack_table;

/// Where packages come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LanguageRegistry {
    /// The Python Package Index.
    Pip,
    Npm,
}

/// The measurements, sorted by name.
#[derive(Debug, Default)]
pub(super) struct SizeTable {
    /// The date and the programs of the measurement.
    method: &'static str,
    rows: Vec<SizeRow>,
}

#[derive(Debug)]
pub(super) struct SizeRow {
    /// A package, or one of its extras: `uvicorn[standard]`.
    name: &'static str,
    /// Of files, byte code and archive; `None` if they were not measured.
    pub bytes: Option<[u64; 3]>,
    /// Its dependencies, separated by spaces.
    pub needs: &'static str,
    /// Of the version that was measured: [`version_series`].
    pub series: &'static str,
}

static PIP_TEXT: LazyLock<String> =
    LazyLock::new(|| unpack_size_table(include_bytes!("../../../../../data/languages/pip.bin")));
static NPM_TEXT: LazyLock<String> =
    LazyLock::new(|| unpack_size_table(include_bytes!("../../../../../data/languages/npm.bin")));
static PIP: LazyLock<SizeTable> = LazyLock::new(|| SizeTable::parse(&PIP_TEXT).unwrap_or_default());
static NPM: LazyLock<SizeTable> = LazyLock::new(|| SizeTable::parse(&NPM_TEXT).unwrap_or_default());

fn unpack_size_table(packed: &[u8]) -> String {
    let body = unpack_table(packed, b"DWLT", 0).map(|(_, body)| body);
    body.and_then(|body| String::from_utf8(body).ok()).unwrap_or_default()
}

impl SizeTable {
    /// Parses a table. The first line describes the measurement; then one package per line, separated by
    /// tabs: name, KiB of files, of byte code and of the archive, its dependencies, and the series of its
    /// version.
    fn parse(text: &'static str) -> Option<Self> {
        let (method, rows) = text.split_once('\n')?;
        let rows: Option<Vec<SizeRow>> = rows.lines().map(SizeRow::parse).collect();
        Some(Self { method, rows: rows? })
    }

    /// A row and its index.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &SizeRow)> {
        let at = self.rows.binary_search_by(|row| row.name.cmp(name)).ok()?;
        Some((at, self.rows.get(at)?))
    }

    /// The name of a row with another measured version of a package, from this series: `eslint@8.57.1`.
    pub(super) fn find_row_of_series(&self, name: &str, series: &str) -> Option<&'static str> {
        let prefix = format!("{name}@");
        let first = self.rows.partition_point(|row| row.name < prefix.as_str());
        let same = self.rows.iter().skip(first).take_while(|row| row.name.starts_with(&prefix));
        same.filter(|row| row.series == series).map(|row| row.name).last()
    }
}

impl SizeRow {
    fn parse(line: &'static str) -> Option<Self> {
        let mut columns = line.split('\t');
        let name = columns.next()?;
        let sizes = [columns.next()?, columns.next()?, columns.next()?];
        let [files, compiled, archive] = sizes.map(|size| size.parse::<u64>().ok().map(|size| size * 1024));
        let bytes =
            files.zip(compiled).zip(archive).map(|((files, compiled), archive)| [files, compiled, archive]);
        Some(Self { name, bytes, needs: columns.next()?, series: columns.next()? })
    }
}

impl LanguageRegistry {
    pub(super) fn table(self) -> &'static SizeTable {
        match self {
            Self::Pip => &PIP,
            Self::Npm => &NPM,
        }
    }

    /// The date and the programs with which its packages were measured.
    #[must_use]
    pub(crate) fn measurement_method(self) -> &'static str {
        self.table().method
    }

    /// The form in which the registry compares names: PyPI uses lowercase and a single kind of separator.
    pub(super) fn normalize(self, name: &str) -> String {
        match self {
            Self::Npm => name.to_string(),
            Self::Pip if name.contains(['/', ':', '$']) => name.to_string(),
            Self::Pip => {
                let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
                words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
            }
        }
    }
}

/// What distinguishes incompatible versions: `4` of `4.27.1` and `^4`, `0.5` of `0.5.2`. `None` for tags, ranges
/// and variables.
pub(super) fn version_series(version: &str) -> Option<String> {
    let version = version.trim().trim_start_matches(['=', '^', '~', 'v']).trim_start();
    let mut parts = version.split('.');
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let first = parts.next().filter(is_number)?;
    if first != "0" {
        return Some(first.to_string());
    }
    parts.next().filter(is_number).map(|second| format!("0.{second}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_complete() {
        for registry in [LanguageRegistry::Pip, LanguageRegistry::Npm] {
            let table = registry.table();
            assert!(table.rows.len() > 500, "{registry:?}");
            assert!(table.rows.is_sorted_by(|one, other| one.name < other.name), "{registry:?}");
            assert!(
                registry.measurement_method().contains("measured on 20"),
                "{}",
                registry.measurement_method()
            );
            for row in &table.rows {
                let mut needs = row.needs.split(' ').filter(|need| !need.is_empty());
                // Packages without measurements have no other fields.
                assert!(needs.all(|need| !need.contains('\t')), "{}", row.name);
            }
            let needs =
                table.rows.iter().flat_map(|row| row.needs.split(' ')).filter(|need| !need.is_empty());
            let (known, all) = needs.fold((0, 0), |(known, all), need| {
                (known + usize::from(table.find(need).is_some()), all + 1)
            });
            assert!(known * 100 >= all * 98, "{registry:?}: {known} of {all}");
        }
    }

    #[test]
    fn rejects_invalid_lines() {
        assert!(
            SizeTable::parse("method\na\t1\t2\t3\tb\t1\nb\t\t\t\t\t")
                .is_some_and(|table| table.rows.len() == 2)
        );
        assert!(SizeTable::parse("method\na\t1\t2\t3\tb").is_none());
        assert_eq!(unpack_size_table(b"DWPK"), "");
    }

    #[test]
    fn series_distinguishes_incompatible_versions() {
        for (version, expected) in [
            ("4.27.1", Some("4")),
            ("^4", Some("4")),
            ("==2.25.1", Some("2")),
            ("~=1.4", Some("1")),
            ("0.5.2", Some("0.5")),
            ("0", None),
            ("latest", None),
            (">=1", None),
            ("${VERSION}", None),
            ("", None),
        ] {
            assert_eq!(version_series(version).as_deref(), expected, "{version}");
        }
    }
}
