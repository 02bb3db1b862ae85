//! [`Toolchain`]: build images, and the images that can run the results.

use crate::facts::images;
use crate::semantic::base_image::{self, FactCertainty};
use crate::semantic::{Image, View};
use crate::syntax::Word;

/// An image with a toolchain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Toolchain {
    /// "the Go toolchain".
    pub what: &'static str,
    /// The programs that build.
    pub programs: &'static [&'static str],
    /// The image that is enough to run the result, as far as the tag determines it.
    pub(crate) runtime: Option<String>,
}

/// How to derive the runtime image from the tag.
#[derive(Clone, Copy)]
enum RuntimeImage {
    /// The small image of the same distribution.
    SmallSystem,
    /// A Java runtime of the version in the tag.
    Jre,
    /// The same server with a JRE.
    SameWithJre,
    /// The image of ASP.NET with the same tag.
    AspNet,
    /// The tag with `-slim`.
    Slim,
}

const JAVA: &[&str] = &["javac", "mvn", "mvnw", "gradle", "gradlew", "ant", "sbt", "lein"];

/// Build images: their names, the tools in them, and how to find the image that runs the result.
const IMAGES: [(&str, &str, &[&str], RuntimeImage); 25] = [
    ("golang", "the Go toolchain", &["go"], RuntimeImage::SmallSystem),
    ("rust", "the Rust toolchain", &["cargo", "rustc"], RuntimeImage::SmallSystem),
    ("maven", "Maven and a JDK", &["mvn", "mvnw"], RuntimeImage::Jre),
    ("gradle", "Gradle and a JDK", &["gradle", "gradlew"], RuntimeImage::Jre),
    ("mcr.microsoft.com/dotnet/sdk", "the .NET SDK", &["dotnet"], RuntimeImage::AspNet),
    ("mcr.microsoft.com/dotnet/core/sdk", "the .NET SDK", &["dotnet"], RuntimeImage::AspNet),
    ("gcc", "the GNU compilers", &["gcc", "g++", "make", "cmake", "cc"], RuntimeImage::SmallSystem),
    ("swift", "the Swift toolchain", &["swift"], RuntimeImage::Slim),
    ("haskell", "the Haskell toolchain", &["stack", "cabal", "ghc"], RuntimeImage::SmallSystem),
    ("crystallang/crystal", "the Crystal compiler", &["crystal", "shards"], RuntimeImage::SmallSystem),
    ("nimlang/nim", "the Nim compiler", &["nim", "nimble"], RuntimeImage::SmallSystem),
    ("dart", "the Dart SDK", &["dart"], RuntimeImage::SmallSystem),
    ("sbtscala/scala-sbt", "sbt and a JDK", &["sbt"], RuntimeImage::Jre),
    ("hseeberger/scala-sbt", "sbt and a JDK", &["sbt"], RuntimeImage::Jre),
    ("mozilla/sbt", "sbt and a JDK", &["sbt"], RuntimeImage::Jre),
    ("clojure", "Clojure's tools and a JDK", &["lein", "clojure", "clj"], RuntimeImage::Jre),
    ("eclipse-temurin", "a JDK", JAVA, RuntimeImage::Jre),
    ("openjdk", "a JDK", JAVA, RuntimeImage::Jre),
    ("java", "a JDK", JAVA, RuntimeImage::Jre),
    ("adoptopenjdk", "a JDK", JAVA, RuntimeImage::Jre),
    ("amazoncorretto", "a JDK", JAVA, RuntimeImage::Jre),
    ("azul/zulu-openjdk", "a JDK", JAVA, RuntimeImage::Jre),
    ("bellsoft/liberica-openjdk-debian", "a JDK", JAVA, RuntimeImage::Jre),
    ("tomcat", "a JDK", JAVA, RuntimeImage::SameWithJre),
    ("jetty", "a JDK", JAVA, RuntimeImage::SameWithJre),
];

/// Compilers and build tools in the CUDA images.
const CUDA: &[&str] = &["nvcc", "gcc", "g++", "make", "cmake", "ninja", "cc"];

/// The toolchain in an image.
#[must_use]
pub(super) fn find_toolchain(reference: &str) -> Option<Toolchain> {
    let word = Word { text: reference.into(), ..Word::default() };
    let image = Image::new(&word, View::Exact);
    let name = match image.registry().filter(|host| *host != "docker.io") {
        Some(host) => format!("{host}/{}", image.name()),
        None => image.name().strip_prefix("library/").unwrap_or(image.name()).to_string(),
    };
    // The last version of this image, which is no longer built.
    let tag = image.tag().or((name == "java").then_some("8-jdk")).unwrap_or_default();
    if image.name() == "nvidia/cuda" || name.ends_with("/nvidia/cuda") {
        let runtime = tag.contains("-devel").then(|| reference.replace("-devel", "-runtime"))?;
        let what = "the CUDA compilers and headers";
        return Some(Toolchain { what, programs: CUDA, runtime: Some(runtime) });
    }
    let (_, what, programs, how) = IMAGES.iter().find(|(own, ..)| *own == name)?;
    let has_no_jdk = tag.contains("jre") || tag.split('-').any(|word| word == "headless");
    if *what == "a JDK" && (tag.is_empty() || has_no_jdk) {
        return None;
    }
    let runtime = match how {
        RuntimeImage::SmallSystem => distribution_image(reference),
        RuntimeImage::Jre => java_version(tag).map(|version| {
            let alpine = if tag.contains("alpine") { "-alpine" } else { "" };
            format!("eclipse-temurin:{version}-jre{alpine}")
        }),
        RuntimeImage::SameWithJre => {
            if !tag.contains("jdk") {
                return None;
            }
            jre_tag(tag).map(|tag| format!("{name}:{tag}"))
        }
        RuntimeImage::AspNet => (!tag.is_empty()).then(|| {
            let core = if name.contains("/core/") { "core/" } else { "" };
            format!("mcr.microsoft.com/dotnet/{core}aspnet:{tag}")
        }),
        RuntimeImage::Slim => (!tag.is_empty() && !tag.contains("slim")).then(|| format!("swift:{tag}-slim")),
    };
    Some(Toolchain { what, programs, runtime })
}

