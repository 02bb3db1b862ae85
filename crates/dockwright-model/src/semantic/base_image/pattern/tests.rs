//! Patterns match like the regular expressions with the same text.

use std::sync::LazyLock;

use proptest::prelude::*;
use regex::bytes::{Regex, RegexBuilder};

use super::*;
use crate::semantic::base_image::data::IMAGES;
use crate::semantic::base_image::data::ReleaseRule;

/// All patterns of the table, and the regular expressions with the same text.
static PATTERNS: LazyLock<Vec<(&Pattern, Regex)>> = LazyLock::new(|| {
    let compiled = |pattern: &'static Pattern| {
        let whole = format!(r"\A(?:{})\z", pattern.text());
        (pattern, RegexBuilder::new(&whole).unicode(false).build().expect("a valid pattern"))
    };
    patterns().into_iter().map(compiled).collect()
});

fn patterns() -> Vec<&'static Pattern> {
    let mut patterns = Vec::new();
    let mut names: Vec<_> = IMAGES.names().collect();
    names.sort_unstable();
    for lines in names.into_iter().filter_map(|name| IMAGES.lines_of_image(name)) {
        for line in &lines.all {
            patterns.extend(line.name.iter().chain([&line.tags]));
            if let Some(ReleaseRule::Map { map }) = &line.release {
                patterns.extend(map.iter().map(|(pattern, _)| pattern));
            }
        }
    }
    patterns
}

fn assert_pattern_matches_regex((pattern, regex): &(&Pattern, Regex), texts: &[String]) {
    for text in texts {
        let expected = regex.captures(text.as_bytes());
        assert_eq!(pattern.is_match(text), expected.is_some(), "{} {text:?}", pattern.text());
        for name in SLOTS {
            let expected = expected.as_ref().and_then(|captures| captures.name(name));
            let expected = expected.and_then(|group| text.get(group.range()));
            assert_eq!(
                pattern.text_matched_by_group(name, text),
                expected,
                "{name} of {} {text:?}",
                pattern.text()
            );
        }
    }
}

/// Texts that the pattern matches: with its first, last or a middle alternative, and repetitions the minimum number
/// of times and a few more.
fn texts_matching_pattern(pattern: &Pattern) -> Vec<String> {
    fn write(all: &PatternAlternatives, choice: usize, out: &mut Vec<u8>) {
        let nodes = all.get(choice % all.len()).map_or(&[][..], AsRef::as_ref);
        for node in nodes {
            write_node(node, choice / 2, out);
        }
    }
    fn write_node(node: &PatternNode, choice: usize, out: &mut Vec<u8>) {
        let times = |times: &RepeatCount| (times.least + choice % 3).min(times.most);
        match node {
            PatternNode::Byte(byte) => out.push(*byte),
            PatternNode::One(class) => {
                let bytes: Vec<u8> = (b' '..=b'~').filter(|byte| class.contains_byte(*byte)).collect();
                out.extend(bytes.get(choice % bytes.len().max(1)));
            }
            PatternNode::Group(_, all) => write(all, choice, out),
            PatternNode::Many(repeated) => {
                let one = PatternNode::One(Box::new(repeated.0));
                (0..times(&repeated.1)).for_each(|_| write_node(&one, choice, out));
            }
            PatternNode::Again(repeated) => {
                (0..times(&repeated.1)).for_each(|at| write_node(&repeated.0, choice + at, out));
            }
        }
    }
    let all = pattern.parsed().expect("a pattern that can be read");
    let of = |choice| {
        let mut out = Vec::new();
        write(all, choice, &mut out);
        String::from_utf8(out).expect("ASCII only")
    };
    (0..24).map(of).collect()
}

#[test]
fn agrees_with_regular_expressions() {
    const TAGS: [&str; 14] = [
        "",
        "latest",
        "1",
        "3.12",
        "3.12.4-slim-bookworm",
        "20-alpine3.19",
        "8.2-fpm-alpine",
        "22.04",
        "é",
        "1.2.3-rc.1",
        "2024.01-20240101T1",
        "bookworm-20240101-slim",
        "17-jdk-jammy",
        "11.0.16_8-jre",
    ];
    for pattern in PATTERNS.iter() {
        let mut texts: Vec<String> = TAGS.map(str::to_string).into();
        for text in texts_matching_pattern(pattern.0) {
            texts.extend([format!("{text}-x"), format!("{text}0"), text.get(1..).unwrap_or("").to_string()]);
            texts.push(text);
        }
        assert_pattern_matches_regex(pattern, &texts);
    }
}

proptest! {
    #[test]
    fn agrees_on_any_tag(text in "[0-9a-z.-]{0,12}|[0-9]{1,2}(\\.[0-9]{1,2}){0,2}(-(rc|alpine|slim|jdk)[0-9.]{0,3}){0,2}") {
        for pattern in PATTERNS.iter().step_by(37) {
            assert_pattern_matches_regex(pattern, std::slice::from_ref(&text));
        }
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    for text in [
        "(",
        ")",
        "a**",
        "a*?",
        "[a",
        "[[:alpha:]]",
        r"\w",
        "^a",
        "a$",
        "(?i)a",
        "a{2,3}",
        "(?P<other>a)",
        "a{",
    ] {
        assert!(!Pattern::from(text.to_string()).is_valid(), "{text}");
    }
}
