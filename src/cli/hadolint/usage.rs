//! What `dockwright hadolint --help` prints.

/// The help for `--help`; `program` is what the user started.
pub(super) fn help_text(program: &str) -> String {
    format!("{TITLE}\n\nUsage: {program} [OPTION]… FILE…\n\n{OPTIONS}")
}

const TITLE: &str = "Drop-in replacement for hadolint 2.15.1 (same options, formats and exit codes)";

const OPTIONS: &str = "\
If FILE is `-`, standard input is read.

Options:
  -h, --help                        Print help
  -v, --version                     Print the version
  -c, --config FILE                 Use this configuration file
      --file-path-in-report PATH    Report this file name (checkstyle, codeclimate, gitlab_codeclimate, junit,
                                    sonarqube)
  -o, --output FILE                 Write to this file; repeatable, one for each format
  -f, --format FORMAT               Print the problems in this format; repeatable. One of tty (default), json,
                                    checkstyle, codeclimate, gitlab_codeclimate, gnu, codacy, sonarqube, sarif, junit
      --no-fail                     Exit with status 0 even if problems are found
      --no-color                    Do not use color
  -V, --verbose                     Print the configuration to standard error
      --error CODE                  Set the severity of this rule to error; repeatable.
                                    `--warning`, `--info` and `--style` do the same for the other severities
      --ignore CODE                 Do not run this rule; repeatable
      --trusted-registry NAME       Allow only images from this registry; repeatable
      --require-label NAME[:TYPE]   Require this label; repeatable. TYPE is text (default), url, semver, hash, rfc3339,
                                    spdx or email
      --strict-labels               Allow only required labels
      --disable-ignore-pragma       Disregard `# hadolint ignore=…` comments
  -t, --failure-threshold SEVERITY  Set the lowest severity that leads to exit status 1: error, warning,
                                    info (default), style, ignore or none
";
