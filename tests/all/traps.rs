//! Texts that other fixers break, and the result here after every fix that a command may apply.

use dockwright::diagnostic::Applicability;
use dockwright::fix::{FixSelection, fix_until_stable};
use dockwright::lint::Linter;
use dockwright::rules;

/// The text after all fixes up to this class, of only one code if it is given.
fn fixed(text: &str, class: Applicability, code: Option<&str>) -> String {
    let linter = Linter::with_rules(rules::all_rules());
    let wanted = |found: &str| code.is_none_or(|code| code == found);
    let trust = FixSelection { least: class, wanted: &wanted };
    let settled = fix_until_stable(text.as_bytes(), trust, &|text| linter.analyze(text));
    let again = fix_until_stable(&settled.text, trust, &|text| linter.analyze(text));
    assert_eq!(again.text, settled.text, "a second run changes it:\n{text}");
    String::from_utf8(settled.text).expect("UTF-8")
}

/// Texts that no fix changes.
#[test]
fn fixes_leave_texts_unchanged() {
    for text in [
        // A list in another order, with comments in it.
        "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n    vim=1 \\\n    curl=1 ca-certificates=1 \\\n && rm -rf /var/lib/apt/lists/*\n",
        "FROM debian:12\nRUN a\\\n  && b\\\n  && c\n",
        "FROM debian:12\n#\n# final words\n#\nCMD [\"x\"]\n",
        "FROM debian:12\n  RUN a && \\\n      b && \\\n      c\n",
        // Values that another spelling would change.
        "FROM debian:12\nENV KEYS \\\n# comment\n  ABC \\\n  DEF\n",
        "FROM debian:12\nENV FOO a\\\n    b\n",
        "FROM debian:12\nENV D \"a\" b\n",
        "FROM debian:12\nENV B C:\\\\foo bar\n",
        // Sources that COPY cannot fetch or unpack.
        "ARG U=https://example.com/a.tgz\nFROM debian:12\nARG U\nADD $U /x\n",
        "FROM debian:12\nADD ${F} /c/\n",
        "FROM debian:12\nADD a.py https://example.com/b /x\n",
        "FROM debian:12\nADD rootfs.tar.xz /\n",
        // Busybox's wget has no `--progress`.
        "FROM alpine:3.20\nRUN wget -O /x https://example.com/x\n",
        "FROM alpine:3.20 AS a\nFROM a\nRUN wget -O /x https://example.com/x\n",
        // The user of a file is not the user of a program.
        "FROM debian:12\nUSER app\nCOPY nginx.conf /etc/nginx/nginx.conf\n",
        "FROM debian:12\nCOPY run.sh /\nRUN chmod +x /run.sh\n",
        "FROM debian:12\nCMD set -xe \\\n  && nginx \\\n  && x\n",
        "FROM debian:12\nRUN cd \"/opt/$NAME\" && npm ci && npm cache clean --force\n",
        "FROM debian:12\nRUN apk add --no-cache --virtual .b gcc && cd /tmp && make && apk del .b\n",
        "FROM debian:12\nWORKDIR \"/opt/n-${V}\"\n",
        "FROM scratch\nCOPY bin usr/bin/app\nCMD [\"/usr/bin/app\"]\n",
        "FROM alpine:3.20\nRUN apk add --no-cache x=1\n",
        "FROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt/lists apt-get update && apt-get install -y --no-install-recommends x=1\n",
        "FROM node:22\nRUN npm ci && rm -rf /root/.npm\n",
        // Fixes do not invent users, health checks, ports, directories or frontends.
        "FROM debian:12\nCOPY a /a\nCMD [\"/a\"]\n",
        // An empty PATH was not intended.
        "FROM debian:12\nENV PATH\n",
        "FROM debian:12\nLABEL version\n",
        // Only the last author applies.
        "FROM debian:12\nMAINTAINER a\nMAINTAINER b\n",
        // It begins like pip.
        "FROM python:3.12\nRUN pip-compile install flask==3.1.0\n",
        // The package, not the command.
        "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends sudo=1 && rm -rf /var/lib/apt/lists/*\n",
    ] {
        assert_eq!(fixed(text, Applicability::UnsafeHigh, None), text);
    }
}

