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
