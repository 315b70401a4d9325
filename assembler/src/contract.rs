//! Contracts: the comment above each exported function, which starts with its C prototype.

use std::ops::Range;

use wasmparser::Operator;

use crate::error::{Diagnostic, Problem};
use crate::interface::is_function;
use crate::layout::Layout;
use crate::module::{Body, Module};
use crate::parse::Spans;
use crate::source::Source;

/// The macro by which a text says that something made of secrets is for everyone to know.
pub const PUBLIC: &str = "public!";

/// What a contract says that there is none of.
const NONE: &str = "none";

/// A parameter that a contract calls secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its name, without `_ptr`; with `.FIELD` where it is a field of a struct.
    pub name: String,
    /// Which parameter it is, counted from 0.
    pub parameter: usize,
    /// Which parameter says how many bytes there are, where the first is a pointer to them. Else the first is the
    /// secret itself.
    pub length: Option<usize>,
    /// Which bytes of a struct are secret, where the parameter is a pointer to one, and a field of it the secret.
    pub field: Option<Range<u32>>,
}

/// What the contract of an exported function says of secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The export's name.
    pub export: String,
    /// What is secret, in the order of the contract.
    pub secrets: Vec<Secret>,
}

/// What the contracts of a module call secret: an entry for each exported function, in the order of the module.
///
/// A module that promises constant time has to say it of each of them. Neither it nor one that says that it is secret
/// holds anything in a mutable global, which no host zeroes.
pub(crate) fn secrets(
    source: &Source,
    module: &Module<'_>,
    spans: &Spans,
    layouts: &[Layout],
) -> Result<Vec<Secrets>, Vec<Diagnostic>> {
    let constant_time = source.header().constant_time;
    let imported = module.imported_functions();
    let mut all = Vec::new();
    let mut wrong = Vec::new();
    if constant_time || source.header().secret {
        for (global, at) in module.globals.iter().zip(&spans.globals) {
            if global.ty.mutable {
                wrong.push(Diagnostic::new(Problem::MutableGlobal, source.locate(*at)));
            }
        }
    }
    if let Some((index, body)) = public(module).filter(|_| constant_time)
        && !matches!(
            body.ops.iter().map(|op| &op.operator).collect::<Vec<_>>()[..],
            [Operator::LocalGet { local_index: 0 }]
        )
    {
        let span = spans.functions.get(index as usize);
        let at = source.locate(span.map_or(0, |span| span.at));
        wrong.push(Diagnostic::new(Problem::NotPublic, at));
    }
    for export in &module.exports {
        if !is_function(export.kind) {
            continue;
        }
        let own = export.index.checked_sub(imported);
        let span = own.and_then(|own| spans.functions.get(own as usize));
        let at = span.map_or(0, |span| span.at);
        let found = match Contract::above(source, at) {
            Some(contract) => contract.secrets(export.name, constant_time, layouts),
            None if constant_time => Err(Problem::NoSecrets {
                export: export.name.to_owned(),
            }),
            None => Ok(Vec::new()),
        };
        match found {
            Ok(secrets) => all.push(Secrets {
                export: export.name.to_owned(),
                secrets,
            }),
            Err(problem) => wrong.push(Diagnostic::new(problem, source.locate(at))),
        }
    }
    if wrong.is_empty() {
        Ok(all)
    } else {
        Err(wrong)
    }
}

/// The macro [`PUBLIC`] of a module that imports nothing: its index, and its body.
pub(crate) fn public<'m, 'a>(module: &'m Module<'a>) -> Option<(u32, &'m Body<'a>)> {
    let mut names = module.names.functions.iter();
    let (index, _) = names.find(|(_, name)| **name == PUBLIC)?;
    Some((*index, module.bodies.get(*index as usize)?))
}

/// The comment that ends directly above a function.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Contract<'t> {
    /// Its lines, without the marks and the spaces around them. There is at least one.
    lines: Vec<&'t str>,
}

impl<'t> Contract<'t> {
    /// The one above the function at an offset of the source's text.
    pub(crate) fn above(source: &'t Source, at: usize) -> Option<Self> {
        let at = source.locate(at);
        let mut fragments = source.fragments().iter();
        let fragment = fragments.find(|fragment| fragment.path == at.path)?;
        Self::above_line(&fragment.text, at.line)
    }

