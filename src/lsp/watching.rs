//! Files whose changes the client reports: configurations and the files that they name, and Dockerfiles.

use gen_lsp_types::{
    DidChangeWatchedFilesNotification, DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher,
    GlobPattern, Notification as _, Registration, RegistrationParams, RegistrationRequest, Uri,
};

use super::session::Session;
use crate::files::builds::build_file_kind;

/// Files that configurations are read from, and that affect rules.
const CONFIGURATIONS: [&str; 5] = [
    "**/dockwright.toml",
    "**/.dockwright.toml",
    "**/.hadolint.yaml",
    "**/.hadolint.yml",
    "**/*.dockerignore",
];

/// Files that may declare the build context of a Dockerfile.
const BUILD_FILES: [&str; 4] = ["**/*compose*.yml", "**/*compose*.yaml", "**/*.hcl", "**/*bake*.json"];

/// Files with diagnostics of the workspace.
const DOCKERFILES: [&str; 4] =
    ["**/*Dockerfile*", "**/*.dockerfile", "**/*Containerfile*", "**/*.containerfile"];

/// Whether diagnostics of other files depend on this one.
pub(super) fn affects_other_files(session: &Session, uri: &Uri) -> bool {
    let endings = CONFIGURATIONS.iter().filter_map(|pattern| pattern.strip_prefix("**/"));
    endings.map(|name| name.trim_start_matches('*')).any(|name| uri.path().ends_with(name))
        || uri.to_file_path().is_ok_and(|path| {
            build_file_kind(&path).is_some() || session.configuration.named_files().any(|named| named == path)
        })
}

/// Registers for changes of configuration files and Dockerfiles.
pub(super) fn watch_configurations(session: &mut Session) {
    register_watched_files(
        session,
        "configuration",
        CONFIGURATIONS.iter().chain(&BUILD_FILES).chain(&DOCKERFILES).map(ToString::to_string),
    );
}

/// Registers for changes of baselines and extended files that were read since the last time.
pub(super) fn watch_named_files(session: &mut Session) {
    let names = session.configuration.named_files().filter_map(|path| path.file_name());
    let patterns = names.map(|name| format!("**/{}", name.to_string_lossy()));
    let new: Vec<String> = patterns.filter(|pattern| !session.watched.contains(pattern)).collect();
    for pattern in new {
        if session.watched.insert(pattern.clone()) {
            register_watched_files(session, &pattern.clone(), std::iter::once(pattern));
        }
    }
}

fn register_watched_files(session: &mut Session, id: &str, patterns: impl Iterator<Item = String>) {
    if !session.client.watches {
        return;
    }
    let watchers = patterns
        .map(|pattern| FileSystemWatcher { glob_pattern: GlobPattern::Pattern(pattern), kind: None })
        .collect();
    let registration = Registration {
        id: id.to_string(),
        method: DidChangeWatchedFilesNotification::METHOD.to_string(),
        register_options: serde_json::to_value(DidChangeWatchedFilesRegistrationOptions { watchers }).ok(),
    };
    session.request::<RegistrationRequest>(&RegistrationParams { registrations: vec![registration] });
}
