//! Searches for words in the bytes of a file. Most rules about comments look for a word that hardly any file
//! contains, so this is done more often than anything else.

/// Whether the word is anywhere in the text.
pub fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

/// Like a plain search, but ignores the case of ASCII letters. An empty word is never found.
pub fn contains_ignoring_case(text: &[u8], word: &[u8]) -> bool {
    let Some(first) = word.first() else { return false };
    memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text)
        .any(|at| text.get(at..at + word.len()).is_some_and(|window| window.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_windows_find(text in "[abAB-]{0,80}", word in "[abAB-]{1,4}") {
            let (text, word) = (text.as_bytes(), word.as_bytes());
            prop_assert_eq!(contains(text, word), text.windows(word.len()).any(|window| window == word));
            let any_case = text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word));
            prop_assert_eq!(contains_ignoring_case(text, word), any_case);
        }
    }
}
