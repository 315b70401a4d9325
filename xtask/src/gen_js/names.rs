//! Names in JavaScript, and where operations are found there.

use super::operations::Operation;

/// A name in camel case. A digit behind a digit keeps the line between them: `xxh3_64`.
pub(crate) fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut chars = name.chars().peekable();
    while let Some(char) = chars.next() {
        if char != '_' {
            camel.push(char);
            continue;
        }
        let numbers = camel.ends_with(|last: char| last.is_ascii_digit())
            && chars.peek().is_some_and(char::is_ascii_digit);
        match chars.next() {
            Some(next) if numbers => camel.extend(['_', next]),
            Some(next) => camel.extend(next.to_uppercase()),
            None => {}
        }
    }
    camel
}

/// The entry of the package that exports an operation.
pub(crate) fn family(operation: &Operation) -> &'static str {
    let name = operation.name.as_str();
    let starts = |with: &[&str]| with.iter().any(|with| name.starts_with(with));
    match operation.module.as_str() {
        "aead" | "kdf" => "crypto",
        "brotli" => "brotli",
        "deflate" => "deflate",
        "javascript" => "javascript",
        "json" => "json",
        "memory_ops" => "memory",
        "lz4" if !starts(&["xxh"]) => "lz4",
        "text" if !starts(&["crc", "adler"]) => "text",
        "string_ops" if !starts(&["fnv"]) => "search",
        _ => "hash",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_camels() {
        for (name, expected) in [
            ("sha256", "sha256"),
            ("aes_gcm_seal", "aesGcmSeal"),
            ("xaes_256_gcm_open", "xaes256GcmOpen"),
            ("xxh3_64_update", "xxh3_64Update"),
            ("utf16_len", "utf16Len"),
        ] {
            assert_eq!(camel(name), expected);
        }
    }
}
