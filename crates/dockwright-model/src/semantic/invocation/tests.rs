use crate::semantic::{Semantics, View};
use crate::syntax;

/// The commands of the last RUN: the wrappers in parentheses, the program, and its arguments.
fn read(text: &str) -> Vec<String> {
    let file = syntax::parse(text.as_bytes());
    let semantics = Semantics::new(&file, View::Exact);
    let run = semantics.runs.last().expect("there is a RUN");
    let shown = run.script.commands.iter().map(|command| {
        let wrappers = command.wrappers.iter().map(|wrapper| format!("({}) ", wrapper.name));
        let wrappers = wrappers.collect::<Vec<_>>().concat();
        let words = command.arguments().iter().map(|word| word.text.as_str());
        let words: Vec<&str> = command.name.as_deref().into_iter().chain(words).collect();
        let unknown = if command.may_have_options { " ?" } else { "" };
        format!("{wrappers}{}{unknown}", words.join(" "))
    });
    shown.collect()
}

fn run(text: &str) -> Vec<String> {
    read(&format!("FROM a\nRUN {text}\n"))
}

#[test]
fn the_program_behind_paths_and_wrappers() {
    for (text, expected) in [
        ("apt-get install a", "apt-get install a"),
        ("/usr/bin/apt-get install a", "apt-get install a"),
        ("/usr/local/sbin/x a", "x a"),
        ("/opt/x/bin/install a", "/opt/x/bin/install a"),
        ("/opt/x/bin/pip3.11 install a", "pip3.11 install a"),
        ("venv/bin/pip install a", "pip install a"),
        ("$VENV/bin/pip install a", "pip install a"),
        ("./gradlew build", "./gradlew build"),
        ("env apt-get install a", "(env) apt-get install a"),
        ("/usr/bin/env A=b C=\"d e\" apt-get install a", "(env) apt-get install a"),
        ("env -i -u B -C /x A=b apt-get install a", "(env) apt-get install a"),
        ("env - A=b apt-get install a", "(env) apt-get install a"),
        ("env -- A=b apt-get install a", "(env) apt-get install a"),
        ("env --unset=A --unset B apt-get a", "(env) apt-get a"),
        ("env -S 'apt-get a'", "env -S apt-get a"),
        ("env", "env"),
        ("env A=b", "env A=b"),
        ("A=b apt-get install a", "apt-get install a"),
        ("sudo apt-get a", "(sudo) apt-get a"),
        ("sudo -E -H -u root -g wheel A=b apt-get a", "(sudo) apt-get a"),
        ("sudo -Eu root -- apt-get a", "(sudo) apt-get a"),
        ("sudo --user=root apt-get a", "(sudo) apt-get a"),
        ("sudo --user root apt-get a", "(sudo) apt-get a"),
        ("sudo -l apt-get", "sudo -l apt-get"),
        ("sudo -R /mnt apt-get a", "sudo -R /mnt apt-get a"),
        ("doas -u root apt-get a", "(doas) apt-get a"),
        ("gosu app pip install a", "(gosu) pip install a"),
        ("runuser -u app -- pip install a", "(runuser) pip install a"),
        ("runuser app", "runuser app"),
        ("/tini -s -p SIGINT -- pip a", "(tini) pip a"),
        ("/opt/sudo pip a", "/opt/sudo pip a"),
        ("setpriv --reuid=1 --regid 1 --clear-groups pip a", "(setpriv) pip a"),
        ("chroot /mnt apt-get a", "chroot /mnt apt-get a"),
        ("timeout 60 apt-get a", "(timeout) apt-get a"),
        ("timeout -k 5 --signal=KILL 60s apt-get a", "(timeout) apt-get a"),
        ("timeout -s KILL $T apt-get a", "(timeout) apt-get a"),
        ("nice apt-get a", "(nice) apt-get a"),
        ("nice -n 5 apt-get a", "(nice) apt-get a"),
        ("nice -5 apt-get a", "(nice) apt-get a"),
        ("nice -n5 ionice -c3 apt-get a", "(nice) (ionice) apt-get a"),
        ("ionice -c 2 -n 7 -t apt-get a", "(ionice) apt-get a"),
        ("ionice -c 3 -p 1", "ionice -c 3 -p 1"),
        ("nohup apt-get a", "(nohup) apt-get a"),
        ("/usr/bin/time -v -o x apt-get a", "(time) apt-get a"),
        ("stdbuf -oL -e 0 apt-get a", "(stdbuf) apt-get a"),
        ("eatmydata -- apt-get a", "(eatmydata) apt-get a"),
        ("flock -w 5 /x apt-get a", "(flock) apt-get a"),
        ("taskset -c 0,1 make", "(taskset) make"),
        ("xargs -r apt-get install -y", "(xargs) apt-get install -y"),
        ("xargs -n 1 -P4 -I {} pip install {}", "(xargs) pip install {}"),
        ("command apt-get a", "(command) apt-get a"),
        ("command -p apt-get a", "(command) apt-get a"),
        ("command -v apt-get", "command -v apt-get"),
        ("exec -a b apt-get a", "(exec) apt-get a"),
        ("busybox wget a", "(busybox) wget a"),
        ("sudo env A=b timeout 5 nice -n 1 /usr/bin/apt-get a", "(sudo) (env) (timeout) (nice) apt-get a"),
        ("python -m pip install a", "(python) pip install a"),
        ("/usr/bin/python3.11 -Im pip install a", "(python3.11) pip install a"),
        ("python -W ignore -u -m pip install a", "(python) pip install a"),
        ("python -m venv /x", "python -m venv /x"),
        ("python -c 'import pip'", "python -c import pip"),
        ("conda run -n x pip install a", "(conda) pip install a"),
        ("conda run --no-capture-output -p /x python -m pip install a", "(conda) (python) pip install a"),
        ("conda install a", "conda install a"),
        ("uv run --with b pip install a", "(uv) pip install a"),
        ("uv pip install a", "uv pip install a"),
        ("poetry -C /x run pip install a", "(poetry) pip install a"),
        ("corepack yarn install", "(corepack) yarn install"),
        ("corepack enable", "corepack enable"),
        ("sudo $CMD a", "sudo ${CMD} a ?"),
    ] {
        assert_eq!(run(text), [expected], "{text}");
    }
}

