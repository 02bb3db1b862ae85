//! Programs that read text and print it.

use super::{Effects, PathSet, read_call, sed};
use crate::shell::ShellCommand;

/// Readers of the files that they name, with the options that have a value.
const READERS: [(&str, &str); 40] = [
    ("cat", ""),
    ("tac", ""),
    ("head", "n c lines bytes"),
    ("tail", "n c lines bytes"),
    ("wc", ""),
    ("ls", "I w ignore width"),
    ("stat", "c f format printf"),
    ("file", "m"),
    ("du", "d max-depth exclude"),
    ("df", ""),
    ("readlink", ""),
    ("realpath", "relative-to"),
    ("cmp", ""),
    ("diff", "U C"),
    ("cut", "b c d f delimiter fields output-delimiter"),
    ("uniq", "f s w"),
    ("nl", "b s w"),
    ("rev", ""),
    ("fold", "w"),
    ("paste", "d"),
    ("column", "t s"),
    ("comm", ""),
    ("od", "A t N j"),
    ("xxd", "l s c g"),
    ("hexdump", "n s e"),
    ("base64", "w wrap"),
    ("md5sum", ""),
    ("sha1sum", ""),
    ("sha256sum", ""),
    ("sha384sum", ""),
    ("sha512sum", ""),
    ("shasum", "a algorithm"),
    ("cksum", "a algorithm"),
    ("strings", "n"),
    ("ldd", ""),
    ("zcat", ""),
    ("xzcat", ""),
    ("bzcat", ""),
    ("envsubst", ""),
    ("tree", "L I P"),
];

pub(super) fn text_effects(name: &str, command: &ShellCommand) -> Option<Effects> {
    if let Some((_, valued)) = READERS.iter().find(|(reader, _)| *reader == name) {
        let call = read_call(command, valued);
        // The checksum file names the files.
        if name.ends_with("sum") && call.has_any_of_options(&["c", "check"]) {
            return Some(Effects::with_reads(PathSet::Anything));
        }
        return Some(Effects::with_reads(PathSet::from_words(call.operands)));
    }
    Some(match name {
        "tr" => Effects::default(),
        "grep" | "egrep" | "fgrep" => {
            let call = read_call(command, "A B C D d e f m regexp file context include exclude exclude-dir");
            let files =
                PathSet::from_values(&call.values("f")).union(PathSet::from_values(&call.values("file")));
            let has_pattern = call.has_any_of_options(&["e", "f", "regexp", "file"]);
            Effects::with_reads(
                files.union(PathSet::from_words(call.operands.into_iter().skip(usize::from(!has_pattern)))),
            )
        }
        "sort" => {
            let call = read_call(command, "k o t S T key output field-separator");
            let writes =
                PathSet::from_values(&call.values("o")).union(PathSet::from_values(&call.values("output")));
            Effects { writes, ..Effects::with_reads(PathSet::from_words(call.operands)) }
        }
        "jq" => {
            let call = read_call(command, "L arg argjson slurpfile rawfile f from-file indent");
            // `--arg name value` has two.
            if call.has_any_of_options(&["arg", "argjson", "slurpfile", "rawfile", "args", "jsonargs"]) {
                return Some(Effects::with_reads(PathSet::Anything));
            }
            let has_filter = call.has_any_of_options(&["f", "from-file"]);
            let files = PathSet::from_values(&call.values("f"))
                .union(PathSet::from_values(&call.values("from-file")));
            Effects::with_reads(
                files.union(PathSet::from_words(call.operands.into_iter().skip(usize::from(!has_filter)))),
            )
        }
        "sed" => sed_effects(command)?,
        "awk" | "gawk" | "mawk" => awk_effects(command)?,
        "patch" => {
            let call = read_call(command, "p i d o strip input directory output");
            let directory = PathSet::from_values(&call.values("d"))
                .union(PathSet::from_values(&call.values("directory")));
            let reads =
                PathSet::from_values(&call.values("i")).union(PathSet::from_values(&call.values("input")));
            let reads = reads.union(PathSet::from_words(call.operands.iter().skip(1).copied()));
            let writes = PathSet::from_words(call.operands.first().copied())
                .or_if_empty(directory.or_if_empty(PathSet::from_path(".")));
            Effects { reads, writes, ..Effects::default() }
        }
        _ => return None,
    })
}

fn sed_effects(command: &ShellCommand) -> Option<Effects> {
    // The suffix of `-i` is attached to it, so a script does not follow in the same word.
    let in_place = command.arguments().iter().any(|word| {
        let text = word.text.as_str();
        let short = text.starts_with('-') && !text.starts_with("--");
        let letters = text.trim_start_matches('-');
        let before_i = letters.split('i').next().unwrap_or_default();
        (short && letters.contains('i') && before_i.chars().all(|c| "Ernsuz".contains(c)))
            || text.starts_with("--in-place")
    });
    let call = read_call(command, "e f l expression file line-length");
    let has_script = call.has_any_of_options(&["e", "f", "expression", "file"])
        || command
            .arguments()
            .iter()
            .any(|word| word.text.starts_with("-ie") && in_place && word.text.len() == 3);
    let mut operands = call.operands.iter();
    let mut scripts: Vec<&str> = Vec::new();
    if !has_script {
        scripts.push(&operands.next()?.text);
    }
    for option in ["e", "expression"] {
        scripts.extend(call.values(option).iter().map(|value| value.text));
    }
    // GNU sed can run commands and write files: `s/a/b/e`, `w file`, `e command`.
    if call.has_option("f")
        || call.has_option("file")
        || scripts.iter().any(|script| sed::may_write_or_run(script))
    {
        return None;
    }
    let files = PathSet::from_words(operands.copied());
    let writes = if in_place { files.clone() } else { PathSet::None };
    Some(Effects { reads: files, writes, ..Effects::default() })
}

fn awk_effects(command: &ShellCommand) -> Option<Effects> {
    let call = read_call(command, "F f v field-separator file assign");
    if call.has_any_of_options(&["f", "file", "i", "l"]) {
        return None;
    }
    let (program, files) = call.operands.split_first()?;
    let does_more = ["system", "getline", "|", ">", "close(", "@load"];
    if does_more.iter().any(|part| program.text.contains(part)) {
        // In awk, `>` and `||` may also be operators; this function does not distinguish them.
        return None;
    }
    let files = files.iter().filter(|word| !word.text.contains('='));
    Some(Effects::with_reads(PathSet::from_words(files.copied())))
}
