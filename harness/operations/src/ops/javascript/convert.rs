//! The flat tree of a program that oxc has parsed, as the kernel writes it.

mod jsx;

use oxc_ast::ast;
use oxc_ast::ast::{
    ArrayExpressionElement, ArrowFunctionBody, AssignmentTarget, AssignmentTargetMaybeDefault,
    AssignmentTargetProperty, BindingPattern, ChainElement, ClassElement, CommentKind, Declaration,
    ExportDefaultDeclarationKind, Expression, ForStatementInit, ForStatementLeft, FunctionType,
    ImportAttributeKey, ImportDeclarationSpecifier, MethodDefinitionKind, ModuleExportName,
    ObjectPropertyKind, PropertyKey, PropertyKind, SimpleAssignmentTarget, Statement,
    VariableDeclarationKind, WithClauseKeyword,
};
use oxc_span::{GetSpan, Span};
use oxc_syntax::number::{BigintBase, NumberBase};

use super::goal::{Dialect, Goal};
use super::numbers::{flag, kind, meta, method, number, operator, program, property, variable};
use super::tree::{DEEPEST, HIGHEST, MAGIC, VERSION, header};

/// Why a program that oxc takes has no tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Syntax beyond `ECMAScript` 2025 at this span.
    Beyond(Span),
    /// A path from the root down is longer than [`HIGHEST`], or more is open at a place than [`DEEPEST`].
    TooDeep,
}

/// The words of the tree.
pub(super) fn convert(program: &ast::Program, dialect: Dialect) -> Result<Vec<u32>, Refused> {
    let mut converter = Converter {
        source: program.source_text,
        comments: &program.comments,
        words: vec![0; header::LEN],
        records: 0,
        height: 0,
        open: 0,
        deepest: 0,
        bits: 0,
        strict: dialect.goal == Goal::Module,
        functions: 0,
        is_expression: false,
        jumps: Jumps::default(),
        last_comment: 0,
        refused: None,
    };
    converter.program(program, dialect);
    match converter.refused {
        Some(refused) => Err(refused),
        None => Ok(converter.words),
    }
}

/// What ends a line.
const LINE_ENDS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];

/// A flag where something is so.
trait When {
    fn when(self, is_so: bool) -> Self;
}

impl When for u32 {
    fn when(self, is_so: bool) -> Self {
        if is_so { self } else { 0 }
    }
}

/// Where a record begins, in words; 0 is none.
type Ref = u32;

/// A list of records, linked by their third word.
#[derive(Default)]
struct List {
    first: Ref,
    last: Ref,
}

impl List {
    fn push(&mut self, words: &mut [u32], element: Ref) {
        if self.last == 0 {
            self.first = element;
        } else {
            words[self.last as usize + 3] = element;
        }
        self.last = element;
    }
}

/// What is open in a function that statements can jump out of. oxc lets them jump out of arrow functions as well.
#[derive(Default)]
struct Jumps<'a> {
    loops: u32,
    switches: u32,
    labels: Vec<&'a str>,
}

struct Converter<'a> {
    source: &'a str,
    /// The comments that have no record yet.
    comments: &'a [ast::Comment],
    words: Vec<u32>,
    records: u32,
    /// How many records are open: the height of the tree above this place.
    height: u32,
    /// How many constructs are open at this place, as the kernel counts its frames.
    open: u32,
    /// How many were open at the deepest place.
    deepest: u32,
    /// The bits of the header.
    bits: u32,
    /// Whether the code at this place is strict.
    strict: bool,
    /// How many functions, and what is like one to `await`, are around this place.
    functions: u32,
    /// Whether patterns at this place were read as expressions at first: the parameters of an arrow function.
    is_expression: bool,
    /// What `break` and `continue` can leave at this place.
    jumps: Jumps<'a>,
    last_comment: Ref,
    refused: Option<Refused>,
}

