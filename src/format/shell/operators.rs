//! The positions of operators and spaces.

use crate::format::options::OperatorPosition;
use crate::format::tokens::Tokens;
use crate::shell::tree::{Command, CommandKind, List, LoopHeader, ShellTree};
use crate::source::Span;

/// The positions for each operator, once the file has been read.
#[derive(Debug, Default)]
pub(crate) struct OperatorLayout {
    chosen: Option<OperatorPosition>,
    /// How often the file has each at the start and at the end of a line.
    uses: [(usize, usize); KINDS],
}

const KINDS: usize = 3;

/// The operators whose positions are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShellOperatorGroup {
    /// `&&` and `||`.
    Chain,
    /// `|` and `|&`.
    Pipe,
    /// `;` and `&`.
    Sequence,
}

impl OperatorLayout {
    pub(crate) fn new(chosen: Option<OperatorPosition>) -> Self {
        Self { chosen, uses: Default::default() }
    }

    /// Counts the operators of a text.
    pub(crate) fn count(&mut self, tree: &ShellTree, source: &str) {
        visit_operators(&tree.list, true, &mut |operator, at| {
            let Some(uses) = self.uses.get_mut(operator as usize) else { return };
            let (before, after) = line_breaks_around(tree, source, at);
            uses.0 += usize::from(before && !after);
            uses.1 += usize::from(after && !before);
        });
    }

    /// Whether this operator comes at the start of a line. `is_broken`: whether the author continued the line before
    /// and after it.
    pub(super) fn is_at_start(&self, operator: ShellOperatorGroup, is_broken: (bool, bool)) -> bool {
        match (self.chosen, is_broken) {
            (Some(OperatorPosition::Start), _) | (Some(OperatorPosition::Keep), (true, false)) => true,
            (Some(OperatorPosition::End), _) | (Some(OperatorPosition::Keep), (false, true)) => false,
            (Some(OperatorPosition::Keep) | None, _) => self.is_mostly_at_line_start(operator),
        }
    }

    fn is_mostly_at_line_start(&self, operator: ShellOperatorGroup) -> bool {
        let own = self.uses.get(operator as usize).copied().unwrap_or_default();
        let (start, end) = match own {
            // `;` is at the end nearly everywhere, regardless of the others.
            (0, 0) if operator != ShellOperatorGroup::Sequence => {
                self.uses.iter().take(KINDS - 1).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
            }
            own => own,
        };
        start > end
    }
}

/// Whether the line is continued before a token, and after it.
fn line_breaks_around(tree: &ShellTree, source: &str, at: usize) -> (bool, bool) {
    let gap = |before: usize| {
        let (from, to) = (tree.tokens.get(before), tree.tokens.get(before + 1));
        let (Some(from), Some(to)) = (from, to) else { return false };
        let gap = source.get(from.end as usize..to.start as usize).unwrap_or_default();
        gap.contains('\n')
    };
    (at.checked_sub(1).is_some_and(gap), gap(at))
}

/// `;` is only counted in the list that is the whole script: in others it is always at the end.
fn visit_operators(list: &List, is_script: bool, call: &mut dyn FnMut(ShellOperatorGroup, usize)) {
    for statement in &list.statements {
        for (operator, pipeline) in &statement.chain.pipelines {
            for (operator, command) in &pipeline.commands {
                if let Some(at) = operator {
                    call(ShellOperatorGroup::Pipe, *at);
                }
                visit_lists(command, &mut |list| visit_operators(list, false, call));
            }
            if let Some(at) = operator {
                call(ShellOperatorGroup::Chain, *at);
            }
        }
        if let Some(at) = statement.end.filter(|_| is_script) {
            call(ShellOperatorGroup::Sequence, at);
        }
    }
}

fn visit_lists(command: &Command, call: &mut dyn FnMut(&List)) {
    match &command.kind {
        CommandKind::Simple(_) | CommandKind::Opaque => {}
        CommandKind::Group { body, .. } => call(body),
        CommandKind::If { branches, otherwise, .. } => {
            for branch in branches {
                call(&branch.condition);
                call(&branch.body);
            }
            if let Some((_, body)) = otherwise {
                call(body);
            }
        }
        CommandKind::Loop { header, body, .. } => {
            if let LoopHeader::Condition { condition, .. } = header {
                call(condition);
            }
            call(body);
        }
        CommandKind::Case { items, .. } => items.iter().for_each(|item| call(&item.body)),
        CommandKind::Function { body, .. } => visit_lists(body, call),
    }
}

