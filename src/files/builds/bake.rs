//! Bake files, HCL and JSON: the targets, with inherited attributes and the cases of their matrix.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use hcl::Value;
use hcl::eval::{Context, Evaluate};
use hcl::expr::Expression;

use super::bake_names::matrix_cases;
use super::compose::default_dockerfile;
use super::{BuildFileError, BuildTarget, BuildsInFile, DockerfileSource, InlineDockerfile, is_remote};
use crate::config::absolute_path;
use crate::error_text::ErrorText;
use crate::library_errors::{INVALID_HCL, describe_json_syntax_error};

/// Maximum length of a chain of `inherits`; a longer one is treated as a cycle.
const LONGEST_CHAIN: usize = 16;

pub(super) type TargetAttributes = BTreeMap<String, Expression>;

/// The content of a Bake file.
#[derive(Default)]
pub(super) struct BakeFile {
    pub(super) targets: BTreeMap<String, TargetAttributes>,
    /// Variables and their default values.
    variables: Vec<(String, Expression)>,
    /// The targets of each group, which may be groups.
    pub(super) groups: BTreeMap<String, Option<Expression>>,
}

pub(super) fn parse_bake_hcl(
    path: &Path,
    current: &Path,
    text: &str,
) -> Result<BuildsInFile, BuildFileError> {
    let body = hcl::parse(text).map_err(|error| match &error {
        hcl::Error::Parse(parse) => {
            let text = ErrorText::new(INVALID_HCL.0).help(INVALID_HCL.1);
            BuildFileError { line: Some(parse.location().line()), text }
        }
        _ => BuildFileError { line: None, text: ErrorText::new(INVALID_HCL.0).help(INVALID_HCL.1) },
    })?;
    let mut bake = BakeFile::default();
    for attribute in body.attributes() {
        bake.variables.push((attribute.key().to_string(), attribute.expr().clone()));
    }
    for block in body.blocks() {
        let name = block.labels().first().map(|label| label.as_str().to_string()).unwrap_or_default();
        let attributes = block
            .body()
            .attributes()
            .map(|attribute| (attribute.key().to_string(), attribute.expr().clone()));
        match block.identifier() {
            "group" => {
                let targets = attributes.into_iter().find(|(key, _)| key == "targets");
                bake.groups.insert(name, targets.map(|(_, value)| value));
            }
            "target" => bake.targets.entry(name).or_default().extend(attributes),
            "variable" => {
                let default = attributes.into_iter().find(|(key, _)| key == "default");
                bake.variables.extend(default.map(|(_, value)| (name, value)));
            }
            _ => {}
        }
    }
    Ok(bake.list_builds(path, current, text))
}

pub(super) fn parse_bake_json(
    path: &Path,
    current: &Path,
    text: &str,
) -> Result<BuildsInFile, BuildFileError> {
    let json: serde_json::Value = serde_json::from_str(text).map_err(|error| BuildFileError {
        line: Some(error.line()),
        text: describe_json_syntax_error(&error),
    })?;
    let mut bake = BakeFile::default();
    let object = |value: &serde_json::Value| value.as_object().cloned().unwrap_or_default();
    for (name, variable) in json.get("variable").map(object).unwrap_or_default() {
        bake.variables.extend(variable.get("default").map(|value| (name, from_json(value))));
    }
    for (name, group) in json.get("group").map(object).unwrap_or_default() {
        bake.groups.insert(name, group.get("targets").map(from_json));
    }
    for (name, target) in json.get("target").map(object).unwrap_or_default() {
        let attributes = object(&target).iter().map(|(key, value)| (key.clone(), from_json(value))).collect();
        bake.targets.insert(name, attributes);
    }
    Ok(bake.list_builds(path, current, text))
}

