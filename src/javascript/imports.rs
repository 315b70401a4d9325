//! What a program takes from other modules, and gives to them.

use std::borrow::Cow;
use std::iter;

use super::kind::Kind;
use super::position::LineIndex;
use super::tree::{Node, Tree};

/// A module that a program names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Import<'t> {
    /// How it is named.
    pub kind: ImportKind,
    /// The name of the module; nothing where it is not a string.
    pub source: Option<Cow<'t, str>>,
    /// Each name there, and what the program calls it; `*` is all of them.
    pub names: Vec<(Cow<'t, str>, Cow<'t, str>)>,
    /// The line, counted from 1.
    pub line: usize,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset of the byte behind it.
    pub end: usize,
}

/// How a program names a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImportKind {
    /// `import … from`.
    Static,
    /// `import()`.
    Dynamic,
    /// `export … from`.
    Export,
    /// `require()` of a string.
    Require,
}

impl ImportKind {
    /// Its name in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Dynamic => "dynamic",
            Self::Export => "export",
            Self::Require => "require",
        }
    }
}

impl<'t> Tree<'t> {
    /// The modules that the program names, in the order of the text.
    ///
    /// ```
    /// use kilowat::javascript::{self, Goal, ImportKind};
    ///
    /// let tree = javascript::parse(b"import a, { b as c } from 'm'; import('n');", Goal::Module)?;
    /// let imports = tree.imports();
    /// assert_eq!(imports[0].names, [("default".into(), "a".into()), ("b".into(), "c".into())]);
    /// assert_eq!(imports[1].kind, ImportKind::Dynamic);
    /// # Ok::<(), kilowat::javascript::Error>(())
    /// ```
    #[must_use]
    pub fn imports(&'t self) -> Vec<Import<'t>> {
        let lines = LineIndex::of(self);
        let mut walk = self.walk();
        let entered = iter::from_fn(|| walk.next_entered());
        entered.filter_map(|node| import(node, &lines)).collect()
    }
}

fn import<'t>(node: Node<'t>, lines: &LineIndex<'_>) -> Option<Import<'t>> {
    let source = || {
        node.field("source")
            .filter(|it| it.kind() == Kind::StringLiteral)?
            .value()
    };
    let (kind, source, names) = match node.kind() {
        Kind::ImportDeclaration => {
            let names = node.list("specifiers").map(|it| (imported(it), local(it)));
            (ImportKind::Static, source(), names.collect())
        }
        Kind::ImportExpression => (ImportKind::Dynamic, source(), Vec::new()),
        Kind::ExportNamedDeclaration if node.field("source").is_some() => {
            let names = node.list("specifiers");
            let names = names.map(|it| (value(it, "local"), value(it, "exported")));
            (ImportKind::Export, source(), names.collect())
        }
        Kind::ExportAllDeclaration => {
            let exported = node.field("exported").and_then(Node::value);
            let exported = exported.unwrap_or(Cow::Borrowed("*"));
            (
                ImportKind::Export,
                source(),
                vec![(Cow::Borrowed("*"), exported)],
            )
        }
        Kind::CallExpression => (ImportKind::Require, Some(required(node)?), Vec::new()),
        _ => return None,
    };
    Some(Import {
        kind,
        source,
        names,
        line: lines.line(node.start()),
        start: node.start(),
        end: node.end(),
    })
}

fn imported(specifier: Node<'_>) -> Cow<'_, str> {
    match specifier.kind() {
        Kind::ImportDefaultSpecifier => Cow::Borrowed("default"),
        Kind::ImportNamespaceSpecifier => Cow::Borrowed("*"),
        _ => value(specifier, "imported"),
    }
}

fn local(specifier: Node<'_>) -> Cow<'_, str> {
    value(specifier, "local")
}

fn value<'t>(node: Node<'t>, field: &str) -> Cow<'t, str> {
    node.field(field).and_then(Node::value).unwrap_or_default()
}

/// The module of `require("…")`.
pub(super) fn required(call: Node<'_>) -> Option<Cow<'_, str>> {
    let callee = call.field("callee")?;
    if callee.kind() != Kind::Identifier || callee.text() != "require" {
        return None;
    }
    let mut arguments = call.list("arguments");
    let argument = arguments.next()?;
    (argument.kind() == Kind::StringLiteral && arguments.next().is_none())
        .then(|| argument.value())?
}
