//! Layouts and enumerations: the comments that say what the fields of structs in memory and the values of codes are.
//!
//! ```text
//! ;; Layout frame_state
//! ;;   offset         size  field   meaning
//! ;;        0            4  phase   u32: what is read next, of the enumeration `phase`
//! ;;        8           16  lanes   four u32: the hash so far
//! ;;       24  $CHAIN_SIZE  chain   as many bytes as the constant says
//!
//! ;; Enumeration phase
//! ;;   value  name     meaning
//! ;;       0  between  no frame has begun
//! ;;       1  blocks   a block follows
//! ```
//!
//! A size is that of the whole field, also where it is repeated. Offsets ascend, and fields do not overlap.
//!
//! Where a global is called `$FRAME_STATE_SIZE`, it is the size of the layout `frame_state`; and the size of a state
//! that the module exports has a layout. Where globals are called `$PHASE_…`, they are the values of the enumeration
//! `phase`, each of them.

use std::collections::BTreeMap;

use wasmparser::{Operator, ValType};

use crate::abi::is_snake_case;
use crate::comment_table::{self, parse_number};
use crate::error::{Diagnostic, Problem};
use crate::memory_map::Row;
use crate::module::Module;
use crate::parse::Spans;
use crate::prune::constant_i32;
use crate::source::Source;

/// A place in one of a source's fragments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) fragment: usize,
    pub(crate) at: usize,
}

/// A struct in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) fields: Vec<Field>,
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) offset: u32,
    pub(crate) size: u32,
    pub(crate) meaning: String,
    pub(crate) place: Place,
}

/// The values of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Enumeration {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) values: Vec<Variant>,
}

/// One value of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) value: i64,
    pub(crate) meaning: String,
    pub(crate) place: Place,
}

impl Layout {
    /// One past the last byte of its last field.
    pub(crate) fn size(&self) -> u64 {
        self.fields.last().map_or(0, Field::end)
    }
}

impl Field {
    fn end(&self) -> u64 {
        u64::from(self.offset) + u64::from(self.size)
    }
}

/// What the tables of a module say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tables {
    pub(crate) layouts: Vec<Layout>,
    pub(crate) enumerations: Vec<Enumeration>,
}

/// What a comment calls the memory map where it has to say which table it means.
pub(crate) const MEMORY_MAP: &str = "memory_map";

/// Names that a table cannot have: that of the memory map, and those that no Rust module can have.
const TAKEN: [&str; 4] = [MEMORY_MAP, "crate", "self", "super"];

/// What the constant that tells a layout's whole size is called in Rust, so that no field can be.
const SIZE: &str = "size";

const LAYOUT_COLUMNS: [&str; 4] = ["offset", "size", "field", "meaning"];
const ENUMERATION_COLUMNS: [&str; 3] = ["value", "name", "meaning"];

/// Reads the tables of a module and holds them to its globals; finds everything that is wrong.
pub(crate) fn read(
    source: &Source,
    module: &Module<'_>,
    spans: &Spans,
    map: &[Row],
) -> (Tables, Vec<Diagnostic>) {
    let mut reader = Reader {
        source,
        globals: constants(module, spans),
        tables: Tables::default(),
        diagnostics: Vec::new(),
    };
    for fragment in 0..source.fragments().len() {
        reader.layouts(fragment);
        reader.enumerations(fragment);
    }
    reader.names();
    reader.sizes(module, spans);
    reader.values();
    reader.regions(map);
    (reader.tables, reader.diagnostics)
}

/// A global that is a constant integer.
struct Constant {
    value: i64,
    is_i32: bool,
    /// Where it stands in the whole text.
    at: usize,
}

impl Constant {
    fn is(&self, value: i64) -> bool {
        self.value == value || self.is_i32 && same_i32(self.value, value)
    }
}

/// Whether two numbers are the same i32, which text may write with a sign or without.
pub(crate) fn same_i32(a: i64, b: i64) -> bool {
    let bits =
        |number: i64| u32::try_from(number).or(i32::try_from(number).map(i32::cast_unsigned));
    matches!((bits(a), bits(b)), (Ok(a), Ok(b)) if a == b)
}

