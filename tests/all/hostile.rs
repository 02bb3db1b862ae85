//! Inputs that are designed to break a parser: they must be read in linear time.

use std::time::{Duration, Instant};

use dockwright::syntax::{Kind, parse};

/// Far above the time of a debug build on a slow machine, far below quadratic time.
const LONG: Duration = Duration::from_mins(1);

/// Parses the source and returns the number of instructions and errors.
fn read(source: impl AsRef<[u8]>) -> (usize, usize) {
    let source = source.as_ref();
    let started = Instant::now();
    let file = parse(source);
    let mut end = 0;
    for item in &file.items {
        assert_eq!(item.span.start, end);
        end = item.span.end;
    }
    assert_eq!(end as usize, source.len());
    for instruction in file.instructions() {
        let _ = (instruction.mounts(), file.attached_comments(instruction));
    }
    let _ = file.first_refusal();
    let counts = (file.instructions().count(), file.errors.len());
    drop(file);
    assert!(started.elapsed() < LONG, "{:?} for {} bytes", started.elapsed(), source.len());
    counts
}

const MANY: usize = 100_000;
const HUGE: usize = 20_000_000;

#[test]
fn reads_line_of_20_megabytes_in_linear_time() {
    assert_eq!(read("x".repeat(HUGE)).0, 1);
    assert_eq!(read(format!("RUN {}", "x ".repeat(HUGE / 2))).0, 1);
    assert_eq!(read(format!("#{}\nFROM a", "x".repeat(HUGE))), (1, 1));
    let long = "x ".repeat(1_000_000);
    for keyword in ["FROM", "COPY", "ENV a", "ENV a=b", "ARG", "LABEL a=", "USER", "EXPOSE", "x"] {
        assert_eq!(read(format!("{keyword} {long}")).0, 1, "{keyword}");
    }
    for rest in
        ["\"", "'", "\\", "<<", "<", "[", "[[", "${", "${x:-", "\"${x-", "$", "--", "--x", "=", "\u{a0}"]
    {
        for keyword in ["RUN", "COPY", "ENV", "HEALTHCHECK CMD", "ONBUILD RUN"] {
            let source = format!("{keyword} {}", rest.repeat(400_000 / rest.len()));
            assert_eq!(read(&source).0, 1, "{keyword} {rest}");
        }
    }
}

#[test]
fn reads_many_instructions_in_linear_time() {
    assert_eq!(read("RUN x\n".repeat(MANY)), (MANY, 0));
    assert_eq!(read("x\n".repeat(MANY)), (MANY, MANY));
    assert_eq!(read("# c\nRUN <<A\nb\nA\n\n".repeat(MANY)), (MANY, 0));
    assert_eq!(read(format!("{}RUN x", "# c\n".repeat(MANY))), (1, 0));
    assert_eq!(read("# check=skip=all\n".repeat(MANY)).0, 0);
    assert_eq!(read("RUN a \\\\\n".repeat(MANY)), (MANY, 0));
}

#[test]
fn reads_deep_nesting_in_linear_time() {
    for count in [2_000, MANY] {
        assert_eq!(read("ONBUILD ".repeat(count)).0, 1);
        assert_eq!(read(format!("RUN {}x{}", "(".repeat(count), ")".repeat(count))).0, 1);
        assert_eq!(read(format!("RUN <<A {}\nA", "${x:-".repeat(count))).0, 2);
        assert_eq!(read(format!("RUN <<A {}{}\nA", "${x:-\"".repeat(count), "\"}".repeat(count))).0, 1);
        assert_eq!(read(format!("RUN <<A {}{}\nA", "${x/p".repeat(count), "/y}".repeat(count))).0, 1);
        assert_eq!(read(format!("CMD {}{}", "[".repeat(count), "]".repeat(count))).0, 1);
        assert_eq!(read(format!("CMD {}", "{\"a\":".repeat(count))).0, 1);
        assert_eq!(read(format!("CMD [{}1{}]", "{\"a\":[".repeat(count), "]}".repeat(count))).0, 1);
    }
}

