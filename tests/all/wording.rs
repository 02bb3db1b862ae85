//! The wording of everything that people read: string literals, help, man pages, rule pages, docs and scripts contain
//! none of the words below, and messages and help lines are short.
//!
//! The list holds words that are never right in this project's texts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use dockwright::lint::Linter;
use dockwright::rules;
use regex::Regex;

/// A pattern, in lower case, and its replacement.
const OLD_WORDS: [(&str, &str); 38] = [
    (r"mend(s|ed|ing)?", "fix"),
    (r"heed(s|ed|ing)?", "apply, read"),
    (r"anew", "again"),
    (r"kin", "similar names"),
    (r"behold", "see"),
    (r"whoever|somebody", "anyone"),
    (r"ships for nothing|for nothing", "wasted"),
    (r"ships a second time", "is stored twice"),
    (r"runs? again", "is rebuilt"),
    (r"takes? along|taken along", "copies"),
    (r"taken for granted", "assumption"),
    (r"asks? for silence|silenc(e|es|ed|ing)", "ignore"),
    (r"for certain", "provably"),
    (r"there is no such", "unknown"),
    (r"folders?", "directory"),
    (r"blanks|a blank", "space"),
    (r"shown only", "suggestion"),
    (r"hand(s|ed)? (it |them )?over", "pass"),
    (r"in lines? ([0-9]|\{)", "on line"),
    (r"lines? [0-9{}a-z]+ on", "from line"),
    (r"made anew|from nothing", "full build"),
    (r"look at this first", "top problems"),
    (r"colour(s|ed)?", "color"),
    (r"behaviour", "behavior"),
    (r"(recogni|normali|optimi|minimi|initiali|summari|organi|capitali)s(e|es|ed|ing|ation|er)", "-ize"),
    (r"honour(s|ed)?", "honor"),
    (r"neighbours?", "neighbor"),
    (r"analys(er|ers|ed|ing)", "analyzer, analyzed"),
    (r"licence", "license"),
    (r"is no better|not made, since|not offered, since|left out, since", "not fixed:"),
    (r"non-zero type|unknown variant|missing field|expected a sequence", "words of the user's file"),
    (r"as hadolint has it|as it pleases", "plain words"),
    (r"bearable", "within limits"),
    (r"whence", "location"),
    (r"deaf", "ignores its input"),
    (r"at least ~", "at least"),
    (r"a server for (development|production)", "a development server"),
    (r"unclosed table|basic string|character class|entity not found", "words of the user's file"),
];

static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let pattern = |word: &str| Regex::new(&format!(r"\b(?:{word})\b")).expect("a valid pattern");
    OLD_WORDS.iter().map(|(word, better)| (pattern(word), *better)).collect()
});

static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r##"(?s)//[^\n]*|/\*.*?\*/|r#"(?<raw>.*?)"#|"(?<text>(?:\\.|[^"\\])*)"|'(?:\\[^']*|[^'\\])'"##)
        .expect("a valid pattern")
});

/// Files that must contain old words: those of libraries, and hadolint's own help.
const EXEMPT: [&str; 2] = ["library_errors.rs", "usage.rs"];

/// Words that are wrong in names and in comments of the code, as they occur between `_` or capitals.
const OLD_NAMES: [&str; 33] = [
    "mend",
    "mends",
    "mended",
    "heed",
    "heeds",
    "heeded",
    "anew",
    "kin",
    "folk",
    "law",
    "laws",
    "told",
    "tally",
    "sunk",
    "bearable",
    "minds",
    "folder",
    "folders",
    "colour",
    "behaviour",
    "neighbour",
    "artefact",
    "analyser",
    "analysed",
    "normalised",
    "capitalised",
    "labelled",
    "judgement",
    "whence",
    "deaf",
    "picture",
    "pictures",
    "neighbours",
];

/// Names from other projects that contain such a word.
const FOREIGN_NAMES: &str = r"[A-Za-z]*[Ww]orkspace_?[Ff]olders?|CompletionItemKind::Folder|DOCKWRIGHT_[A-Z]+_FOLDER|explorer-folders-view|\?folder=";

/// Texts in which an old word is right, as they contain it.
const ALLOWED: [&str; 5] =
    ["cache-folder", "global-folder", "modules-folder", "workspaceFolder", "workspace folder"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files with this extension below a directory, in order.
fn files(directory: &str, extension: &str) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(root().join(directory)).sort_by_file_name();
    let all = all.into_iter().map(|entry| entry.expect("a directory of ours").into_path());
    let found: Vec<PathBuf> =
        all.filter(|path| path.extension().is_some_and(|one| one == extension)).collect();
    assert!(!found.is_empty(), "no {extension} files in {directory}");
    found
}

