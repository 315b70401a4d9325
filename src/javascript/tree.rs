//! The tree of a program: nodes that borrow from it, and a walk over them.

use std::borrow::Cow;
use std::fmt;

use kilowat_kernels::javascript::{flag, kind, meta, method, number, operator, property, variable};
use kilowat_operations::ops::javascript_tree::{HEAD, HIGHEST, MAGIC, VERSION, bit, header};
use kilowat_operations::ops::{JavaScriptDialect as Dialect, JavaScriptGoal as Goal};

use super::kind::{Kind, LAYOUTS, Layout, Shape};

/// The syntax tree of a program of JavaScript, as [bytes](Self::as_bytes) that a kernel has written, and the program.
///
/// ```
/// use kilowat::javascript::{self, Goal, Kind};
///
/// let tree = javascript::parse(b"const answer = 6 * 7;", Goal::Module)?;
/// let declaration = tree.root().list("body").next().unwrap();
/// assert_eq!(declaration.kind(), Kind::VariableDeclaration);
/// let declarator = declaration.list("declarations").next().unwrap();
/// assert_eq!(declarator.field("id").unwrap().text(), "answer");
/// assert_eq!(declarator.field("init").unwrap().operator(), Some("*"));
/// # Ok::<(), kilowat::javascript::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Tree<'s> {
    bytes: Vec<u8>,
    source: &'s str,
}

/// Why bytes are no tree of a program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at word {word} of the tree: {fault}")]
#[non_exhaustive]
pub struct TreeError {
    /// Which word, counted from 0.
    pub word: u32,
    /// What is wrong with it.
    pub fault: TreeFault,
}

/// What is wrong with bytes that should be a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TreeFault {
    /// They have no header, or one of another format or version.
    #[error("this is no header of a tree")]
    Header,
    /// They end too early or too late, or the program has another length.
    #[error("the length does not fit")]
    Length,
    /// There is no such kind of a record.
    #[error("there is no such kind")]
    Kind,
    /// A node is not where it should be, or belongs to two others.
    #[error("no node begins where this points, or it belongs to another one")]
    Reference,
    /// A place is not within the program, or within a character.
    #[error("this is no place in the program")]
    Place,
    /// The tree is higher than any that is made.
    #[error("the tree is too high")]
    Height,
}

impl<'s> Tree<'s> {
    /// A tree that a kernel has made of this text.
    pub(super) fn new(bytes: Vec<u8>, source: &'s str) -> Self {
        Self { bytes, source }
    }

    /// Takes the bytes of a tree that was kept, and its program. All of it is checked, in one pass.
    ///
    /// # Errors
    /// [`TreeError`] where the bytes are no tree, or that of a program of another length.
    pub fn from_bytes(bytes: Vec<u8>, source: &'s str) -> Result<Self, TreeError> {
        let tree = Self { bytes, source };
        Checker::new(&tree).check()?;
        Ok(tree)
    }

    /// The bytes, which [`from_bytes`](Self::from_bytes) takes: little-endian words (`docs/javascript.md` in the
    /// source).
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The program.
    #[must_use]
    pub fn source(&self) -> &'s str {
        self.source
    }

    pub(super) fn word(&self, at: usize) -> u32 {
        let bytes = self.bytes.get(4 * at..4 * at + 4);
        bytes.map_or(0, |bytes| {
            u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
        })
    }

    /// The program as a node.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        let at = self.word(header::ROOT) as usize;
        Node { tree: self, at }
    }

    /// What it was parsed as, and with what beside the language.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        let number = self.word(header::VERSION) >> 16;
        Dialect::from_number(number).unwrap_or(Goal::Script.into())
    }

    /// What it was parsed as.
    #[must_use]
    pub fn goal(&self) -> Goal {
        self.dialect().goal
    }

    /// How many nodes it has, comments included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.word(header::RECORDS) as usize
    }

    /// Whether it has no nodes. It has at least the program.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many constructs are open at the deepest place of the program.
    #[must_use]
    pub fn nesting(&self) -> u32 {
        self.word(header::NESTING)
    }

    /// The comments, in their order. One that stands in front of the program (`#!`) is among them.
    #[must_use]
    pub fn comments(&self) -> List<'_> {
        List {
            tree: self,
            at: self.word(header::FIRST_COMMENT) as usize,
        }
    }

    fn has(&self, bit: u32) -> bool {
        self.word(header::BITS) & bit != 0
    }

    /// Whether the program as a whole is strict.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.has(bit::STRICT)
    }

    /// Whether it has declarations that only modules have, or `import.meta`.
    #[must_use]
    pub fn has_module_syntax(&self) -> bool {
        self.has(bit::MODULE)
    }

    /// Whether it awaits something outside of functions.
    #[must_use]
    pub fn has_top_level_await(&self) -> bool {
        self.has(bit::TOP_LEVEL_AWAIT)
    }

    /// Whether it has elements of JSX.
    #[must_use]
    pub fn has_jsx(&self) -> bool {
        self.has(bit::JSX)
    }

    /// Whether lines may end with anything but a line feed alone.
    pub(super) fn has_other_line_ends(&self) -> bool {
        self.has(bit::LINE_ENDS)
    }

    /// Up to there, offsets in bytes and in UTF-16 are the same.
    pub(super) fn first_non_ascii(&self) -> usize {
        self.word(header::NON_ASCII) as usize
    }

    /// All nodes from the root down, each when it is entered and when it is left.
    #[must_use]
    pub fn walk(&self) -> Walk<'_> {
        self.root().walk()
    }
}

