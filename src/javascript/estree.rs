//! The tree as JSON of `ESTree`.

use std::fmt::Write as _;

use kilowat_kernels::javascript::{flag, number};

use super::kind::Kind;
use super::number::to_decimal;
use super::position::{LineIndex, Utf16};
use super::tree::{List, Node, Tree};

/// What of a tree is written as JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EsTreeOptions {
    /// Offsets in UTF-16, as JavaScript counts, instead of bytes.
    pub utf16: bool,
    /// `loc`: lines counted from 1, and columns from 0 in UTF-16.
    pub loc: bool,
    /// The comments, as a list `comments` of the program.
    pub comments: bool,
}

impl EsTreeOptions {
    /// What acorn makes: offsets in UTF-16, and nothing else.
    #[must_use]
    pub fn acorn() -> Self {
        Self {
            utf16: true,
            ..Self::default()
        }
    }

    /// The same with `loc`, or without.
    #[must_use]
    pub fn with_loc(self, loc: bool) -> Self {
        Self { loc, ..self }
    }

    /// The same with comments, or without.
    #[must_use]
    pub fn with_comments(self, comments: bool) -> Self {
        Self { comments, ..self }
    }
}

impl Tree<'_> {
    /// The tree as JSON, as [ESTree](https://github.com/estree/estree) has it, and acorn makes it; that of elements is as
    /// of [JSX](https://github.com/facebook/jsx/blob/main/AST.md), and of acorn-jsx.
    ///
    /// What JSON has no value for is as of `JSON.stringify`: the value of a regular expression is `{}`, and a number that
    /// is infinite is `null`. The value of a `BigInt` is `null`; its digits are in `bigint`. Halves of surrogate pairs are
    /// written as escapes.
    ///
    /// ```
    /// use kilowat::javascript::{self, EsTreeOptions, Goal};
    ///
    /// let tree = javascript::parse(b"f()", Goal::Script)?;
    /// let json = tree.to_estree_json(EsTreeOptions::acorn());
    /// assert!(json.starts_with(r#"{"type":"Program","start":0,"end":3,"#));
    /// # Ok::<(), kilowat::javascript::Error>(())
    /// ```
    #[must_use]
    pub fn to_estree_json(&self, options: EsTreeOptions) -> String {
        let writer = Writer {
            utf16: options.utf16.then(|| Utf16::new(self)),
            lines: options.loc.then(|| LineIndex::of(self)),
            comments: options.comments,
            json: String::with_capacity(self.as_bytes().len() * 4),
        };
        writer.write(self)
    }
}

/// A node that is being written.
struct Open<'t> {
    node: Node<'t>,
    /// The field that is next.
    field: usize,
    /// The rest of the list that is being written.
    list: Option<(List<'t>, bool)>,
}

struct Writer<'t> {
    utf16: Option<Utf16<'t>>,
    lines: Option<LineIndex<'t>>,
    comments: bool,
    json: String,
}

impl<'t> Writer<'t> {
    fn put(&mut self, text: &str) {
        self.json.push_str(text);
    }

    fn write(mut self, tree: &'t Tree<'t>) -> String {
        let mut open: Vec<Open<'t>> = Vec::new();
        self.begin(tree.root(), &mut open);
        while let Some(top) = open.last_mut() {
            if let Some((list, is_first)) = &mut top.list {
                let comma = if std::mem::take(is_first) { "" } else { "," };
                if let Some(element) = list.next() {
                    self.put(comma);
                    self.begin(element, &mut open);
                    continue;
                }
                top.list = None;
                self.put("]");
            }
            let kind = top.node.kind();
            let Some(field) = kind.shape().fields.get(top.field) else {
                self.end(top.node);
                open.pop();
                continue;
            };
            top.field += 1;
            let _ = write!(self.json, ",\"{}\":", field.name);
            if field.is_list {
                top.list = Some((top.node.list(field.name), true));
                self.put("[");
            } else {
                match top.node.field(field.name) {
                    Some(child) => self.begin(child, &mut open),
                    None => self.put("null"),
                }
            }
        }
        self.json
    }

    /// Writes a node up to its fields.
    fn begin(&mut self, node: Node<'t>, open: &mut Vec<Open<'t>>) {
        let kind = node.kind();
        if kind == Kind::Hole {
            return self.put("null");
        }
        let name = match kind {
            Kind::StringLiteral
            | Kind::NumericLiteral
            | Kind::BigIntLiteral
            | Kind::RegExpLiteral
            | Kind::BooleanLiteral
            | Kind::NullLiteral => "Literal",
            _ => kind.name(),
        };
        self.head(name, node.start(), node.end());
        open.push(Open {
            node,
            field: 0,
            list: None,
        });
    }

