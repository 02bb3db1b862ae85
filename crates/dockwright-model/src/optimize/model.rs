//! [`FileReport`]: what a Dockerfile costs, as data. Reports only print it and compute nothing; the JSON format
//! contains all of it.

use schemars::JsonSchema;
use serde::Serialize;

use super::bytes::Bytes;
use super::context::ContextReport;
use crate::facts::SizePart;
pub use crate::semantic::managers::Cost;

/// The report about one file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FileReport {
    /// The path as given, or relative to the current directory; `-` is standard input.
    pub file: String,
    /// The stage that is built: its name, or its number if it has none.
    pub target: Option<String>,
    /// The first error of BuildKit, if it rejects the file. The rest is still analyzed as far as possible.
    pub refused: Option<ReportedBuildError>,
    /// The image that the stages of the image start from.
    pub base: Option<BaseImageReport>,
    pub stages: Vec<StageReport>,
    /// Every instruction, in build order. ONBUILD triggers are listed where they are executed.
    pub steps: Vec<StepReport>,
    /// Always the same five, in this order: nothing, source, manifest, base, argument.
    pub scenarios: Vec<ScenarioReport>,
    /// In the order of `line`, then cause.
    pub waste: Vec<WastedBytes>,
    pub totals: Totals,
    /// `null` if no build context was found.
    pub context: Option<ContextReport>,
    /// What the values are based on.
    pub assumptions: Vec<String>,
}

/// Why the file cannot be built.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReportedBuildError {
    /// From 1.
    pub line: u32,
    pub message: String,
}

/// The base image.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BaseImageReport {
    /// The image that FROM names, with the default values of build arguments.
    pub reference: String,
    /// Whether the image is in the table of base images.
    pub known: bool,
    /// Distribution and release, such as `debian bookworm`, as far as they are known.
    pub system: Option<String>,
    /// Whether it is pinned by digest, so that it does not change.
    pub pinned: bool,
    /// Its size on disk; 0 for `scratch`.
    pub bytes: Bytes,
    /// The parts of `bytes`, with the source of each.
    pub(crate) amounts: Vec<SizePart>,
}

/// A stage.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StageReport {
    /// From 0.
    pub index: usize,
    pub name: Option<String>,
    /// The line of its FROM, from 1.
    pub line: u32,
    /// The image or stage that FROM names, variables replaced by their defaults.
    pub from: String,
    /// The index of the stage that it is built on.
    pub parent: Option<usize>,
    /// Other stages that files are copied from, by index, with their paths, in file order.
    pub takes: Vec<StageTransfer>,
    /// Whether the target needs it. Other stages are not built.
    pub built: bool,
    /// Whether its layers are in the image.
    pub ships: bool,
    /// Whether it starts from the image that changes in the scenario `base`.
    pub(crate) base_moves: bool,
}

/// Files that a stage copies from another one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StageTransfer {
    /// Its index from 0, as `COPY --from` counts.
    pub stage: usize,
    /// From 1.
    pub line: u32,
    /// The paths; for a mount, what is mounted.
    pub paths: Vec<String>,
    /// Whether it is a mount, not a copy.
    pub mount: bool,
}

/// An instruction, in build order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct StepReport {
    /// Its index in `steps`.
    pub id: usize,
    /// The index of its stage from 0, as `COPY --from` counts.
    pub stage: usize,
    /// First and last line, from 1. For a trigger, the lines of the FROM that executes it.
    pub line: u32,
    pub(crate) end_line: u32,
    /// Its keyword in uppercase, such as `RUN`.
    pub op: String,
    /// The whole instruction on one line.
    pub text: String,
    /// Its lines as they are in the file. For a trigger, those after ONBUILD.
    pub lines: Vec<String>,
    /// Whether it is a trigger: an instruction that an ONBUILD of the base stage adds.
    pub fired: bool,
    /// Its name in the progress of a build, `2/5` or `build 2/5`; `null` if a build has no such step.
    pub label: Option<String>,
    /// Whether it makes a layer.
    pub layer: bool,
    pub built: bool,
    pub ships: bool,
    pub state: StepState,
    /// The size of its layer.
    pub adds: Bytes,
    /// The parts of `adds`, with the source of each.
    pub(crate) amounts: Vec<SizePart>,
    pub volatility: Volatility,
    pub cost: Cost,
    /// How long it took in the build whose log `--timings` names.
    pub seconds: Option<f64>,
    /// How long it takes, in seconds: as measured, or estimated from its cost class and its downloads.
    pub time: f64,
    /// The part of `time` that downloads dependencies.
    pub download_time: f64,
    /// How long it takes if cache mounts still have the files of an earlier build.
    pub rebuild_time: f64,
    /// Whether it is rebuilt, by scenario.
    pub again: RebuildByScenario,
    /// Scenarios in which its own inputs change, so that the cache breaks here.
    pub own: RebuildByScenario,
    pub(crate) effects: CommandEffects,
}

