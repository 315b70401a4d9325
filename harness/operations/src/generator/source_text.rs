//! Programs that look like what people write: the letters, the repetitions and the white space of
//! JavaScript, without shipping anyone's.

use super::Generator;

/// Parts of names, the common ones first: a pick squares a uniform number, as word frequencies in
/// programs fall off about so.
const WORDS: &[&str] = &[
    "value",
    "node",
    "index",
    "name",
    "type",
    "options",
    "key",
    "result",
    "data",
    "item",
    "list",
    "state",
    "error",
    "length",
    "path",
    "file",
    "source",
    "token",
    "start",
    "end",
    "parent",
    "child",
    "context",
    "config",
    "event",
    "handler",
    "callback",
    "message",
    "request",
    "response",
    "buffer",
    "offset",
    "count",
    "prefix",
    "suffix",
    "element",
    "attribute",
    "property",
    "module",
    "export",
    "import",
    "scope",
    "block",
    "expression",
    "statement",
    "declaration",
    "identifier",
    "literal",
    "pattern",
    "visitor",
    "walker",
    "queue",
    "stack",
    "cache",
    "entry",
    "record",
    "field",
    "schema",
    "query",
    "cursor",
    "range",
    "line",
    "column",
    "position",
    "marker",
    "width",
    "height",
    "default",
    "current",
    "previous",
    "next",
    "first",
    "last",
    "total",
    "limit",
    "stream",
    "reader",
    "writer",
    "encoder",
    "parser",
    "lexer",
    "compiler",
    "runtime",
    "worker",
    "channel",
    "socket",
    "session",
    "user",
    "token",
    "digest",
    "signature",
    "version",
    "revision",
    "snapshot",
    "transaction",
    "journal",
    "segment",
    "bucket",
    "weight",
    "vertex",
    "graph",
    "matrix",
    "kernel",
];

const VERBS: &[&str] = &[
    "get",
    "set",
    "is",
    "has",
    "create",
    "parse",
    "read",
    "write",
    "find",
    "update",
    "remove",
    "add",
    "visit",
    "resolve",
    "emit",
    "handle",
    "check",
    "normalize",
    "merge",
    "apply",
    "collect",
    "validate",
    "format",
    "flush",
    "compute",
    "register",
    "schedule",
    "wrap",
    "clone",
    "compare",
];

const OPERATORS: &[&str] = &[
    " === ", " !== ", " + ", " - ", " < ", " > ", " && ", " || ", " >= ", " * ", " & ", " | ",
    " >>> ", " % ", " ?? ",
];

/// Writes declarations until `len` bytes stand, and cuts there.
pub(super) fn write(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut program = Program {
        generator,
        text: String::with_capacity(len + 1_024),
        depth: 0,
    };
    while program.text.len() < len {
        program.declaration();
    }
    // Every character is ASCII, so that any byte is a place to cut.
    program.text.truncate(len);
    program.text.into_bytes()
}

struct Program<'a> {
    generator: &'a mut Generator,
    text: String,
    depth: usize,
}

