//! Processes ADD and COPY.

use super::from::StageDependency;
use super::pass::BuildPass;
use super::remote::{explain_git_source_conflict, is_git, is_http};
use super::{BuildConversionStep, BuildRefusal, ExpandedValue, InstructionSite};
use crate::semantic::convert::chmod::{ModeError, parse_mode};
use crate::semantic::expand::{ExpansionMode, NoVariables, expand};
use crate::semantic::nearest::nearest_within_two;
use crate::semantic::reference::{ImageReference, is_digest};
use crate::semantic::scope::ScopeId;
use crate::source::Span;
use crate::syntax::{Instruction, Kind, Paths, Source, Word, quote_excerpt};

impl<'a> BuildPass<'a, '_> {
    pub(super) fn process_copy(&mut self, site: &InstructionSite<'a>, scope: ScopeId, paths: &'a Paths<'a>) {
        let instruction = site.instruction;
        let add = instruction.kind == Kind::Add;
        let from = instruction.flag_value("from").filter(|from| !add && !from.is_empty());
        if let Some(from) = from {
            self.resolve_copy_from(site, from);
        }
        if let Some(chown) = instruction.flag_value("chown") {
            self.expand_word(site, scope, chown);
        }
        if let Some(word) = instruction.flag_value("chmod") {
            self.check_chmod(site, scope, word);
        }
        let checksum = instruction.flag_value("checksum").filter(|_| add);
        let checksum = checksum.map(|word| (word, self.expand_word(site, scope, word)));
        let mut sources = Vec::new();
        for source in &paths.sources {
            let Source::Path(word) = source else { continue };
            let expansion = self.expand_word(site, scope, word);
            let Ok(value) = expansion.result else { continue };
            let span = site.report_span(word.span);
            sources.push(ExpandedValue {
                site: *site,
                span,
                literal: value == word.text,
                value,
                certain: expansion.certain,
                known: expansion.known,
            });
        }
        if let Some(destination) = &paths.destination {
            self.expand_word(site, scope, destination);
        }
        self.expand_heredocs(site, scope, paths);
        if let Some((word, expansion)) = &checksum
            && !expansion.value().is_empty()
        {
            let fault = find_checksum_fault(paths, &sources, expansion.value());
            if let Some((message, help)) = fault {
                let refusal = BuildRefusal::new(
                    BuildConversionStep::Dispatch,
                    site.anchor,
                    site.report_span(word.span),
                    message,
                );
                self.record_refusal(refusal.help(help).with_certainty_of(expansion));
            }
        }
        for source in sources {
            let (git, http) = (is_git(&source.value), is_http(&source.value));
            if add && git {
                let checksum = checksum.as_ref().map_or("", |(_, expansion)| expansion.value());
                if let Some(message) =
                    explain_git_source_conflict(&source.value, keep_git_dir(instruction), checksum)
                {
                    let refusal =
                        BuildRefusal::new(BuildConversionStep::Dispatch, site.anchor, source.span, message)
                            .help("correct the URL");
                    self.record_refusal(refusal.with_certainty(source.certain, source.known));
                }
            }
            if !add && (git || http) {
                let what = if git { "a git repository" } else { "a URL" };
                let message =
                    format!("`COPY` cannot fetch {}, which is {what}", quote_excerpt(&source.value));
                let refusal =
                    BuildRefusal::new(BuildConversionStep::Dispatch, site.anchor, source.span, message)
                        .help("use `ADD`")
                        .with_certainty(source.certain, source.known);
                self.record_refusal(refusal);
            } else if !git && !http && from.is_none() {
                self.build.facts.sources.push(source);
            }
        }
    }

    fn check_chmod(&mut self, site: &InstructionSite<'a>, scope: ScopeId, word: &'a Word<'a>) {
        let expansion = self.expand_word(site, scope, word);
        let value = expansion.value();
        if value.is_empty() {
            return;
        }
        if let Err(error) = parse_mode(value) {
            let help = match error {
                ModeError::Octal => "use an octal mode from 0 to 7777, as in `755`",
                ModeError::Symbols => "use an octal mode, as in `755`",
            };
            let message = format!("invalid mode {}", quote_excerpt(value));
            let refusal = BuildRefusal::new(
                BuildConversionStep::Dispatch,
                site.anchor,
                site.report_span(word.span),
                message,
            );
            self.record_refusal(refusal.help(help).with_certainty_of(&expansion));
        }
    }

    fn expand_heredocs(&mut self, site: &InstructionSite<'a>, scope: ScopeId, paths: &Paths<'_>) {
        for source in &paths.sources {
            let Source::Heredoc(_, Some(number)) = source else { continue };
            let Some(heredoc) = site.instruction.heredocs.get(*number) else { continue };
            if !heredoc.expand {
                continue;
            }
            let text = String::from_utf8_lossy(heredoc.body.bytes(self.file.source));
            let word = Word { span: heredoc.body, text: text.clone() };
            self.expand_word_part(site, scope, (&word, 0), &text, ExpansionMode::HeredocBody);
        }
    }

    /// `--from`: a stage by number or name, or an image.
    fn resolve_copy_from(&mut self, site: &InstructionSite<'a>, from: &'a Word<'a>) {
        let span = site.report_span(from.span);
        let escape = if site.fired { b'\\' } else { self.file.escape };
        let expansion = expand(&from.text, escape, ExpansionMode::Word, &NoVariables);
        let refusal =
            |message: String| BuildRefusal::new(BuildConversionStep::Graph, site.anchor, span, message);
        match &expansion.result {
            Err(error) => return self.record_refusal(refusal(error.to_string())),
            Ok(value) if *value != from.text => {
                let message =
                    format!("`--from` contains {}, which is not expanded", quote_excerpt(&from.text));
                let refusal = refusal(message).without_location();
                return self.record_refusal(refusal.help(
                    "name the image in a separate stage (`FROM $… AS NAME`), and use the name of that stage",
                ));
            }
            Ok(_) => {}
        }
        let digits = from.text.strip_prefix(['+', '-']).unwrap_or(&from.text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let index = from.text.parse::<usize>().ok();
            match index.filter(|index| *index < self.stage_count) {
                Some(index) => self.add_stage_need(site, index, span),
                // BuildKit also counts the images that earlier instructions name.
                None if index.is_some_and(|index| index < self.stage_count + self.images) => {}
                None => {
                    let message = format!("unknown stage {}", quote_excerpt(&from.text));
                    self.record_refusal(refusal(message).without_location());
                }
            }
            return;
        }
        self.resolve_copy_source(site, &from.text, span, Some(site));
    }

    /// A stage by name, or an image. `location`: where BuildKit reports an invalid image name, if it does.
    pub(super) fn resolve_copy_source(
        &mut self,
        site: &InstructionSite<'a>,
        name: &str,
        span: Span,
        location: Option<&InstructionSite<'a>>,
    ) {
        if let Some(index) = self.last_by_name.get(&name.to_lowercase()).copied() {
            return self.add_stage_need(site, index, span);
        }
        self.images += 1;
        if name != "scratch"
            && let Err(error) = ImageReference::parse(name)
        {
            let message =
                format!("{} is neither a stage nor a valid image name ({})", quote_excerpt(name), error.kind);
            let mut refusal = BuildRefusal::new(BuildConversionStep::Bases, site.anchor, span, message);
            if self.comparisons_left > 0 {
                let mut stages: Vec<_> = self.last_by_name.iter().collect();
                stages.sort_unstable_by_key(|(_, index)| **index);
                let names = stages.into_iter().map(|(name, _)| Some(name.as_str()));
                if let Some(near) = nearest_within_two(name, names, &mut self.comparisons_left) {
                    refusal = refusal.help(format!("did you mean the stage `{near}`?"));
                }
            }
            self.record_refusal(if location.is_some() { refusal } else { refusal.without_location() });
        }
    }

    /// Records that the stage needs another one.
    fn add_stage_need(&mut self, site: &InstructionSite<'a>, index: usize, span: Span) {
        if let Some(stage) = self.build.stages.get_mut(site.stage) {
            stage.needs.push(StageDependency { stage: index, anchor: site.anchor, span });
        }
        if index > site.stage {
            let message = "the stage in `--from` is defined later in the file";
            self.record_refusal(BuildRefusal::new(BuildConversionStep::Dispatch, site.anchor, span, message));
        }
    }
}

/// The value of `--keep-git-dir`; true without a value.
fn keep_git_dir(instruction: &Instruction<'_>) -> Option<bool> {
    let flag = instruction.flag("keep-git-dir")?;
    Some(flag.value.as_ref().is_none_or(|value| value.text.eq_ignore_ascii_case("true")))
}

/// The message and the help for an invalid, non-empty `--checksum`.
fn find_checksum_fault(
    paths: &Paths<'_>,
    sources: &[ExpandedValue<'_>],
    value: &str,
) -> Option<(String, &'static str)> {
    let [source] = sources else {
        let many = paths.sources.len() > 1;
        return many.then(|| {
            ("`--checksum` supports only one source".to_string(), "use one instruction for each source")
        });
    };
    if is_git(&source.value) {
        return None;
    }
    if !is_http(&source.value) {
        let message = format!("`--checksum` requires a URL, but {} is not one", quote_excerpt(&source.value));
        return Some((message, "remove the `--checksum`, or download the file from a URL"));
    }
    (!is_digest(value))
        .then(|| (format!("invalid digest {}", quote_excerpt(value)), "use the form `sha256:…`"))
}
