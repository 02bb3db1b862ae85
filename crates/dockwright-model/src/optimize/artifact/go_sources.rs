//! Facts about a program from its Go sources in the build context.

use super::go::is_go_source;
use crate::optimize::context::ContextFiles;
use crate::semantic::paths::base_name;
use crate::syntax::quote_excerpt;

/// Modules that are known to start no programs, by prefix.
const QUIET: [&str; 24] = [
    "golang.org/x/",
    "google.golang.org/",
    "go.uber.org/",
    "go.opentelemetry.io/",
    "gopkg.in/yaml",
    "github.com/beorn7/perks",
    "github.com/cespare/xxhash",
    "github.com/gin-gonic/gin",
    "github.com/go-chi/chi",
    "github.com/go-sql-driver/mysql",
    "github.com/golang/protobuf",
    "github.com/google/uuid",
    "github.com/gorilla/",
    "github.com/jackc/pgx",
    "github.com/labstack/echo",
    "github.com/lib/pq",
    "github.com/pkg/errors",
    "github.com/prometheus/",
    "github.com/redis/go-redis",
    "github.com/rs/zerolog",
    "github.com/sirupsen/logrus",
    "github.com/spf13/pflag",
    "github.com/stretchr/testify",
    "github.com/valyala/",
];

/// What the copied Go sources need at run time.
#[derive(Debug, Default)]
pub(super) struct GoSources {
    /// A file among those copied that a program may read.
    pub other: Option<String>,
    /// A source that may start other programs or needs more than Go, as text that follows "missing".
    pub starts: Option<String>,
    /// Whether the program loads time zones by name.
    pub(crate) zones: bool,
    /// Whether the program uses a directory for temporary files, or accounts.
    pub system: bool,
}

impl GoSources {
    /// Whether it is certain that the program only needs a kernel.
    pub(super) fn needs_no_system(&self) -> bool {
        !self.system && self.starts.is_none() && self.other.is_none()
    }
}

/// Examines the files below the patterns.
pub(super) fn scan_go_sources(files: &ContextFiles, patterns: &[String]) -> GoSources {
    // Maximum number of files; larger programs are not analyzed.
    const MAX: usize = 5_000;
    let mut sources = GoSources::default();
    let reads: Vec<_> = patterns
        .iter()
        .map(|pattern| crate::optimize::source_matcher::SourceMatcher::new(pattern, true, &[]))
        .collect();
    let copied = files
        .all
        .iter()
        .filter(|file| reads.iter().any(|read| read.path_prefix_named_by_source(&file.path).is_some()));
    for (number, file) in copied.enumerate() {
        if number > MAX {
            sources.starts =
                Some("too many source files to check whether the program starts others".to_string());
            break;
        }
        let path = file.path.as_str();
        if !is_go_source(path) {
            if !is_unread_file(path) {
                sources.other.get_or_insert_with(|| path.to_string());
            }
            continue;
        }
        if path.ends_with(".sum") || path.ends_with("_test.go") {
            continue;
        }
        let Some(text) = files.text(path) else {
            sources
                .starts
                .get_or_insert_with(|| format!("the content of {} is unknown", quote_excerpt(path)));
            continue;
        };
        if path.ends_with("go.mod") {
            if let Some(module) = unknown_module(&text) {
                sources.starts.get_or_insert_with(|| {
                    format!("the module {} may start other programs", quote_excerpt(module))
                });
            }
            continue;
        }
        for import in
            ["\"os/exec\"", "\"plugin\"", "\"C\"", "\"net/http/cgi\"", "syscall.Exec", "os.StartProcess"]
        {
            if text.contains(import) {
                sources.starts.get_or_insert_with(|| {
                    format!(
                        "{} uses {} and may start other programs",
                        quote_excerpt(path),
                        quote_excerpt(import.trim_matches('"'))
                    )
                });
            }
        }
        sources.zones |= text.contains("LoadLocation");
        let of_system = [
            "TempDir",
            "CreateTemp",
            "MkdirTemp",
            "TempFile",
            "\"os/user\"",
            "HomeDir",
            "multipart",
            "FormFile",
            "\"/",
            "Getenv(\"HOME",
            "ConfigDir",
            "CacheDir",
        ];
        sources.system |= of_system.iter().any(|word| text.contains(word) && *word != "\"/")
            || ["\"/tmp", "\"/etc", "\"/var", "\"/usr", "\"/proc", "\"/bin", "\"/root", "\"/home"]
                .iter()
                .any(|word| text.contains(word));
    }
    sources
}

/// Whether the path is that of a file that is next to sources, but that no program reads.
fn is_unread_file(path: &str) -> bool {
    let name = base_name(path);
    let upper = name.to_uppercase();
    path.split('/').any(|part| matches!(part, ".git" | ".github" | "testdata" | ".vscode" | ".idea"))
        || ["README", "LICENSE", "LICENCE", "CHANGELOG", "CONTRIBUTING", "NOTICE", "AUTHORS", "DOCKERFILE"]
            .iter()
            .any(|start| upper.starts_with(start))
        || matches!(
            name,
            ".gitignore"
                | ".dockerignore"
                | ".gitattributes"
                | ".editorconfig"
                | "Makefile"
                | ".golangci.yml"
        )
}

/// The first module of `go.mod` that is not known to start no programs.
fn unknown_module(text: &str) -> Option<&str> {
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        let words = match line {
            "require (" => {
                inside = true;
                continue;
            }
            ")" => {
                inside = false;
                continue;
            }
            _ if inside => line,
            _ => match line.strip_prefix("require ") {
                Some(rest) => rest,
                None if line.starts_with("replace") => return Some("replace"),
                None => continue,
            },
        };
        let Some(module) = words.split_whitespace().next().filter(|module| !module.starts_with("//")) else {
            continue;
        };
        if !QUIET.iter().any(|start| module.starts_with(start)) {
            return Some(module);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_read() {
        for (text, expected) in [
            ("module a\n\ngo 1.22\n", None),
            ("module a\nrequire golang.org/x/net v0.1.0\n", None),
            (
                "module a\nrequire (\n\tgithub.com/lib/pq v1.2.3\n\tgolang.org/x/net v0.1.0 // indirect\n)\n",
                None,
            ),
            (
                "module a\nrequire (\n\tgithub.com/lib/pq v1.2.3\n\texample.com/git v0.1.0\n)\n",
                Some("example.com/git"),
            ),
            ("module a\nrequire example.com/git v0.1.0\n", Some("example.com/git")),
            ("module a\nreplace a => ../b\n", Some("replace")),
        ] {
            assert_eq!(unknown_module(text), expected, "{text}");
        }
    }

    #[test]
    fn skips_files_no_program_reads() {
        for (path, expected) in [
            ("README.md", true),
            (".git/HEAD", true),
            ("a/testdata/x.json", true),
            ("templates/index.html", false),
            ("config.yaml", false),
            ("Makefile", true),
        ] {
            assert_eq!(is_unread_file(path), expected, "{path}");
        }
    }
}
