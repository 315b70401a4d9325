//! A module taken apart, so that functions can be rewritten and items left out; and put together again.

use std::collections::BTreeMap;

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, ExportSection, FunctionSection,
    GlobalSection, ImportSection, IndirectNameMap, MemorySection, NameMap, NameSection,
    StartSection, TableSection, TagSection, TypeSection,
};
use wasmparser::{
    Data, Element, Export, FunctionBody, Global, Import, KnownCustom, MemoryType, Name, Operator,
    Parser, Payload, RecGroup, SubType, Table, TagType, TypeRef, ValType,
};

use crate::error::BinaryError;

/// A module's parts. Indices are those of the binary it was read from.
#[derive(Clone, Default)]
pub(crate) struct Module<'a> {
    /// The types, each a group of its own: without GC there are no others.
    pub(crate) types: Vec<SubType>,
    pub(crate) imports: Vec<Import<'a>>,
    /// The type of each function that is not imported.
    pub(crate) functions: Vec<u32>,
    pub(crate) tables: Vec<Table<'a>>,
    pub(crate) memories: Vec<MemoryType>,
    pub(crate) tags: Vec<TagType>,
    pub(crate) globals: Vec<Global<'a>>,
    pub(crate) exports: Vec<Export<'a>>,
    pub(crate) start: Option<u32>,
    pub(crate) elements: Vec<Element<'a>>,
    /// Runs beside `functions`.
    pub(crate) bodies: Vec<Body<'a>>,
    pub(crate) data: Vec<Data<'a>>,
    pub(crate) names: Names<'a>,
}

/// The names of what is not inside a function.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names<'a> {
    module: Option<&'a str>,
    pub(crate) functions: BTreeMap<u32, &'a str>,
    types: BTreeMap<u32, &'a str>,
    tables: BTreeMap<u32, &'a str>,
    memories: BTreeMap<u32, &'a str>,
    pub(crate) globals: BTreeMap<u32, &'a str>,
    elements: BTreeMap<u32, &'a str>,
    data: BTreeMap<u32, &'a str>,
}

/// A function's body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body<'a> {
    /// How many of the locals are parameters.
    pub(crate) params: usize,
    /// The parameters, then the locals.
    pub(crate) locals: Vec<Local>,
    /// The operators, without the `end` of the function.
    pub(crate) ops: Vec<Op<'a>>,
}

/// A local variable or a parameter.
#[derive(Debug, Clone)]
pub(crate) struct Local {
    pub(crate) ty: ValType,
    pub(crate) name: Option<String>,
}

/// An operator. A `block`, `loop` or `if` may have a label.
#[derive(Debug, Clone)]
pub(crate) struct Op<'a> {
    pub(crate) operator: Operator<'a>,
    pub(crate) label: Option<&'a str>,
    /// Whether the text promises of this addition that it does not wrap around.
    pub(crate) no_wrap: bool,
    /// Where it stands in the text, as far as someone has said so: it keeps that when it is spliced.
    pub(crate) origin: Option<usize>,
}

impl<'a> From<Operator<'a>> for Op<'a> {
    fn from(operator: Operator<'a>) -> Self {
        Self {
            operator,
            label: None,
            no_wrap: false,
            origin: None,
        }
    }
}

impl Op<'_> {
    /// Whether it opens a block, which an `end` closes.
    pub(crate) fn opens(&self) -> bool {
        matches!(
            self.operator,
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. }
        )
    }
}

