//! Leaves out what nothing reaches.
//!
//! Reached is what an export, the start function or an active segment leads to. Imports, memories and tags stay: the
//! first belong to the interface, and a kernel has one of the second and none of the third.

use wasmparser::{
    BlockType, ConstExpr, DataKind, ElementItems, ElementKind, ExternalKind, Operator, TypeRef,
};

use crate::error::BinaryError;
use crate::features;
use crate::module::{Keep, Module};

/// Leaves out of a binary what nothing reaches: functions, types, globals, data that is never used, tables and their
/// elements. Names stay with what they name; other custom sections are left out.
///
/// The module does exactly what it did: a segment that would trap when the module is instantiated stays.
///
/// # Errors
/// When the binary is not valid under [`ALLOWED`](crate::ALLOWED).
pub fn prune(wasm: &[u8]) -> Result<Vec<u8>, BinaryError> {
    features::validate(wasm)?;
    let module = Module::read(wasm)?;
    module.write(&reached(&module)?, true)
}

/// What to keep of a valid module.
pub(crate) fn reached(module: &Module<'_>) -> Result<Keep, BinaryError> {
    let mut walk = Walk {
        module,
        keep: Keep::new(module, false),
        pending: Vec::new(),
        function_types: module.function_types(),
    };
    walk.imports();
    for export in &module.exports {
        match export.kind {
            ExternalKind::Func | ExternalKind::FuncExact => walk.function(export.index),
            ExternalKind::Table => walk.table(export.index)?,
            ExternalKind::Global => walk.global(export.index)?,
            ExternalKind::Memory | ExternalKind::Tag => {}
        }
    }
    if let Some(start) = module.start {
        walk.function(start);
    }
    for tag in &module.tags {
        walk.ty(tag.func_type_idx);
    }
    walk.segments()?;
    while let Some(function) = walk.pending.pop() {
        walk.body(function)?;
    }
    Ok(walk.keep)
}

struct Walk<'m, 'a> {
    module: &'m Module<'a>,
    keep: Keep,
    /// Functions that are kept, but whose bodies have not been looked at.
    pending: Vec<u32>,
    function_types: Vec<u32>,
}

