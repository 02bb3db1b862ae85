//! The commands inside compound commands, and inside words: substitutions, at any depth.

use shuck_ast::{
    ArithmeticExpr, ArithmeticExprNode, ArithmeticLvalue, ArrayElem, Assignment, AssignmentValue,
    BourneParameterExpansion, CommandSubstitutionSyntax, CompoundCommand, ConditionalExpr, HeredocBodyPart,
    ParameterExpansion, ParameterExpansionSyntax, ParameterOp, Pattern, PatternPart, Redirect,
    RedirectTarget, StmtSeq, VarRef, Word, WordPart, WordPartNode,
};

use super::CommandPlace;
use super::walk::ScriptWalk;

impl ScriptWalk<'_> {
    pub(super) fn visit_compound(&mut self, compound: &CompoundCommand, place: CommandPlace) {
        let mut list = |list: &StmtSeq| self.visit_list(list, place, false);
        match compound {
            CompoundCommand::If(one) => {
                list(&one.condition);
                list(&one.then_branch);
                for (condition, branch) in &one.elif_branches {
                    list(condition);
                    list(branch);
                }
                one.else_branch.iter().for_each(list);
            }
            CompoundCommand::While(one) => {
                list(&one.condition);
                list(&one.body);
            }
            CompoundCommand::Until(one) => {
                list(&one.condition);
                list(&one.body);
            }
            CompoundCommand::Subshell(body) | CompoundCommand::BraceGroup(body) => list(body),
            CompoundCommand::Always(one) => {
                list(&one.body);
                list(&one.always_body);
            }
            CompoundCommand::For(one) => {
                for word in one.words.iter().flatten() {
                    self.visit_commands_in_word(word);
                }
                self.visit_list(&one.body, place, false);
            }
            CompoundCommand::Select(one) => {
                for word in &one.words {
                    self.visit_commands_in_word(word);
                }
                self.visit_list(&one.body, place, false);
            }
            CompoundCommand::Foreach(one) => {
                for word in &one.words {
                    self.visit_commands_in_word(word);
                }
                self.visit_list(&one.body, place, false);
            }
            CompoundCommand::Repeat(one) => {
                self.visit_commands_in_word(&one.count);
                self.visit_list(&one.body, place, false);
            }
            CompoundCommand::ArithmeticFor(one) => {
                for expression in [&one.init_ast, &one.condition_ast, &one.step_ast].into_iter().flatten() {
                    self.visit_arithmetic(expression);
                }
                self.visit_list(&one.body, place, false);
            }
            CompoundCommand::Case(one) => {
                self.visit_commands_in_word(&one.word);
                for case in &one.cases {
                    for pattern in &case.patterns {
                        self.visit_pattern(pattern);
                    }
                    self.visit_list(&case.body, place, false);
                }
            }
            CompoundCommand::Arithmetic(one) => {
                if let Some(expression) = &one.expr_ast {
                    self.visit_arithmetic(expression);
                }
            }
            CompoundCommand::Time(one) => {
                if let Some(stmt) = &one.command {
                    self.visit_and_or_list(stmt, place, None, false);
                }
            }
            CompoundCommand::Conditional(one) => self.visit_conditional(&one.expression),
            CompoundCommand::Coproc(one) => self.visit_and_or_list(&one.body, place, None, false),
        }
    }

    pub(super) fn visit_commands_in_word(&mut self, word: &Word) {
        self.visit_parts(&word.parts);
    }

    fn visit_parts(&mut self, parts: &[WordPartNode]) {
        for part in parts {
            match &part.kind {
                WordPart::DoubleQuoted { parts, .. } => self.visit_parts(parts),
                WordPart::CommandSubstitution { body, syntax: CommandSubstitutionSyntax::Backtick } => {
                    // An error inside discards the commands of the substitution only.
                    let (stops, commands) = (self.stops.len(), self.script.commands.len());
                    self.visit_list(body, CommandPlace::Substitution, false);
                    if self.stops.len() > stops {
                        self.stops.truncate(stops);
                        self.script.commands.truncate(commands);
                    }
                }
                WordPart::CommandSubstitution { body, .. } | WordPart::ProcessSubstitution { body, .. } => {
                    self.check_substitution(body, part.span);
                    self.visit_list(body, CommandPlace::Substitution, false);
                }
                WordPart::ArithmeticExpansion { expression_word_ast, .. } => {
                    self.visit_commands_in_word(expression_word_ast);
                }
                WordPart::Parameter(parameter) => self.visit_parameter(parameter),
                WordPart::ParameterExpansion { reference, operator, operand_word_ast, .. } => {
                    self.visit_reference(reference);
                    self.visit_operator(operator);
                    if let Some(word) = operand_word_ast {
                        self.visit_commands_in_word(word);
                    }
                }
                WordPart::IndirectExpansion { reference, operator, operand_word_ast, .. } => {
                    self.visit_reference(reference);
                    if let Some(operator) = operator {
                        self.visit_operator(operator);
                    }
                    if let Some(word) = operand_word_ast {
                        self.visit_commands_in_word(word);
                    }
                }
                WordPart::Substring { reference, offset_word_ast, length_word_ast, .. }
                | WordPart::ArraySlice { reference, offset_word_ast, length_word_ast, .. } => {
                    self.visit_reference(reference);
                    self.visit_commands_in_word(offset_word_ast);
                    if let Some(word) = length_word_ast {
                        self.visit_commands_in_word(word);
                    }
                }
                WordPart::Length(reference)
                | WordPart::ArrayAccess(reference)
                | WordPart::ArrayLength(reference)
                | WordPart::ArrayIndices(reference)
                | WordPart::Transformation { reference, .. } => self.visit_reference(reference),
                WordPart::Literal(_)
                | WordPart::SingleQuoted { .. }
                | WordPart::Variable(_)
                | WordPart::PrefixMatch { .. }
                | WordPart::ZshQualifiedGlob(_) => {}
            }
        }
    }

    fn visit_parameter(&mut self, parameter: &ParameterExpansion) {
        use BourneParameterExpansion as Bourne;
        let ParameterExpansionSyntax::Bourne(bourne) = &parameter.syntax else { return };
        match bourne {
            Bourne::Access { reference }
            | Bourne::Length { reference }
            | Bourne::Indices { reference }
            | Bourne::Transformation { reference, .. } => self.visit_reference(reference),
            Bourne::Indirect { reference, operator, operand_word_ast, .. } => {
                self.visit_reference(reference);
                if let Some(operator) = operator {
                    self.visit_operator(operator);
                }
                if let Some(word) = operand_word_ast {
                    self.visit_commands_in_word(word);
                }
            }
            Bourne::Operation { reference, operator, operand_word_ast, .. } => {
                self.visit_reference(reference);
                self.visit_operator(operator);
                if let Some(word) = operand_word_ast {
                    self.visit_commands_in_word(word);
                }
            }
            Bourne::Slice { reference, offset_word_ast, length_word_ast, .. } => {
                self.visit_reference(reference);
                self.visit_commands_in_word(offset_word_ast);
                if let Some(word) = length_word_ast {
                    self.visit_commands_in_word(word);
                }
            }
            Bourne::PrefixMatch { .. } => {}
        }
    }

    fn visit_operator(&mut self, operator: &ParameterOp) {
        match operator {
            ParameterOp::RemovePrefixShort { pattern }
            | ParameterOp::RemovePrefixLong { pattern }
            | ParameterOp::RemoveSuffixShort { pattern }
            | ParameterOp::RemoveSuffixLong { pattern } => self.visit_pattern(pattern),
            ParameterOp::ReplaceFirst { pattern, replacement_word_ast, .. }
            | ParameterOp::ReplaceAll { pattern, replacement_word_ast, .. } => {
                self.visit_pattern(pattern);
                self.visit_commands_in_word(replacement_word_ast);
            }
            _ => {}
        }
    }

    fn visit_reference(&mut self, reference: &VarRef) {
        if let Some(word) = reference.subscript.as_ref().and_then(|subscript| subscript.word_ast()) {
            self.visit_commands_in_word(word);
        }
    }

    pub(super) fn visit_assignment(&mut self, assignment: &Assignment) {
        self.visit_reference(&assignment.target);
        match &assignment.value {
            AssignmentValue::Scalar(word) => self.visit_commands_in_word(word),
            AssignmentValue::Compound(array) => {
                for element in &array.elements {
                    if let ArrayElem::Keyed { key, .. } | ArrayElem::KeyedAppend { key, .. } = element
                        && let Some(word) = key.word_ast()
                    {
                        self.visit_commands_in_word(word);
                    }
                    self.visit_commands_in_word(&element.value().word);
                }
            }
        }
    }

    pub(super) fn visit_redirect(&mut self, redirect: &Redirect) {
        match &redirect.target {
            RedirectTarget::Word(word) => self.visit_commands_in_word(word),
            RedirectTarget::Heredoc(heredoc) => {
                for part in &heredoc.body.parts {
                    match &part.kind {
                        HeredocBodyPart::CommandSubstitution { body, .. } => {
                            self.visit_list(body, CommandPlace::Substitution, false);
                        }
                        HeredocBodyPart::ArithmeticExpansion { expression_word_ast, .. } => {
                            self.visit_commands_in_word(expression_word_ast);
                        }
                        HeredocBodyPart::Parameter(parameter) => self.visit_parameter(parameter),
                        HeredocBodyPart::Literal(_) | HeredocBodyPart::Variable(_) => {}
                    }
                }
            }
        }
    }

    fn visit_pattern(&mut self, pattern: &Pattern) {
        for part in &pattern.parts {
            match &part.kind {
                PatternPart::Word(word) => self.visit_commands_in_word(word),
                PatternPart::Group { patterns, .. } => {
                    for one in patterns {
                        self.visit_pattern(one);
                    }
                }
                _ => {}
            }
        }
    }

    fn visit_conditional(&mut self, expression: &ConditionalExpr) {
        let mut open = vec![expression];
        while let Some(expression) = open.pop() {
            match expression {
                ConditionalExpr::Binary(one) => open.extend([&*one.right, &*one.left]),
                ConditionalExpr::Unary(one) => open.push(&one.expr),
                ConditionalExpr::Parenthesized(one) => open.push(&one.expr),
                ConditionalExpr::Word(word) | ConditionalExpr::Regex(word) => {
                    self.visit_commands_in_word(word);
                }
                ConditionalExpr::Pattern(pattern) => self.visit_pattern(pattern),
                ConditionalExpr::VarRef(reference) => self.visit_reference(reference),
            }
        }
    }

    fn visit_arithmetic(&mut self, expression: &ArithmeticExprNode) {
        let mut open = vec![expression];
        while let Some(expression) = open.pop() {
            match &expression.kind {
                ArithmeticExpr::ShellWord(word) => self.visit_commands_in_word(word),
                ArithmeticExpr::Indexed { index, .. } => open.push(index),
                ArithmeticExpr::Parenthesized { expression } => open.push(expression),
                ArithmeticExpr::Unary { expr, .. } | ArithmeticExpr::Postfix { expr, .. } => open.push(expr),
                ArithmeticExpr::Binary { left, right, .. } => open.extend([&**right, &**left]),
                ArithmeticExpr::Conditional { condition, then_expr, else_expr } => {
                    open.extend([&**else_expr, &**then_expr, &**condition]);
                }
                ArithmeticExpr::Assignment { target, value, .. } => {
                    open.push(value);
                    if let ArithmeticLvalue::Indexed { index, .. } = target {
                        open.push(index);
                    }
                }
                ArithmeticExpr::Number(_) | ArithmeticExpr::Variable(_) => {}
            }
        }
    }
}