impl fmt::Debug for Tree<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tree")
            .field("goal", &self.goal())
            .field("nodes", &self.len())
            .finish_non_exhaustive()
    }
}

/// A node of a [`Tree`].
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree<'t>,
    at: usize,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.at == other.at
    }
}

impl Eq for Node<'_> {}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}({}..{})",
            self.kind(),
            self.start(),
            self.end()
        )
    }
}

impl<'t> Node<'t> {
    pub(super) fn number(self) -> u32 {
        self.tree.word(self.at) & 0xff
    }

    /// What it is. Trees are checked, so that there is no other kind.
    #[must_use]
    pub fn kind(self) -> Kind {
        Kind::from_number(self.number()).unwrap_or(Kind::Hole)
    }

    fn shape(self) -> &'static Shape {
        self.kind().shape()
    }

    /// Offset of its first byte in the program. A [`Kind::Hole`] is at 0 and empty.
    #[must_use]
    pub fn start(self) -> usize {
        self.tree.word(self.at + 1) as usize
    }

    /// Offset of the byte behind it.
    #[must_use]
    pub fn end(self) -> usize {
        self.tree.word(self.at + 2) as usize
    }

    /// What of the program it is.
    #[must_use]
    pub fn text(self) -> &'t str {
        self.tree.source.get(self.start()..self.end()).unwrap_or("")
    }

    /// The tree that it is of.
    #[must_use]
    pub fn tree(self) -> &'t Tree<'t> {
        self.tree
    }

    fn at(self, reference: u32) -> Option<Self> {
        (reference != 0).then_some(Self {
            tree: self.tree,
            at: reference as usize,
        })
    }

    fn field_word(self, name: &str, is_list: bool) -> u32 {
        let mut fields = self.shape().fields.iter();
        let place = fields.position(|field| field.name == name && field.is_list == is_list);
        place.map_or(0, |place| self.tree.word(self.at + HEAD + place))
    }

    /// The node in a field, by the name that `ESTree` gives it, if there is one.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Self> {
        self.at(self.field_word(name, false))
    }

    /// The nodes of a field that is a list; none where there is no such field.
    #[must_use]
    pub fn list(self, name: &str) -> List<'t> {
        List {
            tree: self.tree,
            at: self.field_word(name, true) as usize,
        }
    }

    /// The nodes directly below, in the order of the fields. What two fields share is there twice.
    #[must_use]
    pub fn children(self) -> Children<'t> {
        Children {
            node: self,
            layout: LAYOUTS[self.number() as usize],
            field: 0,
            next: 0,
        }
    }

    /// It and all below it, each when it is entered and when it is left.
    #[must_use]
    pub fn walk(self) -> Walk<'t> {
        Walk {
            entered: Some(self),
            open: Vec::new(),
        }
    }

    pub(super) fn flags(self) -> u32 {
        self.tree.word(self.at) >> 8 & 0xff
    }

    pub(super) fn data(self) -> u32 {
        self.tree.word(self.at) >> 16
    }

    fn has(self, flag: u32) -> bool {
        self.flags() & flag != 0
    }

    fn is_one_of(self, kinds: &[Kind]) -> bool {
        kinds.contains(&self.kind())
    }

    /// Whether it stands in parentheses. Of what is assigned to that is not known.
    #[must_use]
    pub fn is_parenthesized(self) -> bool {
        self.kind() != Kind::Comment && self.has(flag::PARENTHESIZED)
    }

    /// Whether a function or an arrow is asynchronous, or a loop awaits.
    #[must_use]
    pub fn is_async(self) -> bool {
        (self.kind().is_function() && self.has(flag::ASYNC))
            || (self.kind() == Kind::ForOfStatement && self.has(flag::AWAIT))
    }

    /// Whether a function is a generator.
    #[must_use]
    pub fn is_generator(self) -> bool {
        self.is_one_of(&[Kind::FunctionDeclaration, Kind::FunctionExpression])
            && self.has(flag::GENERATOR)
    }

    /// Whether the body of a function is strict code.
    #[must_use]
    pub fn is_strict(self) -> bool {
        self.kind().is_function() && self.has(flag::STRICT)
    }

    /// Whether the body of an arrow function is an expression.
    #[must_use]
    pub fn is_expression(self) -> bool {
        self.kind() == Kind::ArrowFunctionExpression && self.has(flag::EXPRESSION)
    }

    /// Whether a key or the property of a member is in brackets.
    #[must_use]
    pub fn is_computed(self) -> bool {
        match self.kind() {
            Kind::Property | Kind::MemberExpression => self.has(flag::COMPUTED),
            Kind::MethodDefinition | Kind::PropertyDefinition => self.has(flag::CLASS_COMPUTED),
            _ => false,
        }
    }

    /// Whether a member of a class is static.
    #[must_use]
    pub fn is_static(self) -> bool {
        self.is_one_of(&[Kind::MethodDefinition, Kind::PropertyDefinition])
            && self.has(flag::STATIC)
    }

    /// Whether `?.` stands before a property or arguments.
    #[must_use]
    pub fn is_optional(self) -> bool {
        match self.kind() {
            Kind::MemberExpression => self.has(flag::OPTIONAL),
            Kind::CallExpression => self.has(flag::CALL_OPTIONAL),
            _ => false,
        }
    }

    /// Whether a property is a method.
    #[must_use]
    pub fn is_method(self) -> bool {
        self.kind() == Kind::Property && self.has(flag::METHOD)
    }

    /// Whether a property is a name alone, which is its key and its value.
    #[must_use]
    pub fn is_shorthand(self) -> bool {
        self.kind() == Kind::Property && self.has(flag::SHORTHAND)
    }

    /// Whether an operator stands in front of what it is applied to.
    #[must_use]
    pub fn is_prefix(self) -> bool {
        self.kind() == Kind::UnaryExpression
            || (self.kind() == Kind::UpdateExpression && self.has(flag::PREFIX))
    }

    /// Whether a `yield` has a star.
    #[must_use]
    pub fn is_delegate(self) -> bool {
        self.kind() == Kind::YieldExpression && self.has(flag::DELEGATE)
    }

    /// Whether a statement is a directive, such as `"use strict"`.
    #[must_use]
    pub fn is_directive(self) -> bool {
        self.kind() == Kind::ExpressionStatement && self.has(flag::DIRECTIVE)
    }

    /// Whether it is the last piece of its template.
    #[must_use]
    pub fn is_tail(self) -> bool {
        self.kind() == Kind::TemplateElement && self.has(flag::TAIL)
    }

    /// Whether the opening tag of an element is all that there is of it: `<a />`.
    #[must_use]
    pub fn is_self_closing(self) -> bool {
        self.kind() == Kind::JSXOpeningElement && self.has(flag::SELF_CLOSING)
    }

    /// Whether a name in a tag stands for what the program calls so: `A` of `<A>`, and `a` of `<a.b>`, but not `a` of `<a>`.
    #[must_use]
    pub fn is_reference(self) -> bool {
        self.kind() == Kind::JSXIdentifier && self.has(flag::REFERENCE)
    }

    /// Whether a comment is `/* */`.
    #[must_use]
    pub fn is_block_comment(self) -> bool {
        self.kind() == Kind::Comment && self.has(flag::BLOCK)
    }

    /// What a literal says: `true`, or nothing where it is none of these two.
    #[must_use]
    pub fn boolean(self) -> Option<bool> {
        (self.kind() == Kind::BooleanLiteral).then(|| self.has(flag::TRUE))
    }

    /// The operator of an expression.
    #[must_use]
    pub fn operator(self) -> Option<&'static str> {
        let has_one = self.is_one_of(&[
            Kind::UnaryExpression,
            Kind::UpdateExpression,
            Kind::BinaryExpression,
            Kind::LogicalExpression,
            Kind::AssignmentExpression,
        ]);
        let row = operator::MEANINGS.get((self.data() as usize).checked_sub(1)?)?;
        has_one.then(|| row.2.trim_matches('`'))
    }

    /// `var`, `let` or `const`; `init`, `get` or `set`; `constructor`, `method`, `get` or `set`: what `ESTree` calls the
    /// kind of a declaration, a property or a method.
    #[must_use]
    pub fn role(self) -> Option<&'static str> {
        let table = match self.kind() {
            Kind::VariableDeclaration => variable::MEANINGS,
            Kind::Property => property::MEANINGS,
            Kind::MethodDefinition => method::MEANINGS,
            _ => return None,
        };
        table.get(self.data() as usize).map(|(_, name, _)| *name)
    }

    /// Whether a meta property is `new.target`, and not `import.meta`.
    #[must_use]
    pub fn is_new_target(self) -> bool {
        self.kind() == Kind::MetaProperty && self.data() == meta::NEW_TARGET
    }

    /// The bytes that a name or a string stands for where they are not those of the program: WTF-8, which is UTF-8 but for
    /// halves of surrogate pairs.
    pub(super) fn cooked(self) -> Option<&'t [u8]> {
        if self.kind() == Kind::Comment || !self.has(flag::COOKED) {
            return None;
        }
        let at = self.at + HEAD + self.shape().words;
        let len = self.tree.word(at) as usize;
        self.tree.bytes.get(4 * (at + 1)..)?.get(..len)
    }

    /// What a name (without `#`), a string, a piece of a template or text of JSX stands for, in WTF-8: UTF-8, but for
    /// halves of surrogate pairs. A piece of a tagged template may stand for nothing, and other nodes do.
    #[must_use]
    pub fn value_bytes(self) -> Option<&'t [u8]> {
        if let Some(cooked) = self.cooked() {
            return Some(cooked);
        }
        let text = self.text();
        let text = match self.kind() {
            Kind::Identifier | Kind::JSXIdentifier | Kind::JSXText => text,
            Kind::PrivateIdentifier => text.get(1..)?,
            Kind::StringLiteral => text.get(1..text.len().checked_sub(1)?)?,
            Kind::TemplateElement if !self.has(flag::NO_VALUE) => text,
            _ => return None,
        };
        Some(text.as_bytes())
    }

    /// The same as a string, where halves of surrogate pairs are replaced by U+FFFD.
    #[must_use]
    pub fn value(self) -> Option<Cow<'t, str>> {
        self.value_bytes().map(String::from_utf8_lossy)
    }

    /// The value of a number.
    #[must_use]
    pub fn number_value(self) -> Option<f64> {
        if self.kind() != Kind::NumericLiteral {
            return None;
        }
        let digits = self.text().replace('_', "");
        Some(match self.data() {
            number::BINARY => super::number::of_radix(&digits[2..], 1),
            number::OCTAL => super::number::of_radix(&digits[2..], 3),
            number::HEXADECIMAL => super::number::of_radix(&digits[2..], 4),
            number::LEGACY_OCTAL => super::number::of_radix(&digits, 3),
            _ => digits.parse().unwrap_or(f64::NAN),
        })
    }

    /// The pattern and the flags of a regular expression.
    #[must_use]
    pub fn regular_expression(self) -> Option<(&'t str, &'t str)> {
        if self.kind() != Kind::RegExpLiteral {
            return None;
        }
        let text = self.text();
        let flags = (self.tree.word(self.at + HEAD) as usize).checked_sub(self.start())?;
        Some((text.get(1..flags.checked_sub(1)?)?, text.get(flags..)?))
    }
}

