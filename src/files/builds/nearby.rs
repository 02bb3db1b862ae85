//! The builds of one Dockerfile in the Compose and Bake files around it.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{BuildTarget, DockerfileSource, LARGEST, build_file_kind, parse_build_file};

/// Maximum number of Compose and Bake files that are read in a directory.
const MOST: usize = 20;

/// The builds in the Compose and Bake files of directories, each read once.
#[derive(Debug, Default)]
pub(crate) struct NearbyBuilds {
    known: HashMap<PathBuf, Vec<BuildTarget>>,
}

impl NearbyBuilds {
    /// The builds of a Dockerfile that the Compose and Bake files in its directory and above describe, up to `root`, the
    /// nearest first. Both paths are absolute. Files that cannot be read have no builds.
    pub(crate) fn builds_of_dockerfile(&mut self, dockerfile: &Path, root: &Path) -> Vec<BuildTarget> {
        let directories = dockerfile.ancestors().skip(1).take_while(|directory| directory.starts_with(root));
        let is_it = |build: &&BuildTarget| matches!(&build.dockerfile, DockerfileSource::File(path) if path == dockerfile);
        let mut found = Vec::new();
        for directory in directories {
            let read = || build_files(directory).iter().flat_map(|path| read_builds(path)).collect();
            let builds = self.known.entry(directory.to_path_buf()).or_insert_with(read);
            found.extend(builds.iter().filter(is_it).cloned());
        }
        found
    }
}

/// The Compose and Bake files of a directory, sorted.
fn build_files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().filter_map(Result::ok);
    let paths = entries.map(|entry| entry.path());
    let mut found: Vec<PathBuf> = paths.filter(|path| build_file_kind(path).is_some()).collect();
    found.sort();
    found.truncate(MOST);
    found
}

fn read_builds(path: &Path) -> Vec<BuildTarget> {
    let read = || {
        let kind = build_file_kind(path)?;
        // Reading anything other than a regular file might never end.
        if !path.metadata().ok()?.is_file() {
            return None;
        }
        let mut text = String::new();
        File::open(path).ok()?.take(LARGEST as u64).read_to_string(&mut text).ok()?;
        // Bake usually starts in the directory of its file.
        parse_build_file(kind, path, path.parent()?, &text).ok()
    };
    read().map(|list| list.builds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_builds_up_to_the_root() {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path().join("root");
        let at = |path: &str| root.join(path);
        let write = |path: &str, text: &str| {
            std::fs::create_dir_all(at(path).parent().expect("a parent")).expect("made");
            std::fs::write(at(path), text).expect("written");
        };
        write("deploy/web.Dockerfile", "FROM scratch\n");
        write(
            "compose.yaml",
            "services:\n  web:\n    build: {context: web, dockerfile: ../deploy/web.Dockerfile}\n  \
             other:\n    build: .\n",
        );
        write(
            "deploy/docker-bake.hcl",
            "target \"web\" {\n  context = \"..\"\n  dockerfile = \"deploy/web.Dockerfile\"\n}\n",
        );
        write(
            "../compose.yaml",
            "services: {web: {build: {context: x, dockerfile: ../root/deploy/web.Dockerfile}}}\n",
        );
        write("compose.broken.yaml", "services: [\n");
        let contexts = |dockerfile: &str| -> Vec<PathBuf> {
            let builds = NearbyBuilds::default().builds_of_dockerfile(&at(dockerfile), &root);
            builds.into_iter().map(|build| build.context).collect()
        };
        assert_eq!(contexts("deploy/web.Dockerfile"), [root.clone(), at("web")]);
        assert_eq!(contexts("Dockerfile"), std::slice::from_ref(&root));
        assert_eq!(contexts("deploy/Dockerfile"), Vec::<PathBuf>::new());
        let mut nearby = NearbyBuilds::default();
        assert_eq!(nearby.builds_of_dockerfile(&at("deploy/web.Dockerfile"), &at("deploy")).len(), 1);
        std::fs::remove_file(at("deploy/docker-bake.hcl")).expect("removed");
        assert_eq!(
            nearby.builds_of_dockerfile(&at("deploy/web.Dockerfile"), &at("deploy")).len(),
            1,
            "it is read once"
        );
    }
}
