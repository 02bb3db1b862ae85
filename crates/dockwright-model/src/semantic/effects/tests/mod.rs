//! Tables of commands.

mod packages;

use super::*;
use crate::shell;

/// A short description of the effects of the first command of a text: `reads … writes … deletes … network
/// apt.Install(3) directory starts`; `unknown` alone.
fn describe(text: &str) -> String {
    let script = shell::read_script(text, 0);
    let Some(command) = script.commands.first() else { return "no command".to_string() };
    let effects = command_effects(command, text.as_bytes());
    if effects.unknown {
        return "unknown".to_string();
    }
    let mut said = Vec::new();
    for (name, paths) in
        [("reads", &effects.reads), ("writes", &effects.writes), ("deletes", &effects.deletes)]
    {
        match paths {
            PathSet::None => {}
            PathSet::Known(paths) => said.push(format!("{name} {}", paths.join(" "))),
            PathSet::Anything => said.push(format!("{name} ANY")),
        }
    }
    if effects.network {
        said.push("network".to_string());
    }
    if let Some(call) = &effects.packages {
        let words = call.packages.iter().filter_map(|at| Some(command.words.get(*at)?.text.as_str()));
        let words: Vec<&str> = words.collect();
        said.push(format!("{}.{:?}({})", call.manager, call.verb, words.join(" ")));
    }
    let state = effects.state;
    let flags = [
        (state.directory, "directory"),
        (state.environment, "environment"),
        (state.options, "options"),
        (state.definitions, "definitions"),
        (state.ends, "ends"),
        (effects.starts, "starts"),
    ];
    said.extend(flags.into_iter().filter(|(is, _)| *is).map(|(_, name)| name.to_string()));
    said.join(", ")
}