#[test]
fn reads_many_continuations_in_linear_time() {
    let comments = format!("RUN a \\\n{}b\nUSER x", "  # c \\\n".repeat(MANY));
    assert_eq!(read(comments), (2, 0));
    assert_eq!(read(format!("RUN a \\\n{}b", "\n".repeat(MANY))), (1, 0));
    assert_eq!(read(format!("RUN {}", "a \\\n".repeat(MANY))), (1, 0));
    assert_eq!(read(format!("COPY {}b", "a \\\n".repeat(MANY))), (1, 0));
    assert_eq!(read(format!("ENV {}", "a=b \\\n# c\n".repeat(MANY))), (1, 0));
    assert_eq!(read(format!("ENV {}", "a\\\n".repeat(MANY))).0, 1);
    assert_eq!(read(format!("RUN {}", "--mount=type=cache,target=/x \\\n".repeat(MANY))), (1, 0));
    assert_eq!(read(format!("COPY {} a b", "--x \\\n".repeat(2_000))), (1, 2_000));
    assert_eq!(read(format!("CMD [{}\"a\"]", "\"a\",\\\n".repeat(MANY))), (1, 0));
    assert_eq!(read("\\\n".repeat(MANY)), (1, 1));
}

#[test]
fn reads_many_heredocs_in_linear_time() {
    let operators = "<<A \\\n".repeat(MANY);
    assert_eq!(read(format!("RUN {operators}x\n{}", "A\n".repeat(MANY))), (1, 0));
    assert_eq!(read(format!("COPY {operators} /d/\n{}", "x\nA\n".repeat(MANY))), (1, 0));
    assert_eq!(read(format!("RUN {operators}x\n{}", "x\n".repeat(MANY))), (1, 1));
    assert_eq!(read(format!("RUN <<-A\n{}", "\t".repeat(MANY))).0, 1);
    assert_eq!(read(format!("RUN <<-A\n{}", format!("{}\n", "\t".repeat(1_000)).repeat(1_000))), (1, 1));
    assert_eq!(read(format!("RUN <<'{}'\n", "x".repeat(1_000_000))), (1, 2));
}

#[test]
fn reads_many_flags_in_linear_time() {
    assert_eq!(read(format!("RUN --mount={}", "a,".repeat(1_000_000))).0, 1);
    assert_eq!(read(format!("RUN --mount={}", "\\\"a\\\",".repeat(500_000))).0, 1);
    assert_eq!(read(format!("RUN --mount=\"{}\"", "\\\"".repeat(1_000_000))).0, 1);
    assert_eq!(read(format!("HEALTHCHECK --interval={} CMD x", "1h".repeat(1_000_000))).0, 1);
    assert_eq!(read(format!("HEALTHCHECK --retries={} CMD x", "1".repeat(1_000_000))).0, 1);
    assert_eq!(read(format!("COPY --{} a b", "from".repeat(1_000_000))).0, 1);
}

#[test]
fn handles_invalid_utf8() {
    assert_eq!(read(vec![0; 1_000_000]).0, 1);
    assert_eq!(read(vec![0xFF; 1_000_000]).0, 1);
    assert_eq!(read(vec![0x80; 1_000_000]).0, 1);
    assert_eq!(read(vec![b'\r'; 1_000_000]).0, 0);
    assert_eq!(read("\u{3000}".repeat(MANY)).0, 0);
    assert_eq!(read(format!("RUN a{}", "\u{3000}".repeat(MANY))).0, 1);
    assert_eq!(read(format!("FROM a\rRUN b{}", "\r".repeat(1_000))), (1, 1));
    let wide: Vec<u8> = "\u{feff}FROM alpine\nRUN x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let file = parse(&wide);
    assert!(file.instructions().all(|instruction| instruction.kind == Kind::Unknown));
    let help = file.errors.first().and_then(|error| error.help.as_deref()).unwrap_or_default();
    assert!(help.contains("UTF-16"), "{help}");
}
