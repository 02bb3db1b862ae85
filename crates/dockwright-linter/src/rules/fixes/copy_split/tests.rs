//! The cases of `fixtures/copy-split`, each with its build context, and tables of files that are changed or refused.

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::Applicability;
use crate::fix::{FixSelection, fix_until_stable};
use crate::lint::{BuildContext, Linter};
use crate::optimize::context;

/// The fixed file with this build context, or the reason why it is not fixed.
pub(super) fn apply_copy_split(text: &str, files: &[(&str, &str)]) -> String {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }
    fix_in_directory(text, directory.path())
}

fn fix_in_directory(text: &str, directory: &Path) -> String {
    let files = context::read_context(directory, &directory.display().to_string(), None).expect("files");
    let build_context = BuildContext { context: Some(Arc::new(files)), ..BuildContext::default() };
    let linter = Linter::with_rules([&crate::rules::dw1104::RULE]);
    let lint = |text: &[u8]| linter.lint_for_fixes_in_context(text, &build_context);
    let settled =
        fix_until_stable(text.as_bytes(), FixSelection::trusting_at_least(Applicability::UnsafeMid), &lint);
    let new = String::from_utf8_lossy(&settled.text).to_string();
    if new != text {
        return new.trim_end().to_string();
    }
    let said = settled.left.iter().flat_map(|one| one.refused.clone()).collect::<Vec<_>>();
    let refused = settled.refused.iter().map(|one| one.reason.to_string());
    format!("- {}", said.into_iter().chain(refused).collect::<Vec<_>>().join("; "))
}

