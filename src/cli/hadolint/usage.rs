//! What `dockwright hadolint --help` prints.

/// After a wrong argument.
pub const SHORT: &str = "\
Usage: hadolint [OPTION]… FILE…
`hadolint --help` lists the options.
";

/// On request.
pub const LONG: &str = "\
dockwright in place of hadolint 2.15.1: same arguments, output and exit codes

Usage: hadolint [OPTION]… FILE…

A FILE of `-` is standard input.

  -h, --help                       print this
  -v, --version                    print the version
  -c, --config FILE                read this configuration, not the first that is found
      --file-path-in-report PATH   call the file this (checkstyle, codeclimate, gitlab_codeclimate, junit,
                                   sonarqube)
  -o, --output FILE                write to this file; several go with several formats
  -f, --format FORMAT              tty (default), json, checkstyle, codeclimate, gitlab_codeclimate, gnu,
                                   codacy, sonarqube, sarif, junit
      --no-fail                    exit with 0 whatever was found
      --no-color                   print without colour
  -V, --verbose                    say on standard error how it is configured
      --error CODE                 give this rule the severity error; likewise --warning, --info, --style
      --ignore CODE                leave this rule out
      --trusted-registry NAME      a registry that images may come from
      --require-label NAME[:TYPE]  a label that must be there; types are text, url, semver, hash, rfc3339,
                                   spdx, email
      --strict-labels              no other labels than those required
      --disable-ignore-pragma      do not heed `# hadolint ignore=…`
  -t, --failure-threshold SEVERITY the least severity to fail on: error, warning, info (default), style,
                                   ignore, none
";
