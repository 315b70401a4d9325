//! The elements of JSX.

use oxc_allocator::Allocator;
use oxc_ast::ast;
use oxc_ast::ast::{
    Expression, JSXAttributeItem, JSXAttributeName, JSXAttributeValue, JSXChild, JSXElementName,
    JSXExpression, JSXMemberExpressionObject,
};
use oxc_span::Span;
use oxc_syntax::xml_entities::decode_entities;

use super::{Converter, List, Ref, When, flag, kind, program};

impl<'a> Converter<'a> {
    pub(super) fn jsx_element(&mut self, node: &'a ast::JSXElement) -> Ref {
        self.bits |= program::JSX;
        self.level(|it| {
            let fields = it.within(1, |it| {
                let opening = it.jsx_opening(&node.opening_element, node.closing_element.is_none());
                let children = it.jsx_children(&node.children);
                let closing = node.closing_element.as_ref().map_or(0, |closing| {
                    it.level(|it| {
                        let name = it.jsx_name(&closing.name);
                        it.emit(kind::JSX_CLOSING_ELEMENT, 0, 0, closing.span, &[name])
                    })
                });
                [opening, children, closing]
            });
            it.emit(kind::JSX_ELEMENT, 0, 0, node.span, &fields)
        })
    }

    pub(super) fn jsx_fragment(&mut self, node: &'a ast::JSXFragment) -> Ref {
        self.bits |= program::JSX;
        self.level(|it| {
            let fields = it.within(1, |it| {
                let (opening, closing) = (&node.opening_fragment, &node.closing_fragment);
                [
                    it.leaf(kind::JSX_OPENING_FRAGMENT, 0, 0, opening.span),
                    it.jsx_children(&node.children),
                    it.leaf(kind::JSX_CLOSING_FRAGMENT, 0, 0, closing.span),
                ]
            });
            it.emit(kind::JSX_FRAGMENT, 0, 0, node.span, &fields)
        })
    }

    fn jsx_opening(&mut self, node: &'a ast::JSXOpeningElement, closes_itself: bool) -> Ref {
        self.level(|it| {
            let name = it.jsx_name(&node.name);
            let mut list = List::default();
            for attribute in &node.attributes {
                let made = match attribute {
                    JSXAttributeItem::Attribute(node) => it.jsx_attribute(node),
                    JSXAttributeItem::SpreadAttribute(node) => {
                        it.jsx_braces(kind::JSX_SPREAD_ATTRIBUTE, node.span, &node.argument)
                    }
                };
                list.push(&mut it.words, made);
            }
            let flags = flag::SELF_CLOSING.when(closes_itself);
            let fields = [name, list.first];
            it.emit(kind::JSX_OPENING_ELEMENT, flags, 0, node.span, &fields)
        })
    }

    fn jsx_attribute(&mut self, node: &'a ast::JSXAttribute) -> Ref {
        self.level(|it| {
            let name = match &node.name {
                JSXAttributeName::Identifier(node) => it.jsx_identifier(node.span, 0),
                JSXAttributeName::NamespacedName(node) => it.jsx_namespaced(node),
            };
            let value = node.value.as_ref().map_or(0, |value| match value {
                JSXAttributeValue::StringLiteral(node) => {
                    let span = Span::new(node.span.start + 1, node.span.end - 1);
                    it.jsx_text(kind::STRING_LITERAL, node.span, it.text(span))
                }
                JSXAttributeValue::ExpressionContainer(node) => it.jsx_container(node),
                JSXAttributeValue::Element(node) => it.jsx_element(node),
                JSXAttributeValue::Fragment(node) => it.jsx_fragment(node),
            });
            it.emit(kind::JSX_ATTRIBUTE, 0, 0, node.span, &[name, value])
        })
    }

    fn jsx_children(&mut self, children: &'a [JSXChild]) -> Ref {
        let mut list = List::default();
        for child in children {
            let made = match child {
                JSXChild::Text(node) => {
                    // A line's end of two characters is one, as in a template.
                    let text = self.text(node.span).replace("\r\n", "\n");
                    self.jsx_text(kind::JSX_TEXT, node.span, &text)
                }
                JSXChild::Element(node) => self.jsx_element(node),
                JSXChild::Fragment(node) => self.jsx_fragment(node),
                JSXChild::ExpressionContainer(node) => self.jsx_container(node),
                JSXChild::Spread(node) => {
                    self.jsx_braces(kind::JSX_SPREAD_CHILD, node.span, &node.expression)
                }
            };
            list.push(&mut self.words, made);
        }
        list.first
    }