/// Nodes one after the other.
#[derive(Clone)]
pub struct List<'t> {
    tree: &'t Tree<'t>,
    at: usize,
}

impl fmt::Debug for List<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.clone()).finish()
    }
}

impl<'t> Iterator for List<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.at == 0 {
            return None;
        }
        let node = Node {
            tree: self.tree,
            at: self.at,
        };
        self.at = self.tree.word(self.at + 3) as usize;
        Some(node)
    }
}

/// The nodes directly below another one.
#[derive(Debug, Clone)]
pub struct Children<'t> {
    node: Node<'t>,
    layout: Layout,
    field: usize,
    next: usize,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        let Node { tree, at } = self.node;
        while self.next == 0 {
            if self.field >= usize::from(self.layout.fields) {
                return None;
            }
            let word = tree.word(at + HEAD + self.field) as usize;
            let is_list = self.layout.lists >> self.field & 1 == 1;
            self.field += 1;
            if is_list {
                self.next = word;
            } else if word != 0 {
                return Some(Node { tree, at: word });
            }
        }
        let node = Node {
            tree,
            at: self.next,
        };
        self.next = tree.word(self.next + 3) as usize;
        Some(node)
    }
}

/// A step of a [`Walk`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'t> {
    /// A node; those below it come next.
    Enter(Node<'t>),
    /// The same node; all below it have been.
    Leave(Node<'t>),
}

/// A walk over nodes. It keeps a stack of its own: no tree is too high for it.
#[derive(Debug, Clone)]
pub struct Walk<'t> {
    entered: Option<Node<'t>>,
    open: Vec<Children<'t>>,
}