impl<'a> Module<'a> {
    /// Takes a valid binary apart. Custom sections but for the names are left out.
    pub(crate) fn read(wasm: &'a [u8]) -> Result<Self, BinaryError> {
        let mut module = Self::default();
        let mut bodies = Vec::new();
        let mut names = None;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(section) => {
                    let groups: Vec<RecGroup> = collect(section)?;
                    module.types = groups.into_iter().flat_map(RecGroup::into_types).collect();
                }
                Payload::ImportSection(section) => {
                    module.imports = section.into_imports().collect::<Result<_, _>>()?;
                }
                Payload::FunctionSection(section) => module.functions = collect(section)?,
                Payload::TableSection(section) => module.tables = collect(section)?,
                Payload::MemorySection(section) => module.memories = collect(section)?,
                Payload::TagSection(section) => module.tags = collect(section)?,
                Payload::GlobalSection(section) => module.globals = collect(section)?,
                Payload::ExportSection(section) => module.exports = collect(section)?,
                Payload::StartSection { func, .. } => module.start = Some(func),
                Payload::ElementSection(section) => module.elements = collect(section)?,
                Payload::DataSection(section) => module.data = collect(section)?,
                Payload::CodeSectionEntry(body) => bodies.push(body),
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(section) = section.as_known() {
                        names = Some(section);
                    }
                }
                _ => {}
            }
        }
        let mut inner = InnerNames::default();
        if let Some(section) = names {
            // The names are for reading: what is wrong with them takes nothing from the module.
            for name in section.into_iter().map_while(Result::ok) {
                module.names.add(&name, &mut inner);
            }
        }
        let imported = module.imported_functions();
        module.bodies = bodies
            .iter()
            .zip(imported..)
            .zip(&module.functions)
            .map(|((body, index), ty)| {
                let params = module.function_type(*ty).map_or(&[][..], |ty| ty.params());
                Body::read(body, params, index, &mut inner)
            })
            .collect::<Result<_, _>>()?;
        Ok(module)
    }

    /// How many functions are imported: the index of the first that is not.
    pub(crate) fn imported_functions(&self) -> u32 {
        self.imported(|ty| matches!(ty, TypeRef::Func(_) | TypeRef::FuncExact(_)))
    }

    /// How many globals are imported: the index of the first that is not.
    pub(crate) fn imported_globals(&self) -> u32 {
        self.imported(|ty| matches!(ty, TypeRef::Global(_)))
    }

    /// How many tables are imported: the index of the first that is not.
    pub(crate) fn imported_tables(&self) -> u32 {
        self.imported(|ty| matches!(ty, TypeRef::Table(_)))
    }

    fn imported(&self, kind: impl Fn(&TypeRef) -> bool) -> u32 {
        self.imports
            .iter()
            .filter(|import| kind(&import.ty))
            .count() as u32
    }

    /// The function type at an index.
    pub(crate) fn function_type(&self, index: u32) -> Option<&wasmparser::FuncType> {
        match &self.types.get(index as usize)?.composite_type.inner {
            wasmparser::CompositeInnerType::Func(ty) => Some(ty),
            _ => None,
        }
    }

    /// The type index of every function, the imported ones first.
    pub(crate) fn function_types(&self) -> Vec<u32> {
        let imported = self.imports.iter().filter_map(|import| match import.ty {
            TypeRef::Func(ty) | TypeRef::FuncExact(ty) => Some(ty),
            _ => None,
        });
        imported.chain(self.functions.iter().copied()).collect()
    }

    /// Whether a global is immutable, by its index.
    pub(crate) fn immutable_globals(&self) -> Vec<bool> {
        let imported = self.imports.iter().filter_map(|import| match import.ty {
            TypeRef::Global(ty) => Some(!ty.mutable),
            _ => None,
        });
        imported
            .chain(self.globals.iter().map(|global| !global.ty.mutable))
            .collect()
    }

    /// The name of a function, or its index where it has none.
    pub(crate) fn function_name(&self, index: u32) -> String {
        match self.names.functions.get(&index) {
            Some(name) => format!("${name}"),
            None => index.to_string(),
        }
    }
}

fn collect<'a, T: wasmparser::FromReader<'a>>(
    section: wasmparser::SectionLimited<'a, T>,
) -> Result<Vec<T>, wasmparser::Error> {
    section.into_iter().collect()
}

/// Names by function, then by local or label.
#[derive(Default)]
struct InnerNames<'a> {
    locals: BTreeMap<u32, BTreeMap<u32, &'a str>>,
    labels: BTreeMap<u32, BTreeMap<u32, &'a str>>,
}