impl Program<'_> {
    fn pick(&mut self, words: &[&'static str]) -> &'static str {
        let uniform = self.generator.number(0..=999);
        words[uniform * uniform * words.len() / 1_000_000]
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn capitalised(&mut self, word: &str) {
        let (first, rest) = word.split_at(1);
        self.text.push_str(&first.to_ascii_uppercase());
        self.text.push_str(rest);
    }

    fn line(&mut self) {
        self.text.push('\n');
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }

    fn variable(&mut self) {
        let word = self.pick(WORDS);
        self.put(word);
        if self.generator.one_in(3) {
            let word = self.pick(WORDS);
            self.capitalised(word);
        }
    }

    fn function_name(&mut self) {
        let verb = self.pick(VERBS);
        self.put(verb);
        let word = self.pick(WORDS);
        self.capitalised(word);
        if self.generator.one_in(2) {
            let word = self.pick(WORDS);
            self.capitalised(word);
        }
    }

    fn number(&mut self) {
        let limit = *self.generator.choose(&[2, 10, 16, 256, 65_536, 10_000_000]);
        let number = self.generator.number(0..=limit);
        if self.generator.one_in(8) {
            self.put(&format!("0x{number:x}"));
        } else {
            self.put(&number.to_string());
        }
    }

    fn phrase(&mut self) {
        for _ in 0..self.generator.number(1..=6) {
            let words = if self.generator.one_in(4) {
                VERBS
            } else {
                WORDS
            };
            let word = self.pick(words);
            self.put(word);
            self.put(" ");
        }
        let word = self.pick(WORDS);
        self.put(word);
    }

    fn string(&mut self) {
        let quote = *self.generator.choose(&["\"", "'", "`"]);
        self.put(quote);
        self.phrase();
        if quote == "`" {
            self.put(" ${");
            self.variable();
            self.put("}");
        }
        self.put(quote);
    }

    fn arguments(&mut self, depth: usize) {
        self.put("(");
        for place in 0..self.generator.number(0..=3) {
            if place > 0 {
                self.put(", ");
            }
            self.expression(depth + 1);
        }
        self.put(")");
    }

    fn expression(&mut self, depth: usize) {
        let kinds = if depth > 2 { 4 } else { 9 };
        match self.generator.number(1..=kinds) {
            1 | 2 => self.variable(),
            3 => self.number(),
            4 => {
                self.variable();
                self.put(".");
                self.variable();
            }
            5 => self.string(),
            6 => {
                self.function_name();
                self.arguments(depth);
            }
            7 => {
                self.variable();
                self.put("[");
                self.expression(depth + 1);
                self.put("]");
            }
            _ => {
                self.expression(depth + 1);
                let operator = self.pick(OPERATORS);
                self.put(operator);
                self.expression(depth + 1);
            }
        }
    }

    fn block(&mut self) {
        self.put(" {");
        self.depth += 1;
        for _ in 0..self.generator.number(1..=4) {
            self.line();
            self.statement();
        }
        self.depth -= 1;
        self.line();
        self.put("}");
    }

    fn statement(&mut self) {
        let kinds = if self.depth > 4 { 5 } else { 9 };
        match self.generator.number(1..=kinds) {
            1 | 2 => {
                let keyword = *self.generator.choose(&["const ", "const ", "let "]);
                self.put(keyword);
                self.variable();
                self.put(" = ");
                self.expression(0);
                self.put(";");
            }
            3 => {
                self.variable();
                self.put(".");
                self.variable();
                self.put(" = ");
                self.expression(0);
                self.put(";");
            }
            4 => {
                self.put("this.");
                self.function_name();
                self.arguments(0);
                self.put(";");
            }
            5 => {
                self.put("return ");
                self.expression(0);
                self.put(";");
            }
            6 | 7 => {
                self.put("if (");
                self.expression(1);
                self.put(")");
                self.block();
                if self.generator.one_in(3) {
                    self.put(" else");
                    self.block();
                }
            }
            8 => {
                self.put("for (const ");
                self.variable();
                self.put(" of ");
                self.variable();
                self.put(")");
                self.block();
            }
            _ => {
                self.put("// ");
                self.phrase();
            }
        }
    }

    fn declaration(&mut self) {
        if self.generator.one_in(3) {
            self.put("/**\n * ");
            self.phrase();
            self.put(".\n * @param {Object} ");
            self.variable();
            self.put(" the ");
            self.phrase();
            self.put("\n */\n");
        }
        let keyword = *self
            .generator
            .choose(&["function ", "async function ", "export function "]);
        self.put(keyword);
        self.function_name();
        self.put("(");
        self.variable();
        self.put(", ");
        self.variable();
        self.put(")");
        self.block();
        self.put("\n\n");
    }
}