fn check(table: &[(&str, &str)]) {
    let wrong = table.iter().filter(|(text, expected)| describe(text) != *expected);
    let wrong: Vec<String> = wrong
        .map(|(text, expected)| format!("{text}\n  is   {}\n  not  {expected}", describe(text)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn describes_effects_on_files() {
    check(&[
        ("rm -rf /var/lib/apt/lists/*", "deletes /var/lib/apt/lists/*"),
        ("rm -rf a b", "deletes a b"),
        ("rm -rf $X", "deletes ANY"),
        ("rm -rf \"/opt/${X}/a\"", "deletes /opt/*/a"),
        ("rm -rf a-$X.tgz", "deletes a-*.tgz"),
        ("rm -rf /$X", "deletes ANY"),
        ("rm -rf '/${X}'", "deletes /${X}"),
        ("rm -rf /a/${X:-{b}}/c", "deletes /a/*/c"),
        ("rm -rf /a/$(cat b)", "deletes /a/*"),
        ("rm -- -x", "deletes -x"),
        ("/bin/rm a", "deletes a"),
        ("/opt/rm a", "unknown"),
        ("busybox rm a", "deletes a"),
        ("mkdir -p /a/b -m 755", "writes /a/b"),
        ("touch -d today /a", "writes /a"),
        ("chmod 755 /a /b", "writes /a /b"),
        ("chmod +x /a", "writes /a"),
        ("chmod -R u+rwX /a", "writes /a"),
        ("chmod -x /a", "writes /a"),
        ("chmod --reference=/b /a", "writes /a"),
        ("chown -R app:app /srv /opt", "writes /srv /opt"),
        ("cp -r a b /c/", "reads a b, writes /c/"),
        ("cp -t /c a b", "reads a b, writes /c"),
        ("cp $FILES", "unknown"),
        ("mv a b", "reads a, writes a b, deletes a"),
        ("ln -s /a /b", "writes /b"),
        ("ln -s /a/b", "writes ."),
        ("ln -sf -t /b /a", "writes /b"),
        ("install -d -m 755 -o app /a /b", "writes /a /b"),
        ("install -m 755 a /b", "reads a, writes /b"),
        ("dd if=/a of=/b bs=1M", "reads /a, writes /b"),
        ("find /a -name '*.pyc' -delete", "reads /a, deletes /a"),
        ("find /a /b -type f -exec rm -rf {} +", "reads /a /b, deletes /a /b"),
        ("find . -name x -exec chmod 644 {} \\;", "reads ., writes ."),
        ("find -name x", "reads ."),
        ("find / -exec sh -c x \\;", "unknown"),
        ("tee /a", "writes /a"),
    ]);
}

#[test]
fn describes_effects_of_redirections() {
    check(&[
        ("echo a > /b", "writes /b"),
        ("echo a >> \"/b c\"", "writes /b c"),
        ("echo a >/b 2>&1", "writes /b"),
        ("echo a 2>/dev/null", ""),
        ("echo a &> /b", "writes /b"),
        ("echo a >| /b", "writes /b"),
        ("echo a >&2", ""),
        ("echo a > $X", "writes ANY"),
        ("cat < /a", "reads /a"),
        ("cat <<EOF\nx\nEOF", ""),
        ("cat <<< x", ""),
        ("cat > /a <<'EOF'\nx\nEOF", "writes /a"),
        ("echo a > '/b'", "writes /b"),
        ("echo a <> /b", "reads /b, writes /b"),
    ]);
}

#[test]
fn describes_effects_on_shell_state() {
    check(&[
        ("cd /a", "directory"),
        ("export A=1", "environment"),
        ("export A", "environment"),
        ("unset A", "environment"),
        ("set -ex", "options"),
        ("umask 022", "options"),
        ("trap x EXIT", "options"),
        ("alias a=b", "definitions"),
        ("exit 1", "ends"),
        ("exec rm a", "deletes a, ends"),
        ("exec > /a", "writes /a, options, ends"),
        (". /a", "unknown"),
        ("source /a", "unknown"),
        ("eval a", "unknown"),
        ("printf -v a x", "environment"),
        ("printf x", ""),
        ("echo $A", ""),
        ("true", ""),
        (": x", ""),
        ("command -v curl", ""),
        ("which curl", ""),
        ("$A b", "unknown"),
        ("make install", "unknown"),
        ("./configure", "unknown"),
        ("xargs rm", "unknown"),
        ("sudo rm a", "unknown"),
        ("sh -c a", "unknown"),
        ("env A=1 rm a", "unknown"),
        ("A=1 rm a", "deletes a"),
    ]);
}

#[test]
fn describes_effects_of_text_programs() {
    check(&[
        ("cat /a /b", "reads /a /b"),
        ("grep -q x /a", "reads /a"),
        ("grep -e x /a", "reads /a"),
        ("grep -rf /p /a", "reads /p /a"),
        ("sort -u -o /b /a", "reads /a, writes /b"),
        ("head -n 5 /a", "reads /a"),
        ("sha256sum -c sums", "reads ANY"),
        ("sha256sum a", "reads a"),
        ("sed s/a/b/ /f", "reads /f"),
        ("sed -i s/a/b/g /f", "reads /f, writes /f"),
        ("sed -i 's,^a/$,b,' /f /g", "reads /f /g, writes /f /g"),
        ("sed -i.bak 's/a/b/' /f", "reads /f, writes /f"),
        ("sed -i -e 's/a/b/' -e 's|c|d|g' /f", "reads /f, writes /f"),
        ("sed -ri 's/a/b/' /f", "reads /f, writes /f"),
        ("sed -i '/x/d' /f", "reads /f, writes /f"),
        ("sed 's/a/b/e' /f", "unknown"),
        ("sed 's/a/b/w /g' /f", "unknown"),
        ("sed -n 'w /g' /f", "unknown"),
        ("sed -f x /f", "unknown"),
        ("awk '{print $1}' /a", "reads /a"),
        ("awk '{system($1)}' /a", "unknown"),
        ("jq -r .a /a", "reads /a"),
        ("tr a b", ""),
    ]);
}

#[test]
fn archives_and_downloads() {
    check(&[
        ("tar xzf a.tgz -C /opt", "reads a.tgz, writes /opt /opt/a"),
        ("tar -xzf a.tgz", "reads a.tgz, writes . a"),
        ("tar -xz -C /opt --strip-components=1", "writes /opt"),
        ("tar --extract --file a.tar --directory /opt", "reads a.tar, writes /opt /opt/a"),
        ("tar czf a.tgz b c", "reads b c ., writes a.tgz"),
        ("tar tf a.tgz", "reads a.tgz"),
        ("tar -I zstd -xf a", "unknown"),
        ("gunzip a.gz", "reads a.gz, writes a, deletes a.gz"),
        ("gunzip -c a.gz", "reads a.gz"),
        ("gzip -k a", "reads a, writes a.*"),
        ("unzip -q a.zip -d /opt", "reads a.zip, writes /opt"),
        ("unzip a.zip", "reads a.zip, writes ."),
        ("curl -fsSL https://h/a -o /a", "writes /a, network"),
        ("curl -fsSLo /a https://h/a", "writes /a, network"),
        ("curl -sSL https://h/a", "network"),
        ("curl -O https://h/a", "writes a, network"),
        ("curl -fsSLO https://h/x/a-1.2.tgz?b=c", "writes a-1.2.tgz, network"),
        ("curl -JLO https://h/a", "writes a ., network"),
        ("curl -LO --output-dir /opt https://h/a", "writes /opt/a, network"),
        ("curl --output-dir /opt -o b https://h/a", "writes /opt/b, network"),
        ("curl -O https://h/a -O https://h/b", "writes a b, network"),
        ("curl -O https://h/a-$V.tgz", "writes a-*.tgz, network"),
        ("curl -O https://h/", "writes ., network"),
        ("curl -O $URL", "writes ., network"),
        ("curl -K /c", "reads ANY, writes ANY, network"),
        ("wget -q https://h/a", "writes a, network"),
        ("wget https://h/a https://h/b?c", "writes a b?c, network"),
        ("wget -r https://h/a", "writes ., network"),
        ("wget -i list", "reads list, writes ., network"),
        ("wget --content-disposition -P /opt https://h/a", "writes /opt, network"),
        ("wget -qO- https://h/a", "network"),
        ("wget -O /a https://h/a", "writes /a, network"),
        ("wget -P /opt https://h/a", "writes /opt/a, network"),
        ("wget -b https://h/a", "writes a, network, starts"),
        ("git clone --depth 1 https://h/a.git", "writes a, network"),
        ("git clone https://h/a.git /src", "writes /src, network"),
        ("git clone -b main https://h/a /src", "writes /src, network"),
        ("git config --global user.name x", "reads ~/.gitconfig, writes ~/.gitconfig"),
        ("git -C /src checkout v1", "reads /src, writes /src, network"),
        ("git rev-parse HEAD", "reads ."),
        ("git bisect run x", "unknown"),
        ("rsync -a /a/ /b/", "reads /a/, writes /b/"),
    ]);
}

#[test]
fn describes_effects_of_system_programs() {
    for (text, said) in [
        ("useradd -r -d /srv/app app", "/srv/app"),
        ("adduser -D app", "/home"),
        ("groupadd -g 1000 app", "/etc/group"),
        ("userdel -r app", "deletes /home"),
        ("systemctl enable nginx", "writes /etc/systemd"),
        ("systemctl enable --now nginx", "starts"),
        ("systemctl start nginx", "starts"),
        ("service mysql start", "starts"),
        ("/etc/init.d/mysql start", "starts"),
        ("gpg --recv-keys x", "network, starts"),
        ("gpg --dearmor -o /usr/share/keyrings/a.gpg", "writes /usr/share/keyrings/a.gpg"),
        ("apt-key add -", "writes /etc/apt"),
        ("apt-key adv --keyserver x --recv-keys y", "starts"),
        ("ldconfig", "/etc/ld.so.cache"),
        ("update-ca-certificates", "writes /etc/ssl"),
        ("locale-gen en_US.UTF-8", "/usr/lib/locale"),
        ("openssl req -x509 -newkey rsa:2048 -keyout /k -out /c", "writes /c /k"),
        ("a2enmod rewrite", "/etc/apache2"),
        ("rustup target add x", "network"),
    ] {
        assert!(describe(text).contains(said), "{text} is {}", describe(text));
    }
    assert!(!describe("gpg --dearmor -o /a").contains("starts"));
}

#[test]
fn excludes_volatile_paths() {
    for (text, volatile) in [
        ("echo 127.0.0.1 a >> /etc/hosts", true),
        ("echo a > /etc/resolv.conf", true),
        ("touch /dev/shm/a", true),
        ("rm -rf /dev/shm/*", true),
        ("rm -rf /*", true),
        ("echo a > $X", true),
        ("echo a > /etc/hosts.allow", false),
        ("echo a > /a", false),
        ("echo a > hosts", false),
        ("apt-get install -y a", false),
        ("rm -rf /var/lib/apt/lists/*", false),
    ] {
        let script = shell::read_script(text, 0);
        let effects = command_effects(script.commands.first().expect("a command"), text.as_bytes());
        assert_eq!(effects.writes_volatile(), volatile, "{text}");
    }
}

#[test]
fn recognizes_lists_of_known_commands() {
    for (run, pure) in [
        ("RUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*", true),
        ("RUN apt-get update", true),
        ("RUN apt-get update && \\\n    # why\n    apt-get install -y a", true),
        ("RUN [\"rm\", \"-rf\", \"/a\"]", true),
        ("RUN [ -d /a ] && rm -rf /a", true),
        ("RUN rm a; rm b", false),
        ("RUN rm a || true", false),
        ("RUN cat a | grep b", false),
        ("RUN (rm a)", false),
        ("RUN ! grep a b", false),
        ("RUN rm a &", false),
        ("RUN make && rm a", false),
        ("RUN rm $(make list)", false),
        ("RUN rm $(cat list)", true),
        ("RUN rm /opt/$(cat list)", true),
        ("RUN if true; then rm a; fi", false),
        ("RUN A=1 && rm a", false),
        ("RUN cd /a && rm b", true),
        ("RUN export A=1 && rm b", true),
        ("RUN service mysql start && rm a", true),
        ("RUN echo a >> /etc/hosts", true),
        ("RUN gradle build", true),
        ("RUN <<EOF\nrm a\nrm b\nEOF", false),
        ("RUN rm 'a", false),
    ] {
        let text = format!("FROM a\n{run}\n");
        let file = crate::syntax::parse(text.as_bytes());
        let semantics = crate::semantic::Semantics::new(&file, View::Exact);
        let found = semantics.runs.first().expect("a RUN");
        assert_eq!(found.is_known_and_list(file.source), pure, "{run}");
    }
}

#[test]
fn unknown_is_the_worst_case() {
    let unknown = Effects::unknown();
    assert!(unknown.changes_files() && unknown.writes_volatile() && unknown.starts && unknown.network);
    assert!(!unknown.state.is_none());
}
