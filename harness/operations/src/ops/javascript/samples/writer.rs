//! Programs by the grammar, statement by statement.

use super::{Dialect, Goal};
use crate::generator::Generator;

/// Statements of no more than `len` bytes.
pub(super) fn write(generator: &mut Generator, dialect: Dialect, len: usize) -> String {
    let mut writer = Writer {
        generator,
        text: String::new(),
        names: 0,
        depth: 0,
        is_module: dialect.goal == Goal::Module,
        is_node: dialect.goal == Goal::CommonJs,
        has_jsx: dialect.jsx,
        in_function: false,
        in_generator: false,
        in_async: false,
        in_loop: false,
    };
    let mut misses = 0;
    while misses < 6 {
        let before = writer.text.len();
        if before + 1 > len {
            break;
        }
        if writer.is_module && writer.generator.one_in(8) {
            writer.module_item();
        } else {
            writer.statement();
        }
        writer.trivia();
        if writer.text.len() > len {
            writer.text.truncate(before);
            misses += 1;
        }
    }
    writer.text
}

/// How many constructs are within each other at most.
const DEEPEST: usize = 5;

const STRINGS: &[&str] = &[
    "\"\"",
    "'a'",
    "\"a b c\"",
    "'it\\'s'",
    "\"\\x41\\u0042\\u{1F600}\"",
    "'\\\n'",
    "\"\\uD83D\\uDE00\"",
    "'\\ud800'",
    "\"\u{2028}\"",
    "'ß 漢字 😀'",
    "\"\\0\"",
];

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "42",
    "1_000",
    "0xFf",
    "0b101",
    "0o17",
    ".5",
    "1.",
    "1.5e-3",
    "1E5",
    "0n",
    "12n",
    "0x1fn",
    "123456789012345678901234567890",
];

const PATTERNS: &[&str] = &[
    "/a/",
    "/[/\\]]+/gi",
    "/(?:a|b)*?c{1,2}/m",
    "/(?<year>\\d{4})-\\k<year>/u",
    "/\\p{Lu}/u",
    "/[\\p{L}--[a-z]]/v",
    "/(?<=a)b(?!c)/s",
    "/\\//y",
];

/// Names of elements.
const TAGS: &[&str] = &[
    "a", "B", "_c", "ß", "x-y", "n:m", "a.b.C", "this.x", "class", "$-",
];

/// Strings of attributes, and text between tags.
const VALUES: &[&str] = &[
    "\"\"",
    "'a b'",
    "\"it's \\n &amp;\"",
    "'&#x1F600;\n&nope; &'",
    "\"&thetasym;\r\n&#65;\"",
];
const TEXTS: &[&str] = &[
    "a",
    "\n  ",
    " it's \"no\" string // and no comment ",
    "\r\n",
    "&lt;ß&#169;&#xD800;",
    "&& &amp",
    "`${",
];

const BINARY: &[&str] = &[
    "+",
    "-",
    "*",
    "/",
    "%",
    "**",
    "<<",
    ">>",
    ">>>",
    "&",
    "|",
    "^",
    "==",
    "!=",
    "===",
    "!==",
    "<",
    ">",
    "<=",
    ">=",
    " in ",
    " instanceof ",
    "&&",
    "||",
];