impl Walk<'_, '_> {
    fn imports(&mut self) {
        let (mut functions, mut tables, mut globals) = (0, 0, 0);
        for import in &self.module.imports {
            match import.ty {
                TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                    self.keep.functions[functions] = true;
                    functions += 1;
                    self.ty(ty);
                }
                TypeRef::Table(_) => {
                    self.keep.tables[tables] = true;
                    tables += 1;
                }
                TypeRef::Global(_) => {
                    self.keep.globals[globals] = true;
                    globals += 1;
                }
                TypeRef::Tag(tag) => self.ty(tag.func_type_idx),
                TypeRef::Memory(_) => {}
            }
        }
        // An imported table is the importer's as well, so what is put into it can be called.
        for table in 0..tables {
            for element in 0..self.module.elements.len() {
                if let ElementKind::Active { table_index, .. } = self.module.elements[element].kind
                    && table_index.unwrap_or(0) as usize == table
                {
                    self.keep.elements[element] = true;
                }
            }
        }
    }

    fn ty(&mut self, index: u32) {
        self.keep.types[index as usize] = true;
    }

    fn function(&mut self, index: u32) {
        if !std::mem::replace(&mut self.keep.functions[index as usize], true) {
            self.ty(self.function_types[index as usize]);
            self.pending.push(index);
        }
    }

    fn global(&mut self, index: u32) -> Result<(), BinaryError> {
        if std::mem::replace(&mut self.keep.globals[index as usize], true) {
            return Ok(());
        }
        let own = index - self.module.imported_globals();
        self.constant(&self.module.globals[own as usize].init_expr)
    }

    /// Keeps a table and the active segments that fill it.
    fn table(&mut self, index: u32) -> Result<(), BinaryError> {
        if std::mem::replace(&mut self.keep.tables[index as usize], true) {
            return Ok(());
        }
        for element in 0..self.module.elements.len() {
            if let ElementKind::Active { table_index, .. } = self.module.elements[element].kind
                && table_index.unwrap_or(0) == index
            {
                self.element(element as u32)?;
            }
        }
        Ok(())
    }

    fn element(&mut self, index: u32) -> Result<(), BinaryError> {
        if std::mem::replace(&mut self.keep.elements[index as usize], true) {
            return Ok(());
        }
        self.element_contents(index)
    }

    fn element_contents(&mut self, index: u32) -> Result<(), BinaryError> {
        let element = &self.module.elements[index as usize];
        if let ElementKind::Active {
            table_index,
            offset_expr,
        } = &element.kind
        {
            self.constant(offset_expr)?;
            self.table(table_index.unwrap_or(0))?;
        }
        match &element.items {
            ElementItems::Functions(functions) => {
                for function in functions.clone() {
                    self.function(function?);
                }
            }
            ElementItems::Expressions(_, expressions) => {
                for expression in expressions.clone() {
                    self.constant(&expression?)?;
                }
            }
        }
        Ok(())
    }

    /// The active segments that do something of themselves: data that is written, and whatever may trap.
    fn segments(&mut self) -> Result<(), BinaryError> {
        for (index, segment) in self.module.data.iter().enumerate() {
            if let DataKind::Active { offset_expr, .. } = &segment.kind {
                let memory = self.module.memories.first();
                let bytes = memory.map_or(0, |memory| memory.initial << 16);
                let idle = segment.data.is_empty() && within(offset_expr, 0, bytes);
                if !idle {
                    self.keep.data[index] = true;
                    self.constant(offset_expr)?;
                }
            }
        }
        let imported = self.module.imported_tables();
        for (index, segment) in self.module.elements.iter().enumerate() {
            if let ElementKind::Active {
                table_index,
                offset_expr,
            } = &segment.kind
            {
                let table = table_index.unwrap_or(0);
                if self.keep.elements[index] {
                    self.element_contents(index as u32)?;
                    continue;
                }
                let own = table.checked_sub(imported);
                let size = own.and_then(|own| self.module.tables.get(own as usize));
                let size = size.map_or(0, |table| table.ty.initial);
                let count = match &segment.items {
                    ElementItems::Functions(items) => items.count(),
                    ElementItems::Expressions(_, items) => items.count(),
                };
                if !within(offset_expr, count, size) {
                    self.element(index as u32)?;
                }
            }
        }
        Ok(())
    }

    fn constant(&mut self, expression: &ConstExpr<'_>) -> Result<(), BinaryError> {
        for operator in expression.get_operators_reader() {
            self.operator(&operator?)?;
        }
        Ok(())
    }

    fn body(&mut self, function: u32) -> Result<(), BinaryError> {
        let module = self.module;
        // An imported function has no body; it is never pending, because it is kept from the start.
        let own = function - module.imported_functions();
        for op in &module.bodies[own as usize].ops {
            self.operator(&op.operator)?;
        }
        Ok(())
    }

    fn operator(&mut self, operator: &Operator<'_>) -> Result<(), BinaryError> {
        match operator {
            Operator::Call { function_index } | Operator::RefFunc { function_index } => {
                self.function(*function_index);
            }
            Operator::CallIndirect {
                type_index,
                table_index,
            } => {
                self.ty(*type_index);
                self.table(*table_index)?;
            }
            Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
                if let BlockType::FuncType(ty) = blockty {
                    self.ty(*ty);
                }
            }
            Operator::GlobalGet { global_index } | Operator::GlobalSet { global_index } => {
                self.global(*global_index)?;
            }
            Operator::MemoryInit { data_index, .. } | Operator::DataDrop { data_index } => {
                self.keep.data[*data_index as usize] = true;
            }
            Operator::TableInit { elem_index, table } => {
                self.element(*elem_index)?;
                self.table(*table)?;
            }
            Operator::ElemDrop { elem_index } => self.element(*elem_index)?,
            Operator::TableCopy {
                dst_table,
                src_table,
            } => {
                self.table(*dst_table)?;
                self.table(*src_table)?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Whether `count` items at a constant offset stay below `size`.
fn within(offset: &ConstExpr<'_>, count: u32, size: u64) -> bool {
    constant_i32(offset)
        .is_some_and(|offset| u64::from(offset.cast_unsigned()) + u64::from(count) <= size)
}

/// The value of an expression that is one `i32.const`.
pub(crate) fn constant_i32(expression: &ConstExpr<'_>) -> Option<i32> {
    let mut reader = expression.get_operators_reader();
    match (reader.read(), reader.read()) {
        (Ok(Operator::I32Const { value }), Ok(Operator::End)) => Some(value),
        _ => None,
    }
}
