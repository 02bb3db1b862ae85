//! [`BaseImageEnvironment`]: the variables that an external image sets before the first instruction of a stage.

use std::cell::OnceCell;

use super::base_image::{self, ImageFacts, ImageVariable as Known};
use super::expand::VariableValue;
use super::reference::ImageReference;

/// The source of the variables that a stage starts with, other than PATH.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseEnvironment {
    /// There are none: `scratch`, and the global scope.
    Empty,
    /// An external image, by its number in the file's `VariableScopes`.
    Image(u32),
}

/// The state of a variable in a base image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseVariable<'a> {
    /// Set, with its value if that is known.
    Set(Option<&'a str>),
    /// Not known to be set; `certain` if there is no image.
    Unset { certain: bool },
    /// The image is unknown.
    Unknown,
}

impl<'a> BaseVariable<'a> {
    pub(super) fn to_variable_value(self) -> VariableValue<'a> {
        match self {
            Self::Set(value) => {
                VariableValue { value: Some(value.unwrap_or("")), certain: false, known: value.is_some() }
            }
            Self::Unset { certain } => VariableValue { value: None, certain, known: true },
            Self::Unknown => VariableValue { value: None, certain: false, known: false },
        }
    }
}

/// The environment of one image. Its facts are looked up when a variable is first requested.
#[derive(Debug)]
pub(super) struct BaseImageEnvironment {
    reference: String,
    facts: OnceCell<Option<&'static ImageFacts>>,
}

impl BaseImageEnvironment {
    /// The environment of the image with this reference, variables expanded.
    pub(super) fn new(reference: &str) -> Self {
        Self { reference: reference.to_string(), facts: OnceCell::new() }
    }

    fn image_facts(&self) -> Option<&'static ImageFacts> {
        *self.facts.get_or_init(|| base_image::find_base_image(&self.reference).map(|image| image.facts))
    }

    /// Variables that the table of facts omits on purpose (keys, digests), too.
    fn all_variable_names(&self) -> Option<&'static [&'static str]> {
        let reference = ImageReference::parse(&self.reference).ok()?;
        let name = reference.official_image_name()?;
        OFFICIAL.iter().find(|(names, _)| names.contains(&name)).map(|(_, variables)| *variables)
    }

    pub(super) fn variable(&self, name: &str) -> BaseVariable<'_> {
        let known = self.image_facts().map_or(Known::Unknown, |facts| facts.variable(name));
        let listed = self.all_variable_names();
        match known {
            Known::Is(value) => BaseVariable::Set(Some(value)),
            Known::Varies => BaseVariable::Set(None),
            _ if listed.is_some_and(|names| names.contains(&name)) => BaseVariable::Set(None),
            Known::Unset => BaseVariable::Unset { certain: false },
            Known::Unknown if listed.is_some() => BaseVariable::Unset { certain: false },
            Known::Unknown => BaseVariable::Unknown,
        }
    }

    /// Names that are known to be set.
    pub(super) fn names(&self) -> Vec<&str> {
        let facts = self
            .image_facts()
            .map(|facts| facts.env.iter().flat_map(|env| env.keys()).chain(&facts.env_varies));
        let mut names: Vec<&str> = facts.into_iter().flatten().map(String::as_str).collect();
        for name in self.all_variable_names().into_iter().flatten() {
            if !names.contains(name) {
                names.push(name);
            }
        }
        names
    }
}