impl<'a> Names<'a> {
    fn add(&mut self, name: &Name<'a>, inner: &mut InnerNames<'a>) {
        fn map<'a>(names: &wasmparser::NameMap<'a>) -> BTreeMap<u32, &'a str> {
            let names = names.clone().map_while(Result::ok);
            names.map(|naming| (naming.index, naming.name)).collect()
        }
        fn indirect<'a>(
            names: &wasmparser::IndirectNameMap<'a>,
        ) -> BTreeMap<u32, BTreeMap<u32, &'a str>> {
            let names = names.clone().map_while(Result::ok);
            names
                .map(|naming| (naming.index, map(&naming.names)))
                .collect()
        }
        match name {
            Name::Module { name, .. } => self.module = Some(name),
            Name::Function(names) => self.functions = map(names),
            Name::Local(names) => inner.locals = indirect(names),
            Name::Label(names) => inner.labels = indirect(names),
            Name::Type(names) => self.types = map(names),
            Name::Table(names) => self.tables = map(names),
            Name::Memory(names) => self.memories = map(names),
            Name::Global(names) => self.globals = map(names),
            Name::Element(names) => self.elements = map(names),
            Name::Data(names) => self.data = map(names),
            _ => {}
        }
    }
}

impl<'a> Body<'a> {
    fn read(
        body: &FunctionBody<'a>,
        params: &[ValType],
        index: u32,
        names: &mut InnerNames<'a>,
    ) -> Result<Self, BinaryError> {
        let mut types = params.to_vec();
        for run in body.get_locals_reader()? {
            let (count, ty) = run?;
            types.extend(std::iter::repeat_n(ty, count as usize));
        }
        let local_names = names.locals.remove(&index).unwrap_or_default();
        let label_names = names.labels.remove(&index).unwrap_or_default();
        let mut ops = Vec::new();
        let mut label = 0;
        for operator in body.get_operators_reader()? {
            let mut op = Op::from(operator?);
            if op.opens() {
                op.label = label_names.get(&label).copied();
                label += 1;
            }
            ops.push(op);
        }
        // The `end` of the function itself, which every valid body has.
        ops.pop();
        Ok(Self {
            params: params.len(),
            locals: types
                .into_iter()
                .zip(0..)
                .map(|(ty, index)| Local {
                    ty,
                    name: local_names.get(&index).map(|name| (*name).to_owned()),
                })
                .collect(),
            ops,
        })
    }
}

/// Which items of a module to keep, by index. What is imported is always kept.
#[derive(Debug)]
pub(crate) struct Keep {
    pub(crate) types: Vec<bool>,
    pub(crate) functions: Vec<bool>,
    pub(crate) tables: Vec<bool>,
    pub(crate) globals: Vec<bool>,
    pub(crate) elements: Vec<bool>,
    pub(crate) data: Vec<bool>,
}

impl Keep {
    /// Keeps, or leaves out, everything.
    pub(crate) fn new(module: &Module<'_>, keep: bool) -> Self {
        Self {
            types: vec![keep; module.types.len()],
            functions: vec![keep; module.function_types().len()],
            tables: vec![keep; module.imported_tables() as usize + module.tables.len()],
            globals: vec![keep; module.immutable_globals().len()],
            elements: vec![keep; module.elements.len()],
            data: vec![keep; module.data.len()],
        }
    }
}

/// New indices for old ones.
struct Map(Vec<Option<u32>>);

impl Map {
    fn new(keep: &[bool]) -> Self {
        let mut next = 0..;
        Self(
            keep.iter()
                .map(|keep| keep.then(|| next.next()).flatten())
                .collect(),
        )
    }

    fn get(&self, index: u32) -> Option<u32> {
        self.0.get(index as usize).copied().flatten()
    }
}

struct Writer<'m, 'a> {
    module: &'m Module<'a>,
    types: Map,
    functions: Map,
    tables: Map,
    globals: Map,
    elements: Map,
    data: Map,
}

/// An index of something that is left out although something kept refers to it.
#[derive(Debug, thiserror::Error)]
#[error("the {kind} {index} is left out, but something refers to it")]
struct Dangling {
    kind: &'static str,
    index: u32,
}

type Reencoded<T> = Result<T, reencode::Error<Dangling>>;

impl Reencode for Writer<'_, '_> {
    type Error = Dangling;

    fn type_index(&mut self, index: u32) -> Reencoded<u32> {
        mapped(&self.types, "type", index)
    }

    fn type_index_unpacked(&mut self, index: wasmparser::UnpackedIndex) -> Reencoded<u32> {
        match index.as_module_index() {
            Some(index) => self.type_index(index),
            None => Err(reencode::Error::CanonicalizedHeapTypeReference),
        }
    }

