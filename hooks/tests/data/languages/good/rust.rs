#!/usr/bin/env run-cargo-script
//! A "comment" with 'quotes' and { brackets [.
/* nested /* ( */ still one " */
#![allow(unused)]
macro_rules! pair { ($a:tt, $($b:tt)*) => { ($a, [$($b),*]) }; }
fn strings<'a, 'static_ish: 'a>(r#type: &'a str) -> [char; 9] {
    let _ = (r"\", r#""raw" ("#, r##"one "# more"##, b"bytes\"", br#"{"#, c"null", cr##""#"##);
    let _ = "a \
        line } that goes on \\";
    let _ = (b'\'', b'"', b'\\', '\u{1F600}', '}');
    'outer: loop {
        break 'outer;
    }
    ['a', '\'', '"', '\n', 'é', '/', '*', '{', '\x41']
}
fn numbers() -> (f64, u8) { (1.0e-5, 0b1_0u8) }
fn generic<T: ?Sized>(_: impl for<'r> Fn(&'r T) -> &'r T) where {}
fn divide(a: i32, b: i32) -> i32 { a / b /* ' */ }
