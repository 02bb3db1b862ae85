//! Tests of each ecosystem: what a split requires, and what prevents it.

use super::tests::{PACKAGE, apply_copy_split};
use crate::diagnostic::Applicability;
use crate::lint::Linter;

/// The requirements for a split in an ecosystem, and changes that prevent it.
struct Ecosystem {
    call: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// The directory that the install creates.
    output: &'static str,
    /// The file without which nothing is known.
    manifest: &'static str,
    /// An option or operand that refers to another directory.
    elsewhere: &'static str,
}

const fn ecosystem(
    call: &'static str,
    files: &'static [(&'static str, &'static str)],
    output: &'static str,
    manifest: &'static str,
    elsewhere: &'static str,
) -> Ecosystem {
    Ecosystem { call, files, output, manifest, elsewhere }
}

const ECOSYSTEMS: [Ecosystem; 17] = [
    ecosystem("npm ci", &[("package.json", "{}")], "node_modules", "package.json", "--prefix lib"),
    ecosystem("yarn install", &[("package.json", "{}")], "node_modules", "package.json", "--cwd lib"),
    ecosystem("pnpm install", &[("package.json", "{}")], "node_modules", "package.json", "-C lib"),
    ecosystem("bun install", &[("package.json", "{}")], "node_modules", "package.json", "--cwd lib"),
    ecosystem("pip install -r req.txt", &[("req.txt", "a\n")], "", "req.txt", "./lib"),
    ecosystem("conda env create", &[("environment.yml", "name: a\n")], "", "environment.yml", "-p ./env"),
    ecosystem("pipenv sync", &[("Pipfile", "")], ".venv", "Pipfile", "--index $WHERE"),
    ecosystem(
        "poetry install",
        &[("pyproject.toml", ""), ("poetry.lock", "")],
        ".venv",
        "poetry.lock",
        "-C lib",
    ),
    ecosystem("uv sync", &[("pyproject.toml", ""), ("uv.lock", "")], ".venv", "uv.lock", "--directory lib"),
    ecosystem("bundle install", &[("Gemfile", "")], "vendor/bundle", "Gemfile", "--gemfile lib/Gemfile"),
    ecosystem("composer install", &[("composer.json", "{}")], "vendor", "composer.json", "-d lib"),
    ecosystem("go build", &[("go.mod", "require a v1\n")], "vendor", "go.mod", "$WHAT"),
    ecosystem("mvn package", &[("pom.xml", "")], "target", "pom.xml", "$WHAT"),
    ecosystem("gradle jar", &[("build.gradle", "")], "build", "build.gradle", "-p lib"),
    ecosystem("dotnet build a.csproj", &[("a.csproj", "")], "obj", "a.csproj", "$WHAT"),
    ecosystem("sbt stage", &[("build.sbt", "")], "target", "build.sbt", "$WHAT"),
    ecosystem("mix deps.get", &[("mix.exs", "")], "deps", "mix.exs", "$WHAT"),
];

#[test]
fn refuses_unsafe_splits_in_every_ecosystem() {
    for one in &ECOSYSTEMS {
        let text = |call: &str| format!("FROM scratch\nWORKDIR /a\nCOPY . .\nRUN {call}\n");
        let refused = |call: &str, files: &[(&str, &str)], because: &str| {
            let found = apply_copy_split(&text(call), files);
            assert!(found.starts_with("- ") && found.contains(because), "{call} {files:?}\n{found}");
        };
        let found = apply_copy_split(&text(one.call), one.files);
        assert!(!found.starts_with('-'), "{}\n{found}", one.call);
        if !one.output.is_empty() {
            let path = format!("{}/x", one.output);
            let files: Vec<_> = one.files.iter().copied().chain([(path.as_str(), "")]).collect();
            refused(one.call, &files, "is also in the build context; add it to");
            let files: Vec<_> = files.into_iter().chain([(".dockerignore", one.output)]).collect();
            assert!(!apply_copy_split(&text(one.call), &files).starts_with('-'), "{} ignored", one.output);
        }
        let files: Vec<_> =
            one.files.iter().copied().filter(|(name, _)| *name != one.manifest).chain([("x", "")]).collect();
        if one.manifest == "go.mod" {
            // The project has no modules, so nothing is reported.
            assert_eq!(apply_copy_split(&text(one.call), &files), "- ");
        } else {
            refused(one.call, &files, &format!("`{}` is not in the build context", one.manifest));
        }
        let why = if one.elsewhere.contains('$') {
            "some arguments of"
        } else if one.call.starts_with("pip ") {
            "the command installs the project itself"
        } else if one.call.starts_with("conda") {
            "the environment is created in `./env`"
        } else {
            "may change which files the install reads"
        };
        refused(&format!("{} {}", one.call, one.elsewhere), one.files, why);
        // Without a context, there is no fix.
        let linter = Linter::with_rules([&crate::rules::dw1104::RULE]);
        let found = linter.lint(text(one.call).as_bytes());
        let fix = found.first().and_then(|one| one.fix.as_ref());
        assert_eq!(fix.map(|fix| fix.applicability), Some(Applicability::Suggestion), "{}", one.call);
    }
}

