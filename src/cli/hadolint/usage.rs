//! What `dockwright hadolint --help` prints.

/// The help after an invalid argument; `program` is what the user started.
pub(super) fn short_usage(program: &str) -> String {
    format!("Usage: {program} [OPTION]… FILE…\n`{program} --help` lists the options.\n")
}

/// The help for `--help`.
pub(super) const LONG: &str = "\
Drop-in replacement for hadolint 2.15.1 (same options, formats and exit codes)

Usage: hadolint [OPTION]… FILE…

If FILE is `-`, standard input is read.

  -h, --help                       print this help
  -v, --version                    print the version
  -c, --config FILE                use this configuration file
      --file-path-in-report PATH   file name to report (checkstyle, codeclimate, gitlab_codeclimate, junit,
                                   sonarqube)
  -o, --output FILE                write to this file; repeatable, one for each format
  -f, --format FORMAT              tty (default), json, checkstyle, codeclimate, gitlab_codeclimate, gnu,
                                   codacy, sonarqube, sarif, junit
      --no-fail                    exit with status 0 even if problems are found
      --no-color                   do not use color
  -V, --verbose                    print the configuration to standard error
      --error CODE                 set the severity of this rule to error; also --warning, --info, --style
      --ignore CODE                do not run this rule
      --trusted-registry NAME      a registry that images may be pulled from
      --require-label NAME[:TYPE]  a required label; types are text, url, semver, hash, rfc3339,
                                   spdx, email
      --strict-labels              allow only required labels
      --disable-ignore-pragma      disregard `# hadolint ignore=…` comments
  -t, --failure-threshold SEVERITY lowest severity that sets exit status 1: error, warning, info (default),
                                   style, ignore, none
";