impl<'t> Walk<'t> {
    /// The next node that is entered, whatever is left before it.
    pub(super) fn next_entered(&mut self) -> Option<Node<'t>> {
        loop {
            if let Event::Enter(node) = self.next()? {
                return Some(node);
            }
        }
    }

    /// The node above the one that was entered last.
    pub(super) fn above(&self) -> Option<Node<'t>> {
        let place = self.open.len().checked_sub(2)?;
        self.open.get(place).map(|children| children.node)
    }

    /// Passes over what is below the node that was entered last.
    pub fn skip_children(&mut self) {
        if let Some(children) = self.open.last_mut() {
            children.field = usize::MAX;
            children.next = 0;
        }
    }

    /// How many nodes are open, the one that was entered last included.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.open.len()
    }
}

impl<'t> Iterator for Walk<'t> {
    type Item = Event<'t>;

    fn next(&mut self) -> Option<Event<'t>> {
        let node = match self.entered.take() {
            Some(root) => root,
            None => match self.open.last_mut()?.next() {
                Some(child) => child,
                None => return self.open.pop().map(|children| Event::Leave(children.node)),
            },
        };
        self.open.push(node.children());
        Some(Event::Enter(node))
    }
}

/// Holds bytes to what a tree is: each node stands where it is pointed to from, below one other node at most.
struct Checker<'t> {
    tree: &'t Tree<'t>,
    /// For each word what is known of it.
    words: Vec<Known>,
    /// For each record its height, by the place of its first word.
    heights: Vec<u32>,
}

