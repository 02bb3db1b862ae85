//! DW3201: a command, or the commands of one RUN, that do not verify certificates.

use super::tls;
use crate::rule::{Check, Fixable, Rule};

pub(crate) static RULE: Rule = Rule {
    code: "DW3201",
    name: "tls-check-off",
    fixable: Fixable::Sometimes,
    check: Check::File(|cx| tls::report_disabled(cx, false)),
    docs: include_str!("../../../../rules/DW3201.md"),
    ..Rule::SECURITY
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_options_that_disable_checks() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN curl -ksL https://x.net/a"),
                (1, "RUN curl -jkLH \"Cookie: x\" https://x.net/a"),
                (1, "RUN curl -Lk https://x.net/a"),
                (1, "RUN curl --ins https://x.net/a"),
                (1, "RUN curl -sS --proxy-insecure https://x.net/a"),
                (1, "RUN wget --no-check-cert https://x.net/a"),
                (1, "RUN wget --check-certificate=off https://x.net/a"),
                (1, "RUN wget -e check_certificate=off https://x.net/a"),
                (1, "RUN aria2c --check-certificate=false https://x.net/a"),
                (1, "RUN <<'EOF'\ncurl -k https://x.net/a\nEOF"),
                (1, "RUN --mount=type=cache,target=/c <<SH\ncurl -k https://x.net/a\nSH"),
                (1, "RUN sh -c 'curl -k https://x.net'"),
                (1, "RUN sudo env X=1 wget --no-check-certificate https://x.net"),
                (1, "RUN [\"curl\", \"-k\", \"https://x.net\"]"),
                (1, "RUN git -c http.sslVerify=false clone https://x.net/a"),
                (1, "RUN git -c http.https://x.net.SSLVERIFY=no clone https://x.net/a"),
                (1, "RUN cd a && git config http.sslVerify false"),
                (1, "RUN pip install --trusted-host x.net -i http://x.net/s a"),
                (1, "RUN python3 -m pip install --trusted-host=x.net a"),
                (1, "RUN npm ci --strict-ssl=false"),
                (1, "RUN npm ci --no-strict-ssl"),
                (1, "RUN yarn install --strict-ssl false"),
                (1, "RUN apt-get -o Acquire::https::Verify-Peer=false update"),
                (1, "RUN yum install -y --setopt=sslverify=0 a"),
                (1, "RUN helm repo add a https://x.net --insecure-skip-tls-verify"),
                (1, "RUN skopeo copy --src-tls-verify=false a b"),
                (1, "RUN x || curl -k https://x.net/a"),
                (1, "ONBUILD RUN curl -k https://x.net/a"),
                (1, "RUN curl -kO https://x.net/a.tgz && echo \"$MD5  a.tgz\" | md5sum -c"),
                (0, "RUN curl -H \"X: -k\" https://x.net"),
                (0, "RUN curl -ok https://x.net"),
                (0, "RUN curl -o -k https://x.net"),
                (0, "RUN echo \"curl -k\" && printf 'curl -k'"),
                (0, "RUN curl -k https://127.0.0.1:8443/health"),
                (0, "RUN curl -k localhost:8443"),
                (0, "RUN curl -k --no-insecure https://x.net"),
                (0, "RUN grep -k x"),
                (0, "RUN git -c http.sslVerify=true clone https://x.net/a"),
                (0, "HEALTHCHECK CMD curl -k https://localhost"),
                (0, "RUN curl -kO https://x.net/a.tgz && echo \"$SHA  a.tgz\" | sha256sum -c"),
                (0, "RUN wget -O check https://x.net/--no-check-certificate"),
                (0, "SHELL [\"powershell\"]\nRUN curl -k https://x.net"),
                (0, "RUN apt-get -o Acquire::https::Verify-Peer=true update"),
            ],
        );
    }

    #[test]
    fn reports_build_variables_that_disable_checks() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN export GIT_SSL_NO_VERIFY=1 && git clone https://x.net/a"),
                (1, "RUN NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci"),
                (1, "RUN env NPM_CONFIG_STRICT_SSL=false npm ci"),
                (1, "ARG NODE_TLS_REJECT_UNAUTHORIZED=0"),
                (
                    1,
                    "FROM node:22 AS b\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\nFROM node:22\nCOPY --from=b /a /a",
                ),
                (1, "ENV NODE_TLS_REJECT_UNAUTHORIZED=0\nRUN npm ci\nENV NODE_TLS_REJECT_UNAUTHORIZED=1"),
                (1, "RUN npm config set strict-ssl false && npm ci && npm config set strict-ssl true"),
                (
                    1,
                    "RUN git config --global http.sslVerify false && git clone https://x.net/a && git config --global --unset http.sslVerify",
                ),
                (1, "RUN echo insecure >> ~/.curlrc && x && rm ~/.curlrc"),
                (0, "RUN NODE_TLS_REJECT_UNAUTHORIZED=1 npm ci"),
                (0, "RUN NODE_TLS_REJECT_UNAUTHORIZED=$X npm ci"),
                (0, "ENV NODE_TLS_REJECT_UNAUTHORIZED=0"),
                (0, "ARG GIT_SSL_NO_VERIFY"),
            ],
        );
    }
}
