//! The command that shows what an image costs: the Markdown report of `dockwright optimize`.

use std::sync::Arc;

use serde::Deserialize;

use super::answers::Subject;
use super::configuration::{Rules, candidate};
use crate::config::{Layer, Selector, Settings};
use crate::files::contexts::Contexts;
use crate::files::engine::Engine;
use crate::lint::Beside;
use crate::optimize::{Inputs, NoPicture, picture};
use crate::plan::{Analyzer, plan};
use crate::report::optimize::{CostFormat, Costs, Detail, TextStyle, write};
use crate::rules::is_of_optimizer;
use crate::semantic::BuildInputs;

/// The name of the command.
pub const COST: &str = "dockwright.cost";

/// What the command is given.
#[derive(Debug, Deserialize)]
pub struct CostArgument {
    pub uri: gen_lsp_types::Uri,
}

/// The report in Markdown.
///
/// # Errors
/// There is nothing to report; the text says why.
pub fn cost_report(subject: &Subject) -> Result<String, String> {
    let Rules::Engine(engine, _) = &subject.rules else {
        return Err("the configuration excludes this file".to_string());
    };
    let mut settings = Settings::clone(&engine.settings);
    settings.apply(&Layer { extend_select: vec![Selector::Optimizer], exact: true, ..Layer::default() });
    let contexts = Arc::new(Contexts::default().guessing(true));
    let engine = Engine::new(Arc::new(settings)).of_build(BuildInputs::default(), contexts);
    let source = subject.text.bytes();
    let path = subject.uri.to_file_path().ok();
    let beside = match path.clone().map(candidate) {
        Some(candidate) => {
            let context = engine.context(&candidate, source);
            let context = context.map_err(|_| "the build context has too many files".to_string())?;
            Beside { context, ..engine.beside(&candidate) }
        }
        None => Beside::default(),
    };
    let name = path.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
    let name = name.as_deref().unwrap_or("Dockerfile");
    let target = engine.settings.target.clone();
    let inputs = Inputs { target: target.as_deref(), files: beside.context.as_deref(), ..Inputs::default() };
    let analyzer = Analyzer {
        look: &|text| engine.look(text, &beside),
        is_listed: &is_of_optimizer,
        is_fixed: &|_| true,
        picture: &|text| picture(name, text, &inputs),
    };
    let plan = plan(source, None, analyzer).map_err(|why| match why {
        NoPicture::NoStage => "no `FROM`, so nothing is built".to_string(),
        NoPicture::NoSuchStage => format!("no stage named `{}`", target.as_deref().unwrap_or_default()),
        NoPicture::TooLong => "too many instructions for a report".to_string(),
    })?;
    let costs = Costs { plans: vec![plan], ..Costs::default() };
    let style = TextStyle { detail: Detail::All, color: false, width: TextStyle::WIDTHS.1 };
    let mut report = Vec::new();
    write(&mut report, CostFormat::Markdown, &costs, style).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&report).into_owned())
}
