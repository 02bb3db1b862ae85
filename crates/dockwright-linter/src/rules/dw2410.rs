//! DW2410: PyTorch with CUDA libraries.

use crate::diagnostic::{Applicability, Edit, Fix, ProblemCost, Severity};
use crate::facts::python_package_requires;
use crate::optimize::facts::StepDraft;
use crate::optimize::{LocatedCommand, StepOutline};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::run_edit::NOT_PLAIN;
use crate::shell::{CommandPlace, Connector};
use crate::syntax::{Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW2410",
    name: "cuda-libraries-installed",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2410.md"),
    ..Rule::OPTIMIZER
};

/// The index with builds of PyTorch for processors only.
const INDEX: &str = "https://download.pytorch.org/whl/cpu";

/// Parts of names of packages and images that use a GPU.
const GPU: [&str; 14] = [
    "-cu11",
    "-cu12",
    "-cu13",
    "-gpu",
    "nvidia",
    "cupy",
    "cuda",
    "triton",
    "vllm",
    "xformers",
    "flash-attn",
    "bitsandbytes",
    "tensorrt",
    "rocm",
];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    if uses_gpu(outline) {
        return;
    }
    let Some(account) = cx.layer_sizes() else { return };
    for (id, step) in outline.drafts.steps.iter().enumerate() {
        if step.fired || !outline.graph.is_stage_needed(step.stage) {
            continue;
        }
        let wanted = account.python_packages(id);
        if wanted.iter().any(|name| suggests_gpu(name)) {
            continue;
        }
        let Some(package) = wanted.iter().find(|name| python_package_requires(name, "torch")) else {
            continue;
        };
        let is_install = |one: &&LocatedCommand<'_>| {
            one.effects.packages.as_ref().is_some_and(|call| matches!(call.manager, "pip" | "uv"))
                && !names_torch_index(one)
        };
        let Some(one) = step.commands.iter().find(is_install).filter(|_| !mentions_torch_index(outline))
        else {
            continue;
        };
        report(cx, step, one, package);
        // Later installs find it installed.
        return;
    }
}

fn report(cx: &mut RuleChecker<'_>, step: &StepDraft<'_, '_>, one: &LocatedCommand<'_>, package: &str) {
    let Some(run) = step.run else { return };
    let message = if package == "torch" {
        "PyTorch is installed with CUDA libraries, which take up gigabytes".to_string()
    } else {
        format!("{} installs PyTorch with CUDA libraries, which take up gigabytes", quote_excerpt(package))
    };
    let name = one.command.name_span();
    let program = one.command.name.clone().unwrap_or_default();
    let is_plain = run.is_shell_form()
        && one.command.place == CommandPlace::Top
        && one.command.connector != Some(Connector::Pipe)
        && matches!(program.as_str(), "pip" | "pip3")
        && name.bytes(cx.file.source) == program.as_bytes();
    let found = cx
        .report(run.outer, name, message)
        .help(format!("without a GPU, first install `torch` with `--index-url {INDEX}`"))
        .set_cost(ProblemCost::UnknownSize { usual_megabytes: 2500 });
    if !is_plain {
        found.add_reason_not_fixed(NOT_PLAIN);
        return;
    }
    let text = format!("{program} install --no-cache-dir torch --index-url {INDEX} && ");
    found.fix(
        Fix::new(
            Applicability::Suggestion,
            "install PyTorch without CUDA first",
            [Edit::insert(name.start, text)],
        )
        .with_risk("the container may get a GPU"),
    );
}

fn suggests_gpu(name: &str) -> bool {
    let name = name.to_lowercase();
    GPU.iter().any(|part| name.contains(part)) || name == "deepspeed"
}

/// Whether the base image or a variable of the image is for a GPU.
fn uses_gpu(outline: &StepOutline<'_, '_>) -> bool {
    let is_image = |stage: usize| {
        let image = outline.graph.image(stage).map(str::to_lowercase);
        // The content of a local or unknown image may be anything.
        image.is_none_or(|image| {
            image.contains('$') || image.contains("torch") || GPU.iter().any(|part| image.contains(part))
        })
    };
    let root = outline.graph.image_root_stage();
    let has_variable = outline.semantics.file.instructions().any(|one| {
        matches!(one.kind, Kind::Env | Kind::Arg)
            && ["CUDA", "NVIDIA_"].iter().any(|part| one.rest.text.contains(part))
    });
    root.is_none_or(is_image) || has_variable
}

/// Whether a command names another index: the one for processors, or one for a version of CUDA.
fn names_torch_index(one: &LocatedCommand<'_>) -> bool {
    one.command.arguments().iter().any(|word| {
        ["--index-url", "--extra-index-url", "-i", "-f", "--find-links", "--default-index", "--index"]
            .iter()
            .any(|option| word.text == *option || word.text.starts_with(&format!("{option}=")))
    })
}

/// Whether anything in the file, such as an earlier install of PyTorch or a variable, names its index.
fn mentions_torch_index(outline: &StepOutline<'_, '_>) -> bool {
    outline
        .semantics
        .file
        .instructions()
        .any(|one| one.rest.text.contains("pytorch.org/whl") || one.rest.text.contains("INDEX_URL"))
}
