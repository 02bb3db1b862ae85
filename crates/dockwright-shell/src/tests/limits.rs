//! Any text can be parsed, on any thread.

use crate::*;

fn check_spans(text: &str, script: &ShellScript, offset: u32) {
    let command = |one: &ShellCommand| {
        let words = one.words.iter().map(|word| word.span);
        let rest = one.assignments.iter().chain(&one.redirections).copied();
        words.chain(rest).chain([one.span]).collect::<Vec<_>>()
    };
    let items = script.list.iter().flat_map(|item| [Some(item.span), item.joint.map(|joint| joint.span)]);
    let spans = script.commands.iter().flat_map(command).chain(items.flatten());
    for span in spans.chain(script.comments.iter().copied()).chain(script.end.map(|end| end.span)) {
        let range = (span.start - offset) as usize..(span.end - offset) as usize;
        assert!(text.get(range).is_some(), "{span:?} in {text:?}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2_000))]
    #[test]
    fn never_panics(text in "(a|b |cd |é|\\$x|\\$\\(|\\)|\\(\\(|\\)\\)|\\{ |\\}|\"|'|`|&& |\\|\\| |\\| |; |&|\n|\\\\\n|\\\\|if |then |fi |for |in |do |done |case |esac |;;|<<E\n|\nE\n|<\\(|> |\\$\\{|:-|#|=|\\[\\[ |\\]\\] |\\[ |\\] |!|time |exec |export |exit |f\\(\\) |\\*|\\{1..2\\}|@\\(|coproc ){0,25}") {
        let script = read_script(&text, 1_000);
        check_spans(&text, &script, 1_000);
    }
}

#[test]
fn handles_deep_nesting_on_small_stack() {
    let nest = |open: &str, close: &str, levels: usize| open.repeat(levels) + "a" + &close.repeat(levels);
    let texts = [
        nest("$(", ")", 200),
        nest("$(( ", " ))", 100),
        nest("$((", "))", 100),
        nest("${a:-", "}", 200),
        nest("(", ")", 200),
        nest("{ ", "; }", 200),
        nest("if a; then ", "; fi", 300),
        nest("\"$(", ")\"", 199),
        "$((\")))\" ".repeat(2_000),
        "a && ".repeat(900) + "a",
        "a && ".repeat(5_000) + "a",
        "! ".repeat(5_000) + "a",
        "@(".repeat(199) + &"a".repeat(50_000),
        "[".repeat(50_000),
        "{a,b}".repeat(5_000),
    ];
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(move || {
        for text in texts {
            check_spans(&text, &read_script(&text, 0), 0);
        }
    });
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}
