//! What a record of a tree is, and which fields it has.

use std::fmt;
use std::sync::LazyLock;

use kilowat_kernels::javascript::kind;

/// The kinds, with the numbers of the kernel's table.
macro_rules! kinds {
    ($($name:ident = $number:ident,)*) => {
        /// What a node is, by its name in `ESTree`. Literals are told apart, and comments and holes of arrays are nodes too.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[allow(missing_docs, reason = "the names are ESTree's")]
        pub enum Kind {
            $($name,)*
        }

        impl Kind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub(super) fn from_number(number: u32) -> Option<Self> {
                match number {
                    $(kind::$number => Some(Self::$name),)*
                    _ => None,
                }
            }

            fn number(self) -> u32 {
                match self {
                    $(Self::$name => kind::$number,)*
                }
            }
        }
    };
}

kinds! {
    Program = PROGRAM,
    Comment = COMMENT,
    Hole = HOLE,
    ExpressionStatement = EXPRESSION_STATEMENT,
    BlockStatement = BLOCK_STATEMENT,
    EmptyStatement = EMPTY_STATEMENT,
    DebuggerStatement = DEBUGGER_STATEMENT,
    WithStatement = WITH_STATEMENT,
    ReturnStatement = RETURN_STATEMENT,
    LabeledStatement = LABELED_STATEMENT,
    BreakStatement = BREAK_STATEMENT,
    ContinueStatement = CONTINUE_STATEMENT,
    IfStatement = IF_STATEMENT,
    SwitchStatement = SWITCH_STATEMENT,
    SwitchCase = SWITCH_CASE,
    ThrowStatement = THROW_STATEMENT,
    TryStatement = TRY_STATEMENT,
    CatchClause = CATCH_CLAUSE,
    WhileStatement = WHILE_STATEMENT,
    DoWhileStatement = DO_WHILE_STATEMENT,
    ForStatement = FOR_STATEMENT,
    ForInStatement = FOR_IN_STATEMENT,
    ForOfStatement = FOR_OF_STATEMENT,
    FunctionDeclaration = FUNCTION_DECLARATION,
    VariableDeclaration = VARIABLE_DECLARATION,
    VariableDeclarator = VARIABLE_DECLARATOR,
    ClassDeclaration = CLASS_DECLARATION,
    Identifier = IDENTIFIER,
    PrivateIdentifier = PRIVATE_IDENTIFIER,
    StringLiteral = STRING_LITERAL,
    NumericLiteral = NUMERIC_LITERAL,
    BigIntLiteral = BIG_INT_LITERAL,
    RegExpLiteral = REG_EXP_LITERAL,
    BooleanLiteral = BOOLEAN_LITERAL,
    NullLiteral = NULL_LITERAL,
    ThisExpression = THIS_EXPRESSION,
    Super = SUPER,
    ArrayExpression = ARRAY_EXPRESSION,
    ObjectExpression = OBJECT_EXPRESSION,
    Property = PROPERTY,
    FunctionExpression = FUNCTION_EXPRESSION,
    ArrowFunctionExpression = ARROW_FUNCTION_EXPRESSION,
    UnaryExpression = UNARY_EXPRESSION,
    UpdateExpression = UPDATE_EXPRESSION,
    BinaryExpression = BINARY_EXPRESSION,
    LogicalExpression = LOGICAL_EXPRESSION,
    AssignmentExpression = ASSIGNMENT_EXPRESSION,
    ConditionalExpression = CONDITIONAL_EXPRESSION,
    MemberExpression = MEMBER_EXPRESSION,
    CallExpression = CALL_EXPRESSION,
    NewExpression = NEW_EXPRESSION,
    ChainExpression = CHAIN_EXPRESSION,
    SequenceExpression = SEQUENCE_EXPRESSION,
    YieldExpression = YIELD_EXPRESSION,
    AwaitExpression = AWAIT_EXPRESSION,
    TemplateLiteral = TEMPLATE_LITERAL,
    TaggedTemplateExpression = TAGGED_TEMPLATE_EXPRESSION,
    TemplateElement = TEMPLATE_ELEMENT,
    ImportExpression = IMPORT_EXPRESSION,
    MetaProperty = META_PROPERTY,
    SpreadElement = SPREAD_ELEMENT,
    ClassExpression = CLASS_EXPRESSION,
    ObjectPattern = OBJECT_PATTERN,
    ArrayPattern = ARRAY_PATTERN,
    AssignmentPattern = ASSIGNMENT_PATTERN,
    RestElement = REST_ELEMENT,
    ClassBody = CLASS_BODY,
    MethodDefinition = METHOD_DEFINITION,
    PropertyDefinition = PROPERTY_DEFINITION,
    StaticBlock = STATIC_BLOCK,
    ImportDeclaration = IMPORT_DECLARATION,
    ImportSpecifier = IMPORT_SPECIFIER,
    ImportDefaultSpecifier = IMPORT_DEFAULT_SPECIFIER,
    ImportNamespaceSpecifier = IMPORT_NAMESPACE_SPECIFIER,
    ImportAttribute = IMPORT_ATTRIBUTE,
    ExportNamedDeclaration = EXPORT_NAMED_DECLARATION,
    ExportSpecifier = EXPORT_SPECIFIER,
    ExportDefaultDeclaration = EXPORT_DEFAULT_DECLARATION,
    ExportAllDeclaration = EXPORT_ALL_DECLARATION,
    JSXElement = JSX_ELEMENT,
    JSXFragment = JSX_FRAGMENT,
    JSXOpeningElement = JSX_OPENING_ELEMENT,
    JSXClosingElement = JSX_CLOSING_ELEMENT,
    JSXOpeningFragment = JSX_OPENING_FRAGMENT,
    JSXClosingFragment = JSX_CLOSING_FRAGMENT,
    JSXIdentifier = JSX_IDENTIFIER,
    JSXNamespacedName = JSX_NAMESPACED_NAME,
    JSXMemberExpression = JSX_MEMBER_EXPRESSION,
    JSXAttribute = JSX_ATTRIBUTE,
    JSXSpreadAttribute = JSX_SPREAD_ATTRIBUTE,
    JSXExpressionContainer = JSX_EXPRESSION_CONTAINER,
    JSXEmptyExpression = JSX_EMPTY_EXPRESSION,
    JSXSpreadChild = JSX_SPREAD_CHILD,
    JSXText = JSX_TEXT,
}

