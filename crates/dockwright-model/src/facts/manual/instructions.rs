//! The descriptions of the instructions, for editors.

use super::InstructionPage;
use super::flags::{ADD, COPY, FROM, HEALTHCHECK, RUN};
use crate::syntax::Kind;

/// An instruction without flags.
const fn page_without_flags(
    kind: Kind,
    summary: &'static str,
    forms: &'static [&'static str],
) -> InstructionPage {
    InstructionPage { kind, summary, forms, flags: &[] }
}

pub(super) static PAGES: [InstructionPage; 18] = [
    InstructionPage {
        kind: Kind::From,
        summary: "Starts a build stage from a base image or from an earlier stage.",
        forms: &["FROM [--platform=PLATFORM] IMAGE [AS NAME]"],
        flags: &FROM,
    },
    InstructionPage {
        kind: Kind::Run,
        summary: "Runs a command in a new layer on top of the current image.",
        forms: &[
            "RUN [OPTIONS] COMMAND…",
            "RUN [OPTIONS] [\"PROGRAM\", \"ARGUMENT\"…]",
            "RUN [OPTIONS] <<EOF",
        ],
        flags: &RUN,
    },
    InstructionPage {
        kind: Kind::Copy,
        summary: "Copies files from the build context, from a stage or from an image.",
        forms: &["COPY [OPTIONS] SOURCE… DESTINATION", "COPY [OPTIONS] [\"SOURCE\"…, \"DESTINATION\"]"],
        flags: &COPY,
    },
    InstructionPage {
        kind: Kind::Add,
        summary: "Copies files, downloads URLs, clones Git repositories and unpacks local archives.",
        forms: &["ADD [OPTIONS] SOURCE… DESTINATION", "ADD [OPTIONS] [\"SOURCE\"…, \"DESTINATION\"]"],
        flags: &ADD,
    },
    page_without_flags(
        Kind::Env,
        "Sets environment variables for the following instructions and for the container.",
        &["ENV NAME=VALUE…"],
    ),
    page_without_flags(
        Kind::Arg,
        "Declares a variable that `docker build --build-arg` can set.",
        &["ARG NAME[=DEFAULT]…"],
    ),
    page_without_flags(
        Kind::Workdir,
        "Sets the working directory; creates it if it does not exist.",
        &["WORKDIR DIRECTORY"],
    ),
    page_without_flags(
        Kind::User,
        "Sets the user for the following RUN instructions and for the container.",
        &["USER USER[:GROUP]"],
    ),
    page_without_flags(
        Kind::Cmd,
        "Sets the default command of the container, or the default arguments of ENTRYPOINT.",
        &["CMD [\"PROGRAM\", \"ARGUMENT\"…]", "CMD COMMAND…"],
    ),
    page_without_flags(
        Kind::Entrypoint,
        "Sets the program that the container always runs.",
        &["ENTRYPOINT [\"PROGRAM\", \"ARGUMENT\"…]", "ENTRYPOINT COMMAND…"],
    ),
    page_without_flags(
        Kind::Expose,
        "Documents the ports that the container listens on.",
        &["EXPOSE PORT[/PROTOCOL]…"],
    ),
    page_without_flags(
        Kind::Volume,
        "Marks directories as volumes.",
        &["VOLUME DIRECTORY…", "VOLUME [\"DIRECTORY\"…]"],
    ),
    page_without_flags(Kind::Label, "Adds metadata to the image.", &["LABEL KEY=VALUE…"]),
    InstructionPage {
        kind: Kind::Healthcheck,
        summary: "Defines how to check that the container works.",
        forms: &["HEALTHCHECK [OPTIONS] CMD COMMAND…", "HEALTHCHECK NONE"],
        flags: &HEALTHCHECK,
    },
    page_without_flags(
        Kind::Shell,
        "Sets the shell that runs commands in shell form.",
        &["SHELL [\"PROGRAM\", \"ARGUMENT\"…]"],
    ),
    page_without_flags(Kind::Stopsignal, "Sets the signal that stops the container.", &["STOPSIGNAL SIGNAL"]),
    page_without_flags(
        Kind::Onbuild,
        "Adds an instruction to builds that use this image as their base image.",
        &["ONBUILD INSTRUCTION…"],
    ),
    page_without_flags(
        Kind::Maintainer,
        "Deprecated: use `LABEL org.opencontainers.image.authors=NAME`.",
        &["MAINTAINER NAME"],
    ),
];