    fn function_index(&mut self, index: u32) -> Reencoded<u32> {
        mapped(&self.functions, "function", index)
    }

    fn table_index(&mut self, index: u32) -> Reencoded<u32> {
        mapped(&self.tables, "table", index)
    }

    fn global_index(&mut self, index: u32) -> Reencoded<u32> {
        mapped(&self.globals, "global", index)
    }

    fn element_index(&mut self, index: u32) -> Reencoded<u32> {
        mapped(&self.elements, "element segment", index)
    }

    fn data_index(&mut self, index: u32) -> Reencoded<u32> {
        mapped(&self.data, "data segment", index)
    }
}

fn mapped(map: &Map, kind: &'static str, index: u32) -> Reencoded<u32> {
    map.get(index)
        .ok_or(reencode::Error::UserError(Dangling { kind, index }))
}

/// The items of `all`, the first of which has the index `from`, that have a new index.
fn kept<'i, T>(map: &Map, from: u32, all: &'i [T]) -> impl Iterator<Item = &'i T> {
    all.iter()
        .zip(from..)
        .filter(|(_, index)| map.get(*index).is_some())
        .map(|(item, _)| item)
}

impl Module<'_> {
    /// Puts the module together from what is kept.
    pub(crate) fn write(&self, keep: &Keep, names: bool) -> Result<Vec<u8>, BinaryError> {
        let mut writer = Writer {
            module: self,
            types: Map::new(&keep.types),
            functions: Map::new(&keep.functions),
            tables: Map::new(&keep.tables),
            globals: Map::new(&keep.globals),
            elements: Map::new(&keep.elements),
            data: Map::new(&keep.data),
        };
        writer.write(names).map_err(|error| match error {
            reencode::Error::ParseError(error) => BinaryError::Invalid(error),
            other => BinaryError::Encode(other.to_string()),
        })
    }
}

impl Writer<'_, '_> {
    fn write(&mut self, names: bool) -> Reencoded<Vec<u8>> {
        let mut wasm = wasm_encoder::Module::new();
        self.declarations(&mut wasm)?;
        self.contents(&mut wasm)?;
        if names {
            wasm.section(&self.names());
        }
        Ok(wasm.finish())
    }

    /// The sections before the elements. An empty section is left out.
    fn declarations(&mut self, wasm: &mut wasm_encoder::Module) -> Reencoded<()> {
        let module = self.module;

        let mut types = TypeSection::new();
        let all: Vec<_> = kept(&self.types, 0, &module.types).collect();
        for ty in all {
            types.ty().subtype(&self.sub_type(ty.clone())?);
        }
        if !types.is_empty() {
            wasm.section(&types);
        }

        let mut imports = ImportSection::new();
        for import in &module.imports {
            self.parse_import(&mut imports, *import)?;
        }
        if !imports.is_empty() {
            wasm.section(&imports);
        }

        let mut functions = FunctionSection::new();
        let from = module.imported_functions();
        let indices: Vec<u32> = kept(&self.functions, from, &module.functions)
            .copied()
            .collect();
        for ty in indices {
            functions.function(self.type_index(ty)?);
        }
        if !functions.is_empty() {
            wasm.section(&functions);
        }

        let mut tables = TableSection::new();
        let all: Vec<_> = kept(&self.tables, module.imported_tables(), &module.tables).collect();
        for table in all {
            self.parse_table(&mut tables, table.clone())?;
        }
        if !tables.is_empty() {
            wasm.section(&tables);
        }

        let mut memories = MemorySection::new();
        for memory in &module.memories {
            memories.memory(self.memory_type(*memory)?);
        }
        if !memories.is_empty() {
            wasm.section(&memories);
        }

        let mut tags = TagSection::new();
        for tag in &module.tags {
            tags.tag(self.tag_type(*tag)?);
        }
        if !tags.is_empty() {
            wasm.section(&tags);
        }

        let mut globals = GlobalSection::new();
        let all: Vec<_> = kept(&self.globals, module.imported_globals(), &module.globals).collect();
        for global in all {
            self.parse_global(&mut globals, global.clone())?;
        }
        if !globals.is_empty() {
            wasm.section(&globals);
        }

        let mut exports = ExportSection::new();
        for export in &module.exports {
            self.parse_export(&mut exports, *export)?;
        }
        if !exports.is_empty() {
            wasm.section(&exports);
        }

        if let Some(start) = module.start {
            wasm.section(&StartSection {
                function_index: self.function_index(start)?,
            });
        }
        Ok(())
    }