/// A value of JSON; its texts are templates.
fn from_json(value: &serde_json::Value) -> Expression {
    match value {
        serde_json::Value::Null => Expression::Null,
        serde_json::Value::Bool(value) => Expression::Bool(*value),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Expression::String(number.to_string()), Expression::from)
        }
        serde_json::Value::String(text) => {
            Expression::TemplateExpr(Box::new(hcl::expr::TemplateExpr::QuotedString(text.clone())))
        }
        serde_json::Value::Array(items) => Expression::Array(items.iter().map(from_json).collect()),
        serde_json::Value::Object(entries) => Expression::Object(
            entries
                .iter()
                .map(|(key, value)| {
                    (hcl::expr::ObjectKey::Expression(Expression::String(key.clone())), from_json(value))
                })
                .collect(),
        ),
    }
}

impl BakeFile {
    fn list_builds(&self, path: &Path, current: &Path, text: &str) -> BuildsInFile {
        let context = self.variable_values();
        let mut builds = BuildsInFile { skipped: self.unknown_targets(&context), ..BuildsInFile::default() };
        // A target whose name starts with `_` is only inherited from.
        for name in self.targets.keys().filter(|name| !name.starts_with('_')) {
            let attributes = self.with_inherited_attributes(name, &context, LONGEST_CHAIN);
            for case in matrix_cases(&attributes, &context) {
                let mut context = context.clone();
                for (variable, value) in case {
                    context.declare_var(variable.as_str(), value);
                }
                let target = BakeTarget { attributes: &attributes, context: &context, path, current, text };
                match target.to_build_target(name) {
                    Ok(build) => builds.builds.push(build),
                    Err(why) => builds.skipped.push(format!("target `{name}` skipped: {why}")),
                }
            }
        }
        builds
    }

    /// The variables; variables with unknown values are absent, as are those that use them.
    fn variable_values(&self) -> Context<'static> {
        let mut context = Context::new();
        let mut waiting: Vec<&(String, Expression)> = self.variables.iter().collect();
        // A default may consist of variables that are declared later.
        for _ in 0..LONGEST_CHAIN {
            let before = waiting.len();
            waiting.retain(|(name, default)| match default.evaluate(&context) {
                Ok(value) => {
                    context.declare_var(name.as_str(), value);
                    false
                }
                Err(_) => true,
            });
            if waiting.len() == before {
                break;
            }
        }
        context
    }

    /// The attributes of a target, over those of the targets that it inherits from.
    fn with_inherited_attributes(&self, name: &str, context: &Context<'_>, chain: usize) -> TargetAttributes {
        let Some(own) = self.targets.get(name) else { return TargetAttributes::new() };
        let mut all = TargetAttributes::new();
        if let Some(chain) = chain.checked_sub(1) {
            let parents = own.get("inherits").and_then(|parents| parents.evaluate(context).ok());
            for parent in parents.as_ref().and_then(Value::as_array).into_iter().flatten() {
                let inherited =
                    self.with_inherited_attributes(parent.as_str().unwrap_or_default(), context, chain);
                merge_attributes(&mut all, inherited);
            }
        }
        merge_attributes(&mut all, own.clone());
        all
    }
}

/// Merges attributes: those of `above` override those of `below`; build arguments are combined.
fn merge_attributes(below: &mut TargetAttributes, above: TargetAttributes) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Expression::Object(below)), Expression::Object(above)) if key == "args" => {
                for (name, value) in above {
                    below.retain(|known, _| text_of_object_key(known) != text_of_object_key(&name));
                    below.insert(name, value);
                }
            }
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

fn text_of_object_key(key: &hcl::expr::ObjectKey) -> String {
    match key {
        hcl::expr::ObjectKey::Expression(Expression::String(text)) => text.clone(),
        other => other.to_string(),
    }
}

struct BakeTarget<'a> {
    attributes: &'a TargetAttributes,
    context: &'a Context<'a>,
    path: &'a Path,
    current: &'a Path,
    text: &'a str,
}