pub(super) const PACKAGE: (&str, &str) = ("package.json", r#"{ "scripts": { "build": "x" } }"#);

#[test]
fn sources_move_after_install() {
    let js = &[PACKAGE, ("package-lock.json", "{}"), ("src/a.js", "")][..];
    let py = &[("requirements.txt", "a==1\n"), ("app/a.py", "")][..];
    let go = &[("go.mod", "module a\nrequire b v1\n"), ("main.go", "")][..];
    let web = &[("web/package.json", "{}"), ("web/yarn.lock", ""), ("x", "")][..];
    for (text, files, expected) in [
        (
            "FROM node:22\nWORKDIR /a\nCOPY . .\nRUN npm ci",
            js,
            "FROM node:22\nWORKDIR /a\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .",
        ),
        (
            "FROM node:22\nWORKDIR /a\nADD . /a/\nENV A=b\n\n# why\nRUN npm ci && npm cache clean --force && npm run build\n",
            js,
            "FROM node:22\nWORKDIR /a\nCOPY package.json package-lock.json /a/\nENV A=b\n\n# why\nRUN npm ci && npm cache clean --force\nADD . /a/\nRUN npm run build",
        ),
        (
            "FROM node:22\nCOPY . /a\nWORKDIR /a\nRUN set -ex && npm ci && npm run build\n",
            js,
            "FROM node:22\nCOPY package.json package-lock.json /a/\nWORKDIR /a\nRUN set -ex && npm ci\nCOPY . /a\nRUN set -ex && npm run build",
        ),
        (
            "FROM node:22\nWORKDIR /a\nCOPY . .\nRUN cd web && yarn install && yarn build\n",
            web,
            "FROM node:22\nWORKDIR /a\nCOPY web/package.json web/yarn.lock ./web/\nRUN cd web && yarn install\nCOPY . .\nRUN cd web && yarn build",
        ),
        (
            "FROM node:22\nWORKDIR /a\nCOPY web .\nRUN yarn --network-timeout 600000\n",
            web,
            "FROM node:22\nWORKDIR /a\nCOPY web/package.json web/yarn.lock ./\nRUN yarn --network-timeout 600000\nCOPY web .",
        ),
        (
            "FROM node:22\nWORKDIR /a\nCOPY web .\nRUN yarn && yarn build\n",
            web,
            "FROM node:22\nWORKDIR /a\nCOPY web/package.json web/yarn.lock ./\nRUN yarn\nCOPY web .\nRUN yarn build",
        ),
        (
            "FROM python:3.12\nCOPY . /a\nRUN apt-get update && pip install -r /a/requirements.txt\n",
            py,
            "FROM python:3.12\nCOPY requirements.txt /a/\nRUN apt-get update && pip install -r /a/requirements.txt\nCOPY . /a",
        ),
        (
            "FROM node:22\nCOPY . .\nRUN npm ci\n",
            js,
            "FROM node:22\nCOPY package.json package-lock.json /\nRUN npm ci\nCOPY . .",
        ),
        (
            "FROM node:22\nCOPY . /\nRUN cd /web && yarn\n",
            web,
            "FROM node:22\nCOPY web/package.json web/yarn.lock /web/\nRUN cd /web && yarn\nCOPY . /",
        ),
        (
            "FROM node:22\nCOPY . /\nRUN npm ci\n",
            &[PACKAGE, ("opt/tool/a.js", "")][..],
            "- `opt` is copied to `/`, where it may replace installed files",
        ),
        ("FROM node:22\nCOPY . /\nRUN apt-get update && npm ci\n", js, "- `apt-get` may use `/`"),
        (
            "FROM golang:1.24\nWORKDIR /a\nCOPY . .\nRUN go mod download\nRUN go build\n",
            go,
            "FROM golang:1.24\nWORKDIR /a\nCOPY go.mod ./\nRUN go mod download\nCOPY . .\nRUN go build",
        ),
        (
            // `go mod tidy` removes modules from `go.mod` that no source imports.
            "FROM golang:1.24\nWORKDIR /a\nCOPY . .\nRUN go mod tidy\nRUN go build\n",
            go,
            "FROM golang:1.24\nWORKDIR /a\nCOPY go.mod ./\nRUN go mod download\nCOPY . .\nRUN go mod tidy\nRUN go build",
        ),
        (
            "FROM golang:1.24\nCOPY . /a\nWORKDIR /a\nRUN --network=host go build\n",
            go,
            "FROM golang:1.24\nCOPY go.mod /a/\nWORKDIR /a\nRUN --network=host go mod download\nCOPY . /a\nRUN --network=host go build",
        ),
        (
            "FROM ruby:3.3\r\nWORKDIR /a\r\nCOPY . .\r\nRUN bundle install\r\n",
            &[("Gemfile", "gem 'a'\n"), ("Gemfile.lock", "")],
            "FROM ruby:3.3\r\nWORKDIR /a\r\nCOPY Gemfile Gemfile.lock ./\r\nRUN bundle install\r\nCOPY . .",
        ),
        (
            "FROM php:8\nWORKDIR /a\nCOPY . .\nRUN composer install -o --no-dev\n",
            &[("composer.json", "{}"), ("composer.lock", "{}")],
            "FROM php:8\nWORKDIR /a\nCOPY composer.json composer.lock ./\nRUN composer install --no-dev --no-scripts --no-autoloader\nCOPY . .\nRUN composer install -o --no-dev",
        ),
        (
            "FROM python:3.12\nWORKDIR /a\nCOPY . .\nRUN uv sync --locked\n",
            &[("pyproject.toml", "[project]\ndependencies = ['a']\n"), ("uv.lock", "")],
            "FROM python:3.12\nWORKDIR /a\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\nCOPY . .\nRUN uv sync --locked",
        ),
        (
            "FROM mcr.microsoft.com/dotnet/sdk:9.0\nWORKDIR /a\nCOPY . .\nRUN dotnet publish -c Release web/web.csproj\n",
            &[
                ("web/web.csproj", "<ProjectReference Include=\"..\\\\lib\\\\lib.csproj\" />"),
                ("lib/lib.csproj", ""),
            ],
            "FROM mcr.microsoft.com/dotnet/sdk:9.0\nWORKDIR /a\nCOPY lib/lib.csproj ./lib/\nCOPY web/web.csproj ./web/\nRUN dotnet restore web/web.csproj\nCOPY . .\nRUN dotnet publish -c Release web/web.csproj",
        ),
        (
            "FROM maven:3\nWORKDIR /a\nCOPY . .\nRUN mvn -Pprod package\n",
            &[("pom.xml", "<project/>"), ("src/A.java", "")],
            "FROM maven:3\nWORKDIR /a\nCOPY pom.xml ./\nRUN mvn -B -Pprod dependency:go-offline\nCOPY . .\nRUN mvn -Pprod package",
        ),
    ] {
        let expected = expected.replace("\\\\", "\\");
        assert_eq!(apply_copy_split(text, files), expected, "{text}");
    }
}

#[test]
fn refuses_if_install_may_need_sources() {
    let npm = "FROM node:22\nWORKDIR /a\nCOPY . .\nRUN npm ci\n";
    let pip = "FROM python:3.12\nWORKDIR /a\nCOPY . .\nRUN pip install -r requirements.txt\n";
    let go = "FROM golang:1.24\nWORKDIR /a\nCOPY . .\nRUN go build\n";
    let gems = "FROM ruby:3.3\nWORKDIR /a\nCOPY . .\nRUN bundle install\n";
    let php = "FROM php:8\nWORKDIR /a\nCOPY . .\nRUN composer install\n";
    for (text, files, reason) in [
        (npm, &[("x", "")][..], "`package.json` is not in the build context"),
        (
            npm,
            &[PACKAGE, ("node_modules/a/x", "")],
            "`node_modules`, created by the install, is also in the build context; add it to `.dockerignore`",
        ),
        (
            npm,
            &[("package.json", r#"{ "scripts": { "postinstall": "x" } }"#)],
            "`package.json` has the script `postinstall`, which may need the sources",
        ),
        (
            npm,
            &[("package.json", r#"{ "scripts": { "prepare": "husky" } }"#)],
            "`package.json` has the script `prepare`, which may need the sources",
        ),
        (
            npm,
            &[("package.json", r#"{ "dependencies": { "a": "file:lib/a" } }"#)],
            "`package.json` depends on `file:lib/a`",
        ),
        (
            npm,
            &[("package.json", r#"{ "devDependencies": { "a": "link:../a" } }"#)],
            "`package.json` depends on `link:../a`",
        ),
        (npm, &[("package.json", "{")], "`package.json` is not valid JSON"),
        (npm, &[PACKAGE, ("binding.gyp", "")], "`binding.gyp` compiles the project itself"),
        (
            npm,
            &[
                PACKAGE,
                (
                    "package-lock.json",
                    r#"{ "packages": { "node_modules/a": { "link": true, "resolved": "lib/a" } } }"#,
                ),
            ],
            "`package-lock.json` links `node_modules/a` to `lib/a`",
        ),
        (
            npm,
            &[("package.json", r#"{ "workspaces": ["p/*"] }"#), ("p/a/package.json", r#"{ "bin": "x" }"#)],
            "`p/a/package.json` declares a program that the install links to",
        ),
        (pip, &[("x", "")], "`requirements.txt` is not in the build context"),
        (
            pip,
            &[("requirements.txt", "-e .\n")],
            "`requirements.txt` contains `-e .`, which refers to the project",
        ),
        (
            pip,
            &[("requirements.txt", "-r more.txt\n"), ("more.txt", "./lib\n")],
            "`more.txt` contains `./lib`, which refers to the project",
        ),
        // Without modules, nothing is reported.
        (go, &[("main.go", "")], ""),
        (go, &[("go.mod", "require a v1\nreplace a => ./a\n")], "`go.mod` replaces a module with `./a`"),
        (
            go,
            &[("go.mod", "require a v1\n"), ("vendor/a/a.go", "")],
            "`vendor`, created by the install, is also in the build context; add it to `.dockerignore`",
        ),
        (
            go,
            &[("go.mod", "require a v1\n"), ("go.work", "")],
            "`go.work` lists other modules of the project",
        ),
        (gems, &[("Gemfile", "gemspec\n")], "`Gemfile` has `gemspec`, which may need the sources"),
        (
            gems,
            &[("Gemfile", "gem 'a', path: 'lib/a'\n")],
            "`Gemfile` has `path:`, which may need the sources",
        ),
        (
            php,
            &[("composer.json", r#"{ "repositories": [{ "type": "path", "url": "lib" }] }"#)],
            "`composer.json` has a repository in the project",
        ),
        (
            php,
            &[("composer.json", r#"{ "config": { "allow-plugins": { "a/b": true } } }"#)],
            "`composer.json` allows plugins, which may need the sources",
        ),
    ] {
        assert_eq!(apply_copy_split(text, files), format!("- {reason}"), "{text} {files:?}");
    }
}

#[test]
fn refuses_depending_on_surroundings() {
    let files = &[PACKAGE, ("requirements.txt", "a\n")][..];
    let head = "FROM node:22\nWORKDIR /a\n";
    for (lines, reason) in [
        ("COPY . .\nRUN ./setup.sh\nRUN npm ci\n", "on line 4, `./setup.sh` may use the sources"),
        ("COPY . .\nRUN chmod +x /a/run.sh\nRUN npm ci\n", "on line 4, `chmod` may use `/a`"),
        ("COPY . .\nRUN mv x y\nRUN npm ci\n", "on line 4, `mv` may use `/a`"),
        ("COPY . .\nCOPY b ./b\nRUN npm ci\n", "line 4 copies to the same place"),
        ("COPY . .\nVOLUME /a\nRUN npm ci\n", "line 4 declares a volume"),
        ("COPY . .\nRUN ./x && npm ci\n", "`./x` may use the sources"),
        ("COPY . .\nRUN npm ci; npm run build\n", "the commands of the `RUN` are not all joined with `&&`"),
        ("COPY . .\nRUN (npm ci)\n", "`npm ci` is part of a larger command"),
        (
            "COPY . .\nRUN npm ci && npm run build && npm cache clean --force\n",
            "the `RUN` ends with `npm`, which may depend on the output of `npm ci`",
        ),
        ("COPY . .\nRUN npm ci --prefix x\n", "`--prefix` may change which files the install reads"),
        (
            "COPY . .\nRUN npm ci --loglevel=$L\n",
            "some arguments of `npm ci --loglevel=$L` depend on variables",
        ),
        (
            "COPY . .\nRUN npm ci \\\n  # why\n  && npm run build\n",
            "a comment is where the `RUN` would be split",
        ),
        (
            "COPY --exclude=x . .\nRUN npm ci\n",
            "the `COPY` has flags other than `--chown`, `--chmod` and `--link`",
        ),
        ("COPY . \\\n  .\nRUN npm ci\n", "the `COPY` is not written on one line"),
        ("COPY ./$X .\nRUN npm ci\n", "the source of the `COPY` contains a variable"),
        ("COPY . .\nRUN pip install -r requirements.txt -e .\n", "the command installs the project itself"),
        ("COPY . .\nRUN <<E\nnpm ci\nE\n", "`npm ci` is in a heredoc"),
        ("COPY . .\nRUN npm install -g a\n", ""),
        ("COPY package.json .\nRUN npm ci\n", ""),
        ("COPY package.json .\nRUN npm ci\nCOPY . .\nRUN npm ci\n", ""),
        ("COPY . .\nWORKDIR /b\nRUN npm ci\n", ""),
    ] {
        assert_eq!(apply_copy_split(&format!("{head}{lines}"), files), format!("- {reason}"), "{lines}");
    }
}

#[test]
fn splits_copy_in_contexts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/copy-split");
    let mut wrong = Vec::new();
    let mut directories: Vec<_> =
        root.read_dir().expect("cases").map(|entry| entry.expect("a directory").path()).collect();
    directories.sort();
    for directory in directories {
        let read = |name: &str| std::fs::read_to_string(directory.join(name)).ok();
        let text = read("Dockerfile").expect("a Dockerfile");
        let expected = read("Dockerfile.fixed")
            .or_else(|| read("refused.txt").map(|reason| format!("- {reason}")))
            .expect("what it becomes, or why nothing");
        let found = fix_in_directory(&text, &directory);
        if found.trim_end() != expected.trim_end() {
            wrong.push(format!("{}\n{found}", directory.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