/// What is known of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// No record begins there.
    Inside,
    /// A record does, and belongs to no other yet.
    Free,
    /// A record does that belongs to another one.
    Taken,
}

impl<'t> Checker<'t> {
    fn new(tree: &'t Tree<'t>) -> Self {
        let words = tree.bytes.len() / 4;
        Self {
            tree,
            words: vec![Known::Inside; words],
            heights: vec![0; words],
        }
    }

    fn refuse(word: usize, fault: TreeFault) -> TreeError {
        TreeError {
            word: word as u32,
            fault,
        }
    }

    fn check(mut self) -> Result<(), TreeError> {
        let tree = self.tree;
        let count = self.words.len();
        if tree.word(header::MAGIC) != MAGIC || tree.word(header::VERSION) & 0xffff != VERSION {
            return Err(Self::refuse(header::MAGIC, TreeFault::Header));
        }
        if Dialect::from_number(tree.word(header::VERSION) >> 16).is_none() {
            return Err(Self::refuse(header::VERSION, TreeFault::Header));
        }
        if !tree.bytes.len().is_multiple_of(4) || count < header::LEN {
            return Err(Self::refuse(count, TreeFault::Length));
        }
        if tree.word(header::WORDS) as usize != count {
            return Err(Self::refuse(header::WORDS, TreeFault::Length));
        }
        if tree.word(header::SOURCE_LEN) as usize != tree.source.len() {
            return Err(Self::refuse(header::SOURCE_LEN, TreeFault::Length));
        }
        let ascii = tree.source.bytes().position(|byte| !byte.is_ascii());
        if tree.first_non_ascii() != ascii.unwrap_or(tree.source.len()) {
            return Err(Self::refuse(header::NON_ASCII, TreeFault::Place));
        }
        let (mut at, mut records, mut last) = (header::LEN, 0, 0);
        while at < count {
            last = at;
            records += 1;
            at = self.record(at)?;
        }
        let root = tree.word(header::ROOT) as usize;
        if root != last || tree.word(root) & 0xff != kind::PROGRAM || tree.word(root + 3) != 0 {
            return Err(Self::refuse(header::ROOT, TreeFault::Reference));
        }
        if tree.word(header::RECORDS) != records {
            return Err(Self::refuse(header::RECORDS, TreeFault::Length));
        }
        let comments = self.list(header::FIRST_COMMENT, count, true)?;
        if tree.word(header::COMMENTS) != comments {
            return Err(Self::refuse(header::COMMENTS, TreeFault::Length));
        }
        Ok(())
    }

