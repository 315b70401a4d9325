//! From text to a binary with a name section, and from an offset in that binary back to the text.
//!
//! The parser is `wast`. It is what the crate `wat` wraps, but `wat` keeps the position of an error to itself (it can
//! only print it, against the whole text), and it gives no spans of the instructions. Both are needed to say where in
//! which fragment something is wrong.

use wasmparser::{Parser, Payload};
use wast::Wat;
use wast::core::{FuncKind, ModuleField, ModuleKind};
use wast::parser::{self, ParseBuffer};

use crate::error::{Diagnostic, Error, Problem};
use crate::features;
use crate::source::Source;

/// A parsed, encoded and validated module.
pub(crate) struct Parsed {
    /// The binary as any standard tool would make it: nothing inlined, with names.
    pub(crate) wasm: Vec<u8>,
    /// Where its parts stand in the text.
    pub(crate) spans: Spans,
}

/// Offsets in the source's text, by index in the binary. Each list leaves out what is imported.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    types: Vec<usize>,
    pub(crate) imports: Vec<usize>,
    pub(crate) functions: Vec<FunctionSpans>,
    tables: Vec<usize>,
    pub(crate) memories: Vec<usize>,
    tags: Vec<usize>,
    pub(crate) globals: Vec<usize>,
    pub(crate) exports: Vec<usize>,
    elements: Vec<usize>,
    pub(crate) data: Vec<usize>,
    start: Vec<usize>,
}

/// Where one function stands.
#[derive(Debug, Default)]
pub(crate) struct FunctionSpans {
    /// Its name, or the keyword `func` where it has none.
    pub(crate) at: usize,
    /// Its instructions, but for the last `end`.
    instructions: Vec<usize>,
}

/// Parses, encodes and validates a module.
pub(crate) fn parse(source: &Source) -> Result<Parsed, Error> {
    // Each file on its own first: a parenthesis missing at the end of one is that file's fault, not the next one's.
    if source.fragments().len() > 1 {
        for fragment in source.fragments() {
            if let Err(error) = parse_alone(&fragment.text) {
                let at = fragment.locate(error.span().offset());
                return Err(Diagnostic::new(syntax(&error), at).into());
            }
        }
    }
    let text = source.text();
    encode(text)
        .and_then(|(wasm, spans)| {
            features::validate(&wasm).map_err(|error| {
                let at = spans.locate(&wasm, error.offset());
                let problem = features::problem(&wasm, &error);
                // The validator counts the memories before it looks at one.
                let second = spans.memories.get(1).filter(|_| {
                    matches!(&problem, Problem::ForbiddenFeature { feature, .. } if feature == MULTI_MEMORY)
                });
                (problem, second.copied().unwrap_or(at))
            })?;
            Ok(Parsed { wasm, spans })
        })
        .map_err(|(problem, at)| Diagnostic::new(problem, source.locate(at)).into())
}

fn parse_alone(text: &str) -> Result<(), wast::Error> {
    let buffer = ParseBuffer::new(text)?;
    match parser::parse::<Wat>(&buffer) {
        // A fragment may hold nothing but comments.
        Err(error) if error.message() == NOTHING_THERE => Ok(()),
        parsed => parsed.map(drop),
    }
}

/// The feature that a second memory is.
const MULTI_MEMORY: &str = "multi-memory";

/// What `wast` says of a text without a single token.
const NOTHING_THERE: &str = "expected at least one module field";

fn syntax(error: &wast::Error) -> Problem {
    Problem::Syntax {
        message: error.message(),
    }
}

fn encode(text: &str) -> Result<(Vec<u8>, Spans), (Problem, usize)> {
    let failed = |error: wast::Error| (syntax(&error), error.span().offset());
    let mut buffer = ParseBuffer::new(text).map_err(failed)?;
    buffer.track_instr_spans(true);
    let mut wat = parser::parse::<Wat>(&buffer).map_err(failed)?;
    let module = match &mut wat {
        Wat::Module(module) => module,
        Wat::Component(component) => {
            let message = "expected a module, found a component".to_owned();
            return Err((Problem::Syntax { message }, component.span.offset()));
        }
    };
    // Encoding also takes the shorthands apart: from here on there is one field for each item of the binary.
    let wasm = module.encode().map_err(failed)?;
    let ModuleKind::Text(fields) = &module.kind else {
        let message = "expected fields of a module, found a binary in quotes".to_owned();
        return Err((Problem::Syntax { message }, module.span.offset()));
    };
    Ok((wasm, Spans::of(fields)))
}