    /// The elements, the code and the data.
    fn contents(&mut self, wasm: &mut wasm_encoder::Module) -> Reencoded<()> {
        let module = self.module;

        let mut elements = ElementSection::new();
        let all: Vec<_> = kept(&self.elements, 0, &module.elements).collect();
        for element in all {
            self.parse_element(&mut elements, element.clone())?;
        }
        if !elements.is_empty() {
            wasm.section(&elements);
        }

        let bodies: Vec<_> =
            kept(&self.functions, module.imported_functions(), &module.bodies).collect();
        // The section is needed by the instructions that name a segment, and by nothing else.
        if bodies.iter().any(|body| body.names_data()) {
            wasm.section(&DataCountSection {
                count: self.data.0.iter().flatten().count() as u32,
            });
        }

        let mut code = CodeSection::new();
        for body in bodies {
            let locals = body.locals[body.params..].iter();
            let locals = locals
                .map(|local| self.val_type(local.ty))
                .collect::<Result<Vec<_>, _>>()?;
            let mut function = wasm_encoder::Function::new_with_locals_types(locals);
            for op in &body.ops {
                function.instruction(&self.instruction(op.operator.clone())?);
            }
            function.instructions().end();
            code.function(&function);
        }
        if !code.is_empty() {
            wasm.section(&code);
        }

        let mut data = DataSection::new();
        let all: Vec<_> = kept(&self.data, 0, &module.data).collect();
        for segment in all {
            self.parse_data(&mut data, segment.clone())?;
        }
        if !data.is_empty() {
            wasm.section(&data);
        }
        Ok(())
    }

    fn names(&self) -> NameSection {
        let names = &self.module.names;
        let mut section = NameSection::new();
        if let Some(name) = names.module {
            section.module(name);
        }
        let (locals, labels) = self.inner_names();
        // In the order of the subsections' numbers, as the format wants them.
        section.functions(&renamed(&names.functions, &self.functions));
        section.locals(&locals);
        section.labels(&labels);
        section.types(&renamed(&names.types, &self.types));
        section.tables(&renamed(&names.tables, &self.tables));
        section.memories(
            &names
                .memories
                .iter()
                .fold(NameMap::new(), |mut map, (i, n)| {
                    map.append(*i, n);
                    map
                }),
        );
        section.globals(&renamed(&names.globals, &self.globals));
        section.elements(&renamed(&names.elements, &self.elements));
        section.data(&renamed(&names.data, &self.data));
        section
    }

    fn inner_names(&self) -> (IndirectNameMap, IndirectNameMap) {
        let mut locals = IndirectNameMap::new();
        let mut labels = IndirectNameMap::new();
        for (body, index) in self
            .module
            .bodies
            .iter()
            .zip(self.module.imported_functions()..)
        {
            let Some(index) = self.functions.get(index) else {
                continue;
            };
            let mut map = NameMap::new();
            for (local, index) in body.locals.iter().zip(0..) {
                if let Some(name) = &local.name {
                    map.append(index, name);
                }
            }
            if !map.is_empty() {
                locals.append(index, &map);
            }
            let mut map = NameMap::new();
            for (op, index) in body.ops.iter().filter(|op| op.opens()).zip(0..) {
                if let Some(name) = op.label {
                    map.append(index, name);
                }
            }
            if !map.is_empty() {
                labels.append(index, &map);
            }
        }
        (locals, labels)
    }
}

impl Body<'_> {
    fn names_data(&self) -> bool {
        self.ops.iter().any(|op| {
            matches!(
                op.operator,
                Operator::MemoryInit { .. } | Operator::DataDrop { .. }
            )
        })
    }
}

fn renamed(names: &BTreeMap<u32, &str>, map: &Map) -> NameMap {
    let mut renamed = NameMap::new();
    for (index, name) in names {
        if let Some(index) = map.get(*index) {
            renamed.append(index, name);
        }
    }
    renamed
}