/// The string literals of Rust code with their lines, without those of tests.
fn literals(code: &str) -> Vec<(usize, String)> {
    let tests = ["#[cfg(test)]", "#[cfg(all(test"].iter().filter_map(|test| code.find(test)).min();
    let code = code.get(..tests.unwrap_or(code.len())).unwrap_or_default();
    let literal = |found: regex::Captures<'_>| {
        let text = found.name("raw").or(found.name("text"))?;
        let line = code.get(..text.start())?.matches('\n').count() + 1;
        Some((line, text.as_str().to_string()))
    };
    TOKENS.captures_iter(code).filter_map(literal).collect()
}

/// Adds a line to `found` for each old word in a text.
fn find_old_words(found: &mut String, place: &str, text: &str) {
    let mut text = text.to_lowercase();
    for allowed in ALLOWED {
        text = text.replace(&allowed.to_lowercase(), "");
    }
    for (pattern, better) in PATTERNS.iter() {
        if let Some(word) = pattern.find(&text) {
            let _ = writeln!(found, "{place}: \"{}\" (write: {better})", word.as_str());
        }
    }
}

#[test]
fn texts_of_the_program_have_no_old_words() {
    let mut found = String::new();
    let mut count = 0;
    for directory in ["src", "crates"] {
        for path in files(directory, "rs") {
            let is_any = |names: &[&str]| path.iter().any(|part| names.iter().any(|name| part == *name));
            if is_any(&["tests", "tests.rs"]) || is_any(&EXEMPT) {
                continue;
            }
            let code = std::fs::read_to_string(&path).expect("a file of ours");
            let name = path.strip_prefix(root()).expect("a path of ours").display().to_string();
            for (line, text) in literals(&code).into_iter().filter(|(_, text)| text.contains(' ')) {
                count += 1;
                find_old_words(&mut found, &format!("{name}:{line}"), &text);
            }
        }
    }
    assert!(count > 2000, "only {count} literals");
    assert!(found.is_empty(), "{found}");
}

#[test]
fn pages_and_docs_have_no_old_words() {
    let mut found = String::new();
    let mut pages = files("rules", "md");
    pages.extend(files("docs", "md"));
    pages.extend(files("docs", "json"));
    let others = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "editors/vscode/README.md",
        "editors/vscode/package.json",
    ];
    pages.extend(others.map(|name| root().join(name)));
    let mut lines = 0;
    for path in pages {
        let name = path.strip_prefix(root()).expect("a path of ours").display().to_string();
        let text = std::fs::read_to_string(&path).expect("a page of ours");
        let mut is_code = false;
        for (line, text) in (1..).zip(text.lines()) {
            is_code ^= text.trim_start().starts_with("```");
            // Keys of the output are not text.
            let is_text = !name.starts_with("docs/schemas/") || text.contains("\"description\"");
            if !is_code && is_text {
                lines += 1;
                find_old_words(&mut found, &format!("{name}:{line}"), text);
            }
        }
    }
    assert!(lines > 8000, "only {lines} lines");
    assert!(found.is_empty(), "{found}");
}

#[test]
fn help_texts_have_no_old_words() {
    let run = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_dockwright"));
        let output = program.args(arguments).output().expect("the program runs");
        String::from_utf8(output.stdout).expect("help is UTF-8")
    };
    let pages = run(&["man", "--list"]);
    assert!(pages.lines().count() > 15, "{pages}");
    let mut found = String::new();
    for page in pages.lines() {
        // No command has a `-` in its name.
        let command: Vec<&str> = page.split('-').skip(1).collect();
        for text in [
            run(&[&command[..], &["--help"]].concat()),
            run(&[&command[..], &["-h"]].concat()),
            run(&[&["man"], &command[..]].concat()),
        ] {
            assert!(text.len() > 100, "{page}: {text}");
            find_old_words(&mut found, page, &text);
        }
    }
    assert!(found.is_empty(), "{found}");
}

/// Characters of the longest message and the longest help line, without what they quote from the file.
const LONGEST: (usize, usize) = (90, 100);