impl Spans {
    fn of(fields: &[ModuleField<'_>]) -> Self {
        let mut spans = Self::default();
        for field in fields {
            match field {
                ModuleField::Type(item) => spans.types.push(item.span.offset()),
                ModuleField::Rec(item) => spans.types.push(item.span.offset()),
                ModuleField::Import(item) => {
                    let count = item.item_sigs().len();
                    spans
                        .imports
                        .extend(std::iter::repeat_n(item.span.offset(), count));
                }
                ModuleField::Func(item) => spans.functions.push(FunctionSpans {
                    at: item.id.map_or(item.span, |id| id.span()).offset(),
                    instructions: match &item.kind {
                        FuncKind::Inline { expression, .. } => expression
                            .instr_spans
                            .iter()
                            .flatten()
                            .map(wast::token::Span::offset)
                            .collect(),
                        FuncKind::Import(..) => Vec::new(),
                    },
                }),
                ModuleField::Table(item) => spans.tables.push(item.span.offset()),
                ModuleField::Memory(item) => spans.memories.push(item.span.offset()),
                ModuleField::Global(item) => spans.globals.push(item.span.offset()),
                ModuleField::Export(item) => spans.exports.push(item.span.offset()),
                ModuleField::Start(item) => spans.start.push(item.span().offset()),
                ModuleField::Elem(item) => spans.elements.push(item.span.offset()),
                ModuleField::Data(item) => spans.data.push(item.span.offset()),
                ModuleField::Tag(item) => spans.tags.push(item.span.offset()),
                ModuleField::Custom(_) => {}
            }
        }
        spans
    }

    /// The place in the text of an offset in the binary; the start of the text where nothing is nearer.
    fn locate(&self, wasm: &[u8], offset: u64) -> usize {
        let mut function = 0;
        let mut found = None;
        // What cannot be read ends the search: the last place seen is the nearest.
        for payload in Parser::new(0).parse_all(wasm).map_while(Result::ok) {
            macro_rules! item {
                ($section:expr, $spans:expr) => {
                    if $section.range().contains(&offset) {
                        let starts = $section.into_iter_with_offsets().map_while(Result::ok);
                        let before = starts.take_while(|(start, _)| *start <= offset).count();
                        found = $spans.get(before.saturating_sub(1)).copied();
                    }
                };
            }
            let functions: Vec<usize> = self.functions.iter().map(|f| f.at).collect();
            match payload {
                Payload::TypeSection(section) => item!(section, self.types),
                Payload::ImportSection(section) => item!(section, self.imports),
                Payload::FunctionSection(section) => item!(section, functions),
                Payload::TableSection(section) => item!(section, self.tables),
                Payload::MemorySection(section) => item!(section, self.memories),
                Payload::TagSection(section) => item!(section, self.tags),
                Payload::GlobalSection(section) => item!(section, self.globals),
                Payload::ExportSection(section) => item!(section, self.exports),
                Payload::ElementSection(section) => item!(section, self.elements),
                Payload::DataSection(section) => item!(section, self.data),
                Payload::StartSection { range, .. } if range.contains(&offset) => {
                    found = self.start.first().copied();
                }
                Payload::CodeSectionEntry(body) => {
                    if body.range().contains(&offset) || body.range().end == offset {
                        found = self
                            .functions
                            .get(function)
                            .map(|spans| spans.locate(&body, offset));
                    }
                    function += 1;
                }
                _ => {}
            }
            if found.is_some() {
                break;
            }
        }
        found.unwrap_or(0)
    }
}

impl FunctionSpans {
    /// Where an instruction stands, by its index in the body.
    pub(crate) fn instruction(&self, index: usize) -> usize {
        self.instructions.get(index).copied().unwrap_or(self.at)
    }

    fn locate(&self, body: &wasmparser::FunctionBody<'_>, offset: u64) -> usize {
        let Ok(reader) = body.get_operators_reader() else {
            return self.at;
        };
        let before = reader
            .into_iter_with_offsets()
            .map_while(Result::ok)
            .take_while(|(_, start)| *start <= offset)
            .count();
        // An operator that cannot even be read is the one after the last that could.
        before
            .checked_sub(1)
            .and_then(|index| self.instructions.get(index))
            .copied()
            .unwrap_or(self.at)
    }
}
