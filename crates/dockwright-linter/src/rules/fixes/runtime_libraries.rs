//! The libraries that programs still need if Alpine build packages are removed.

/// The packages that are still needed at run time if a build package is removed: linked libraries and programs. Empty
/// if there are none.
const ALL: [(&str, &[&str]); 41] = [
    ("autoconf", &[]),
    ("automake", &[]),
    ("bison", &[]),
    ("build-base", &["libstdc++"]),
    ("cargo", &["libgcc"]),
    ("cmake", &[]),
    ("curl-dev", &["libcurl"]),
    ("expat-dev", &["libexpat"]),
    ("flex", &[]),
    ("freetype-dev", &["freetype"]),
    ("g++", &["libstdc++"]),
    ("gcc", &["libgcc"]),
    ("gmp-dev", &["gmp"]),
    ("icu-dev", &["icu-libs"]),
    ("libc-dev", &[]),
    ("libffi-dev", &["libffi"]),
    ("libjpeg-turbo-dev", &["libjpeg-turbo"]),
    ("libpng-dev", &["libpng"]),
    ("libpq-dev", &["libpq"]),
    ("libsodium-dev", &["libsodium"]),
    ("libxml2-dev", &["libxml2"]),
    ("libxslt-dev", &["libxslt"]),
    ("libzip-dev", &["libzip"]),
    ("linux-headers", &[]),
    ("make", &[]),
    ("mariadb-connector-c-dev", &["mariadb-connector-c"]),
    ("musl-dev", &[]),
    ("nasm", &[]),
    ("ncurses-dev", &["ncurses-libs"]),
    ("oniguruma-dev", &["oniguruma"]),
    ("openldap-dev", &["libldap"]),
    ("pcre2-dev", &["pcre2"]),
    ("pkgconf", &[]),
    ("pkgconfig", &[]),
    ("postgresql-dev", &["libpq"]),
    ("python3-dev", &["python3"]),
    ("readline-dev", &["readline"]),
    ("ruby-dev", &["ruby"]),
    ("rust", &["libgcc"]),
    ("sqlite-dev", &["sqlite-libs"]),
    ("zlib-dev", &["zlib"]),
];

/// The packages that must remain when a package is removed; `None` if they are unknown.
pub(crate) fn runtime_libraries_of(package: &str) -> Option<&'static [&'static str]> {
    ALL.iter().find(|(name, _)| *name == package).map(|(_, libraries)| *libraries)
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::optimize::is_build_package;

    #[test]
    fn keeps_runtime_packages() {
        let mut before = "";
        for (name, libraries) in ALL {
            assert!(before < name, "{name} is out of order");
            before = name;
            assert!(is_build_package(name), "{name}");
            for library in libraries {
                assert!(!is_build_package(library), "{library}");
            }
        }
    }
}