impl BakeTarget<'_> {
    fn to_build_target(&self, name: &str) -> Result<BuildTarget, String> {
        let context = self.text_attribute("context")?.unwrap_or_else(|| ".".to_string());
        let context = context.strip_prefix("cwd://").unwrap_or(&context).to_string();
        if is_remote(&context) {
            return Err("the build context is remote".to_string());
        }
        let file = self.text_attribute("dockerfile")?;
        let at = |directory: &Path| {
            let context = absolute_path(directory, Path::new(&context));
            let file = file.as_ref().map(|file| absolute_path(&context, Path::new(file)));
            (file.unwrap_or_else(|| default_dockerfile(&context)), context)
        };
        // Bake starts from the current directory; a file in another directory is often meant to be used from
        // there.
        let nearby = at(self.path.parent().unwrap_or(self.path));
        let here = at(self.current);
        let (file, context) = if !here.0.exists() && nearby.0.exists() { nearby } else { here };
        let dockerfile = match self.text_attribute("dockerfile-inline")? {
            Some(inline) => DockerfileSource::Inline(self.inline_dockerfile(inline)),
            None => DockerfileSource::File(file),
        };
        Ok(BuildTarget {
            name: self.text_attribute("name").ok().flatten().unwrap_or_else(|| name.to_string()),
            context,
            dockerfile,
            target: self.text_attribute("target").ok().flatten(),
            args: self.named_values("args"),
            named_contexts: self.named_values("contexts").into_iter().map(|(name, _)| name).collect(),
        })
    }

    /// An attribute as text, `None` if there is none.
    fn text_attribute(&self, key: &str) -> Result<Option<String>, String> {
        let Some(expression) = self.attributes.get(key) else { return Ok(None) };
        match value_of(expression, self.context) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(format!("the value of `{key}` is unknown without running bake")),
        }
    }

    /// The entries of an attribute with names and values.
    fn named_values(&self, attribute: &str) -> Vec<(String, Option<String>)> {
        let Some(Expression::Object(entries)) = self.attributes.get(attribute) else { return Vec::new() };
        entries
            .iter()
            .map(|(name, value)| {
                let value = match value_of(value, self.context) {
                    Some(Value::String(text)) => Some(text),
                    Some(Value::Number(number)) => Some(number.to_string()),
                    Some(Value::Bool(value)) => Some(value.to_string()),
                    _ => None,
                };
                (text_of_object_key(name), value)
            })
            .collect()
    }

    fn inline_dockerfile(&self, text: String) -> InlineDockerfile {
        let lines = self.text.lines().enumerate().filter(|(_, line)| line.contains("dockerfile-inline"));
        let mut found = lines.map(|(number, _)| InlineDockerfile::find(text.clone(), self.text, number + 2));
        found
            .find(InlineDockerfile::has_file_offsets)
            .unwrap_or_else(|| InlineDockerfile::without_position(text))
    }
}