/// The state before an instruction; `null` is unknown.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct StepState {
    pub user: Option<String>,
    pub workdir: Option<String>,
    /// From SHELL, or the default.
    pub shell: Option<String>,
}

/// What the commands of a RUN do, taken together.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct CommandEffects {
    /// Calls of package managers, with the packages that they name.
    pub packages: Vec<PackageRequest>,
    pub network: bool,
    /// Names of unknown commands, which may do anything.
    pub unknown: Vec<String>,
    /// Whether the shell text could be parsed completely.
    pub complete: bool,
}

/// A call of a package manager.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct PackageRequest {
    pub manager: String,
    /// `install`, `update`, `remove`, ….
    pub(crate) verb: String,
    pub names: Vec<String>,
}

/// How often the inputs of a step change, from never to every build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Volatility {
    /// Only if its text changes.
    Text,
    /// When the base image changes.
    Base,
    /// When another input changes: the step downloads a package index, but a newer index does not invalidate the cache.
    Index,
    /// When a dependency file changes.
    Manifest,
    /// When any source file changes.
    Source,
    /// With every build: it depends on a value that differs between builds.
    Build,
}

/// Whether a step is rebuilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Rebuilt {
    #[default]
    No,
    /// Only if the files that it copies have changed, which is unknown here.
    Maybe,
    Yes,
}

/// One entry for each scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct RebuildByScenario {
    pub nothing: Rebuilt,
    pub source: Rebuilt,
    pub(crate) manifest: Rebuilt,
    pub base: Rebuilt,
    pub argument: Rebuilt,
}

/// What changes between two builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scenario {
    Nothing,
    /// A source file changes.
    Source,
    /// A dependency file changes.
    Manifest,
    /// The base image changes.
    Base,
    /// Build arguments get other values.
    Argument,
}

/// A scenario and its result.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScenarioReport {
    pub scenario: Scenario,
    /// The assumed change: a path, an image, names of build arguments. Empty if there is none.
    pub changes: Vec<String>,
    /// Whether `changes` is a path that exists; otherwise it stands for any file in its directory.
    pub exact: bool,
    /// The first step that is rebuilt, by id: the cache breaks there.
    pub breaks_at: Option<usize>,
    /// Steps that are certainly rebuilt, by id.
    pub again: Vec<usize>,
    /// Steps that are rebuilt only if the files that they copy have changed, by id.
    pub maybe: Vec<usize>,
    /// The number of these steps in each cost class, `XL` first.
    pub classes: Vec<ClassCount>,
    /// The duration of the rebuild in seconds: minimum and maximum.
    pub seconds: StepRange,
    /// Whether `changes` is empty only because the build context is unknown: a copied directory may contain the file.
    pub unknown: bool,
}

/// Steps of one cost class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClassCount {
    pub cost: Cost,
    pub steps: usize,
}

/// A minimum (what is certain) and a maximum (what is possible).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct StepRange {
    pub least: f64,
    pub most: f64,
}

/// Bytes that are wasted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WastedBytes {
    pub cause: WasteCause,
    /// The step that causes it, by id.
    pub step: usize,
    /// Its line, from 1.
    pub line: u32,
    /// The steps that add these bytes, by id.
    pub of: Vec<usize>,
    pub bytes: Bytes,
    /// What is wasted: paths, or the cache of a package manager.
    pub what: Vec<String>,
    /// Whether it is certain that nothing needs them.
    pub certain: bool,
    /// Megabytes that are usual for this, if the size is unknown: only the order of problems depends on it.
    #[serde(skip)]
    pub usual: f64,
}

/// Why bytes are wasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum WasteCause {
    /// w1: files are stored twice because a later layer changes their owner or mode.
    #[serde(rename = "w1")]
    CopiedUp,
    /// w2: files that a later layer deletes, but that stay in the image.
    #[serde(rename = "w2")]
    DeletedLater,
    /// w3: files that a later COPY overwrites.
    #[serde(rename = "w3")]
    Overwritten,
    /// w4: caches and indexes of package managers.
    #[serde(rename = "w4")]
    Caches,
    /// w5: packages and tools that are only needed at build time.
    #[serde(rename = "w5")]
    BuildOnly,
    /// w6: files of the build context that no image needs.
    #[serde(rename = "w6")]
    Junk,
}

/// Sums over the layers of the image.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Totals {
    /// Layers that the file adds to its base image.
    pub layers: usize,
    /// The size of these layers.
    pub adds: Bytes,
    /// The wasted part of `adds`.
    pub waste: Bytes,
    /// `waste` by cause, without causes that waste nothing.
    pub by_cause: Vec<CauseTotal>,
    /// How long a build without a cache takes, in seconds.
    pub full_build: f64,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CauseTotal {
    pub cause: WasteCause,
    pub bytes: Bytes,
}
