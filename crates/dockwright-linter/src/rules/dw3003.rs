//! DW3003: a literal password in a URL or in the arguments of a command.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::secrets::{PasswordPlace, find_passwords};

pub(crate) static RULE: Rule = Rule {
    code: "DW3003",
    name: "password-in-command",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3003.md"),
    ..Rule::SECURITY
};

fn check(cx: &mut RuleChecker<'_>) {
    for password in find_passwords(cx.semantics) {
        let message = match &password.place {
            PasswordPlace::Url(host) => format!("the URL of `{host}` contains a hard-coded password"),
            PasswordPlace::Option(option) => {
                format!("`{}` contains a hard-coded password", option.replace('`', "'"))
            }
        };
        cx.report_at(password.anchor, password.word, message)
            .help("use a secret mount, such as `--mount=type=secret,id=netrc,target=/root/.netrc`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::{check_problem_counts, find_problems};

    #[test]
    fn literal_passwords_are_found() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN curl -u ci:s3cr3t-Pw https://r.example.net/a -o /a"),
                (1, "RUN curl -uci:s3cr3t-Pw https://r.example.net/a"),
                (1, "RUN curl --proxy-user=a:b4gH https://x.net"),
                (1, "RUN pip install -i https://u:pw12@pypi.corp.net/simple x"),
                (1, "RUN <<E\npip install -i https://u:pw12@pypi.corp.net/simple x\nE"),
                (1, "RUN git clone \"https://bot:abc@git.corp.net/x.git\""),
                (1, "RUN git clone https://bot:abc@git/x.git"),
                (1, "RUN [\"curl\",\"-u\",\"a:b1c2\",\"https://x.net\"]"),
                (1, "RUN bash -c \"curl -u a:b1c2 https://x.net\""),
                (1, "RUN sudo -E wget --password=b1c2 https://x.net"),
                (1, "RUN curl -H 'Authorization: Bearer abc123.def' https://x.net"),
                (1, "RUN curl -H 'PRIVATE-TOKEN: abc123def' https://x.net"),
                (1, "RUN wget --header='X-JFrog-Art-Api: abc123def' https://x.net"),
                (1, "RUN docker login -u a -p b1c2 x.net"),
                (1, "RUN helm registry login -u a --password b1c2 x.net"),
                (1, "RUN az login --service-principal -u a -p b1c2"),
                (1, "RUN aws configure set aws_secret_access_key abc123"),
                (1, "RUN sshpass -p b1c2 ssh a@b.net"),
                (1, "RUN mysqladmin -uroot -proot99 shutdown"),
                (1, "RUN mysql --password=root99 -e x"),
                (1, "RUN htpasswd -bc /etc/htpasswd admin b1c2"),
                (1, "RUN htpasswd -Bbn admin b1c2 > /etc/htpasswd"),
                (1, "RUN git config --global http.extraheader \"Authorization: Basic dXNlcjpwdw\""),
                (1, "RUN npm config set //r.net/:_authToken abc123"),
                (1, "RUN npm config set //r.net/:_authToken=abc123"),
                (1, "RUN composer config http-basic.x.net user b1c2"),
                (1, "RUN twine upload -u a -p b1c2 dist/*"),
                (1, "RUN openssl pkcs12 -export -passout pass:b1c2 -out x"),
                (1, "RUN keytool -import -storepass b1c2 -file x"),
                (1, "ENV SQLALCHEMY_URL=postgresql://www:pw12@db.corp.net/app"),
                (1, "ONBUILD RUN curl -u a:b1c2 https://x.net"),
                (0, "RUN curl -u \"$U:$P\" https://x.net"),
                (0, "RUN curl -u \"deploy:$(cat /run/secrets/pw)\" https://x.net"),
                (0, "RUN curl -u user https://x.net"),
                (0, "RUN curl -H 'Accept: application/json' https://x.net"),
                (0, "RUN curl -H \"Authorization: Bearer $T\" https://x.net"),
                (0, "ENV DATABASE_URL=postgres://app:app@db:5432/app"),
                (0, "ENV DATABASE_URL=postgres://app:app@db.example.org/app"),
                (0, "ENV http_proxy=http://proxy:3128"),
                (0, "RUN git clone ssh://git@github.com/x"),
                (0, "RUN git clone git@github.com:o/r"),
                (0, "RUN git clone https://x-access-token:$TOKEN@github.com/o/r"),
                (0, "RUN git clone https://$TOKEN:x-oauth-basic@github.com/o/r"),
                (0, "RUN echo \"use curl -u a:b\""),
                (0, "RUN curl http://[::1]:80@x"),
                (0, "RUN wget --user=x --ask-password https://x.net"),
                (0, "RUN mysql -p mydb -e x"),
                (0, "RUN mkdir -p /a/b && keytool -storepass changeit -list"),
                (0, "RUN gpg --keyserver hkp://keys.net:80 --recv-keys x"),
                (0, "RUN a \\\n  # https://u:pw12@x.net\n  && b"),
            ],
        );
    }

    #[test]
    fn messages_hide_password() {
        for text in [
            "RUN curl -u ci:hunter2222 https://r.example.net/a",
            "RUN git clone https://ci:hunter2222@r.example.net/a",
            "RUN npm config set //r.net/:_authToken=hunter2222",
        ] {
            let found = find_problems(&RULE, text);
            assert!(!found[0].message.contains("hunter"), "{}", found[0].message);
            assert!(!found[0].hidden.is_empty(), "{text}");
        }
    }
}