/// The constants of a module in `$UPPER` case, by name.
fn constants<'m>(module: &'m Module<'_>, spans: &Spans) -> BTreeMap<&'m str, Constant> {
    let names = module.names.globals.iter();
    let own = names.filter_map(|(index, name)| {
        let own = index.checked_sub(module.imported_globals())? as usize;
        let global = module.globals.get(own)?;
        if global.ty.mutable || name.contains(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        let is_i32 = global.ty.content_type == ValType::I32;
        let value = if is_i32 {
            i64::from(constant_i32(&global.init_expr)?)
        } else {
            match global.init_expr.get_operators_reader().read().ok()? {
                Operator::I64Const { value } => value,
                _ => return None,
            }
        };
        let at = spans.globals.get(own).copied().unwrap_or(0);
        Some((*name, Constant { value, is_i32, at }))
    });
    own.collect()
}

struct Reader<'r> {
    source: &'r Source,
    globals: BTreeMap<&'r str, Constant>,
    tables: Tables,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn report(&mut self, problem: Problem, place: Place) {
        let at = self.source.place(place);
        self.diagnostics.push(Diagnostic::new(problem, at));
    }

    fn report_beside(&mut self, problem: Problem, at: usize, what: &str, place: Place) {
        let diagnostic = Diagnostic::new(problem, self.source.locate(at))
            .with_related(what, self.source.place(place));
        self.diagnostics.push(diagnostic);
    }

    fn layouts(&mut self, fragment: usize) {
        let text = &self.source.fragments()[fragment].text;
        for table in comment_table::find(text, &LAYOUT_COLUMNS, |title| titled("Layout", title)) {
            let title = format!("layout `{}`", table.title);
            let place = |at| Place { fragment, at };
            let rows = self.rows(&title, fragment, table.columns_at, table.rows);
            let mut fields: Vec<Field> = Vec::new();
            for row in &rows {
                match self.field(row, place(row.at)) {
                    Ok(field) => {
                        if let Some(above) = fields.last()
                            && u64::from(field.offset) < above.end()
                        {
                            let problem = Problem::LayoutOrder {
                                layout: table.title.clone(),
                                field: field.name.clone(),
                                offset: field.offset,
                                end: above.end(),
                            };
                            self.report(problem, field.place);
                        }
                        fields.push(field);
                    }
                    Err(message) => {
                        let table = title.clone();
                        self.report(Problem::TableRow { table, message }, place(row.at));
                    }
                }
            }
            let named = fields.iter().map(|field| (&*field.name, field.place));
            self.twice(&title, &named.collect::<Vec<_>>());
            self.tables.layouts.push(Layout {
                name: table.title,
                place: place(table.at),
                fields,
            });
        }
    }

    fn enumerations(&mut self, fragment: usize) {
        let text = &self.source.fragments()[fragment].text;
        let title = |title: &str| titled("Enumeration", title);
        for table in comment_table::find(text, &ENUMERATION_COLUMNS, title) {
            let title = format!("enumeration `{}`", table.title);
            let place = |at| Place { fragment, at };
            let rows = self.rows(&title, fragment, table.columns_at, table.rows);
            let mut values: Vec<Variant> = Vec::new();
            for row in &rows {
                match variant(row, place(row.at)) {
                    Ok(variant) => values.push(variant),
                    Err(message) => {
                        let table = title.clone();
                        self.report(Problem::TableRow { table, message }, place(row.at));
                    }
                }
            }
            let named = values.iter().map(|value| (&*value.name, value.place));
            self.twice(&title, &named.collect::<Vec<_>>());
            self.tables.enumerations.push(Enumeration {
                name: table.title,
                place: place(table.at),
                values,
            });
        }
    }

    /// The rows of a table that has some; none where it is wrong, which is said.
    fn rows(
        &mut self,
        table: &str,
        fragment: usize,
        columns_at: usize,
        rows: Result<Vec<comment_table::Row>, (String, usize)>,
    ) -> Vec<comment_table::Row> {
        let (message, at) = match rows {
            Ok(rows) if !rows.is_empty() => return rows,
            Ok(_) => ("expected a row below the columns".to_owned(), columns_at),
            Err(wrong) => wrong,
        };
        let table = table.to_owned();
        self.report(Problem::TableRow { table, message }, Place { fragment, at });
        Vec::new()
    }

    fn field(&self, row: &comment_table::Row, place: Place) -> Result<Field, String> {
        let offset = row.bytes(0, "offset")?;
        let size = match row.number(1, "size")?.strip_prefix('$') {
            None => row.bytes(1, "size")?,
            Some(name) => {
                let constant = self.globals.get(name).filter(|constant| constant.is_i32);
                let size = constant.and_then(|constant| u32::try_from(constant.value).ok());
                size.ok_or_else(|| {
                    format!("the size is `${name}`, which is no constant i32 of the module")
                })?
            }
        };
        let name = row.name("size")?;
        if size == 0 {
            return Err(format!("the field `{name}` has no byte"));
        }
        if !is_snake_case(name) || name == SIZE {
            return Err(format!(
                "a field is named in snake_case, and not `{SIZE}`: found `{name}`"
            ));
        }
        Ok(Field {
            name: name.to_owned(),
            offset,
            size,
            meaning: row.meaning.clone(),
            place,
        })
    }

    /// Finds names that stand twice in a table.
    fn twice(&mut self, table: &str, named: &[(&str, Place)]) {
        for (index, (name, place)) in named.iter().enumerate() {
            let first = named[..index].iter().find(|(earlier, _)| earlier == name);
            if let Some((_, first)) = first {
                let problem = Problem::TableNamesTwice {
                    table: table.to_owned(),
                    name: (*name).to_owned(),
                };
                let diagnostic = Diagnostic::new(problem, self.source.place(*place))
                    .with_related("the first is here", self.source.place(*first));
                self.diagnostics.push(diagnostic);
            }
        }
    }

    /// Finds tables with names that they cannot have.
    fn names(&mut self) {
        let layouts = self.tables.layouts.iter();
        let layouts = layouts.map(|layout| (layout.name.clone(), layout.place));
        let enumerations = self.tables.enumerations.iter();
        let enumerations = enumerations.map(|table| (table.name.clone(), table.place));
        let named: Vec<(String, Place)> = layouts.chain(enumerations).collect();
        for (index, (name, place)) in named.iter().enumerate() {
            if !is_snake_case(name) || TAKEN.contains(&&**name) {
                let name = name.clone();
                self.report(Problem::TableName { name }, *place);
            } else if let Some((_, first)) =
                named[..index].iter().find(|(earlier, _)| earlier == name)
            {
                let name = name.clone();
                let diagnostic =
                    Diagnostic::new(Problem::SecondTable { name }, self.source.place(*place))
                        .with_related("the first is here", self.source.place(*first));
                self.diagnostics.push(diagnostic);
            }
        }
    }

    /// `$NAME_SIZE` is the size of the layout `name`, and each exported size of a state has one.
    fn sizes(&mut self, module: &Module<'_>, spans: &Spans) {
        for layout in self.tables.layouts.clone() {
            let global = format!("{}_SIZE", layout.name.to_ascii_uppercase());
            let Some(constant) = self.globals.get(&*global) else {
                continue;
            };
            if i64::try_from(layout.size()) != Ok(constant.value) {
                let (value, at) = (constant.value, constant.at);
                let problem = Problem::LayoutSize {
                    layout: layout.name,
                    size: layout.fields.last().map_or(0, Field::end),
                    global,
                    value,
                };
                self.report_beside(problem, at, "the layout is here", layout.place);
            }
        }
        for export in &module.exports {
            if export.kind != wasmparser::ExternalKind::Global
                || !export.name.ends_with("_state_size")
            {
                continue;
            }
            let own = export.index.checked_sub(module.imported_globals());
            let global = own.and_then(|own| module.globals.get(own as usize));
            // What is not a constant has been reported.
            let Some((own, _)) = own
                .zip(global)
                .filter(|(_, global)| !global.ty.mutable && global.ty.content_type == ValType::I32)
            else {
                continue;
            };
            let name = module.names.globals.get(&export.index);
            let layout = name.and_then(|name| name.strip_suffix("_SIZE"));
            let mut layouts = self.tables.layouts.iter();
            if layout
                .is_none_or(|layout| !layouts.any(|known| known.name.eq_ignore_ascii_case(layout)))
            {
                let problem = Problem::StateWithoutLayout {
                    export: export.name.to_owned(),
                    layout: layout.map(str::to_ascii_lowercase),
                };
                let at = spans.globals.get(own as usize).copied().unwrap_or(0);
                let diagnostic = Diagnostic::new(problem, self.source.locate(at));
                self.diagnostics.push(diagnostic);
            }
        }
    }

    /// A global that is called like a region of the memory map is where that begins.
    fn regions(&mut self, map: &[Row]) {
        for row in map {
            let global = row.name.to_ascii_uppercase();
            let Some(constant) = self.globals.get(&*global) else {
                continue;
            };
            if !constant.is(i64::from(row.offset)) {
                let (value, at) = (constant.value, constant.at);
                let problem = Problem::RegionConstant {
                    global,
                    offset: row.offset,
                    value,
                };
                let place = Place {
                    fragment: row.fragment,
                    at: row.at,
                };
                self.report_beside(problem, at, "the memory map says so here", place);
            }
        }
    }

    /// Where there are globals `$NAME_…`, they are the values of the enumeration `name`.
    fn values(&mut self) {
        let enumerations = self.tables.enumerations.clone();
        let mut held = vec![Vec::new(); enumerations.len()];
        let globals: Vec<(String, i64, usize)> = self
            .globals
            .iter()
            .map(|(name, constant)| ((*name).to_owned(), constant.value, constant.at))
            .collect();
        for (global, value, at) in globals {
            let Some((index, rest)) = owner(&enumerations, &global) else {
                continue;
            };
            let enumeration = &enumerations[index];
            held[index].push(rest.to_ascii_lowercase());
            let rows = enumeration.values.iter();
            let row = rows.clone().find(|row| row.name.eq_ignore_ascii_case(rest));
            match row {
                Some(row) if self.globals[&*global].is(row.value) => {}
                Some(row) => {
                    let problem = Problem::EnumerationValue {
                        enumeration: enumeration.name.clone(),
                        name: row.name.clone(),
                        expected: row.value,
                        found: value,
                    };
                    self.report_beside(problem, at, "the table says so here", row.place);
                }
                None => {
                    let problem = Problem::EnumerationWithoutRow {
                        enumeration: enumeration.name.clone(),
                        global: global.clone(),
                    };
                    let what = "the table is here";
                    self.report_beside(problem, at, what, enumeration.place);
                }
            }
        }
        for (enumeration, held) in enumerations.iter().zip(held) {
            if held.is_empty() {
                continue;
            }
            for row in &enumeration.values {
                if !held.contains(&row.name) {
                    let problem = Problem::EnumerationWithoutGlobal {
                        enumeration: enumeration.name.clone(),
                        global: format!("{}_{}", enumeration.name, row.name).to_ascii_uppercase(),
                    };
                    self.report(problem, row.place);
                }
            }
        }
    }
}

