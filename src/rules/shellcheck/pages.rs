//! The pages of codes that real Dockerfiles run into; all others share one.

macro_rules! pages {
    ($($number:literal)+) => {
        const PAGES: &[(&str, &str)] = &[
            $((concat!("SC", $number), include_str!(concat!("../../../rules/SC", $number, ".md")))),+
        ];
    };
}

pages! {
    1001 1007 1012 1072 1083 1089 2005 2006 2009 2013 2015 2016 2028 2035 2038 2043
    2045 2046 2059 2086 2102 2115 2116 2140 2143 2144 2154 2155 2164 2174 2181 2196
    2283 3001 3003 3009 3010 3014 3020 3037 3040 3044 3045 3046 3057 3060
}

/// The codes without a page of their own.
const OTHERS: &str = include_str!("../../../rules/ShellCheck.md");

/// The page of a code.
pub const fn page(code: &str) -> &'static str {
    let mut at = 0;
    while at < PAGES.len() {
        if equal(PAGES[at].0.as_bytes(), code.as_bytes()) {
            return PAGES[at].1;
        }
        at += 1;
    }
    OTHERS
}

/// `==` for texts is not there yet while compiling.
const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}
