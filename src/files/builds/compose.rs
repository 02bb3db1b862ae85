//! Compose files: the `build` of each service.

use std::collections::BTreeMap;
use std::path::Path;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

use super::variables::{find_variables, parse_env_file, substitute_variables};
use super::{BuildFileError, BuildTarget, BuildsInFile, DockerfileSource, InlineDockerfile, is_remote};
use crate::config::{absolute_path, indent_shallow_lines};
use crate::error_text::ErrorText;
use crate::library_errors::describe_yaml_error;

/// Maximum length of a chain of merged mappings; a longer one is treated as a cycle.
const LONGEST_CHAIN: usize = 8;

pub(super) fn parse_compose(path: &Path, text: &str) -> Result<BuildsInFile, BuildFileError> {
    let indented;
    let documents = match MarkedYaml::load_from_str(text) {
        Ok(documents) => documents,
        Err(error) => {
            let failure =
                BuildFileError { line: Some(error.marker().line()), text: describe_yaml_error(error.info()) };
            // Docker accepts a bracket that is closed at the indentation of its key.
            let Some(text) = indent_shallow_lines(text) else { return Err(failure) };
            indented = text;
            MarkedYaml::load_from_str(&indented).map_err(|_| failure)?
        }
    };
    let directory = path.parent().unwrap_or(path);
    let env =
        std::fs::read_to_string(directory.join(".env")).map(|text| parse_env_file(&text)).unwrap_or_default();
    let reader = ComposeReader { directory, text, env };
    let mut builds = BuildsInFile::default();
    for document in &documents {
        builds.skipped.extend(reader.missing_included_files(document));
        let Some(services) = mapping_value(document, "services") else { continue };
        let YamlData::Mapping(services) = &services.data else {
            if matches!(services.data, YamlData::Value(Scalar::Null)) {
                continue;
            }
            return Err(BuildFileError {
                line: Some(services.span.start.line()),
                text: ErrorText::new("`services` must have keys and values")
                    .help("write the name of each service, and its keys below"),
            });
        };
        for (name, service) in services {
            let name = scalar_text(name).unwrap_or_default();
            let base = mapping_value(service, "extends").and_then(|extends| mapping_value(extends, "file"));
            builds.skipped.extend(base.and_then(|file| reader.missing_file(file)));
            match mapping_value(service, "build").map(|build| reader.to_build_target(&name, build)) {
                Some(Ok(build)) => builds.builds.push(build),
                Some(Err(why)) => builds.skipped.push(format!("service `{name}` skipped: {why}")),
                None => {}
            }
        }
    }
    Ok(builds)
}

struct ComposeReader<'a> {
    directory: &'a Path,
    text: &'a str,
    env: BTreeMap<String, String>,
}