#[test]
fn finds_nested_shell_text() {
    for (text, expected) in [
        ("sh -c 'a b && c d'", &["sh -c a b && c d", "a b", "c d"][..]),
        (
            "sudo bash -lc \"apt-get install a\" && e",
            &["(sudo) bash -lc apt-get install a", "apt-get install a", "e"],
        ),
        ("bash -eo pipefail -c 'a | c'", &["bash -eo pipefail -c a | c", "a", "c"]),
        ("bash -c a", &["bash -c a", "a"]),
        ("sh -c $x", &["sh -c ${x} ?"]),
        ("sh -c a\\ b", &["sh -c a b"]),
        ("bash -c \"a \\\n  && c\"", &["bash -c a   && c", "a", "c"]),
        ("sh -c \"a \\\"c\\\"\"", &["sh -c a \\\"c\\\""]),
        ("sh x -c 'a'", &["sh x -c a"]),
        ("su app -c 'pip install a'", &["su app -c pip install a", "pip install a"]),
        ("sh -c 'sh -c \"a\"; c'; d", &["sh -c sh -c \"a\"; c", "sh -c a", "a", "c", "d"]),
        ("[\"bash\", \"-c\", \"a b && c\"]", &["bash -c a b && c", "a b", "c"]),
    ] {
        assert_eq!(run(text), expected, "{text}");
    }
}

#[test]
fn values_of_variables() {
    for (before, text, expected) in [
        ("ARG O=\"-y --no-b\"", "apt-get install ${O} a", "apt-get install -y --no-b a"),
        ("ARG O=\"-y --no-b\"", "apt-get install \"$O\" a", "apt-get install -y --no-b a"),
        ("ENV O=-y", "apt-get $O install a", "apt-get -y install a"),
        ("ENV O=", "apt-get $O install a", "apt-get install a"),
        ("ARG O", "apt-get $O install a", "apt-get ${O} install a ?"),
        ("ARG O", "apt-get ${O:--y} install a", "apt-get -y install a"),
        ("ARG O=-q", "apt-get ${O:--y} install a", "apt-get -q install a"),
        ("", "apt-get install $O a", "apt-get install ${O} a ?"),
        ("", "apt-get install $PACKAGES", "apt-get install ${PACKAGES}"),
        ("", "apt-get install a=$V", "apt-get install a=${V}"),
        ("ARG V=1", "apt-get install a=$V", "apt-get install a=1"),
        ("ARG P='a b'", "apt-get install $P", "apt-get install a b"),
        ("ARG O=-y", "apt-get install '$O' a", "apt-get install $O a"),
        ("ENV I='apt-get install -y'", "$I a", "apt-get install -y a"),
        ("ENV PIP=/opt/v/bin/pip", "$PIP install a", "pip install a"),
        ("ENV D=/x", "rm -rf $D", "rm -rf ${D}"),
        ("ENV D=/x", "pip install -r $D/r.txt", "pip install -r ${D}/r.txt"),
        ("ENV D=/x", "pip --cache-dir=$D install a", "pip --cache-dir=/x install a"),
    ] {
        assert_eq!(read(&format!("FROM a\n{before}\nRUN {text}\n")), [expected], "{before} {text}");
    }
    for (text, expected) in [
        ("O=-y; apt-get install $O a", "apt-get install -y a"),
        ("O=-y; O=-q; apt-get install $O a", "apt-get install ${O} a ?"),
        ("export O='-y -q'; apt-get install $O a", "apt-get install -y -q a"),
        ("O=$(x); apt-get install $O a", "apt-get install ${O} a ?"),
        ("read O; apt-get install $O a", "apt-get install ${O} a ?"),
    ] {
        assert_eq!(run(text).last().map(String::as_str), Some(expected), "{text}");
    }
    assert_eq!(read("ARG O=-y\nFROM a\nRUN apt-get install $O\n"), ["apt-get install ${O} ?"]);
    assert_eq!(read("FROM a AS b\nENV O=-y\nFROM b\nRUN apt-get install $O\n"), ["apt-get install -y"]);
    assert_eq!(read("FROM a\nRUN apt-get install $O\nENV O=-y\n"), ["apt-get install ${O} ?"]);
}