/// Texts that fixes change, with the results.
#[test]
fn fixes_change_texts_as_expected() {
    use Applicability::{Safe, UnsafeLow, UnsafeMid};
    for (code, class, before, after) in [
        // Nothing is reported twice, no line is added, and styles are not mixed.
        (
            "DL3015",
            UnsafeMid,
            "FROM debian:12\nRUN a\\\n  && b\\\n  && apt-get install git python-dev\n",
            "FROM debian:12\nRUN a\\\n  && b\\\n  && apt-get install --no-install-recommends git ca-certificates python-dev\n",
        ),
        (
            "DL3009",
            UnsafeLow,
            "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    vim \\\n    # an editor\n    curl\n",
            "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    vim \\\n    # an editor\n    curl \\\n    && rm -rf /var/lib/apt/lists/*\n",
        ),
        (
            "DL3009",
            UnsafeLow,
            "FROM debian:12\nRUN set -eux; \\\n\tapt-get update; \\\n\tapt-get install -y x\n",
            "FROM debian:12\nRUN set -eux; \\\n\tapt-get update; \\\n\tapt-get install -y x; \\\n\trm -rf /var/lib/apt/lists/*\n",
        ),
        (
            "DL3009",
            UnsafeLow,
            "FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y x\nEOF\n",
            "FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y x\nrm -rf /var/lib/apt/lists/*\nEOF\n",
        ),
        (
            "DL3009",
            UnsafeLow,
            "FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y x\nEOF\n",
            "FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y x && rm -rf /var/lib/apt/lists/*\nEOF\n",
        ),
        // A later install needs the lists.
        (
            "DL3009",
            UnsafeLow,
            "FROM debian:12\nRUN apt-get update && apt-get install -y x\nRUN apt-get install -y y\n",
            "FROM debian:12\nRUN apt-get update && apt-get install -y x\nRUN apt-get install -y y\n",
        ),
        (
            "DL3009",
            UnsafeLow,
            "FROM debian:12 AS a\nRUN apt-get update && apt-get install -y x\nFROM a\nRUN apt-get install -y y\n",
            "FROM debian:12 AS a\nRUN apt-get update && apt-get install -y x\nFROM a\nRUN apt-get install -y y\n",
        ),
        // Only root can fetch the lists, so root also removes them, but not through `sudo`.
        (
            "DL3009",
            UnsafeLow,
            "FROM example/x:1\nRUN apt-get update && apt-get install -y x\n",
            "FROM example/x:1\nRUN apt-get update && apt-get install -y x && rm -rf /var/lib/apt/lists/*\n",
        ),
        (
            "DL3009",
            UnsafeLow,
            "FROM example/x:1\nRUN sudo apt-get update && sudo apt-get install -y x\n",
            "FROM example/x:1\nRUN sudo apt-get update && sudo apt-get install -y x\n",
        ),
        (
            "DL3032",
            UnsafeLow,
            "FROM centos:7\nRUN yum install -y x; \\\n    y\n",
            "FROM centos:7\nRUN yum install -y x && yum clean all; \\\n    y\n",
        ),
        ("LegacyKeyValueFormat", Safe, "FROM debian:12\nENV A b c\n", "FROM debian:12\nENV A=\"b c\"\n"),
        (
            "DL4000",
            Safe,
            "FROM debian:12\nMAINTAINER a$b <c@d>\n",
            "FROM debian:12\nLABEL org.opencontainers.image.authors=\"a\\$b <c@d>\"\n",
        ),
        (
            "DL4000",
            Safe,
            "FROM debian:12\nMAINTAINER \"A\" <b>\n",
            "FROM debian:12\nLABEL org.opencontainers.image.authors=\"\\\"A\\\" <b>\"\n",
        ),
        ("SC2006", Safe, "FROM debian:12\nRUN echo `/tmp/x.sh`\n", "FROM debian:12\nRUN echo $(/tmp/x.sh)\n"),
        (
            "SC2086",
            UnsafeMid,
            "FROM debian:12\nARG PKGS\nRUN apt-get install -y $PKGS c\n",
            "FROM debian:12\nARG PKGS\nRUN apt-get install -y $PKGS c\n",
        ),
        (
            "SC2086",
            UnsafeMid,
            "FROM alpine:3.20\nENV BUILD_DEPS=\"a b\"\nRUN apk add $BUILD_DEPS\n",
            "FROM alpine:3.20\nENV BUILD_DEPS=\"a b\"\nRUN apk add $BUILD_DEPS\n",
        ),
        // Unknown packages in a variable.
        (
            "DL3015",
            UnsafeMid,
            "FROM debian:12\nENV PKGS=\"a b\"\nRUN apt-get install -y $PKGS\n",
            "FROM debian:12\nENV PKGS=\"a b\"\nRUN apt-get install -y $PKGS\n",
        ),
        (
            "DL3047",
            Safe,
            "FROM debian:12\nRUN apt-get update && apt-get install -y wget\nRUN wget https://example.com/x\n",
            "FROM debian:12\nRUN apt-get update && apt-get install -y wget\nRUN wget --progress=dot:giga https://example.com/x\n",
        ),
        (
            "DL3047",
            Safe,
            "FROM fedora:41\nRUN dnf install -y wget\nRUN wget https://example.com/x\n",
            "FROM fedora:41\nRUN dnf install -y wget\nRUN wget https://example.com/x\n",
        ),
        // A `cd` in the middle of a chain stays, and so does one whose directory is needed later.
        (
            "DL3003",
            UnsafeMid,
            "FROM debian:12\nRUN a && cd /tmp && b\nRUN cd /x && y\nCMD [\"z\"]\n",
            "FROM debian:12\nRUN a && cd /tmp && b\nRUN cd /x && y\nCMD [\"z\"]\n",
        ),
        (
            "DL3004",
            UnsafeMid,
            "FROM debian:12\nRUN sudo -E apt-get install -y sudo && sudo -u a b\nRUN sudo make install\n",
            "FROM debian:12\nRUN sudo -E apt-get install -y sudo && sudo -u a b\nRUN make install\n",
        ),
        (
            "DL3004",
            UnsafeMid,
            "FROM debian:12\nUSER app\nRUN sudo make install\n",
            "FROM debian:12\nUSER app\nRUN sudo make install\n",
        ),
        (
            "DL3019",
            Safe,
            "FROM alpine:3.20\nRUN apk update && \\\n    apk add --update \\\n      curl\n",
            "FROM alpine:3.20\nRUN apk add --no-cache \\\n      curl\n",
        ),
        (
            "DL3019",
            Safe,
            "FROM alpine:3.20\nRUN apk add curl\nRUN apk search git\n",
            "FROM alpine:3.20\nRUN apk add curl\nRUN apk search git\n",
        ),
        // Joined only if `&&` has the same meaning.
        (
            "DW1101",
            Safe,
            "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y x && ./configure\n",
            "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y x && ./configure\n",
        ),
        (
            "DW1101",
            Safe,
            "FROM debian:12\nRUN apt-get update\n# hadolint ignore=DL3008\nRUN apt-get install -y x\n",
            "FROM debian:12\nRUN apt-get update\n# hadolint ignore=DL3008\nRUN apt-get install -y x\n",
        ),
        (
            "DL3059",
            UnsafeMid,
            "FROM debian:12\nRUN cd /tmp\nRUN rm -rf x\n",
            "FROM debian:12\nRUN cd /tmp\nRUN rm -rf x\n",
        ),
        (
            "DL3059",
            UnsafeMid,
            "FROM debian:12\nRUN a &\nRUN rm -rf x\n",
            "FROM debian:12\nRUN a &\nRUN rm -rf x\n",
        ),
        (
            "DL3059",
            Safe,
            "FROM debian:12\nRUN service mysql start\nRUN rm -rf x\n",
            "FROM debian:12\nRUN service mysql start\nRUN rm -rf x\n",
        ),
    ] {
        assert_eq!(fixed(before, class, Some(code)), after, "{code}");
    }
}
