//! Programs that read text and print it.

use super::{Effects, Paths, read, sed};
use crate::shell::Command;

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

pub(super) fn of(name: &str, command: &Command) -> Option<Effects> {
    if let Some((_, valued)) = READERS.iter().find(|(reader, _)| *reader == name) {
        let call = read(command, valued);
        // The list that is checked names the files.
        if name.ends_with("sum") && call.has_any(&["c", "check"]) {
            return Some(Effects::reading(Paths::Anything));
        }
        return Some(Effects::reading(Paths::of(call.operands)));
    }
    Some(match name {
        "tr" => Effects::default(),
        "grep" | "egrep" | "fgrep" => {
            let call = read(command, "A B C D d e f m regexp file context include exclude exclude-dir");
            let files = Paths::of_values(&call.values("f")).and(Paths::of_values(&call.values("file")));
            let has_pattern = call.has_any(&["e", "f", "regexp", "file"]);
            Effects::reading(files.and(Paths::of(call.operands.into_iter().skip(usize::from(!has_pattern)))))
        }
        "sort" => {
            let call = read(command, "k o t S T key output field-separator");
            let writes = Paths::of_values(&call.values("o")).and(Paths::of_values(&call.values("output")));
            Effects { writes, ..Effects::reading(Paths::of(call.operands)) }
        }
        "jq" => {
            let call = read(command, "L arg argjson slurpfile rawfile f from-file indent");
            // `--arg name value` has two.
            if call.has_any(&["arg", "argjson", "slurpfile", "rawfile", "args", "jsonargs"]) {
                return Some(Effects::reading(Paths::Anything));
            }
            let has_filter = call.has_any(&["f", "from-file"]);
            let files = Paths::of_values(&call.values("f")).and(Paths::of_values(&call.values("from-file")));
            Effects::reading(files.and(Paths::of(call.operands.into_iter().skip(usize::from(!has_filter)))))
        }
        "sed" => sed(command)?,
        "awk" | "gawk" | "mawk" => awk(command)?,
        "patch" => {
            let call = read(command, "p i d o strip input directory output");
            let folder = Paths::of_values(&call.values("d")).and(Paths::of_values(&call.values("directory")));
            let reads = Paths::of_values(&call.values("i")).and(Paths::of_values(&call.values("input")));
            let reads = reads.and(Paths::of(call.operands.iter().skip(1).copied()));
            let writes = Paths::of(call.operands.first().copied()).or(folder.or(Paths::one(".")));
            Effects { reads, writes, ..Effects::default() }
        }
        _ => return None,
    })
}

fn sed(command: &Command) -> Option<Effects> {
    // `-i` has its suffix glued to it, so that it swallows no letters of a script.
    let in_place = command.arguments().iter().any(|word| {
        let text = word.text.as_str();
        let short = text.starts_with('-') && !text.starts_with("--");
        let letters = text.trim_start_matches('-');
        let before_i = letters.split('i').next().unwrap_or_default();
        (short && letters.contains('i') && before_i.chars().all(|c| "Ernsuz".contains(c)))
            || text.starts_with("--in-place")
    });
    let call = read(command, "e f l expression file line-length");
    let has_script = call.has_any(&["e", "f", "expression", "file"])
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
    // GNU sed runs and writes: `s/a/b/e`, `w file`, `e command`.
    if call.has("f") || call.has("file") || scripts.iter().any(|script| sed::does_more(script)) {
        return None;
    }
    let files = Paths::of(operands.copied());
    let writes = if in_place { files.clone() } else { Paths::None };
    Some(Effects { reads: files, writes, ..Effects::default() })
}

fn awk(command: &Command) -> Option<Effects> {
    let call = read(command, "F f v field-separator file assign");
    if call.has_any(&["f", "file", "i", "l"]) {
        return None;
    }
    let (program, files) = call.operands.split_first()?;
    let does_more = ["system", "getline", "|", ">", "close(", "@load"];
    if does_more.iter().any(|part| program.text.contains(part)) {
        // `>` and `||` also compare and choose: not worth telling apart here.
        return None;
    }
    let files = files.iter().filter(|word| !word.text.contains('='));
    Some(Effects::reading(Paths::of(files.copied())))
}
