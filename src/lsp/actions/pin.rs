//! "Pin …": adds the digest or version. It is only looked up when the user chooses the action.

use std::collections::BTreeSet;
use std::time::Duration;

use gen_lsp_types::{ApplyWorkspaceEditParams, CodeAction, CodeActionKind, Position};
use serde::{Deserialize, Serialize};

use super::super::configuration::DocumentRules;
use super::super::requests::{RequestContext, command_with_argument};
use super::edit::{line_edits, workspace_edit};
use crate::files::engine::LintEngine;
use crate::pin::{
    Credentials, HttpClient, HttpLimits, LookupMemory, PinCandidate, PinKind, PinLookup, PinOptions,
    PinSettings, RegistryAccess, ResponseCache, find_pinnable_places, pin_text, resolver,
};
use crate::source::Span;

/// The command that looks up and writes a pin.
pub(crate) const PIN: &str = "dockwright.pin";

/// Maximum number of pins in one response.
const MAX_PINS: usize = 20;

/// The argument of the command.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PinArgument {
    pub uri: gen_lsp_types::Uri,
    pub position: Position,
}

/// One action for each name in the span that can be pinned; none if the client does not support edits from commands.
pub(super) fn pin_actions(subject: &RequestContext, engine: &LintEngine, span: Span) -> Vec<CodeAction> {
    if !subject.client.applies_edits {
        return Vec::new();
    }
    let here = pinnable_places(subject, engine)
        .into_iter()
        .filter(|place| place.span.overlaps_or_adjoins(span) && place.target.is_ok());
    here.take(MAX_PINS)
        .filter_map(|place| {
            let verb = if place.current_pin().is_some() { "Update the pin of" } else { "Pin" };
            let title = format!("{verb} `{}`", place.name);
            let argument =
                PinArgument { uri: subject.uri.clone(), position: subject.text.position(place.span.start) };
            Some(CodeAction {
                kind: Some(CodeActionKind::QuickFix),
                command: Some(command_with_argument(title.clone(), PIN, &argument)?),
                title,
                ..CodeAction::default()
            })
        })
        .collect()
}

/// Looks up the image, file or package at a position; uses the network.
///
/// # Errors
/// Nothing there can be pinned, or the lookup fails.
pub(crate) fn execute_pin(
    subject: &RequestContext,
    position: Position,
) -> Result<ApplyWorkspaceEditParams, String> {
    let DocumentRules::Engine(engine, beside, build) = &subject.rules else {
        return Err("this file is not checked".to_string());
    };
    let build_context = &build.with_files(engine, beside, subject.text.bytes());
    let offset = subject.text.offset(position);
    let place = pinnable_places(subject, engine)
        .into_iter()
        .find(|place| place.span.overlaps_or_adjoins(Span::empty(offset)));
    let place = place.ok_or("nothing here can be pinned")?;
    let question = place.target?.question;
    let settings = pin_settings(engine);
    let limits = HttpLimits { document: Duration::from_secs(20), attempts: 2, ..HttpLimits::default() };
    let (client, credentials) = (HttpClient::new(limits), Credentials::from_user_config());
    let (memory, cache) = (LookupMemory::default(), ResponseCache::in_directory(None));
    let access = RegistryAccess {
        client: &client,
        credentials: &credentials,
        settings: &settings,
        memory: &memory,
        dates: false,
    };
    let lookup = PinLookup { access, cache: &cache, offline: false, resolver: &resolver };
    let results = lookup.look_up_all(&BTreeSet::from([question]), &|| {});
    if let Some(Err(failure)) = results.values().next().map(|result| &result.found) {
        let help = failure.advice().map(|help| format!("; {help}")).unwrap_or_default();
        return Err(format!("cannot look up `{}`: {failure}{help}", place.name));
    }
    let options = PinOptions { update: true, annotate: false };
    let settled = pin_text(subject.text.bytes(), &settings, &results, options, &|text| {
        engine.analyze(text, build_context)
    });
    let new = std::str::from_utf8(&settled.text).map_err(|_| "the file is not UTF-8")?;
    let edits = line_edits(subject.text.as_str(), new);
    if edits.is_empty() {
        let reason = settled.refused.first().map_or("the pin is up to date", |refused| refused.reason);
        return Err(format!("`{}` not changed: {reason}", place.name));
    }
    Ok(ApplyWorkspaceEditParams {
        label: Some(format!("Pin `{}`", place.name)),
        edit: workspace_edit(subject, &edits),
        metadata: None,
    })
}

fn pin_settings(engine: &LintEngine) -> PinSettings {
    PinSettings { only: Some(PinKind::ALL.to_vec()), ..engine.settings.pin.clone() }
}

fn pinnable_places(subject: &RequestContext, engine: &LintEngine) -> Vec<PinCandidate> {
    find_pinnable_places(subject.text.bytes(), &pin_settings(engine))
}