    fn head(&mut self, name: &str, start: usize, end: usize) {
        let (from, to) = match &self.utf16 {
            Some(utf16) => (utf16.offset(start), utf16.offset(end)),
            None => (start, end),
        };
        let _ = write!(
            self.json,
            "{{\"type\":\"{name}\",\"start\":{from},\"end\":{to}"
        );
        if let Some(lines) = &self.lines {
            let ((line, column), (last, behind)) = (lines.location(start), lines.location(end));
            let _ = write!(
                self.json,
                ",\"loc\":{{\"start\":{{\"line\":{line},\"column\":{column}}},\"end\":{{\"line\":{last},\"column\":{behind}}}}}"
            );
        }
    }

    fn flag(&mut self, name: &str, value: bool) {
        let _ = write!(self.json, ",\"{name}\":{value}");
    }

    fn string(&mut self, name: &str, value: &[u8]) {
        let _ = write!(self.json, ",\"{name}\":");
        quote(&mut self.json, value);
    }

    fn raw(&mut self, node: Node<'_>) {
        self.string("raw", node.text().as_bytes());
    }

    /// Writes what of a node is not in fields, and ends it.
    #[expect(clippy::too_many_lines, reason = "a line or a few for each kind")]
    fn end(&mut self, node: Node<'t>) {
        match node.kind() {
            Kind::Program => {
                let is_module = node.tree().goal() == super::Goal::Module;
                let name = if is_module { "module" } else { "script" };
                self.string("sourceType", name.as_bytes());
                if self.comments {
                    self.write_comments(node.tree());
                }
            }
            Kind::ExpressionStatement if node.is_directive() => {
                let text = node.field("expression").map_or("", Node::text);
                let inner = text.len().checked_sub(1).and_then(|end| text.get(1..end));
                self.string("directive", inner.unwrap_or("").as_bytes());
            }
            Kind::Identifier | Kind::PrivateIdentifier | Kind::JSXIdentifier => {
                self.string("name", node.value_bytes().unwrap_or(b""));
            }
            Kind::JSXOpeningElement => self.flag("selfClosing", node.is_self_closing()),
            Kind::JSXOpeningFragment => {
                self.put(",\"attributes\":[]");
                self.flag("selfClosing", false);
            }
            Kind::StringLiteral | Kind::JSXText => {
                self.string("value", node.value_bytes().unwrap_or(b""));
                self.raw(node);
            }
            Kind::NumericLiteral => {
                let value = node.number_value().filter(|value| value.is_finite());
                match value {
                    Some(value) => {
                        let _ = write!(self.json, ",\"value\":{}", Shortest(value));
                    }
                    None => self.put(",\"value\":null"),
                }
                self.raw(node);
            }
            Kind::BigIntLiteral => {
                let text = node.text().trim_end_matches('n').replace('_', "");
                let decimal = match node.data() {
                    number::BINARY => to_decimal(&text[2..], 1),
                    number::OCTAL => to_decimal(&text[2..], 3),
                    number::HEXADECIMAL => to_decimal(&text[2..], 4),
                    _ => text,
                };
                self.put(",\"value\":null");
                self.raw(node);
                self.string("bigint", decimal.as_bytes());
            }
            Kind::RegExpLiteral => {
                let (pattern, flags) = node.regular_expression().unwrap_or_default();
                self.put(",\"value\":{}");
                self.raw(node);
                self.put(",\"regex\":{\"pattern\":");
                quote(&mut self.json, pattern.as_bytes());
                self.string("flags", flags.as_bytes());
                self.put("}");
            }
            Kind::BooleanLiteral => {
                self.flag("value", node.boolean() == Some(true));
                self.raw(node);
            }
            Kind::NullLiteral => self.put(",\"value\":null,\"raw\":\"null\""),
            Kind::TemplateElement => {
                // Where a line ends, a template has a line feed.
                let raw = node.text().replace("\r\n", "\n").replace('\r', "\n");
                self.put(",\"value\":{\"raw\":");
                quote(&mut self.json, raw.as_bytes());
                match node.value_bytes() {
                    Some(cooked) => self.string("cooked", cooked),
                    None => self.put(",\"cooked\":null"),
                }
                self.put("}");
                self.flag("tail", node.is_tail());
            }
            Kind::MetaProperty => {
                let (meta, property) = if node.is_new_target() {
                    ("new", "target")
                } else {
                    ("import", "meta")
                };
                self.put(",\"meta\":");
                self.head("Identifier", node.start(), node.start() + meta.len());
                self.string("name", meta.as_bytes());
                self.put("},\"property\":");
                self.head(
                    "Identifier",
                    node.end().saturating_sub(property.len()),
                    node.end(),
                );
                self.string("name", property.as_bytes());
                self.put("}");
            }
            Kind::FunctionDeclaration | Kind::FunctionExpression => {
                self.flag("expression", false);
                self.flag("generator", node.is_generator());
                self.flag("async", node.is_async());
            }
            Kind::ArrowFunctionExpression => {
                self.put(",\"id\":null");
                self.flag("expression", node.is_expression());
                self.flag("generator", false);
                self.flag("async", node.is_async());
            }
            Kind::VariableDeclaration => self.role(node),
            Kind::Property => {
                self.role(node);
                self.flag("method", node.is_method());
                self.flag("shorthand", node.is_shorthand());
                self.flag("computed", node.is_computed());
            }
            Kind::MethodDefinition | Kind::PropertyDefinition => {
                self.role(node);
                self.flag("static", node.is_static());
                self.flag("computed", node.is_computed());
            }
            Kind::UnaryExpression | Kind::UpdateExpression => {
                self.operator(node);
                self.flag("prefix", node.is_prefix());
            }
            Kind::BinaryExpression | Kind::LogicalExpression | Kind::AssignmentExpression => {
                self.operator(node);
            }
            Kind::MemberExpression => {
                self.flag("computed", node.is_computed());
                self.flag("optional", node.is_optional());
            }
            Kind::CallExpression => self.flag("optional", node.is_optional()),
            Kind::YieldExpression => self.flag("delegate", node.is_delegate()),
            Kind::ForOfStatement => self.flag("await", node.is_async()),
            _ => {}
        }
        self.put("}");
    }

