//! What makes a module a kernel: the ABI, checked on the binary as the text has it, so that every error has its place;
//! and that the header, the memory map, the layouts and the enumerations say the same.

use crate::contract::{self, Secrets};
use crate::error::{Diagnostic, Error, Location, Problem};
use crate::field_names;
use crate::interface::{self, Fault, Interface, Part, is_function};
use crate::layout::{self, Tables};
use crate::memory_map::{self, Row};
use crate::module::Module;
use crate::parse::Spans;
use crate::source::Source;

/// Checks a valid module against the ABI and against its header; finds everything that is wrong.
pub(crate) fn check(source: &Source, module: &Module<'_>, spans: &Spans) -> Result<Checked, Error> {
    let (interface, faults) = interface::check(module);
    let mut check = Check {
        source,
        module,
        spans,
        diagnostics: Vec::new(),
    };
    check.faults(faults);
    check.header();
    let map = match memory_map::parse(source) {
        Ok(map) => {
            if let Some(interface) = &interface {
                check.memory_map(interface, map.as_deref());
            }
            map.unwrap_or_default()
        }
        Err(diagnostic) => {
            check.diagnostics.push(*diagnostic);
            Vec::new()
        }
    };
    let (tables, wrong) = layout::read(source, module, spans, &map);
    check.diagnostics.extend(wrong);
    // A table that cannot be read would be missed by every name that means it.
    if check.diagnostics.is_empty() {
        check.diagnostics = field_names::check(source, &tables, &map);
    }
    let constants = interface
        .as_ref()
        .map_or(&[][..], |interface| &interface.constants);
    let secrets = match contract::secrets(source, module, spans, constants) {
        Ok(secrets) => secrets,
        Err(wrong) => {
            check.diagnostics.extend(wrong);
            Vec::new()
        }
    };
    match interface {
        Some(interface) if check.diagnostics.is_empty() => Ok(Checked {
            interface,
            tables,
            secrets,
        }),
        _ => Err(Error::Text(check.diagnostics)),
    }
}

/// What there is to know of a module in which nothing is wrong.
pub(crate) struct Checked {
    pub(crate) interface: Interface,
    pub(crate) tables: Tables,
    pub(crate) secrets: Vec<Secrets>,
}

struct Check<'c> {
    source: &'c Source,
    module: &'c Module<'c>,
    spans: &'c Spans,
    diagnostics: Vec<Diagnostic>,
}

impl Check<'_> {
    fn report(&mut self, problem: Problem, at: Location) {
        self.diagnostics.push(Diagnostic::new(problem, at));
    }

    fn faults(&mut self, faults: Vec<Fault>) {
        for fault in faults {
            let mut diagnostic = Diagnostic::new(fault.problem, self.part(fault.part));
            if let Some((what, part)) = fault.related {
                diagnostic = diagnostic.with_related(what, self.part(part));
            }
            self.diagnostics.push(diagnostic);
        }
    }

    /// Where a part of the module stands. What is missing is said at the top.
    fn part(&self, part: Part) -> Location {
        match part {
            Part::Module => self.start(),
            Part::Import(index) => self.at(self.spans.imports.get(index)),
            Part::Export(index) => self.at(self.spans.exports.get(index)),
            Part::Memory => self.at(self.spans.memories.first()),
            Part::Data(index) => self.at(self.spans.data.get(index)),
        }
    }

    fn at(&self, offset: Option<&usize>) -> Location {
        self.source.locate(offset.copied().unwrap_or(0))
    }

    /// The top of the module: where something is said to be missing.
    fn start(&self) -> Location {
        self.source.locate(0)
    }

    /// The functions exported and those in the header are the same.
    fn header(&mut self) {
        let functions: Vec<(usize, &str)> = self
            .module
            .exports
            .iter()
            .enumerate()
            .filter(|(_, export)| is_function(export.kind))
            .map(|(index, export)| (index, export.name))
            .collect();
        for named in &self.source.header().exports {
            if functions.iter().all(|(_, name)| *name != named.name) {
                let mut known: Vec<String> = functions
                    .iter()
                    .map(|(_, name)| (*name).to_owned())
                    .collect();
                known.sort();
                let problem = Problem::ExportMissing {
                    name: named.name.clone(),
                    known,
                };
                self.report(problem, self.source.locate(named.offset));
            }
        }
        for (index, name) in functions {
            let at = self.at(self.spans.exports.get(index));
            let in_header = self.source.header().exports.iter();
            if !in_header.into_iter().any(|named| named.name == name) {
                let name = name.to_owned();
                self.report(Problem::ExportNotInHeader { name }, at.clone());
            }
            if !is_snake_case(name) {
                let name = name.to_owned();
                self.report(Problem::ExportName { name }, at);
            }
        }
    }

    /// Each data segment is a row of the map, and the map ends at `heap_base` at the latest.
    fn memory_map(&mut self, interface: &Interface, map: Option<&[Row]>) {
        let heap_base = interface.heap_base;
        let Some(rows) = map else {
            if heap_base > 0 || !interface.data.is_empty() {
                self.report(Problem::NoMemoryMap { heap_base }, self.start());
            }
            return;
        };
        for row in rows {
            if row.end() > u64::from(heap_base) {
                let problem = Problem::MemoryMapAboveHeapBase {
                    name: row.name.clone(),
                    offset: row.offset,
                    length: row.length,
                    heap_base,
                };
                self.report(problem, self.row_at(row));
            }
        }
        for segment in &interface.data {
            let beginning = rows.iter().find(|row| row.offset == segment.offset);
            if beginning.is_some_and(|row| row.length == segment.length) {
                continue;
            }
            let problem = Problem::DataNotInMap {
                offset: segment.offset,
                length: segment.length,
                nearest: beginning.map(|row| {
                    format!(
                        "the row `{}` that begins there has {} bytes, the segment has {}",
                        row.name, row.length, segment.length
                    )
                }),
            };
            let mut diagnostic =
                Diagnostic::new(problem, self.at(self.spans.data.get(segment.index)));
            if let Some(row) = beginning {
                diagnostic = diagnostic.with_related("the row is here", self.row_at(row));
            }
            self.diagnostics.push(diagnostic);
        }
    }

    fn row_at(&self, row: &Row) -> Location {
        self.source.fragments()[row.fragment].locate(row.at)
    }
}

/// `[a-z][a-z0-9]*(_[a-z0-9]+)*`.
pub(crate) fn is_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('_').all(|word| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case() {
        for good in ["a", "fnv1a32", "search_all", "utf8_to_utf16"] {
            assert!(is_snake_case(good), "{good}");
        }
        for bad in ["", "A", "camelCase", "_a", "a__b", "a_", "1a", "a-b"] {
            assert!(!is_snake_case(bad), "{bad}");
        }
    }
}
