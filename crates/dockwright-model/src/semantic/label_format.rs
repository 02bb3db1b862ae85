//! Formats of label values. Where the standard and hadolint 2.15.1 differ, the [`View`] selects one.

use std::net::Ipv6Addr;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::{View, email};

/// An absolute URI of RFC 3986 (hadolint: without `:` in a host of a future version, `[v1.x:y]`).
pub(super) fn is_url(text: &str, view: View) -> bool {
    let Some(parts) = URI.captures(text) else { return false };
    parts.get(1).map(|host| host.as_str()).is_none_or(|host| match host.strip_prefix(['v', 'V']) {
        Some(_) if view.loose_label_formats && host.starts_with('v') && host.contains(':') => false,
        Some(future) => FUTURE.is_match(future),
        None => host.parse::<Ipv6Addr>().is_ok(),
    })
}

/// The generic syntax of RFC 3986; its group is the text in the brackets of a host.
static URI: LazyLock<Regex> = LazyLock::new(|| {
    let of = |others: &str| format!("(?:[A-Za-z0-9_.~!$&'()*+,;={others}-]|%[0-9A-Fa-f]{{2}})");
    let (host, user, segment, query) = (of(""), of(":"), of(":@"), of(":@/?"));
    let authority = format!(r"(?:{user}*@)?(?:\[([^\]]*)\]|{host}*)(?::[0-9]*)?");
    let path = format!("//{authority}(?:/{segment}*)*|/?(?:{segment}+(?:/{segment}*)*)?");
    compile_regex(&format!(r"^[A-Za-z][A-Za-z0-9+.-]*:(?:{path})(?:\?{query}*)?(?:#{query}*)?$"))
});

/// An `IPvFuture` address (RFC 3986), without its `v`.
static FUTURE: LazyLock<Regex> =
    LazyLock::new(|| compile_regex(r"^[0-9A-Fa-f]+\.[A-Za-z0-9_.~!$&'()*+,;=:-]+$"));

/// An email address without comments (RFC 5322), with letters of any language.
static MAIL: LazyLock<Regex> = LazyLock::new(|| {
    let letter = r"[\p{Alphabetic}\p{N}]";
    let atom = r"[\p{Alphabetic}\p{N}!#$%&'*+/=?^_`{|}~-]";
    let quoted = r#""(?:[ \t!#-\[\]-~]|\\[!-~])+""#;
    let label = format!("{letter}(?:{atom}*{letter})?");
    compile_regex(&format!(r"^({atom}+(?:\.{atom}+)*|{quoted})@(\[[!-?A-Z^-~]*\]|{label}(?:\.{label})*)$"))
});

fn compile_regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is valid")
}

/// The hexadecimal name of a commit, in lower case: full or abbreviated as by git (hadolint: 7 or 40 digits).
pub(super) fn is_commit_hash(text: &str, view: View) -> bool {
    let length = text.len();
    let fits =
        if view.loose_label_formats { length == 7 || length == 40 } else { (7..=64).contains(&length) };
    fits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A version of semver 2.0 (hadolint: also with leading zeros, with nothing after `-` or `+`, and with a final dot
/// after them).
pub(super) fn is_semver(text: &str, view: View) -> bool {
    let loose = view.loose_label_formats;
    let (text, build) = split_at_character(text, '+');
    let (core, pre_release) = split_at_character(text, '-');
    let numbers: Vec<&str> = core.split('.').collect();
    let is_number = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (loose || part == "0" || !part.starts_with('0'))
    };
    let is_identifier = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let suffix = |suffix: Option<&str>, pre_release: bool| match suffix {
        None => true,
        Some("") => loose,
        Some(suffix) => suffix.strip_suffix('.').filter(|_| loose).unwrap_or(suffix).split('.').all(|part| {
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            is_identifier(part) && (loose || !pre_release || !digits || is_number(part))
        }),
    };
    numbers.len() == 3
        && numbers.into_iter().all(is_number)
        && suffix(pre_release, true)
        && suffix(build, false)
}

fn split_at_character(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// A date and time of RFC 3339 (hadolint: also between spaces, with a year of any length, a decimal point without
/// digits, an offset without a colon or with any two numbers).
pub(super) fn is_rfc3339(text: &str, view: View) -> bool {
    let loose = view.loose_label_formats;
    let text = if loose { text.trim_matches([' ', '\t']) } else { text };
    is_date_time(text, loose).unwrap_or(false)
}

fn is_date_time(text: &str, loose: bool) -> Option<bool> {
    let (date, time) = text.split_once(['T', 't'])?;
    let (before, day) = date.rsplit_once('-')?;
    let (year, month) = before.rsplit_once('-')?;
    let year = if loose { year.strip_prefix('-').map_or(year, str::trim_start) } else { year };
    let year_fits = if loose { !year.is_empty() } else { year.len() == 4 };
    if !year_fits || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Leap years repeat every 400 years, which maps any year into the range of the calendar.
    let year = year.bytes().fold(0, |sum, digit| (sum * 10 + i16::from(digit - b'0')) % 400) + 2000;
    Date::new(year, i8::try_from(parse_two_digits(month)?).ok()?, i8::try_from(parse_two_digits(day)?).ok()?)
        .ok()?;

    let clock = time.get(..8)?;
    let mut parts = clock.split(':');
    let (hour, minute, second) = (
        parse_two_digits(parts.next()?)?,
        parse_two_digits(parts.next()?)?,
        parse_two_digits(parts.next()?)?,
    );
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let zone = match time.get(8..)?.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            (loose || zone.len() < fraction.len()).then_some(zone)?
        }
        None => time.get(8..)?,
    };
    Some(zone == "Z" || zone == "z" || is_time_zone_offset(zone, loose)?)
}

fn is_time_zone_offset(zone: &str, loose: bool) -> Option<bool> {
    let offset = zone.strip_prefix(['+', '-'])?;
    let (hours, minutes) = match offset.split_once(':') {
        Some(parts) => parts,
        None => loose.then(|| offset.split_at_checked(2))??,
    };
    let (hours, minutes) = (parse_two_digits(hours)?, parse_two_digits(minutes)?);
    Some(loose || (hours < 24 && minutes < 60))
}

/// Parses exactly two digits.
fn parse_two_digits(text: &str) -> Option<u8> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

/// A license expression without deprecated licenses (hadolint: one id of the SPDX list 3.23, with spaces after it
/// allowed).
pub(super) fn is_spdx(text: &str, view: View) -> bool {
    if view.loose_label_formats {
        let text = text.trim_end_matches([' ', '\t']);
        return !text.ends_with('+')
            && spdx::license_id(text).is_some_and(|license| {
                (!license.is_deprecated() || text == "Net-SNMP")
                    && !super::spdx_new::AFTER_3_23.lines().any(|line| line.split(' ').any(|id| id == text))
            });
    }
    spdx::Expression::parse(text).is_ok_and(|expression| {
        expression
            .requirements()
            .all(|requirement| requirement.req.license.id().is_none_or(|license| !license.is_deprecated()))
    })
}

/// A mail address without a display name (hadolint: also with comments).
pub(super) fn is_email(text: &str, view: View) -> bool {
    if view.loose_label_formats {
        return email::is_mail_address(text);
    }
    MAIL.captures(text).is_some_and(|parts| {
        let (local, domain) = (&parts[1], &parts[2]);
        let fits = local.len() <= 64 && domain.len() <= 254;
        fits && (domain.starts_with('[') || domain.split('.').all(|label| label.len() <= 63))
    })
}