    fn jsx_container(&mut self, node: &'a ast::JSXExpressionContainer) -> Ref {
        let kind = kind::JSX_EXPRESSION_CONTAINER;
        match &node.expression {
            JSXExpression::EmptyExpression(empty) => self.level(|it| {
                let inner = it.leaf(kind::JSX_EMPTY_EXPRESSION, 0, 0, empty.span);
                it.emit(kind, 0, 0, node.span, &[inner])
            }),
            expression => self.jsx_braces(kind, node.span, expression.to_expression()),
        }
    }

    /// Braces around an expression, in which a comma would need parentheses: oxc takes `<a {...b, c} />`.
    fn jsx_braces(&mut self, kind: u32, span: Span, expression: &'a Expression) -> Ref {
        if let Expression::SequenceExpression(node) = expression {
            return self.beyond(node.span);
        }
        self.level(|it| {
            let inner = it.within(1, |it| it.expression(expression));
            it.emit(kind, 0, 0, span, &[inner])
        })
    }

    fn jsx_name(&mut self, name: &'a JSXElementName) -> Ref {
        match name {
            JSXElementName::Identifier(node) => self.jsx_identifier(node.span, 0),
            JSXElementName::IdentifierReference(node) => {
                self.jsx_identifier(node.span, flag::REFERENCE)
            }
            JSXElementName::ThisExpression(node) => self.jsx_identifier(node.span, 0),
            JSXElementName::NamespacedName(node) => self.jsx_namespaced(node),
            JSXElementName::MemberExpression(node) => self.jsx_member(node),
        }
    }

    fn jsx_member(&mut self, node: &'a ast::JSXMemberExpression) -> Ref {
        self.level(|it| {
            let object = match &node.object {
                JSXMemberExpressionObject::IdentifierReference(node) => {
                    it.jsx_identifier(node.span, flag::REFERENCE)
                }
                JSXMemberExpressionObject::ThisExpression(node) => it.jsx_identifier(node.span, 0),
                JSXMemberExpressionObject::MemberExpression(node) => it.jsx_member(node),
            };
            let property = it.jsx_identifier(node.property.span, 0);
            let fields = [object, property];
            it.emit(kind::JSX_MEMBER_EXPRESSION, 0, 0, node.span, &fields)
        })
    }

    fn jsx_namespaced(&mut self, node: &'a ast::JSXNamespacedName) -> Ref {
        self.level(|it| {
            let namespace = it.jsx_identifier(node.namespace.span, 0);
            let name = it.jsx_identifier(node.name.span, 0);
            it.emit(
                kind::JSX_NAMESPACED_NAME,
                0,
                0,
                node.span,
                &[namespace, name],
            )
        })
    }

    /// A word, which has no escapes: oxc takes `<\u0061 />`.
    fn jsx_identifier(&mut self, span: Span, flags: u32) -> Ref {
        if self.text(span).contains('\\') {
            return self.beyond(span);
        }
        self.leaf(kind::JSX_IDENTIFIER, flags, 0, span)
    }

    /// A leaf with text in which references stand for characters.
    fn jsx_text(&mut self, kind: u32, span: Span, text: &str) -> Ref {
        let is_other = kind == kind::JSX_TEXT && text != self.text(span);
        if is_other || text.contains('&') {
            self.cooked(kind, 0, span, decoded(text).as_bytes())
        } else {
            self.leaf(kind, 0, 0, span)
        }
    }
}

/// A text with characters in place of references to them.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // The digits of a reference have no sign, which `decode_entities` takes.
    for (place, piece) in text.split("&#+").enumerate() {
        if place > 0 {
            out.push_str("&#+");
        }
        for (place, piece) in piece.split("&#x+").enumerate() {
            if place > 0 {
                out.push_str("&#x+");
            }
            let allocator = Allocator::default();
            let mut decoded = None;
            decode_entities(piece, &mut decoded, piece.len(), &allocator);
            out.push_str(decoded.as_ref().map_or(piece, |decoded| decoded.as_str()));
        }
    }
    out
}