impl Toolchain {
    /// How much smaller the image that runs the result is than `image`; an estimate.
    #[must_use]
    pub(super) fn saved_bytes(&self, image: &str) -> Option<u64> {
        images::size_saved(image, self.runtime.as_deref()?)
    }
}

/// The tag of a server with a JRE: `9.0-jdk17-temurin` becomes `9.0-jre17-temurin`. Only Temurin has JREs; OpenJDK's
/// builds and Corretto do not.
fn jre_tag(tag: &str) -> Option<String> {
    match tag.split_once("-openjdk").or_else(|| tag.split_once("-corretto")) {
        Some((start, _)) => java_version(tag).map(|_| format!("{}-temurin", start.replace("jdk", "jre"))),
        None => Some(tag.replace("jdk", "jre")),
    }
}

/// `debian:bookworm-slim`, `alpine:3.20`: the distribution of an image, without its tools.
fn distribution_image(reference: &str) -> Option<String> {
    let image = base_image::find_base_image(reference)?;
    let release = image.release.as_deref().filter(|_| image.certainty != FactCertainty::Family)?;
    match image.facts.distro.as_deref() {
        Some("debian") => Some(format!("debian:{release}-slim")),
        Some("alpine") => Some(format!("alpine:{release}")),
        _ => None,
    }
}

/// The version of Java in a tag: `3-eclipse-temurin-21`, `8-jdk17`, `17-jdk-alpine`, `11.0.2`.
#[must_use]
pub(super) fn java_version(tag: &str) -> Option<u32> {
    let number = |rest: &str| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest.get(..end)?.parse().ok()
    };
    let named = ["temurin-", "openjdk-", "corretto-", "jdk-", "jdk"];
    let after = |word: &&str| number(tag.get(tag.find(*word)? + word.len()..)?);
    let found: Option<u32> = named.iter().find_map(after);
    // Maven's and Gradle's own versions are first in their tags.
    let first = || number(tag).filter(|version| *version >= 8);
    let has_tool_version = tag.contains("temurin") || tag.contains("maven") || tag.contains("corretto");
    found.or_else(|| if has_tool_version { None } else { first() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_follow_from_tags() {
        for (reference, runtime) in [
            ("golang:1.22-bookworm", Some("debian:bookworm-slim")),
            ("docker.io/library/golang:1.22-alpine3.20", Some("alpine:3.20")),
            ("maven:3.9-eclipse-temurin-21", Some("eclipse-temurin:21-jre")),
            ("gradle:8.7.0-jdk17-alpine", Some("eclipse-temurin:17-jre-alpine")),
            ("maven:3", None),
            ("openjdk:17-jdk-slim", Some("eclipse-temurin:17-jre")),
            ("openjdk:8", Some("eclipse-temurin:8-jre")),
            ("tomcat:9.0-jdk17-temurin-jammy", Some("tomcat:9.0-jre17-temurin-jammy")),
            ("tomcat:9-jdk11-openjdk-slim", Some("tomcat:9-jre11-temurin")),
            ("jetty:11-jdk17-alpine", Some("jetty:11-jre17-alpine")),
            ("eclipse-temurin:21-jdk-alpine", Some("eclipse-temurin:21-jre-alpine")),
            ("amazoncorretto:11", Some("eclipse-temurin:11-jre")),
            ("mcr.microsoft.com/dotnet/sdk:8.0-alpine", Some("mcr.microsoft.com/dotnet/aspnet:8.0-alpine")),
            ("nvidia/cuda:12.4.1-devel-ubuntu22.04", Some("nvidia/cuda:12.4.1-runtime-ubuntu22.04")),
            ("swift:5.10", Some("swift:5.10-slim")),
            ("sbtscala/scala-sbt:eclipse-temurin-21.0.6_7_1.10.11_2.13.16", Some("eclipse-temurin:21-jre")),
            ("clojure:temurin-17-lein-alpine", Some("eclipse-temurin:17-jre-alpine")),
            ("crystallang/crystal:1.12.1", None),
        ] {
            let found = find_toolchain(reference).unwrap_or_else(|| panic!("{reference} is a toolchain"));
            assert_eq!(found.runtime.as_deref(), runtime, "{reference}");
        }
        for reference in [
            "python:3.12",
            "openjdk:8-jre",
            "tomcat:9",
            "tomcat:9.0-jre17-temurin",
            "eclipse-temurin:21-jre",
            "nvidia/cuda:12.4.1-base",
            "example.com/golang:1",
        ] {
            assert_eq!(find_toolchain(reference), None, "{reference}");
        }
    }
}
