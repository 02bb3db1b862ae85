//! "Did you mean": the nearest of some names.

/// The name with the fewest differences from `wanted`, at most two; `None` if `wanted` itself is among the names.
/// `comparisons_left` is the number of comparisons that are still allowed, so a long file with many unknown names does
/// not take long. A `None` among the names only counts as a comparison.
pub fn nearest_within_two<'n>(
    wanted: &str,
    names: impl IntoIterator<Item = Option<&'n str>>,
    comparisons_left: &mut usize,
) -> Option<&'n str> {
    let mut best = None;
    let mut best_distance = 3;
    for name in names {
        *comparisons_left = comparisons_left.checked_sub(1)?;
        let Some(name) = name else { continue };
        if name == wanted {
            return None;
        }
        if name.len().abs_diff(wanted.len()) > 8 || wanted.len() > 200 {
            continue;
        }
        let distance = strsim::levenshtein(wanted, name);
        if distance < best_distance {
            best = Some(name);
            best_distance = distance;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::nearest_within_two;

    #[test]
    fn nearest_names() {
        let names = ["PATH", "DIR_ASSETS", "DIR_BINARIES", "V"];
        for (wanted, expected) in [
            ("PAHT", Some("PATH")),
            ("DIR_ASSET", Some("DIR_ASSETS")),
            ("PATH", None),
            ("NOTHING", None),
            ("x", Some("V")),
            ("path", None),
        ] {
            assert_eq!(nearest_within_two(wanted, names.map(Some), &mut 100), expected, "{wanted}");
        }
        assert_eq!(nearest_within_two("PAHT", names.map(Some), &mut 0), None);
        let mut comparisons_left = 5;
        assert_eq!(
            nearest_within_two("PAHT", [None; 9].into_iter().chain([Some("PATH")]), &mut comparisons_left),
            None
        );
        assert_eq!(comparisons_left, 0);
    }
}
