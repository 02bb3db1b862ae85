//! The syntax tree: laws that hold for any bytes, and snapshots of our own fixtures.

use dockwright::syntax::parse;

/// `DOCKWRIGHT_CORPUS=folder cargo test --test syntax corpus -- --ignored --nocapture` lists what is refused in
/// a folder of real files.
#[test]
#[ignore = "needs a folder of Dockerfiles in DOCKWRIGHT_CORPUS"]
fn corpus() {
    let Some(folder) = std::env::var_os("DOCKWRIGHT_CORPUS") else { return };
    let mut files = 0;
    let mut bytes = 0;
    let started = std::time::Instant::now();
    let mut report = String::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let Some(source) = std::fs::read(entry.path()).ok().filter(|_| entry.file_type().is_file()) else {
            continue;
        };
        let file = parse(&source);
        files += 1;
        bytes += source.len();
        let index = dockwright::source::LineIndex::new(&source);
        if let Some(error) = file.first_refusal() {
            report += &format!(
                "{}:{}: {:?}, 1 of {}, {} ({})\n",
                entry.path().display(),
                index.line(error.span.start),
                error.phase,
                file.errors.len(),
                error.message,
                error.help.as_deref().unwrap_or_default(),
            );
        }
    }
    assert!(report.is_empty(), "{report}{files} files, {bytes} bytes, {:?}", started.elapsed());
}
