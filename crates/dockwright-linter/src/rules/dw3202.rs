//! DW3202: variables and configuration that turn certificate checks off in the image.

use super::tls;
use crate::diagnostic::Severity;
use crate::rule::{Check, Fixable, Rule};

pub(crate) static RULE: Rule = Rule {
    code: "DW3202",
    name: "lasting-tls-check-off",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    check: Check::File(|cx| tls::report_disabled(cx, true)),
    docs: include_str!("../../../../rules/DW3202.md"),
    ..Rule::SECURITY
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::{check_problem_counts, find_problems};

    #[test]
    fn reports_lasting_settings() {
        check_problem_counts(
            &RULE,
            &[
                (1, "ENV GIT_SSL_NO_VERIFY=0"),
                (1, "ENV GIT_SSL_NO_VERIFY="),
                (1, "ENV A=1 NPM_CONFIG_STRICT_SSL=\"false\""),
                (1, "ENV npm_config_strict-ssl=false"),
                (1, "ENV NODE_TLS_REJECT_UNAUTHORIZED 0"),
                (1, "ARG X=0\nENV NODE_TLS_REJECT_UNAUTHORIZED=$X"),
                (1, "ENV PIP_TRUSTED_HOST=x.net"),
                (1, "FROM python:2.7\nENV PYTHONHTTPSVERIFY=0"),
                (1, "RUN echo insecure >> ~/.curlrc"),
                (1, "COPY <<E /etc/apt/apt.conf.d/99x\nAcquire::https::Verify-Peer \"false\";\nE"),
                (1, "FROM node:22 AS p\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\nFROM p\nRUN x"),
                (1, "RUN npm config set strict-ssl false"),
                (1, "RUN npm config set strict-ssl=false -g"),
                (1, "RUN yarn config set strict-ssl false"),
                (1, "RUN git config --global http.sslVerify false"),
                (1, "RUN git config --system http.https://x.net.sslVerify 0"),
                (1, "RUN pip config set global.trusted-host x.net"),
                (1, "RUN conda config --set ssl_verify no"),
                (1, "RUN composer config -g secure-http false"),
                (1, "RUN yum-config-manager --save --setopt=sslverify=0"),
                (1, "RUN printf '[global]\\ntrusted-host = x.net\\n' > /etc/pip.conf"),
                (0, "ENV NODE_TLS_REJECT_UNAUTHORIZED=1"),
                (0, "ENV NODE_TLS_REJECT_UNAUTHORIZED=false"),
                (0, "ENV NPM_CONFIG_STRICT_SSL=0"),
                (0, "ENV PIP_TRUSTED_HOST="),
                (0, "FROM python:3.12\nENV PYTHONHTTPSVERIFY=0"),
                (0, "RUN echo insecure >> ~/.curlrc && curl https://x.net && rm -f ~/.curlrc"),
                (0, "RUN echo insecure >> ~/curlrc"),
                (0, "RUN --mount=type=tmpfs,target=/root echo insecure >> /root/.curlrc"),
                (0, "RUN npm config set strict-ssl 0"),
                (
                    0,
                    "FROM node:22 AS b\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\nFROM node:22\nCOPY --from=b /a /a",
                ),
                (0, "ARG NODE_TLS_REJECT_UNAUTHORIZED=0"),
                (0, "ENV GOPRIVATE=x.net GONOSUMDB=x.net"),
            ],
        );
    }

    #[test]
    fn the_pair_is_named() {
        let found = find_problems(&RULE, "ENV A=1 NPM_CONFIG_STRICT_SSL=\"false\" B=2");
        let text = b"FROM debian:12\nENV A=1 NPM_CONFIG_STRICT_SSL=\"false\" B=2\n";
        assert_eq!(found[0].span.bytes(text), b"NPM_CONFIG_STRICT_SSL=\"false\"");
        assert_eq!(
            found[0].message,
            "`NPM_CONFIG_STRICT_SSL=false` disables certificate checks in every container"
        );
    }
}