impl<'a> Converter<'a> {
    fn text(&self, span: Span) -> &'a str {
        &self.source[span.start as usize..span.end as usize]
    }

    fn beyond(&mut self, span: Span) -> Ref {
        self.refused.get_or_insert(Refused::Beyond(span));
        0
    }

    /// Has something made within so many constructs more.
    fn within<T>(&mut self, constructs: u32, make: impl FnOnce(&mut Self) -> T) -> T {
        self.open += constructs;
        self.deepest = self.deepest.max(self.open);
        if self.open > DEEPEST {
            self.refused.get_or_insert(Refused::TooDeep);
        }
        let answer = make(self);
        self.open -= constructs;
        answer
    }

    /// How many parentheses are opened between two places with nothing else but punctuators and comments there.
    fn parentheses(&self, from: u32, to: u32) -> u32 {
        let mut rest = &self.source[from as usize..to as usize];
        let mut count = 0;
        loop {
            rest = &rest[skip_trivia(rest)..];
            let Some(char) = rest.chars().next() else {
                return count;
            };
            count += u32::from(char == '(');
            rest = &rest[char.len_utf8()..];
        }
    }

    /// Has what makes a record and those below it made, a level further down.
    fn level(&mut self, make: impl FnOnce(&mut Self) -> Ref) -> Ref {
        if self.refused.is_some() {
            return 0;
        }
        if self.height == HIGHEST {
            self.refused = Some(Refused::TooDeep);
            return 0;
        }
        self.height += 1;
        let answer = make(self);
        self.height -= 1;
        answer
    }

    /// Writes a record, whose last token ends at `taken`, behind the comments in front of that token.
    fn emit_at(
        &mut self,
        taken: u32,
        kind: u32,
        flags: u32,
        data: u32,
        span: Span,
        fields: &[u32],
    ) -> Ref {
        self.comments_before(taken);
        let at = self.words.len() as u32;
        self.words
            .extend([kind | flags << 8 | data << 16, span.start, span.end, 0]);
        self.words.extend(fields);
        self.records += 1;
        at
    }

    fn emit(&mut self, kind: u32, flags: u32, data: u32, span: Span, fields: &[u32]) -> Ref {
        self.emit_at(span.end, kind, flags, data, span, fields)
    }

    /// A record with no other below it.
    fn leaf(&mut self, kind: u32, flags: u32, data: u32, span: Span) -> Ref {
        self.level(|it| it.emit(kind, flags, data, span, &[]))
    }

    /// A leaf with text of its own.
    fn cooked(&mut self, kind: u32, flags: u32, span: Span, text: &[u8]) -> Ref {
        self.level(|it| {
            it.bits |= program::ESCAPES;
            let at = it.emit(kind, flags | flag::COOKED, 0, span, &[]);
            it.words.push(text.len() as u32);
            let (words, rest) = text.as_chunks();
            it.words
                .extend(words.iter().map(|word| u32::from_le_bytes(*word)));
            if !rest.is_empty() {
                let mut word = [0; 4];
                word[..rest.len()].copy_from_slice(rest);
                it.words.push(u32::from_le_bytes(word));
            }
            at
        })
    }

    /// Writes the comments that begin before this place.
    fn comments_before(&mut self, place: u32) {
        while let [comment, rest @ ..] = self.comments
            && comment.span.start < place
        {
            self.comments = rest;
            let flags = match comment.kind {
                CommentKind::Line => match self.text(comment.span).as_bytes() {
                    [b'<', ..] => flag::HTML_OPEN,
                    [b'-', ..] => flag::HTML_CLOSE,
                    _ => 0,
                },
                // oxc takes neither U+2028 nor U+2029 for the end of a line here.
                CommentKind::SingleLineBlock | CommentKind::MultiLineBlock => {
                    let text = self.text(comment.span);
                    flag::BLOCK | flag::MULTI_LINE.when(text.contains(LINE_ENDS))
                }
            };
            self.comment(flags, comment.span);
        }
    }

    fn comment(&mut self, flags: u32, span: Span) {
        let at = self.words.len() as u32;
        self.words
            .extend([kind::COMMENT | flags << 8, span.start, span.end, 0]);
        self.records += 1;
        self.words[header::COMMENTS] += 1;
        if self.last_comment == 0 {
            self.words[header::FIRST_COMMENT] = at;
        } else {
            self.words[self.last_comment as usize + 3] = at;
        }
        self.last_comment = at;
    }

    fn program(&mut self, node: &'a ast::Program, dialect: Dialect) {
        if let Some(hashbang) = &node.hashbang {
            self.bits |= program::HASHBANG;
            self.comment(flag::HASHBANG, hashbang.span);
        }
        let len = self.source.len() as u32;
        let root = self.level(|it| {
            let mut body = List::default();
            it.within(1, |it| {
                it.directives(&node.directives, &mut body);
                it.statements(&node.body, &mut body);
            });
            if it.strict {
                it.bits |= program::STRICT;
            }
            it.emit(kind::PROGRAM, 0, 0, Span::new(0, len), &[body.first])
        });
        let has_other_ends = self.source.contains(&LINE_ENDS[1..]);
        if has_other_ends {
            self.bits |= program::LINE_ENDS;
        }
        let ascii = self.source.bytes().position(|byte| !byte.is_ascii());
        let words = self.words.len() as u32;
        self.words[header::MAGIC] = MAGIC;
        self.words[header::VERSION] = VERSION | dialect.number() << 16;
        self.words[header::WORDS] = words;
        self.words[header::SOURCE_LEN] = len;
        self.words[header::ROOT] = root;
        self.words[header::RECORDS] = self.records;
        self.words[header::NESTING] = self.deepest;
        self.words[header::BITS] = self.bits;
        self.words[header::NON_ASCII] = ascii.map_or(len, |at| at as u32);
    }

    fn directives(&mut self, directives: &'a [ast::Directive], list: &mut List) {
        for directive in directives {
            // An escape in it makes another directive of it.
            self.strict |= directive.directive == "use strict";
        }
        for directive in directives {
            let made = self.level(|it| {
                let expression = it.within(1, |it| it.string(&directive.expression));
                it.emit(
                    kind::EXPRESSION_STATEMENT,
                    flag::DIRECTIVE,
                    0,
                    directive.span,
                    &[expression],
                )
            });
            list.push(&mut self.words, made);
        }
    }

    fn statements(&mut self, statements: &'a [Statement], list: &mut List) {
        for statement in statements {
            let made = self.statement(statement);
            list.push(&mut self.words, made);
        }
    }

    fn block(&mut self, span: Span, body: &'a [Statement]) -> Ref {
        self.level(|it| {
            let mut list = List::default();
            it.within(1, |it| it.statements(body, &mut list));
            it.emit(kind::BLOCK_STATEMENT, 0, 0, span, &[list.first])
        })
    }

    #[expect(
        clippy::too_many_lines,
        reason = "a line or a few for each kind of statement"
    )]
    fn statement(&mut self, statement: &'a Statement) -> Ref {
        let span = statement.span();
        self.level(|it| match statement {
            Statement::BlockStatement(node) => {
                it.height -= 1;
                let block = it.block(node.span, &node.body);
                it.height += 1;
                block
            }
            Statement::BreakStatement(node) => {
                it.check_jump(
                    span,
                    node.label.as_ref(),
                    it.jumps.loops + it.jumps.switches,
                );
                let label = it.label(node.label.as_ref());
                it.emit(kind::BREAK_STATEMENT, 0, 0, span, &[label])
            }
            Statement::ContinueStatement(node) => {
                it.check_jump(span, node.label.as_ref(), it.jumps.loops);
                let label = it.label(node.label.as_ref());
                it.emit(kind::CONTINUE_STATEMENT, 0, 0, span, &[label])
            }
            Statement::DebuggerStatement(_) => it.emit(kind::DEBUGGER_STATEMENT, 0, 0, span, &[]),
            Statement::EmptyStatement(_) => it.emit(kind::EMPTY_STATEMENT, 0, 0, span, &[]),
            Statement::DoWhileStatement(node) => {
                let (body, test) =
                    it.within(1, |it| (it.repeated(&node.body), it.expression(&node.test)));
                it.emit(kind::DO_WHILE_STATEMENT, 0, 0, span, &[body, test])
            }
            Statement::ExpressionStatement(node) => {
                let expression = it.within(1, |it| it.expression(&node.expression));
                it.emit(kind::EXPRESSION_STATEMENT, 0, 0, span, &[expression])
            }
            Statement::ForInStatement(node) => {
                let fields = it.within(1, |it| {
                    [
                        it.for_left(span.start, &node.left),
                        it.expression(&node.right),
                        it.repeated(&node.body),
                    ]
                });
                it.emit(kind::FOR_IN_STATEMENT, 0, 0, span, &fields)
            }
            Statement::ForOfStatement(node) => {
                if node.r#await {
                    it.awaits();
                }
                let fields = it.within(1, |it| {
                    [
                        it.for_left(span.start, &node.left),
                        it.expression(&node.right),
                        it.repeated(&node.body),
                    ]
                });
                let flags = flag::AWAIT.when(node.r#await);
                it.emit(kind::FOR_OF_STATEMENT, flags, 0, span, &fields)
            }
            Statement::ForStatement(node) => {
                let fields = it.within(1, |it| {
                    let init = match &node.init {
                        Some(ForStatementInit::VariableDeclaration(node)) => it.variables(node),
                        Some(init) => it.expression(init.to_expression()),
                        None => 0,
                    };
                    [
                        init,
                        it.optional(node.test.as_ref()),
                        it.optional(node.update.as_ref()),
                        it.repeated(&node.body),
                    ]
                });
                it.emit(kind::FOR_STATEMENT, 0, 0, span, &fields)
            }
            Statement::IfStatement(node) => {
                let fields = it.within(1, |it| {
                    [
                        it.expression(&node.test),
                        it.branch(&node.consequent),
                        node.alternate.as_ref().map_or(0, |node| it.branch(node)),
                    ]
                });
                it.emit(kind::IF_STATEMENT, 0, 0, span, &fields)
            }
            Statement::LabeledStatement(node) => {
                let label = it.label(Some(&node.label));
                it.jumps.labels.push(&node.label.name);
                let body = it.within(1, |it| it.statement(&node.body));
                it.jumps.labels.pop();
                it.emit(kind::LABELED_STATEMENT, 0, 0, span, &[label, body])
            }
            Statement::ReturnStatement(node) => {
                let argument = it.within(1, |it| it.optional(node.argument.as_ref()));
                it.emit(kind::RETURN_STATEMENT, 0, 0, span, &[argument])
            }
            Statement::SwitchStatement(node) => {
                let fields = it.within(1, |it| {
                    let discriminant = it.expression(&node.discriminant);
                    let mut cases = List::default();
                    it.jumps.switches += 1;
                    for case in &node.cases {
                        let made = it.level(|it| {
                            let test = it.optional(case.test.as_ref());
                            let mut body = List::default();
                            it.statements(&case.consequent, &mut body);
                            it.emit(kind::SWITCH_CASE, 0, 0, case.span, &[test, body.first])
                        });
                        cases.push(&mut it.words, made);
                    }
                    it.jumps.switches -= 1;
                    [discriminant, cases.first]
                });
                it.emit(kind::SWITCH_STATEMENT, 0, 0, span, &fields)
            }
            Statement::ThrowStatement(node) => {
                let argument = it.within(1, |it| it.expression(&node.argument));
                it.emit(kind::THROW_STATEMENT, 0, 0, span, &[argument])
            }
            Statement::TryStatement(node) => {
                let fields = it.within(1, |it| {
                    let finalizer = node.finalizer.as_ref();
                    [
                        it.block(node.block.span, &node.block.body),
                        node.handler.as_ref().map_or(0, |node| it.catch(node)),
                        finalizer.map_or(0, |node| it.block(node.span, &node.body)),
                    ]
                });
                it.emit(kind::TRY_STATEMENT, 0, 0, span, &fields)
            }
            Statement::WhileStatement(node) => {
                let (test, body) =
                    it.within(1, |it| (it.expression(&node.test), it.repeated(&node.body)));
                it.emit(kind::WHILE_STATEMENT, 0, 0, span, &[test, body])
            }
            Statement::WithStatement(node) => {
                let (object, body) = it.within(1, |it| {
                    (it.expression(&node.object), it.statement(&node.body))
                });
                it.emit(kind::WITH_STATEMENT, 0, 0, span, &[object, body])
            }
            Statement::ImportDeclaration(node) => it.import(node),
            Statement::ExportAllDeclaration(node) => it.export_all(node),
            Statement::ExportDefaultDeclaration(node) => it.export_default(node),
            Statement::ExportDeclaration(node) => {
                it.bits |= program::MODULE;
                let declaration = it.within(1, |it| it.declaration(&node.declaration));
                it.emit(
                    kind::EXPORT_NAMED_DECLARATION,
                    0,
                    0,
                    span,
                    &[declaration, 0, 0, 0],
                )
            }
            Statement::ExportNamedDeclaration(node) => {
                it.bits |= program::MODULE;
                if !it.has_only_punctuators(node) {
                    return it.beyond(span);
                }
                let specifiers = it.within(1, |it| it.export_specifiers(&node.specifiers));
                it.emit(
                    kind::EXPORT_NAMED_DECLARATION,
                    0,
                    0,
                    span,
                    &[0, specifiers, 0, 0],
                )
            }
            Statement::ExportFromDeclaration(node) => {
                it.bits |= program::MODULE;
                let fields = it.within(1, |it| {
                    [
                        0,
                        it.export_specifiers(&node.specifiers),
                        it.string(&node.source),
                        it.attributes(node.with_clause.as_deref()),
                    ]
                });
                it.emit(kind::EXPORT_NAMED_DECLARATION, 0, 0, span, &fields)
            }
            other => match other.as_declaration() {
                Some(declaration) => {
                    it.height -= 1;
                    let made = it.declaration(declaration);
                    it.height += 1;
                    made
                }
                None => it.beyond(span),
            },
        })
    }

    fn declaration(&mut self, declaration: &'a Declaration) -> Ref {
        match declaration {
            Declaration::VariableDeclaration(node) => self.variables(node),
            Declaration::FunctionDeclaration(node) => self.function(node),
            Declaration::ClassDeclaration(node) => self.class(node, kind::CLASS_DECLARATION),
            other => self.beyond(other.span()),
        }
    }

    fn variables(&mut self, node: &'a ast::VariableDeclaration) -> Ref {
        self.level(|it| {
            let data = match node.kind {
                VariableDeclarationKind::Var => variable::VAR,
                VariableDeclarationKind::Let => variable::LET,
                VariableDeclarationKind::Const => variable::CONST,
                VariableDeclarationKind::Using | VariableDeclarationKind::AwaitUsing => {
                    return it.beyond(node.span);
                }
            };
            let mut list = List::default();
            it.within(1, |it| {
                for declarator in &node.declarations {
                    let made = it.level(|it| {
                        let id = it.binding(&declarator.id);
                        let init = it.optional(declarator.init.as_ref());
                        it.emit(
                            kind::VARIABLE_DECLARATOR,
                            0,
                            0,
                            declarator.span,
                            &[id, init],
                        )
                    });
                    list.push(&mut it.words, made);
                }
            });
            it.emit(
                kind::VARIABLE_DECLARATION,
                0,
                data,
                node.span,
                &[list.first],
            )
        })
    }

    /// A branch of an `if`, which is a block of its own where it is a function.
    fn branch(&mut self, statement: &'a Statement) -> Ref {
        let is_function = matches!(statement, Statement::FunctionDeclaration(_));
        self.within(u32::from(is_function), |it| it.statement(statement))
    }

    /// The body of a loop.
    fn repeated(&mut self, body: &'a Statement) -> Ref {
        self.jumps.loops += 1;
        let made = self.statement(body);
        self.jumps.loops -= 1;
        made
    }

    /// A jump to a label, or out of one of so many statements.
    fn check_jump(&mut self, span: Span, label: Option<&ast::LabelIdentifier>, places: u32) {
        let is_open = match label {
            Some(label) => self.jumps.labels.contains(&label.name.as_str()),
            None => places > 0,
        };
        if !is_open {
            self.beyond(span);
        }
    }

    fn for_left(&mut self, start: u32, left: &'a ForStatementLeft) -> Ref {
        match left {
            ForStatementLeft::VariableDeclaration(node) => self.variables(node),
            left => {
                let head = self.source[start as usize..].find('(');
                let head = head.map_or(start, |at| start + at as u32 + 1);
                self.target(head, left.to_assignment_target())
            }
        }
    }

    fn catch(&mut self, node: &'a ast::CatchClause) -> Ref {
        self.level(|it| {
            let parameter = node.param.as_ref();
            let fields = it.within(1, |it| {
                [
                    parameter.map_or(0, |node| it.binding(&node.pattern)),
                    it.block(node.body.span, &node.body.body),
                ]
            });
            it.emit(kind::CATCH_CLAUSE, 0, 0, node.span, &fields)
        })
    }

    /// Notes an `await`, which is one of the program's own outside of functions.
    fn awaits(&mut self) {
        if self.functions == 0 {
            self.bits |= program::TOP_LEVEL_AWAIT;
        }
    }

    fn label(&mut self, label: Option<&'a ast::LabelIdentifier>) -> Ref {
        label.map_or(0, |label| self.name(label.span, &label.name))
    }

    fn name(&mut self, span: Span, name: &str) -> Ref {
        self.named(kind::IDENTIFIER, span, 0, name)
    }

    /// A leaf that is a name, behind so many characters.
    fn named(&mut self, kind: u32, span: Span, prefix: usize, name: &str) -> Ref {
        if self.text(span)[prefix..] == *name {
            self.leaf(kind, 0, 0, span)
        } else {
            self.cooked(kind, 0, span, name.as_bytes())
        }
    }

    fn string(&mut self, node: &'a ast::StringLiteral) -> Ref {
        let text = self.text(node.span);
        if !text.contains('\\') {
            return self.leaf(kind::STRING_LITERAL, 0, 0, node.span);
        }
        if has_octal_escape(text.as_bytes()) {
            self.bits |= program::LEGACY_OCTAL;
        }
        let cooked = wtf8(&node.value, node.lone_surrogates);
        self.cooked(kind::STRING_LITERAL, 0, node.span, &cooked)
    }

    fn optional(&mut self, expression: Option<&'a Expression>) -> Ref {
        expression.map_or(0, |expression| self.expression(expression))
    }

    fn expression(&mut self, expression: &'a Expression) -> Ref {
        let mut inner = expression;
        let mut innermost = None;
        let mut pairs = 0;
        while let Expression::ParenthesizedExpression(node) = inner {
            innermost = Some(node.span.end);
            pairs += 1;
            inner = &node.expression;
        }
        let made = self.within(pairs, |it| {
            it.level(|it| match (inner, innermost) {
                // Until its `)` is taken, it may be the parameters of an arrow function.
                (Expression::SequenceExpression(node), Some(taken)) => {
                    it.sequence(node, Some(taken))
                }
                _ => it.bare_expression(inner),
            })
        });
        if !std::ptr::eq(inner, expression) && made != 0 {
            self.words[made as usize] |= flag::PARENTHESIZED << 8;
        }
        made
    }

    #[expect(
        clippy::too_many_lines,
        reason = "a line or a few for each kind of expression"
    )]
    fn bare_expression(&mut self, expression: &'a Expression) -> Ref {
        let span = expression.span();
        let it = self;
        match expression {
            Expression::BooleanLiteral(node) => {
                let flags = flag::TRUE.when(node.value);
                it.emit(kind::BOOLEAN_LITERAL, flags, 0, span, &[])
            }
            Expression::NullLiteral(_) => it.emit(kind::NULL_LITERAL, 0, 0, span, &[]),
            Expression::NumericLiteral(node) => it.number(node),
            Expression::BigIntLiteral(node) => {
                let data = match node.base {
                    BigintBase::Decimal => number::INTEGER,
                    BigintBase::Binary => number::BINARY,
                    BigintBase::Octal => number::OCTAL,
                    BigintBase::Hex => number::HEXADECIMAL,
                };
                let flags = flag::SEPARATORS.when(it.text(span).contains('_'));
                it.emit(kind::BIG_INT_LITERAL, flags, data, span, &[])
            }
            Expression::RegExpLiteral(node) => {
                let flags = span.start + 2 + node.regex.pattern.text.len() as u32;
                it.emit(kind::REG_EXP_LITERAL, 0, 0, span, &[flags])
            }
            Expression::StringLiteral(node) => it.same_level(|it| it.string(node)),
            Expression::TemplateLiteral(node) => it.same_level(|it| it.template(node)),
            Expression::Identifier(node) => it.same_level(|it| it.name(span, &node.name)),
            Expression::Super(_) => it.emit(kind::SUPER, 0, 0, span, &[]),
            Expression::ThisExpression(_) => it.emit(kind::THIS_EXPRESSION, 0, 0, span, &[]),
            Expression::ImportMeta(_) => {
                it.bits |= program::MODULE;
                it.emit(kind::META_PROPERTY, 0, meta::IMPORT_META, span, &[])
            }
            Expression::NewTarget(_) => {
                it.emit(kind::META_PROPERTY, 0, meta::NEW_TARGET, span, &[])
            }
            Expression::ArrayExpression(node) => {
                let mut list = List::default();
                it.within(1, |it| {
                    for element in &node.elements {
                        let made = match element {
                            ArrayExpressionElement::SpreadElement(node) => it.spread(node),
                            ArrayExpressionElement::Elision(node) => it.hole(node.span.end),
                            element => it.expression(element.to_expression()),
                        };
                        list.push(&mut it.words, made);
                    }
                });
                it.emit(kind::ARRAY_EXPRESSION, 0, 0, span, &[list.first])
            }
            Expression::ArrowFunctionExpression(node) => it.arrow(node),
            Expression::AssignmentExpression(node) => {
                let left = it.target(span.start, &node.left);
                let right = it.within(1, |it| it.expression(&node.right));
                let data = operator(node.operator.as_str());
                it.emit(kind::ASSIGNMENT_EXPRESSION, 0, data, span, &[left, right])
            }
            Expression::AwaitExpression(node) => {
                it.awaits();
                let argument = it.within(1, |it| it.expression(&node.argument));
                it.emit(kind::AWAIT_EXPRESSION, 0, 0, span, &[argument])
            }
            Expression::BinaryExpression(node) => {
                let left = it.expression(&node.left);
                let right = it.within(1, |it| it.expression(&node.right));
                let data = operator(node.operator.as_str());
                it.emit(kind::BINARY_EXPRESSION, 0, data, span, &[left, right])
            }
            Expression::PrivateInExpression(node) => {
                let left = it.private(&node.left);
                let right = it.within(1, |it| it.expression(&node.right));
                it.emit(
                    kind::BINARY_EXPRESSION,
                    0,
                    operator("in"),
                    span,
                    &[left, right],
                )
            }
            Expression::LogicalExpression(node) => {
                let left = it.expression(&node.left);
                let right = it.within(1, |it| it.expression(&node.right));
                let data = operator(node.operator.as_str());
                it.emit(kind::LOGICAL_EXPRESSION, 0, data, span, &[left, right])
            }
            Expression::CallExpression(node) => it.call(node),
            Expression::ChainExpression(node) => {
                let inner = it.level(|it| match &node.expression {
                    ChainElement::CallExpression(node) => it.call(node),
                    ChainElement::ComputedMemberExpression(node) => it.computed_member(node),
                    ChainElement::StaticMemberExpression(node) => it.static_member(node),
                    ChainElement::PrivateFieldExpression(node) => it.private_member(node),
                    ChainElement::TSNonNullExpression(node) => it.beyond(node.span),
                });
                it.emit(kind::CHAIN_EXPRESSION, 0, 0, span, &[inner])
            }
            Expression::ClassExpression(node) => {
                it.same_level(|it| it.class(node, kind::CLASS_EXPRESSION))
            }
            Expression::ConditionalExpression(node) => {
                let test = it.expression(&node.test);
                let consequent = it.within(1, |it| it.expression(&node.consequent));
                let alternate = it.within(1, |it| it.expression(&node.alternate));
                let fields = [test, consequent, alternate];
                it.emit(kind::CONDITIONAL_EXPRESSION, 0, 0, span, &fields)
            }
            Expression::FunctionExpression(node) => it.same_level(|it| it.function(node)),
            Expression::ImportExpression(node) => {
                if node.phase.is_some() {
                    return it.beyond(span);
                }
                let fields = it.within(1, |it| {
                    [
                        it.expression(&node.source),
                        it.optional(node.options.as_ref()),
                    ]
                });
                it.emit(kind::IMPORT_EXPRESSION, 0, 0, span, &fields)
            }
            Expression::NewExpression(node) => {
                let fields = it.within(1, |it| {
                    [it.expression(&node.callee), it.arguments(&node.arguments)]
                });
                it.emit(kind::NEW_EXPRESSION, 0, 0, span, &fields)
            }
            Expression::ObjectExpression(node) => {
                let mut list = List::default();
                it.within(1, |it| {
                    for property in &node.properties {
                        let made = match property {
                            ObjectPropertyKind::ObjectProperty(node) => it.property(node),
                            ObjectPropertyKind::SpreadProperty(node) => it.spread(node),
                        };
                        list.push(&mut it.words, made);
                    }
                });
                it.emit(kind::OBJECT_EXPRESSION, 0, 0, span, &[list.first])
            }
            Expression::SequenceExpression(node) => it.sequence(node, None),
            Expression::TaggedTemplateExpression(node) => {
                let tag = it.expression(&node.tag);
                let quasi = it.template(&node.quasi);
                it.emit(kind::TAGGED_TEMPLATE_EXPRESSION, 0, 0, span, &[tag, quasi])
            }
            Expression::UnaryExpression(node) => {
                let argument = it.within(1, |it| it.expression(&node.argument));
                let data = operator(node.operator.as_str());
                it.emit(kind::UNARY_EXPRESSION, 0, data, span, &[argument])
            }
            Expression::UpdateExpression(node) => {
                let (from, frames) = if node.prefix {
                    (span.start + 2, 1)
                } else {
                    (span.start, 0)
                };
                let argument = it.within(frames, |it| it.simple_target(from, &node.argument));
                let flags = flag::PREFIX.when(node.prefix);
                let data = operator(node.operator.as_str());
                it.emit(kind::UPDATE_EXPRESSION, flags, data, span, &[argument])
            }
            Expression::YieldExpression(node) => {
                let argument = it.within(1, |it| it.optional(node.argument.as_ref()));
                let flags = flag::DELEGATE.when(node.delegate);
                it.emit(kind::YIELD_EXPRESSION, flags, 0, span, &[argument])
            }
            Expression::ComputedMemberExpression(node) => it.computed_member(node),
            Expression::StaticMemberExpression(node) => it.static_member(node),
            Expression::PrivateFieldExpression(node) => it.private_member(node),
            Expression::JSXElement(node) => it.same_level(|it| it.jsx_element(node)),
            Expression::JSXFragment(node) => it.same_level(|it| it.jsx_fragment(node)),
            Expression::ParenthesizedExpression(_)
            | Expression::TSAsExpression(_)
            | Expression::TSSatisfiesExpression(_)
            | Expression::TSTypeAssertion(_)
            | Expression::TSNonNullExpression(_)
            | Expression::TSInstantiationExpression(_)
            | Expression::V8IntrinsicExpression(_) => it.beyond(span),
        }
    }

    /// A sequence, of which parentheses of its own end there.
    fn sequence(&mut self, node: &'a ast::SequenceExpression, parenthesis: Option<u32>) -> Ref {
        let mut list = List::default();
        for (place, expression) in node.expressions.iter().enumerate() {
            let frames = u32::from(place > 0 && parenthesis.is_none());
            let made = self.within(frames, |it| it.expression(expression));
            list.push(&mut self.words, made);
        }
        let taken = parenthesis.unwrap_or(node.span.end);
        self.emit_at(
            taken,
            kind::SEQUENCE_EXPRESSION,
            0,
            0,
            node.span,
            &[list.first],
        )
    }

    /// Has something made that opens a level itself, where one is open for it already.
    fn same_level(&mut self, make: impl FnOnce(&mut Self) -> Ref) -> Ref {
        self.height -= 1;
        let answer = make(self);
        self.height += 1;
        answer
    }

    fn number(&mut self, node: &'a ast::NumericLiteral) -> Ref {
        let text = self.text(node.span).as_bytes();
        let data = match text {
            [b'0', b'b' | b'B', ..] => number::BINARY,
            [b'0', b'o' | b'O', ..] => number::OCTAL,
            [b'0', b'x' | b'X', ..] => number::HEXADECIMAL,
            [b'0', b'0'..=b'9', ..] => {
                self.bits |= program::LEGACY_OCTAL;
                if node.base == NumberBase::Octal {
                    number::LEGACY_OCTAL
                } else {
                    number::LEGACY_DECIMAL
                }
            }
            _ if text.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E')) => number::DECIMAL,
            _ => number::INTEGER,
        };
        let flags = flag::SEPARATORS.when(text.contains(&b'_'));
        self.emit(kind::NUMERIC_LITERAL, flags, data, node.span, &[])
    }

    /// A place of an array where no element is, before a comma that ends there.
    fn hole(&mut self, taken: u32) -> Ref {
        self.level(|it| it.emit_at(taken, kind::HOLE, 0, 0, Span::new(0, 0), &[]))
    }

    fn spread(&mut self, node: &'a ast::SpreadElement) -> Ref {
        self.level(|it| {
            let argument = it.within(1, |it| it.expression(&node.argument));
            it.emit(kind::SPREAD_ELEMENT, 0, 0, node.span, &[argument])
        })
    }

    fn private(&mut self, node: &'a ast::PrivateIdentifier) -> Ref {
        self.named(kind::PRIVATE_IDENTIFIER, node.span, 1, &node.name)
    }

    fn template(&mut self, node: &'a ast::TemplateLiteral) -> Ref {
        self.level(|it| {
            let mut quasis = List::default();
            let mut expressions = List::default();
            let mut rest = node.expressions.iter();
            it.within(1, |it| {
                for quasi in &node.quasis {
                    let made = it.template_element(quasi);
                    quasis.push(&mut it.words, made);
                    if let Some(expression) = rest.next() {
                        let made = it.expression(expression);
                        expressions.push(&mut it.words, made);
                    }
                }
            });
            let fields = [quasis.first, expressions.first];
            it.emit(kind::TEMPLATE_LITERAL, 0, 0, node.span, &fields)
        })
    }

    fn template_element(&mut self, node: &'a ast::TemplateElement) -> Ref {
        let flags = flag::TAIL.when(node.tail);
        let Some(cooked) = &node.value.cooked else {
            return self.leaf(kind::TEMPLATE_ELEMENT, flags | flag::NO_VALUE, 0, node.span);
        };
        if self.text(node.span).contains(['\\', '\r']) {
            let cooked = wtf8(cooked, node.lone_surrogates);
            self.cooked(kind::TEMPLATE_ELEMENT, flags, node.span, &cooked)
        } else {
            self.leaf(kind::TEMPLATE_ELEMENT, flags, 0, node.span)
        }
    }

    fn arguments(&mut self, arguments: &'a [ast::Argument]) -> Ref {
        let mut list = List::default();
        for argument in arguments {
            let made = match argument {
                ast::Argument::SpreadElement(node) => self.spread(node),
                argument => self.expression(argument.to_expression()),
            };
            list.push(&mut self.words, made);
        }
        list.first
    }

    fn call(&mut self, node: &'a ast::CallExpression) -> Ref {
        let flags = flag::CALL_OPTIONAL.when(node.optional);
        // `async (` may begin an arrow function: only what comes behind `)` tells.
        let is_late = !node.optional
            && matches!(&node.callee, Expression::Identifier(name)
                if self.text(name.span) == "async" && !self.has_line_end_behind(name.span.end));
        let (callee, arguments) = if is_late {
            let arguments = self.within(1, |it| it.arguments(&node.arguments));
            self.comments_before(node.span.end);
            (self.expression(&node.callee), arguments)
        } else {
            let callee = self.expression(&node.callee);
            (callee, self.within(1, |it| it.arguments(&node.arguments)))
        };
        self.emit(
            kind::CALL_EXPRESSION,
            flags,
            0,
            node.span,
            &[callee, arguments],
        )
    }

    /// Whether a line ends between here and the next token.
    fn has_line_end_behind(&self, place: u32) -> bool {
        let text = &self.source[place as usize..];
        let end = skip_trivia(text);
        text[..end].contains(LINE_ENDS)
    }

    fn computed_member(&mut self, node: &'a ast::ComputedMemberExpression) -> Ref {
        let object = self.expression(&node.object);
        let property = self.within(1, |it| it.expression(&node.expression));
        let flags = flag::COMPUTED | flag::OPTIONAL.when(node.optional);
        self.emit(
            kind::MEMBER_EXPRESSION,
            flags,
            0,
            node.span,
            &[object, property],
        )
    }

    fn static_member(&mut self, node: &'a ast::StaticMemberExpression) -> Ref {
        let object = self.expression(&node.object);
        let property = self.name(node.property.span, &node.property.name);
        let flags = flag::OPTIONAL.when(node.optional);
        self.emit(
            kind::MEMBER_EXPRESSION,
            flags,
            0,
            node.span,
            &[object, property],
        )
    }

    fn private_member(&mut self, node: &'a ast::PrivateFieldExpression) -> Ref {
        let object = self.expression(&node.object);
        let property = self.private(&node.field);
        let flags = flag::OPTIONAL.when(node.optional);
        self.emit(
            kind::MEMBER_EXPRESSION,
            flags,
            0,
            node.span,
            &[object, property],
        )
    }

    fn key(&mut self, key: &'a PropertyKey) -> Ref {
        match key {
            PropertyKey::StaticIdentifier(node) => self.name(node.span, &node.name),
            PropertyKey::PrivateIdentifier(node) => self.private(node),
            key => self.expression(key.to_expression()),
        }
    }

    fn property(&mut self, node: &'a ast::ObjectProperty) -> Ref {
        self.level(|it| {
            let (key, value) = if node.shorthand {
                let both = it.expression(&node.value);
                (both, both)
            } else {
                let key = it.key(&node.key);
                (key, it.expression(&node.value))
            };
            let data = match node.kind {
                PropertyKind::Init => property::INIT,
                PropertyKind::Get => property::GET,
                PropertyKind::Set => property::SET,
            };
            let flags = flag::COMPUTED.when(node.computed)
                | flag::METHOD.when(node.method)
                | flag::SHORTHAND.when(node.shorthand);
            it.emit(kind::PROPERTY, flags, data, node.span, &[key, value])
        })
    }

    /// What is assigned to. Parentheses round it are gone from oxc's tree: they stand in the text from a place on.
    fn target(&mut self, from: u32, target: &'a AssignmentTarget) -> Ref {
        match target {
            AssignmentTarget::ArrayAssignmentTarget(node) => self.array_target(node),
            AssignmentTarget::ObjectAssignmentTarget(node) => self.object_target(node),
            target => self.simple_target(from, target.to_simple_assignment_target()),
        }
    }

    fn simple_target(&mut self, from: u32, target: &'a SimpleAssignmentTarget) -> Ref {
        let pairs = self.parentheses(from, target.span().start);
        self.within(pairs, |it| match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(node) => {
                // oxc takes them in the head of `for`.
                if it.strict && matches!(node.name.as_str(), "eval" | "arguments") {
                    it.beyond(node.span);
                }
                it.name(node.span, &node.name)
            }
            SimpleAssignmentTarget::ComputedMemberExpression(node) => {
                it.level(|it| it.computed_member(node))
            }
            SimpleAssignmentTarget::StaticMemberExpression(node) => {
                it.level(|it| it.static_member(node))
            }
            SimpleAssignmentTarget::PrivateFieldExpression(node) => {
                it.level(|it| it.private_member(node))
            }
            other => it.beyond(other.span()),
        })
    }

    fn array_target(&mut self, node: &'a ast::ArrayAssignmentTarget) -> Ref {
        self.level(|it| {
            let mut list = List::default();
            it.within(1, |it| {
                let mut commas = Commas::new(it.source, node.span.start + 1);
                for element in &node.elements {
                    let made = match element {
                        Some(element) => {
                            let made = it.target_maybe_default(commas.at, element);
                            commas.pass(element.span().end);
                            made
                        }
                        None => it.hole(commas.next()),
                    };
                    list.push(&mut it.words, made);
                }
                it.target_rest(node.rest.as_deref(), &mut list);
            });
            it.emit(kind::ARRAY_PATTERN, 0, 0, node.span, &[list.first])
        })
    }

    fn object_target(&mut self, node: &'a ast::ObjectAssignmentTarget) -> Ref {
        self.level(|it| {
            let mut list = List::default();
            it.within(1, |it| {
                for property in &node.properties {
                    let made = it.level(|it| it.target_property(property));
                    list.push(&mut it.words, made);
                }
                it.target_rest(node.rest.as_deref(), &mut list);
            });
            it.emit(kind::OBJECT_PATTERN, 0, 0, node.span, &[list.first])
        })
    }

    fn target_property(&mut self, property: &'a AssignmentTargetProperty) -> Ref {
        match property {
            AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(node) => {
                let (key, value) = match &node.init {
                    None => {
                        let both = self.name(node.binding.span, &node.binding.name);
                        (both, both)
                    }
                    Some(init) => self.shorthand_default(node.span, init, |it| {
                        it.name(node.binding.span, &node.binding.name)
                    }),
                };
                self.emit(
                    kind::PROPERTY,
                    flag::SHORTHAND,
                    property::INIT,
                    node.span,
                    &[key, value],
                )
            }
            AssignmentTargetProperty::AssignmentTargetPropertyProperty(node) => {
                let key = self.key(&node.name);
                let value = self.target_maybe_default(node.name.span().end, &node.binding);
                let flags = flag::COMPUTED.when(node.computed);
                self.emit(
                    kind::PROPERTY,
                    flags,
                    property::INIT,
                    node.span,
                    &[key, value],
                )
            }
        }
    }

    /// A name and the pattern that it is the left side of.
    fn shorthand_default(
        &mut self,
        span: Span,
        init: &'a Expression,
        name: impl FnOnce(&mut Self) -> Ref,
    ) -> (Ref, Ref) {
        let mut key = 0;
        let value = self.level(|it| {
            key = name(it);
            let right = it.within(1, |it| it.expression(init));
            it.emit(kind::ASSIGNMENT_PATTERN, 0, 0, span, &[key, right])
        });
        (key, value)
    }

    fn target_maybe_default(&mut self, from: u32, target: &'a AssignmentTargetMaybeDefault) -> Ref {
        match target {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(node) => self.level(|it| {
                let left = it.target(node.span.start, &node.binding);
                let right = it.within(1, |it| it.expression(&node.init));
                it.emit(kind::ASSIGNMENT_PATTERN, 0, 0, node.span, &[left, right])
            }),
            target => self.target(from, target.to_assignment_target()),
        }
    }

    fn target_rest(&mut self, rest: Option<&'a ast::AssignmentTargetRest>, list: &mut List) {
        if let Some(node) = rest {
            let made = self.level(|it| {
                let argument = it.within(1, |it| it.target(node.span.start + 3, &node.target));
                it.emit(kind::REST_ELEMENT, 0, 0, node.span, &[argument])
            });
            list.push(&mut self.words, made);
        }
    }

    /// A pattern of a declaration.
    fn binding(&mut self, pattern: &'a BindingPattern) -> Ref {
        match pattern {
            BindingPattern::BindingIdentifier(node) => self.name(node.span, &node.name),
            BindingPattern::ObjectPattern(node) => self.level(|it| {
                let mut list = List::default();
                it.within(1, |it| {
                    for property in &node.properties {
                        let made = it.level(|it| it.binding_property(property));
                        list.push(&mut it.words, made);
                    }
                    it.binding_rest(node.rest.as_deref(), &mut list);
                });
                it.emit(kind::OBJECT_PATTERN, 0, 0, node.span, &[list.first])
            }),
            BindingPattern::ArrayPattern(node) => self.level(|it| {
                let mut list = List::default();
                it.within(1, |it| {
                    let mut commas = Commas::new(it.source, node.span.start + 1);
                    for element in &node.elements {
                        let made = match element {
                            Some(element) => {
                                let made = it.element(element);
                                commas.pass(element.span().end);
                                made
                            }
                            None => it.hole(commas.next()),
                        };
                        list.push(&mut it.words, made);
                    }
                    it.binding_rest(node.rest.as_deref(), &mut list);
                });
                it.emit(kind::ARRAY_PATTERN, 0, 0, node.span, &[list.first])
            }),
            BindingPattern::AssignmentPattern(node) => {
                self.with_default(node.span, &node.left, &node.right)
            }
        }
    }

    /// A pattern that is an element of another one, or a property's value.
    fn element(&mut self, pattern: &'a BindingPattern) -> Ref {
        let frames = match pattern {
            BindingPattern::ObjectPattern(_) | BindingPattern::ArrayPattern(_)
                if !self.is_expression =>
            {
                1
            }
            _ => 0,
        };
        self.within(frames, |it| it.binding(pattern))
    }

    fn with_default(&mut self, span: Span, left: &'a BindingPattern, right: &'a Expression) -> Ref {
        self.level(|it| {
            let is_name = matches!(left, BindingPattern::BindingIdentifier(_));
            let fields = if is_name || it.is_expression {
                let left = it.binding(left);
                [left, it.within(1, |it| it.expression(right))]
            } else {
                it.within(1, |it| [it.binding(left), it.expression(right)])
            };
            it.emit(kind::ASSIGNMENT_PATTERN, 0, 0, span, &fields)
        })
    }

    fn binding_property(&mut self, node: &'a ast::BindingProperty) -> Ref {
        let (key, value) = match &node.value {
            value if !node.shorthand => {
                let key = self.key(&node.key);
                (key, self.element(value))
            }
            BindingPattern::AssignmentPattern(node) => {
                self.shorthand_default(node.span, &node.right, |it| it.binding(&node.left))
            }
            value => {
                let both = self.binding(value);
                (both, both)
            }
        };
        let flags = flag::COMPUTED.when(node.computed) | flag::SHORTHAND.when(node.shorthand);
        self.emit(
            kind::PROPERTY,
            flags,
            property::INIT,
            node.span,
            &[key, value],
        )
    }

    fn binding_rest(&mut self, rest: Option<&'a ast::BindingRestElement>, list: &mut List) {
        if let Some(node) = rest {
            let made = self.level(|it| {
                let argument = it.within(1, |it| it.binding(&node.argument));
                it.emit(kind::REST_ELEMENT, 0, 0, node.span, &[argument])
            });
            list.push(&mut self.words, made);
        }
    }

    fn parameters(&mut self, node: &'a ast::FormalParameters) -> Ref {
        let mut list = List::default();
        for parameter in &node.items {
            if let [decorator, ..] = &parameter.decorators[..] {
                self.beyond(decorator.span);
            }
            let made = match &parameter.initializer {
                None => self.element(&parameter.pattern),
                Some(init) => self.with_default(parameter.span, &parameter.pattern, init),
            };
            list.push(&mut self.words, made);
        }
        if let Some(rest) = node.rest.as_deref() {
            if let [decorator, ..] = &rest.decorators[..] {
                self.beyond(decorator.span);
            }
            self.binding_rest(Some(&rest.rest), &mut list);
        }
        list.first
    }

    /// Has the inside of a function made, of which `body` tells whether it is strict.
    fn inside<T>(
        &mut self,
        body: Option<&'a ast::FunctionBody>,
        make: impl FnOnce(&mut Self) -> T,
    ) -> (T, u32) {
        let outer = self.strict;
        let mut directives = body.iter().flat_map(|body| &body.directives);
        self.strict |= directives.any(|it| it.directive == "use strict");
        let jumps = std::mem::take(&mut self.jumps);
        self.functions += 1;
        let inside = self.within(1, make);
        self.functions -= 1;
        self.jumps = jumps;
        let flags = flag::STRICT.when(self.strict);
        self.strict = outer;
        (inside, flags)
    }

    fn body(&mut self, body: &'a ast::FunctionBody) -> Ref {
        self.level(|it| {
            let mut list = List::default();
            it.directives(&body.directives, &mut list);
            it.statements(&body.statements, &mut list);
            it.emit(kind::BLOCK_STATEMENT, 0, 0, body.span, &[list.first])
        })
    }

    fn function(&mut self, node: &'a ast::Function) -> Ref {
        let kind = match node.r#type {
            FunctionType::FunctionDeclaration => kind::FUNCTION_DECLARATION,
            FunctionType::FunctionExpression => kind::FUNCTION_EXPRESSION,
            _ => return self.beyond(node.span),
        };
        let Some(body) = node.body.as_deref() else {
            return self.beyond(node.span);
        };
        self.level(|it| {
            let id = node.id.as_ref().map_or(0, |id| it.name(id.span, &id.name));
            let ((parameters, body), strict) = it.inside(Some(body), |it| {
                let outer = std::mem::replace(&mut it.is_expression, false);
                let parameters = it.parameters(&node.params);
                let body = it.body(body);
                it.is_expression = outer;
                (parameters, body)
            });
            let flags =
                flag::ASYNC.when(node.r#async) | flag::GENERATOR.when(node.generator) | strict;
            it.emit(kind, flags, 0, node.span, &[id, parameters, body])
        })
    }

    fn arrow(&mut self, node: &'a ast::ArrowFunctionExpression) -> Ref {
        let (body, is_expression) = match &node.body {
            ArrowFunctionBody::FunctionBody(body) => (Some(&**body), false),
            _ => (None, true),
        };
        let ((parameters, body), strict) = self.inside(body, |it| {
            let outer = std::mem::replace(&mut it.is_expression, true);
            let parameters = it.parameters(&node.params);
            it.is_expression = false;
            let body = match &node.body {
                ArrowFunctionBody::FunctionBody(body) => it.body(body),
                body => it.expression(body.to_expression()),
            };
            it.is_expression = outer;
            (parameters, body)
        });
        let flags = flag::ASYNC.when(node.r#async) | flag::EXPRESSION.when(is_expression) | strict;
        self.emit(
            kind::ARROW_FUNCTION_EXPRESSION,
            flags,
            0,
            node.span,
            &[parameters, body],
        )
    }

    fn class(&mut self, node: &'a ast::Class, kind: u32) -> Ref {
        self.level(|it| {
            if let [decorator, ..] = &node.decorators[..] {
                it.beyond(decorator.span);
            }
            let outer = it.strict;
            it.strict = true;
            let id = node.id.as_ref().map_or(0, |id| it.name(id.span, &id.name));
            let (heritage, body) = it.within(1, |it| {
                let heritage = node.heritage.as_ref();
                let heritage = heritage.map_or(0, |node| it.expression(&node.expression));
                let body = it.level(|it| {
                    let mut list = List::default();
                    for element in &node.body.body {
                        let made = it.level(|it| it.class_element(element));
                        list.push(&mut it.words, made);
                    }
                    it.emit(kind::CLASS_BODY, 0, 0, node.body.span, &[list.first])
                });
                (heritage, body)
            });
            it.strict = outer;
            it.emit(kind, 0, 0, node.span, &[id, heritage, body])
        })
    }

    fn class_element(&mut self, element: &'a ClassElement) -> Ref {
        match element {
            ClassElement::StaticBlock(node) => {
                let mut list = List::default();
                let outer = std::mem::replace(&mut self.is_expression, false);
                let jumps = std::mem::take(&mut self.jumps);
                self.functions += 1;
                self.within(1, |it| it.statements(&node.body, &mut list));
                self.functions -= 1;
                self.jumps = jumps;
                self.is_expression = outer;
                self.emit(kind::STATIC_BLOCK, 0, 0, node.span, &[list.first])
            }
            ClassElement::MethodDefinition(node) => {
                if let [decorator, ..] = &node.decorators[..] {
                    self.beyond(decorator.span);
                }
                if node.optional {
                    return self.beyond(node.span);
                }
                let key = self.key(&node.key);
                let value = self.function(&node.value);
                let data = match node.kind {
                    MethodDefinitionKind::Constructor => method::CONSTRUCTOR,
                    MethodDefinitionKind::Method => method::METHOD,
                    MethodDefinitionKind::Get => method::GET,
                    MethodDefinitionKind::Set => method::SET,
                };
                let flags =
                    flag::STATIC.when(node.r#static) | flag::CLASS_COMPUTED.when(node.computed);
                self.emit(
                    kind::METHOD_DEFINITION,
                    flags,
                    data,
                    node.span,
                    &[key, value],
                )
            }
            ClassElement::PropertyDefinition(node) => {
                if let [decorator, ..] = &node.decorators[..] {
                    self.beyond(decorator.span);
                }
                if node.optional || !self.has_plain_key(node) {
                    return self.beyond(node.span);
                }
                let key = self.key(&node.key);
                self.functions += 1;
                let value = self.optional(node.value.as_ref());
                self.functions -= 1;
                let flags =
                    flag::STATIC.when(node.r#static) | flag::CLASS_COMPUTED.when(node.computed);
                self.emit(
                    kind::PROPERTY_DEFINITION,
                    flags,
                    0,
                    node.span,
                    &[key, value],
                )
            }
            other => self.beyond(other.span()),
        }
    }

    /// Whether a field has nothing before its key but `static`: oxc takes `class A { async static; }`.
    fn has_plain_key(&self, node: &ast::PropertyDefinition) -> bool {
        let mut before = &self.source[node.span.start as usize..node.key.span().start as usize];
        before = &before[skip_trivia(before)..];
        if node.r#static {
            before = before.strip_prefix("static").unwrap_or(before);
            before = &before[skip_trivia(before)..];
        }
        if node.computed {
            before.starts_with('[')
        } else {
            before.is_empty()
        }
    }

    /// Whether nothing but punctuators follows the names of an export: oxc takes `export {} from ;`.
    fn has_only_punctuators(&self, node: &ast::ExportNamedDeclaration) -> bool {
        let names = node.specifiers.last().map(|last| last.span.end);
        let from = names.unwrap_or(node.span.start + "export".len() as u32);
        let mut rest = &self.source[from as usize..node.span.end as usize];
        loop {
            rest = &rest[skip_trivia(rest)..];
            match rest.strip_prefix(['{', ',', '}', ';']) {
                Some(behind) => rest = behind,
                None => return rest.is_empty(),
            }
        }
    }

    fn export_name(&mut self, name: &'a ModuleExportName) -> Ref {
        match name {
            ModuleExportName::IdentifierName(node) => self.name(node.span, &node.name),
            ModuleExportName::IdentifierReference(node) => self.name(node.span, &node.name),
            ModuleExportName::StringLiteral(node) => self.string(node),
        }
    }

    fn attributes(&mut self, clause: Option<&'a ast::WithClause>) -> Ref {
        let Some(clause) = clause else { return 0 };
        if clause.keyword == WithClauseKeyword::Assert {
            return self.beyond(clause.span);
        }
        let mut list = List::default();
        for attribute in &clause.with_entries {
            let made = self.level(|it| {
                let key = match &attribute.key {
                    ImportAttributeKey::Identifier(node) => it.name(node.span, &node.name),
                    ImportAttributeKey::StringLiteral(node) => it.string(node),
                };
                let value = it.string(&attribute.value);
                it.emit(kind::IMPORT_ATTRIBUTE, 0, 0, attribute.span, &[key, value])
            });
            list.push(&mut self.words, made);
        }
        list.first
    }

    fn import(&mut self, node: &'a ast::ImportDeclaration) -> Ref {
        if node.phase.is_some() {
            return self.beyond(node.span);
        }
        self.bits |= program::MODULE;
        let fields = self.within(1, |it| it.import_fields(node));
        self.emit(kind::IMPORT_DECLARATION, 0, 0, node.span, &fields)
    }

    fn import_fields(&mut self, node: &'a ast::ImportDeclaration) -> [Ref; 3] {
        let mut list = List::default();
        for specifier in node.specifiers.iter().flatten() {
            let made = self.level(|it| match specifier {
                ImportDeclarationSpecifier::ImportDefaultSpecifier(node) => {
                    let local = it.name(node.local.span, &node.local.name);
                    it.emit(kind::IMPORT_DEFAULT_SPECIFIER, 0, 0, node.span, &[local])
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(node) => {
                    let local = it.name(node.local.span, &node.local.name);
                    it.emit(kind::IMPORT_NAMESPACE_SPECIFIER, 0, 0, node.span, &[local])
                }
                ImportDeclarationSpecifier::ImportSpecifier(node) => {
                    let imported = it.export_name(&node.imported);
                    let local = if node.imported.span() == node.local.span {
                        imported
                    } else {
                        it.name(node.local.span, &node.local.name)
                    };
                    it.emit(kind::IMPORT_SPECIFIER, 0, 0, node.span, &[imported, local])
                }
            });
            list.push(&mut self.words, made);
        }
        let source = self.string(&node.source);
        let attributes = self.attributes(node.with_clause.as_deref());
        [list.first, source, attributes]
    }

    fn export_specifiers(&mut self, specifiers: &'a [ast::ExportSpecifier]) -> Ref {
        let mut list = List::default();
        for specifier in specifiers {
            let made = self.level(|it| {
                let local = it.export_name(&specifier.local);
                let exported = if specifier.local.span() == specifier.exported.span() {
                    local
                } else {
                    it.export_name(&specifier.exported)
                };
                it.emit(
                    kind::EXPORT_SPECIFIER,
                    0,
                    0,
                    specifier.span,
                    &[local, exported],
                )
            });
            list.push(&mut self.words, made);
        }
        list.first
    }

    fn export_default(&mut self, node: &'a ast::ExportDefaultDeclaration) -> Ref {
        self.bits |= program::MODULE;
        let declaration = self.within(1, |it| match &node.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(node) => it.function(node),
            ExportDefaultDeclarationKind::ClassDeclaration(node) => {
                it.class(node, kind::CLASS_DECLARATION)
            }
            other => match other.as_expression() {
                Some(expression) => it.expression(expression),
                None => it.beyond(node.span),
            },
        });
        self.emit(
            kind::EXPORT_DEFAULT_DECLARATION,
            0,
            0,
            node.span,
            &[declaration],
        )
    }

    fn export_all(&mut self, node: &'a ast::ExportAllDeclaration) -> Ref {
        self.bits |= program::MODULE;
        let fields = self.within(1, |it| {
            [
                node.exported
                    .as_ref()
                    .map_or(0, |name| it.export_name(name)),
                it.string(&node.source),
                it.attributes(node.with_clause.as_deref()),
            ]
        });
        self.emit(kind::EXPORT_ALL_DECLARATION, 0, 0, node.span, &fields)
    }
}

/// The commas of a pattern, of which holes have no spans of their own.
struct Commas<'a> {
    source: &'a str,
    at: u32,
    /// Whether the comma of the element before is still to come.
    is_due: bool,
}