    /// Checks the record that begins there, and says where the next one does.
    fn record(&mut self, at: usize) -> Result<usize, TreeError> {
        let tree = self.tree;
        let node = Node { tree, at };
        let Some(kind) = Kind::from_number(node.number()) else {
            return Err(Self::refuse(at, TreeFault::Kind));
        };
        let shape = kind.shape();
        let mut end = at + HEAD + shape.words;
        if kind != Kind::Comment && node.flags() & flag::COOKED != 0 {
            let may_have = matches!(
                kind,
                Kind::Identifier
                    | Kind::PrivateIdentifier
                    | Kind::StringLiteral
                    | Kind::TemplateElement
                    | Kind::JSXText
            );
            if !may_have || end >= self.words.len() {
                return Err(Self::refuse(at, TreeFault::Kind));
            }
            end += 1 + (tree.word(end) as usize).div_ceil(4);
        }
        if end > self.words.len() {
            return Err(Self::refuse(at, TreeFault::Length));
        }
        let span = tree.source.get(node.start()..node.end());
        let Some(text) = span.filter(|_| node.start() <= node.end()) else {
            return Err(Self::refuse(at + 1, TreeFault::Place));
        };
        let shortest = match kind {
            Kind::StringLiteral => 2,
            Kind::NumericLiteral
                if (number::BINARY..=number::HEXADECIMAL).contains(&node.data()) =>
            {
                3
            }
            Kind::PrivateIdentifier | Kind::NumericLiteral | Kind::BigIntLiteral => 1,
            _ => 0,
        };
        if text.len() < shortest || (shortest > 0 && !has_ascii_ends(text)) {
            return Err(Self::refuse(at + 1, TreeFault::Place));
        }
        let mut height = 0;
        for (place, field) in shape.fields.iter().enumerate() {
            let word = at + HEAD + place;
            if field.is_list {
                self.list(word, at, false)?;
            } else {
                self.take(word, tree.word(word) as usize, at, false)?;
            }
        }
        for child in node.children() {
            height = height.max(self.heights[child.at]);
        }
        if height >= HIGHEST {
            return Err(Self::refuse(at, TreeFault::Height));
        }
        self.heights[at] = height + 1;
        self.words[at] = Known::Free;
        Ok(end)
    }

    /// Takes the nodes of a list, all of which end before a word.
    fn list(&mut self, word: usize, limit: usize, comments: bool) -> Result<u32, TreeError> {
        let (mut from, mut at) = (word, self.tree.word(word) as usize);
        let mut count = 0;
        let mut before = 0;
        while at != 0 {
            if at <= before {
                return Err(Self::refuse(from, TreeFault::Reference));
            }
            self.take(from, at, limit, comments)?;
            count += 1;
            before = at;
            from = at + 3;
            at = self.tree.word(from) as usize;
        }
        Ok(count)
    }

    /// Takes a node. Leaves may be shared, as names are that are a key and a value.
    fn take(
        &mut self,
        from: usize,
        at: usize,
        limit: usize,
        is_comment: bool,
    ) -> Result<(), TreeError> {
        if at == 0 {
            return Ok(());
        }
        let known = (at < limit).then(|| self.words.get(at).copied()).flatten();
        let is_leaf = known.is_some() && self.heights[at] == 1;
        let node = Node {
            tree: self.tree,
            at,
        };
        let fits = (node.number() == kind::COMMENT) == is_comment && node.number() != kind::PROGRAM;
        match known {
            Some(Known::Free) if fits => self.words[at] = Known::Taken,
            Some(Known::Taken) if fits && is_leaf && node.number() == kind::IDENTIFIER => {}
            Some(Known::Taken) if fits && is_leaf && node.number() == kind::STRING_LITERAL => {}
            _ => return Err(Self::refuse(from, TreeFault::Reference)),
        }
        Ok(())
    }
}

/// Whether the first and the last character are ASCII, so that a text can be cut there.
fn has_ascii_ends(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii)
        && bytes
            .last()
            .is_some_and(|byte| byte.is_ascii() || text.starts_with('#'))
}