impl Kind {
    /// Its name, as `ESTree` has it where it has one of its own.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.shape().name
    }

    /// The names of its fields, in the order of the tree.
    pub fn fields(self) -> impl Iterator<Item = &'static str> {
        self.shape().fields.iter().map(|field| field.name)
    }

    pub(super) fn shape(self) -> &'static Shape {
        &SHAPES[self.number() as usize]
    }

    /// Whether it is a function: a declaration, an expression or an arrow.
    #[must_use]
    pub fn is_function(self) -> bool {
        matches!(
            self,
            Self::FunctionDeclaration | Self::FunctionExpression | Self::ArrowFunctionExpression
        )
    }

    /// Whether it is a class: a declaration or an expression.
    #[must_use]
    pub fn is_class(self) -> bool {
        matches!(self, Self::ClassDeclaration | Self::ClassExpression)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The fields of a kind.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) fields: Vec<Field>,
    /// How many words there are behind the head, which is one more than there are fields where one is no node.
    pub(super) words: usize,
}

/// A field of a record: a node, or the first of a list of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) is_list: bool,
}

/// By number. The kernel's table says what a kind looks like: `SwitchCase(test, *consequent)`.
static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let mut shapes: Vec<Shape> = (0..256).map(|_| Shape::default()).collect();
    for (number, _, meaning) in kind::MEANINGS {
        let (name, rest) = meaning.split_once('(').unwrap_or((meaning, ""));
        let name = name.split(' ').next().unwrap_or(name);
        let fields = rest.split_once(')').map_or("", |(fields, _)| fields);
        let fields = fields.split(", ").filter(|field| !field.is_empty());
        let fields: Vec<Field> = fields
            .map(|field| Field {
                name: field.trim_start_matches('*'),
                is_list: field.starts_with('*'),
            })
            .collect();
        let words = fields.len();
        shapes[*number as usize] = Shape {
            name,
            // The offset of the flags of a regular expression is no node.
            fields: if *number == kind::REG_EXP_LITERAL {
                Vec::new()
            } else {
                fields
            },
            words,
        };
    }
    shapes
});

/// Where a record names the nodes below it: how many fields it has, and a bit for each that is a list. A walk asks this
/// of every node, so that it is a table without names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) fields: u8,
    pub(super) lists: u8,
}

/// By number.
pub(super) static LAYOUTS: [Layout; 256] = {
    let mut layouts = [Layout {
        fields: 0,
        lists: 0,
    }; 256];
    let mut row = 0;
    while row < kind::MEANINGS.len() {
        let (number, _, meaning) = kind::MEANINGS[row];
        // The offset of the flags of a regular expression is no node.
        if number != kind::REG_EXP_LITERAL {
            layouts[number as usize] = layout(meaning.as_bytes());
        }
        row += 1;
    }
    layouts
};

/// What [`SHAPES`] has of the same text, found before the program runs.
const fn layout(meaning: &[u8]) -> Layout {
    let mut layout = Layout {
        fields: 0,
        lists: 0,
    };
    let mut at = 0;
    while at < meaning.len() && meaning[at] != b'(' {
        at += 1;
    }
    at += 1;
    while at < meaning.len() && meaning[at] != b')' {
        if layout.fields == 0 || meaning[at] == b',' {
            layout.fields += 1;
        }
        if meaning[at] == b'*' {
            layout.lists |= 1 << (layout.fields - 1);
        }
        at += 1;
    }
    layout
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_a_shape_without_names() {
        for (number, _, _) in kind::MEANINGS {
            let (shape, layout) = (&SHAPES[*number as usize], LAYOUTS[*number as usize]);
            assert_eq!(usize::from(layout.fields), shape.fields.len(), "{number}");
            for (place, field) in shape.fields.iter().enumerate() {
                assert_eq!(layout.lists >> place & 1 == 1, field.is_list, "{number}");
            }
        }
    }
}