fn value_of(expression: &Expression, context: &Context<'_>) -> Option<Value> {
    if let Expression::TemplateExpr(template) = expression
        && let hcl::expr::TemplateExpr::QuotedString(text) = template.as_ref()
    {
        let template = hcl::Template::from_str(text).ok()?;
        return template.evaluate(context).ok().map(Value::from);
    }
    expression.evaluate(context).ok()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const HCL: &str = r#"
variable "TAG" { default = "3.20" }
variable "NAME" {}
variable "BASE" { default = "alpine:${TAG}" }
function "twice" { 
  params = [x]
  result = "${x}${x}"
}
group "default" { targets = ["app"] }
target "_common" {
  context = "web"
  args = { BASE = BASE, MODE = "common" }
}
target "app" {
  inherits = ["_common"]
  dockerfile = "../docker/app.Dockerfile"
  target = "prod"
  args = { MODE = "app", "NAME" = NAME, N = 3 }
}
target "many" {
  name = "many-${item}"
  matrix = { item = ["a", "b"] }
  dockerfile = "Dockerfile.${item}"
}
target "remote" { context = "https://example.org/x.git" }
target "unknown" { context = twice("x") }
target "inline" {
  dockerfile-inline = <<-EOT
    FROM x
    RUN y
  EOT
}
"#;

    fn arguments(build: &BuildTarget) -> Vec<(&str, Option<&str>)> {
        build.args.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect()
    }

    #[test]
    fn targets_of_hcl_are_read() {
        let found = parse_bake_hcl(Path::new("/p/docker-bake.hcl"), Path::new("/p"), HCL).expect("readable");
        let names: Vec<&str> = found.builds.iter().map(|build| build.name.as_str()).collect();
        assert_eq!(names, ["app", "inline", "many-a", "many-b"]);
        assert_eq!(found.skipped.len(), 2, "{:?}", found.skipped);
        let app = &found.builds[0];
        assert_eq!(app.context, PathBuf::from("/p/web"));
        assert_eq!(app.dockerfile, DockerfileSource::File(PathBuf::from("/p/docker/app.Dockerfile")));
        assert_eq!(app.target.as_deref(), Some("prod"));
        let mut args = arguments(app);
        args.sort_unstable();
        assert_eq!(
            args,
            [("BASE", Some("alpine:3.20")), ("MODE", Some("app")), ("N", Some("3")), ("NAME", None)]
        );
        let DockerfileSource::Inline(inline) = &found.builds[1].dockerfile else { panic!("inline") };
        assert_eq!((inline.text.as_str(), inline.has_file_offsets()), ("FROM x\nRUN y\n", true));
        assert_eq!(found.builds[3].dockerfile, DockerfileSource::File(PathBuf::from("/p/Dockerfile.b")));
    }

    #[test]
    fn targets_of_json_are_read() {
        let text = r#"{"variable": {"TAG": {"default": "3"}}, "group": {"default": {"targets": ["a"]}},
            "target": {"a": {"context": "app", "args": {"BASE": "alpine:${TAG}", "X": null}},
            "b": {"inherits": ["a"], "dockerfile": "b.Dockerfile", "args": {"BASE": "debian"}}}}"#;
        let found =
            parse_bake_json(Path::new("/p/docker-bake.json"), Path::new("/p"), text).expect("readable");
        assert_eq!(found.skipped, [""; 0]);
        assert_eq!(found.builds[0].dockerfile, DockerfileSource::File(PathBuf::from("/p/app/Dockerfile")));
        assert_eq!(arguments(&found.builds[0]), [("BASE", Some("alpine:3")), ("X", None)]);
        assert_eq!(found.builds[1].dockerfile, DockerfileSource::File(PathBuf::from("/p/app/b.Dockerfile")));
        assert!(arguments(&found.builds[1]).contains(&("BASE", Some("debian"))));
    }

    #[test]
    fn rejects_invalid_files() {
        let path = Path::new("/p/x.hcl");
        let error = parse_bake_hcl(path, path, "target \"a\" {\n  context = \n}\n").expect_err("broken");
        assert_eq!(error.line, Some(2), "{error:?}");
        let error = parse_bake_json(path, path, "{\n\"target\": }\n").expect_err("broken");
        assert_eq!(error.line, Some(2), "{error:?}");
        let text = "group \"default\" { targets = [\"a\", \"z\"] }\ntarget \"a\" { inherits = [\"b\"] }\n";
        assert_eq!(
            parse_bake_hcl(path, path, text).expect("readable").skipped,
            ["target `a`: unknown target `b` in `inherits`", "group `default`: unknown target `z`"]
        );
        let circle = "target \"a\" { inherits = [\"b\"] }\ntarget \"b\" { inherits = [\"a\"] }\n";
        assert_eq!(parse_bake_hcl(path, path, circle).expect("readable").builds.len(), 2);
    }
}