impl<'a> Commas<'a> {
    fn new(source: &'a str, at: u32) -> Self {
        Self {
            source,
            at,
            is_due: false,
        }
    }

    /// Goes on behind an element that ends there.
    fn pass(&mut self, end: u32) {
        self.at = end;
        self.is_due = true;
    }

    /// The end of the next comma that a hole is in front of.
    fn next(&mut self) -> u32 {
        if self.is_due {
            self.is_due = false;
            self.step();
        }
        self.step();
        self.at
    }

    fn step(&mut self) {
        loop {
            let text = &self.source[self.at as usize..];
            self.at += skip_trivia(text) as u32;
            let byte = self.source.as_bytes().get(self.at as usize);
            self.at += u32::from(byte.is_some());
            // Parentheses may stand round an element.
            if byte != Some(&b')') {
                break;
            }
        }
    }
}

/// How many bytes of white space and comments a text begins with.
fn skip_trivia(text: &str) -> usize {
    let mut rest = text;
    loop {
        let before = rest.len();
        rest = rest.trim_start_matches(|char: char| char.is_whitespace() || char == '\u{feff}');
        for open in ["//", "<!--", "-->"] {
            if rest.starts_with(open) {
                let end = rest.find(LINE_ENDS);
                rest = &rest[end.unwrap_or(rest.len())..];
            }
        }
        if rest.starts_with("/*") {
            let end = rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
            rest = &rest[end..];
        }
        if rest.len() == before {
            return text.len() - rest.len();
        }
    }
}

