//! What functions, classes and values are called where they stand.

use std::borrow::Cow;

use super::kind::Kind;
use super::tree::Node;

/// The name of a key, or the text of one in brackets.
pub(super) fn of_key(owner: Node<'_>) -> Cow<'_, str> {
    let Some(key) = owner.field("key") else {
        return Cow::Borrowed("");
    };
    if owner.is_computed() {
        return Cow::Owned(format!("[{}]", key.text()));
    }
    match key.kind() {
        Kind::PrivateIdentifier => Cow::Owned(format!("#{}", key.value().unwrap_or_default())),
        Kind::Identifier | Kind::StringLiteral => key.value().unwrap_or_default(),
        _ => Cow::Borrowed(key.text()),
    }
}

/// The name that a function or class has by itself, or by what is made of it in the node above.
pub(super) fn of_value<'t>(node: Node<'t>, parent: Option<Node<'t>>) -> Option<Cow<'t, str>> {
    if let Some(id) = node.field("id") {
        return id.value();
    }
    let parent = parent?;
    let is_field = |name| parent.field(name) == Some(node);
    match parent.kind() {
        Kind::VariableDeclarator if is_field("init") => of_target(parent.field("id")?),
        Kind::AssignmentExpression | Kind::AssignmentPattern if is_field("right") => {
            of_target(parent.field("left")?)
        }
        Kind::Property | Kind::MethodDefinition | Kind::PropertyDefinition if is_field("value") => {
            Some(of_key(parent))
        }
        Kind::ExportDefaultDeclaration => Some(Cow::Borrowed("default")),
        _ => None,
    }
}

fn of_target(target: Node<'_>) -> Option<Cow<'_, str>> {
    match target.kind() {
        Kind::Identifier => target.value(),
        // `exports.parse = …` is called that.
        Kind::MemberExpression if !target.is_computed() => Some(Cow::Borrowed(target.text())),
        _ => None,
    }
}