    fn role(&mut self, node: Node<'_>) {
        if let Some(role) = node.role() {
            self.string("kind", role.as_bytes());
        }
    }

    fn operator(&mut self, node: Node<'_>) {
        let operator = node.operator().unwrap_or_default();
        self.string("operator", operator.as_bytes());
    }

    fn write_comments(&mut self, tree: &'t Tree<'t>) {
        self.put(",\"comments\":[");
        for (place, comment) in tree.comments().enumerate() {
            if place > 0 {
                self.put(",");
            }
            let text = comment.text();
            let flags = comment.flags();
            let (name, inner) = if comment.is_block_comment() {
                ("Block", text.get(2..text.len().saturating_sub(2)))
            } else if flags & flag::HTML_OPEN != 0 {
                ("Line", text.get(4..))
            } else if flags & flag::HTML_CLOSE != 0 {
                ("Line", text.get(3..))
            } else {
                ("Line", text.get(2..))
            };
            self.head(name, comment.start(), comment.end());
            self.string("value", inner.unwrap_or("").as_bytes());
            self.put("}");
        }
        self.put("]");
    }
}

/// A finite number with the fewest digits that stand for it.
struct Shortest(f64);

impl std::fmt::Display for Shortest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.abs() >= 1e21 || (self.0 != 0.0 && self.0.abs() < 1e-6) {
            write!(formatter, "{:e}", self.0)
        } else {
            write!(formatter, "{}", self.0)
        }
    }
}

/// Writes a string of WTF-8 between quotes.
fn quote(json: &mut String, bytes: &[u8]) {
    json.push('"');
    let mut rest = bytes;
    while !rest.is_empty() {
        let (valid, behind) = match str::from_utf8(rest) {
            Ok(valid) => (valid, &rest[rest.len()..]),
            Err(error) => {
                let (valid, behind) = rest.split_at(error.valid_up_to());
                (str::from_utf8(valid).unwrap_or_default(), behind)
            }
        };
        let mut written = 0;
        for (at, byte) in valid.bytes().enumerate() {
            if byte >= 0x20 && byte != b'"' && byte != b'\\' {
                continue;
            }
            json.push_str(&valid[written..at]);
            written = at + 1;
            match byte {
                b'"' => json.push_str("\\\""),
                b'\\' => json.push_str("\\\\"),
                b'\n' => json.push_str("\\n"),
                b'\r' => json.push_str("\\r"),
                b'\t' => json.push_str("\\t"),
                _ => {
                    let _ = write!(json, "\\u{byte:04x}");
                }
            }
        }
        json.push_str(&valid[written..]);
        // Three bytes that UTF-8 does not have are half of a surrogate pair.
        rest = match behind {
            [0xed, second, third, rest @ ..] => {
                let unit = 0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f);
                let _ = write!(json, "\\u{unit:04x}");
                rest
            }
            [_, rest @ ..] => {
                json.push('\u{fffd}');
                rest
            }
            [] => &[],
        };
    }
    json.push('"');
}
