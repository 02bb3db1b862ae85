//! [`BaseEnvironment`]: what an image from outside has set before the first instruction of a stage.

use super::reference::Reference;

/// The variables, other than PATH, that a stage starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseEnvironment {
    /// None: `scratch`, and the global scope.
    Empty,
    /// Those of a well-known image.
    Known(&'static [&'static str]),
    /// Those of an image that is not known here.
    Unknown,
}

impl BaseEnvironment {
    /// That of the image with this reference, variables expanded.
    pub fn of(image: &str) -> Self {
        let Ok(reference) = Reference::parse(image) else { return Self::Unknown };
        let Some(name) = reference.official() else { return Self::Unknown };
        OFFICIAL
            .iter()
            .find(|(names, _)| names.contains(&name))
            .map_or(Self::Unknown, |(_, variables)| Self::Known(variables))
    }

    /// The variables that are set, as far as known.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Known(names) => names,
            Self::Empty | Self::Unknown => &[],
        }
    }

    /// Whether a variable is known to be set.
    pub fn sets(self, name: &str) -> bool {
        self.names().contains(&name)
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
    fn official_images_are_known() {
        for (image, name, sets) in [
            ("node:20", "NODE_VERSION", true),
            ("docker.io/library/node@sha256:x", "NODE_VERSION", false),
            ("library/python:3", "PYTHON_VERSION", true),
            ("alpine", "NODE_VERSION", false),
            ("me/node", "NODE_VERSION", false),
        ] {
            assert_eq!(BaseEnvironment::of(image).sets(name), sets, "{image}");
        }
        assert_eq!(BaseEnvironment::of("alpine:3"), BaseEnvironment::Known(&[]));
        assert_eq!(BaseEnvironment::of("me/alpine"), BaseEnvironment::Unknown);
    }
}
