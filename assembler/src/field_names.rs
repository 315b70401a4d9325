//! Names beside numbers: `(;FIELD;)` after an offset or a constant says what the number is, and is held to the tables.
//!
//! ```text
//! (i32.load offset=8 (;LENGTH;) (local.get $state))                 a field of a layout
//! (v128.load offset=144 (;PLANES+128;) (local.get $at))             128 bytes into it
//! (i32.add (local.get $state) (i32.const 44 (;ENCODE_STATE.PLACES;)))   where several tables have the name
//! (i32.load (i32.const 272 (;WHOLE_FRAME;)))                        a region of the memory map
//! (i32.eq (local.get $last) (i32.const 2 (;LAST.FLUSH;)))           a value of an enumeration
//! ```
//!
//! Table, field and value are written in upper case, and in lower case in the tables. A name without its table is one
//! that means the same in all tables that have it.

use wast::lexer::{Lexer, Token, TokenKind};

use crate::comment_table::parse_number;
use crate::error::{Diagnostic, Problem};
use crate::layout::{MEMORY_MAP, Place, Tables, same_i32};
use crate::memory_map::Row;
use crate::source::Source;

/// Compares every name beside a number with the tables; finds everything that is wrong.
pub(crate) fn check(source: &Source, tables: &Tables, map: &[Row]) -> Vec<Diagnostic> {
    let meanings = meanings(tables, map);
    let mut diagnostics = Vec::new();
    for (fragment, text) in source.fragments().iter().enumerate() {
        for name in names(&text.text) {
            if let Err((problem, related)) = judge(&name, &meanings, tables) {
                let at = source.place(Place {
                    fragment,
                    at: name.at,
                });
                let mut diagnostic = Diagnostic::new(problem, at);
                if let Some(place) = related {
                    diagnostic =
                        diagnostic.with_related("the table says so here", source.place(place));
                }
                diagnostics.push(diagnostic);
            }
        }
    }
    diagnostics
}

/// What a name can stand for.
struct Meaning<'t> {
    table: &'t str,
    name: &'t str,
    what: What,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// A field or a region.
    Span { offset: u32, size: u32 },
    /// A value of an enumeration.
    Value(i64),
}

fn meanings<'t>(tables: &'t Tables, map: &'t [Row]) -> Vec<Meaning<'t>> {
    let fields = tables.layouts.iter().flat_map(|layout| {
        layout.fields.iter().map(|field| Meaning {
            table: &layout.name,
            name: &field.name,
            what: What::Span {
                offset: field.offset,
                size: field.size,
            },
            place: field.place,
        })
    });
    let regions = map.iter().map(|row| Meaning {
        table: MEMORY_MAP,
        name: &row.name,
        what: What::Span {
            offset: row.offset,
            size: row.length,
        },
        place: Place {
            fragment: row.fragment,
            at: row.at,
        },
    });
    let values = tables.enumerations.iter().flat_map(|enumeration| {
        enumeration.values.iter().map(|value| Meaning {
            table: &enumeration.name,
            name: &value.name,
            what: What::Value(value.value),
            place: value.place,
        })
    });
    fields.chain(regions).chain(values).collect()
}

/// A block comment that names something, and what it stands beside.
#[derive(Debug, PartialEq, Eq)]
struct Named<'t> {
    /// What stands between the marks.
    text: &'t str,
    /// Where it begins.
    at: usize,
    beside: Beside<'t>,
}

#[derive(Debug, PartialEq, Eq)]
enum Beside<'t> {
    /// An offset of an instruction.
    Offset {
        number: &'t str,
        instruction: &'t str,
    },
    /// Another whole number, and the instruction that takes it for its address, if one does.
    Number {
        number: &'t str,
        address_of: Option<&'t str>,
    },
    /// No number.
    Nothing,
}

/// The block comments of a text that name something, or should.
fn names(text: &str) -> Vec<Named<'_>> {
    let mut names = Vec::new();
    // The last tokens that mean something, the latest at the end.
    let mut before: [Option<Token>; 4] = [None; 4];
    // The text has been parsed: whatever ends the tokens early has been reported.
    for token in Lexer::new(text).iter(0).map_while(Result::ok) {
        match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment => {}
            TokenKind::BlockComment => {
                let comment = token.src(text);
                let inside = comment
                    .strip_prefix("(;")
                    .and_then(|c| c.strip_suffix(";)"));
                let inside = inside.unwrap_or(comment);
                let beside = beside(text, before);
                let wanted = match beside {
                    Beside::Offset { .. } => true,
                    Beside::Number { .. } | Beside::Nothing => Name::parse(inside).is_some(),
                };
                if wanted {
                    names.push(Named {
                        text: inside,
                        at: token.offset,
                        beside,
                    });
                }
            }
            _ => {
                before.rotate_left(1);
                before[3] = Some(token);
            }
        }
    }
    names
}

