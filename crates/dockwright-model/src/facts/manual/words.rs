//! The descriptions of parser directives, and the usual labels and ports, for editors.

use crate::syntax::DirectiveKind;

/// The description of a parser directive.
#[derive(Debug)]
pub struct DirectivePage {
    /// How it is written: `# syntax=IMAGE`.
    pub form: &'static str,
    /// One or two sentences.
    pub summary: &'static str,
}

/// The form and the description of a directive, for editors.
pub const fn directive_page(kind: DirectiveKind) -> DirectivePage {
    match kind {
        DirectiveKind::Syntax => DirectivePage {
            form: "# syntax=IMAGE",
            summary: "The frontend image that parses this Dockerfile, and so determines which syntax can be used. \
                      Without it, the builder uses its built-in frontend.",
        },
        DirectiveKind::Check => DirectivePage {
            form: "# check=skip=CHECK,…;error=true",
            summary: "Skips build checks, or all of them (`skip=all`). With `error=true`, a warning fails the \
                      build.",
        },
        DirectiveKind::Escape => DirectivePage {
            form: "# escape=CHARACTER",
            summary: "The character that escapes others and continues lines: `\\`, or `` ` `` for Windows paths.",
        },
    }
}

/// Labels of images, with what they hold: the annotations that the OCI image specification defines,
/// <https://github.com/opencontainers/image-spec/blob/main/annotations.md>. The most used come first.
pub const LABELS: [(&str, &str); 14] = [
    ("org.opencontainers.image.title", "The name of the image for people."),
    ("org.opencontainers.image.description", "What is in the image."),
    ("org.opencontainers.image.source", "The URL of the source code."),
    ("org.opencontainers.image.licenses", "The licenses, as an SPDX expression."),
    ("org.opencontainers.image.version", "The version of the packaged software."),
    ("org.opencontainers.image.revision", "The revision of the source code, such as a Git commit."),
    ("org.opencontainers.image.created", "The time of the build (RFC 3339)."),
    ("org.opencontainers.image.authors", "The people or the organization responsible for the image."),
    ("org.opencontainers.image.url", "A URL with more information about the image."),
    ("org.opencontainers.image.documentation", "The URL of the documentation."),
    ("org.opencontainers.image.vendor", "The organization that distributes the image."),
    ("org.opencontainers.image.ref.name", "The name of the reference, usually the tag."),
    ("org.opencontainers.image.base.name", "The reference of the base image."),
    ("org.opencontainers.image.base.digest", "The digest of the base image."),
];

/// Ports that images often expose, with what usually listens there.
pub const PORTS: [(&str, &str); 16] = [
    ("8080", "HTTP"),
    ("80", "HTTP"),
    ("443", "HTTPS"),
    ("3000", "Node.js, Rails, Grafana"),
    ("5000", "Flask"),
    ("8000", "Django, Uvicorn"),
    ("8888", "Jupyter"),
    ("9000", "PHP-FPM"),
    ("9090", "Prometheus"),
    ("50051", "gRPC"),
    ("22", "SSH"),
    ("5432", "PostgreSQL"),
    ("3306", "MySQL, MariaDB"),
    ("6379", "Redis"),
    ("27017", "MongoDB"),
    ("5672", "RabbitMQ"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_ports_are_listed_once() {
        for (at, (name, text)) in LABELS.iter().enumerate() {
            assert!(LABELS[..at].iter().all(|(other, _)| other != name), "{name}");
            assert!(text.ends_with('.'), "{name}");
        }
        for (at, (port, _)) in PORTS.iter().enumerate() {
            assert!(PORTS[..at].iter().all(|(other, _)| other != port), "{port}");
            assert!(port.parse::<u16>().is_ok(), "{port}");
        }
    }
}