    /// The one above a line, counted from 1.
    fn above_line(text: &'t str, line: usize) -> Option<Self> {
        let lines: Vec<&str> = text.lines().take(line - 1).collect();
        let mut lines: Vec<&str> = lines
            .into_iter()
            .rev()
            .map_while(|line| line.strip_prefix(";;"))
            .map(str::trim)
            .collect();
        lines.reverse();
        (!lines.is_empty()).then_some(Self { lines })
    }

    /// Its first line, and as many more as it takes to close a parenthesis that is open there.
    pub(crate) fn start(&self) -> Option<String> {
        let mut lines = self.lines.iter();
        let mut start = (*lines.next()?).to_owned();
        if start.contains('(') {
            while !start.contains(')') {
                start.push(' ');
                start.push_str(lines.next()?);
            }
        }
        Some(start)
    }

    /// What it calls secret, in a line such as `secret: key, text`. Whether there has to be one is `wanted`. Of a
    /// struct, which the prototype names by its layout, as in `sum_state *state_ptr`, fields are secret:
    /// `state.buffer`.
    fn secrets(
        &self,
        export: &str,
        wanted: bool,
        layouts: &[Layout],
    ) -> Result<Vec<Secret>, Problem> {
        let mut lines = self.lines.iter();
        let Some(list) = lines.find_map(|line| line.strip_prefix("secret:")) else {
            let export = export.to_owned();
            return if wanted {
                Err(Problem::NoSecrets { export })
            } else {
                Ok(Vec::new())
            };
        };
        if list.trim() == NONE {
            return Ok(Vec::new());
        }
        let start = self.start().unwrap_or_default();
        let prototype = Prototype::parse(&start);
        let (types, parameters) = prototype
            .map(|prototype| (prototype.types, prototype.params))
            .unwrap_or_default();
        let place = |name: &str| parameters.iter().position(|parameter| *parameter == name);
        let field = |name: &str| {
            let (name, field) = name.split_once('.')?;
            let parameter = place(&format!("{name}_ptr"))?;
            let (_, ty) = last_word(types[parameter].trim_end_matches(['*', ' ']))?;
            let layout = layouts.iter().find(|layout| layout.name == ty)?;
            let field = layout.fields.iter().find(|known| known.name == field)?;
            Some((parameter, field.offset..field.offset + field.size))
        };
        let secret = |name: &str| {
            if let Some((parameter, field)) = field(name) {
                return Some(Secret {
                    name: name.to_owned(),
                    parameter,
                    length: None,
                    field: Some(field),
                });
            }
            // The length of two spans that are as long as each other is `len`.
            let span = place(&format!("{name}_ptr"))
                .zip(place(&format!("{name}_len")).or_else(|| place("len")));
            let (parameter, length) = match span {
                Some((pointer, length)) => (pointer, Some(length)),
                None => (place(name)?, None),
            };
            Some(Secret {
                name: name.to_owned(),
                parameter,
                length,
                field: None,
            })
        };
        let names = list.split(',').map(str::trim);
        names
            .map(|name| {
                secret(name).ok_or_else(|| Problem::UnknownSecret {
                    export: export.to_owned(),
                    name: name.to_owned(),
                    known: parameters.iter().map(|name| (*name).to_owned()).collect(),
                })
            })
            .collect()
    }
}

/// A C prototype: `type name(type name, …)`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Prototype<'t> {
    pub(crate) returns: &'t str,
    pub(crate) name: &'t str,
    /// The types of the parameters.
    pub(crate) types: Vec<&'t str>,
    /// Their names.
    pub(crate) params: Vec<&'t str>,
}

impl<'t> Prototype<'t> {
    pub(crate) fn parse(line: &'t str) -> Option<Self> {
        let (head, rest) = line.split_once('(')?;
        // A remark may follow the prototype.
        let (params, _) = rest.split_once(')')?;
        let (returns, name) = last_word(head)?;
        let returns = returns.trim();
        if returns.is_empty() {
            return None;
        }
        let (types, params) = match params.trim() {
            "" | "void" => (Vec::new(), Vec::new()),
            params => params
                .split(',')
                .map(|param| {
                    // Each has a type and a name.
                    let (ty, name) = last_word(param.trim())?;
                    (!ty.is_empty()).then_some((ty.trim(), name))
                })
                .collect::<Option<_>>()?,
        };
        Some(Self {
            returns,
            name,
            types,
            params,
        })
    }
}