/// The enumeration that a global belongs to, by its place, and what the global is called there. Of several it is the
/// one with the longest name.
fn owner<'g>(enumerations: &[Enumeration], global: &'g str) -> Option<(usize, &'g str)> {
    let owners = enumerations.iter().enumerate();
    let owners = owners.filter_map(|(index, owner)| {
        let (prefix, rest) = global.split_at_checked(owner.name.len())?;
        let rest = rest.strip_prefix('_')?;
        prefix
            .eq_ignore_ascii_case(&owner.name)
            .then_some((index, rest))
    });
    owners.max_by_key(|(index, _)| enumerations[*index].name.len())
}

/// The name in a title: `KIND NAME`.
fn titled(kind: &str, title: &str) -> Option<String> {
    let mut words = title.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(found), Some(name), None) if found == kind => Some(name.to_owned()),
        _ => None,
    }
}

fn variant(row: &comment_table::Row, place: Place) -> Result<Variant, String> {
    let word = row.number(0, "value")?;
    let value = parse_number(word)
        .ok_or_else(|| format!("expected the value, from -2^63 to 2^63 - 1, found `{word}`"))?;
    let name = row.name("value")?;
    if !is_snake_case(name) {
        return Err(format!("a value is named in snake_case: found `{name}`"));
    }
    Ok(Variant {
        name: name.to_owned(),
        value,
        meaning: row.meaning.clone(),
        place,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_a_kind_and_a_name() {
        assert_eq!(titled("Layout", "Layout state").as_deref(), Some("state"));
        for not in ["Layout", "Layout of states", "layout state", "Layouts x"] {
            assert_eq!(titled("Layout", not), None, "{not}");
        }
    }

    #[test]
    fn an_i32_has_two_spellings() {
        assert!(same_i32(-1, 0xffff_ffff));
        assert!(same_i32(7, 7));
        assert!(!same_i32(-1, 0x1_ffff_ffff));
        assert!(!same_i32(1, 2));
    }
}