/// For each token, whether a space comes before it if it is on the same line as the previous one. Words and
/// redirections keep their spacing; `;` has no space before it; operators and keywords have spaces around them.
pub(super) fn token_spacing(tokens: &Tokens<'_>, tree: &ShellTree) -> Vec<bool> {
    let text = |span: &Span| tokens.source_at(*span);
    let mut spaces: Vec<bool> = Vec::with_capacity(tree.tokens.len());
    for (at, span) in tree.tokens.iter().enumerate() {
        let Some(before) = at.checked_sub(1).and_then(|at| tree.tokens.get(at)) else {
            spaces.push(true);
            continue;
        };
        let apart = before.end < span.start;
        let space = match (text(before), text(span)) {
            // The argument `{` would look like the start of a group.
            (one, ";") if !is_operator(one) && one != "{" => false,
            (one, other) if is_operator(one) || is_operator(other) => true,
            _ => apart,
        };
        spaces.push(space);
    }
    for (at, space) in spaced_parentheses(tree, &text) {
        if let Some(known) = spaces.get_mut(at) {
            *known = space;
        }
    }
    spaces
}

fn is_operator(text: &str) -> bool {
    matches!(text, ";" | ";;" | ";&" | ";;&" | "&&" | "||" | "|" | "|&" | "&")
}

/// Spaces around the brackets of groups, functions and patterns, by token.
fn spaced_parentheses<'s>(tree: &ShellTree, text: &dyn Fn(&Span) -> &'s str) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let text = |at: usize| tree.tokens.get(at).map_or("", text);
    let is_apart = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| tree.tokens.get(before));
        before.zip(tree.tokens.get(at)).is_some_and(|(before, token)| before.end < token.start)
    };
    visit_commands(&tree.list, &mut |command| match &command.kind {
        CommandKind::Group { open, close, .. } if text(*open) == "(" => {
            // `((` would begin arithmetic.
            found.push((open + 1, text(open + 1).starts_with('(')));
            found.extend((text(close - 1) != ")").then_some((*close, false)));
        }
        CommandKind::Group { open, close, .. } => {
            found.push((open + 1, true));
            found.push((*close, true));
        }
        CommandKind::Function { header, body } => {
            found.extend(
                (header.start..header.end).filter(|at| matches!(text(*at), "(" | ")")).map(|at| (at, false)),
            );
            found.push((body.tokens.start, true));
        }
        CommandKind::Case { items, .. } => {
            for item in items {
                found.extend(item.pattern.clone().skip(1).map(|at| (at, false)));
                // `a|b` or `a | b`: the first `|` decides.
                let mut bars = item.pattern.clone().filter(|at| text(*at) == "|");
                if let Some(first) = bars.next().filter(|at| is_apart(*at)) {
                    let all = std::iter::once(first).chain(bars);
                    found.extend(all.flat_map(|at| [(at, true), (at + 1, true)]));
                }
                if text(item.pattern.start) != "(" {
                    found.push((item.pattern.end - 1, false));
                }
                if !item.body.statements.is_empty() {
                    found.push((item.body.tokens.start, true));
                }
            }
        }
        _ => {}
    });
    found
}

fn visit_commands(list: &List, call: &mut dyn FnMut(&Command)) {
    for statement in &list.statements {
        for (_, pipeline) in &statement.chain.pipelines {
            for (_, command) in &pipeline.commands {
                visit_inner_commands(command, call);
            }
        }
    }
}

fn visit_inner_commands(command: &Command, call: &mut dyn FnMut(&Command)) {
    call(command);
    if let CommandKind::Function { body, .. } = &command.kind {
        visit_inner_commands(body, call);
    } else {
        visit_lists(command, &mut |list| visit_commands(list, call));
    }
}