/// Official images of Docker Hub and the variables that their current and recent tags set.
const OFFICIAL: &[(&[&str], &[&str])] = &[
    (
        &[
            "alpine",
            "almalinux",
            "alt",
            "archlinux",
            "busybox",
            "cirros",
            "clearlinux",
            "debian",
            "hello-world",
            "mageia",
            "photon",
            "rockylinux",
            "sl",
            "ubuntu",
        ],
        &[],
    ),
    (&["amazonlinux", "centos", "oraclelinux", "opensuse"], &[]),
    (&["fedora"], &["DISTTAG", "FGC", "FBR", "container"]),
    (
        &["buildpack-deps", "bash"],
        &["_BASH_VERSION", "_BASH_BASELINE", "_BASH_LATEST_PATCH", "_BASH_BASELINE_PATCH"],
    ),
    (&["node"], &["NODE_VERSION", "YARN_VERSION"]),
    (
        &["python"],
        &[
            "LANG",
            "GPG_KEY",
            "PYTHON_VERSION",
            "PYTHON_SHA256",
            "PYTHON_PIP_VERSION",
            "PYTHON_SETUPTOOLS_VERSION",
            "PYTHON_GET_PIP_URL",
            "PYTHON_GET_PIP_SHA256",
        ],
    ),
    (&["golang"], &["GOLANG_VERSION", "GOPATH", "GOTOOLCHAIN"]),
    (&["rust"], &["RUSTUP_HOME", "CARGO_HOME", "RUST_VERSION"]),
    (
        &["ruby", "jruby"],
        &[
            "LANG",
            "RUBY_MAJOR",
            "RUBY_VERSION",
            "RUBY_DOWNLOAD_URL",
            "RUBY_DOWNLOAD_SHA256",
            "GEM_HOME",
            "BUNDLE_SILENCE_ROOT_WARNING",
            "BUNDLE_APP_CONFIG",
            "JRUBY_VERSION",
            "JRUBY_SHA256",
        ],
    ),
    (
        &["php", "wordpress", "drupal", "joomla"],
        &[
            "PHPIZE_DEPS",
            "PHP_INI_DIR",
            "PHP_CFLAGS",
            "PHP_CPPFLAGS",
            "PHP_LDFLAGS",
            "GPG_KEYS",
            "PHP_VERSION",
            "PHP_URL",
            "PHP_ASC_URL",
            "PHP_SHA256",
            "APACHE_CONFDIR",
            "APACHE_ENVVARS",
        ],
    ),
    (
        &[
            "openjdk",
            "eclipse-temurin",
            "amazoncorretto",
            "ibm-semeru-runtimes",
            "ibmjava",
            "sapmachine",
            "maven",
            "gradle",
            "clojure",
            "groovy",
            "tomcat",
            "tomee",
            "jetty",
        ],
        &[
            "JAVA_HOME",
            "JAVA_VERSION",
            "JAVA_URL_BASE",
            "JAVA_BASE_URL",
            "LANG",
            "LANGUAGE",
            "LC_ALL",
            "JAVA_TOOL_OPTIONS",
            "MAVEN_HOME",
            "MAVEN_CONFIG",
            "GRADLE_HOME",
            "GRADLE_VERSION",
            "GROOVY_HOME",
            "GROOVY_VERSION",
            "LEIN_VERSION",
            "LEIN_INSTALL",
            "LEIN_ROOT",
            "CATALINA_HOME",
            "TOMCAT_NATIVE_LIBDIR",
            "LD_LIBRARY_PATH",
            "GPG_KEYS",
            "TOMCAT_MAJOR",
            "TOMCAT_VERSION",
            "TOMCAT_SHA512",
            "TOMEE_VER",
            "TOMEE_BUILD",
            "JETTY_VERSION",
            "JETTY_HOME",
            "JETTY_BASE",
            "TMPDIR",
        ],
    ),
    (
        &["nginx"],
        &["NGINX_VERSION", "NJS_VERSION", "NJS_RELEASE", "PKG_RELEASE", "ACME_VERSION", "DYNPKG_RELEASE"],
    ),
    (&["httpd"], &["HTTPD_PREFIX", "HTTPD_VERSION", "HTTPD_SHA256", "HTTPD_PATCHES"]),
    (&["caddy"], &["CADDY_VERSION", "XDG_CONFIG_HOME", "XDG_DATA_HOME"]),
    (
        &["postgres"],
        &["GOSU_VERSION", "LANG", "PG_MAJOR", "PG_VERSION", "PGDATA", "PG_SHA256", "DOCKER_PG_LLVM_DEPS"],
    ),
    (&["mysql"], &["GOSU_VERSION", "MYSQL_MAJOR", "MYSQL_VERSION", "MYSQL_SHELL_VERSION"]),
    (&["mariadb"], &["GPG_KEYS", "LANG", "MARIADB_VERSION", "GOSU_VERSION"]),
    (
        &["mongo"],
        &[
            "GOSU_VERSION",
            "JSYAML_VERSION",
            "JSYAML_CHECKSUM",
            "MONGO_PACKAGE",
            "MONGO_REPO",
            "MONGO_MAJOR",
            "MONGO_VERSION",
            "HOME",
        ],
    ),
    (&["redis"], &["GOSU_VERSION", "REDIS_VERSION", "REDIS_DOWNLOAD_URL", "REDIS_DOWNLOAD_SHA"]),
    (&["elixir", "erlang"], &["OTP_VERSION", "REBAR_VERSION", "REBAR3_VERSION", "ELIXIR_VERSION", "LANG"]),
    (&["perl"], &["PERL_VERSION"]),
    (&["julia"], &["JULIA_PATH", "JULIA_GPG", "JULIA_VERSION"]),
    (&["swift"], &["SWIFT_SIGNING_KEY", "SWIFT_PLATFORM", "SWIFT_BRANCH", "SWIFT_VERSION", "SWIFT_WEBROOT"]),
    (&["haskell"], &["LANG", "GHC", "STACK", "CABAL_INSTALL"]),
    (&["r-base"], &["LC_ALL", "LANG", "R_BASE_VERSION"]),
    (
        &["docker"],
        &[
            "DOCKER_VERSION",
            "DOCKER_BUILDX_VERSION",
            "DOCKER_COMPOSE_VERSION",
            "DOCKER_TLS_CERTDIR",
            "DIND_COMMIT",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known() {
        let unset = BaseVariable::Unset { certain: false };
        for (image, name, expected) in [
            ("node:20", "NODE_VERSION", BaseVariable::Set(None)),
            ("library/python:3", "GPG_KEY", BaseVariable::Set(None)),
            ("golang:1.22", "GOPATH", BaseVariable::Set(Some("/go"))),
            ("alpine:3.20", "NODE_VERSION", unset),
            ("alpine", "NODE_VERSION", unset),
            ("me/node", "NODE_VERSION", BaseVariable::Unknown),
            ("", "A", BaseVariable::Unknown),
        ] {
            assert_eq!(BaseImageEnvironment::new(image).variable(name), expected, "{image} {name}");
        }
    }
}