fn beside(text: &str, before: [Option<Token>; 4]) -> Beside<'_> {
    let word = |token: Option<Token>| token.map_or("", |token| token.src(text));
    let [address_of, open, constant, last] = before;
    if let Some(number) = word(last).strip_prefix("offset=") {
        let instruction = word(constant);
        return Beside::Offset {
            number,
            instruction,
        };
    }
    match last {
        Some(Token {
            kind: TokenKind::Integer(_),
            ..
        }) => Beside::Number {
            number: word(last),
            address_of: (word(constant) == "i32.const" && word(open) == "(")
                .then(|| word(address_of))
                .filter(|instruction| access(instruction).is_some()),
        },
        _ => Beside::Nothing,
    }
}

/// A name taken apart: `TABLE.ITEM+DISTANCE`, of which only the item has to be there.
#[derive(Debug, PartialEq, Eq)]
struct Name<'t> {
    table: Option<&'t str>,
    item: &'t str,
    distance: u32,
}

impl<'t> Name<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let (path, distance) = match text.split_once('+') {
            Some((path, distance)) => (path, parse_number(distance)?.try_into().ok()?),
            None => (text, 0),
        };
        let (table, item) = match path.split_once('.') {
            Some((table, item)) => (Some(table), item),
            None => (None, path),
        };
        let is_upper = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_uppercase())
                && word
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        };
        let parsed = Self {
            table,
            item,
            distance,
        };
        (is_upper(item) && table.is_none_or(is_upper)).then_some(parsed)
    }
}

/// How many bytes an instruction loads or stores.
fn access(instruction: &str) -> Option<u32> {
    let (ty, action) = instruction.split_once('.')?;
    let rest = action
        .strip_prefix("load")
        .or_else(|| action.strip_prefix("store"))?;
    let digits = |text: &str| -> u32 {
        let end = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        text[..end].parse().unwrap_or(0)
    };
    let bits = digits(rest);
    if bits == 0 {
        return match ty {
            "i32" | "f32" => Some(4),
            "i64" | "f64" => Some(8),
            "v128" => Some(16),
            _ => None,
        };
    }
    // `load8x8_s` loads eight times eight bits.
    let count = rest.split_once('x').map_or(1, |(_, count)| digits(count));
    Some(bits * count / 8)
}

type Judged = Result<(), (Problem, Option<Place>)>;

fn judge(named: &Named<'_>, meanings: &[Meaning<'_>], tables: &Tables) -> Judged {
    let text = named.text.to_owned();
    let Some(name) = Name::parse(named.text) else {
        return Err((Problem::NotAName { text }, None));
    };
    let (number, instruction, is_offset) = match named.beside {
        Beside::Offset {
            number,
            instruction,
        } => (number, Some(instruction), true),
        Beside::Number { number, address_of } => (number, address_of, false),
        Beside::Nothing => return Err((Problem::NameBesideNothing { text }, None)),
    };
    // A number that is no i64 agrees with none of a table.
    let number_text = number;
    let number = parse_number(number);
    let found: Vec<&Meaning<'_>> = meanings
        .iter()
        .filter(|meaning| {
            meaning.name.eq_ignore_ascii_case(name.item)
                && name
                    .table
                    .is_none_or(|table| meaning.table.eq_ignore_ascii_case(table))
                && !(is_offset && matches!(meaning.what, What::Value(_)))
        })
        .collect();
    let Some(first) = found.first() else {
        return Err((unknown(&name, text, is_offset, tables), None));
    };
    if found.iter().any(|other| other.what != first.what) {
        let problem = Problem::AmbiguousName {
            name: text,
            tables: found
                .iter()
                .map(|meaning| meaning.table.to_owned())
                .collect(),
        };
        return Err((problem, None));
    }
    let wrong = |expected: String| {
        let problem = Problem::NameDisagrees {
            name: text.clone(),
            expected,
            found: number_text.to_owned(),
        };
        Err((problem, Some(first.place)))
    };
    match first.what {
        What::Value(value) => {
            let agrees = number.is_some_and(|number| number == value || same_i32(number, value));
            if name.distance > 0 {
                return wrong(format!(
                    "a value of `{}`, which takes no distance",
                    first.table
                ));
            }
            if !agrees {
                return wrong(format!("{value} in the enumeration `{}`", first.table));
            }
        }
        What::Span { offset, size } => {
            let expected = i64::from(offset) + i64::from(name.distance);
            if number != Some(expected) {
                return wrong(format!("at {expected} in `{}`", first.table));
            }
            let instruction = instruction.and_then(|name| Some((name, access(name)?)));
            // An address may be the one past the end; what is read or written may not.
            let bytes = instruction.map_or(0, |(_, bytes)| bytes);
            if u64::from(name.distance) + u64::from(bytes) > u64::from(size) {
                let problem = Problem::FieldTooSmall {
                    name: first.name.to_ascii_uppercase(),
                    size,
                    distance: name.distance,
                    access: instruction.map(|(name, bytes)| (name.to_owned(), bytes)),
                };
                return Err((problem, Some(first.place)));
            }
        }
    }
    Ok(())
}