/// Whether a string has an escape that strict code may not have: `\1` to `\9`, or `\0` before a digit.
fn has_octal_escape(text: &[u8]) -> bool {
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'\\' {
            match bytes.next() {
                Some(b'1'..=b'9') => return true,
                Some(b'0') if bytes.as_slice().first().is_some_and(u8::is_ascii_digit) => {
                    return true;
                }
                _ => {}
            }
        }
    }
    false
}

/// The value of a string as WTF-8. Where oxc says that there are lone surrogates, each is U+FFFD and four hexadecimal
/// digits, as U+FFFD itself is.
fn wtf8(text: &str, has_lone_surrogates: bool) -> Vec<u8> {
    if !has_lone_surrogates {
        return text.as_bytes().to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut high: Option<u32> = None;
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        rest = &rest[char.len_utf8()..];
        let mut unit = u32::from(char);
        if char == '\u{fffd}'
            && let Some((digits, behind)) = rest.split_at_checked(4)
            && let Ok(value) = u32::from_str_radix(digits, 16)
        {
            unit = value;
            rest = behind;
        }
        match (high, unit) {
            (Some(first), 0xdc00..=0xdfff) => {
                // Two escapes that oxc did not take for one character.
                out.truncate(out.len() - 3);
                push(
                    &mut out,
                    0x1_0000 + ((first - 0xd800) << 10) + (unit - 0xdc00),
                );
            }
            _ => push(&mut out, unit),
        }
        high = Some(unit).filter(|unit| matches!(unit, 0xd800..=0xdbff));
    }
    out
}

/// Appends a code point, which may be a surrogate, as UTF-8 would have it.
fn push(out: &mut Vec<u8>, code: u32) {
    if let Some(char) = char::from_u32(code) {
        out.extend(char.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        out.extend([
            0xe0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3f) as u8,
            0x80 | (code & 0x3f) as u8,
        ]);
    }
}
