//! [`Download`]: a file that a command or `ADD` downloads, and its destination.

use super::effects::redirected_file;
use super::programs::{CURL, WGET};
use super::url::Url;
use super::{ProgramCall, Run, View};
use crate::semantic::paths::base_name;
use crate::shell::ShellWord;
use crate::source::Span;

/// One address that `curl`, `wget` or `aria2c` fetches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Index of the command in its script.
    pub command: usize,
    /// As written, but with `${…}` for each variable.
    pub address: String,
    pub span: Span,
    pub to: DownloadTarget,
}

/// The destination of a download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DownloadTarget {
    /// Standard output, or another program through a pipe.
    Stdout,
    /// As written: relative to the working directory of the command.
    File(String),
    /// Nothing is kept: `/dev/null`, headers only.
    Nothing,
    Unknown,
}

impl Download {
    #[must_use]
    pub fn url(&self) -> Option<Url<'_>> {
        Url::parse(&self.address)
    }

    /// The name of the file without its directory.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        match &self.to {
            DownloadTarget::File(path) => Some(base_name(path)),
            _ => None,
        }
    }
}

/// Where the content of an address is written.
type DownloadTargetFn = Box<dyn Fn(&str) -> DownloadTarget>;

/// What the commands of a RUN download.
#[must_use]
pub fn find_downloads(run: &Run<'_>, source: &[u8]) -> Vec<Download> {
    let mut found = Vec::new();
    for (index, command) in run.script.commands.iter().enumerate() {
        let redirected = || {
            command.redirections.iter().find_map(|span| {
                let text = String::from_utf8_lossy(span.bytes(source)).into_owned();
                if text.trim_start().starts_with('>') && text.contains("/dev/null") {
                    return Some(DownloadTarget::Nothing);
                }
                redirected_file(&text).map(DownloadTarget::File)
            })
        };
        let (call, to): (ProgramCall<'_>, DownloadTargetFn) = match command.name.as_deref() {
            Some("curl") => {
                let call = CURL.read_call_under_any_name(command, View::Exact);
                let to = curl_download_target(&call).or_else(redirected);
                let by_name = call.has_any_of_options(&["O", "remote-name", "remote-name-all"]);
                let directory = call.values("output-dir").first().map(|value| value.text.to_string());
                let to: DownloadTargetFn = Box::new(move |address: &str| match &to {
                    Some(to) => to.clone(),
                    None if by_name => target_by_address(address, directory.as_deref()),
                    None => DownloadTarget::Stdout,
                });
                (call, to)
            }
            Some("wget") => {
                let call = WGET.read_call_under_any_name(command, View::Exact);
                let document = [call.values("O"), call.values("output-document")].concat();
                let document = document.last().map(|value| value.text.to_string());
                let directory = [call.values("P"), call.values("directory-prefix")].concat();
                let directory = directory.last().map(|value| value.text.to_string());
                let (spider, redirected) = (call.has_option("spider"), redirected());
                let to: DownloadTargetFn = Box::new(move |address: &str| match document.as_deref() {
                    _ if spider => DownloadTarget::Nothing,
                    Some("-" | "/dev/stdout") => redirected.clone().unwrap_or(DownloadTarget::Stdout),
                    Some("/dev/null") => DownloadTarget::Nothing,
                    Some(path) => DownloadTarget::File(path.to_string()),
                    None => target_by_address(address, directory.as_deref()),
                });
                (call, to)
            }
            Some("aria2c") => {
                let call = ARIA.read_call_under_any_name(command, View::Exact);
                let named_file = [call.values("o"), call.values("out")]
                    .concat()
                    .last()
                    .map(|value| value.text.to_string());
                let directory = [call.values("d"), call.values("dir")]
                    .concat()
                    .last()
                    .map(|value| value.text.to_string());
                let to: DownloadTargetFn = Box::new(move |address: &str| match (&named_file, &directory) {
                    (Some(name), Some(directory)) => DownloadTarget::File(format!("{directory}/{name}")),
                    (Some(name), None) => DownloadTarget::File(name.clone()),
                    (None, directory) => target_by_address(address, directory.as_deref()),
                });
                (call, to)
            }
            _ => continue,
        };
        let mut addresses: Vec<(String, Span)> =
            call.operands.iter().map(|word: &&ShellWord| (word.text.clone(), word.span)).collect();
        addresses.extend(call.values("url").into_iter().map(|value| (value.text.to_string(), value.span)));
        for (address, span) in addresses.into_iter().filter(|(address, _)| is_address(address)) {
            let to = to(&address);
            found.push(Download { command: index, address, span, to });
        }
    }
    found
}