impl ComposeReader<'_> {
    fn to_build_target(&self, name: &str, build: &MarkedYaml<'_>) -> Result<BuildTarget, String> {
        let is_short = scalar_text(build).is_some();
        let entry = |key: &str| if is_short { None } else { mapping_value(build, key) };
        let context = match if is_short { Some(build) } else { entry("context") } {
            Some(node) => self.resolved_text(node, if is_short { "build" } else { "context" })?,
            None => ".".to_string(),
        };
        if is_remote(&context) {
            return Err("the build context is remote".to_string());
        }
        let context = absolute_path(self.directory, Path::new(&context));
        let dockerfile = match (entry("dockerfile_inline"), entry("dockerfile")) {
            (Some(inline), _) => DockerfileSource::Inline(self.inline_dockerfile(inline)),
            (None, Some(file)) => DockerfileSource::File(absolute_path(
                &context,
                Path::new(&self.resolved_text(file, "dockerfile")?),
            )),
            (None, None) => DockerfileSource::File(default_dockerfile(&context)),
        };
        Ok(BuildTarget {
            name: name.to_string(),
            context,
            dockerfile,
            target: entry("target").and_then(|node| substitute_variables(&scalar_text(node)?, &self.env)),
            args: entry("args").map(|node| self.named_values(node)).unwrap_or_default(),
            named_contexts: entry("additional_contexts")
                .map(|node| self.named_values(node).into_iter().map(|(name, _)| name).collect())
                .unwrap_or_default(),
        })
    }

    /// The files of `include` that do not exist, one sentence each.
    fn missing_included_files(&self, document: &MarkedYaml<'_>) -> Vec<String> {
        let entries = mapping_value(document, "include").and_then(|include| include.data.as_vec());
        let paths = entries.into_iter().flatten().flat_map(|entry| match mapping_value(entry, "path") {
            Some(path) => path.data.as_vec().map_or_else(|| vec![path], |paths| paths.iter().collect()),
            None => vec![entry],
        });
        paths.filter_map(|path| self.missing_file(path)).collect()
    }

    /// That the file does not exist, if this is certain.
    fn missing_file(&self, node: &MarkedYaml<'_>) -> Option<String> {
        let name = substitute_variables(&scalar_text(node)?, &self.env)?;
        let is_missing = !is_remote(&name) && !absolute_path(self.directory, Path::new(&name)).exists();
        is_missing.then(|| format!("{name}: cannot read file (no such file)"))
    }

    fn resolved_text(&self, node: &MarkedYaml<'_>, what: &str) -> Result<String, String> {
        let text = scalar_text(node).ok_or_else(|| format!("`{what}` is not a string"))?;
        substitute_variables(&text, &self.env)
            .ok_or_else(|| format!("`{what}` uses a variable without a value"))
    }

    fn inline_dockerfile(&self, node: &MarkedYaml<'_>) -> InlineDockerfile {
        let mut inline =
            InlineDockerfile::find(scalar_text(node).unwrap_or_default(), self.text, node.span.start.line());
        for place in find_variables(&inline.text.clone(), &self.env).into_iter().rev() {
            if let Some(value) = place.value {
                inline.replace(place.start, place.end, &value);
            }
        }
        inline
    }

    /// A mapping, or a list of `NAME=value`.
    /// The entries of a mapping, or of a list of `NAME=VALUE`.
    fn named_values(&self, node: &MarkedYaml<'_>) -> Vec<(String, Option<String>)> {
        let value = |text: String| substitute_variables(&text, &self.env);
        match &node.data {
            YamlData::Mapping(mapping) => mapping
                .iter()
                .filter_map(|(name, node)| Some((scalar_text(name)?, scalar_text(node).and_then(value))))
                .collect(),
            YamlData::Sequence(items) => items
                .iter()
                .filter_map(scalar_text)
                .map(|item| match item.split_once('=') {
                    Some((name, text)) => (name.to_string(), value(text.to_string())),
                    None => (item, None),
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// `Dockerfile`, or `Containerfile` if only that exists.
pub(super) fn default_dockerfile(context: &Path) -> std::path::PathBuf {
    let usual = context.join("Dockerfile");
    let other = context.join("Containerfile");
    if !usual.exists() && other.exists() { other } else { usual }
}

/// The value of a key of a mapping, or of one that is merged into it with `<<`.
fn mapping_value<'n, 's>(node: &'n MarkedYaml<'s>, key: &str) -> Option<&'n MarkedYaml<'s>> {
    find_merged_value(node, key, LONGEST_CHAIN)
}

fn find_merged_value<'n, 's>(
    node: &'n MarkedYaml<'s>,
    key: &str,
    chain: usize,
) -> Option<&'n MarkedYaml<'s>> {
    let chain = chain.checked_sub(1)?;
    let YamlData::Mapping(mapping) = &node.data else { return None };
    let entry = |wanted: &str| {
        mapping.iter().find(|(name, _)| scalar_text(name).as_deref() == Some(wanted)).map(|(_, value)| value)
    };
    entry(key).or_else(|| {
        let merged = entry("<<")?;
        match &merged.data {
            YamlData::Sequence(items) => items.iter().find_map(|item| find_merged_value(item, key, chain)),
            _ => find_merged_value(merged, key, chain),
        }
    })
}

/// A YAML scalar as text; `None` for a list or mapping.
fn scalar_text(node: &MarkedYaml<'_>) -> Option<String> {
    match &node.data {
        YamlData::Value(Scalar::Integer(number)) => Some(number.to_string()),
        YamlData::Value(Scalar::FloatingPoint(number)) => Some(number.to_string()),
        YamlData::Value(Scalar::Boolean(value)) => Some(value.to_string()),
        YamlData::Value(Scalar::String(text)) | YamlData::Representation(text, ..) => Some(text.to_string()),
        YamlData::Tagged(_, node) => scalar_text(node),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn builds(text: &str) -> BuildsInFile {
        parse_compose(Path::new("/p/compose.yaml"), text).expect("readable")
    }

    #[test]
    fn services_are_read() {
        let text = "x-build: &base\n  context: web\n  args: {A: 1, B: , C: \"$$x\", D: \"${E}\", F: \"${G:-h}\"}\n\
            services:\n  plain:\n    build: ./app\n  image:\n    image: nginx\n  full:\n    build:\n      <<: *base\n\
            \x20     dockerfile: ../docker/web.Dockerfile\n      target: prod\n  list:\n    build:\n      args: [X=1, Y]\n\
            \x20 remote:\n    build: https://example.org/x.git\n  unknown:\n    build: ${DIR}\n";
        let found = builds(text);
        let names: Vec<&str> = found.builds.iter().map(|build| build.name.as_str()).collect();
        assert_eq!(names, ["plain", "full", "list"]);
        assert_eq!(found.skipped.len(), 2, "{:?}", found.skipped);
        assert_eq!(found.builds[0].dockerfile, DockerfileSource::File(PathBuf::from("/p/app/Dockerfile")));
        let full = &found.builds[1];
        assert_eq!(full.context, PathBuf::from("/p/web"));
        assert_eq!(full.dockerfile, DockerfileSource::File(PathBuf::from("/p/docker/web.Dockerfile")));
        assert_eq!(full.target.as_deref(), Some("prod"));
        let args: Vec<_> = full.args.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
        assert_eq!(args, [("A", Some("1")), ("B", None), ("C", Some("$x")), ("D", None), ("F", Some("h"))]);
        assert_eq!(found.builds[2].context, PathBuf::from("/p"));
        assert_eq!(found.builds[2].args, [("X".into(), Some("1".into())), ("Y".into(), None)]);
    }

    #[test]
    fn inline_dockerfiles_are_found() {
        for (text, placed) in [
            (
                "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM x\n        RUN $$y\n",
                true,
            ),
            (
                "services:\n  a:\n    build:\n      dockerfile_inline: |-\n\n        FROM x\n        RUN $$y",
                true,
            ),
            ("services: {a: {build: {dockerfile_inline: \"FROM x\\nRUN $$y\\n\"}}}\n", false),
            (
                "services:\n  a:\n    build:\n      dockerfile_inline: >\n        FROM x\n\n        RUN $$y\n",
                false,
            ),
        ] {
            let found = builds(text);
            let DockerfileSource::Inline(inline) = &found.builds[0].dockerfile else { panic!("{text}") };
            assert_eq!(inline.text.trim(), "FROM x\nRUN $y", "{text}");
            assert_eq!(inline.has_file_offsets(), placed, "{text}");
        }
    }

    #[test]
    fn brackets_may_be_closed_at_the_indentation_of_their_key() {
        let found = builds(
            "services:\n  a:\n    build:\n      context: web\n    command: [\n      \"x\"\n    ]\n    ports: {\n    x: y\n\
             \x20   }\n  b:\n    build: {\n  dockerfile_inline: FROM x\n    }\n",
        );
        assert_eq!(found.builds.len(), 2, "{found:?}");
    }

    #[test]
    fn missing_files_are_noted() {
        let text = "include: [a.yaml, {path: [b.yaml, \"${X}\"]}, {path: c.yaml}, \"oci://example.org/x\"]\nservices:\n\
            \x20 a:\n    extends: {file: d.yaml, service: a}\n  b:\n    extends: {service: a}\n  c:\n    extends: a\n";
        let missing = ["a.yaml", "b.yaml", "c.yaml", "d.yaml"];
        let missing = missing.map(|name| format!("{name}: cannot read file (no such file)"));
        assert_eq!(builds(text).skipped, missing);
    }

    #[test]
    fn rejects_invalid_files() {
        let error = parse_compose(Path::new("/p/compose.yaml"), "services:\n  a: [\n").expect_err("broken");
        assert!(error.line.is_some(), "{error:?}");
        let error = parse_compose(Path::new("/p/compose.yaml"), "x: y\nservices: x\n").expect_err("a text");
        assert_eq!(error.line, Some(2), "{error:?}");
        assert_eq!(builds("services:\n"), BuildsInFile::default());
        assert_eq!(builds("- a\n- b\n"), BuildsInFile::default());
        assert_eq!(builds(""), BuildsInFile::default());
    }
}