#[test]
fn refuses_if_build_script_reads_more_files() {
    let gradle = "FROM gradle:8\nWORKDIR /a\nCOPY . .\nRUN gradle build\n";
    let wrapper = "FROM eclipse-temurin:21\nWORKDIR /a\nCOPY . .\nRUN ./gradlew build\n";
    let sbt = "FROM sbt\nWORKDIR /a\nCOPY . .\nRUN sbt assembly\n";
    let mix = "FROM elixir\nWORKDIR /a\nCOPY . .\nRUN mix deps.get\n";
    let pnpm = "FROM node:22\nWORKDIR /a\nCOPY . .\nRUN pnpm install\n";
    let dotnet = "FROM sdk\nWORKDIR /a\nCOPY . .\nRUN dotnet publish\n";
    let conda = "FROM mamba\nWORKDIR /a\nCOPY . .\nRUN conda env create -f env.yml\n";
    let build = ("build.gradle", "");
    for (text, files, reason) in [
        (gradle, &[build, ("buildSrc/a.gradle", "")][..], "`buildSrc` contains sources of the build itself"),
        (gradle, &[build, ("settings.gradle", "includeBuild '../x'\n")], "has `includeBuild`"),
        (gradle, &[build, ("settings.gradle.kts", "include(\":a\")\n")], "has `include`"),
        (gradle, &[("build.gradle", "apply from: 'x.gradle'\n")], "has `apply from`"),
        (gradle, &[("build.gradle.kts", "version = file(\"VERSION\").readText()\n")], "has `file(`"),
        (gradle, &[("build.gradle", "implementation fileTree('lib')\n")], "has `fileTree(`"),
        (gradle, &[("build.gradle", "def v = 'git describe'.execute()\n")], "has `.execute(`"),
        (wrapper, &[build], "`gradlew`, or what it reads in `gradle/wrapper`, is not in"),
        (sbt, &[("build.sbt", "lazy val a = ProjectRef(file(\"../a\"), \"a\")\n")], "has `ProjectRef`"),
        (sbt, &[("build.sbt", ""), ("a/build.sbt", "")], "`a/build.sbt` also configures"),
        (sbt, &[("build.sbt", ""), ("project/x.jar", "")], "the build may use `project/x.jar`"),
        (mix, &[("mix.exs", "{:a, path: \"../a\"}")], "`mix.exs` has `path:`"),
        (mix, &[("mix.exs", "{:a, in_umbrella: true}")], "`mix.exs` has `in_umbrella:`"),
        (mix, &[("mix.exs", "version: File.read!(\"VERSION\")")], "`mix.exs` has `File.`"),
        (mix, &[("mix.exs", ""), ("config/config.exs", "File.read!(\"x\")")], "`config/config.exs` has"),
        (
            pnpm,
            &[PACKAGE, ("pnpm-workspace.yaml", "packages:\n- a\n"), ("a/package.json", r#"{ "bin": "x" }"#)],
            "`a/package.json` declares a program that the install links to",
        ),
        (
            pnpm,
            &[PACKAGE, ("pnpm-workspace.yaml", "patchedDependencies:\n  a@1: p/a.patch\n")],
            "`pnpm-workspace.yaml` applies `p/a.patch`, which is not in the build context",
        ),
        (pnpm, &[PACKAGE, ("pnpm-workspace.yaml", "overrides:\n  a: link:../a\n")], "has `a: link:../a`"),
        (dotnet, &[("a.sln", "Project(\"1\") = \"a\", \"a.vcxproj\", \"2\"\n")], "`a.sln` lists `a.vcxproj`"),
        (dotnet, &[("a.sln", "")], "`a.sln` lists no project"),
        (
            dotnet,
            &[("a.sln", ""), ("b.csproj", "")],
            "the build context does not have exactly one project file",
        ),
        (conda, &[("env.yml", "dependencies:\n- pip:\n  - -e .\n")], "`env.yml` contains `-e .`"),
    ] {
        let found = apply_copy_split(text, files);
        assert!(found.starts_with("- ") && found.contains(reason), "{text} {files:?}\n{found}");
    }
}

#[test]
fn skips_installs_fetched_earlier() {
    for (above, below) in [
        ("COPY build.gradle ./\nRUN ./gradlew dependencies", "./gradlew build"),
        ("COPY mix.exs ./\nRUN mix deps.get", "mix deps.get && mix compile"),
        ("COPY build.sbt ./\nRUN sbt update", "sbt assembly"),
        ("COPY pom.xml ./\nRUN ./mvnw dependency:go-offline", "./mvnw package"),
        ("COPY pom.xml ./\nRUN mvn verify --fail-never", "mvn package"),
        ("COPY recipe.json ./\nRUN cargo chef cook --release", "cargo build --release"),
        ("COPY Cargo.toml ./\nRUN cargo build --release", "cargo build --release"),
        ("COPY environment.yml ./\nRUN conda env create", "conda env update"),
    ] {
        let linter = Linter::with_rules([&crate::rules::dw1104::RULE]);
        let lint = |above: &str| {
            linter.lint(format!("FROM x\nWORKDIR /a\n{above}\nCOPY . .\nRUN {below}\n").as_bytes()).len()
        };
        assert_eq!((lint(above), lint("")), (0, 1), "{above} {below}");
    }
}

/// Sources below the directory of the project, next to its dependency files: reported once for all parts.
#[test]
fn reports_sources_copied_in_parts() {
    for (between, build, reports) in [
        ("COPY src src", "mvn -B package", 1),
        ("COPY src src\nCOPY web web", "gradle --no-daemon app:shadowJar", 1),
        ("COPY src src", "mvn -B -o package", 0),
        ("COPY cmd cmd", "go build ./cmd/a", 1),
        ("COPY src src", "cargo build --release", 1),
        ("RUN cargo fetch\nCOPY src src", "cargo build --release", 1),
        ("RUN cargo build --release\nCOPY src src", "cargo build --release", 0),
        ("COPY vendor vendor", "go build ./cmd/a", 0),
        ("COPY gradle gradle", "./gradlew build", 0),
        ("RUN mvn -B dependency:go-offline\nCOPY src src", "mvn -B package", 0),
        ("COPY pb pb", "dotnet publish --no-restore -c Release", 0),
        // Scripts of the packages may need these.
        ("COPY prisma prisma", "npm ci", 0),
    ] {
        let linter = Linter::with_rules([&crate::rules::dw1104::RULE]);
        let text = format!("FROM x\nWORKDIR /a\nCOPY *.xml ./\n{between}\nRUN {build}\n");
        assert_eq!(linter.lint(text.as_bytes()).len(), reports, "{text}");
    }
}

/// Files of the application, copied by name or by a pattern before the install.
#[test]
fn reports_single_source_files() {
    for (copies, install, reports) in [
        ("COPY requirements.txt .\nCOPY *.py ./", "pip install -r requirements.txt", 1),
        ("COPY app.py wsgi.py ./\nCOPY requirements.txt .", "pip install -r requirements.txt", 1),
        (
            "COPY app.py wsgi.py requirements.txt ./",
            "pip install --upgrade pip && pip install -r requirements.txt",
            1,
        ),
        ("COPY a.py .\nCOPY b.py requirements.txt ./", "pip install -r requirements.txt", 1),
        ("COPY package.json server.js ./", "npm ci", 1),
        ("COPY go.mod main.go ./", "go build -o /bin/x .", 1),
        ("COPY go.mod main.go ./", "go build -mod=vendor -o /bin/x .", 0),
        ("COPY go.mod main.go ./", "go build -mod vendor -o /bin/x .", 0),
        ("COPY package.json babel.config.js ./", "npm ci", 0),
        ("COPY requirements.txt setup.py ./", "pip install -r requirements.txt", 0),
        ("COPY requirements.txt server.js ./", "pip install -r requirements.txt", 0),
        ("COPY requirements.txt app.py ./", "pip install -e . -r requirements.txt", 0),
        ("COPY requirements.txt list.py ./", "python list.py && pip install -r requirements.txt", 0),
        ("COPY list.py ./\nRUN python list.py", "pip install -r requirements.txt", 0),
        (
            "COPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY app.py .",
            "pip install -r requirements.txt",
            0,
        ),
    ] {
        let linter = Linter::with_rules([&crate::rules::dw1104::RULE]);
        let text = format!("FROM python:3.12\nWORKDIR /a\n{copies}\nRUN {install}\n");
        assert_eq!(linter.lint(text.as_bytes()).len(), reports, "{text}");
    }
}

#[test]
fn skips_files_that_scripts_of_the_install_need() {
    let script = r#"{ "scripts": { "postinstall": "node setup.js" } }"#;
    let text = "FROM node:22\nWORKDIR /a\nCOPY package.json server.js ./\nRUN npm ci\n";
    assert_eq!(apply_copy_split(text, &[("package.json", script), ("server.js", "")]), "- ");
    assert_eq!(
        apply_copy_split(text, &[PACKAGE, ("server.js", "")]),
        "- single files are copied, not a directory"
    );
}