static ARIA: super::ProgramSyntax = super::ProgramSyntax {
    names: &["aria2c"],
    more_names: &[],
    valued: "d o x s j k c dir out input-file i checksum",
    valued_in_hadolint: "",
    single_dash: false,
    prefixes: &[],
};

fn curl_download_target(call: &ProgramCall<'_>) -> Option<DownloadTarget> {
    if call.has_any_of_options(&["I", "head"]) {
        return Some(DownloadTarget::Nothing);
    }
    let named = [call.values("o"), call.values("output")].concat();
    let path = named.last()?.text;
    match path {
        "-" | "/dev/stdout" => None,
        "/dev/null" => Some(DownloadTarget::Nothing),
        _ => Some(DownloadTarget::File(match call.values("output-dir").first() {
            Some(directory) if !path.starts_with('/') => format!("{}/{path}", directory.text),
            _ => path.to_string(),
        })),
    }
}

/// The destination of a file whose name is the last part of its address.
fn target_by_address(address: &str, directory: Option<&str>) -> DownloadTarget {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, path)| path);
    match path.rsplit_once('/') {
        Some((_, name)) if !name.is_empty() => DownloadTarget::File(match directory {
            Some(directory) => format!("{}/{name}", directory.trim_end_matches('/')),
            None => name.to_string(),
        }),
        _ => DownloadTarget::Unknown,
    }
}

/// Whether an operand is an address, or a variable that may be one.
fn is_address(text: &str) -> bool {
    text.contains("://")
        || text.starts_with("${")
        || (text.contains('.') && !text.starts_with(['-', '.', '/']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::Semantics;
    use crate::syntax;

    #[test]
    fn targets_are_known() {
        let file = |path: &str| DownloadTarget::File(path.to_string());
        for (run, expected) in [
            ("curl https://a.org/b", DownloadTarget::Stdout),
            ("curl -fsSL https://a.org/b.tgz -o /x", file("/x")),
            ("curl -O https://a.org/b.tgz?y=1", file("b.tgz")),
            ("curl --output-dir /d -O https://a.org/b", file("/d/b")),
            ("curl https://a.org/b > /x", file("/x")),
            ("curl -sI https://a.org", DownloadTarget::Nothing),
            ("curl -o /dev/null https://a.org", DownloadTarget::Nothing),
            ("curl -sS https://a.org >/dev/null", DownloadTarget::Nothing),
            ("wget https://a.org/b", file("b")),
            ("wget -qO- https://a.org/b", DownloadTarget::Stdout),
            ("wget -qO - https://a.org/b > /x", file("/x")),
            ("wget -O x https://a.org/b", file("x")),
            ("wget -P /d https://a.org/b", file("/d/b")),
            ("wget --spider https://a.org/b", DownloadTarget::Nothing),
            ("aria2c -d /d -o x https://a.org/b", file("/d/x")),
        ] {
            let text = format!("FROM debian\nRUN {run}\n");
            let file = syntax::parse(text.as_bytes());
            let semantics = Semantics::new(&file, View::Exact);
            let found = find_downloads(&semantics.runs[0], file.source);
            assert_eq!(found.iter().map(|one| &one.to).collect::<Vec<_>>(), [&expected], "{run}");
        }
    }
}
