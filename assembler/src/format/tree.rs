//! The parentheses of a text as a tree, with the line breaks that its writer chose.

use super::FormatProblem;
use super::lexer::{Kind, Token};

/// How many parentheses may be open at a time.
pub(super) const DEPTH: usize = 500;

/// Something between parentheses, or a whole file.
#[derive(Debug, Default)]
pub(super) struct List<'t> {
    pub(super) items: Vec<Item<'t>>,
}

#[derive(Debug)]
pub(super) struct Item<'t> {
    pub(super) what: What<'t>,
    /// Whether it begins a line.
    pub(super) breaks: bool,
    /// Whether a blank line is before it.
    pub(super) blank: bool,
    /// How many columns are before it where it does not begin a line; 1 at least.
    pub(super) gap: usize,
}

#[derive(Debug)]
pub(super) enum What<'t> {
    Atom(&'t str),
    String(&'t str),
    LineComment(&'t str),
    BlockComment(&'t str),
    List(List<'t>),
}

impl<'t> List<'t> {
    /// The word that it begins with.
    pub(super) fn head(&self) -> &'t str {
        match self.items.first().map(|item| &item.what) {
            Some(What::Atom(head)) => head,
            _ => "",
        }
    }

    /// Whether it takes several lines.
    pub(super) fn is_broken(&self) -> bool {
        self.items
            .iter()
            .any(|item| item.breaks || item.is_broken())
    }
}

impl Item<'_> {
    /// Whether something in it begins a line, or it ends one.
    pub(super) fn is_broken(&self) -> bool {
        match &self.what {
            What::List(list) => list.is_broken(),
            What::LineComment(_) => true,
            What::BlockComment(text) => text.contains('\n'),
            What::Atom(_) | What::String(_) => false,
        }
    }

    /// Whether it is a comment that ends the line of something else.
    fn is_behind(&self) -> bool {
        matches!(self.what, What::LineComment(_)) && !self.breaks
    }
}

/// Makes a tree of words. An error comes with its offset.
pub(super) fn build<'t>(tokens: &[Token<'t>]) -> Result<List<'t>, (FormatProblem, usize)> {
    let mut list = List::default();
    // The lists around, each with the parenthesis that was opened in it.
    let mut open: Vec<(List<'t>, &Token<'_>)> = Vec::new();
    let item = |what, first: &Token<'_>| Item {
        what,
        breaks: first.lines > 0,
        blank: first.lines > 1,
        gap: first.gap.max(1),
    };
    for token in tokens {
        let what = match token.kind {
            Kind::Open if open.len() == DEPTH => {
                return Err((FormatProblem::TooDeep, token.offset));
            }
            Kind::Open => {
                open.push((std::mem::take(&mut list), token));
                continue;
            }
            Kind::Close => {
                let Some((outer, first)) = open.pop() else {
                    return Err((FormatProblem::Unopened, token.offset));
                };
                let mut inner = std::mem::replace(&mut list, outer);
                // The comment behind the last item is behind the parenthesis that follows, too.
                let behind = inner.items.pop_if(|item| item.is_behind());
                list.items.push(item(What::List(inner), first));
                list.items.extend(behind);
                continue;
            }
            Kind::Atom => What::Atom(token.text),
            Kind::String => What::String(token.text),
            Kind::LineComment => What::LineComment(token.text),
            Kind::BlockComment => What::BlockComment(token.text),
        };
        list.items.push(item(what, token));
    }
    match open.pop() {
        Some((_, first)) => Err((FormatProblem::Unclosed, first.offset)),
        None => Ok(list),
    }
}
