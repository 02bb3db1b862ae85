//! The pages of rules as text for a terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

use super::group_name;
use crate::diagnostic::Severity;
use crate::pages::{ExampleCaption, ExampleRole};
use crate::rule::{Fixable, Rule, RuleActivation};

/// Maximum width of text, in columns; lines of examples are not wrapped.
const WIDTH: usize = 80;

/// Every rule on a line: code, severity, whether it runs and can be fixed, name.
pub(super) fn write_rule_list(out: &mut dyn Write, rules: &[&Rule], color: bool) -> io::Result<()> {
    let width = rules.iter().map(|rule| rule.code.len()).max().unwrap_or_default();
    writeln!(out, "{:<width$}  SEVERITY  DEFAULT  FIX  NAME", "CODE")?;
    for rule in rules {
        let style = style_with_color(color, severity_color(rule.severity));
        let (code, severity) = (rule.code, rule.severity.as_str());
        let fix = if rule.fixable == Fixable::Never { "   " } else { "fix" };
        let on = match rule.enabled {
            RuleActivation::Default => "on",
            RuleActivation::Preview => "preview",
            RuleActivation::Selected => "off",
        };
        writeln!(out, "{code:<width$}  {style}{severity:<8}{style:#}  {on:<7}  {fix}  {}", rule.name)?;
    }
    Ok(())
}

/// The page of a rule below a line with its metadata.
pub(super) fn write_rule_page(out: &mut dyn Write, rule: &Rule, color: bool) -> io::Result<()> {
    let page = rule.page();
    let mut drawer =
        PageRenderer { out, color, text: String::new(), first_indent: "", indent: "", open: false };
    let mut code_block = false;
    for event in Parser::new_ext(&page, Options::ENABLE_TABLES) {
        match event {
            Event::End(TagEnd::Heading(level)) => {
                let title = std::mem::take(&mut drawer.text);
                drawer.print_heading(&title, level)?;
                if level == HeadingLevel::H1 {
                    drawer.print_metadata(rule)?;
                }
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                drawer.flush_paragraph()?;
                code_block = true;
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                drawer.print_example_caption(&info)?;
            }
            Event::End(TagEnd::CodeBlock) => code_block = false,
            Event::Text(text) if code_block => drawer.print_code(&text)?,
            Event::Text(text) => drawer.text += &text,
            Event::Code(code) => drawer.add_inline_code(&code),
            Event::SoftBreak | Event::HardBreak => drawer.text.push(' '),
            Event::Start(Tag::Item) => {
                drawer.flush_paragraph()?;
                (drawer.first_indent, drawer.indent) = ("- ", "  ");
            }
            Event::End(TagEnd::Item) => {
                drawer.flush_paragraph()?;
                (drawer.first_indent, drawer.indent) = ("", "");
            }
            Event::Start(Tag::List(_)) | Event::End(TagEnd::List(_)) => drawer.open = false,
            Event::End(TagEnd::TableCell) => drawer.text.push_str("  "),
            Event::End(TagEnd::Paragraph | TagEnd::TableRow | TagEnd::TableHead) => {
                drawer.flush_paragraph()?;
            }
            _ => {}
        }
    }
    drawer.flush_paragraph()
}

struct PageRenderer<'o> {
    out: &'o mut dyn Write,
    color: bool,
    /// The paragraph so far.
    text: String,
    /// The indentation of the first line of a paragraph, and of the others.
    first_indent: &'static str,
    indent: &'static str,
    /// Whether the previous paragraph is an item of the same list, so that no blank line separates them.
    open: bool,
}

impl PageRenderer<'_> {
    fn print_heading(&mut self, title: &str, level: HeadingLevel) -> io::Result<()> {
        let style = if self.color { Style::new().bold() } else { Style::new() };
        if level != HeadingLevel::H1 {
            writeln!(self.out)?;
        }
        writeln!(self.out, "{style}{title}{style:#}")?;
        if !self.color {
            let line = if level == HeadingLevel::H1 { "=" } else { "-" };
            writeln!(self.out, "{}", line.repeat(title.width()))?;
        }
        Ok(())
    }

    fn print_metadata(&mut self, rule: &Rule) -> io::Result<()> {
        let enabled = match rule.enabled {
            RuleActivation::Default => "on",
            RuleActivation::Preview => "preview",
            RuleActivation::Selected => "off",
        };
        let fixable = match rule.fixable {
            Fixable::Never => "no",
            Fixable::Sometimes => "sometimes",
            Fixable::Always => "yes",
        };
        let style = style_with_color(self.color, severity_color(rule.severity));
        let (group, severity) = (group_name(rule.group), rule.severity.as_str());
        writeln!(
            self.out,
            "Source: {group} · Severity: {style}{severity}{style:#} · Default: {enabled} · Fix: {fixable}"
        )
    }

    /// The line above an example: `dockerfile fixed low` is its info string.
    fn print_example_caption(&mut self, info: &str) -> io::Result<()> {
        let Some(caption) = ExampleCaption::from_info(info) else { return writeln!(self.out) };
        let color = match caption.role {
            ExampleRole::Bad => AnsiColor::Red,
            ExampleRole::Good => AnsiColor::Green,
            ExampleRole::Fixed => AnsiColor::Cyan,
            ExampleRole::File => AnsiColor::Blue,
        };
        let style = style_with_color(self.color, color);
        writeln!(self.out, "\n  {style}{}{style:#}", caption.text)
    }

    fn print_code(&mut self, text: &str) -> io::Result<()> {
        let style = style_with_color(self.color, AnsiColor::BrightBlack);
        text.lines().try_for_each(|line| writeln!(self.out, "  {style}│{style:#} {line}"))
    }

    fn add_inline_code(&mut self, code: &str) {
        // Lines do not break at a space in code; U+00A0 represents it until the line is written.
        let code = code.replace(' ', "\u{a0}");
        let style = style_with_color(self.color, AnsiColor::Cyan);
        let quote = if self.color { "" } else { "`" };
        self.text += &format!("{style}{quote}{code}{quote}{style:#}");
    }

    /// Writes the paragraph, if there is one.
    fn flush_paragraph(&mut self) -> io::Result<()> {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return Ok(());
        }
        let item = !self.first_indent.is_empty();
        if !(item && self.open) {
            writeln!(self.out)?;
        }
        self.open = item;
        let mut line = std::mem::take(&mut self.first_indent).to_string();
        let mut width = line.width();
        let start = width;
        for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
            let word_width = visible_width(word);
            if width > start && width + 1 + word_width > WIDTH {
                writeln!(self.out, "{}", line.replace('\u{a0}', " "))?;
                line = self.indent.to_string();
                width = line.width();
            }
            if width > start.max(self.indent.len()) || (width > 0 && !line.ends_with(' ')) {
                line.push(' ');
                width += 1;
            }
            line += word;
            width += word_width;
        }
        writeln!(self.out, "{}", line.replace('\u{a0}', " "))
    }
}

/// The width of a word in columns, without color codes.
fn visible_width(word: &str) -> usize {
    word.split('\u{1b}')
        .enumerate()
        .map(|(at, part)| match at {
            0 => part.width(),
            _ => part.split_once('m').map_or(0, |(_, text)| text.width()),
        })
        .sum()
}

const fn severity_color(severity: Severity) -> AnsiColor {
    match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::Cyan,
        Severity::Style => AnsiColor::Blue,
    }
}

fn style_with_color(color: bool, paint: AnsiColor) -> Style {
    if color { Style::new().fg_color(Some(paint.into())) } else { Style::new() }
}