fn unknown(name: &Name<'_>, text: String, is_offset: bool, tables: &Tables) -> Problem {
    let layouts = tables.layouts.iter().map(|layout| &layout.name);
    let known = layouts.chain(tables.enumerations.iter().map(|table| &table.name));
    let known: Vec<String> = known.cloned().collect();
    let nowhere = Problem::UnknownName {
        name: text,
        is_offset,
        known,
    };
    let Some(table) = name.table else {
        return nowhere;
    };
    let layout = tables
        .layouts
        .iter()
        .find(|layout| layout.name.eq_ignore_ascii_case(table));
    let fields = layout.map(|layout| {
        layout
            .fields
            .iter()
            .map(|field| field.name.clone())
            .collect()
    });
    let enumeration = tables.enumerations.iter();
    let enumeration = enumeration
        .filter(|enumeration| enumeration.name.eq_ignore_ascii_case(table))
        .map(|enumeration| {
            enumeration
                .values
                .iter()
                .map(|value| value.name.clone())
                .collect()
        })
        .next();
    match fields.or(enumeration) {
        Some(names) => Problem::UnknownNameOf {
            name: name.item.to_owned(),
            table: table.to_ascii_lowercase(),
            names,
        },
        None => nowhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_how_much_is_loaded_and_stored() {
        for (instruction, bytes) in [
            ("i32.load", Some(4)),
            ("f64.store", Some(8)),
            ("v128.load", Some(16)),
            ("i64.load16_u", Some(2)),
            ("i32.store8", Some(1)),
            ("v128.load32_splat", Some(4)),
            ("v128.load8x8_s", Some(8)),
            ("v128.load32x2_u", Some(8)),
            ("v128.load64_zero", Some(8)),
            ("v128.store16_lane", Some(2)),
            ("i32.const", None),
            ("i32.add", None),
            ("local.get", None),
            ("memory.copy", None),
        ] {
            assert_eq!(access(instruction), bytes, "{instruction}");
        }
    }

    #[test]
    fn names_are_in_upper_case() {
        let name = |table, item, distance| {
            Some(Name {
                table,
                item,
                distance,
            })
        };
        assert_eq!(Name::parse("LENGTH"), name(None, "LENGTH", 0));
        assert_eq!(Name::parse("P_50+0x10"), name(None, "P_50", 16));
        assert_eq!(Name::parse("STATE.X+8"), name(Some("STATE"), "X", 8));
        for not in ["", "length", "A b", "A.", ".A", "A+", "A+-1", "A.B.C", "0A"] {
            assert_eq!(Name::parse(not), None, "{not}");
        }
    }

    #[test]
    fn finds_names_and_what_they_stand_beside() {
        let text = "(i32.load offset=8 (;A;) (local.get $x)) (i32.const 3 (;B;)) (;prose;)\n\
                    (v128.load (i32.const 16 (;C;))) (i32.const 5 (;not a name;)) ;; (;D;)\n\
                    (i32.load (;E;) (local.get $x)) (i32.load offset=4 (;f;) (local.get $x))";
        let found: Vec<_> = names(text)
            .into_iter()
            .map(|named| (named.text, named.beside))
            .collect();
        let offset = |number| Beside::Offset {
            number,
            instruction: "i32.load",
        };
        let number = |number, address_of| Beside::Number { number, address_of };
        assert_eq!(
            found,
            [
                ("A", offset("8")),
                ("B", number("3", None)),
                ("C", number("16", Some("v128.load"))),
                ("E", Beside::Nothing),
                ("f", offset("4")),
            ]
        );
    }
}
