//! [`FormatOptions`]: the layout options of the configuration.

/// How files are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatOptions {
    /// Columns that a line should not exceed, its continuation included.
    pub line_width: usize,
    /// `None`: whichever the file uses more often.
    pub operator_position: Option<OperatorPosition>,
    /// Whether to sort the packages of each installation, and remove duplicates.
    pub sort_packages: bool,
    /// Whether to leave the text of commands unchanged, so that they stay cached.
    pub keep_cache: bool,
}

impl Default for FormatOptions {
    fn default() -> Self {
        Self { line_width: 100, operator_position: None, sort_packages: false, keep_cache: false }
    }
}

/// Where `&&`, `||`, `|` and `;` are placed if the commands they join are on separate lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OperatorPosition {
    /// At the end of the line.
    End,
    /// At the start of the next line.
    Start,
    /// Where the author placed each.
    Keep,
}
