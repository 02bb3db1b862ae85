//! Tests that the comparison of builds detects wrong rewrites, and accepts declared changes.

use super::same_build::difference;

/// The old text, the new one, the codes that fixed it, and a part of the error; empty if the rewrite is right.
const REWRITES: &[(&str, &str, &[&str], &str)] = &[
    // Layout, case and quotes do not matter.
    ("from a\nrun x  y\n", "FROM a\nRUN x \\\n  # why\n  \"y\"\n", &[], ""),
    ("FROM a\nENV A b\nRUN x\n", "FROM a\nENV A=b\nRUN x\n", &[], ""),
    ("FROM a\nWORKDIR /b\nWORKDIR c\nRUN x\n", "FROM a\nWORKDIR /b\nWORKDIR /b/c\nRUN x\n", &[], ""),
    ("FROM a\nEXPOSE 80/TCP\n", "FROM a\nEXPOSE 80\n", &[], ""),
    // Words.
    ("FROM a\nRUN x y\n", "FROM a\nRUN x z\n", &["DL3014"], "is gone"),
    ("FROM a\nRUN apt-get install b\n", "FROM a\nRUN apt-get install -y b\n", &["DL3014"], ""),
    ("FROM a\nRUN apt-get install b\n", "FROM a\nRUN apt-get install -y b\n", &["DL3015"], "is gone"),
    ("FROM a\nRUN apt-get install b\n", "FROM a\nRUN apt-get install -y b c\n", &["DL3014"], "is gone"),
    (
        "FROM a\nRUN sudo -- apt-get install b\n",
        "FROM a\nRUN sudo -- apt-get install -y b\n",
        &["DL3014"],
        "",
    ),
    ("FROM a\nRUN apt-get -- install b\n", "FROM a\nRUN apt-get -- install -y b\n", &["DL3014"], "is gone"),
    ("FROM a\nRUN apt-get install -y b\n", "FROM a\nRUN apt-get install b\n", &["DL3014"], "is gone"),
    ("FROM a\nRUN apt update\n", "FROM a\nRUN apt-get update\n", &["DL3027"], ""),
    ("FROM a\nRUN x > y\n", "FROM a\nRUN x\n", &["DL3027"], "is gone"),
    ("FROM a\nRUN A=1 x\n", "FROM a\nRUN x\n", &["DL3027"], "is gone"),
    ("FROM a\nRUN x $b\n", "FROM a\nRUN x \"$b\"\n", &["SC2086"], ""),
    ("FROM a\nRUN x $b\n", "FROM a\nRUN x \"$b\"\n", &["DL3027"], "is gone"),
    ("FROM a\nRUN x \"$b\"\n", "FROM a\nRUN x $b\n", &["SC2086"], "is gone"),
    ("FROM a\nRUN x `y|z`\n", "FROM a\nRUN x $(y|z)\n", &["SC2006"], ""),
    ("FROM a\nRUN x `y|z`\n", "FROM a\nRUN x $(y)\n", &["SC2006"], "is gone"),
    ("FROM a\nRUN x \"`y` \\`\"\n", "FROM a\nRUN x \"$(y) \\`\"\n", &["SC2006"], ""),
    ("FROM a\nRUN x \"`y` \\`\"\n", "FROM a\nRUN x \"$(y) `\"\n", &["SC2006"], "is "),
    ("FROM a\nRUN x `y`\n", "FROM a\nRUN x \"$(y)\"\n", &["SC2006", "SC2046"], ""),
    ("FROM a\nRUN x 'y \\\n  \n z'\n", "FROM a\nRUN x 'y \\\n z'\n", &["NoEmptyContinuation"], ""),
    ("FROM a\nRUN x 'y \\\n  \n z'\n", "FROM a\nRUN x 'y \\\n'\n", &["NoEmptyContinuation"], "is gone"),
    ("FROM a\nCMD b 'c'\n", "FROM a\nCMD [\"b\", \"c\"]\n", &["DL3025"], ""),
    ("FROM a\nCMD b 'c'\n", "FROM a\nCMD [\"b\"]\n", &["DL3025"], "`cmd` is"),
    ("FROM a\nENTRYPOINT b c\n", "FROM a\nENTRYPOINT [\"b\", \"c\"]\n", &["DL3025"], ""),
    (
        "FROM a\nENTRYPOINT b c\nCMD [\"d\"]\n",
        "FROM a\nENTRYPOINT [\"b\", \"c\"]\nCMD [\"d\"]\n",
        &["DL3025"],
        "`entrypoint` is",
    ),
    ("FROM a\nRUN time sudo x\n", "FROM a\nRUN time x\n", &["DL3004"], ""),
    ("FROM a\nRUN time sudo x\n", "FROM a\nRUN x\n", &["DL3004"], "is "),
    ("FROM a\nRUN x y 'z'\n", "FROM a\nRUN [\"x\", \"y\", \"z\"]\n", &["DW5003"], ""),
    ("FROM a\nRUN x y\n", "FROM a\nRUN [\"x\", \"y\"]\n", &["DL3025"], "is "),
    ("FROM a\nRUN x $y\n", "FROM a\nRUN [\"x\", \"$y\"]\n", &["DW5003"], "is "),
    ("FROM a\nRUN x *\n", "FROM a\nRUN [\"x\", \"*\"]\n", &["DW5003"], "is "),
    ("FROM a\nRUN x && y\n", "FROM a\nRUN [\"x\", \"y\"]\n", &["DW5003"], "is "),
    ("FROM a\nRUN x > y\n", "FROM a\nRUN [\"x\"]\n", &["DW5003"], "is gone"),
    (
        "FROM a\nRUN apt-get install -y libgl1-mesa-glx git\n",
        "FROM a\nRUN apt-get install -y --no-install-recommends libgl1 git\n",
        &["DW5004", "DL3015"],
        "",
    ),
    (
        "FROM a\nRUN apt-get install libgl1-mesa-glx\n",
        "FROM a\nRUN apt-get install libgl2\n",
        &["DW5004"],
        "is ",
    ),
    ("FROM a\nRUN apt-get install git\n", "FROM a\nRUN apt-get install mercurial\n", &["DW5004"], "is "),
    ("FROM a\nRUN apt-get install a b a\n", "FROM a\nRUN apt-get install a b\n", &["DW4011"], ""),
    ("FROM a\nRUN apt-get install a b a=1\n", "FROM a\nRUN apt-get install b a=1\n", &["DW4011"], ""),
    (
        "FROM a\nRUN apt-get install a a:i386\n",
        "FROM a\nRUN apt-get install a:i386\n",
        &["DW4011"],
        "is gone",
    ),
    ("FROM a\nRUN yum install a a.i686\n", "FROM a\nRUN yum install a.i686\n", &["DW4011"], "is gone"),
    ("FROM a\nRUN yum install a a-1-2\n", "FROM a\nRUN yum install a-1-2\n", &["DW4011"], ""),
    ("FROM a\nRUN apt-get install a a-1-2\n", "FROM a\nRUN apt-get install a-1-2\n", &["DW4011"], "is gone"),
    ("FROM a\nRUN apt-get install a a-b\n", "FROM a\nRUN apt-get install a-b\n", &["DW4011"], "is gone"),
    // `set -e` is on a line before the script.
    ("FROM a\nRUN <<E\nx\ny\nE\n", "FROM a\nRUN <<E\nset -e\nx\ny\nE\n", &["DW4005"], ""),
    (
        "FROM a\nRUN <<E\n# b\nif ! x; then y; fi\nz\nE\n",
        "FROM a\nRUN <<E\nset -e\n# b\nif ! x; then y; fi\nz\nE\n",
        &["DW4005"],
        "",
    ),
    (
        "FROM a\nRUN <<E\nA=$(case $B in c) x ;; esac)\ny\nE\n",
        "FROM a\nRUN <<E\nset -e\nA=$(case $B in c) x ;; esac)\ny\nE\n",
        &["DW4005"],
        "",
    ),
    ("FROM a\nRUN <<E\nx\ny\nE\n", "FROM a\nRUN <<E\nset -e || x\ny\nE\n", &["DW4005"], "is "),
    ("FROM a\nRUN <<E\n! x\ny\nE\n", "FROM a\nRUN <<E\nset -e\nx\ny\nE\n", &["DW4005"], "is "),
    ("FROM a\nRUN <<E\nx\ny\nE\n", "FROM a\nRUN <<E\nx\nset -e\ny\nE\n", &["DW4005"], "is "),
    // Connectors.
    ("FROM a\nRUN x && y\n", "FROM a\nRUN x; y\n", &["DL3059", "DW2001"], "is "),
    ("FROM a\nRUN x || y\n", "FROM a\nRUN x && y\n", &["DL3059", "DW2001"], "is "),
    ("FROM a\nRUN x && y\n", "FROM a\nRUN y && x\n", &["DL3059", "DW2001"], "is gone"),
    ("FROM a\nRUN x\nRUN y\n", "FROM a\nRUN x && y\n", &["DL3059"], ""),
    ("FROM a\nRUN x\nRUN y\n", "FROM a\nRUN x && y\n", &["DL3009"], "is "),
    ("FROM a\nRUN x\nRUN y\n", "FROM a\nRUN x; y\n", &["DL3059"], "is "),
    ("FROM a\nRUN x\nRUN y\n", "FROM a\nRUN y && x\n", &["DL3059"], "is gone"),
    ("FROM a\nRUN x\nRUN y\n", "FROM a\nRUN x\n", &["DL3059"], "is gone"),
    ("FROM a\nRUN x || y\nRUN z\n", "FROM a\nRUN { x || y; } && z\n", &["DL3059"], ""),
    ("FROM a\nRUN { x; }\n", "FROM a\nRUN { x; } > y\n", &["DL3059"], "after commands"),
    ("FROM a\nRUN cd /b; x\n", "FROM a\nRUN cd /b || exit; x\n", &["SC2164"], ""),
    ("FROM a\nRUN cd /b; x\n", "FROM a\nRUN cd /b && exit; x\n", &["SC2164"], "is new"),
    // The state at each command.
    ("FROM a\nRUN cd /b && x\nRUN y\n", "FROM a\nRUN cd /b && x && y\n", &["DL3059"], "the directory"),
    ("FROM a\nRUN cd /b && x\nRUN rm /y\n", "FROM a\nRUN cd /b && x && rm /y\n", &["DW2001"], ""),
    ("FROM a\nRUN cd /b && x\nRUN rm y\n", "FROM a\nRUN cd /b && x && rm y\n", &["DW2001"], "the directory"),
    ("FROM a\nRUN cd /b && x\nRUN rm y\n", "FROM a\nRUN ( cd /b && x ) && rm y\n", &["DW2001"], ""),
    ("FROM a\nRUN x\nUSER b\nRUN y\n", "FROM a\nRUN x && y\nUSER b\n", &["DL3059"], "the user"),
    ("FROM a\nRUN x\nENV A=1\nRUN y\n", "FROM a\nRUN x && y\nENV A=1\n", &["DL3059"], "`A` is None"),
    (
        "FROM a\nRUN x\nSHELL [\"b\", \"-c\"]\nRUN y\n",
        "FROM a\nRUN x && y\nSHELL [\"b\", \"-c\"]\n",
        &["DL3059"],
        "the shell",
    ),
    ("FROM a\nRUN cd /b && x\n", "FROM a\nWORKDIR /b\nRUN x\n", &["DL3003"], "`workdir` is"),
    ("FROM a\nRUN cd /b && x\nWORKDIR /c\n", "FROM a\nWORKDIR /b\nRUN x\nWORKDIR /c\n", &["DL3003"], ""),
    ("FROM a\nRUN cd /b && x\nWORKDIR /c\n", "FROM a\nWORKDIR /d\nRUN x\nWORKDIR /c\n", &["DL3003"], "is"),
    ("FROM a\nARG A\nRUN x\nRUN y $A\n", "FROM a\nRUN x\nARG A\nRUN y $A\n", &["DW1105"], ""),
    ("FROM a\nARG A=1\nRUN x\nRUN y $A\n", "FROM a\nRUN x\nARG A=1\nRUN y $A\n", &["DW1105"], ""),
    ("FROM a\nARG A=1\nRUN x $A\nRUN y\n", "FROM a\nRUN x $A\nARG A=1\nRUN y\n", &["DW1105"], "`A` is None"),
    ("FROM a\nARG A=1\nLABEL b=$A\n", "FROM a\nLABEL b=$A\nARG A=1\n", &["DW1105"], "`label b` is"),
    ("FROM a\nENV A=1\nRUN x\nRUN y $A\n", "FROM a\nRUN x\nENV A=1\nRUN y $A\n", &["DW1105"], "`A` is None"),
    ("FROM a\nENV A=1\nRUN x $A\n", "FROM a\nARG A=1\nRUN x $A\n", &["DW4102"], ""),
    ("FROM a\nENV A=1\nRUN x $A\n", "FROM a\nARG A=2\nRUN x $A\n", &["DW4102"], "`A` is"),
    ("FROM a\nENV A=1\nRUN x $A\n", "FROM a\nARG A=1\nRUN x $A\n", &["DW1105"], "`env A` is"),
    // Files.
    ("FROM a\nADD b /c\n", "FROM a\nCOPY b /c\n", &["DL3020"], ""),
    ("FROM a\nCOPY b /c\n", "FROM a\nADD b /c\n", &["DL3020"], "is gone"),
    ("FROM a\nWORKDIR /d\nADD b .\n", "FROM a\nCOPY b .\nWORKDIR /d\n", &["DL3020"], "is new"),
    ("FROM a\nCOPY b /c\nRUN chmod 755 /c\n", "FROM a\nCOPY --chmod=755 b /c\n", &["DW2201"], ""),
    (
        "FROM a\nCOPY b /c\nRUN chmod 755 /c\n",
        "FROM a\nCOPY --chmod=750 b /c\n",
        &["DW2201"],
        "nowhere in the flags",
    ),
    ("FROM a\nCOPY b /c\nRUN chmod 755 /c\n", "FROM a\nCOPY b /c\n", &["DW2201"], "nowhere in the flags"),
    ("FROM a\nCOPY . .\nRUN apk add b\n", "FROM a\nRUN apk add b\nCOPY . .\n", &["DW1103"], ""),
    ("FROM a\nCOPY . .\nRUN make b\n", "FROM a\nRUN make b\nCOPY . .\n", &["DW1201"], "is gone"),
    (
        "FROM a\nCOPY . .\nUSER b\nRUN apk add b\n",
        "FROM a\nRUN apk add b\nCOPY . .\nUSER b\n",
        &["DW1103"],
        "the user",
    ),
    (
        "FROM a\nCOPY . .\nENV HTTP_PROXY=b\nRUN apk add b\n",
        "FROM a\nRUN apk add b\nCOPY . .\nENV HTTP_PROXY=b\n",
        &["DW1103"],
        "`HTTP_PROXY` is",
    ),
    ("FROM a\nRUN x\nRUN apk add b\n", "FROM a\nRUN apk add b\nRUN x\n", &["DW1104"], "is gone"),
    // Packages.
    ("FROM a\nRUN apk add b\nRUN apk add c\n", "FROM a\nRUN apk add b c\n", &["DW1102"], ""),
    (
        "FROM a\nRUN apk add b\nRUN apk add c\n",
        "FROM a\nRUN apk add b\n",
        &["DW1102"],
        "`c` of `apk` is lost",
    ),
    (
        "FROM a\nRUN apk add b\nRUN apk add c\n",
        "FROM a\nRUN apk add b c d\n",
        &["DW1102"],
        "comes from nowhere",
    ),
    // Cache mounts.
    (
        "FROM a\nRUN npm ci && npm cache clean --force\n",
        "FROM a\nRUN --mount=type=cache,target=/root/.npm npm ci\n",
        &["DW1201"],
        "",
    ),
    ("FROM a\nRUN npm ci\n", "FROM a\nRUN --mount=type=secret,id=b npm ci\n", &["DW1201"], "has --mount"),
    ("FROM a\nRUN --network=none x\n", "FROM a\nRUN x\n", &["DW1201"], "has no --network"),
    // The configuration.
    ("FROM a\nCMD b c\n", "FROM a\nCMD [\"b\", \"c\"]\n", &["DL3025"], ""),
    ("FROM a\nCMD b c\n", "FROM a\nCMD [\"b\"]\n", &["DL3025"], "`cmd` is"),
    ("FROM a\nCMD b c\n", "FROM a\nCMD [\"b\", \"c\"]\n", &["DL3014"], "`cmd` is"),
    ("FROM a\nMAINTAINER b\n", "FROM a\nLABEL org.opencontainers.image.authors=\"b\"\n", &["DL4000"], ""),
    ("FROM a\nMAINTAINER b\n", "FROM a\nLABEL org.opencontainers.image.authors=\"c\"\n", &["DL4000"], "is"),
    ("FROM a\nMAINTAINER b\n", "FROM a\n", &["DL4000"], "`maintainer` is"),
    ("FROM a\nVOLUME /b\nEXPOSE 1\n", "FROM a\nEXPOSE 1\n", &["DL4000"], "`volume /b` is"),
    ("FROM a\nSTOPSIGNAL INT\n", "FROM a\nSTOPSIGNAL TERM\n", &[], "`stopsignal` is"),
    ("FROM a\nHEALTHCHECK --timeout=1s CMD b\n", "FROM a\nHEALTHCHECK CMD b\n", &[], "`healthcheck` is"),
    ("FROM a\nUSER b\n", "FROM a\n", &[], "`user` is"),
    ("FROM a\nONBUILD RUN b\n", "FROM a\nONBUILD RUN c\n", &[], "`onbuild 00000` is"),
    ("FROM a\nENV A=1\nFROM b\n", "FROM a\nFROM b\n", &["DL4000"], "in stage 0, `env A` is"),
    // Stages.
    ("FROM a\nFROM b\n", "FROM b\n", &["DW2401"], "2 stages are 1"),
    ("FROM a\n", "FROM b\n", &["DW2401"], "the base"),
    (
        "FROM a\nRUN go build -o /b\nCMD [\"/b\"]\n",
        "FROM a AS build\nRUN go build -o /b\nFROM c\nCOPY --from=build /b /b\nCMD [\"/b\"]\n",
        &["DW2401"],
        "",
    ),
    (
        "FROM a\nRUN go build -o /b\nEXPOSE 1\nCMD [\"/b\"]\n",
        "FROM a AS build\nRUN go build -o /b\nFROM c\nCOPY --from=build /b /b\nCMD [\"/b\"]\n",
        &["DW2401"],
        "`expose 1/tcp` is",
    ),
    (
        "FROM a\nRUN case $A in b) C=1 ;; esac && x\nRUN rm y\n",
        "FROM a\nRUN ( case $A in b) C=1 ;; esac && x ) && rm y\n",
        &["DW2001"],
        "",
    ),
    (
        "FROM a\nCOPY b /tmp/b\nRUN x /tmp/b && rm /tmp/b\n",
        "FROM a\nRUN --mount=type=bind,source=b,target=/tmp/b x /tmp/b\n",
        &["DW2001"],
        "",
    ),
    (
        "FROM a\nCOPY b /tmp/b\nRUN x /tmp/b && rm /tmp/b\n",
        "FROM a\nRUN --mount=type=bind,source=c,target=/tmp/b x /tmp/b\n",
        &["DW2001"],
        "is in no mount",
    ),
    ("FROM a\nCOPY b /c\nRUN x && rm /tmp/b\n", "FROM a\nRUN x\n", &["DW2001"], "is in no mount"),
    ("FROM a\nRUN conda install b\n", "FROM a\nRUN CONDA_PKGS_DIRS=/c conda install b\n", &["DW1201"], ""),
    ("FROM a\nRUN conda install b\n", "FROM a\nRUN PATH=/c conda install b\n", &["DW1201"], "is gone"),
    (
        "FROM a\nRUN go build -o /b\n",
        "FROM a AS build\nRUN go build -o /b\nFROM c\nRUN x\nCOPY --from=build /b /b\n",
        &["DW2401"],
        "the new stage does",
    ),
];

#[test]
fn detects_wrong_fixes() {
    let mut wrong = Vec::new();
    for (old, new, made, expected) in REWRITES {
        let found = difference(old.as_bytes(), new.as_bytes(), made);
        let right = match &found {
            None => expected.is_empty(),
            Some(found) => !expected.is_empty() && found.contains(expected),
        };
        if !right {
            wrong.push(format!("{old}{new}{made:?} gives {found:?}, not `{expected}`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
