//! The descriptions of flags and of types of mounts, for editors.

/// The description of a flag.
#[derive(Debug)]
pub struct FlagPage {
    /// Without the dashes.
    pub name: &'static str,
    /// The placeholder for the value, in capitals; empty if the flag has no value.
    pub value: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The possible values, or the common ones.
    pub values: &'static [&'static str],
}

/// A type of `--mount`.
#[derive(Debug)]
pub struct MountType {
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The keys that it supports besides `type`, the most useful first.
    pub keys: &'static [&'static str],
}

const fn flag_page(name: &'static str, value: &'static str, summary: &'static str) -> FlagPage {
    FlagPage { name, value, summary, values: &[] }
}

const CHOWN: FlagPage = flag_page("chown", "USER[:GROUP]", "Sets the owner of the copied files.");
const CHMOD: FlagPage = FlagPage {
    name: "chmod",
    value: "MODE",
    summary: "Sets the mode of the copied files, such as `644` or `u=rwX`.",
    values: &["755", "644", "+x", "u=rwX,go=rX", "700", "600"],
};
const LINK: FlagPage =
    flag_page("link", "", "Copies into an independent layer that stays cached if earlier layers change.");
const EXCLUDE: FlagPage = flag_page("exclude", "PATTERN", "Skips the files that match the pattern.");

const PLATFORMS: [&str; 9] = [
    "$BUILDPLATFORM",
    "$TARGETPLATFORM",
    "linux/amd64",
    "linux/arm64",
    "linux/arm/v7",
    "linux/386",
    "linux/ppc64le",
    "linux/s390x",
    "linux/riscv64",
];

pub(super) static FROM: [FlagPage; 1] = [FlagPage {
    name: "platform",
    value: "PLATFORM",
    summary: "Selects the platform of the base image; the default is the target platform of the build.",
    values: &PLATFORMS,
}];

pub(super) static RUN: [FlagPage; 4] = [
    flag_page(
        "mount",
        "type=TYPE,…",
        "Mounts a cache, a secret, an SSH agent or files for the duration of the command.",
    ),
    FlagPage {
        name: "network",
        value: "NETWORK",
        summary: "Selects the network of the command.",
        values: &["default", "none", "host"],
    },
    FlagPage {
        name: "security",
        value: "MODE",
        summary: "Runs the command with more privileges, if the builder allows it.",
        values: &["sandbox", "insecure"],
    },
    flag_page("device", "DEVICE", "Gives the command access to a device (labs channel)."),
];

pub(super) static COPY: [FlagPage; 6] = [
    flag_page("from", "STAGE|IMAGE|CONTEXT", "Copies from a stage, an image or a named context."),
    CHOWN,
    CHMOD,
    LINK,
    flag_page("parents", "", "Keeps the parent directories of the sources."),
    EXCLUDE,
];

pub(super) static ADD: [FlagPage; 7] = [
    CHOWN,
    CHMOD,
    LINK,
    flag_page("keep-git-dir", "", "Keeps the `.git` directory of a cloned repository."),
    flag_page("checksum", "sha256:DIGEST", "Checks the downloaded file."),
    flag_page("unpack", "", "Unpacks archives, also downloaded ones."),
    EXCLUDE,
];

const fn duration_flag(name: &'static str, summary: &'static str) -> FlagPage {
    FlagPage { name, value: "DURATION", summary, values: &["30s", "10s", "5s", "1m", "5m"] }
}

pub(super) static HEALTHCHECK: [FlagPage; 5] = [
    duration_flag("interval", "Sets the time between two checks; the default is `30s`."),
    duration_flag("timeout", "Sets the time after which a check has failed; the default is `30s`."),
    duration_flag("start-period", "Ignores failures while the container starts; the default is `0s`."),
    duration_flag("start-interval", "Sets the time between checks during the start period."),
    flag_page(
        "retries",
        "COUNT",
        "Sets the number of failures that make the container unhealthy; the default is 3.",
    ),
];

/// The types of mounts.
pub static MOUNT_TYPES: [MountType; 5] = [
    MountType {
        name: "bind",
        summary: "Mounts files of the build context, a stage or an image.",
        keys: &["target", "source", "from", "readwrite"],
    },
    MountType {
        name: "cache",
        summary: "Keeps a directory between builds, outside the image.",
        keys: &["target", "id", "sharing", "readonly", "from", "source", "mode", "uid", "gid"],
    },
    MountType {
        name: "tmpfs",
        summary: "Mounts an empty directory that is deleted afterwards.",
        keys: &["target", "size"],
    },
    MountType {
        name: "secret",
        summary: "Gives the command a secret that is not stored in the image.",
        keys: &["id", "target", "env", "required", "mode", "uid", "gid"],
    },
    MountType {
        name: "ssh",
        summary: "Gives the command access to an SSH agent.",
        keys: &["id", "target", "required", "mode", "uid", "gid"],
    },
];