/// The identifier at the end of a text, and what is in front of it.
fn last_word(text: &str) -> Option<(&str, &str)> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let start = text.trim_end_matches(word).len();
    let (front, word) = text.split_at(start);
    (!word.is_empty()).then_some((front, word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Field, Place};

    #[test]
    fn prototypes() {
        let parse = Prototype::parse;
        assert_eq!(
            parse("u32 fnv1a32(const u8 *ptr, u32 len)"),
            Some(Prototype {
                returns: "u32",
                name: "fnv1a32",
                types: vec!["const u8 *", "u32"],
                params: vec!["ptr", "len"]
            })
        );
        assert_eq!(
            parse("const char *name(void)   see RFC 1"),
            Some(Prototype {
                returns: "const char *",
                name: "name",
                types: vec![],
                params: vec![]
            })
        );
        for not in [
            "The 32-bit FNV-1a hash (of a span)",
            "f(u32 a)",
            "u32 f",
            "u32 f(a, b)",
        ] {
            assert_eq!(parse(not), None, "{not}");
        }
    }

    fn start(text: &str, line: usize) -> Option<String> {
        Contract::above_line(text, line)?.start()
    }

    #[test]
    fn the_comment_must_touch_the_function() {
        let text = ";; u32 f(void)\n;;   more\n(func)\n\n;; u32 g(void)\n\n(func)\n";
        assert_eq!(start(text, 3).as_deref(), Some("u32 f(void)"));
        assert_eq!(start(text, 7), None);
        assert_eq!(start(text, 1), None);
    }

    #[test]
    fn a_prototype_may_take_two_lines() {
        let text = ";; u32 f(u32 a,\n;;       u32 b)\n;;   more\n(func)\n";
        assert_eq!(start(text, 4).as_deref(), Some("u32 f(u32 a, u32 b)"));
        assert_eq!(start(";; u32 f(u32 a,\n(func)", 2), None);
    }

    #[test]
    fn secrets_are_spans_and_numbers() {
        let secrets = |line: &str| {
            let text = format!(
                ";; i32 f(const u8 *a_ptr, const u8 *b_ptr,\n;;   u32 len, u64 seed, u32 b_len)\n{line}"
            );
            let contract = Contract::above_line(&text, 9).unwrap();
            contract.secrets("f", true, &[]).map(|secrets| {
                let secrets = secrets.into_iter();
                secrets
                    .map(|secret| (secret.name, secret.parameter, secret.length))
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(
            secrets(";;   secret: a, b, seed").unwrap(),
            [
                ("a".to_owned(), 0, Some(2)),
                ("b".to_owned(), 1, Some(4)),
                ("seed".to_owned(), 3, None)
            ]
        );
        assert_eq!(secrets(";;   secret: none").unwrap(), []);
        assert!(matches!(
            secrets(";;   It is secret: a"),
            Err(Problem::NoSecrets { .. })
        ));
        assert!(matches!(
            secrets(";;   secret: a, c"),
            Err(Problem::UnknownSecret { name, .. }) if name == "c"
        ));
    }

    #[test]
    fn secrets_are_fields_of_structs() {
        let place = Place { fragment: 0, at: 0 };
        let field = |name: &str, offset, size| Field {
            name: name.to_owned(),
            offset,
            size,
            meaning: String::new(),
            place,
        };
        let layouts = [Layout {
            name: "sum_state".to_owned(),
            place,
            fields: vec![field("length", 0, 8), field("buffer", 8, 64)],
        }];
        let secrets = |names: &str| {
            let text = format!(
                ";; i32 f(sum_state *state_ptr, const u8 *state, u32 len)\n;;   secret: {names}"
            );
            let contract = Contract::above_line(&text, 9).unwrap();
            contract.secrets("f", true, &layouts)
        };
        assert_eq!(
            secrets("state.buffer").unwrap(),
            [Secret {
                name: "state.buffer".to_owned(),
                parameter: 0,
                length: None,
                field: Some(8..72),
            }]
        );
        for unknown in ["state.chain", "sum.buffer", "state_ptr.buffer"] {
            assert!(
                matches!(
                    secrets(unknown),
                    Err(Problem::UnknownSecret { name, .. }) if name == unknown
                ),
                "{unknown}"
            );
        }
    }
}
