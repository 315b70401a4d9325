//! What a program declares.

use std::borrow::Cow;

use super::imports::required;
use super::kind::Kind;
use super::names;
use super::position::LineIndex;
use super::tree::{Node, Tree};

/// Something that a program declares.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Item<'t> {
    /// What it is.
    pub kind: ItemKind,
    /// Its name: of an import the module's, of a key in brackets its text.
    pub name: Cow<'t, str>,
    /// Its first line, counted from 1.
    pub line: usize,
    /// Its last line.
    pub end_line: usize,
    /// Offset of its first byte.
    pub start: usize,
    /// Offset of the byte behind it.
    pub end: usize,
    /// Which item it is in, by its place in the list.
    pub parent: Option<usize>,
    /// The names that an import brings, as the program calls them.
    pub specifiers: Vec<Cow<'t, str>>,
    /// Whether a declaration of it is exported where it stands.
    pub is_exported: bool,
}

/// What an [`Item`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ItemKind {
    /// A function with a name, declared or assigned to one.
    Function,
    /// A class.
    Class,
    /// A method of a class or an object.
    Method,
    /// A constructor of a class.
    Constructor,
    /// A getter.
    Getter,
    /// A setter.
    Setter,
    /// A field of a class.
    Field,
    /// An import declaration, or a `require` of a module's name.
    Import,
    /// An export of names, or of all of another module.
    Export,
}

impl ItemKind {
    /// Its name in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Class => "class",
            Self::Method => "method",
            Self::Constructor => "constructor",
            Self::Getter => "getter",
            Self::Setter => "setter",
            Self::Field => "field",
            Self::Import => "import",
            Self::Export => "export",
        }
    }
}

impl<'t> Tree<'t> {
    /// What the program declares: functions, classes and their members, arrow functions that have a name, imports and
    /// exports, in the order of the text.
    ///
    /// ```
    /// use kilowat::javascript::{self, Goal};
    ///
    /// let tree = javascript::parse(b"class A { get b() {} }\nconst c = () => 1;", Goal::Script)?;
    /// let items = tree.outline();
    /// let names: Vec<_> = items.iter().map(|item| (item.kind.name(), &*item.name)).collect();
    /// assert_eq!(names, [("class", "A"), ("getter", "b"), ("function", "c")]);
    /// assert_eq!(items[1].parent, Some(0));
    /// # Ok::<(), kilowat::javascript::Error>(())
    /// ```
    #[must_use]
    pub fn outline(&'t self) -> Vec<Item<'t>> {
        let lines = LineIndex::of(self);
        let mut items: Vec<Item<'t>> = Vec::new();
        // The items that are open, each with how many nodes are open where it is.
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut walk = self.walk();
        while let Some(node) = walk.next_entered() {
            let depth = walk.depth();
            while open.pop_if(|(outer, _)| *outer >= depth).is_some() {}
            let above = walk.above();
            let Some((kind, name)) = item(node, above) else {
                continue;
            };
            let parent = open.last().map(|(_, item)| *item);
            open.push((depth, items.len()));
            items.push(Item {
                kind,
                name,
                line: lines.line(node.start()),
                end_line: lines.line(node.end().saturating_sub(1).max(node.start())),
                start: node.start(),
                end: node.end(),
                parent,
                specifiers: specifiers(node),
                is_exported: above.is_some_and(|above| {
                    matches!(
                        above.kind(),
                        Kind::ExportNamedDeclaration | Kind::ExportDefaultDeclaration
                    )
                }),
            });
        }
        items
    }
}

/// What a node declares, by what is above it.
fn item<'t>(node: Node<'t>, above: Option<Node<'t>>) -> Option<(ItemKind, Cow<'t, str>)> {
    let kind = node.kind();
    match kind {
        Kind::MethodDefinition => {
            let kind = match node.role() {
                Some("constructor") => ItemKind::Constructor,
                Some("get") => ItemKind::Getter,
                Some("set") => ItemKind::Setter,
                _ => ItemKind::Method,
            };
            Some((kind, names::of_key(node)))
        }
        Kind::PropertyDefinition => Some((ItemKind::Field, names::of_key(node))),
        Kind::Property
            if node
                .field("value")
                .is_some_and(|value| value.kind().is_function()) =>
        {
            let kind = match node.role() {
                Some("get") => ItemKind::Getter,
                Some("set") => ItemKind::Setter,
                _ if node.is_method() => ItemKind::Method,
                _ => ItemKind::Function,
            };
            Some((kind, names::of_key(node)))
        }
        // Members are items themselves.
        _ if kind.is_function() || kind.is_class() => {
            let is_member = above.is_some_and(|above| {
                matches!(
                    above.kind(),
                    Kind::MethodDefinition | Kind::PropertyDefinition | Kind::Property
                )
            });
            let name = names::of_value(node, above).filter(|_| !is_member)?;
            let kind = if kind.is_class() {
                ItemKind::Class
            } else {
                ItemKind::Function
            };
            Some((kind, name))
        }
        Kind::ImportDeclaration => Some((ItemKind::Import, node.field("source")?.value()?)),
        Kind::ExportAllDeclaration => Some((ItemKind::Export, node.field("source")?.value()?)),
        Kind::ExportNamedDeclaration if node.field("declaration").is_none() => {
            let source = node.field("source").and_then(Node::value);
            Some((ItemKind::Export, source.unwrap_or_default()))
        }
        Kind::CallExpression => Some((ItemKind::Import, required(node)?)),
        _ => None,
    }
}

/// The names that an import brings, or an export gives.
fn specifiers(node: Node<'_>) -> Vec<Cow<'_, str>> {
    let of = |field: &'static str| {
        let list = node.list("specifiers");
        list.filter_map(move |it| it.field(field)?.value())
            .collect()
    };
    match node.kind() {
        Kind::ImportDeclaration => of("local"),
        Kind::ExportNamedDeclaration => of("exported"),
        Kind::ExportAllDeclaration => node
            .field("exported")
            .and_then(Node::value)
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}