#[test]
fn messages_and_help_lines_are_short() {
    let linter = Linter::with_rules(rules::ALL.iter().copied());
    let quoted = Regex::new("`[^`]*`").expect("a valid pattern");
    let length = |text: &str| quoted.replace_all(text, "`x`").chars().count();
    let mut found = std::collections::BTreeSet::new();
    let mut count = 0;
    for page in files("rules", "md") {
        let page = std::fs::read_to_string(page).expect("a page of ours");
        for example in page.split("```dockerfile bad").skip(1) {
            let text = example.split_once('\n').and_then(|(_, rest)| rest.split("\n```").next());
            for diagnostic in linter.lint(text.unwrap_or_default().as_bytes()) {
                count += 1;
                let (code, message) = (diagnostic.code, &diagnostic.message);
                if length(message) > LONGEST.0 || message.contains(": ") || message.contains('\n') {
                    found.insert(format!("{code}: message of {} characters: {message}", length(message)));
                }
                let help = diagnostic.help.unwrap_or_default();
                if length(&help) > LONGEST.1 || help.contains('\n') {
                    found.insert(format!("{code}: help of {} characters: {help}", length(&help)));
                }
            }
        }
    }
    assert!(count > 500, "only {count} problems");
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn old_words_are_found() {
    for (text, expected) in [
        ("a folder, mended", 2),
        ("what ships for nothing", 1),
        ("the cache-folder of yarn", 0),
        ("the file is fixed on line 4", 0),
        ("see it in line 4", 1),
        ("at least ~8 MB of ~9 MB", 1),
        ("capitalised, an unclosed table", 2),
    ] {
        let mut found = String::new();
        find_old_words(&mut found, "here", text);
        assert_eq!(found.lines().count(), expected, "{text}: {found}");
    }
    let code = "let a = \"one two\"; // \"not this\"\nlet b = r#\"three \"four\"\"#; let c = '\"'; f(\"five\");\n#[cfg(test)]\n\"six\"";
    let texts =
        [(1, "one two"), (2, "three \"four\""), (2, "five")].map(|(line, text)| (line, text.to_string()));
    assert_eq!(literals(code), texts);
}

/// The words of a name: `is_fixed` and `IsFixed` are `is` and `fixed`.
fn words_of_name(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in name.chars() {
        if c == '_'
            || (c.is_uppercase() && words.last().is_some_and(|word| word.ends_with(char::is_lowercase)))
        {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c != '_') {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// Old words in the names and comments of Rust code, each with its line.
fn old_names(code: &str) -> Vec<(usize, String)> {
    static NAMES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(&format!("{FOREIGN_NAMES}|[A-Za-z_][A-Za-z0-9_]*")).expect("a valid pattern")
    });
    static FOREIGN: LazyLock<Regex> = LazyLock::new(|| Regex::new(FOREIGN_NAMES).expect("a valid pattern"));
    let mut found = Vec::new();
    let mut check = |start: usize, text: &str| {
        for name in NAMES.find_iter(text).filter(|name| !FOREIGN.is_match(name.as_str())) {
            if words_of_name(name.as_str()).iter().any(|word| OLD_NAMES.contains(&word.as_str())) {
                let before = code.get(..start + name.start()).unwrap_or_default();
                found.push((before.matches('\n').count() + 1, name.as_str().to_string()));
            }
        }
    };
    let mut end = 0;
    for token in TOKENS.find_iter(code) {
        check(end, code.get(end..token.start()).unwrap_or_default());
        if token.as_str().starts_with('/') {
            // Code in backticks may be from a Dockerfile.
            for (at, part) in token
                .as_str()
                .split('`')
                .scan(token.start(), |at, part| {
                    let start = *at;
                    *at += part.len() + 1;
                    Some((start, part))
                })
                .step_by(2)
            {
                check(at, part);
            }
        }
        end = token.end();
    }
    check(end, code.get(end..).unwrap_or_default());
    found
}

#[test]
fn names_and_comments_have_no_old_words() {
    let mut found = String::new();
    for directory in ["src", "crates", "benches", "tests/all"] {
        for path in files(directory, "rs").into_iter().filter(|path| !path.ends_with("all/wording.rs")) {
            let code = std::fs::read_to_string(&path).expect("the file can be read");
            for (line, name) in old_names(&code) {
                let _ = writeln!(found, "{}:{line}: {name}", path.display());
            }
        }
    }
    assert!(found.is_empty(), "old words in the code:\n{found}");
}

#[test]
fn old_names_are_found() {
    for (code, expected) in [
        ("fn is_mended() {}", vec![(1, "is_mended".to_string())]),
        ("// the folder", vec![(1, "folder".to_string())]),
        ("// the `folder` of it\nstruct Tally;", vec![(2, "Tally".to_string())]),
        ("let flaws = \"mended\";", Vec::new()),
    ] {
        assert_eq!(old_names(code), expected, "{code}");
    }
}

#[test]
fn scripts_have_no_old_words() {
    let directories = [
        ("tests", "py"),
        ("tests/editors", "lua"),
        ("tests/editors", "mjs"),
        ("packaging", "py"),
        ("packaging", "sh"),
        ("data", "py"),
        ("data", "toml"),
        ("templates", "yml"),
        ("docs", "yml"),
        (".github", "yml"),
    ];
    let mut scripts: Vec<PathBuf> =
        directories.iter().flat_map(|(directory, extension)| files(directory, extension)).collect();
    let others = ["Dockerfile", "Cargo.toml", "pyproject.toml", "action.yml", ".pre-commit-hooks.yaml"];
    scripts.extend(others.map(|name| root().join(name)));
    let foreign = Regex::new(&format!("{FOREIGN_NAMES}|-folder")).expect("a valid pattern");
    let mut found = String::new();
    for path in scripts {
        let text = std::fs::read_to_string(&path).expect("the file can be read");
        for (line, text) in (1..).zip(foreign.replace_all(&text, "").lines()) {
            let mut names = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            if names.any(|name| words_of_name(name).iter().any(|word| OLD_NAMES.contains(&word.as_str()))) {
                let _ = writeln!(found, "{}:{line}: {text}", path.display());
            }
        }
    }
    assert!(found.is_empty(), "old words in scripts:\n{found}");
}
