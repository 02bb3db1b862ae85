//! The pages of codes that are common in real Dockerfiles; all others share one page.

macro_rules! pages {
    ($($number:literal)+) => {
        const PAGES: &[(&str, &str)] = &[
            $((concat!("SC", $number), include_str!(concat!("../../../../../rules/SC", $number, ".md")))),+
        ];
    };
}

pages! {
    1001 1003 1007 1012 1036 1065 1070 1072 1083 1087 1088 1089 1133 1141 2005 2006
    2009 2012 2013 2014 2015 2016 2021 2027 2028 2034 2035 2038 2043 2044 2045 2046
    2059 2061 2086 2097 2098 2102 2103 2115 2116 2129 2140 2143 2144 2153 2154 2155
    2164 2166 2174 2181 2185 2196 2211 2231 2251 2261 2283 2288 2295 2308 3001 3002 3003
    3009 3010 3014 3020 3028 3037 3040 3043 3044 3045 3046 3054 3057 3060
}

/// The codes without a separate page.
const OTHERS: &str = include_str!("../../../../../rules/ShellCheck.md");

/// The rule page of a ShellCheck code; `OTHERS` for codes without their own page.
pub(super) const fn page_of_code(code: &str) -> &'static str {
    let mut at = 0;
    while at < PAGES.len() {
        if texts_equal(PAGES[at].0.as_bytes(), code.as_bytes()) {
            return PAGES[at].1;
        }
        at += 1;
    }
    OTHERS
}

/// `==` for strings is not `const` yet.
const fn texts_equal(a: &[u8], b: &[u8]) -> bool {
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