const ASSIGNMENT: &[&str] = &[
    "=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", "&&=", "||=",
    "??=",
];

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a context of the grammar by itself"
)]
struct Writer<'a> {
    generator: &'a mut Generator,
    text: String,
    /// How many names there are: each declaration takes another one.
    names: usize,
    depth: usize,
    is_module: bool,
    is_node: bool,
    has_jsx: bool,
    in_function: bool,
    in_generator: bool,
    in_async: bool,
    in_loop: bool,
}

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.generator.one_in(n)
    }

    fn pick(&mut self, choices: &[&str]) {
        let choice = *self.generator.choose(choices);
        self.put(choice);
    }

    /// White space and comments, mostly none.
    fn trivia(&mut self) {
        let trivia = [
            "", "", "", " ", " ", "\n", "\n  ", "\t", "/* c */", " // c\n", "/*\n*/", "\r\n",
            "\u{a0}",
        ];
        self.pick(&trivia);
    }

    /// A name that may be declared already.
    fn name(&mut self) {
        let names = [
            "a", "b", "x", "value", "of", "async", "get", "$", "_b", "ö", "\\u0061b", "from", "as",
        ];
        self.pick(&names);
    }

    /// A name that nothing else has.
    fn new_name(&mut self) {
        self.names += 1;
        let name = format!("n{}", self.names);
        self.put(&name);
    }

    fn list(&mut self, most: usize, mut element: impl FnMut(&mut Self)) {
        for index in 0..self.generator.number(0..=most) {
            if index > 0 {
                self.put(",");
            }
            self.trivia();
            element(self);
        }
    }

    /// Has something written within something else, or what is simple where it is deep enough.
    fn within(&mut self, simple: &str, write: impl FnOnce(&mut Self)) {
        if self.depth >= DEEPEST {
            self.put(simple);
            return;
        }
        self.depth += 1;
        write(self);
        self.depth -= 1;
    }

    /// The parameters and body of a function.
    fn function(&mut self, is_async: bool, is_generator: bool) {
        let outer = (
            self.in_function,
            self.in_async,
            self.in_generator,
            self.in_loop,
        );
        (
            self.in_function,
            self.in_async,
            self.in_generator,
            self.in_loop,
        ) = (true, false, false, false);
        self.put("(");
        self.parameters();
        self.put(")");
        (self.in_async, self.in_generator) = (is_async, is_generator);
        self.block();
        (
            self.in_function,
            self.in_async,
            self.in_generator,
            self.in_loop,
        ) = outer;
    }

    fn parameters(&mut self) {
        self.list(3, |it| {
            it.new_name();
            if it.one_in(4) {
                it.put(" = ");
                it.literal();
            }
        });
    }

    fn block(&mut self) {
        self.put("{");
        self.within("", |it| {
            for _ in 0..it.generator.number(0..=3) {
                it.trivia();
                it.statement();
            }
        });
        self.put("}");
    }

    fn body(&mut self) {
        if self.one_in(2) {
            self.block();
        } else {
            self.within(";", Self::simple_statement);
        }
    }

    fn simple_statement(&mut self) {
        match self.generator.number(0..=4) {
            0 => self.put(";"),
            1 => self.put("debugger;"),
            2 => {
                self.put("throw ");
                self.expression();
                self.put(";");
            }
            _ => {
                self.put("x = ");
                self.expression();
                self.put(";");
            }
        }
    }

    fn statement(&mut self) {
        self.within(";", Self::any_statement);
    }

    #[expect(
        clippy::too_many_lines,
        reason = "a few lines for each kind of statement"
    )]
    fn any_statement(&mut self) {
        match self.generator.number(0..=22) {
            0 | 1 => {
                self.pick(&["var ", "let ", "const "]);
                self.pattern();
                self.put(" = ");
                self.assignment();
                self.put(";");
            }
            2 => {
                self.put("if (");
                self.expression();
                self.put(") ");
                self.body();
                if self.one_in(2) {
                    self.put(" else ");
                    self.body();
                }
            }
            3 => self.looped(|it| {
                it.put("for (let ");
                it.new_name();
                it.put(" = 0; ");
                it.expression();
                it.put("; x++) ");
                it.body();
            }),
            4 => self.looped(|it| {
                it.pick(&["for (const ", "for (var ", "for (let "]);
                it.pattern();
                it.pick(&[" of ", " in "]);
                it.put("(");
                it.expression();
                it.put(")) ");
                it.body();
            }),
            5 => self.looped(|it| {
                it.put("while (");
                it.expression();
                it.put(") ");
                it.body();
            }),
            6 => self.looped(|it| {
                it.put("do ");
                it.body();
                it.put(" while (");
                it.expression();
                it.put(");");
            }),
            7 => {
                let (is_async, is_generator) = (self.one_in(4), self.one_in(4));
                self.put(if is_async {
                    "async function"
                } else {
                    "function"
                });
                self.put(if is_generator { "* " } else { " " });
                self.new_name();
                self.function(is_async, is_generator);
            }
            8 => {
                self.put("class ");
                self.new_name();
                self.class();
            }
            9 => {
                self.put("switch (");
                self.expression();
                self.put(") {");
                for _ in 0..self.generator.number(0..=3) {
                    self.put("case ");
                    self.expression();
                    self.put(": ");
                    self.simple_statement();
                }
                self.pick(&["", "default: break;"]);
                self.put("}");
            }
            10 => {
                self.put("try ");
                self.block();
                match self.generator.number(0..=2) {
                    0 => self.put(" finally {}"),
                    1 => {
                        self.put(" catch (");
                        self.new_name();
                        self.put(") ");
                        self.block();
                    }
                    _ => self.put(" catch {} finally {}"),
                }
            }
            11 if self.in_function || self.is_node => {
                self.put("return ");
                self.expression();
                self.put(";");
            }
            12 if self.in_loop => self.pick(&["break;", "continue;"]),
            13 => {
                self.new_name();
                let label = self.text[self.text.rfind('n').unwrap_or(0)..].to_owned();
                self.put(": for (;;) break ");
                self.put(&label);
                self.put(";");
            }
            14 => self.block(),
            15 => self.simple_statement(),
            _ => {
                self.put("x = ");
                self.expression();
                self.pick(&[";", "\n;"]);
            }
        }
    }

    fn looped(&mut self, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.in_loop, true);
        write(self);
        self.in_loop = outer;
    }

    fn module_item(&mut self) {
        match self.generator.number(0..=5) {
            0 => {
                self.put("import ");
                self.new_name();
                self.put(", { x as ");
                self.new_name();
                self.put(", \"a b\" as ");
                self.new_name();
                self.put(" } from \"m\" with { type: \"json\" };");
            }
            1 => {
                self.put("import * as ");
                self.new_name();
                self.put(" from 'm';");
            }
            2 => self.put("import \"m\";"),
            3 => {
                self.put("export const ");
                self.new_name();
                self.put(" = ");
                self.assignment();
                self.put(";");
            }
            4 => {
                self.put("export * as ");
                self.new_name();
                self.put(" from \"m\";");
            }
            _ => {
                self.put("export { a as ");
                self.new_name();
                self.put(" } from \"m\";");
            }
        }
    }

    fn pattern(&mut self) {
        if self.depth >= DEEPEST {
            return self.new_name();
        }
        self.depth += 1;
        match self.generator.number(0..=5) {
            0 => {
                self.put("[");
                self.list(3, |it| match it.generator.number(0..=4) {
                    0 => {}
                    1 => {
                        it.pattern();
                        it.put(" = ");
                        it.literal();
                    }
                    _ => it.pattern(),
                });
                self.pick(&["]", ",,]"]);
            }
            1 => {
                self.put("{");
                self.list(3, |it| match it.generator.number(0..=3) {
                    0 => {
                        it.new_name();
                        it.put(" = ");
                        it.literal();
                    }
                    1 => it.new_name(),
                    2 => {
                        it.put("[x]: ");
                        it.pattern();
                    }
                    _ => {
                        it.key();
                        it.put(": ");
                        it.pattern();
                    }
                });
                self.put("}");
            }
            _ => self.new_name(),
        }
        self.depth -= 1;
    }

    fn key(&mut self) {
        let keys = [
            "a", "get", "class", "static", "\"b\"", "'c d'", "1", "0x2n", "async", "ß",
        ];
        self.pick(&keys);
    }

    fn class(&mut self) {
        if self.one_in(3) {
            self.put(" extends ");
            self.name();
        }
        self.put(" {");
        let outer = (
            self.in_function,
            self.in_async,
            self.in_generator,
            self.in_loop,
        );
        self.within("", |it| {
            for _ in 0..it.generator.number(0..=3) {
                it.trivia();
                it.member();
            }
        });
        (
            self.in_function,
            self.in_async,
            self.in_generator,
            self.in_loop,
        ) = outer;
        self.put("}");
    }

    fn member(&mut self) {
        match self.generator.number(0..=6) {
            0 => self.put(";"),
            1 => {
                self.pick(&["static ", ""]);
                self.put("#");
                self.new_name();
                self.put(" = 1;");
            }
            2 => {
                self.put("static {");
                (
                    self.in_function,
                    self.in_async,
                    self.in_generator,
                    self.in_loop,
                ) = (false, false, false, false);
                self.put("x = this;}");
            }
            3 => {
                self.pick(&["get ", "static get "]);
                self.key();
                self.put("() {}");
            }
            4 => {
                self.pick(&["", "static "]);
                self.put("async *");
                self.key();
                self.function(true, true);
            }
            5 => {
                self.put("[x] = ");
                self.literal();
                self.put(";");
            }
            _ => {
                self.key();
                self.function(false, false);
            }
        }
    }

    fn literal(&mut self) {
        match self.generator.number(0..=6) {
            0 => self.pick(NUMBERS),
            1 => self.pick(STRINGS),
            2 => self.pick(&["true", "false", "null"]),
            3 => self.pick(&["{}", "[]", "[1, 2]", "{ a: 1 }", "``"]),
            _ => self.name(),
        }
    }

    fn expression(&mut self) {
        self.assignment();
        if self.one_in(12) {
            self.put(", ");
            self.assignment();
        }
    }

    fn assignment(&mut self) {
        if self.depth >= DEEPEST {
            return self.literal();
        }
        self.depth += 1;
        match self.generator.number(0..=if self.has_jsx { 12 } else { 9 }) {
            10.. => self.element(),
            0 => {
                self.name();
                self.put(" ");
                self.pick(ASSIGNMENT);
                self.put(" ");
                self.assignment();
            }
            1 => {
                self.unary();
                self.put(" ? ");
                self.assignment();
                self.put(" : ");
                self.assignment();
            }
            2 => {
                self.pick(&["", "async "]);
                self.put("(");
                self.parameters();
                self.put(") => ");
                if self.one_in(2) {
                    self.put("(");
                    let outer = (self.in_async, self.in_generator);
                    (self.in_async, self.in_generator) = (false, false);
                    self.assignment();
                    (self.in_async, self.in_generator) = outer;
                    self.put(")");
                } else {
                    self.put("{}");
                }
            }
            3 => self.put("({ a, b: [c = 1], ...d } = x)"),
            4 if self.in_generator => {
                self.pick(&["yield ", "yield* "]);
                self.literal();
            }
            5 => {
                self.put("(");
                self.unary();
                self.put(" ?? ");
                self.unary();
                self.put(")");
            }
            _ => {
                self.operand();
                for _ in 0..self.generator.number(0..=3) {
                    self.trivia();
                    self.put(" ");
                    self.pick(BINARY);
                    self.put(" ");
                    self.operand();
                }
            }
        }
        self.depth -= 1;
    }

    /// An element, or a fragment.
    fn element(&mut self) {
        if self.depth >= DEEPEST {
            return self.pick(&["<a />", "<></>", "<B.c>d</B.c>"]);
        }
        self.depth += 1;
        let tag = *self.generator.choose(TAGS);
        if self.one_in(6) {
            self.put("<>");
            self.children();
            self.put("</>");
        } else {
            self.pick(&["<", "<", "< ", "</* c */"]);
            self.put(tag);
            for _ in 0..self.generator.number(0..=3) {
                self.pick(&[" ", "\n", " // c\n", "/**/"]);
                self.attribute();
            }
            self.trivia();
            if self.one_in(3) {
                self.pick(&["/>", "/ >"]);
            } else {
                self.put(">");
                self.children();
                self.pick(&["</", "</", "< /"]);
                self.put(tag);
                self.trivia();
                self.put(">");
            }
        }
        self.depth -= 1;
    }

    fn attribute(&mut self) {
        if self.one_in(6) {
            self.put("{...");
            self.assignment();
            return self.put("}");
        }
        self.pick(&["a", "b-c", "n:m", "if"]);
        match self.generator.number(0..=4) {
            0 => {}
            1 => {
                self.put("=");
                self.element();
            }
            2 => {
                self.pick(&["=", " = ", "=/* c */"]);
                self.pick(VALUES);
            }
            _ => {
                self.put("={");
                self.assignment();
                self.put("}");
            }
        }
    }

    fn children(&mut self) {
        for _ in 0..self.generator.number(0..=3) {
            match self.generator.number(0..=5) {
                0 => self.element(),
                1 => self.pick(&["{}", "{/* c */}", "{ // c\n}"]),
                2 => {
                    self.pick(&["{", "{", "{..."]);
                    self.assignment();
                    self.put("}");
                }
                _ => self.pick(TEXTS),
            }
        }
    }

    fn unary(&mut self) {
        match self.generator.number(0..=8) {
            0 => self.put("!"),
            1 => self.put("typeof "),
            2 => self.put("void "),
            3 => self.put("~"),
            4 => self.put("- "),
            5 if self.in_async => self.put("await "),
            _ => {}
        }
        self.operand();
    }

    fn operand(&mut self) {
        if self.depth >= DEEPEST {
            return self.literal();
        }
        self.depth += 1;
        match self.generator.number(0..=17) {
            0 => {
                self.put("[");
                self.list(4, |it| match it.generator.number(0..=5) {
                    0 => {}
                    1 => {
                        it.put("...");
                        it.assignment();
                    }
                    _ => it.assignment(),
                });
                self.put("]");
            }
            1 | 2 => {
                self.put("({");
                self.list(4, Self::property);
                self.put("})");
            }
            3 => {
                self.put("(function");
                self.pick(&["", "", "", "*"]);
                self.function(false, false);
                self.put(")");
            }
            4 => {
                self.put("(class ");
                self.new_name();
                self.class();
                self.put(")");
            }
            5 => self.pick(PATTERNS),
            6 => {
                self.put("`a\\n$");
                for _ in 0..self.generator.number(0..=2) {
                    self.put("${");
                    self.expression();
                    self.put("}b");
                }
                self.put("`");
            }
            7 => {
                self.name();
                self.put("`\\u{41}\\unicode${");
                self.assignment();
                self.put("}`");
            }
            8 | 9 => {
                let start = self.text.len();
                self.name();
                // oxc refuses `async(...a, b)`.
                let may_spread = &self.text[start..] != "async";
                self.put("(");
                self.list(3, |it| {
                    if may_spread && it.one_in(6) {
                        it.put("...");
                    }
                    it.assignment();
                });
                self.put(")");
            }
            10 | 11 => {
                self.name();
                self.pick(&[".a", "?.b", "[0]", "?.[x]", "?.()", ".class", ".get.set"]);
                self.pick(&["", ".c", "(1)", "[\"d\"]"]);
            }
            12 => {
                self.put("new ");
                self.name();
                self.pick(&["", "()", "(1, 2)", ".b()"]);
            }
            13 => {
                self.put("(");
                self.expression();
                self.put(")");
            }
            14 => {
                self.pick(&[
                    "++x",
                    "x--",
                    "--a.b",
                    "this",
                    "import(\"m\")",
                    "async",
                    "(x)++",
                ]);
            }
            15 if self.is_module => self.put("import.meta.url"),
            _ => self.literal(),
        }
        self.depth -= 1;
    }

    fn property(&mut self) {
        match self.generator.number(0..=7) {
            0 => self.name(),
            1 => {
                self.put("...");
                self.assignment();
            }
            2 => {
                self.put("[");
                self.assignment();
                self.put("]: ");
                self.assignment();
            }
            3 => {
                self.put("get ");
                self.key();
                self.put("() {}");
            }
            4 => {
                self.put("set ");
                self.key();
                self.put("(v) {}");
            }
            5 => {
                self.put("async *");
                self.key();
                self.function(true, true);
            }
            _ => {
                self.key();
                self.put(": ");
                self.assignment();
            }
        }
    }
}
