//! The README and the docs show what the program prints.

use super::{Sandbox, run};

#[test]
fn the_output_in_the_readme_is_real() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("it is there");
    let command = "dockwright check --exit-zero fixtures/readme/Dockerfile";
    assert!(readme.contains(command));
    let (_, after) = readme.split_once("```text\n").expect("the output");
    let (shown, _) = after.split_once("```").expect("its end");
    let mut program = Sandbox::empty().command(std::path::Path::new(env!("CARGO_BIN_EXE_dockwright")));
    program.args(command.split(' ').skip(1)).args(["--isolated", "--format", "full"]).current_dir(root);
    let printed = run(program, "").out;
    assert_eq!(shown, printed, "the README should show:\n{printed}");
}

#[test]
fn output_in_optimize_docs_is_real() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/optimize.md")).expect("the page can be read");
    let block = |fence: &str| {
        let (_, after) = page.split_once(fence).expect("a code block");
        after.split_once("```").expect("the end of the block").0.to_string()
    };
    let (dockerfile, shown) = (block("```dockerfile\n"), block("```text\n"));
    let sandbox = Sandbox::with(&[
        ("Dockerfile", dockerfile.as_str()),
        ("requirements.txt", "flask==3.1.0\ngunicorn==23.0.0\npsycopg2==2.9.10\n"),
        (".env", "DATABASE_PASSWORD=example\n"),
        ("app/__init__.py", "from flask import Flask\n\nserver = Flask(__name__)\n"),
    ]);
    let printed = sandbox.run("optimize Dockerfile").out;
    assert_eq!(shown, printed, "docs/optimize.md should show:\n{printed}");
}
