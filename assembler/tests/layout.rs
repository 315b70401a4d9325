//! The layout of text: what it makes of bad text, and what it never changes.

mod common;

use std::path::Path;

use common::settings;
use kilowat_assembler::Tree;
use kilowat_assembler::format::format;

fn kernels() -> Tree {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wat");
    Tree::read(&folder).unwrap_or_else(|error| panic!("{error}"))
}

fn formatted(text: &str) -> String {
    format("test.wat", text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The binary of a text, with names.
fn binary(text: &str) -> Vec<u8> {
    let buffer = wast::parser::ParseBuffer::new(text).unwrap_or_else(|error| panic!("{error}"));
    let mut wat = wast::parser::parse::<wast::Wat<'_>>(&buffer)
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    wat.encode().unwrap_or_else(|error| panic!("{error}"))
}

/// The comments of a text, by the parser's lexer, which is not the formatter's.
fn comments(text: &str) -> Vec<&str> {
    use wast::lexer::{Lexer, TokenKind};
    let mut position = 0;
    let mut comments = Vec::new();
    let lexer = Lexer::new(text);
    while let Some(token) = lexer.parse(&mut position).expect("the text is valid") {
        if matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment) {
            comments.push(token.src(text).trim_end());
        }
    }
    comments
}

/// Writes other white space between the words of a text: `between` gives what stands before each.
fn respaced(text: &str, mut between: impl FnMut() -> &'static str) -> String {
    use wast::lexer::{Lexer, TokenKind};
    let mut position = 0;
    let mut result = String::new();
    let mut line_comment = false;
    let lexer = Lexer::new(text);
    while let Some(token) = lexer.parse(&mut position).expect("the text is valid") {
        if token.kind == TokenKind::Whitespace {
            continue;
        }
        result.push_str(if line_comment { "\n" } else { between() });
        result.push_str(token.src(text));
        line_comment = token.kind == TokenKind::LineComment;
    }
    result
}

#[test]
fn kernels_are_laid_out() {
    for (path, text) in kernels().files() {
        assert!(
            formatted(text) == text,
            "{path} is not laid out: run `cargo xtask fmt`"
        );
    }
}

#[test]
fn badly_spaced_kernels_keep_their_meaning_and_their_comments() {
    let tree = kernels();
    // A small generator of numbers: the same texts every time.
    let mut state = 0x9e37_79b9_u32;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        [" ", " ", "\n", "  ", "\n   ", "\n\n\n", "\t"][state as usize % 7]
    };
    for name in tree.modules() {
        let source = tree.source(&name).unwrap_or_else(|error| panic!("{error}"));
        let mut text = String::new();
        for fragment in source.fragments() {
            text += &fragment.text;
            text += "\n";
        }
        let wasm = binary(&text);
        let words = comments(&text);
        let spaced = [
            ("one line", respaced(&text, || " ")),
            ("a word a line", respaced(&text, || "\n")),
            ("any", respaced(&text, &mut random)),
        ];
        for (how, spaced) in spaced {
            let once = formatted(&spaced);
            assert!(binary(&once) == wasm, "{name}, {how}: another module");
            assert_eq!(comments(&once), words, "{name}, {how}");
            assert!(
                formatted(&once) == once,
                "{name}, {how}: not the same twice"
            );
            for line in once.lines() {
                let code = line.find(";;").map_or(line, |at| &line[..at]).trim_end();
                assert!(code.chars().count() <= 100, "{name}, {how}: {line}");
                assert_eq!(line.trim_end(), line, "{name}, {how}");
            }
        }
    }
}

#[test]
fn bad_text_is_laid_out() {
    let text = r#"


;;! header   = "stays"
;; Memory map
;;   offset  length
(memory   (export "memory") 1
)
(global $A      i32 (i32.const 1)) ;; one
(global $LONGER i32 (i32.const 2)) ;; two
;; Has a comment.
(func
  $with_comment (param $a i32) (param $b i32) (result i32) (local $x i32) (local.set $x (i32.const 1)) (local.get $x) )
(func $without (result i32) (i32.const 1))
(func $same (result i32) (i32.const 2))   ;; behind


;; Above.

;; Right above.
(func $body (param $a i32)
      (local $x i32)   ;; first
   (local $second i32) ;; second

            (block $done (loop $next (br_if $done (i32.eqz (local.get $a))) ;; enough
   (local.set $x
   (i32.add (i32.load offset=8 (;FIELD;)
     (local.get $a)) ;; behind an operand
     (i32.const
       4)
   )
   )
      ;; before the branch
      (br $next)
      ;; the last
      ))
  (if (local.get $x) (then (nop)) (else (local.set $x (i32.const 1))
     (nop)))
  (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1000000)) (i32.mul (local.get $second) (i32.const 1000000))))
  (if (i32.eqz (local.get $x)) (then (local.set $x (i32.add (local.get $x) (i32.const 1)))) (else (nop) (nop)))
  (; a block
       comment ;) (nop))
(data (i32.const 0) "\00\01" "one line"
  "another" ;; with a comment
      "a third")
"#;
    settings().bind(|| insta::assert_snapshot!("layout_bad_text", formatted(text)));
}

#[test]
fn nothing_is_laid_out_as_nothing() {
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("\n\n  \n"), "");
    assert_eq!(formatted(";; only this"), ";; only this\n");
    assert_eq!(formatted("\n(module)\n\n\n"), "(module)\n");
    // What is no WebAssembly has a layout all the same.
    assert_eq!(formatted("a b\n(c\nd () )"), "a\nb\n(c d ())\n");
}

#[test]
fn what_is_not_closed_has_its_place() {
    let mut errors = String::new();
    for text in [
        "(func $f\n  (block\n    (nop))\n",
        "(func $f)\n  (nop))\n",
        "(data (i32.const 0)\n  \"no end)\n",
        "(func\n  (;; also no end\n",
        "(func ; a comment?\n)",
        &"(".repeat(100_000),
    ] {
        let error = format("wat/test.wat", text).expect_err("it is broken");
        let error = error.to_string();
        // The last one is a long line.
        errors += &error
            .lines()
            .map(|line| &line[..line.len().min(100)])
            .collect::<Vec<_>>()
            .join("\n");
        errors += "\n\n";
    }
    settings().bind(|| insta::assert_snapshot!("layout_errors", errors));
}
