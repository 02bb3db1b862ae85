//! Images whose own entrypoint, or the daemon that it starts, changes from root to another user.

use super::BaseImage;

/// Official images with an entrypoint that changes the user (`gosu`, `su-exec`, `setpriv`).
const BY_ENTRYPOINT: [&str; 22] = [
    "postgres",
    "mysql",
    "mariadb",
    "mongo",
    "redis",
    "valkey",
    "rabbitmq",
    "cassandra",
    "couchdb",
    "ghost",
    "influxdb",
    "zookeeper",
    "neo4j",
    "percona",
    "rethinkdb",
    "arangodb",
    "eclipse-mosquitto",
    "consul",
    "vault",
    "znc",
    "memcached",
    "elasticsearch",
];

/// Images with a daemon whose workers do not run as root.
const BY_DAEMON: [&str; 8] =
    ["nginx", "httpd", "php", "wordpress", "drupal", "nextcloud", "phusion/baseimage", "haproxy"];

impl BaseImage {
    /// Whether the entrypoint of the image, or its daemon, drops the rights of root.
    #[must_use]
    pub fn drops_root(&self) -> bool {
        let name = self.name.as_str();
        // Of PHP's images, only those with a server do.
        let serves = name != "php" || ["apache", "fpm"].iter().any(|server| self.tag.contains(server));
        BY_ENTRYPOINT.contains(&name)
            || (BY_DAEMON.contains(&name) && serves)
            || name.starts_with("webdevops/")
    }
}
